// SPDX-License-Identifier: MIT
// storage.lmdb: the plugin's tables. Every call goes to the store behind a guard that turns what it
// throws into a status with its sentence.
#include <tickwork/tickwork.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <shared_mutex>

#include "aggregate.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "list.hpp"
#include "scan.hpp"
#include "store.hpp"

namespace tickwork::lmdb {
namespace {

struct Plugin {
  const tw_host* host;
  Options options;
  std::unique_ptr<Store> store;
};

tw_status fill(tw_error* error, tw_status status, std::string_view message) {
  if (error && error->size > offsetof(tw_error, message)) {
    const size_t room = error->size - offsetof(tw_error, message) - 1;
    const size_t n = std::min({room, message.size(), sizeof error->message - 1});
    error->status = status;
    std::memcpy(error->message, message.data(), n);
    error->message[n] = '\0';
  }
  return status;
}

template <class Call>
tw_status guarded(tw_error* error, Call call) {
  try {
    return call();
  } catch (const Failure& e) {
    return fill(error, e.status, e.what());
  } catch (const Damaged& e) {
    return fill(error, TW_E_IO, e.what());
  } catch (const std::bad_alloc&) {
    return fill(error, TW_E_NOMEM, "out of memory");
  } catch (const std::exception& e) {
    return fill(error, TW_E_INTERNAL, e.what());
  }
}

Plugin& self(tw_instance* instance) { return *reinterpret_cast<Plugin*>(instance); }
Store& store_of(tw_instance* instance) { return *self(instance).store; }

// ---- life ----

std::string text_of(const tw_config* c, const char* key) {
  return std::string(view(c->str(c, key, 0)));
}

Options read_options(const tw_config* c) {
  Options o;
  o.path = text_of(c, "path");
  const std::string sync = text_of(c, "sync");
  if (sync != "always" && sync != "interval") {
    throw Failure(TW_E_INVALID, "sync is \"" + sync + "\"; use \"always\" or \"interval\"");
  }
  o.sync = sync == "always" ? Sync::always : Sync::interval;
  o.sync_interval = c->num(c, "sync_interval", 0);
  o.table_size = static_cast<size_t>(c->num(c, "table_size", 0));
  o.log_size = static_cast<size_t>(c->num(c, "log_size", 0));
  o.map_size = static_cast<size_t>(c->num(c, "map_size", 0));
  o.series_cache = static_cast<size_t>(c->num(c, "series_cache", 0));
  o.flush_idle = c->num(c, "flush_idle", 0);
  o.retention_check = c->num(c, "retention_check", 0);
  for (size_t i = 0; i < c->count(c, "databases"); ++i) {
    o.databases.emplace_back(view(c->str(c, "databases", i)));
  }
  return o;
}

tw_status create(const tw_host* host, const tw_config* config, tw_instance** out, tw_error* error) {
  return guarded(error, [&] {
    auto plugin = std::make_unique<Plugin>(Plugin{host, read_options(config), nullptr});
    *out = reinterpret_cast<tw_instance*>(plugin.release());
    return TW_OK;
  });
}

tw_status start(tw_instance* instance, tw_error* error) {
  return guarded(error, [&] {
    Plugin& plugin = self(instance);
    plugin.store = std::make_unique<Store>(plugin.host, plugin.options);
    return TW_OK;
  });
}

tw_status stop(tw_instance* instance, tw_error* error) {
  return guarded(error, [&] {
    self(instance).store.reset();
    return TW_OK;
  });
}

void destroy(tw_instance* instance) { delete &self(instance); }

// ---- tw.storage/1 ----

tw_status write(tw_instance* instance, tw_str database, tw_str retention, const tw_batch* batch,
                tw_error* error) {
  return guarded(error, [&] {
    const WriteResult result = store_of(instance).write(database, retention, *batch);
    if (result.status != TW_OK) fill(error, result.status, result.message);
    return result.status;
  });
}

tw_status scanner_schema(tw_scanner* scanner, ArrowSchema* out, tw_error* error) {
  return guarded(error, [&] {
    std::vector<ArrowField> fields{{"time", "tsn:", false}};
    const auto& chosen = static_cast<Scan*>(scanner->self)->fields();
    fields.insert(fields.end(), chosen.begin(), chosen.end());
    export_schema(fields, out);
    return TW_OK;
  });
}

tw_status scanner_next(tw_scanner* scanner, tw_rows* out, tw_error* error) {
  return guarded(error,
                 [&] { return static_cast<Scan*>(scanner->self)->next(*out) ? TW_OK : TW_DONE; });
}

void scanner_release(tw_scanner* scanner) {
  delete static_cast<Scan*>(scanner->self);
  scanner->self = nullptr;
}

tw_status scan(tw_instance* instance, const tw_scan* request, tw_scanner* out, tw_error* error) {
  return guarded(error, [&] {
    out->self = new Scan(store_of(instance), *request);
    out->schema = scanner_schema;
    out->next = scanner_next;
    out->release = scanner_release;
    return TW_OK;
  });
}

// ---- tw.storage-aggregate/1 ----

tw_status aggregate_schema(tw_scanner* scanner, ArrowSchema* out, tw_error* error) {
  return guarded(error, [&] {
    std::vector<ArrowField> fields{{"time", "tsn:", false}};
    const auto chosen = static_cast<Aggregation*>(scanner->self)->fields();
    fields.insert(fields.end(), chosen.begin(), chosen.end());
    export_schema(fields, out);
    return TW_OK;
  });
}

tw_status aggregate_next(tw_scanner* scanner, tw_rows* out, tw_error* error) {
  return guarded(error, [&] {
    return static_cast<Aggregation*>(scanner->self)->next(*out) ? TW_OK : TW_DONE;
  });
}

void aggregate_release(tw_scanner* scanner) {
  delete static_cast<Aggregation*>(scanner->self);
  scanner->self = nullptr;
}

tw_status aggregate(tw_instance* instance, const tw_aggregation* request, tw_scanner* out,
                    tw_error* error) {
  return guarded(error, [&] {
    out->self = new Aggregation(store_of(instance), *request);
    out->schema = aggregate_schema;
    out->next = aggregate_next;
    out->release = aggregate_release;
    return TW_OK;
  });
}

// ---- tw.storage/1 ----

tw_status list(tw_instance* instance, uint32_t what, const tw_scan* request, ArrowArrayStream* out,
               tw_error* error) {
  return guarded(error, [&] {
    export_list(list_subject(store_of(instance), what, *request), out);
    return TW_OK;
  });
}

tw_status define(tw_instance* instance, const tw_definition* d, tw_error* error) {
  return guarded(error, [&]() -> tw_status {
    Registry& registry = store_of(instance).registry();
    switch (d->what) {
      case TW_DATABASES:
        registry.define_database(*d);
        break;
      case TW_RETENTION_POLICIES:
        registry.define_policy(*d);
        break;
      case TW_SUBSCRIPTIONS:
        registry.define_subscription(*d);
        break;
      case TW_USERS:
        store_of(instance).accounts().define_user(*d);
        break;
      case TW_GRANTS:
        store_of(instance).accounts().define_grant(*d);
        break;
      case TW_CONTINUOUS_QUERIES:
        registry.need(view(d->database));
        store_of(instance).continuous().define(*d);
        break;
      default:
        throw Failure(TW_E_INVALID, "cannot define subject " + std::to_string(d->what));
    }
    return TW_OK;
  });
}

tw_status drop(tw_instance* instance, uint32_t what, const tw_scan* request, tw_error* error) {
  return guarded(error, [&] {
    drop_subject(store_of(instance), what, *request);
    return TW_OK;
  });
}

// ---- tw.feed/1 ----

tw_status listen(tw_instance* instance, const tw_listener* listener, tw_error* error) {
  return guarded(error, [&] {
    store_of(instance).feed().listen(listener);
    return TW_OK;
  });
}

void unlisten(tw_instance* instance, const tw_listener* listener) {
  if (self(instance).store) store_of(instance).feed().unlisten(listener);
}

// ---- tw.memory/1 ----

// The memory tables; the series caches beside them are bounded by an option.
uint64_t memory(tw_instance* instance) {
  uint64_t bytes = 0;
  const auto add = [&](const std::shared_ptr<Table>& table) { bytes += table->bytes(); };
  if (!self(instance).store) return 0;
  for (const auto& sealed : store_of(instance).snapshot(add)) add(sealed);
  return bytes;
}

constexpr tw_option options[] = {
    {"path", TW_OPT_STRING, TW_REQUIRED, nullptr, "Folder for the data"},
    {"databases", TW_OPT_STRING, TW_LIST, "[]", "Databases to create at the start"},
    {"sync", TW_OPT_STRING, 0, "\"always\"",
     "always: a write is on the disk when it is acknowledged; interval: at most sync_interval "
     "later"},
    {"sync_interval", TW_OPT_DURATION, 0, "\"1s\"", "How often to sync when sync is interval"},
    {"table_size", TW_OPT_SIZE, 0, "\"16MiB\"", "Memory for rows before they are flushed"},
    {"log_size", TW_OPT_SIZE, 0, "\"32MiB\"", "Size of the write-ahead log that causes a flush"},
    {"flush_idle", TW_OPT_DURATION, 0, "\"30s\"",
     "Flush after that time without writes; twenty times as long for less than 1 MiB"},
    {"retention_check", TW_OPT_DURATION, 0, "\"30m\"", "How often expired shards are removed"},
    {"series_cache", TW_OPT_INT, 0, "2000000", "Series that writers remember in memory"},
    {"map_size", TW_OPT_SIZE, 0, "\"64GiB\"", "Largest size of one shard's or index's file"},
    {nullptr, 0, 0, nullptr, nullptr}};

constexpr tw_storage storage_table = {sizeof(tw_storage), write, scan, list, define, drop};
constexpr tw_storage_aggregate aggregate_table = {sizeof(tw_storage_aggregate), aggregate};
constexpr tw_feed feed_table = {sizeof(tw_feed), listen, unlisten};
constexpr tw_memory memory_table = {sizeof(tw_memory), memory};
constexpr tw_ext exts[] = {
    {TW_STORAGE, &storage_table}, {TW_STORAGE_AGGREGATE, &aggregate_table}, {TW_FEED, &feed_table},
    {TW_MEMORY, &memory_table},   {TW_COMMANDS, &command_table<Commands>},  {nullptr, nullptr}};

constexpr tw_plugin plugin = {sizeof(tw_plugin),
                              TW_CONCURRENT | TW_EXCLUSIVE,
                              "storage.lmdb",
                              "Time series store in LMDB files",
                              options,
                              exts,
                              create,
                              start,
                              stop,
                              destroy};
constexpr const tw_plugin* plugins[] = {&plugin, nullptr};

}  // namespace
}  // namespace tickwork::lmdb

const tw_module TW_MODULE_SYMBOL = {sizeof(tw_module),           TW_ABI_MINOR, 0,
                                    "org.tickwork.storage.lmdb", "0.1.0",      "MIT",
                                    tickwork::lmdb::plugins};
