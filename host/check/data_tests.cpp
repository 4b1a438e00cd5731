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
#include "check/storage_calls.hpp"
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

void list_all(Case& c, Rig& rig, const tw_storage& storage) {
  for (uint32_t what = TW_DATABASES; what <= TW_SUBSCRIPTIONS; ++what) {
    c.doing(fmt::format("list {} of {}", what, rig.id()));
    const tw_scan scan = whole_scan("");
    ArrowArrayStream stream{};
    rig.instance().call(
        [&](tw_error* e) { return storage.list(rig.instance().self(), what, &scan, &stream, e); });
    if (rig.fine("list")) drain(c, fmt::format("{}: list {}", rig.id(), what), stream);
  }
}

void arrow_valid(Case& c) {
  for_each_ready(c, TW_STORAGE, "storage", [&](Rig& rig) {
    StorageCalls storage{c, rig};
    storage.define_database();
    const bool written = storage.write(sample_points(10));
    list_all(c, rig, storage.table());
    const size_t n = storage.rows("cpu").size();
    if (written && n != 5 && rig.instance().status() >= 0)
      c.error(fmt::format("{}: wrote 5 points of cpu, read back {}", rig.id(), n));
    const int64_t counted = written ? storage.counted("cpu", "value") : -1;
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

}  // namespace

std::span<const Test> data_tests() {
  static constexpr Test tests[] = {
      {43, "arrow-valid", arrow_valid},
      {44, "snapshot-round-trip", snapshot_round_trip},
      {45, "panel-manifest", panel_manifest},
  };
  return tests;
}

}  // namespace tickwork::host::check
