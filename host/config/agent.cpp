// SPDX-License-Identifier: MIT
#include "config/agent.hpp"

#include <fmt/format.h>

#include "config/quantity.hpp"
#include "config/wording.hpp"
#include "text/suggest.hpp"
#include "text/time_zone.hpp"

namespace tickwork::host {
namespace {

bool set_text(std::string& to, const Value& value) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text) to = *text;
  return text;
}

bool set_flag(bool& to, const Value& value) {
  const auto* flag = std::get_if<bool>(&value.data);
  if (flag) to = *flag;
  return flag;
}

bool set_count(int64_t& to, const Value& value) {
  const auto* number = std::get_if<int64_t>(&value.data);
  if (number) to = *number;
  return number && *number > 0;
}

bool set_time(int64_t& to, const Value& value) {
  std::optional<int64_t> ns;
  if (const auto* text = std::get_if<std::string>(&value.data)) ns = parse_duration(*text);
  if (const auto* n = std::get_if<int64_t>(&value.data))
    ns = seconds_to_ns(static_cast<double>(*n));
  if (const auto* x = std::get_if<double>(&value.data)) ns = seconds_to_ns(*x);
  if (ns) to = *ns;
  return ns && *ns >= 0;
}

bool set_size(int64_t& to, const Value& value) {
  std::optional<int64_t> bytes;
  if (const auto* text = std::get_if<std::string>(&value.data)) bytes = parse_size(*text);
  if (const auto* n = std::get_if<int64_t>(&value.data)) bytes = *n;
  if (bytes) to = *bytes;
  return bytes && *bytes >= 0;
}

bool set_archives(int64_t& to, const Value& value) {
  const auto* number = std::get_if<int64_t>(&value.data);
  if (number) to = *number;
  return number && *number >= -1;
}

using Setter = bool (*)(AgentOptions&, const Value&);

struct Row {
  const char* key;
  Setter setter;  // NULL: Telegraf has it; it is accepted and does nothing here
  const char* expected;
  const char *value, *doc;
};

constexpr const char* a_text = "a string";
constexpr const char* a_flag = "true or false";
constexpr const char* a_count = "an integer of at least 1";
constexpr const char* a_size = "a size such as \"10MiB\"";
constexpr const char* a_number_of_archives = "an integer of at least -1";
constexpr const char* a_time = "a duration such as \"10s\"";

#define TICKWORK_SET(kind, member) \
  [](AgentOptions& a, const Value& v) { return set_##kind(a.member, v); }

constexpr Row rows[] = {
    {"interval", TICKWORK_SET(time, interval_ns), a_time, "\"10s\"", "Inputs gather this often"},
    {"round_interval", TICKWORK_SET(flag, round_interval), a_flag, "true",
     "Gather at multiples of the interval: :00, :10, :20"},
    {"collection_jitter", TICKWORK_SET(time, collection_jitter_ns), a_time, "\"0s\"",
     "Delay each gather by a random part of this"},
    {"collection_offset", TICKWORK_SET(time, collection_offset_ns), a_time, "\"0s\"",
     "Shift all gathers by this"},
    {"precision", TICKWORK_SET(time, precision_ns), a_time, "\"0s\"",
     "Round times to this; 0s: by the interval, at most a second"},
    {"flush_interval", TICKWORK_SET(time, flush_interval_ns), a_time, "\"10s\"",
     "Outputs write this often"},
    {"flush_jitter", TICKWORK_SET(time, flush_jitter_ns), a_time, "\"0s\"",
     "Delay each write by a random part of this"},
    {"metric_batch_size", TICKWORK_SET(count, metric_batch_size), a_count, "1000",
     "Most points in one write; as many waiting points are written at once"},
    {"metric_buffer_limit", TICKWORK_SET(count, metric_buffer_limit), a_count, "10000",
     "Most points that wait for an output; when full, the oldest are dropped"},
    {"hostname", TICKWORK_SET(text, hostname), a_text, "\"\"",
     "Value of the tag host; empty: the system's name"},
    {"omit_hostname", TICKWORK_SET(flag, omit_hostname), a_flag, "false", "No tag host"},
    {"skip_processors_before_aggregators", TICKWORK_SET(flag, skip_processors_before_aggregators),
     a_flag, "false", "Processors run behind the aggregators only"},
    {"skip_processors_after_aggregators", TICKWORK_SET(flag, skip_processors_after_aggregators),
     a_flag, "false", "Processors do not run again on what aggregators make"},
    {"always_include_local_tags", TICKWORK_SET(flag, always_include_local_tags), a_flag, "false",
     "An input's tags survive its taginclude and tagexclude"},
    {"always_include_global_tags", TICKWORK_SET(flag, always_include_global_tags), a_flag, "false",
     "Global tags survive taginclude and tagexclude"},
    {"debug", TICKWORK_SET(flag, debug), a_flag, "false", "Log more"},
    {"quiet", TICKWORK_SET(flag, quiet), a_flag, "false", "Log errors only"},
    {"logfile", TICKWORK_SET(text, logfile), a_text, "\"\"", "Log to this file; empty: stderr"},
    {"logformat", TICKWORK_SET(text, logformat), a_text, "\"text\"", "text, or structured (JSON)"},
    {"statedir", TICKWORK_SET(text, statedir), a_text, "\"\"",
     "Folder for cursors and the crash marker; empty: nothing is kept between runs"},
    {"statefile", nullptr, a_text, nullptr, nullptr},
    {"structured_log_message_key", TICKWORK_SET(text, log_message_key), a_text, "\"msg\"",
     "Key of the text in a structured log line"},
    {"logfile_rotation_interval", TICKWORK_SET(time, log_rotation_interval_ns), a_time, "\"0s\"",
     "Start a new log file after this; 0s: never"},
    {"logfile_rotation_max_size", TICKWORK_SET(size, log_rotation_max_size), a_size, "0",
     "Start a new log file at this size; 0: never"},
    {"logfile_rotation_max_archives", TICKWORK_SET(archives, log_rotation_max_archives),
     a_number_of_archives, "5", "Old log files to keep; -1: all"},
    {"log_with_timezone", TICKWORK_SET(text, log_zone), a_text, "\"\"",
     "Zone of the times in the log: a name such as \"Europe/Berlin\", or \"local\"; empty: UTC"},
    {"logtarget", nullptr, nullptr, nullptr, nullptr},
    {"snmp_translator", nullptr, nullptr, nullptr, nullptr},
    {"config_url_retry_attempts", nullptr, nullptr, nullptr, nullptr},
    {"buffer_strategy", nullptr, nullptr, nullptr, nullptr},
    {"buffer_directory", nullptr, nullptr, nullptr, nullptr},
    {"buffer_disk_sync", nullptr, nullptr, nullptr, nullptr},
};

#undef TICKWORK_SET

const Row* row_for(std::string_view key) {
  for (const auto& row : rows)
    if (row.key == key) return &row;
  return nullptr;
}

std::vector<std::string> keys() {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.key);
  return names;
}

