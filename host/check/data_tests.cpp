// SPDX-License-Identifier: MIT
// Tests 43 to 45: Arrow answers of a storage, snapshots, panels.
#include <fmt/format.h>

#include <cctype>
#include <cstring>
#include <random>
#include <string_view>
#include <tickwork/tickwork.hpp>

#include "check/arrow_check.hpp"
#include "check/manifest.hpp"
#include "check/rig.hpp"
#include "check/samples.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

// Every array of a stream, then its release.
void drain(Case& c, const std::string& what, ArrowArrayStream& stream) {
  if (!stream.release) return c.error(what + ": the stream has no release");
  ArrowSchema schema{};
  if (stream.get_schema(&stream, &schema) != 0) {
    c.error(what + ": get_schema fails");
  } else {
    for (;;) {
      ArrowArray array{};
      if (stream.get_next(&stream, &array) != 0) {
        c.error(what + ": get_next fails");
        break;
      }
      if (!array.release) break;
      if (const std::string why = arrow_flaw(schema, array); !why.empty())
        c.error(what + ": " + why);
      array.release(&array);
      if (array.release) c.error(what + ": the array's release does not clear itself");
    }
    schema.release(&schema);
    if (schema.release) c.error(what + ": the schema's release does not clear itself");
  }
  stream.release(&stream);
  if (stream.release) c.error(what + ": the stream's release does not clear itself");
}

tw_scan scan_of(std::string_view database, std::string_view measurement) {
  tw_scan scan{};
  scan.size = sizeof scan;
  scan.database = str(database);
  scan.measurement = str(measurement);
  scan.from_ns = INT64_MIN;
  scan.to_ns = INT64_MAX;
  return scan;
}

void list_all(Case& c, Rig& rig, const tw_storage& storage) {
  for (uint32_t what = TW_DATABASES; what <= TW_SUBSCRIPTIONS; ++what) {
    c.doing(fmt::format("list {} of {}", what, rig.id()));
    const tw_scan scan = scan_of("check", "");
    ArrowArrayStream stream{};
    rig.instance().call(
        [&](tw_error* e) { return storage.list(rig.instance().self(), what, &scan, &stream, e); });
    if (rig.fine("list")) drain(c, fmt::format("{}: list {}", rig.id(), what), stream);
  }
}

// Reads a scanner to its end and releases it; calls use for every run.
template <class Use>
void read_scanner(Case& c, Rig& rig, const std::string& what, tw_scanner& scanner, Use&& use) {
  ArrowSchema schema{};
  tw_error error = empty_error();
  if (scanner.schema(&scanner, &schema, &error) < 0)
    c.error(fmt::format("{}: the {} has no schema", rig.id(), what));
  for (;;) {
    tw_rows rows{};
    rows.size = sizeof rows;
    if (scanner.next(&scanner, &rows, &error) != TW_OK) break;
    if (schema.release)
      if (const std::string why = arrow_flaw(schema, rows.array); !why.empty())
        c.error(fmt::format("{}: {}: {}", rig.id(), what, why));
    use(rows);
    rows.array.release(&rows.array);
    if (rows.array.release)
      c.error(fmt::format("{}: the release of a {}'s rows does not clear itself", rig.id(), what));
  }
  if (schema.release) schema.release(&schema);
  scanner.release(&scanner);
}

// The rows that a scan of one measurement yields.
size_t scan_rows(Case& c, Rig& rig, const tw_storage& storage, std::string_view measurement) {
  c.doing(fmt::format("scan of {}", rig.id()));
  const tw_scan scan = scan_of("check", measurement);
  tw_scanner scanner{};
  scanner.size = sizeof scanner;
  rig.instance().call(
      [&](tw_error* e) { return storage.scan(rig.instance().self(), &scan, &scanner, e); });
  if (!rig.fine("scan"))
    return c.note(fmt::format("{} not scanned: {}", rig.id(), rig.instance().error())), 0;
  size_t n = 0;
  read_scanner(c, rig, "scan", scanner,
               [&](const tw_rows& rows) { n += static_cast<size_t>(rows.array.length); });
  return n;
}

