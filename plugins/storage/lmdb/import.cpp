// SPDX-License-Identifier: MIT
// "tickwork storage import DIR FILE": reads what "tickwork storage export" and InfluxDB's
// "influx_inspect export" write, into a store that no process has open.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <span>
#include "kit/lineproto/lineproto.hpp"

#include "command_host.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "export_text.hpp"
#include "failure.hpp"
#include "store.hpp"
#include "text_file.hpp"

namespace tickwork::lmdb {
namespace {

constexpr const char* import_usage =
    "import DIR FILE\n\n"
    "Writes what FILE holds into the store in DIR, which is created if it is not there. FILE: the\n"
    "text of \"tickwork storage export\" or of InfluxDB's \"influx_inspect export\", plain or "
    "gzip;\n"
    "\"-\" is standard input. Databases and retention policies that are missing are created; the\n"
    "first policy of a new database becomes its default. No process may have the store open.\n";

constexpr size_t bytes_at_once = 4 << 20, points_at_once = 10'000;
constexpr size_t most_told = 20;  // refused lines that are told in full

tw_definition definition_of(uint32_t what, const std::string& database, const std::string& name) {
  tw_definition d{};
  d.size = sizeof d;
  d.what = what;
  d.database = borrow(database);
  d.name = borrow(name);
  return d;
}

class Importer {
 public:
  Importer(const CommandCall& call, Store& store) : call_(call), store_(store) {
    lineproto::ParserOptions options;
    parser_.configure(options);
  }

  uint64_t points() const { return points_; }
  uint64_t failures() const { return failures_; }

  void run(TextInput& input) {
    std::string text;
    bool more = true;
    while (more) {
      more = input.read(text, bytes_at_once);
      text.erase(0, take(text, !more));
    }
  }

 private:
  // Bytes done with. Before the line protocol there are statements, and between its lines contexts.
  size_t take(std::string_view text, bool final) {
    size_t at = 0;
    while (at < text.size()) {
      const size_t used =
          in_ddl_ ? take_head_line(text.substr(at), final) : take_lines(text.substr(at), final);
      if (used == 0) break;
      at += used;
    }
    return at;
  }

  size_t take_head_line(std::string_view text, bool final) {
    const size_t end = text.find('\n');
    if (end == text.npos && !final) return 0;
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(dml_line) || line.starts_with(database_context)) {
      in_ddl_ = false;
      if (line.starts_with(database_context)) return take_lines(text, final);
    } else if (!line.empty() && !line.starts_with('#')) {
      statement(line);
    }
    return end == text.npos ? text.size() : end + 1;
  }

  void statement(std::string_view line) {
    const auto names = parse_create_line(line);
    if (!names) {
      return refuse("cannot understand \"" + std::string(line) +
                    "\"; what stands before \"# DML\" must be CREATE DATABASE x WITH NAME y");
    }
    create(names->database, names->policy);
  }

  void create(const std::string& database, const std::string& policy) {
    Registry& registry = store_.registry();
    const auto found = registry.find(database);
    if (!found) {
      registry.define_database(
          definition_of(TW_DATABASES, database, policy.empty() ? "autogen" : policy));
    } else if (!policy.empty() && !std::as_const(found->info).policy(policy)) {
      registry.define_policy(definition_of(TW_RETENTION_POLICIES, database, policy));
    }
  }

  // Line protocol up to the next context line, or a context line.
  size_t take_lines(std::string_view text, bool final) {
    if (text.starts_with('#')) {
      const size_t end = text.find('\n');
      if (end == text.npos && !final) return 0;
      context(text.substr(0, end));
      return end == text.npos ? text.size() : end + 1;
    }
    // "# CONTEXT" within a string value is no context: then the parser does not get as far.
    size_t end = text.find("\n# CONTEXT-");
    while (end != text.npos) {
      const size_t used = write(text.substr(0, end + 1), false);
      if (used != 0) return used;
      end = text.find("\n# CONTEXT-", end + 1);
    }
    return write(text, final);
  }

