// SPDX-License-Identifier: MIT
// outputs.influxdb: POST /write of InfluxDB 1.x.
#include <zlib.h>

#include <algorithm>
#include <map>
#include <random>
#include <tickwork/tickwork.hpp>

#include "kit/http/http.hpp"
#include "kit/lineproto/lineproto.hpp"

namespace {

using namespace tickwork;

// Texts that tell that sending the same again would not help.
constexpr std::string_view hopeless[] = {
    "retention policy not found", "hinted handoff queue not empty",
    "points beyond retention policy", "partial write", "unable to parse"};

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error{TW_E_NOMEM, "cannot compress"};
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

http::ClientOptions client_options(const Host& host, const Config& config) {
  http::ClientOptions options;
  options.timeout = options.connect_timeout = config.duration("timeout");
  options.user_agent = config.str("user_agent");
  if (options.user_agent.empty()) options.user_agent = "Tickwork/" + std::string{host.version()};
  options.username = config.str("username");
  options.password = config.str("password");
  options.proxy = config.str("http_proxy");
  options.local_address = config.str("local_address");
  options.tls = {.ca = config.str("tls_ca"),
                 .cert = config.str("tls_cert"),
                 .key = config.str("tls_key"),
                 .key_password = config.str("tls_key_pwd"),
                 .min_version = config.str("tls_min_version"),
                 .verify = !config.boolean("insecure_skip_verify")};
  return options;
}

struct Target {
  std::string database, retention;
  bool operator<(const Target& other) const {
    return std::tie(database, retention) < std::tie(other.database, other.retention);
  }
};

class Influxdb {
 public:
  Influxdb(Host host, Config config)
      : host_{host},
        client_{client_options(host, config)},
        urls_{config.strings("urls")},
        database_{config.str("database")},
        database_tag_{config.str("database_tag")},
        retention_{config.str("retention_policy")},
        retention_tag_{config.str("retention_policy_tag")},
        consistency_{config.str("write_consistency")},
        drop_database_tag_{config.boolean("exclude_database_tag")},
        drop_retention_tag_{config.boolean("exclude_retention_policy_tag")},
        create_{!config.boolean("skip_database_creation")},
        gzip_{config.str("content_encoding") == "gzip"},
        serializer_{{.uint_support = config.boolean("influx_uint_support"),
                     .omit_timestamp = config.boolean("influx_omit_timestamp")}} {
    for (std::string& url : urls_) check_url(url);
    headers_.emplace_back("Content-Type", "text/plain; charset=utf-8");
    if (gzip_) headers_.emplace_back("Content-Encoding", "gzip");
    if (!config.has("http_headers")) return;
    const Config given = config.table("http_headers");
    for (const auto& key : given.keys()) headers_.emplace_back(key, given.str(key.c_str()));
  }

  void start() {
    client_.reset();
    if (!create_) return;
    for (const auto& url : urls_) {
      try {
        create_database(url, database_);
      } catch (const Error& error) {
        host_.warn("cannot create database " + identifier(database_) + ": " + error.what());
      }
    }
  }
  void stop() {}
  void wake() noexcept { client_.cancel(); }

  void write(Batch batch) {
    std::map<Target, std::string> bodies;
    for (const tw_point& point : batch) append(point, bodies);
    for (const auto& [target, body] : bodies) send(target, gzip_ ? gzip(body) : body);
  }

 private:
  enum class Outcome { delivered, next, database_missing };

  static void check_url(std::string& url) {
    http::Url parts;
    if (!http::parse_url(url, parts) || (parts.scheme != "http" && parts.scheme != "https")) {
      throw Error{TW_E_INVALID, "urls: \"" + url + "\" is no http:// or https:// URL"};
    }
    while (url.ends_with('/')) url.pop_back();
  }

  // The point's line in the body of its database; tags that name the target may be left out.
  void append(const tw_point& point, std::map<Target, std::string>& bodies) {
    Target target{database_, retention_};
    tw_point sent = point;
    if (!database_tag_.empty() || !retention_tag_.empty()) {
      tags_.clear();
      for (const tw_tag& t : tickwork::tags(point)) {
        const bool database = view(t.key) == database_tag_;
        const bool retention = view(t.key) == retention_tag_;
        if (database) target.database = view(t.value);
        if (retention) target.retention = view(t.value);
        if ((database && drop_database_tag_) || (retention && drop_retention_tag_)) continue;
        tags_.push_back(t);
      }
      sent.tags = tags_.data();
      sent.n_tags = static_cast<uint32_t>(tags_.size());
    }
    if (serializer_.append(sent, bodies[target]) != lineproto::Written::ok) {
      host_.warn("a point of " + string(point.name) + " has no field that can be sent");
    }
  }

  void send(const Target& target, const std::string& body) {
    std::shuffle(urls_.begin(), urls_.end(), random_);
    size_t missing = 0;
    for (const auto& url : urls_) {
      try {
        const Outcome outcome = post(url, target, body);
        if (outcome == Outcome::delivered) return;
        if (outcome == Outcome::next) continue;
        ++missing;
        if (create_) create_database(url, target.database);
      } catch (const Error& error) {
        if (error.status() == TW_E_CANCELLED) throw;
        host_.error(error.what());
      }
    }
    if (missing == urls_.size() && !create_) {
      host_.error("database " + identifier(target.database) + " not found; the batch is lost");
      return;
    }
    throw Error{TW_E_IO, "could not write any address"};
  }

