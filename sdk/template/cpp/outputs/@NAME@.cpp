// @ID@: appends a line for each point to a file. Replace write by how you send points.
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string path;

  @CLASS@(tickwork::Host, tickwork::Config config) : path{config.str("path")} {}

  // After an exception the same batch is offered again at the next flush.
  void write(tickwork::Batch batch) {
    std::ofstream out{path, std::ios::app};
    for (const tw_point& point : batch) {
      out << tickwork::view(point.name);
      for (const tw_field& field : tickwork::fields(point)) out << ' ' << tickwork::view(field.key);
      out << '\n';
    }
    if (!out.flush()) throw tickwork::Error{TW_E_IO, "cannot write " + path};
  }
};

static constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"/dev/stdout\"", "File to append to"}, {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Appends names of measurements and fields to a file", options));
