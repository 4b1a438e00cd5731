// @ID@: appends the message of each alert to a file. Replace handle by how you tell people.
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string path;

  @CLASS@(tickwork::Host, tickwork::Config config) : path{config.str("path")} {}

  void handle(const tw_event& event) {
    static constexpr const char* levels[] = {"OK", "INFO", "WARNING", "CRITICAL"};
    std::ofstream out{path, std::ios::app};
    out << levels[event.level & 3] << ' ' << tickwork::view(event.id) << ": " << tickwork::view(event.message) << '\n';
    if (!out.flush()) throw tickwork::Error{TW_E_IO, "cannot write " + path};
  }
};

static constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"/dev/stdout\"", "File to append to"}, {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Appends the message of each alert to a file", options));
