// SPDX-License-Identifier: MIT
// What every storage in C++ needs (kind/storage.h): the columns of each list, the key of a series,
// Feed to derive from for tw.feed/1. Its rows are given with cpp/columns.hpp and cpp/answers.hpp.
// And what those need who write to one.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "answers.hpp"
#include "batch.hpp"
#include "columns.hpp"
#include "host.hpp"

namespace tickwork {

// The empty table that list answers with for a subject; throws TW_E_INVALID for one that is
// unknown.
inline Columns list_columns(uint32_t what) {
  switch (what) {
    case TW_DATABASES:
    case TW_MEASUREMENTS:
      return {{"name", "u"}};
    case TW_RETENTION_POLICIES:
      return {{"name", "u"},
              {"duration", "l"},
              {"shard_duration", "l"},
              {"replicas", "l"},
              {"default", "b"}};
    case TW_TAG_KEYS:
      return {{"measurement", "u"}, {"key", "u"}};
    case TW_TAG_VALUES:
      return {{"measurement", "u"}, {"key", "u"}, {"value", "u"}};
    case TW_FIELD_KEYS:
      return {{"measurement", "u"}, {"key", "u"}, {"type", "u"}};
    case TW_SERIES:
      return {{"key", "u"}};
    case TW_SHARDS:
      return {{"id", "l"},    {"database", "u"}, {"retention", "u"},
              {"start", "l"}, {"end", "l"},      {"bytes", "l"}};
    case TW_SUBSCRIPTIONS:
      return {{"database", "u"},
              {"retention", "u"},
              {"name", "u"},
              {"mode", "u"},
              {"destinations", "u"}};
    case TW_USERS:
      return {{"name", "u"}, {"hash", "u"}, {"admin", "b"}};
    case TW_GRANTS:
      return {{"user", "u"}, {"database", "u"}, {"privilege", "u"}};
    case TW_CONTINUOUS_QUERIES:
      return {{"database", "u"}, {"name", "u"}, {"query", "u"}};
    default:
      throw Error{TW_E_INVALID, "cannot list subject " + std::to_string(what)};
  }
}

// "integer" for TW_INT, as FIELD_KEYS and messages say it.
inline const char* type_name(uint32_t type) {
  static constexpr const char* names[] = {"unknown",  "float",   "integer",
                                          "unsigned", "boolean", "string"};
  return names[type <= TW_STRING ? type : 0];
}

namespace detail {
inline void put_escaped(std::string& out, std::string_view text, std::string_view special) {
  for (const char c : text) {
    if (special.find(c) != special.npos) out += '\\';
    out += c;
  }
}
}  // namespace detail

// "cpu,host=a", escaped as in line protocol: what SERIES lists, and the order of scans. The tags
// are sorted by key, as the host hands them out.
inline std::string series_key(std::string_view measurement, std::span<const tw_tag> tags) {
  std::string key;
  detail::put_escaped(key, measurement, ", ");
  for (const tw_tag& tag : tags) {
    key += ',';
    detail::put_escaped(key, view(tag.key), ",= ");
    key += '=';
    detail::put_escaped(key, view(tag.value), ",= ");
  }
  return key;
}

// Writes a batch to a storage, which is offered it again while it is full: for five seconds, and as
// long as go_on() is true, which is asked before each try and may throw. The status is the last
// one, with its sentence in error; TW_AGAIN: nothing was taken. On a thread that may wait.
template <class GoOn>
tw_status write_patiently(const Ref<tw_storage>& storage, std::string_view database,
                          std::string_view retention, const tw_batch& batch, tw_error& error,
                          GoOn go_on) {
  constexpr int most_tries = 100;
  constexpr auto pause = std::chrono::milliseconds(50);
  tw_status status = TW_AGAIN;
  for (int tries = 0; status == TW_AGAIN && tries < most_tries && go_on(); ++tries) {
    if (tries > 0) std::this_thread::sleep_for(pause);
    status = storage.vtable().write(storage.self(), str(database), str(retention), &batch, &error);
  }
  return status;
}

// tw.feed/1 by inheritance: struct Store : tickwork::Feed { ... tell(...) ... }. Any thread; tell
// holds a lock, so that nobody is called after unlisten has returned.
class Feed {
 public:
  void listen(const tw_listener* listener) {
    const std::lock_guard lock{mutex_};
    all_.push_back(listener);
  }
  void unlisten(const tw_listener* listener) {
    const std::lock_guard lock{mutex_};
    std::erase(all_, listener);
  }

 protected:
  // After the points are durable, in the order of their writing.
  void tell(std::string_view database, std::string_view retention, const tw_batch& batch) {
    const std::lock_guard lock{mutex_};
    for (const tw_listener* listener : all_)
      listener->written(listener, str(database), str(retention), &batch);
  }

 private:
  std::mutex mutex_;
  std::vector<const tw_listener*> all_;
};

}  // namespace tickwork
