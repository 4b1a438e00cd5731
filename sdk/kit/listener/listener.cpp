// SPDX-License-Identifier: MIT
#include "listener.hpp"

#include "loop.hpp"

namespace tickwork::listener {

namespace {

BatchSettings read_batch(Config config) {
  BatchSettings settings;
  settings.database = config.str("database");
  settings.retention = config.str("retention_policy");
  settings.size = static_cast<size_t>(std::max<int64_t>(1, config.num("batch_size")));
  settings.pending = static_cast<size_t>(std::max<int64_t>(1, config.num("batch_pending")));
  settings.timeout = config.duration("batch_timeout");
  return settings;
}

}  // namespace

Listener::Listener(Host host, Config config, Transport transport)
    : host_{host},
      bind_{config.str("bind")},
      read_buffer_{config.num("read_buffer")},
      transport_{transport},
      complaints_{host},
      batcher_{host, host.find<tw_storage>(config.str("storage")), read_batch(config),
               complaints_} {}

Listener::~Listener() { stop(); }

void Listener::start(Handlers handlers) {
  batcher_.start();
  loop_ = std::make_unique<Loop>(*this, std::move(handlers));
  address_ = bound_address(loop_->socket_);
  std::string where = transport_ == Transport::udp ? "listening on udp " : "listening on tcp ";
  host_.info(where.append(address_));
}

void Listener::stop() {
  batcher_.hurry();
  if (loop_) loop_->finish();
  batcher_.stop();
  loop_.reset();
  complaints_.tell(true);
}

}  // namespace tickwork::listener
