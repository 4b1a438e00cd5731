// SPDX-License-Identifier: MIT
// services.opentsdb: OpenTSDB's telnet and HTTP protocols on one port into a storage.
#include "session.hpp"

namespace tickwork::opentsdb {
namespace {

class OpenTsdb {
 public:
  OpenTsdb(Host host, Config config)
      : listener_{host, config, listener::Transport::tcp},
        most_body_{static_cast<size_t>(std::max<int64_t>(0, config.num("max_body_size")))} {}

  void start() {
    listener_.start({.datagram = {}, .connection = [this] {
                       return std::make_unique<Connection>(listener_, most_body_);
                     }});
  }
  void stop() { listener_.stop(); }

 private:
  listener::Listener listener_;
  size_t most_body_;
};

constexpr tw_option options[] = {TICKWORK_LISTENER_OPTIONS(":4242", "opentsdb", "1000", "1s"),
                                 {"max_body_size", TW_OPT_SIZE, 0, "\"25MB\"",
                                  "Larger HTTP bodies, packed or not, are refused; 0: no limit"},
                                 {}};

}  // namespace
}  // namespace tickwork::opentsdb

TICKWORK_MODULE("org.tickwork.services.opentsdb", "0.1.0", "MIT",
                tickwork::plugin<tickwork::opentsdb::OpenTsdb>(
                    "services.opentsdb", "OpenTSDB's put by telnet and HTTP into a storage",
                    tickwork::opentsdb::options));