// Telegraf keeps all state in one JSON file; here it is a folder, put beside that name.
void read_statefile(const Value& value, AgentOptions& agent, std::vector<Diagnostic>& warnings) {
  const auto* file = std::get_if<std::string>(&value.data);
  if (!file || file->empty() || !agent.statedir.empty()) return;
  agent.statedir = *file + ".d";
  warnings.push_back(
      {value.origin, fmt::format("[agent] statefile: state is kept in the folder {}; name it with "
                                 "statedir",
                                 agent.statedir)});
}

}  // namespace

void read_agent(const Table& table, AgentOptions& agent, std::vector<Diagnostic>& errors,
                std::vector<Diagnostic>& warnings) {
  for (const auto& [key, value] : table) {
    const auto* row = row_for(key);
    if (!row) {
      errors.push_back({value.origin, fmt::format("[agent] has no option \"{}\"{}", key,
                                                  did_you_mean(key, keys()))});
    } else if (key == "statefile") {
      read_statefile(value, agent, warnings);
    } else if (!row->setter) {
      warnings.push_back({value.origin, fmt::format("[agent] {} has no effect here", key)});
    } else if (!row->setter(agent, value)) {
      errors.push_back({value.origin, fmt::format("[agent] \"{}\" is {}, expected {}", key,
                                                  shown(value), row->expected)});
    }
  }
}

void check_agent(const AgentOptions& agent, const Origin& where, std::vector<Diagnostic>& errors) {
  if (agent.interval_ns <= 0)
    errors.push_back({where, "[agent] \"interval\" must be longer than 0s"});
  if (agent.flush_interval_ns <= 0)
    errors.push_back({where, "[agent] \"flush_interval\" must be longer than 0s"});
  if (agent.skip_processors_before_aggregators && agent.skip_processors_after_aggregators)
    errors.push_back({where,
                      "[agent] skips processors both before and after aggregators; they "
                      "would never run"});
  if (agent.logformat != "text" && agent.logformat != "structured")
    errors.push_back({where, "[agent] \"logformat\" must be \"text\" or \"structured\""});
  if (!is_time_zone(agent.log_zone))
    errors.push_back(
        {where, fmt::format("[agent] \"log_with_timezone\": there is no time zone "
                            "\"{}\"; use \"local\" or a name such as \"Europe/Berlin\"",
                            agent.log_zone)});
}

std::vector<HostOptionInfo> agent_options() {
  std::vector<HostOptionInfo> infos;
  for (const auto& row : rows)
    if (row.doc) infos.push_back({row.key, row.value, row.doc});
  return infos;
}

std::string agent_sample() {
  std::string out = "[agent]\n";
  for (const auto& row : rows)
    if (row.doc) out += fmt::format("  ## {}\n  # {} = {}\n", row.doc, row.key, row.value);
  return out;
}

}  // namespace tickwork::host
