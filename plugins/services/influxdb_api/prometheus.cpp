// SPDX-License-Identifier: MIT
// Prometheus' remote storage: /api/v1/prom/write and /api/v1/prom/read. A sample is a point of the
// measurement __name__ with every label as a tag and the one field `value`.
#include <snappy.h>

#include <algorithm>
#include <cmath>

#include "api.hpp"
#include "lists.hpp"
#include "remote_messages.hpp"

namespace tickwork::influxdb_api {

namespace {

constexpr int64_t millisecond = 1'000'000;
constexpr const char* no_name = "prom_metric_not_specified";

std::string unsnapped(std::string_view body, size_t most) {
  size_t length = 0;
  bool known = snappy::GetUncompressedLength(body.data(), body.size(), &length);
  if (known && most > 0 && length > most) throw TooLarge("Request Entity Too Large");
  std::string out;
  if (!known || !snappy::Uncompress(body.data(), body.size(), &out)) {
    throw GzipError("snappy: corrupt input");
  }
  return out;
}

// The points of a request, over its own text.
class Points {
 public:
  explicit Points(std::vector<RemoteSeries>& series) {
    size_t samples = 0, labels = 0;
    for (const RemoteSeries& s : series) {
      samples += s.samples.size();
      labels += s.labels.size();
    }
    tags_.reserve(labels);
    fields_.reserve(samples);
    points_.reserve(samples);
    for (RemoteSeries& s : series) add(s);
  }
  tw_batch batch() const { return {points_.data(), points_.size()}; }

 private:
  void add(RemoteSeries& series) {
    std::sort(series.labels.begin(), series.labels.end(),
              [](const Label& a, const Label& b) { return a.name < b.name; });
    tw_point point{};
    point.name = {no_name, std::char_traits<char>::length(no_name)};
    point.tags = tags_.data() + tags_.size();
    for (const Label& label : series.labels) {
      if (label.value.empty()) continue;
      tags_.push_back({str(label.name), str(label.value)});
      ++point.n_tags;
      if (label.name == "__name__") point.name = str(label.value);
    }
    for (const RemoteSample& sample : series.samples) {
      if (!std::isfinite(sample.value)) continue;
      tw_field field{};
      field.key = TW_STR("value");
      field.value.type = TW_FLOAT;
      field.value.as.f = sample.value;
      point.fields = fields_.data() + fields_.size();
      fields_.push_back(field);
      point.n_fields = 1;
      point.time_ns = sample.ms * millisecond;
      points_.push_back(point);
    }
  }

  std::vector<tw_tag> tags_;
  std::vector<tw_field> fields_;
  std::vector<tw_point> points_;
};

constexpr uint32_t operators[] = {TW_EQ, TW_NE, TW_MATCH, TW_NO_MATCH};

// Reads the series of one measurement that the matchers pick.
class RemoteReader {
 public:
  RemoteReader(const Ref<tw_storage>& storage, std::string database, std::string retention,
               const RemoteQuery& query)
      : storage_{storage}, database_{std::move(database)}, retention_{std::move(retention)} {
    from_ = query.from_ms * millisecond;
    to_ = query.to_ms * millisecond + 1;
    for (const Matcher& m : query.matchers) {
      if (m.type > 3) throw Refusal{400, "unknown type of matcher: " + std::to_string(m.type)};
      if (m.name == "__name__" && m.type == 0) {
        name_ = m.value;
        continue;
      }
      // PromQL's expressions are anchored.
      values_.push_back(m.type >= 2 ? "^(?:" + m.value + ")$" : m.value);
      names_.push_back(m.name);
      types_.push_back(operators[m.type]);
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      where_.push_back({str(names_[i]), str(values_[i]), types_[i], 0});
    }
  }

  std::vector<RemoteSeries> read() {
    if (!name_.empty()) {
      scan(name_);
    } else {
      for (const std::string& name : measurements()) scan(name);
    }
    return std::move(out_);
  }

 private:
  tw_scan request() const {
    tw_scan scan{};
    scan.size = sizeof scan;
    scan.database = str(database_);
    scan.retention = str(retention_);
    scan.from_ns = from_;
    scan.to_ns = to_;
    scan.where = where_.data();
    scan.n_where = where_.size();
    return scan;
  }

