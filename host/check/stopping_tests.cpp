// SPDX-License-Identifier: MIT
// Tests 27 to 29: stopping in time, silence afterwards, no threads left.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "check/process.hpp"
#include "check/rig.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

using namespace std::chrono_literals;

// What a host does while a gather is under way: stopping() turns true, wake, then waits for the
// call to return, then stop. The deadline of stop is 10 s, a hurried one 4 s.
void stop_in_time(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p};
    if (!rig.ready()) continue;
    const auto* input = rig.instance().ext<tw_input>(TW_INPUT);
    std::atomic<bool> returned{true};
    std::thread work;
    if (input && input->gather) {
      returned = false;
      work = std::thread{[&] { rig.instance().gather(), returned = true; }};
      std::this_thread::sleep_for(20ms);
      c.doing(fmt::format("gather of {} while it is asked to stop", p->id));
      rig.instance().interrupt();
      for (int i = 0; i < 800 && !returned; ++i) std::this_thread::sleep_for(5ms);
      if (!returned) {
        c.error(fmt::format("{}: gather does not return within 4 s of being asked to stop", p->id));
        work.detach();
        throw Unusable{};
      }
      work.join();
    }
    c.doing(fmt::format("stop of {}", p->id));
    const auto begin = std::chrono::steady_clock::now();
    rig.stop();
    if (std::chrono::steady_clock::now() - begin > 4s)
      c.error(fmt::format("{}: stop took longer than 4 s", p->id));
  }
}

void no_emit_after_stop(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p};
    if (!rig.ready()) continue;
    rig.host.advance(1min);
    rig.stop();
    rig.host.advance(1min);
    std::this_thread::sleep_for(50ms);
    rig.report_complaints();
  }
}

void threads_joined(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    const auto round = [&] {
      Rig rig{c, *p};
      return rig.ready() && rig.stop();
    };
    // Libraries may start threads of their own once; a plugin's are joined every time.
    if (!round()) continue;
    const size_t before = settled(thread_count, 1);
    const bool first_left = before > 1;
    round();
    const size_t now = settled(thread_count, before);
    if (now > before)
      c.error(fmt::format("{} left {} thread{}", p->id, now - before, now - before > 1 ? "s" : ""));
    else if (first_left)
      c.note(fmt::format("{}: {} thread(s) of a library stay", p->id, before - 1));
  }
}

}  // namespace

std::span<const Test> stopping_tests() {
  static constexpr Test tests[] = {
      {27, "stop-in-time", stop_in_time},
      {28, "no-emit-after-stop", no_emit_after_stop},
      {29, "threads-joined", threads_joined},
  };
  return tests;
}

}  // namespace tickwork::host::check
