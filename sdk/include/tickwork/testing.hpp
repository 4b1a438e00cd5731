// SPDX-License-Identifier: MIT
// A fake host for unit tests of plugins. It drives the plugins of the linked module through the C
// ABI alone, in this process, without threads of its own; time stands still until the test moves
// it.
//
//   tickwork::testing::Host host{"path = 'cases/basic/uptime'"};
//   auto uptime = host.create("inputs.uptime");
//   ASSERT_TRUE(uptime) << uptime.error();
//   EXPECT_EQ(uptime.start(), "");
//   EXPECT_EQ(uptime.gather(), "uptime,source=cases/basic/uptime seconds=12.5");
//
// Points are compared as line protocol text (points.hpp): joined by newlines, no time where the
// plugin left it to the host. Functions that return an error return its sentence, empty for
// success; status() and error() of an instance tell how its last call ended. Links with
// Tickwork::testing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testing/points.hpp"
#include "tickwork.h"

namespace tickwork::testing {

namespace detail {
struct World;  // what all instances of one Host share
struct Cell;   // one instance
}  // namespace detail

struct LogLine {
  int level;  // TW_LOG_
  std::string text;
};

// One instance under test. Stops and destroys itself; must not outlive its Host.
class Instance {
 public:
  explicit Instance(std::unique_ptr<detail::Cell> cell);
  Instance(Instance&&) noexcept;
  Instance& operator=(Instance&&) noexcept;
  ~Instance();

  // False: create failed and error() says why; every other call then fails.
  explicit operator bool() const;
  const std::string& error()
      const;  // of the last call, empty: none. A bare status reads as its name
  tw_status status() const;

  std::string start();
  // Turns stopping() true and wakes (tw.interrupt), as a host does while a call is under way.
  void interrupt();
  // interrupt, then stops.
  std::string stop();
  void destroy();

  std::string gather();                                          // tw.input: the points
  std::string write(std::string_view lines);                     // tw.output: the error
  std::string write(const Points& points);                       //
  std::string process(std::string_view lines);                   // tw.processor: what goes on
  std::string add(std::string_view lines);                       // tw.aggregator: the error
  std::string push();                                            //   the summary
  std::string parse(std::string_view bytes, bool final = true);  // tw.parser: the points
  size_t used() const;                                           //   bytes used by the last parse
  std::string serialize(std::string_view lines);                 // tw.serializer: the bytes
  std::string serialize(const Points& points);
  std::string handle(const tw_event& event);  // tw.handler: the error
  // tw.stream: what goes on. Without a group the name and tags of the first point are it.
  std::string points(std::string_view lines);
  std::string open(const tw_group& group);
  std::string close(const tw_group& group);
  std::string save();                        // tw.snapshot: the bytes
  std::string load(std::string_view bytes);  //   the error; before start

  // For everything else: the extension's table (NULL if the plugin has none) and self.
  //   storage.ext<tw_storage>(TW_STORAGE)->write(storage.self(), ...)
  template <class V>
  const V* ext(const char* id) const {
    return static_cast<const V*>(ext_table(id));
  }
  tw_instance* self() const;
  const tw_host* host() const;
  const tw_plugin* plugin() const;

  // The points of a call that is handed a sink, with the error kept like above.
  //   instance.collect([&](const tw_sink* sink, tw_error* error) { return ...; })
  Points collect(const std::function<tw_status(const tw_sink*, tw_error*)>& call);
  // Any call; its error is kept and returned.
  std::string call(const std::function<tw_status(tw_error*)>& call);

 private:
  const void* ext_table(const char* id) const;
  std::unique_ptr<detail::Cell> cell_;
};

class Host {
 public:
  // options: TOML text that every create without its own text uses.
  explicit Host(std::string_view options = "", const tw_module& module = TW_MODULE_SYMBOL);
  Host(Host&&) noexcept;
  ~Host();

  // Checks the options against the plugin's table, fills in defaults, calls create. Instance
  // options of the host ("interval", "alias", "tags" ...) are accepted and left out; name is the
  // instance's name, by default the plugin's id.
  Instance create(std::string_view plugin);
  Instance create(std::string_view plugin, std::string_view options, std::string_view name = "");
  // create, start, gather once, stop; throws std::runtime_error on any failure.
  std::string gather(std::string_view plugin);

  // Another module whose plugins create and tw.instances/1 can make, e.g. a parser's library.
  void add_module(const tw_module& module);
  // The same from a file; throws std::runtime_error with dlerror's text. Never unloaded.
  const tw_module& load(const std::string& file);

  // The clock, 2024-01-01T00:00:00Z to begin with. advance fires the timers that become due, each
  // at its own time, on this thread.
  int64_t now() const;
  void set_now(int64_t ns);
  void advance(std::chrono::nanoseconds by);

  // What came through tw.emit/1, oldest first; emitted empties it.
  std::string emitted();
  // Waits until that many points were emitted and not yet taken; false after the limit.
  bool wait_emitted(size_t count, std::chrono::milliseconds limit = std::chrono::seconds{5});
  // While full, sinks and tw.emit/1 answer TW_AGAIN.
  void set_full(bool full);
  // Every sink and emit call passes through here first, e.g. to count or to refuse.
  void on_points(std::function<tw_status(const tw_point*, size_t)> hook);

  std::vector<LogLine> log() const;
  bool logged(std::string_view part) const;
  // What a real host would complain about: bad points, calls after stop.
  std::vector<std::string> complaints() const;

  // Makes an instance for tw.services/1 (by name) and tw.instances/1 (as plugin "name"). With an
  // empty name it answers every name; the latest one that fits is found. vtable and self stay the
  // test's and must outlive the users.
  void provide(std::string_view ext, std::string_view name, const void* vtable, void* self);
  void provide(const char* ext, std::string_view name, const Instance& instance);
  // Without any of these, tw.instances/1 makes plugins of the modules, and "formats.influx", which
  // is built in: line protocol as parser and serializer.

  // tw.state/1, in memory; test and plugin see the same.
  std::map<std::string, std::string>& state();
  // tw.delivery/1: tells the watching instances that a token has ended.
  void deliver(uint64_t token, tw_status status = TW_OK);

  // An old host: ext answers NULL to everything.
  void set_bare(bool bare);

 private:
  std::shared_ptr<detail::World> world_;
};

}  // namespace tickwork::testing
