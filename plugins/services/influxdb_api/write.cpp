// SPDX-License-Identifier: MIT
// POST /write and /api/v2/write.
#include <algorithm>
#include <tickwork/cpp/storage.hpp>

#include "api.hpp"

namespace tickwork::influxdb_api {

namespace {

bool known_consistency(std::string_view level) {
  static constexpr std::string_view known[] = {"", "any", "one", "quorum", "all"};
  return std::any_of(std::begin(known), std::end(known),
                     [&](std::string_view each) { return equal_fold(each, level); });
}

bool starts(std::string_view text, std::string_view with) { return text.starts_with(with); }

}  // namespace

std::unique_ptr<lineproto::Parser> ParserPool::take() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<lineproto::Parser>();
  auto out = std::move(idle_.back());
  idle_.pop_back();
  return out;
}

void ParserPool::give(std::unique_ptr<lineproto::Parser> parser) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < 8) idle_.push_back(std::move(parser));
}

void Api::write(Exchange& x) {
  Sender sender = identify(x);
  if (!sender.welcome) return;
  Target target{x.url_value("db"), x.url_value("rp"), 1};
  if (target.database.empty()) return x.error(400, "database is required");
  if (!known_consistency(x.url_value("consistency"))) {
    return x.error(400, "invalid consistency level");
  }
  std::string precision = x.url_value("precision");
  target.unit = lineproto::precision_unit(precision);
  if (target.unit == 0) {
    return x.error(400, "invalid precision \"" + precision + "\" (use n, u, ms, s, m or h)");
  }
  write_points(x, target, sender.user);
}

void Api::write_v2(Exchange& x) {
  Sender sender = identify(x);
  if (!sender.welcome) return;
  std::string bucket = x.url_value("bucket");
  size_t slash = bucket.find('/');
  Target target{bucket.substr(0, slash), slash == std::string::npos ? "" : bucket.substr(slash + 1),
                1};
  if (bucket.empty()) {
    return x.error(404,
                   "bucket name \"\" is missing a slash; not in "
                   "\"database/retention-policy\" format");
  }
  if (target.database.empty()) {
    return x.error(404,
                   "bucket name \"" + bucket + "\" is in db/rp form but has an empty database");
  }
  std::string precision = x.url_value("precision");
  if (precision == "us") precision = "u";
  target.unit = precision == "m" || precision == "h" || precision == "n"
                    ? 0
                    : lineproto::precision_unit(precision);
  if (target.unit == 0) {
    return x.error(400,
                   "invalid precision \"" + x.url_value("precision") + "\" (use ns, us, ms or s)");
  }
  write_points(x, target, sender.user);
}

bool Api::has_database(const std::string& name) const {
  tw_scan scan{};
  scan.size = sizeof scan;
  scan.database = str(name);
  scan.from_ns = INT64_MIN;
  scan.to_ns = INT64_MAX;
  ArrowStream stream;
  tw_error error = empty_error();
  tw_status status =
      storage_.vtable().list(storage_.self(), TW_RETENTION_POLICIES, &scan, stream.out(), &error);
  return status != TW_E_NOT_FOUND;
}

bool Api::may_write(Exchange& x, const Target& target, const std::optional<User>& sender) {
  if (!access_.enabled()) return true;
  if (!has_database(target.database)) {
    return refuse_write(x, target, TW_E_NOT_FOUND, "database not found"), false;
  }
  try {
    access_.allow_write(sender, target.database);
    return true;
  } catch (const Refusal& refusal) {
    return refuse(x, refusal), false;
  }
}

void Api::write_points(Exchange& x, const Target& target, const std::optional<User>& sender) {
  ++writes_;
  if (!may_write(x, target, sender)) return;
  std::string room;
  std::string_view body;
  try {
    body = x.body(room);
  } catch (const GzipError& e) {
    return x.error(400, e.what());
  }
  auto parser = parsers_.take();
  lineproto::ParserOptions options;
  options.unit_ns = target.unit;
  options.default_time_ns = host_.now();
  options.unsigned_integers = unsigned_integers_;
  parser->configure(options);
  lineproto::Parsed parsed = parser->parse(body);
  if (parsed.points.empty() && !has_database(target.database)) {
    return refuse_write(x, target, TW_E_NOT_FOUND, "database not found: " + target.database);
  }
  if (parsed.points.empty() && parsed.failed > 0) {
    ++write_errors_;
    return x.error(400, parsed.errors);
  }
  store(x, target, {parsed.points.data(), parsed.points.size()},
        parsed.failed > 0 ? std::string_view(parsed.errors) : std::string_view());
  parsers_.give(std::move(parser));
}

void Api::store(Exchange& x, const Target& target, const tw_batch& batch,
                std::string_view refused) {
  tw_error error = empty_error();
  tw_status status = TW_OK;
  if (batch.count > 0) {
    status = write_patiently(storage_, target.database, target.retention, batch, error,
                             [] { return true; });
  }
  points_ += batch.count;
  if (status != TW_OK) {
    refuse_write(x, target, status, error.message);
  } else if (!refused.empty()) {
    ++write_errors_;
    x.error(400, "partial write: " + std::string(refused) + " dropped=0");
  } else {
    x.no_content();
  }
}

void Api::refuse_write(Exchange& x, const Target& target, tw_status status,
                       const std::string& why) {
  ++write_errors_;
  if (status == TW_E_NOT_FOUND && starts(why, "database not found")) {
    return x.error(404, "database not found: \"" + target.database + "\"");
  }
  if (status == TW_PARTIAL) {
    return x.error(400, starts(why, "partial write") ? why : "partial write: " + why);
  }
  if (status == TW_AGAIN) return x.error(503, "timeout");
  x.error(status == TW_E_INVALID ? 400 : 500, why);
}

}  // namespace tickwork::influxdb_api
