// SPDX-License-Identifier: MIT
#include "config/host_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/quantity.hpp"
#include "config/wording.hpp"

namespace tickwork::host {
namespace {

enum Kinds : unsigned {
  input = 1,
  output = 2,
  processor = 4,
  aggregator = 8,
  other = 16,
  pipeline = input | output | processor | aggregator,
  every = pipeline | other
};

unsigned kind_of(std::string_view plugin) {
  plugin = plugin.substr(0, plugin.find('.'));
  if (plugin == "inputs") return input;
  if (plugin == "outputs") return output;
  if (plugin == "processors") return processor;
  if (plugin == "aggregators") return aggregator;
  return other;
}

// Sets an option from a value; false: the value is of a wrong type.
using Setter = bool (*)(HostOptions&, const Value&);

bool set(std::string& to, const Value& value) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text) to = *text;
  return text != nullptr;
}

bool set(int64_t& to, const Value& value) {
  const auto* number = std::get_if<int64_t>(&value.data);
  if (number) to = *number;
  return number != nullptr;
}

bool set(bool& to, const Value& value) {
  const auto* flag = std::get_if<bool>(&value.data);
  if (flag) to = *flag;
  return flag != nullptr;
}

bool set(std::vector<std::string>& to, const Value& value) {
  const auto* list = std::get_if<Array>(&value.data);
  if (!list) return false;
  to.clear();
  for (const auto& element : *list)  // numbers among them are left out, as Telegraf does
    if (const auto* text = std::get_if<std::string>(&element.data)) to.push_back(*text);
  return true;
}

bool set(std::map<std::string, std::string>& to, const Value& value) {
  const auto* table = std::get_if<Table>(&value.data);
  if (!table) return false;
  for (const auto& [key, element] : *table) {
    const auto* text = std::get_if<std::string>(&element.data);
    if (!text) return false;
    to[key] = *text;
  }
  return true;
}

bool set(std::map<std::string, std::vector<std::string>>& to, const Value& value) {
  const auto* table = std::get_if<Table>(&value.data);
  if (!table) return false;
  for (const auto& [key, element] : *table)
    if (!set(to[key], element)) return false;
  return true;
}

template <class T>
bool set(std::optional<T>& to, const Value& value) {
  T inner{};
  if (!set(inner, value)) return false;
  to = std::move(inner);
  return true;
}

// A quoted duration only: Telegraf reads no bare number here.
struct Duration {
  template <class Number>
  static bool set(Number& to, const Value& value) {
    const auto* text = std::get_if<std::string>(&value.data);
    const auto ns = text ? parse_duration(*text) : std::nullopt;
    if (ns) to = *ns;
    return ns.has_value();
  }
};

// Bytes, as a number or in quotes.
struct Size {
  static bool set(int64_t& to, const Value& value) {
    const auto* text = std::get_if<std::string>(&value.data);
    const auto* number = std::get_if<int64_t>(&value.data);
    const auto bytes = text     ? parse_size(*text)
                       : number ? std::optional<int64_t>{*number}
                                : std::nullopt;
    if (bytes) to = *bytes;
    return bytes.has_value();
  }
};

struct Row {
  const char* key;
  unsigned kinds;
  Setter setter;
  const char* expected;
  bool strict;  // a wrong type is an error even in Telegraf
  const char *value, *doc;
};

#define TICKWORK_PLAIN(member) [](HostOptions& o, const Value& v) { return set(o.member, v); }
#define TICKWORK_TIME(member) \
  [](HostOptions& o, const Value& v) { return Duration::set(o.member, v); }

#define TICKWORK_SIZE(member) [](HostOptions& o, const Value& v) { return Size::set(o.member, v); }

constexpr const char* a_text = "a string";
constexpr const char* a_time = "a duration in quotes such as \"10s\"";
constexpr const char* a_size = "a size such as \"256MiB\"";
constexpr const char* a_count = "an integer";
constexpr const char* a_flag = "true or false";
constexpr const char* a_list = "a list of strings such as [\"a\", \"b*\"]";
constexpr const char* a_lists = "a table of lists such as { cpu = [\"cpu0\"] }";

