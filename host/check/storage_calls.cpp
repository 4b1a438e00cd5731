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

void StorageCalls::take(const tw_rows& rows, const ArrowSchema& schema,
                        std::vector<std::string>& out) {
  if (const std::string why = arrow_flaw(schema, rows.array); !why.empty()) {
    case_.error(fmt::format("{}: scan: {}", rig_.id(), why));
    return;
  }
  std::string tags;
  for (uint32_t i = 0; i < rows.n_tags; ++i)
    tags += fmt::format("{}={} ", view(rows.tags[i].key), view(rows.tags[i].value));
  for (int64_t i = 0; i < rows.array.length; ++i)
    out.push_back(tags + row_text(schema, rows.array, i));
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
  Schema schema;
  tw_error error = empty_error();
  if (scanner->schema(&*scanner, &*schema, &error) < 0 || !schema) {
    case_.error(rig_.id() + ": the scan has no schema");
    return out;
  }
  for (;;) {
    tw_rows rows{};
    rows.size = sizeof rows;
    const tw_status status = scanner->next(&*scanner, &rows, &error);
    if (status < 0) case_.error(fmt::format("{}: scan: {}", rig_.id(), error.message));
    if (status != TW_OK) break;
    take(rows, *schema, out);
    rows.array.release(&rows.array);
    if (rows.array.release) case_.error(rig_.id() + ": a scan's release does not clear itself");
  }
  return out;
}

}  // namespace tickwork::host::check
