// SPDX-License-Identifier: MIT
// The tree back to text, in the normal form that InfluxDB shows in warnings, SHOW QUERIES and
// SHOW CONTINUOUS QUERIES.
#include <cmath>
#include <cstdio>
#include <ctime>

#include "influxql.hpp"
#include "token.hpp"

namespace tickwork::influxql {

namespace {

constexpr int64_t ns_per_second = 1'000'000'000;

std::string fixed_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[400];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

// RFC 3339 in UTC with as many digits of the fraction as it has.
std::string time_text(int64_t ns) {
  int64_t seconds = ns / ns_per_second, fraction = ns % ns_per_second;
  if (fraction < 0) fraction += ns_per_second, --seconds;
  std::time_t t = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&t, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string out = text;
  if (fraction != 0) {
    std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(fraction));
    out += text;
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

std::string regex_text(std::string_view source) {
  std::string out = "/";
  for (char c : source) out += c == '/' ? "\\/" : std::string(1, c);
  return out + "/";
}

template <typename List, typename Print>
std::string joined(const List& list, Print print) {
  std::string out;
  bool first = true;
  for (const auto& one : list) {
    if (!first) out += ", ";
    first = false;
    out += print(one);
  }
  return out;
}

std::string source_text(const Source& source) {
  if (source.subquery) return "(" + to_string(*source.subquery) + ")";
  return to_string(source.measurement);
}

std::string field_text(const Field& field) {
  std::string out = to_string(*field.expr);
  return field.alias.empty() ? out : out + " AS " + quote_identifier(field.alias);
}

std::string sort_text(const SortField& field) {
  std::string order = field.ascending ? "ASC" : "DESC";
  return field.name.empty() ? order : field.name + " " + order;
}

std::string count_text(const char* keyword, int64_t n) {
  return n > 0 ? std::string(" ") + keyword + " " + std::to_string(n) : "";
}

std::string fill_text(const Select& s) {
  switch (s.fill) {
    case Fill::none:
      return " fill(none)";
    case Fill::previous:
      return " fill(previous)";
    case Fill::linear:
      return " fill(linear)";
    case Fill::number: {
      if (s.fill_value->kind == ExprKind::integer) {
        return " fill(" + std::to_string(s.fill_value->integer) + ")";
      }
      char text[64];
      std::snprintf(text, sizeof text, "%.17g", s.fill_value->number);
      for (int digits = 1; digits < 17; ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, s.fill_value->number);
        if (std::strtod(text, nullptr) == s.fill_value->number) break;
      }
      return std::string(" fill(") + text + ")";
    }
    case Fill::null:
      break;
  }
  return "";
}

template <typename Clauses>
std::string from_text(const Clauses& c) {
  return c.sources.empty() ? "" : " FROM " + joined(c.sources, source_text);
}

template <typename Clauses>
std::string where_text(const Clauses& c) {
  return c.condition ? " WHERE " + to_string(*c.condition) : "";
}

std::string group_text(const std::vector<ExprPtr>& dimensions) {
  if (dimensions.empty()) return "";
  return " GROUP BY " + joined(dimensions, [](const ExprPtr& e) { return to_string(*e); });
}

std::string sort_clause(const std::vector<SortField>& sort) {
  return sort.empty() ? "" : " ORDER BY " + joined(sort, sort_text);
}

template <typename Clauses>
std::string limits_text(const Clauses& c) {
  return count_text("LIMIT", c.limit) + count_text("OFFSET", c.offset) +
         count_text("SLIMIT", c.slimit) + count_text("SOFFSET", c.soffset);
}

std::string_view privilege_text(Privilege p) {
  switch (p) {
    case Privilege::read:
      return "READ";
    case Privilege::write:
      return "WRITE";
    case Privilege::all:
      return "ALL PRIVILEGES";
    case Privilege::none:
      break;
  }
  return "NO PRIVILEGES";
}

std::string_view show_text(ShowKind kind) {
  switch (kind) {
    case ShowKind::continuous_queries:
      return "CONTINUOUS QUERIES";
    case ShowKind::databases:
      return "DATABASES";
    case ShowKind::diagnostics:
      return "DIAGNOSTICS";
    case ShowKind::field_keys:
      return "FIELD KEYS";
    case ShowKind::field_key_cardinality:
      return "FIELD KEY";
    case ShowKind::grants:
      return "GRANTS";
    case ShowKind::measurements:
      return "MEASUREMENTS";
    case ShowKind::measurement_cardinality:
      return "MEASUREMENT";
    case ShowKind::queries:
      return "QUERIES";
    case ShowKind::retention_policies:
      return "RETENTION POLICIES";
    case ShowKind::series:
      return "SERIES";
    case ShowKind::series_cardinality:
      return "SERIES";
    case ShowKind::shards:
      return "SHARDS";
    case ShowKind::shard_groups:
      return "SHARD GROUPS";
    case ShowKind::stats:
      return "STATS";
    case ShowKind::subscriptions:
      return "SUBSCRIPTIONS";
    case ShowKind::tag_keys:
      return "TAG KEYS";
    case ShowKind::tag_key_cardinality:
      return "TAG KEY";
    case ShowKind::tag_values:
      return "TAG VALUES";
    case ShowKind::tag_values_cardinality:
      return "TAG VALUES";
    case ShowKind::users:
      return "USERS";
  }
  return "";
}

bool is_cardinality(ShowKind kind) {
  return kind == ShowKind::field_key_cardinality || kind == ShowKind::measurement_cardinality ||
         kind == ShowKind::series_cardinality || kind == ShowKind::tag_key_cardinality ||
         kind == ShowKind::tag_values_cardinality;
}

std::string show_name_text(const Show& s) {
  if (s.name.empty()) return "";
  if (s.kind == ShowKind::grants) return " FOR " + quote_identifier(s.name);
  return " FOR " + quote_string(s.name);
}

std::string key_text(const Show& s) {
  if (!s.key) return "";
  std::string out = " WITH KEY " + std::string(to_string(s.key_op)) + " ";
  return out +
         (s.key->kind == ExprKind::string ? quote_identifier(s.key->text) : to_string(*s.key));
}

std::string print(const Select& s) { return to_string(s); }

std::string print(const Explain& s) {
  return std::string("EXPLAIN ") + (s.analyze ? "ANALYZE " : "") + to_string(*s.select);
}

std::string print(const Delete& s) { return "DELETE" + from_text(s) + where_text(s); }
std::string print(const DropSeries& s) { return "DROP SERIES" + from_text(s) + where_text(s); }
std::string print(const DropMeasurement& s) {
  return "DROP MEASUREMENT " + quote_identifier(s.name);
}
std::string print(const DropShard& s) { return "DROP SHARD " + std::to_string(s.id); }
std::string print(const DropDatabase& s) { return "DROP DATABASE " + quote_identifier(s.name); }
std::string print(const DropUser& s) { return "DROP USER " + quote_identifier(s.name); }
std::string print(const DropRetentionPolicy& s) {
  return "DROP RETENTION POLICY " + quote_identifier(s.name) + " ON " +
         quote_identifier(s.database);
}
std::string print(const DropContinuousQuery& s) {
  return "DROP CONTINUOUS QUERY " + quote_identifier(s.name) + " ON " +
         quote_identifier(s.database);
}
std::string print(const DropSubscription& s) {
  return "DROP SUBSCRIPTION " + quote_identifier(s.name) + " ON " + quote_identifier(s.database) +
         "." + quote_identifier(s.retention);
}

std::string print(const CreateDatabase& s) {
  std::string out = "CREATE DATABASE " + quote_identifier(s.name);
  if (!s.with_policy) return out;
  out += " WITH";
  if (s.duration_ns) out += " DURATION " + format_go_duration(*s.duration_ns);
  if (s.replication) out += " REPLICATION " + std::to_string(*s.replication);
  if (s.shard_duration_ns > 0) out += " SHARD DURATION " + format_go_duration(s.shard_duration_ns);
  if (!s.policy_name.empty()) out += " NAME " + quote_identifier(s.policy_name);
  return out;
}

std::string print(const CreateRetentionPolicy& s) {
  std::string out = "CREATE RETENTION POLICY " + quote_identifier(s.name) + " ON " +
                    quote_identifier(s.database) + " DURATION " + format_duration(s.duration_ns) +
                    " REPLICATION " + std::to_string(s.replication);
  if (s.shard_duration_ns > 0) out += " SHARD DURATION " + format_duration(s.shard_duration_ns);
  return s.is_default ? out + " DEFAULT" : out;
}

std::string print(const AlterRetentionPolicy& s) {
  std::string out =
      "ALTER RETENTION POLICY " + quote_identifier(s.name) + " ON " + quote_identifier(s.database);
  if (s.duration_ns) out += " DURATION " + format_duration(*s.duration_ns);
  if (s.replication) out += " REPLICATION " + std::to_string(*s.replication);
  if (s.shard_duration_ns) out += " SHARD DURATION " + format_duration(*s.shard_duration_ns);
  return s.is_default ? out + " DEFAULT" : out;
}

std::string print(const CreateContinuousQuery& s) {
  std::string out = "CREATE CONTINUOUS QUERY " + quote_identifier(s.name) + " ON " +
                    quote_identifier(s.database) + " ";
  if (s.resample_every_ns > 0 || s.resample_for_ns > 0) {
    out += "RESAMPLE ";
    if (s.resample_every_ns > 0) out += "EVERY " + format_duration(s.resample_every_ns) + " ";
    if (s.resample_for_ns > 0) out += "FOR " + format_duration(s.resample_for_ns) + " ";
  }
  return out + "BEGIN " + to_string(*s.select) + " END";
}

std::string print(const CreateSubscription& s) {
  return "CREATE SUBSCRIPTION " + quote_identifier(s.name) + " ON " + quote_identifier(s.database) +
         "." + quote_identifier(s.retention) + " DESTINATIONS " + s.mode + " " +
         joined(s.destinations, [](auto& d) { return quote_string(d); });
}

std::string print(const CreateUser& s) {
  return "CREATE USER " + quote_identifier(s.name) + " WITH PASSWORD [REDACTED]" +
         (s.admin ? " WITH ALL PRIVILEGES" : "");
}
std::string print(const SetPassword& s) {
  return "SET PASSWORD FOR " + quote_identifier(s.name) + " = [REDACTED]";
}

std::string print(const Grant& s) {
  std::string out = "GRANT " + std::string(privilege_text(s.privilege));
  if (!s.admin) out += " ON " + quote_identifier(s.database);
  return out + " TO " + quote_identifier(s.user);
}

std::string print(const Revoke& s) {
  std::string out = "REVOKE " + std::string(privilege_text(s.privilege));
  if (!s.admin) out += " ON " + quote_identifier(s.database);
  return out + " FROM " + quote_identifier(s.user);
}

std::string print(const KillQuery& s) {
  std::string out = "KILL QUERY " + std::to_string(s.id);
  return s.host.empty() ? out : out + " ON " + quote_identifier(s.host);
}

std::string print(const Show& s) {
  std::string out = "SHOW " + std::string(show_text(s.kind));
  if (s.exact) out += " EXACT";
  if (is_cardinality(s.kind)) out += " CARDINALITY";
  out += show_name_text(s);
  if (!s.database.empty()) out += " ON " + quote_identifier(s.database);
  out += from_text(s);
  if (s.measurement) {
    out += s.measurement->regex ? " WITH MEASUREMENT =~ " : " WITH MEASUREMENT = ";
    out += to_string(*s.measurement);
  }
  return out + key_text(s) + where_text(s) + group_text(s.dimensions) + sort_clause(s.sort) +
         limits_text(s);
}

}  // namespace

std::string_view to_string(Op op) {
  static constexpr std::string_view names[] = {"",   "+", "-",   "*",  "/",  "%",  "&",
                                               "|",  "^", "AND", "OR", "=",  "!=", "=~",
                                               "!~", "<", "<=",  ">",  ">=", "IN"};
  return names[static_cast<size_t>(op)];
}

std::string_view to_string(DataType type) {
  static constexpr std::string_view names[] = {"unknown", "float", "integer",  "unsigned", "string",
                                               "boolean", "time",  "duration", "tag",      "field"};
  return names[static_cast<size_t>(type)];
}

std::string to_string(const Expr& e) {
  switch (e.kind) {
    case ExprKind::variable:
      return quote_identifier(e.text) +
             (e.type == DataType::unknown ? "" : "::" + std::string(to_string(e.type)));
    case ExprKind::call:
      return e.text + "(" + joined(e.args, [](const ExprPtr& a) { return to_string(*a); }) + ")";
    case ExprKind::binary:
      return to_string(*e.left()) + " " + std::string(to_string(e.op)) + " " +
             to_string(*e.right());
    case ExprKind::paren:
      return "(" + to_string(*e.args[0]) + ")";
    case ExprKind::number:
      return fixed_number(e.number);
    case ExprKind::integer:
      return std::to_string(e.integer);
    case ExprKind::unsigned_integer:
      return std::to_string(e.unsigned_integer);
    case ExprKind::string:
      return quote_string(e.text);
    case ExprKind::boolean:
      return e.boolean ? "true" : "false";
    case ExprKind::duration:
      return format_duration(e.integer);
    case ExprKind::time:
      return "'" + time_text(e.integer) + "'";
    case ExprKind::regex:
      return regex_text(e.text);
    case ExprKind::wildcard:
      return e.type == DataType::unknown ? "*" : "*::" + std::string(to_string(e.type));
    case ExprKind::distinct:
      return "DISTINCT " + e.text;
    case ExprKind::list:
      return "(" + joined(e.names, [](auto& n) { return quote_identifier(n); }) + ")";
    case ExprKind::nil:
      break;
  }
  return "nil";
}

std::string to_string(const Measurement& m) {
  std::string out;
  if (!m.database.empty()) out += quote_identifier(m.database) + ".";
  if (!m.retention.empty()) out += quote_identifier(m.retention);
  if (!m.database.empty() || !m.retention.empty()) out += ".";
  if (!m.name.empty()) return out + quote_identifier(m.name);
  if (m.regex) return out + regex_text(*m.regex);
  return out;
}

std::string to_string(const Select& s) {
  std::string out = "SELECT " + joined(s.fields, field_text);
  if (s.target) {
    out += " INTO " + to_string(*s.target) + (s.target->name.empty() ? ":MEASUREMENT" : "");
  }
  out += from_text(s) + where_text(s) + group_text(s.dimensions) + fill_text(s) +
         sort_clause(s.sort) + limits_text(s);
  if (!s.time_zone.empty()) out += " TZ('" + s.time_zone + "')";
  return out;
}

std::string to_string(const Statement& statement) {
  return std::visit([](const auto& s) { return print(s); }, statement);
}

}  // namespace tickwork::influxql
