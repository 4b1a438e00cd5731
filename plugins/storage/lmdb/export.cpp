// SPDX-License-Identifier: MIT
// "tickwork storage export DIR": the rows as text that "influx -import" and "tickwork storage
// import" read.
#include <algorithm>

#include "command_line.hpp"
#include "commands.hpp"
#include "export_text.hpp"
#include "failure.hpp"
#include "read_store.hpp"
#include "scan.hpp"
#include "tag_filter.hpp"
#include "text_file.hpp"

namespace tickwork::lmdb {
namespace {

constexpr const char* export_usage =
    "export DIR [--database NAME] [--retention NAME] [--start TIME] [--end TIME]\n"
    "       [--out FILE] [--compress]\n\n"
    "Writes the rows of the store in DIR as text, in the form of influx_inspect export: for\n"
    "\"tickwork storage import\" and \"influx -import\". Also while a process writes the store.\n\n"
    "  --database NAME   only this database\n"
    "  --retention NAME  only this retention policy of it\n"
    "  --start TIME      rows from this time on, such as 2024-01-31T00:00:00Z\n"
    "  --end TIME        rows up to and with this time\n"
    "  --out FILE        write there instead of to standard output\n"
    "  --compress        gzip\n";

struct Wanted {
  std::string database, policy;  // empty: all
  int64_t start = least_time, end = most_time;
};

// A policy to export.
struct Part {
  std::shared_ptr<Database> database;
  std::string name;
  Policy policy;
};

class Exporter {
 public:
  Exporter(const CommandCall& call, const ReadStore& store, Wanted wanted, TextOutput& out)
      : call_(call), store_(store), wanted_(std::move(wanted)), out_(out) {}

  size_t damages() const { return damages_; }

  void run() {
    const std::vector<Part> parts = choose();
    out_.add(std::string(export_head) + format_time(wanted_.start) + " - " +
             format_time(wanted_.end) + "\n");
    out_.add(std::string(ddl_line) + "\n");
    for (const Part& part : parts) out_.add(create_line(part.name, part.policy.name) + "\n");
    out_.add(std::string(dml_line) + "\n");
    for (const Part& part : parts) add_part(part);
  }

 private:
  // The default policy first: who reads the text creates the database with it.
  std::vector<Part> choose() {
    std::vector<Part> parts;
    for (const auto& database : store_.registry().all()) {
      const DatabaseInfo info = store_.registry().info(*database);
      if (!wanted_.database.empty() && info.name != wanted_.database) continue;
      const size_t first = parts.size();
      for (const Policy& policy : info.policies) {
        if (!wanted_.policy.empty() && policy.name != wanted_.policy) continue;
        const bool is_default = policy.name == info.default_policy;
        parts.insert(is_default ? parts.begin() + static_cast<ptrdiff_t>(first) : parts.end(),
                     {database, info.name, policy});
      }
    }
    if (!parts.empty() || wanted_.database.empty()) return parts;
    throw Failure(TW_E_NOT_FOUND,
                  store_.folder().path() + " has no database " + wanted_.database +
                      (wanted_.policy.empty() ? "" : " with retention policy " + wanted_.policy));
  }

  void add_part(const Part& part) {
    out_.add(std::string(database_context) + part.name + "\n");
    out_.add(std::string(policy_context) + part.policy.name + "\n");
    out_.add("# writing tsm data\n");
    const int64_t end = to();
    for (const auto& shard :
         store_.registry().shards(*part.database, part.policy.id, wanted_.start, end)) {
      try {
        add_shard(*part.database, shard);
      } catch (const Failure&) {
        if (!store_.gone(*shard)) throw;
      }
    }
  }

  int64_t to() const { return wanted_.end == most_time ? most_time : wanted_.end + 1; }

  void add_shard(const Database& database, const std::shared_ptr<Shard>& shard) {
    for (const std::string& measurement : shard->measurements()) {
      std::vector<ArrowField> fields;
      std::vector<uint32_t> types;
      for (const auto& [name, info] : shard->fields(measurement)) {
        fields.push_back({name, arrow_format(info.type)});
        types.push_back(info.type);
      }
      const auto series = database.index.find(measurement, TagFilter());
      const auto source = std::make_unique<ShardSource>(shard);
      source->plan(*shard, measurement, fields, types);
      source->open(store_.tables());
      std::vector<SeriesId> order;
      for (const FoundSeries& s : series) order.push_back(s.id);
      use_windows({&source, 1}, std::move(order), fields.size(), wanted_.start, to());
      for (size_t i = 0; i < series.size(); ++i) add_series(*source, series[i], i, fields);
    }
  }

  void add_series(ShardSource& source, const FoundSeries& series, size_t place,
                  const std::vector<ArrowField>& fields) {
    const Columns rows =
        source.read({series.id, place}, {wanted_.start, to(), 0, false}, report(series));
    if (rows.empty()) return;
    if (series.key.find('\n') != std::string::npos) {
      return tell("series " + series.key +
                  " has a line break in its name, which line protocol "
                  "cannot write; its rows are left out");
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      text_.clear();
      append_values(text_, series.key, fields[i].name, rows.times, rows.columns[i]);
      out_.add(text_);
    }
  }

  Report report(const FoundSeries& series) {
    return [this, &series](const std::string& line) { tell(line + " (" + series.key + ")"); };
  }

  void tell(const std::string& line) {
    ++damages_;
    call_.err(line + "\n");
  }

  const CommandCall& call_;
  const ReadStore& store_;
  Wanted wanted_;
  TextOutput& out_;
  std::string text_;
  size_t damages_ = 0;
};

Wanted read_wanted(const CommandLine& line) {
  Wanted wanted{line.text("--database"), line.text("--retention")};
  if (!wanted.policy.empty() && wanted.database.empty()) {
    throw UsageError{"--retention needs --database"};
  }
  if (line.has("--start")) wanted.start = parse_time("--start", line.text("--start"));
  if (line.has("--end")) wanted.end = parse_time("--end", line.text("--end"));
  if (wanted.end < wanted.start) throw UsageError{"--end is before --start"};
  return wanted;
}

}  // namespace

int32_t export_store(CommandCall call) {
  return run_with_usage(call, export_usage, [&] {
    const CommandLine line(call.arguments,
                           {"--database", "--retention", "--start", "--end", "--out"},
                           {"--compress"}, 1);
    const Wanted wanted = read_wanted(line);
    const ReadStore store(line.bare(0));
    size_t damages = 0;
    for (const ReadStore::Log& log : store.logs()) {
      if (log.damage.empty()) continue;
      call.err(log.path + ": " + log.damage + "; what follows is left out\n");
      ++damages;
    }
    TextOutput out(call, line.has("--out") ? line.text("--out") : "-", line.has("--compress"));
    Exporter exporter(call, store, wanted, out);
    exporter.run();
    out.finish();
    damages += exporter.damages();
    if (damages == 0) return TW_EXIT_FINE;
    call.err("the export lacks what these " + std::to_string(damages) + " lines name\n");
    return TW_EXIT_FAILED;
  });
}

}  // namespace tickwork::lmdb
