// SPDX-License-Identifier: MIT
// services.graphite: Graphite's plaintext protocol into a storage, as InfluxDB takes it.
#include "kit/listener/listener.hpp"
#include "parser.hpp"

namespace tickwork::graphite {
namespace {

class Graphite {
 public:
  Graphite(Host host, Config config)
      : host_{host},
        listener_{host, config, listener::transport(config.str("protocol"))},
        parser_{config.strings("templates"), config.strings("tags"), config.str("separator")} {}

  void start() {
    listener_.start(listener::line_handlers(listener_.complaints(),
                                            [this](std::string_view text) { parse(text); }));
  }
  void stop() { listener_.stop(); }

 private:
  void parse(std::string_view text) {
    const int64_t now = host_.now();
    listener::each_line(text, [&](std::string_view line) {
      why_.clear();
      if (const tw_point* point = parser_.parse(line, now, why_)) points_.add(*point, now);
      if (!why_.empty()) listener_.complaints().note(why_);
    });
    listener_.batcher().take(points_);
  }

  Host host_;
  listener::Listener listener_;
  Parser parser_;
  listener::PointBuffer points_;
  std::string why_;
};

constexpr tw_option options[] = {
    TICKWORK_LISTENER_OPTIONS(":2003", "graphite", "5000", "1s"),
    {"protocol", TW_OPT_STRING, 0, "\"tcp\"", "tcp or udp"},
    {"separator", TW_OPT_STRING, 0, "\".\"",
     "Joins parts that go to one measurement, field or tag"},
    {"templates", TW_OPT_STRING, TW_LIST, "[]",
     "\"[filter] template [key=value,...]\": what the parts of a name are"},
    {"tags", TW_OPT_STRING, TW_LIST, "[]", "\"key=value\", for points that lack the tag"},
    {}};

}  // namespace
}  // namespace tickwork::graphite

TICKWORK_MODULE("org.tickwork.services.graphite", "0.1.0", "MIT",
                tickwork::plugin<tickwork::graphite::Graphite>(
                    "services.graphite", "Graphite's plaintext protocol into a storage",
                    tickwork::graphite::options));
