// SPDX-License-Identifier: MIT
#include "database.hpp"

#include <sys/resource.h>
#include <tickwork/tickwork.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "quick_waits.hpp"
#include "store_harness.hpp"

namespace tickwork::week {
namespace {

using lmdb_test::Harness;
using lmdb_test::str;

void need(const std::string& error) {
  if (!error.empty()) throw std::runtime_error(error);
}

// Of all threads, in ns.
int64_t cpu_time() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto ns = [](const timeval& t) { return t.tv_sec * lmdb_test::second + t.tv_usec * 1000; };
  return ns(used.ru_utime) + ns(used.ru_stime);
}

std::string series_of(const tw_result& result) {
  std::string out(view(result.name));
  for (size_t i = 0; i < result.n_tags; ++i) {
    out +=
        "," + std::string(view(result.tags[i].key)) + "=" + std::string(view(result.tags[i].value));
  }
  return out;
}

void read_rows(tw_result& result, std::vector<Row>& out) {
  const std::string series = series_of(result);
  ArrowStream stream;
  *stream.out() = result.rows;
  Schema schema;
  stream->get_schema(&*stream, schema.out());
  Array array;
  for (stream->get_next(&*stream, array.out()); array; stream->get_next(&*stream, array.out())) {
    for (int64_t row = 0; row < array->length; ++row) {
      Row& made = out.emplace_back(Row{series, {}});
      for (int64_t c = 0; c < schema->n_children; ++c) {
        made.cells.push_back(Harness::value(*schema->children[c], *array->children[c], row));
      }
    }
  }
}

// At least; in truth every second, and mostly oftener than this.
constexpr int64_t store_looks_every = 600 * lmdb_test::second;

}  // namespace

Database::Database(std::string folder, const std::string& query) : folder_(std::move(folder)) {
  host_.load(query);
}

// What is synced when is a matter of other tests. The tables are small, so that rows of an hour
// come in more than one flush.
void Database::start() {
  storage_.emplace(host_.create("storage.lmdb", "path = '" + folder_ +
                                                    "'\nsync = 'interval'\n"
                                                    "sync_interval = '1m'\n"
                                                    "table_size = " +
                                                    std::to_string(table_bytes)));
  need(storage_->error());
  need(storage_->start());
  host_.provide(TW_STORAGE, "", *storage_);
  host_.provide(TW_STORAGE_AGGREGATE, "", *storage_);
  query_.emplace(host_.create("query.influxql", ""));
  need(query_->error());
  need(query_->start());
}

void Database::stop() {
  need(query_->stop());
  query_.reset();
  need(storage_->stop());
  storage_.reset();
}

void Database::pass(int64_t ns) {
  host_.advance(std::chrono::nanoseconds(ns));
  if (now() % store_looks_every == 0) wait_for_the_store();
}

// It computes, and waits for the disk less than that.
void Database::wait_for_the_flush() const {
  constexpr auto look = std::chrono::milliseconds(20);
  constexpr int64_t little = 10'000'000;
  for (int quiet = 0; quiet < 3;) {
    const int64_t before = cpu_time();
    std::this_thread::sleep_for(look);
    quiet = cpu_time() - before < little ? quiet + 1 : 0;
  }
}

// A pass that was under way may have seen the old clock; the one behind it has not.
void Database::wait_for_the_store() const {
  const uint64_t begun = quick_waits();
  while (quick_waits() < begun + 2) std::this_thread::sleep_for(std::chrono::microseconds(200));
}

void Database::write(std::string_view lines) {
  const testing::Points points(lines);
  const tw_batch batch = points.batch();
  const auto* storage = storage_->ext<tw_storage>(TW_STORAGE);
  need(storage_->call([&](tw_error* error) {
    return storage->write(storage_->self(), str("db"), str(""), &batch, error);
  }));
  if (storage_->status() != TW_OK) throw std::runtime_error("a write was not taken");
}

std::vector<Row> Database::ask(const std::string& statements) {
  tw_request request{};
  request.size = sizeof request;
  request.text = str(statements);
  request.database = TW_STR("db");
  Results results;
  results.out()->size = sizeof(tw_results);
  need(query_->call([&](tw_error* error) {
    return query_->ext<tw_query>(TW_QUERY)->run(query_->self(), &request, &*results, error);
  }));
  std::vector<Row> rows;
  tw_error error = Harness::error();
  for (;;) {
    tw_result result{};
    result.size = sizeof result;
    if (results->next(&*results, &result, &error) != TW_OK) break;
    need(std::string(view(result.error)));
    if (result.rows.release) read_rows(result, rows);
  }
  return rows;
}

int64_t Database::number(const std::string& statement, size_t cell) {
  const std::vector<Row> rows = ask(statement);
  if (rows.empty()) return 0;
  if (rows.size() > 1) throw std::runtime_error(statement + ": more than one row");
  return rows[0].number(cell);
}

std::string Database::complaints() const {
  std::string out;
  for (const testing::LogLine& line : host_.log()) {
    if (line.level <= TW_LOG_WARN) out += line.text + "\n";
  }
  for (const std::string& line : host_.complaints()) out += line + "\n";
  return out;
}

}  // namespace tickwork::week
