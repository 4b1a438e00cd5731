// @ID@: reads a number from a file. Replace gather by what you want to measure.
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string path;

  @CLASS@(tickwork::Host, tickwork::Config config) : path{config.str("path")} {}

  void gather(tickwork::Sink sink) {
    double value = 0;
    if (!(std::ifstream{path} >> value)) throw tickwork::Error{TW_E_IO, "cannot read a number from " + path};
    sink.point("@NAME@").tag("source", path).field("value", value).send();
  }
};

static constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"/proc/uptime\"", "File that begins with a number"}, {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Reads a number from a file", options));
