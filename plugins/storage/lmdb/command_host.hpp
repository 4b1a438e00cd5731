// SPDX-License-Identifier: MIT
// What a command gives a store in place of a host: clocks, and its standard error as log.
#pragma once

#include <tickwork/host.h>
#include <tickwork/draft/command.hpp>

#include <atomic>

namespace tickwork::lmdb {

class CommandHost {
 public:
  explicit CommandHost(const CommandCall& call);
  CommandHost(const CommandHost&) = delete;
  CommandHost& operator=(const CommandHost&) = delete;

  const tw_host* host() const { return &host_; }
  bool failed() const { return failed_; }  // an error was logged

 private:
  const CommandCall& call_;
  tw_host host_{};
  std::atomic<bool> failed_ = false;
};

}  // namespace tickwork::lmdb