// How many values of one column an aggregation counts; -1 if the storage would not.
int64_t counted_values(Case& c, Rig& rig, const tw_storage_aggregate& storage,
                       std::string_view measurement, std::string_view column) {
  c.doing(fmt::format("aggregate of {}", rig.id()));
  const tw_scan scan = scan_of("check", measurement);
  const tw_aggregate count{str(column), TW_AGGREGATE_COUNT, 0, 0};
  tw_aggregation wanted{};
  wanted.size = sizeof wanted;
  wanted.rows = &scan;
  wanted.aggregates = &count;
  wanted.n_aggregates = 1;
  tw_scanner scanner{};
  scanner.size = sizeof scanner;
  rig.instance().call(
      [&](tw_error* e) { return storage.aggregate(rig.instance().self(), &wanted, &scanner, e); });
  if (!rig.fine("aggregate") || rig.instance().status() < 0) return -1;
  int64_t n = 0;
  read_scanner(c, rig, "aggregation", scanner, [&](const tw_rows& rows) {
    const ArrowArray& counts = *rows.array.children[1];
    for (int64_t i = 0; i < rows.array.length; ++i)
      n += static_cast<const int64_t*>(counts.buffers[1])[rows.array.offset + counts.offset + i];
  });
  return n;
}

bool define_database(Rig& rig, const tw_storage& storage) {
  tw_definition d{};
  d.size = sizeof d;
  d.what = TW_DATABASES;
  d.database = d.name = TW_STR("check");
  rig.instance().call([&](tw_error* e) { return storage.define(rig.instance().self(), &d, e); });
  return rig.fine("define");
}

void arrow_valid(Case& c) {
  for_each_ready(c, TW_STORAGE, "storage", [&](Rig& rig) {
    const auto& storage = *rig.instance().ext<tw_storage>(TW_STORAGE);
    define_database(rig, storage);
    const testing::Points points = sample_points(10);
    const tw_batch batch = points.batch();
    c.doing(fmt::format("write of {}", rig.id()));
    rig.instance().call([&](tw_error* e) {
      return storage.write(rig.instance().self(), TW_STR("check"), {}, &batch, e);
    });
    const bool written = rig.fine("write") && rig.instance().status() == TW_OK;
    list_all(c, rig, storage);
    const size_t n = scan_rows(c, rig, storage, "cpu");
    if (written && n != 5 && rig.instance().status() >= 0)
      c.error(fmt::format("{}: wrote 5 points of cpu, read back {}", rig.id(), n));
    const auto* aggregates = rig.instance().ext<tw_storage_aggregate>(TW_STORAGE_AGGREGATE);
    if (!written || !aggregates) return;
    const int64_t counted = counted_values(c, rig, *aggregates, "cpu", "value");
    if (counted >= 0 && counted != 5)
      c.error(fmt::format("{}: wrote 5 values of cpu, counts {}", rig.id(), counted));
  });
}

void snapshot_round_trip(Case& c) {
  std::mt19937_64 random{c.subject().seed};
  for (const tw_plugin* p : c.plugins_with(TW_SNAPSHOT, "snapshot")) {
    Rig from{c, *p}, to{c, *p};
    if (!from.ready() || !to.create()) continue;
    c.doing(fmt::format("save of {}", p->id));
    const std::string bytes = from.instance().save();
    if (!from.fine("save"))
      c.error(fmt::format("{}: save fails: {}", p->id, from.instance().error()));
    c.doing(fmt::format("load of {}", p->id));
    to.instance().load(bytes);
    if (!to.fine("load"))
      c.error(fmt::format("{}: does not load what it saved: {}", p->id, to.instance().error()));
    else if (to.start() && to.instance().save() != bytes)
      c.note(fmt::format("{}: saves other bytes after loading", p->id));
    for (size_t n = 0; n < 40; ++n) {
      std::string noise(n < 2 ? n : random() % 200, '\0');
      for (char& ch : noise) ch = static_cast<char>(random());
      Rig rig{c, *p};
      if (!rig.create()) break;
      c.doing(fmt::format("load of {} random bytes by {}", noise.size(), p->id));
      rig.instance().load(noise);
      rig.fine("load");
    }
  }
}

void panel_manifest(Case& c) {
  for (const tw_plugin* p : c.plugins_with(TW_PANEL, "panel"))
    for (const std::string& why :
         manifest_flaws(*static_cast<const tw_panel*>(ext_of(*p, TW_PANEL))))
      c.error(fmt::format("{}: {}", p->id, why));
}

constexpr Test tests[] = {
    {43, "arrow-valid", arrow_valid},
    {44, "snapshot-round-trip", snapshot_round_trip},
    {45, "panel-manifest", panel_manifest},
};

}  // namespace

std::span<const Test> data_tests() { return tests; }

}  // namespace tickwork::host::check
