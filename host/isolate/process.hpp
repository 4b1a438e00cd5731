// SPDX-License-Identifier: MIT
// Child processes: starting them, ending them, and what they died of.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "result.hpp"

namespace tickwork::host {

// What a process finds as which descriptor: the other end of its socket, and its library's file.
inline constexpr int socket_descriptor = 3, library_descriptor = 4;

struct Process {
  pid_t pid = -1;
  int socket = -1;  // this end
};

struct ProcessWish {
  std::string name;      // for people who look
  bool filtered = true;  // its system calls, see system_calls.hpp
  int library = -1;      // a descriptor of its file, -1: it gets none
};

// "tickwork run-plugin NAME", in a process group of its own.
Result<Process> start_process(const std::string& program, const ProcessWish& wish);

// Waits for the process to end by itself, asks it with SIGTERM, then ends it and what it started
// with SIGKILL. "exited on SIGSEGV", "exited with code 3".
std::string end_process(pid_t pid);

// Bytes that the process alone holds: what it wrote to, no pages of files. 0: it is gone.
uint64_t private_memory(pid_t pid);

// Starts processes on one thread for as long as it lives: a child asks the kernel to be ended with
// the thread that started it. Any thread.
class Spawner {
 public:
  explicit Spawner(std::string program) : program_{std::move(program)} {}
  ~Spawner();
  Result<Process> start(const ProcessWish& wish);

 private:
  void run();

  const std::string program_;
  std::mutex asking_;  // one at a time
  std::mutex lock_;
  std::condition_variable changed_;
  const ProcessWish* asked_ = nullptr;
  bool closing_ = false;
  std::optional<Result<Process>> made_;
  std::thread thread_;
};

}  // namespace tickwork::host