constexpr Row rows[] = {
    {"alias", every, TICKWORK_PLAIN(alias), a_text, false, "\"\"",
     "Name of this instance in logs and for others that look for it"},
    {"log_level", every, TICKWORK_PLAIN(log_level), a_text, false, "\"\"",
     "error, warn, info or debug; empty: as the agent"},
    {"startup_error_behavior", input | output | other, TICKWORK_PLAIN(startup_error_behavior),
     a_text, false, "\"error\"", "When it cannot start: error, retry, ignore or probe"},
    {"labels", every, [](HostOptions&, const Value& v) { return v.data.index() == 5; }, "a table",
     false, "{}", "Labels for selecting instances"},
    {"isolate", every, TICKWORK_PLAIN(isolate), a_flag, true, "false",
     "Run the plugin in a process of its own"},
    {"memory", every, TICKWORK_SIZE(memory), a_size, true, "\"256MiB\"",
     "Most memory of that process"},
    {"open_files", every, TICKWORK_PLAIN(open_files), a_count, true, "256",
     "Most open files of that process"},
    {"system_calls", every, TICKWORK_PLAIN(system_calls), a_text, true, "\"filtered\"",
     "\"any\": that process may also trace, mount, load modules, use io_uring and the like"},
    {"call_limit", every, TICKWORK_TIME(call_limit_ns), a_time, true, "\"60s\"",
     "End that process when a call takes longer"},
    {"interval", input, TICKWORK_TIME(interval_ns), a_time, false, "\"10s\"",
     "Gather this often instead of at the agent's interval"},
    {"precision", input, TICKWORK_TIME(precision_ns), a_time, false, "\"0s\"",
     "Round times to this"},
    {"collection_jitter", input, TICKWORK_TIME(collection_jitter_ns), a_time, false, "\"0s\"",
     "Delay each gather by a random part of this"},
    {"collection_offset", input, TICKWORK_TIME(collection_offset_ns), a_time, false, "\"0s\"",
     "Shift all gathers by this"},
    {"time_source", input, TICKWORK_PLAIN(time_source), a_text, false, "\"metric\"",
     "Time of points: metric, collection_start or collection_end"},
    {"flush_interval", output, TICKWORK_TIME(flush_interval_ns), a_time, false, "\"10s\"",
     "Write this often instead of at the agent's flush_interval"},
    {"flush_jitter", output, TICKWORK_TIME(flush_jitter_ns), a_time, false, "\"0s\"",
     "Delay each write by a random part of this"},
    {"metric_batch_size", output, TICKWORK_PLAIN(metric_batch_size), a_count, false, "1000",
     "Most points in one write"},
    {"metric_buffer_limit", output, TICKWORK_PLAIN(metric_buffer_limit), a_count, false, "10000",
     "Most points waiting to be written"},
    {"overflow", output, TICKWORK_PLAIN(overflow), a_text, true, "\"drop_oldest\"",
     "When the buffer is full: drop_oldest, or block the inputs"},
    {"name_override", input | output | aggregator, TICKWORK_PLAIN(name_override), a_text, false,
     "\"\"", "Measurement instead of the plugin's"},
    {"name_prefix", input | output | aggregator, TICKWORK_PLAIN(name_prefix), a_text, false, "\"\"",
     "Put in front of the measurement"},
    {"name_suffix", input | output | aggregator, TICKWORK_PLAIN(name_suffix), a_text, false, "\"\"",
     "Put behind the measurement"},
    {"order", processor, TICKWORK_PLAIN(order), a_count, false, "0",
     "Processors run in this order; equal ones as they stand here"},
    {"period", aggregator, TICKWORK_TIME(period_ns), a_time, false, "\"30s\"",
     "Length of the window"},
    {"delay", aggregator, TICKWORK_TIME(delay_ns), a_time, false, "\"100ms\"",
     "Keep taking points of a window for this long after its end"},
    {"grace", aggregator, TICKWORK_TIME(grace_ns), a_time, false, "\"0s\"",
     "Take points that are older than the window by this much"},
    {"drop_original", aggregator, TICKWORK_PLAIN(drop_original), a_flag, false, "false",
     "Do not pass on the points that went into the window"},
    {"namepass", pipeline, TICKWORK_PLAIN(filters.namepass), a_list, true, "[]",
     "Only measurements that match one of these"},
    {"pass", pipeline, TICKWORK_PLAIN(filters.fieldinclude), a_list, true, nullptr, nullptr},
    {"namepass_separator", pipeline, TICKWORK_PLAIN(filters.namepass_separator), a_text, false,
     nullptr, nullptr},
    {"namedrop", pipeline, TICKWORK_PLAIN(filters.namedrop), a_list, true, "[]",
     "No measurement that matches one of these"},
    {"namedrop_separator", pipeline, TICKWORK_PLAIN(filters.namedrop_separator), a_text, false,
     nullptr, nullptr},
    {"drop", pipeline, TICKWORK_PLAIN(filters.fieldexclude), a_list, true, nullptr, nullptr},
    {"fieldpass", pipeline, TICKWORK_PLAIN(filters.fieldinclude), a_list, true, nullptr, nullptr},
    {"fieldinclude", pipeline, TICKWORK_PLAIN(filters.fieldinclude), a_list, true, "[]",
     "Keep only fields that match one of these"},
    {"fielddrop", pipeline, TICKWORK_PLAIN(filters.fieldexclude), a_list, true, nullptr, nullptr},
    {"fieldexclude", pipeline, TICKWORK_PLAIN(filters.fieldexclude), a_list, true, "[]",
     "Remove fields that match one of these"},
    {"taginclude", pipeline, TICKWORK_PLAIN(filters.taginclude), a_list, true, "[]",
     "Keep only tags that match one of these"},
    {"tagexclude", pipeline, TICKWORK_PLAIN(filters.tagexclude), a_list, true, "[]",
     "Remove tags that match one of these"},
    {"tagpass", pipeline, TICKWORK_PLAIN(filters.tagpass), a_lists, true, "{}",
     "Only points with one of these tag values"},
    {"tagdrop", pipeline, TICKWORK_PLAIN(filters.tagdrop), a_lists, true, "{}",
     "No point with one of these tag values"},
    {"tags", input | aggregator, TICKWORK_PLAIN(tags), "a table of strings", true, "{}",
     "Tags to add"},
};

