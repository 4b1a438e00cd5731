// @ID@: keeps points in memory and in a journal, from which it starts. Replace rows.hpp and
// journal.hpp by your store: what is written is durable when write returns, and read while others
// write.
#include "journal.hpp"
#include "record.hpp"
#include "rows.hpp"

#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <tickwork/cpp/storage.hpp>
#include <tickwork/tickwork.hpp>

namespace {

constexpr std::string_view policy = "autogen";  // the only one of each database: nothing expires

// A scan under way. It has copied its rows, so that writers need not wait for slow readers.
class Scan {
 public:
  Scan(const Rows& rows, const tw_scan& scan) : shape_{columns(rows, scan)} {
    const Choice choice{scan};
    if (shape_.columns().size() == 1) return;  // none of the fields is there
    for (const auto& [key, series] : rows.series())
      if (choice.has(series)) add(series, choice, scan);
  }

  void schema(ArrowSchema* out) const { shape_.schema(out); }

  bool next(tw_rows& out) {
    if (next_ == runs_.size()) return false;
    auto& [series, table] = runs_[next_++];
    tags_ = series.raw_tags();
    out.tags = tags_.data();
    out.n_tags = static_cast<uint32_t>(tags_.size());
    out.series = next_;
    table.array(&out.array);
    return true;
  }

 private:
  // "time" and the fields that are asked for, or all.
  static tickwork::Columns columns(const Rows& rows, const tw_scan& scan) {
    std::vector<tickwork::Column> all{{"time", "tsn:"}};
    const auto measurement = tickwork::string(scan.measurement);
    for (size_t i = 0; i < scan.n_columns; ++i)
      if (const auto found = rows.types().find({measurement, tickwork::string(scan.columns[i])});
          found != rows.types().end())
        all.push_back({found->first.second, tickwork::arrow_format(found->second)});
    if (scan.n_columns == 0)
      for (const auto& [name, type] : rows.types())
        if (name.first == measurement) all.push_back({name.second, tickwork::arrow_format(type)});
    return tickwork::Columns{all};
  }

  void add(const Series& series, const Choice& choice, const tw_scan& scan) {
    tickwork::Columns table{shape_.columns()};
    const auto take = [&](int64_t time, const Row& row) {
      if (!choice.has(time) || (scan.limit && table.rows() == scan.limit)) return;
      bool begun = false;
      for (size_t i = 1; i < table.columns().size(); ++i) {
        const auto cell = row.find(table.columns()[i].name);
        if (cell == row.end()) continue;
        if (!begun) table.add();
        begun = true;
        table.set(i, cell->second.raw());
      }
      if (begun) table.set(0, tickwork::value(time));
    };
    if (scan.flags & TW_SCAN_DESCENDING)
      for (auto at = series.rows.rbegin(); at != series.rows.rend(); ++at) take(at->first, at->second);
    else
      for (const auto& [time, row] : series.rows) take(time, row);
    if (table.rows()) runs_.emplace_back(Series{series.measurement, series.tags, {}}, std::move(table));
  }

  tickwork::Columns shape_;
  std::vector<std::pair<Series, tickwork::Columns>> runs_;
  size_t next_ = 0;
  std::vector<tw_tag> tags_;
};

// What is listed of the series that are asked for, sorted and without repetitions.
std::set<std::vector<std::string>> listed(uint32_t what, const Rows& rows, const tw_scan& scan) {
  std::set<std::vector<std::string>> lines;
  const Choice choice{scan};
  std::set<std::string> measurements;
  for (const auto& [key, series] : rows.series()) {
    if (!choice.has(series) || !choice.has_rows(series)) continue;
    measurements.insert(series.measurement);
    if (what == TW_MEASUREMENTS) lines.insert({series.measurement});
    if (what == TW_SERIES) lines.insert({key});
    for (const auto& [tag, value] : series.tags) {
      if (what == TW_TAG_KEYS) lines.insert({series.measurement, tag});
      if (what == TW_TAG_VALUES && (!scan.name.len || tag == tickwork::view(scan.name)))
        lines.insert({series.measurement, tag, value});
    }
  }
  if (what == TW_FIELD_KEYS)
    for (const auto& [name, type] : rows.types())
      if (measurements.count(name.first)) lines.insert({name.first, name.second, tickwork::type_name(type)});
  return lines;
}

// "tickwork storage count FILE": a command needs no instance and may run beside one.
int32_t count(tickwork::CommandCall call) {
  if (call.arguments.size() != 1) return call.usage("count wants the journal's file");
  std::map<std::string, size_t> points;
  Journal::read(std::string{call.arguments[0]}, [&](std::string_view bytes) {
    const RecordReader record{bytes};
    points[std::string{record.database()}] += record.points().size();
  });
  for (const auto& [database, n] : points) call.out(database + " " + std::to_string(n) + "\n");
  return TW_EXIT_FINE;
}

class @CLASS@ : public tickwork::Feed {
 public:
  static constexpr tw_command commands[] = {
      tickwork::command<count>("count", "FILE", "count the points that were written")};

  @CLASS@(tickwork::Host host, tickwork::Config config) : host_{host}, path_{config.str("path")} {
    if (path_.empty()) throw tickwork::Error{TW_E_INVALID, "path must not be empty"};
  }