  std::vector<std::string> measurements() const {
    tw_scan scan = request();
    ArrowArrayStream stream{};
    storage_.call(&tw_storage::list, uint32_t{TW_MEASUREMENTS}, static_cast<const tw_scan*>(&scan),
                  &stream);
    std::vector<std::string> out;
    for (auto& row : read_rows(stream)) out.push_back(row[0]);
    return out;
  }

  void scan(const std::string& measurement) {
    const tw_str column = TW_STR("value");
    tw_scan wanted = request();
    wanted.measurement = str(measurement);
    wanted.columns = &column;
    wanted.n_columns = 1;
    Scanner scanner;
    tw_scanner* out = scanner.out();
    out->size = sizeof *out;
    storage_.call(&tw_storage::scan, static_cast<const tw_scan*>(&wanted), out);
    Schema schema;
    tw_error error = empty_error();
    check(scanner->schema(&*scanner, schema.out(), &error), error);
    bool floats = schema->n_children == 2 && schema->children[1]->format[0] == 'g';
    uint64_t series = 0;
    for (bool first = true;; first = false) {
      tw_rows rows{};
      rows.size = sizeof rows;
      if (check(scanner->next(&*scanner, &rows, &error), error) == TW_DONE) return;
      Array held;
      *held.out() = rows.array;
      if (!floats) continue;
      if (first || rows.series != series) begin_series(rows);
      series = rows.series;
      add_samples(*held);
    }
  }

  void begin_series(const tw_rows& rows) {
    RemoteSeries& series = out_.emplace_back();
    for (size_t i = 0; i < rows.n_tags; ++i) {
      series.labels.push_back({string(rows.tags[i].key), string(rows.tags[i].value)});
    }
  }

  void add_samples(const ArrowArray& array) {
    const ArrowArray &times = *array.children[0], &values = *array.children[1];
    const auto* time = static_cast<const int64_t*>(times.buffers[1]) + times.offset + array.offset;
    const auto* value =
        static_cast<const double*>(values.buffers[1]) + values.offset + array.offset;
    for (int64_t i = 0; i < array.length; ++i) {
      out_.back().samples.push_back({value[i], time[i] / millisecond});
    }
  }

  const Ref<tw_storage>& storage_;
  std::string database_, retention_, name_;
  int64_t from_, to_;
  std::vector<std::string> names_, values_;
  std::vector<uint32_t> types_;
  std::vector<tw_where> where_;
  std::vector<RemoteSeries> out_;
};

}  // namespace

void Api::prometheus_write(Exchange& x) {
  Sender sender = identify(x);
  if (!sender.welcome) return;
  Target target{x.url_value("db"), x.url_value("rp"), 1};
  if (target.database.empty()) return x.error(400, "database is required");
  if (!may_write(x, target, sender.user)) return;
  ++writes_;
  std::vector<RemoteSeries> series;
  try {
    if (!parse_write_request(unsnapped(x.raw_body(), most_unpacked_), series)) {
      return x.error(400, "body is no Prometheus WriteRequest");
    }
  } catch (const GzipError& e) {
    return x.error(400, e.what());
  }
  Points points(series);
  store(x, target, points.batch(), "");
}

void Api::prometheus_read(Exchange& x) {
  Sender sender = identify(x);
  if (!sender.welcome) return;
  std::string database = x.url_value("db");
  std::vector<RemoteQuery> queries;
  try {
    access_.allow_read(sender.user, database);
    if (!parse_read_request(unsnapped(x.raw_body(), most_unpacked_), queries)) {
      return x.error(400, "body is no Prometheus ReadRequest");
    }
    if (queries.size() != 1) {
      return x.error(400, "Prometheus read endpoint currently only supports one query at a time");
    }
    RemoteReader reader(storage_, database, x.url_value("rp"), queries[0]);
    std::string packed, plain = read_response(reader.read());
    snappy::Compress(plain.data(), plain.size(), &packed);
    x.packed(200, "application/x-protobuf", "snappy", packed);
  } catch (const GzipError& e) {
    x.error(400, e.what());
  } catch (const Refusal& refusal) {
    refuse(x, refusal);
  } catch (const Error& e) {
    x.error(e.status() == TW_E_INVALID ? 400 : e.status() == TW_E_NOT_FOUND ? 404 : 500, e.what());
  }
}

}  // namespace tickwork::influxdb_api
