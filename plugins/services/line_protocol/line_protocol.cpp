// SPDX-License-Identifier: MIT
// services.line_protocol: line protocol by UDP or TCP into a storage, as InfluxDB's udp service
// takes it. HTTP is services.influxdb_api.
#include "kit/lineproto/lineproto.hpp"
#include "kit/listener/listener.hpp"

namespace {

using namespace tickwork;

class LineProtocol {
 public:
  LineProtocol(Host host, Config config)
      : host_{host},
        listener_{host, config, listener::transport(config.str("protocol"))},
        unit_ns_{lineproto::precision_unit(config.str("precision"))} {
    options_.unit_ns = unit_ns_;
    options_.unsigned_integers = config.boolean("unsigned_integers");
    if (unit_ns_ == 0) {
      throw Error{TW_E_INVALID, "precision = \"" + config.str("precision") +
                                    "\" is none of n, u, ms, s, m and h"};
    }
  }

  void start() {
    listener_.start(listener::line_handlers(
        listener_.complaints(), [this](std::string_view text) { parse(text); },
        [this](std::string_view lines) { parse_lines(lines); }));
  }
  void stop() { listener_.stop(); }

 private:
  // In a stream a newline ends the line, even within quotes: otherwise one quote too many would
  // take the lines behind it along.
  void parse_lines(std::string_view lines) {
    if (lines.find('"') == lines.npos) return parse(lines);
    listener::each_line(lines, [this](std::string_view line) { parse(line); });
  }

  void parse(std::string_view text) {
    options_.default_time_ns = host_.now();
    parser_.configure(options_);
    const lineproto::Parsed parsed = parser_.parse(text);
    listener_.batcher().add(parsed.points);
    if (parsed.failed > 0) {
      listener_.complaints().note(parsed.errors.substr(0, parsed.errors.find('\n')), parsed.failed);
    }
  }

  Host host_;
  listener::Listener listener_;
  int64_t unit_ns_;
  lineproto::ParserOptions options_;
  lineproto::Parser parser_;
};

constexpr tw_option options[] = {
    TICKWORK_LISTENER_OPTIONS(":8089", "udp", "5000", "1s"),
    {"protocol", TW_OPT_STRING, 0, "\"udp\"", "udp or tcp"},
    {"precision", TW_OPT_STRING, 0, "\"\"", "Unit of times: n, u, ms, s, m or h; empty: n"},
    {"unsigned_integers", TW_OPT_BOOL, 0, "false",
     "Accept unsigned integers such as 1u, which InfluxDB 1.x refuses"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.services.line_protocol", "0.1.0", "MIT",
                tickwork::plugin<LineProtocol>("services.line_protocol",
                                               "Line protocol by UDP or TCP into a storage",
                                               options));
