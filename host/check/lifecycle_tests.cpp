// SPDX-License-Identifier: MIT
// Tests 21 to 26 and 30 to 32: create, start, stop and destroy in every order that is allowed.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <random>
#include <thread>

#include "check/process.hpp"
#include "check/rig.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

// A hundred times; what grows in both halves leaks.
void create_destroy(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    std::array<size_t, 3> heap{}, files{};
    bool made = true;
    for (int half = 0; half < 3 && made; ++half) {
      for (int i = 0; i < 50 && made; ++i) {
        Rig rig{c, *p};
        made = rig.create();
      }
      heap[static_cast<size_t>(half)] = heap_bytes();
      files[static_cast<size_t>(half)] = descriptor_count();
    }
    if (!made) continue;
    const size_t leak =
        std::min(heap[1] - std::min(heap[1], heap[0]), heap[2] - std::min(heap[2], heap[1]));
    if (leak >= 50 * 16)
      c.error(fmt::format("{}: create and destroy leak about {} bytes", p->id, leak / 50));
    if (files[2] > files[1] && files[1] > files[0])
      c.error(fmt::format("{}: create and destroy leak descriptors", p->id));
  }
}

std::vector<std::string> hostile_values(const tw_option& o, std::mt19937_64& random) {
  std::vector<std::string> all;
  switch (o.type) {
    case TW_OPT_STRING:
      all = {"\"\"", "\"/nonexistent/x\"", "\"\\u0001\"", "\"" + std::string(4000, 'x') + "\"",
             fmt::format("\"{}\"", random())};
      break;
    case TW_OPT_BOOL:
      all = {"true", "false"};
      break;
    case TW_OPT_INT:
      all = {"0", "-1", "9223372036854775807", fmt::format("{}", random() % 100000)};
      break;
    case TW_OPT_FLOAT:
      all = {"0.0", "-1e308", "nan", "inf"};
      break;
    case TW_OPT_DURATION:
      all = {"\"0s\"", "\"-1s\"", "\"100000h\""};
      break;
    case TW_OPT_SIZE:
      all = {"0", "-1", "\"1B\""};
      break;
    default:
      all = {"{}", "{ x = 1 }", "{ x = [\"a\"] }"};
  }
  if (!(o.flags & TW_LIST)) return all;
  for (std::string& v : all) v = "[" + v + "]";
  all.push_back("[]");
  return all;
}

void bad_config(Case& c) {
  std::mt19937_64 random{c.subject().seed};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{6};
  for (const tw_plugin* p : c.plugins())
    for (const tw_option* o = p->options; o && o->key; ++o)
      for (const std::string& value : hostile_values(*o, random)) {
        if (std::chrono::steady_clock::now() > end) return c.note("stopped after 6 s");
        c.doing(fmt::format("create of {} with {} = {:.60}", p->id, o->key, value));
        testing::Host host{"", c.module()};
        testing::HttpServer http;
        http.provide(host);
        auto i = host.create(p->id, plausible_options(*p, o->key, value));
        if (i.error().starts_with("threw "))
          c.error(fmt::format("{}: with {} = {:.60} create {} through the boundary", p->id, o->key,
                              value, i.error()));
        if (!i && (i.error().empty() || i.error() == "internal error"))
          c.warning(fmt::format("{}: with {} = {:.60} create fails without a sentence", p->id,
                                o->key, value));
      }
}

void start_stop_start(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p};
    if (!rig.ready() || !rig.stop()) continue;
    c.doing(fmt::format("second start of {}", p->id));
    if (!rig.instance().start().empty())
      c.error(fmt::format("{}: start after stop fails: {}", p->id, rig.instance().error()));
    else
      rig.stop();
  }
}

void destroy_without_start(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p};
    rig.create();
  }
}

// Services vanish between create and start, which is the failure that can be made for any plugin.
void failed_start(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    const size_t threads = thread_count();
    {
      Rig rig{c, *p};
      if (!rig.create()) continue;
      rig.host.set_bare(true);
      c.doing(fmt::format("start of {} without services", p->id));
      const bool started = rig.instance().start().empty();
      rig.fine("start");
      if (started) rig.stop();
    }
    if (const size_t now = settled(thread_count, threads); now > threads && !c.plugins().empty())
      c.warning(fmt::format("{}: a failed start left {} thread(s)", p->id, now - threads));
  }
}

void two_instances(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    if (p->flags & TW_EXCLUSIVE) {
      c.note(fmt::format("{} is exclusive", p->id));
      continue;
    }
    Rig second{c, *p};
    {
      Rig first{c, *p};
      if (!first.ready() || !second.create()) continue;
      c.doing(fmt::format("start of a second {}", p->id));
      if (!second.instance().start().empty()) {
        c.note(fmt::format("{}: a second instance does not start: {}", p->id,
                           second.instance().error()));
        continue;
      }
      if (first.instance().self() == second.instance().self())
        c.error(fmt::format("{}: two instances are one", p->id));
    }
    c.doing(fmt::format("gather of the second {} after the first is gone", p->id));
    if (const auto* input = second.instance().ext<tw_input>(TW_INPUT); input && input->gather)
      second.instance().gather();
    second.fine("gather");
    second.stop();
  }
}

// After a first round, in which libraries open what they keep, nothing may grow.
void fds_closed(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    const auto round = [&] {
      Rig rig{c, *p};
      if (!rig.ready()) return false;
      if (const auto* input = rig.instance().ext<tw_input>(TW_INPUT); input && input->gather)
        rig.instance().gather();
      return rig.stop();
    };
    if (!round()) continue;
    const size_t before = descriptor_count();
    round();
    round();
    if (const size_t now = settled(descriptor_count, before); now > before)
      c.error(fmt::format("{} left {} descriptor(s) open", p->id, now - before));
  }
}

template <class F>
void elsewhere(F&& f) {
  std::thread{std::forward<F>(f)}.join();
}

void other_threads(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p};
    bool go = false;
    elsewhere([&] { go = rig.create(); });
    if (!go) continue;
    elsewhere([&] { go = rig.start(); });
    if (!go) continue;
    const auto* input = rig.instance().ext<tw_input>(TW_INPUT);
    for (int i = 0; i < 2 && input && input->gather; ++i) {
      c.doing(fmt::format("gather of {} from another thread", p->id));
      elsewhere([&] { rig.instance().gather(); });
      rig.fine("gather");
    }
    elsewhere([&] { rig.stop(); });
    elsewhere([&] { rig.instance().destroy(); });
  }
}

void old_host(Case& c) {
  for (const tw_plugin* p : c.plugins()) {
    Rig rig{c, *p, true};
    if (!rig.ready()) continue;
    if (const auto* input = rig.instance().ext<tw_input>(TW_INPUT); input && input->gather) {
      c.doing(fmt::format("gather of {} in a host without services", p->id));
      rig.instance().gather();
      rig.fine("gather");
    }
    rig.stop();
  }
}

}  // namespace

std::span<const Test> lifecycle_tests() {
  static constexpr Test tests[] = {
      {21, "create-destroy", create_destroy},
      {22, "bad-config", bad_config},
      {23, "start-stop-start", start_stop_start},
      {24, "destroy-without-start", destroy_without_start},
      {25, "failed-start", failed_start},
      {26, "two-instances", two_instances},
      {30, "fds-closed", fds_closed},
      {31, "other-threads", other_threads},
      {32, "old-host", old_host},
  };
  return tests;
}

}  // namespace tickwork::host::check
