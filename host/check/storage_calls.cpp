// SPDX-License-Identifier: MIT
#include "check/storage_calls.hpp"

#include <fmt/format.h>

#include <tickwork/tickwork.hpp>

#include "check/arrow_check.hpp"
#include "check/arrow_table.hpp"

namespace tickwork::host::check {

tw_scan whole_scan(std::string_view measurement) {
  tw_scan scan{};
  scan.size = sizeof scan;
  scan.database = TW_STR("check");
  scan.measurement = str(measurement);
  scan.from_ns = INT64_MIN;
  scan.to_ns = INT64_MAX;
  return scan;
}

bool StorageCalls::define_database() {
  tw_definition d{};
  d.size = sizeof d;
  d.what = TW_DATABASES;
  d.database = d.name = TW_STR("check");
  case_.doing(fmt::format("define of {}", rig_.id()));
  rig_.instance().call([&](tw_error* e) { return table_.define(rig_.instance().self(), &d, e); });
  return rig_.fine("define");
}

bool StorageCalls::write(const testing::Points& points) {
  const tw_batch batch = points.batch();
  case_.doing(fmt::format("write of {}", rig_.id()));
  rig_.instance().call([&](tw_error* e) {
    return table_.write(rig_.instance().self(), TW_STR("check"), {}, &batch, e);
  });
  return rig_.fine("write") && rig_.instance().status() == TW_OK;
}

void StorageCalls::read(const char* what, tw_scanner& scanner, const Use& use) {
  Schema schema;
  tw_error error = empty_error();
  if (scanner.schema(&scanner, &*schema, &error) < 0 || !schema) {
    case_.error(fmt::format("{}: the {} has no schema", rig_.id(), what));
    return;
  }
  for (;;) {
    tw_rows rows{};
    rows.size = sizeof rows;
    const tw_status status = scanner.next(&scanner, &rows, &error);
    if (status < 0) case_.error(fmt::format("{}: {}: {}", rig_.id(), what, error.message));
    if (status != TW_OK) break;
    if (const std::string why = arrow_flaw(*schema, rows.array); !why.empty())
      case_.error(fmt::format("{}: {}: {}", rig_.id(), what, why));
    else
      use(*schema, rows);
    rows.array.release(&rows.array);
    if (rows.array.release)
      case_.error(
          fmt::format("{}: the release of a {}'s rows does not clear itself", rig_.id(), what));
  }
}

std::vector<std::string> StorageCalls::rows(std::string_view measurement) {
  case_.doing(fmt::format("scan of {}", rig_.id()));
  const tw_scan scan = whole_scan(measurement);
  Scanner scanner;
  scanner->size = sizeof(tw_scanner);
  rig_.instance().call(
      [&](tw_error* e) { return table_.scan(rig_.instance().self(), &scan, &*scanner, e); });
  std::vector<std::string> out;
  if (!rig_.fine("scan")) {
    case_.note(fmt::format("{} not scanned: {}", rig_.id(), rig_.instance().error()));
    return out;
  }
  read("scan", *scanner, [&](const ArrowSchema& schema, const tw_rows& rows) {
    std::string tags;
    for (uint32_t i = 0; i < rows.n_tags; ++i)
      tags += fmt::format("{}={} ", view(rows.tags[i].key), view(rows.tags[i].value));
    for (int64_t i = 0; i < rows.array.length; ++i)
      out.push_back(tags + row_text(schema, rows.array, i));
  });
  return out;
}

int64_t StorageCalls::counted(std::string_view measurement, std::string_view column) {
  const auto* aggregates = rig_.instance().ext<tw_storage_aggregate>(TW_STORAGE_AGGREGATE);
  if (!aggregates) return -1;
  case_.doing(fmt::format("aggregate of {}", rig_.id()));
  const tw_scan scan = whole_scan(measurement);
  const tw_aggregate count{str(column), TW_AGGREGATE_COUNT, 0, 0};
  tw_aggregation wanted{};
  wanted.size = sizeof wanted;
  wanted.rows = &scan;
  wanted.aggregates = &count;
  wanted.n_aggregates = 1;
  Scanner scanner;
  scanner->size = sizeof(tw_scanner);
  rig_.instance().call([&](tw_error* e) {
    return aggregates->aggregate(rig_.instance().self(), &wanted, &*scanner, e);
  });
  if (!rig_.fine("aggregate")) return -1;
  int64_t n = 0;
  read("aggregation", *scanner, [&](const ArrowSchema&, const tw_rows& rows) {
    const ArrowArray& counts = *rows.array.children[1];
    for (int64_t i = 0; i < rows.array.length; ++i)
      n += static_cast<const int64_t*>(counts.buffers[1])[rows.array.offset + counts.offset + i];
  });
  return n;
}

}  // namespace tickwork::host::check
