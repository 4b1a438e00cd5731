// SPDX-License-Identifier: MIT
// The syntax tree of InfluxQL. Expressions are one tagged node shared by pointer, never changed
// after parsing: a rewrite makes new nodes and shares the rest. Statements are plain structs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tickwork::influxql {

enum class ExprKind {
  variable,
  call,
  binary,
  paren,
  number,
  integer,
  unsigned_integer,
  string,
  boolean,
  duration,
  time,
  regex,
  wildcard,
  distinct,
  nil,
  list
};

enum class Op {
  none,
  add,
  sub,
  mul,
  div,
  mod,
  bit_and,
  bit_or,
  bit_xor,
  logical_and,
  logical_or,
  eq,
  neq,
  eq_regex,
  neq_regex,
  lt,
  lte,
  gt,
  gte,
  in
};

// The type after `::`, or the type a field was found to have.
enum class DataType {
  unknown,
  float_,
  integer,
  unsigned_,
  string,
  boolean,
  time,
  duration,
  tag,
  any_field
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct Expr {
  ExprKind kind = ExprKind::nil;
  Op op = Op::none;                   // binary
  DataType type = DataType::unknown;  // cast of a variable; any_field or tag for a wildcard
  std::string text;                   // name of a variable or call; a string; a regex's source
  double number = 0;
  int64_t integer = 0;  // also durations and times, in ns
  uint64_t unsigned_integer = 0;
  bool boolean = false;
  std::vector<ExprPtr> args;       // call arguments; left and right of binary; inside of paren
  std::vector<std::string> names;  // list

  const ExprPtr& left() const { return args[0]; }
  const ExprPtr& right() const { return args[1]; }
};

ExprPtr make_variable(std::string name, DataType type = DataType::unknown);
ExprPtr make_call(std::string name, std::vector<ExprPtr> args);
ExprPtr make_binary(Op op, ExprPtr left, ExprPtr right);
ExprPtr make_paren(ExprPtr inner);
ExprPtr make_number(double value);
ExprPtr make_integer(int64_t value);
ExprPtr make_string(std::string value);
ExprPtr make_boolean(bool value);
ExprPtr make_duration(int64_t ns);
ExprPtr make_time(int64_t ns);
ExprPtr make_regex(std::string source);

struct Measurement {
  std::string database, retention, name;
  std::optional<std::string> regex;  // instead of a name
  bool is_target = false;            // an empty name then means `:MEASUREMENT`
};

struct Select;
struct Source {  // a measurement, or a subquery when that is set
  Measurement measurement;
  std::shared_ptr<Select> subquery;
};

struct Field {
  ExprPtr expr;
  std::string alias;
};

struct SortField {
  std::string name;  // empty for a bare ASC or DESC
  bool ascending = true;
};

enum class Fill { null, none, number, previous, linear };

struct Select {
  std::vector<Field> fields;
  std::optional<Measurement> target;
  std::vector<Source> sources;
  ExprPtr condition;
  std::vector<ExprPtr> dimensions;
  Fill fill = Fill::null;
  ExprPtr fill_value;  // an integer or number literal
  std::vector<SortField> sort;
  int64_t limit = 0, offset = 0, slimit = 0, soffset = 0;
  std::string time_zone;
  bool is_raw = true;  // no function call among the fields

  bool ascending() const { return sort.empty() || sort[0].ascending; }
};

struct Explain {
  std::shared_ptr<Select> select;
  bool analyze = false;
};

struct Delete {
  std::vector<Source> sources;
  ExprPtr condition;
};
struct DropSeries {
  std::vector<Source> sources;
  ExprPtr condition;
};
struct DropMeasurement {
  std::string name;
};
struct DropShard {
  uint64_t id = 0;
};
struct DropDatabase {
  std::string name;
};
struct DropUser {
  std::string name;
};
struct DropRetentionPolicy {
  std::string name, database;
};
struct DropContinuousQuery {
  std::string name, database;
};
struct DropSubscription {
  std::string name, database, retention;
};

struct CreateDatabase {
  std::string name;
  bool with_policy = false;
  std::optional<int64_t> duration_ns;
  std::optional<int64_t> replication;
  int64_t shard_duration_ns = 0;
  std::string policy_name;
};

struct CreateRetentionPolicy {
  std::string name, database;
  int64_t duration_ns = 0, replication = 0, shard_duration_ns = 0;
  bool is_default = false;
};

struct AlterRetentionPolicy {
  std::string name, database;
  std::optional<int64_t> duration_ns, replication, shard_duration_ns;
  bool is_default = false;
};

struct CreateContinuousQuery {
  std::string name, database;
  std::shared_ptr<Select> select;
  int64_t resample_every_ns = 0, resample_for_ns = 0;
};

struct CreateSubscription {
  std::string name, database, retention, mode;
  std::vector<std::string> destinations;
};

struct CreateUser {
  std::string name, password;
  bool admin = false;
};
struct SetPassword {
  std::string name, password;
};

enum class Privilege { none, read, write, all };
struct Grant {  // without a database: ALL PRIVILEGES, which makes an admin
  Privilege privilege = Privilege::none;
  std::string database, user;
  bool admin = false;
};
struct Revoke {
  Privilege privilege = Privilege::none;
  std::string database, user;
  bool admin = false;
};

struct KillQuery {
  uint64_t id = 0;
  std::string host;
};

enum class ShowKind {
  continuous_queries,
  databases,
  diagnostics,
  field_keys,
  field_key_cardinality,
  grants,
  measurements,
  measurement_cardinality,
  queries,
  retention_policies,
  series,
  series_cardinality,
  shards,
  shard_groups,
  stats,
  subscriptions,
  tag_keys,
  tag_key_cardinality,
  tag_values,
  tag_values_cardinality,
  users
};

// Every SHOW; members that a kind does not know stay empty.
struct Show {
  ShowKind kind = ShowKind::databases;
  bool exact = false;
  std::string database;                    // ON
  std::string name;                        // GRANTS FOR, STATS FOR, DIAGNOSTICS FOR
  std::vector<Source> sources;             // FROM
  std::optional<Measurement> measurement;  // WITH MEASUREMENT
  Op key_op = Op::none;                    // WITH KEY
  ExprPtr key;                             // a string, a regex or a list
  ExprPtr condition;
  std::vector<ExprPtr> dimensions;
  std::vector<SortField> sort;
  int64_t limit = 0, offset = 0, slimit = 0, soffset = 0;
};

using Statement =
    std::variant<Select, Explain, Delete, DropSeries, DropMeasurement, DropShard, DropDatabase,
                 DropUser, DropRetentionPolicy, DropContinuousQuery, DropSubscription,
                 CreateDatabase, CreateRetentionPolicy, AlterRetentionPolicy, CreateContinuousQuery,
                 CreateSubscription, CreateUser, SetPassword, Grant, Revoke, KillQuery, Show>;

}  // namespace tickwork::influxql