  Outcome post(const std::string& url, const Target& target, const std::string& body) {
    std::string where = url + "/write?db=" + http::percent_encode(target.database);
    if (!target.retention.empty()) where += "&rp=" + http::percent_encode(target.retention);
    if (!consistency_.empty()) where += "&consistency=" + http::percent_encode(consistency_);
    const auto answer =
        client_.send({.method = "POST", .url = where, .headers = headers_, .body = body});
    if (answer.code == 204) return Outcome::delivered;
    if (has(answer.body, "database not found")) return Outcome::database_missing;
    const bool lost = (answer.code >= 400 && answer.code < 500) ||
                      std::any_of(std::begin(hopeless), std::end(hopeless),
                                  [&](auto text) { return has(answer.body, text); });
    host_.error("POST " + where + " answered " + std::to_string(answer.code) + ": " + answer.body +
                (lost ? " (the batch is dropped)" : ""));
    return lost ? Outcome::delivered : Outcome::next;
  }

  void create_database(const std::string& url, const std::string& database) {
    const std::string form = http::encode_query({{"q", "CREATE DATABASE " + identifier(database)}});
    const auto answer =
        client_.post(url + "/query", form, {{"Content-Type", "application/x-www-form-urlencoded"}});
    if (answer.code == 200) return;
    if (answer.code == 403) create_ = false;
    throw Error{TW_E_IO, "POST " + url + "/query answered " + std::to_string(answer.code) + ": " +
                             answer.body};
  }

  Host host_;
  http::Client client_;
  std::vector<std::string> urls_;
  std::string database_, database_tag_, retention_, retention_tag_, consistency_;
  bool drop_database_tag_, drop_retention_tag_, create_, gzip_;
  lineproto::Serializer serializer_;
  http::Headers headers_;
  std::vector<tw_tag> tags_;
  std::minstd_rand random_{std::random_device{}()};
};

constexpr tw_option options[] = {
    {"urls", TW_OPT_STRING, TW_LIST, "[\"http://127.0.0.1:8086\"]",
     "Servers; one is chosen for each write, the others after a failure"},
    {"database", TW_OPT_STRING, 0, "\"telegraf\"", "Database to write to"},
    {"database_tag", TW_OPT_STRING, 0, "\"\"", "Tag whose value names the database instead"},
    {"exclude_database_tag", TW_OPT_BOOL, 0, "false", "Do not send that tag"},
    {"skip_database_creation", TW_OPT_BOOL, 0, "false", "Never create a database"},
    {"retention_policy", TW_OPT_STRING, 0, "\"\"", "Retention policy; empty: the default one"},
    {"retention_policy_tag", TW_OPT_STRING, 0, "\"\"", "Tag that names the policy instead"},
    {"exclude_retention_policy_tag", TW_OPT_BOOL, 0, "false", "Do not send that tag"},
    {"write_consistency", TW_OPT_STRING, 0, "\"\"", "any, one, quorum or all"},
    {"timeout", TW_OPT_DURATION, 0, "\"5s\"", "Longest time of a request"},
    {"username", TW_OPT_STRING, 0, "\"\"", "User of the server"},
    {"password", TW_OPT_STRING, TW_SECRET, "\"\"", "Its password"},
    {"user_agent", TW_OPT_STRING, 0, "\"\"", "Empty: the program and its version"},
    {"http_headers", TW_OPT_TABLE, 0, nullptr, "Further headers"},
    {"http_proxy", TW_OPT_STRING, 0, "\"\"", "Proxy, e.g. \"http://proxy:3128\""},
    {"local_address", TW_OPT_STRING, 0, "\"\"", "Address or interface to send from"},
    {"content_encoding", TW_OPT_STRING, 0, "\"gzip\"", "\"gzip\" or \"identity\""},
    {"influx_uint_support", TW_OPT_BOOL, 0, "false", "Send unsigned integers as such"},
    {"influx_omit_timestamp", TW_OPT_BOOL, 0, "false", "Let the server stamp the points"},
    {"tls_ca", TW_OPT_STRING, 0, "\"\"", "Certificates to trust (PEM)"},
    {"tls_cert", TW_OPT_STRING, 0, "\"\"", "Own certificate (PEM)"},
    {"tls_key", TW_OPT_STRING, 0, "\"\"", "Its key (PEM)"},
    {"tls_key_pwd", TW_OPT_STRING, TW_SECRET, "\"\"", "The key's password"},
    {"tls_min_version", TW_OPT_STRING, 0, "\"TLS12\"", "TLS10 to TLS13"},
    {"insecure_skip_verify", TW_OPT_BOOL, 0, "false", "Do not check the server's certificate"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.outputs.influxdb", "0.1.0", "MIT",
                tickwork::plugin<Influxdb>("outputs.influxdb", "Writes to InfluxDB 1.x", options));