  void start() {
    journal_.open(path_, [this](std::string_view bytes) {
      const RecordReader record{bytes};
      Rows& rows = databases_[std::string{record.database()}];
      for (const tw_point& p : record.points()) rows.put(p);
    });
  }
  void stop() {
    journal_.close();
    databases_.clear();
  }

  // Durable when it returns. Points that cannot be kept are told, the others are.
  void write(std::string_view database, std::string_view retention, tickwork::Batch batch) {
    std::vector<tw_point> good;
    std::string why;
    {
      const std::unique_lock lock{mutex_};
      Rows& rows = find(database, retention);
      RecordWriter record{database};
      Rows::Types fresh;
      for (tw_point p : batch) {
        if (p.time_ns == TW_NOW) p.time_ns = host_.now();
        const std::string conflict = rows.conflict(p, fresh);
        if (conflict.empty()) {
          record.point(p);
          good.push_back(p);
        } else if (why.empty()) {
          why = conflict;
        }
      }
      if (!good.empty()) journal_.append(record.bytes());
      for (const tw_point& p : good) rows.put(p);
    }
    if (!good.empty()) tell(database, policy, {good.data(), good.size()});
    if (!why.empty())
      throw tickwork::Error{TW_PARTIAL, why + " dropped=" + std::to_string(batch.size() - good.size())};
  }

  void scan(const tw_scan& scan, tw_scanner& out) {
    const std::shared_lock lock{mutex_};
    const Rows& rows = find(tickwork::view(scan.database), tickwork::view(scan.retention));
    tickwork::give_scanner(std::make_unique<Scan>(rows, scan), out);
  }

  void list(uint32_t what, const tw_scan& scan, ArrowArrayStream& out) {
    const std::shared_lock lock{mutex_};
    tickwork::Columns table = tickwork::list_columns(what);
    const auto database = tickwork::view(scan.database);
    if (what == TW_DATABASES) {
      for (const auto& [name, rows] : databases_) table.row(name);
    } else if (what == TW_RETENTION_POLICIES) {
      find(database, {});
      table.row(policy, int64_t{0}, int64_t{0}, int64_t{1}, true);
    } else if (what >= TW_MEASUREMENTS && what <= TW_SERIES) {
      for (const auto& line : listed(what, find(database, tickwork::view(scan.retention)), scan)) {
        table.add();
        for (size_t i = 0; i < line.size(); ++i) table.set(i, tickwork::value(line[i]));
      }
    }  // there are no shards, subscriptions, users and continuous queries
    table.stream(&out);
  }

  void define(const tw_definition& definition) {
    const std::unique_lock lock{mutex_};
    if (definition.what == TW_RETENTION_POLICIES && tickwork::view(definition.name) == policy) return;
    if (definition.what != TW_DATABASES)
      throw tickwork::Error{TW_E_INVALID, "@ID@ keeps databases with the policy autogen and nothing else"};
    const std::string name = tickwork::string(definition.database.len ? definition.database : definition.name);
    if (databases_.count(name)) return;
    journal_.append(RecordWriter{name}.bytes());
    databases_[name];
  }

  void drop(uint32_t what, const tw_scan& scan) {
    const std::unique_lock lock{mutex_};
    const auto name = tickwork::string(scan.database.len ? scan.database : scan.name);
    if (what == TW_DATABASES) {
      databases_.erase(name);
    } else if (what == TW_MEASUREMENTS || what == TW_SERIES || what == TW_ROWS) {
      find(name, tickwork::view(scan.retention)).drop(Choice{scan}, what != TW_ROWS);
    } else {
      throw tickwork::Error{TW_E_INVALID, "@ID@ cannot drop subject " + std::to_string(what)};
    }
    write_anew();
  }

 private:
  Rows& find(std::string_view database, std::string_view retention) {
    const auto found = databases_.find(database);
    if (found == databases_.end())
      throw tickwork::Error{TW_E_NOT_FOUND, "database not found: " + std::string{database}};
    if (!retention.empty() && retention != policy)
      throw tickwork::Error{TW_E_NOT_FOUND, "retention policy not found: " + std::string{retention}};
    return found->second;
  }

  // A journal of what is left.
  void write_anew() {
    std::filesystem::remove(path_ + ".new");  // of a crash
    Journal fresh;
    fresh.open(path_ + ".new", [](std::string_view) {});
    for (const auto& [name, rows] : databases_) {
      for (const auto& [key, series] : rows.series()) {
        RecordWriter record{name};
        for (const auto& [time, row] : series.rows) {
          tickwork::Row one{series.measurement};
          for (const auto& [tag, value] : series.tags) one.tag(tag, value);
          for (const auto& [field, value] : row) one.field_value(field, value.raw());
          record.point(one.time(time).raw());
        }
        fresh.append(record.bytes(), false);
      }
      fresh.append(RecordWriter{name}.bytes());
    }
    fresh.replace(journal_);
  }

  tickwork::Host host_;
  std::string path_;
  std::shared_mutex mutex_;  // of what follows
  std::map<std::string, Rows, std::less<>> databases_;
  Journal journal_;
};

constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, 0, "\"@NAME@.journal\"", "File for the points, made when it is missing"}, {}};

}  // namespace

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Keeps points in memory and in a journal", options));
