// SPDX-License-Identifier: MIT
// services.webui: the page of the stack. Registers its routes with an HTTP server, asks a query
// engine, and pushes what changes. API.md describes what the page and this plugin say to each
// other.
#include <dlfcn.h>

#include <boost/json.hpp>

#include "assets.hpp"
#include "kit/http/http.hpp"
#include "panel.hpp"
#include "streams.hpp"
#include "time_units.hpp"
#include "wire.hpp"

namespace {

using namespace tickwork;
using namespace tickwork::webui;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* frames_type = "application/vnd.tickwork.frames";

// Where a file of the product is: beside an installed library or in the tree it was built from.
fs::path found_near_library(const std::string& installed, const std::string& in_tree) {
  Dl_info info{};
  dladdr(reinterpret_cast<const void*>(&found_near_library), &info);
  std::error_code ignored;
  const fs::path folder = fs::absolute(info.dli_fname ? info.dli_fname : "", ignored).parent_path();
  const fs::path candidates[] = {
      folder / "../../../share/tickwork" / installed, folder / "../../share/tickwork" / installed,
      folder / "../../../plugins" / in_tree, folder / "../plugins" / in_tree};
  for (const fs::path& candidate : candidates)
    if (fs::exists(candidate, ignored)) return candidate.lexically_normal();
  return candidates[0].lexically_normal();
}

fs::path option_or(const Config& config, const char* key, const fs::path& otherwise) {
  const std::string given = config.str(key);
  return given.empty() ? otherwise : fs::path{given};
}

std::vector<fs::path> paths(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

class Webui {
 public:
  Webui(Host host, Config config)
      : host_{host},
        assets_folder_{option_or(config, "assets", found_near_library("webui", "services/webui"))},
        frame_ancestors_{config.str("frame_ancestors")},
        kapacitor_url_{config.str("kapacitor_url")},
        http_{host.find<tw_http_server>(config.str("http"))},
        sources_{engine(config),
                 Boards{board_folders(config)},
                 Hosts{engine(config)},
                 Status{host},
                 Turnover{host},
                 Alerts{[this](const std::string& path) { return ask_kapacitor(path); }},
                 config.duration("least_interval").count()},
        panels_{host, option_or(config, "panels", found_near_library("panels", "panels")),
                paths(config.strings("panel_path")), trusted(config)},
        streams_{sources_},
        routes_{http_} {}

  void start() {
    assets_ = std::make_unique<Assets>(assets_folder_ / "dist", frame_ancestors_);
    std::vector<std::string> problems;
    sources_.boards.all(&problems);
    for (const std::string& problem : problems) host_.warn(problem);
    streams_.start();
    if (const auto* timer = host_.service<tw_timer>()) {
      timer->set(
          host_.raw(), second, second, this,
          [](void* self) { static_cast<Webui*>(self)->sources_.status.sample(); }, &timer_);
    }
    sources_.status.sample();
    add_pages();
    add_api();
  }

  void stop() {
    streams_.stop();
    routes_.clear();
  }

 private:
  Engine engine(const Config& config) const {
    return {host_, host_.find<tw_query>(config.str("query")), config.str("database")};
  }

  std::vector<fs::path> board_folders(const Config& config) const {
    std::vector<fs::path> folders = paths(config.strings("board_path"));
    folders.push_back(option_or(config, "boards", assets_folder_ / "boards"));
    return folders;
  }

  static std::set<std::string> trusted(const Config& config) {
    const auto ids = config.strings("trusted");
    return {ids.begin(), ids.end()};
  }

  // Only ever called by Alerts, one at a time.
  std::string ask_kapacitor(const std::string& path) {
    if (kapacitor_url_.empty()) return R"({"topics":[]})";
    const http::Response answer = kapacitor_.get(kapacitor_url_ + path);
    if (answer.code == 200) return answer.body;
    throw Error{TW_E_IO, "cannot read alerts from " + kapacitor_url_ + path + ": status " +
                             std::to_string(answer.code)};
  }

  void add_pages() {
    const auto page = [this](const Exchange& exchange) { return answer_page(exchange); };
    for (const char* pattern : {"/", "/hosts", "/hosts/*", "/d", "/d/*", "/alerts", "/plugins"})
      routes_.add("GET", pattern, page);
    routes_.add("GET", "/assets/*", [this](const Exchange& exchange) {
      return assets_->asset(exchange, exchange.path().substr(sizeof("/assets/") - 1));
    });
    routes_.add("GET", "/panels/frame.html",
                [this](const Exchange& exchange) { return assets_->frame(exchange); });
    routes_.add("GET", "/panels/*",
                [this](const Exchange& exchange) { return answer_panel_file(exchange); });
  }

  void add_api() {
    routes_.add("GET", "/api/boards", [this](const Exchange& exchange) {
      return exchange.reply_json(json::serialize(board_names())), true;
    });
    routes_.add("GET", "/api/boards/:slug", [this](const Exchange& exchange) {
      const auto board = sources_.boards.find(exchange.param("slug"));
      if (!board) throw Error{TW_E_NOT_FOUND, "there is no board " + exchange.param("slug")};
      return exchange.reply_json(json::serialize(with_values(*board))), true;
    });
    routes_.add("GET", "/api/panels", [this](const Exchange& exchange) {
      return exchange.reply_json(panels_.json()), true;
    });
    routes_.add("GET", "/api/hosts", [this](const Exchange& exchange) {
      return answer_rows(exchange, sources_.hosts.frame());
    });
    routes_.add("GET", "/api/plugins", [this](const Exchange& exchange) {
      return answer_rows(exchange, sources_.status.instances());
    });
    routes_.add("GET", "/api/changes", [this](const Exchange& exchange) {
      return answer_rows(exchange, sources_.turnover.changes());
    });
    routes_.add("GET", "/api/libraries", [this](const Exchange& exchange) {
      return answer_rows(exchange, sources_.turnover.libraries());
    });
    routes_.add("GET", "/api/alerts",
                [this](const Exchange& exchange) { return answer_alerts(exchange); });
    routes_.add("POST", "/api/query",
                [this](const Exchange& exchange) { return answer_query(exchange); });
    routes_.add("POST", "/api/live",
                [this](const Exchange& exchange) { return answer_live(exchange); });
  }

  json::array board_names() const {
    json::array names;
    for (const Board& board : sources_.boards.all())
      names.push_back({{"slug", board.slug}, {"title", board.title}, {"scope", board.scope}});
    return names;
  }

  // The board as its file says, with the values that its variables can take.
  json::value with_values(const Board& board) {
    json::value parsed = json::parse(board.text);
    json::value* variables = parsed.as_object().if_contains("variables");
    if (!variables || !variables->is_array()) return parsed;
    const std::vector<std::string> hosts = sources_.hosts.names();
    for (json::value& variable : variables->get_array()) {
      json::object& object = variable.as_object();
      if (const auto* source = object.if_contains("source"); source && *source == "hosts")
        object["values"] = json::array(hosts.begin(), hosts.end());
    }
    return parsed;
  }

  std::string slug_of(const std::string& path) const {
    if (path.rfind("/d/", 0) == 0) return path.substr(3);
    if (path.rfind("/hosts/", 0) != 0) return "";
    for (const Board& board : sources_.boards.all())
      if (board.scope == "host") return board.slug;
    return "";
  }

  bool answer_page(const Exchange& exchange) {
    json::object boot{{"version", host_.version()}, {"boards", board_names()}};
    boot["panels"] = json::parse(panels_.json());
    if (const auto board = sources_.boards.find(slug_of(exchange.path())))
      boot["board"] = with_values(*board);
    boot["openAlerts"] = sources_.alerts.open();
    return assets_->page(exchange, json::serialize(boot));
  }

  bool answer_panel_file(const Exchange& exchange) {
    const std::string rest = exchange.path().substr(sizeof("/panels/") - 1);
    const size_t hash_at = rest.find('/');
    const size_t file_at = hash_at == std::string::npos ? hash_at : rest.find('/', hash_at + 1);
    if (file_at == std::string::npos) return exchange.fail(404, "no panel file is named"), true;
    const std::string file = rest.substr(file_at + 1);
    const auto panel =
        panels_.find(rest.substr(0, hash_at), rest.substr(hash_at + 1, file_at - hash_at - 1));
    const auto found = panel ? panel->files.find(file) : decltype(panel->files.find(file)){};
    if (!panel || found == panel->files.end())
      return exchange.fail(404, "there is no panel file " + rest), true;
    exchange.reply(200, mime_type(file), found->second,
                   {{"Cache-Control", "public, max-age=31536000, immutable"},
                    {"Access-Control-Allow-Origin", "*"}});
    return true;
  }

  // The rows of a frame as JSON objects, for tools.
  static json::array rows_of(const Frame& frame) {
    Message message;
    message.frames.push_back(frame);
    const json::value parsed = json::parse(encode_json(message));
    const json::array& columns = parsed.at("frames").at(0).at("columns").as_array();
    json::array rows;
    for (size_t row = 0; row < frame.rows(); ++row) {
      json::object out;
      for (const json::value& column : columns)
        out[column.at("name").as_string()] = column.at("values").as_array().at(row);
      rows.push_back(std::move(out));
    }
    return rows;
  }

  static bool answer_rows(const Exchange& exchange, const Frame& frame) {
    return exchange.reply_json(json::serialize(rows_of(frame))), true;
  }

  bool answer_alerts(const Exchange& exchange) {
    const json::object out{{"alerts", rows_of(sources_.alerts.frame(host_.now()))},
                           {"open", sources_.alerts.open()}};
    return exchange.reply_json(json::serialize(out)), true;
  }

  static bool wants_json(const Exchange& exchange) {
    return exchange.header("Accept").find("application/x-ndjson") != std::string::npos;
  }

  static void begin_frames(const Exchange& exchange, bool as_json) {
    exchange.begin(200, {{"Content-Type", as_json ? "application/x-ndjson" : frames_type},
                         {"Cache-Control", "no-store"},
                         {"X-Content-Type-Options", "nosniff"}});
  }

  bool answer_query(const Exchange& exchange) {
    const bool as_json = wants_json(exchange);
    Feed feed{sources_, read_subscription(exchange.body(), sources_.boards)};
    begin_frames(exchange, as_json);
    feed.tick(host_.now(),
              [&](const Message& message) { send_message(exchange.response(), message, as_json); });
    return true;
  }

  bool answer_live(const Exchange& exchange) {
    const bool as_json = wants_json(exchange);
    Subscription subscription = read_subscription(exchange.body(), sources_.boards);
    const auto begin = [exchange, as_json] { begin_frames(exchange, as_json); };
    if (streams_.open(std::move(subscription), exchange.response(), as_json, begin)) return false;
    return exchange.fail(503, "too many pages are open"), true;
  }

  Host host_;
  fs::path assets_folder_;
  std::string frame_ancestors_, kapacitor_url_;
  Ref<tw_http_server> http_;
  http::Client kapacitor_{{.timeout = std::chrono::seconds{3}}};
  Sources sources_;
  PanelCatalogue panels_;
  Streams streams_;
  Routes routes_;
  std::unique_ptr<Assets> assets_;
  uint64_t timer_ = 0;
};

constexpr tw_option options[] = {
    {"http", TW_OPT_STRING, 0, "\"\"", "Name of the HTTP server instance; empty: the only one"},
    {"query", TW_OPT_STRING, 0, "\"\"", "Name of the query engine instance; empty: the only one"},
    {"database", TW_OPT_STRING, 0, "\"telegraf\"", "Database that boards and the host list ask"},
    {"kapacitor_url", TW_OPT_STRING, 0, "\"\"",
     "Address of a Kapacitor API whose alerts are shown; empty: no alerts"},
    {"assets", TW_OPT_STRING, 0, "\"\"", "Folder with dist and boards; empty: the installed one"},
    {"boards", TW_OPT_STRING, 0, "\"\"",
     "Folder of the product's boards; empty: boards below assets"},
    {"board_path", TW_OPT_STRING, TW_LIST, "[]", "Folders searched for further board files"},
    {"panels", TW_OPT_STRING, 0, "\"\"",
     "Folder of the product's panels; empty: the installed one"},
    {"panel_path", TW_OPT_STRING, TW_LIST, "[]", "Folders searched for further panels"},
    {"trusted", TW_OPT_STRING, TW_LIST, "[]",
     "Ids of further panels that may run in the page instead of a sandboxed frame"},
    {"least_interval", TW_OPT_DURATION, 0, "\"10s\"",
     "Finest step of graphs; the interval at which data is gathered"},
    {"frame_ancestors", TW_OPT_STRING, 0, "\"'none'\"",
     "Who may embed the page, as in the policy of the same name"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.webui", "1.0.0", "MIT",
                plugin<Webui>("services.webui", "The page: hosts, dashboards, alerts, plugins",
                              options, TW_CONCURRENT));
