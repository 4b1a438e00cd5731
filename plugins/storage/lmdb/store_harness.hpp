// SPDX-License-Identifier: MIT
// For tests: the plugin driven through its module's tables alone, with a host whose clock the test
// moves and that any thread may use. Answers become text that is easy to compare.
#pragma once

#include <stdlib.h>
#include <tickwork/tickwork.h>
#include <tickwork/testing.hpp>

#include <atomic>
#include <climits>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::lmdb_test {

inline constexpr int64_t second = 1'000'000'000, hour = 3600 * second;  // ns

inline tw_str str(std::string_view s) { return {s.data(), s.size()}; }

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tickwork-lmdb-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The options as text and numbers; what is not set has the default given here.
struct Settings {
  std::map<std::string, std::string> texts{{"path", ""}, {"sync", "always"}};
  std::map<std::string, int64_t> numbers{{"sync_interval", 1'000'000'000},
                                         {"table_size", 16 << 20},
                                         {"log_size", 32 << 20},
                                         {"flush_idle", 3'600'000'000'000},
                                         {"retention_check", 1'800'000'000'000},
                                         {"series_cache", 2'000'000},
                                         {"map_size", 1 << 30}};
  std::vector<std::string> databases{"db"};
};

struct Request {
  std::string measurement{}, database = "db", retention{}, name{};
  int64_t from = INT64_MIN, to = INT64_MAX;
  std::vector<std::string> columns{};
  std::vector<std::tuple<std::string, uint32_t, std::string>> where{};
  uint64_t limit = 0;
  bool descending = false, count = false;
};

class Harness {
 public:
  explicit Harness(Settings settings) : settings_(std::move(settings)) {
    host_.size = sizeof host_;
    host_.name = "storage.lmdb";
    host_.version = "test";
    host_.self = this;
    host_.log = [](const tw_host* h, int level, tw_str line) { me(h).note(level, line); };
    host_.now = [](const tw_host* h) { return me(h).now_.load(); };
    host_.ticks = [](const tw_host* h) { return me(h).ticks_.load(); };
    host_.stopping = [](const tw_host*) { return false; };
    host_.ext = [](const tw_host*, const char*) -> const void* { return nullptr; };
    config_.size = sizeof config_;
    config_.self = this;
    config_.count = [](const tw_config* c, const char* key) {
      return std::string_view(key) == "databases" ? me(c).settings_.databases.size() : size_t{1};
    };
    config_.str = [](const tw_config* c, const char* key, size_t i) {
      if (std::string_view(key) == "databases") return str(me(c).settings_.databases[i]);
      return str(me(c).settings_.texts.at(key));
    };
    config_.num = [](const tw_config* c, const char* key, size_t) {
      return me(c).settings_.numbers.at(key);
    };
  }
  ~Harness() { close(); }

  // ---- life ----
  std::string open() {
    tw_error e = error();
    if (plugin().create(&host_, &config_, &instance_, &e) != TW_OK) return e.message;
    if (plugin().start(instance_, &e) == TW_OK) return "";
    plugin().destroy(instance_);
    instance_ = nullptr;
    return e.message;
  }
  void close() {
    if (!instance_) return;
    tw_error e = error();
    plugin().stop(instance_, &e);
    plugin().destroy(instance_);
    instance_ = nullptr;
  }
  void reopen() {
    close();
    if (const std::string why = open(); !why.empty()) throw std::runtime_error(why);
  }

  void set_now(int64_t ns) { now_ = ns; }
  void advance(int64_t ns) {
    now_ += ns;
    ticks_ += ns;
  }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  bool logged(std::string_view part) {
    for (const std::string& line : log()) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  // ---- the vtables ----
  static const tw_plugin& plugin() { return *tickwork_module_v1.plugins[0]; }
  template <class V>
  static const V& ext(const char* id) {
    for (const tw_ext* e = plugin().exts; e->id; ++e) {
      if (std::strcmp(e->id, id) == 0) return *static_cast<const V*>(e->vtable);
    }
    throw std::runtime_error("no such extension");
  }
  static const tw_storage& storage() { return ext<tw_storage>(TW_STORAGE); }
  static const tw_feed& feed() { return ext<tw_feed>(TW_FEED); }
  tw_instance* self() const { return instance_; }
  static tw_error error() { return {sizeof(tw_error), 0, {}}; }

  // ---- calls ----
  // Empty when all points were taken, else the message.
  std::string write(std::string_view lines, std::string_view database = "db",
                    std::string_view retention = "") {
    const testing::Points points(lines);
    return write_batch(points.batch(), database, retention);
  }
  std::string write_batch(const tw_batch& batch, std::string_view database = "db",
                          std::string_view retention = "") {
    tw_error e = error();
    const tw_status status = storage().write(instance_, str(database), str(retention), &batch, &e);
    status_ = status;
    if (status == TW_OK) return "";
    return *e.message ? e.message : "status " + std::to_string(status);
  }
  tw_status status() const { return status_; }

  std::string scan(const Request& request) {
    tw_scanner scanner{sizeof(tw_scanner), nullptr, nullptr, nullptr, nullptr};
    tw_error e = error();
    const Borrowed borrowed(request);
    if (storage().scan(instance_, &borrowed.scan, &scanner, &e) != TW_OK) return e.message;
    ArrowSchema schema{};
    scanner.schema(&scanner, &schema, &e);
    std::string out, series;
    tw_rows rows{};
    rows.size = sizeof rows;
    tw_status status = TW_OK;
    while ((status = scanner.next(&scanner, &rows, &e)) == TW_OK) {
      series = request.measurement;
      for (uint32_t i = 0; i < rows.n_tags; ++i) {
        series += "," + text(rows.tags[i].key) + "=" + text(rows.tags[i].value);
      }
      put_rows(series, schema, rows.array, out);
      rows.array.release(&rows.array);
    }
    if (status != TW_DONE) out += std::string("error: ") + e.message;
    schema.release(&schema);
    scanner.release(&scanner);
    return out;
  }

  // ---- answers as text ----
  static bool bit(const void* bits, int64_t i) {
    return static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1;
  }
  static std::string value(const ArrowSchema& schema, const ArrowArray& array, int64_t row) {
    if (array.n_buffers > 0 && array.buffers[0] && !bit(array.buffers[0], row)) return "";
    const std::string_view format = schema.format;
    if (format == "u") {
      const auto* offsets = static_cast<const int32_t*>(array.buffers[1]);
      const auto* bytes = static_cast<const char*>(array.buffers[2]);
      return {bytes + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])};
    }
    if (format == "b") return bit(array.buffers[1], row) ? "true" : "false";
    if (format == "g") {
      char out[40];
      std::snprintf(out, sizeof out, "%.17g", static_cast<const double*>(array.buffers[1])[row]);
      return out;
    }
    if (format == "L")
      return std::to_string(static_cast<const uint64_t*>(array.buffers[1])[row]) + "u";
    return std::to_string(static_cast<const int64_t*>(array.buffers[1])[row]);
  }
  static void put_rows(const std::string& series, const ArrowSchema& schema,
                       const ArrowArray& array, std::string& out) {
    for (int64_t row = 0; row < array.length; ++row) {
      out += series + " " + value(*schema.children[0], *array.children[0], row);
      for (int64_t c = 1; c < array.n_children; ++c) {
        const std::string v = value(*schema.children[c], *array.children[c], row);
        const bool null = array.children[c]->buffers[0] && !bit(array.children[c]->buffers[0], row);
        if (!null) out += std::string(" ") + schema.children[c]->name + "=" + v;
      }
      out += "\n";
    }
  }

