// SPDX-License-Identifier: MIT
#include "command_host.hpp"

#include <chrono>
#include <string>

namespace tickwork::lmdb {
namespace {

template <class Clock>
int64_t clock_ns(const tw_host*) {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace

CommandHost::CommandHost(const CommandCall& call) : call_(call) {
  host_.size = sizeof host_;
  host_.name = "storage.lmdb";
  host_.version = "";
  host_.self = this;
  host_.log = [](const tw_host* h, int level, tw_str line) {
    auto* self = static_cast<CommandHost*>(h->self);
    if (level == TW_LOG_ERROR) self->failed_ = true;
    if (level <= TW_LOG_WARN) self->call_.err(std::string(view(line)) + "\n");
  };
  host_.now = clock_ns<std::chrono::system_clock>;
  host_.ticks = clock_ns<std::chrono::steady_clock>;
  host_.stopping = [](const tw_host*) { return false; };
  host_.ext = [](const tw_host*, const char*) -> const void* { return nullptr; };
}

}  // namespace tickwork::lmdb
