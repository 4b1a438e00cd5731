// SPDX-License-Identifier: MIT
// A configuration after reading and checking: what the graph is wired from. Plain data, no TOML.
#pragma once

#include <tickwork/config.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tickwork::host {

// Where something stands in a configuration file; line and column count from 1.
struct Origin {
  std::string file;
  uint32_t line = 0, column = 0;
};

struct Value;
struct Entry;
using Array = std::vector<Value>;
using Table = std::vector<Entry>;  // in file order

// A TOML value with environment variables expanded. Dates are strings.
struct Value {
  std::variant<std::string, bool, int64_t, double, Array, Table> data;
  Origin origin;
};

// A key and its value, shaped like a pair. (A pair of an incomplete type upsets Clang.)
struct Entry {
  Entry() = default;
  template <class Text>
  Entry(Text&& key, Value value) : first{std::forward<Text>(key)}, second{std::move(value)} {}

  std::string first;
  Value second;
};

// An instance's options, checked against its plugin's tw_option table: what tw_config reads.
// Durations are int64_t nanoseconds and sizes int64_t bytes; defaults are filled in.
struct Options {
  Table values;
  std::map<std::string, uint32_t, std::less<>> types;  // TW_OPT_ type by key
};

// Telegraf's metric filters (namepass ... tagexclude) as written; the graph compiles them.
struct FilterOptions {
  std::vector<std::string> namepass, namedrop, fieldinclude, fieldexclude, taginclude, tagexclude;
  std::string namepass_separator, namedrop_separator;
  std::map<std::string, std::vector<std::string>> tagpass, tagdrop;
};

// The options that the host itself understands on every instance; unset: the agent's value counts.
struct HostOptions {
  std::string alias;
  std::optional<int64_t> interval_ns, precision_ns, collection_jitter_ns, collection_offset_ns;
  std::optional<int64_t> flush_interval_ns, flush_jitter_ns;
  std::optional<int64_t> metric_batch_size, metric_buffer_limit;
  std::optional<std::string> overflow;  // edge policy: "drop_oldest" | "block"
  std::string name_override, name_prefix, name_suffix;
  std::map<std::string, std::string> tags;
  std::string time_source;             // "metric" | "collection_start" | "collection_end"
  std::string startup_error_behavior;  // "error" | "retry" | "ignore" | "probe"
  std::string log_level;
  int64_t order = 0;                                                         // processors
  int64_t period_ns = 30'000'000'000, delay_ns = 100'000'000, grace_ns = 0;  // aggregators
  bool drop_original = false;
  std::optional<bool> isolate;         // unset: as the plugin's table says
  int64_t memory = 0, open_files = 0;  // of an isolated instance's process; 0: as the host's
  std::string system_calls;            // of that process: "filtered" (also when empty) | "any"
  int64_t call_limit_ns = 60'000'000'000;
  FilterOptions filters;
};

// One [[kind.name]] table.
struct InstanceConfig {
  std::string plugin;  // "inputs.cpu"
  std::string name;    // "inputs.cpu", "inputs.cpu::alias", made unique by "#2" where needed
  HostOptions host;
  Options options;
  Table raw;  // as written (expanded), for TW_MAKE_INHERIT and for telling what a reload changed
  Origin origin;
  std::string added_as;  // the name of a runtime addition; empty: it stands in a file
};

// [agent], Telegraf's keys and meanings.
struct AgentOptions {
  int64_t interval_ns = 10'000'000'000, flush_interval_ns = 10'000'000'000;
  int64_t collection_jitter_ns = 0, collection_offset_ns = 0, flush_jitter_ns = 0, precision_ns = 0;
  int64_t metric_batch_size = 1000, metric_buffer_limit = 10000;
  bool round_interval = true, omit_hostname = false;
  bool debug = false, quiet = false;
  bool skip_processors_before_aggregators = false, skip_processors_after_aggregators = false;
  bool always_include_local_tags = false, always_include_global_tags = false;
  std::string hostname, logfile, logformat = "text", log_message_key = "msg", log_zone;
  int64_t log_rotation_interval_ns = 0, log_rotation_max_size = 0, log_rotation_max_archives = 5;
  std::string statedir;  // where tw.state/1 and the crash marker live; empty: no state is kept
};

struct Configuration {
  AgentOptions agent;
  std::map<std::string, std::string> global_tags;  // with host unless omitted
  std::vector<InstanceConfig> instances;           // in file order
};

// A mistake in a configuration; all are found before anything starts.
struct Diagnostic {
  Origin origin;
  std::string text;  // "inputs.cpu has no option \"intervall\"; did you mean \"interval\"?"
};

Diagnostic about_file(const std::string& file, std::string text);  // without a line
std::string to_text(const Origin& origin);          // "a.toml:14:3", or "a.toml" without a line
std::string to_text(const Diagnostic& diagnostic);  // "a.toml:14:3: ..."

}  // namespace tickwork::host
