// SPDX-License-Identifier: MIT
// The inside of the fake host: the World that instances share and the Cell around each instance.
#pragma once

#include <tickwork/cpp/error.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tickwork/testing.hpp>
#include <vector>

#include "options.hpp"

namespace tickwork::testing::detail {

tw_status fail(tw_error* error, tw_status code, std::string_view sentence);
std::string status_name(tw_status status);

struct Provided {
  std::string ext, name;
  tw_ref ref;
};

struct Timer {
  uint64_t id;
  const tw_host* owner;
  int64_t due, every;
  void* self;
  void (*fire)(void*);
};

struct Watch {
  const tw_host* owner;
  void* self;
  void (*done)(void*, uint64_t, tw_status);
};

// Everything under lock may be reached from threads that plugins made; hooks, timers and plugin
// calls run without it.
struct World {
  std::string options;
  std::vector<const tw_module*> modules;

  mutable std::mutex lock;
  std::condition_variable emitted_more;
  int64_t now = 1'704'067'200'000'000'000;  // 2024-01-01T00:00:00Z
  Points emitted;
  bool full = false, bare = false;
  std::function<tw_status(const tw_point*, size_t)> hook;
  std::vector<LogLine> log;
  std::vector<std::string> complaints;
  std::vector<Provided> provided;
  std::map<std::string, std::string> state;
  std::vector<Timer> timers;
  uint64_t next_timer = 1;
  std::vector<Watch> watches;
  std::set<const Cell*> cells;

  void complain(const std::string& text);
  // What every sink does: refuses when full, drops bad points, copies the others.
  tw_status take(const std::string& who, const tw_point* points, size_t n, Points& into);
  const tw_plugin* find_plugin(std::string_view id) const;
};

enum class Phase { none, created, started, stopped };

struct Cell {
  Cell(std::shared_ptr<World> w, const tw_plugin* p, std::string n);
  Cell(const Cell&) = delete;
  ~Cell();

  // Creates from TOML text; error and status say how it went.
  void create(std::string_view toml);
  std::string run(const std::function<tw_status(tw_error*)>& call);
  std::string start();
  void interrupt();
  std::string stop();
  void destroy();
  const void* ext_table(std::string_view id) const;

  std::shared_ptr<World> world;
  const tw_plugin* plugin;
  std::string name;
  tw_host host;
  std::shared_ptr<Table> options;
  tw_instance* self = nullptr;
  Phase phase = Phase::none;
  bool stopping = false;
  tw_status status = TW_OK;
  std::string error;
  size_t used = 0;
  std::vector<std::unique_ptr<Cell>> made;  // by tw.instances/1
};

inline Cell& cell_of(const tw_host* h) { return *static_cast<Cell*>(h->self); }

// The host service behind an id, NULL if there is none (services.cpp).
const void* service(std::string_view id);
// The built-in line protocol format (influx.cpp).
const tw_plugin& influx_format();

}  // namespace tickwork::testing::detail
