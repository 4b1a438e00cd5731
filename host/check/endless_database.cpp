// SPDX-License-Identifier: MIT
#include "check/endless_database.hpp"

#include <tickwork/tickwork.hpp>

#include "check/arrow_table.hpp"

namespace tickwork::host::check {
namespace {

constexpr int64_t second = 1'000'000'000;
constexpr tw_tag tags[] = {{TW_STR("host"), TW_STR("a")}};

EndlessDatabase& database(tw_instance* self) { return *reinterpret_cast<EndlessDatabase*>(self); }

// A scan under way: at is the next row's time.
struct Scan {
  EndlessDatabase& database;
  int64_t at;
};

std::shared_ptr<ArrowTable> rows_table() {
  return std::make_shared<ArrowTable>(ArrowTable{{"time", "tsn:"}, {"v", "g"}});
}

tw_status scan(tw_instance* self, const tw_scan* asked, tw_scanner* out, tw_error*) {
  out->self = new Scan{database(self), asked->from_ns < 0 ? 0 : asked->from_ns};
  out->schema = [](tw_scanner*, ArrowSchema* schema, tw_error*) -> tw_status {
    return export_schema(rows_table(), schema), TW_OK;
  };
  out->next = [](tw_scanner* s, tw_rows* rows, tw_error*) {
    auto& me = *static_cast<Scan*>(s->self);
    return me.database.next(*rows, me.at);
  };
  out->release = [](tw_scanner* s) {
    delete static_cast<Scan*>(s->self);
    s->release = nullptr;
  };
  return TW_OK;
}

ArrowTable texts(std::vector<std::pair<const char*, const char*>> cells) {
  ArrowTable table;
  for (const auto& [name, value] : cells) table.emplace_back(name, "u").text(value);
  return table;
}

ArrowTable policies() {
  ArrowTable table = texts({{"name", "autogen"}});
  for (const auto& [name, value] :
       {std::pair{"duration", int64_t{0}}, std::pair{"shard_duration", 604'800 * second},
        std::pair{"replicas", int64_t{1}}})
    table.emplace_back(name, "l").integer(value);
  table.emplace_back("default", "b").boolean(true);
  return table;
}

ArrowTable shards() {
  ArrowTable table;
  for (const char* name : {"id", "start", "end", "bytes"}) table.emplace_back(name, "l");
  for (const char* name : {"database", "retention"})
    table.insert(table.begin() + 1, ArrowColumn{name, "u"});
  return table;
}

ArrowTable subject(uint32_t what) {
  switch (what) {
    case TW_DATABASES:
      return texts({{"name", "check"}});
    case TW_RETENTION_POLICIES:
      return policies();
    case TW_MEASUREMENTS:
      return texts({{"name", "cpu"}});
    case TW_TAG_KEYS:
      return texts({{"measurement", "cpu"}, {"key", "host"}});
    case TW_TAG_VALUES:
      return texts({{"measurement", "cpu"}, {"key", "host"}, {"value", "a"}});
    case TW_FIELD_KEYS:
      return texts({{"measurement", "cpu"}, {"key", "v"}, {"type", "float"}});
    case TW_SERIES:
      return texts({{"key", "cpu,host=a"}});
    case TW_SHARDS:
      return shards();
    default:
      return ArrowTable{{"name", "u"}};
  }
}

tw_status list(tw_instance*, uint32_t what, const tw_scan*, ArrowArrayStream* out, tw_error*) {
  export_stream(std::make_shared<ArrowTable>(subject(what)), out);
  return TW_OK;
}
tw_status write(tw_instance*, tw_str, tw_str, const tw_batch*, tw_error*) { return TW_OK; }
tw_status define(tw_instance*, const tw_definition*, tw_error*) { return TW_OK; }
tw_status drop(tw_instance*, uint32_t, const tw_scan*, tw_error*) { return TW_OK; }

constexpr tw_storage storage{sizeof(tw_storage), write, scan, list, define, drop};

}  // namespace

void EndlessDatabase::provide() { host_.provide(TW_STORAGE, "", &storage, this); }

tw_status EndlessDatabase::next(tw_rows& out, int64_t& at) {
  if (ended_) return TW_DONE;
  ++pieces_;
  host_.advance(std::chrono::milliseconds{1});
  const auto table = rows_table();
  for (int i = 0; i < 1000; ++i, at += second) {
    (*table)[0].integer(at);
    (*table)[1].real(i);
  }
  out.tags = tags;
  out.n_tags = 1;
  out.series = 1;
  export_array(table, &out.array);
  return TW_OK;
}

}  // namespace tickwork::host::check