#undef TICKWORK_PLAIN
#undef TICKWORK_TIME
#undef TICKWORK_SIZE

// Below these the process of an isolated instance cannot even load its plugin.
constexpr int64_t smallest_memory = 16 << 20;
constexpr int64_t fewest_files = 16;
constexpr int64_t shortest_call = 1'000'000'000;

const Row* row_for(std::string_view key, unsigned kind) {
  for (const auto& row : rows)
    if (row.key == key && (row.kinds & kind)) return &row;
  return nullptr;
}

bool one_of(const std::string& text, std::initializer_list<std::string_view> words) {
  return text.empty() || std::find(words.begin(), words.end(), text) != words.end();
}

class Reader {
 public:
  Reader(std::string_view plugin, HostReading& reading)
      : plugin_{plugin}, kind_{kind_of(plugin)}, reading_{reading} {}

  void read(const Table& table) {
    for (const auto& [key, value] : table) read(key, value);
  }

 private:
  void read(const std::string& key, const Value& value) {
    if (key == "metricpass" && (kind_ & pipeline)) {
      error(value, "metricpass is not supported; use namepass, tagpass or a processor");
      return;
    }
    const auto* row = row_for(key, kind_);
    if (!row) return;
    if (!row->setter(reading_.options, value)) return refuse(*row, value);
    check_words(key, value);
    if (key == "tags") warn_about_strays(value);
  }