  // A request as the vtables take it, borrowed from r.
  struct Borrowed {
    explicit Borrowed(const Request& r) {
      scan.size = sizeof scan;
      if (r.descending) scan.flags |= TW_SCAN_DESCENDING;
      if (r.count) scan.flags |= TW_LIST_COUNT;
      scan.database = str(r.database);
      scan.retention = str(r.retention);
      scan.measurement = str(r.measurement);
      scan.name = str(r.name);
      scan.from_ns = r.from;
      scan.to_ns = r.to;
      scan.limit = r.limit;
      for (const std::string& c : r.columns) columns.push_back(str(c));
      for (const auto& [tag, op, v] : r.where) where.push_back({str(tag), str(v), op, 0});
      scan.columns = columns.data();
      scan.n_columns = columns.size();
      scan.where = where.data();
      scan.n_where = where.size();
    }
    tw_scan scan{};
    std::vector<tw_str> columns;
    std::vector<tw_where> where;
  };

  // Rows of fields joined by "|".
  std::string list(uint32_t what, const Request& request = {}) {
    ArrowArrayStream stream{};
    tw_error e = error();
    const Borrowed borrowed(request);
    if (storage().list(instance_, what, &borrowed.scan, &stream, &e) != TW_OK) return e.message;
    ArrowSchema schema{};
    stream.get_schema(&stream, &schema);
    std::string out;
    while (true) {
      ArrowArray array{};
      stream.get_next(&stream, &array);
      if (!array.release) break;
      for (int64_t row = 0; row < array.length; ++row) {
        for (int64_t c = 0; c < array.n_children; ++c) {
          out += (c ? "|" : "") + value(*schema.children[c], *array.children[c], row);
        }
        out += "\n";
      }
      array.release(&array);
    }
    schema.release(&schema);
    stream.release(&stream);
    return out;
  }

  std::string drop(uint32_t what, const Request& request) {
    tw_error e = error();
    const Borrowed borrowed(request);
    return storage().drop(instance_, what, &borrowed.scan, &e) == TW_OK ? "" : e.message;
  }

  std::string define(tw_definition d) {
    tw_error e = error();
    d.size = sizeof d;
    return storage().define(instance_, &d, &e) == TW_OK ? "" : e.message;
  }
  std::string define_policy(std::string_view name, int64_t duration, uint32_t flags = 0,
                            int64_t shard_duration = 0) {
    tw_definition d{};
    d.what = TW_RETENTION_POLICIES;
    d.flags = flags | TW_DEFINE_HAS_DURATION | TW_DEFINE_HAS_REPLICAS |
              (shard_duration ? TW_DEFINE_HAS_SHARD_DURATION : 0);
    d.database = str("db");
    d.name = str(name);
    d.duration_ns = duration;
    d.shard_duration_ns = shard_duration;
    d.replicas = 1;
    return define(d);
  }

 private:
  static Harness& me(const tw_host* h) { return *static_cast<Harness*>(h->self); }
  static const Harness& me(const tw_config* c) { return *static_cast<const Harness*>(c->self); }
  static std::string text(tw_str s) { return {s.data, s.len}; }
  void note(int level, tw_str line) {
    const std::lock_guard lock(mutex_);
    log_.push_back(std::to_string(level) + " " + text(line));
  }

  Settings settings_;
  tw_host host_{};
  tw_config config_{};
  tw_instance* instance_ = nullptr;
  std::atomic<tw_status> status_ = TW_OK;
  std::atomic<int64_t> now_ = 1'700'000'000'000'000'000, ticks_ = 0;
  std::mutex mutex_;
  std::vector<std::string> log_;
};

}  // namespace tickwork::lmdb_test