  void context(std::string_view line) {
    if (line.starts_with(database_context)) {
      database_ = line.substr(database_context.size());
      policy_.clear();
    } else if (line.starts_with(policy_context)) {
      policy_ = line.substr(policy_context.size());
    }
  }

  size_t write(std::string_view lines, bool final) {
    const lineproto::Parsed parsed = parser_.parse(lines, final, points_at_once);
    if (parsed.failed > 0) {
      failures_ += parsed.failed - 1;
      refuse(std::string(parsed.errors));
    }
    if (!parsed.points.empty()) write_points(parsed.points);
    return parsed.used;
  }

  void write_points(std::span<const tw_point> points) {
    if (database_.empty()) {
      throw Failure(TW_E_INVALID,
                    "the file has rows before a line \"# CONTEXT-DATABASE:name\"; is "
                    "it an export?");
    }
    create(database_, policy_);
    const std::vector<tw_point> named = renamed(points);
    const tw_batch batch{named.empty() ? points.data() : named.data(), points.size()};
    WriteResult result;
    do {
      result = store_.write(borrow(database_), borrow(policy_), batch);
    } while (result.status == TW_AGAIN);
    points_ += points.size();
    if (result.status != TW_OK) {
      refuse(database_ + (policy_.empty() ? "" : "." + policy_) + ": " + result.message);
    }
  }

  // The points with quotes in their fields' names, if any has them; else nothing.
  std::vector<tw_point> renamed(std::span<const tw_point> points) {
    const auto quoted = [](const tw_field& field) {
      return tickwork::view(field.key).find("\\\"") != std::string_view::npos;
    };
    const auto any = [&](const tw_point& p) {
      return std::any_of(p.fields, p.fields + p.n_fields, quoted);
    };
    if (std::none_of(points.begin(), points.end(), any)) return {};
    names_.clear();
    fields_.clear();
    std::vector<tw_point> out(points.begin(), points.end());
    for (tw_point& point : out) {
      if (!any(point)) continue;
      auto& fields = fields_.emplace_back(point.fields, point.fields + point.n_fields);
      for (tw_field& field : fields) {
        field.key = borrow(names_.emplace_back(without_escaped_quotes(tickwork::view(field.key))));
      }
      point.fields = fields.data();
    }
    return out;
  }

  void refuse(const std::string& why) {
    if (++told_ <= most_told) call_.err(why + "\n");
    if (told_ == most_told + 1) call_.err("more was refused and is not told line by line\n");
    ++failures_;
  }

  const CommandCall& call_;
  Store& store_;
  lineproto::Parser parser_;
  std::string database_, policy_;
  std::deque<std::string> names_;             // of renamed fields
  std::deque<std::vector<tw_field>> fields_;  // of points with such
  bool in_ddl_ = true;
  uint64_t points_ = 0, failures_ = 0, told_ = 0;
};

// Files that root makes could not be written by the account that the store belongs to.
void check_account(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || info.st_uid == ::geteuid()) return;
  throw Failure(TW_E_DENIED, path +
                                 " belongs to another account; run this as that one, for "
                                 "example with sudo -u");
}

}  // namespace

int32_t import_store(CommandCall call) {
  return run_with_usage(call, import_usage, [&] {
    const CommandLine line(call.arguments, {}, {}, 2);
    Options options;
    options.path = line.bare(0);
    options.sync = Sync::interval;  // what is not finished is imported again
    options.table_size = size_t{64} << 20;
    options.log_size = size_t{128} << 20;
    check_account(options.path);
    TextInput input(line.bare(1));
    const CommandHost host(call);
    uint64_t points = 0, failures = 0;
    {
      Store store(host.host(), options);
      Importer importer(call, store);
      importer.run(input);
      store.flush();
      points = importer.points();
      failures = importer.failures();
    }
    call.out(std::to_string(points) + " values read");
    call.out(failures == 0 ? "\n"
                           : ", " + std::to_string(failures) + " lines or batches refused\n");
    return failures == 0 && !host.failed() ? TW_EXIT_FINE : TW_EXIT_FAILED;
  });
}

}  // namespace tickwork::lmdb