  void refuse(const Row& row, const Value& value) {
    const bool bad_text = row.expected == a_time && std::holds_alternative<std::string>(value.data);
    const auto text =
        fmt::format("{}: \"{}\" is {}, expected {}", plugin_, row.key, shown(value), row.expected);
    if (row.strict || bad_text)
      reading_.errors.push_back({value.origin, text});
    else
      reading_.warnings.push_back({value.origin, text + "; ignored, as Telegraf does"});
  }

  void check_words(const std::string& key, const Value& value) {
    const auto& options = reading_.options;
    if (key == "overflow" && !one_of(*options.overflow, {"drop_oldest", "block"}))
      error(value, "\"overflow\" must be \"drop_oldest\" or \"block\"");
    if (key == "startup_error_behavior" &&
        !one_of(options.startup_error_behavior, {"error", "retry", "ignore", "probe"}))
      error(value,
            "\"startup_error_behavior\" must be \"error\", \"retry\", \"ignore\" or "
            "\"probe\"");
    if (key == "system_calls" && !one_of(options.system_calls, {"filtered", "any"}))
      error(value, "\"system_calls\" must be \"filtered\" or \"any\"");
    if (key == "time_source" &&
        !one_of(options.time_source, {"metric", "collection_start", "collection_end"}))
      error(value,
            "\"time_source\" must be \"metric\", \"collection_start\" or "
            "\"collection_end\"");
    if (key == "log_level" &&
        !one_of(options.log_level, {"error", "warn", "info", "debug", "trace"}))
      error(value, "\"log_level\" must be \"error\", \"warn\", \"info\" or \"debug\"");
    if ((key == "interval" && *options.interval_ns <= 0) ||
        (key == "flush_interval" && *options.flush_interval_ns <= 0) ||
        (key == "period" && options.period_ns <= 0))
      error(value, fmt::format("\"{}\" must be longer than 0s", key));
    if (key == "memory" && options.memory < smallest_memory)
      error(value, "\"memory\" must be at least 16MiB");
    if (key == "open_files" && options.open_files < fewest_files)
      error(value, fmt::format("\"open_files\" must be at least {}", fewest_files));
    if (key == "call_limit" && options.call_limit_ns < shortest_call)
      error(value, "\"call_limit\" must be at least 1s");
    if (key == "collection_offset" && *options.collection_offset_ns < 0)
      error(value, "\"collection_offset\" must not be negative");
    if ((key == "metric_batch_size" && *options.metric_batch_size <= 0) ||
        (key == "metric_buffer_limit" && *options.metric_buffer_limit <= 0))
      error(value, fmt::format("\"{}\" must be at least 1", key));
  }

  // An option that follows [inputs.x.tags] belongs to that table: a favourite mistake.
  void warn_about_strays(const Value& value) {
    for (const auto& [key, element] : std::get<Table>(value.data))
      if (row_for(key, kind_) && key != "order")
        reading_.warnings.push_back(
            {element.origin, fmt::format("{}: \"{}\" stands in the tags table and becomes a tag; "
                                         "options go before it",
                                         plugin_, key)});
  }

  void error(const Value& value, const std::string& text) {
    reading_.errors.push_back({value.origin, fmt::format("{}: {}", plugin_, text)});
  }

  std::string_view plugin_;
  unsigned kind_;
  HostReading& reading_;
};

}  // namespace

std::vector<std::string> host_keys(std::string_view plugin) {
  const unsigned kind = kind_of(plugin);
  std::vector<std::string> keys;
  for (const auto& row : rows)
    if (row.kinds & kind) keys.emplace_back(row.key);
  if (kind & pipeline) keys.emplace_back("metricpass");
  return keys;
}

std::vector<HostOptionInfo> host_options_of(std::string_view plugin) {
  const unsigned kind = kind_of(plugin);
  std::vector<HostOptionInfo> infos;
  for (const auto& row : rows)
    if ((row.kinds & kind) && row.doc) infos.push_back({row.key, row.value, row.doc});
  return infos;
}

HostReading read_host_options(std::string_view plugin, const Table& table) {
  HostReading reading;
  Reader{plugin, reading}.read(table);
  return reading;
}

}  // namespace tickwork::host
