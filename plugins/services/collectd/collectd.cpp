// SPDX-License-Identifier: MIT
// services.collectd: what collectd's network plugin sends into a storage, as InfluxDB takes it.
#include "kit/listener/listener.hpp"
#include "packet.hpp"

namespace tickwork::collectd {
namespace {

Multivalue multivalue(const std::string& text) {
  if (text == "split") return Multivalue::split;
  if (text == "join") return Multivalue::join;
  throw Error{TW_E_INVALID,
              "parse_multivalue = \"" + text + "\" is neither \"split\" nor \"join\""};
}

class Collectd {
 public:
  Collectd(Host host, Config config)
      : host_{host},
        listener_{host, config, listener::Transport::udp},
        types_{config.str("typesdb")},
        parser_{types_, multivalue(config.str("parse_multivalue"))} {}

  void start() {
    listener_.start(
        {.datagram = [this](std::string_view packet) { take(packet); }, .connection = {}});
  }
  void stop() { listener_.stop(); }

 private:
  void take(std::string_view packet) {
    why_.clear();
    parser_.parse(packet, host_.now(), points_, why_);
    listener_.batcher().take(points_);
    if (!why_.empty()) listener_.complaints().note("refused from collectd: " + why_);
  }

  Host host_;
  listener::Listener listener_;
  TypesDb types_;
  PacketParser parser_;
  listener::PointBuffer points_;
  std::string why_;
};

constexpr tw_option options[] = {
    TICKWORK_LISTENER_OPTIONS(":25826", "collectd", "5000", "10s"),
    {"typesdb", TW_OPT_STRING, 0, "\"/usr/share/collectd/types.db\"",
     "types.db file, or a folder of them"},
    {"parse_multivalue", TW_OPT_STRING, 0, "\"split\"",
     "split: a point for each value; join: one point with a field for each"},
    {}};

}  // namespace
}  // namespace tickwork::collectd

TICKWORK_MODULE("org.tickwork.services.collectd", "0.1.0", "MIT",
                tickwork::plugin<tickwork::collectd::Collectd>(
                    "services.collectd", "collectd's binary protocol into a storage",
                    tickwork::collectd::options));
