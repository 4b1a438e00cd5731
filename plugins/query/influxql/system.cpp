// SPDX-License-Identifier: MIT
#include "system.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <thread>

#include "kit/gojson/gojson.hpp"
#include "text_table.hpp"

namespace tickwork::query {

namespace {

// Tables of modules, of which one may be asked for.
class Report {
 public:
  explicit Report(const std::string& module) : module_{module} {}
  bool wants(std::string_view name) const { return module_.empty() || module_ == name; }
  void add(const std::string& name, std::vector<std::string> columns, const std::vector<Value>& row,
           Tags tags = {}) {
    if (!wants(name)) return;
    TextTable table(name, std::move(columns));
    table.set_tags(std::move(tags));
    table.add(row);
    tables_.push_back(table.table());
  }
  Tables tables() const { return tables_; }

 private:
  const std::string& module_;
  Tables tables_;
};

void add_runtime(Report& out) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto microseconds = [](const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; };
  out.add("runtime", {"maxResidentBytes", "systemTimeUs", "userTimeUs"},
          {count(static_cast<uint64_t>(used.ru_maxrss) * 1024),
           Value::of(int64_t{microseconds(used.ru_stime)}),
           Value::of(int64_t{microseconds(used.ru_utime)})});
}

void add_databases(Session& session, Report& out) {
  if (!out.wants("database")) return;
  for (const std::string& name : session.catalogue.databases()) {
    size_t series = session.catalogue.list(TW_SERIES, {name, "", ""}).rows.size();
    out.add("database", {"numMeasurements", "numSeries"},
            {count(session.catalogue.measurements(name).size()), count(series)},
            {{"database", name}});
  }
}

void add_shards(Session& session, Report& out) {
  if (!out.wants("shard")) return;
  for (auto& row : session.catalogue.list(TW_SHARDS, {}).rows) {
    out.add("shard", {"diskBytes"}, {row[5]},
            {{"database", std::string(row[1].s)},
             {"id", std::to_string(row[0].i)},
             {"retentionPolicy", std::string(row[2].s)}});
  }
}

}  // namespace

Tables show_stats(Session& session, const std::string& module) {
  Report out(module);
  add_runtime(out);
  QueryCounts q = session.queries->counts();
  out.add(
      "queryExecutor", {"queriesActive", "queriesExecuted", "queriesFinished", "queryDurationNs"},
      {count(q.started - q.finished), count(q.started), count(q.finished), count(q.duration_ns)});
  add_databases(session, out);
  add_shards(session, out);
  out.add("cq", {"queryFail", "queryOk"}, {count(q.continuous_failed), count(q.continuous_done)});
  return out.tables();
}

Tables show_diagnostics(Session& session, const std::string& module) {
  Report out(module);
  out.add("build", {"Branch", "Build Time", "Commit", "Version"},
          {text("tickwork"), text(""), text(""), text("1.8.10")});
  utsname machine{};
  uname(&machine);
  out.add("network", {"hostname"}, {text(machine.nodename)});
  out.add("runtime", {"machine", "processors", "system", "version"},
          {text(machine.machine), count(std::thread::hardware_concurrency()), text(machine.sysname),
           text(machine.release)});
  int64_t up = session.ticks - session.queries->started_ticks();
  out.add("system", {"PID", "currentTime", "started", "uptime"},
          {Value::of(int64_t{getpid()}), text(gojson::timestamp(session.now)),
           text(gojson::timestamp(session.now - up)), text(influxql::format_go_duration(up))});
  return out.tables();
}

}  // namespace tickwork::query
