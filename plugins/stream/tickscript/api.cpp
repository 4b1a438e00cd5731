// SPDX-License-Identifier: MIT
// Requests under /kapacitor/v1: tasks, templates, topics, writes. Answers are indented JSON.
#include "api.hpp"

#include <algorithm>
#include <cstdlib>

#include "json.hpp"
#include "kit/gojson/gojson.hpp"
#include "kit/gotemplate/gotemplate.hpp"
#include "kit/gzip/gzip.hpp"
#include "kit/http/http.hpp"
#include "kit/lineproto/lineproto.hpp"

namespace tickwork::stream {
namespace {

constexpr std::string_view base = "/kapacitor/";  // "v1" or "v1preview" follows
constexpr size_t max_body = size_t{64} << 20;

std::string json_string(std::string_view text) {
  std::string out;
  gojson::append(out, text);
  return out;
}
std::string error_json(const std::string& message) {
  return "{\"error\":" + json_string(message) + ",\"message\":" + json_string(message) + "}";
}
std::string link_json(const std::string& path) {
  return "{\"rel\":\"self\",\"href\":" + json_string("/kapacitor/v1/" + path) + "}";
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    auto slash = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

std::string parameter(Request request, std::string_view name) {
  return std::string{http::get(http::parse_query(request.query()), name)};
}

/// Where a page of a list begins and ends.
std::pair<size_t, size_t> page(Request request, size_t size) {
  auto number = [&](const char* name, size_t otherwise) {
    std::string text = parameter(request, name);
    if (text.empty()) return otherwise;
    char* end = nullptr;
    long value = std::strtol(text.c_str(), &end, 10);
    if (*end || value < -1)
      throw ApiError{
          400, std::string{"invalid "} + name + " parameter \"" + text + "\": must be an integer"};
    return value < 0 ? SIZE_MAX : static_cast<size_t>(value);
  };
  size_t offset = std::min(number("offset", 0), size), limit = number("limit", 100);
  return {offset, limit > size - offset ? size : offset + limit};
}

std::vector<std::string> fields_of(Request request) {
  std::vector<std::string> fields;
  for (auto& [key, value] : http::parse_query(request.query()))
    if (key == "fields") fields.push_back(value);
  return fields;
}

std::string dbrps_json(const Definition& d) {
  std::string out = "[";
  for (auto& dbrp : d.dbrps)
    out += (out.size() > 1 ? "," : "") + ("{\"db\":" + json_string(dbrp.database) +
                                          ",\"rp\":" + json_string(dbrp.retention) + "}");
  return out + "]";
}

std::string stats_json(const TaskView& view) {
  if (!view.task) return "{}";
  std::string out = "{\"task-stats\":{\"throughput\":";
  gojson::append(out, view.task->throughput());
  out += "},\"node-stats\":{";
  for (auto& node : view.task->pipeline().nodes) {
    if (out.back() != '{') out += ',';
    int64_t n = std::max<int64_t>(node->collected, 1);
    out += json_string(node->label) +
           ":{\"avg_exec_time_ns\":" + std::to_string(node->busy_ns / n) +
           ",\"collected\":" + std::to_string(node->collected) +
           ",\"emitted\":" + std::to_string(node->emitted) +
           ",\"errors\":" + std::to_string(node->errors) +
           ",\"working_cardinality\":" + std::to_string(node->groups());
    for (auto& [key, value] : node->counters)
      out += ',' + json_string(key) + ':' + std::to_string(value);
    out += '}';
  }
  return out + "}}";
}

std::string vars_json(const std::vector<Variable>& variables) {
  std::string out = "{";
  for (auto& v : variables) {
    if (out.size() > 1) out += ',';
    out += json_string(v.name) + ":{\"type\":" + json_string(v.type) + ",\"value\":" + v.json +
           ",\"description\":" + json_string(v.description) + "}";
  }
  return out + "}";
}

}  // namespace

std::string gunzip(std::string_view body) {
  try {
    return gzip::unpack(body, max_body);
  } catch (const std::runtime_error&) {
    throw ApiError{400, "gzip: invalid body"};
  }
}

Points copy_points(const tw_batch& batch, const std::string& database,
                   const std::string& retention) {
  Points points;
  points.reserve(batch.count);
  for (auto& raw : tickwork::Batch{&batch}) {
    auto p = std::make_shared<Point>();
    p->name = view(raw.name);
    p->database = database;
    p->retention = retention;
    p->time = raw.time_ns;
    for (auto& t : tags(raw)) p->tags.emplace_back(view(t.key), view(t.value));
    for (auto& f : fields(raw)) {
      Value v;
      switch (f.value.type) {
        case TW_FLOAT:
          v = Value::of(f.value.as.f);
          break;
        case TW_INT:
          v = Value::of(f.value.as.i);
          break;
        case TW_UINT:
          v = Value::of(static_cast<int64_t>(f.value.as.u));
          break;
        case TW_BOOL:
          v = Value::of(f.value.as.b);
          break;
        default:
          v = Value::of(std::string{tickwork::text(f.value)});
          break;
      }
      put(p->fields, view(f.key), std::move(v));
    }
    points.push_back(std::move(p));
  }
  return points;
}

void Api::serve(const Ref<tw_http_server>& server) {
  server_ = server;
  add_route<&Api::write>(server, this, "POST", "/kapacitor/v1/write");
  for (auto pattern : {"/kapacitor/v1/*", "/kapacitor/v1preview/*"})
    add_route<&Api::handle>(server, this, "*", pattern);
  if (options_.legacy_write) try {
      add_route<&Api::write>(server, this, "POST", "/write");
    } catch (const Error&) {  // the InfluxDB API on the same server has it
      host_.info("/write is taken on this server, points come by /kapacitor/v1/write");
    }
}

void Api::end() {
  if (server_) server_.vtable().unroute(server_.self(), this);
  server_ = {};
}

void Api::send(Response response, const Reply& reply) const {
  std::string id =
      "00000000-0000-0000-0000-" + std::to_string(100'000'000'000 + requests_ % 900'000'000'000);
  const bool empty = reply.body.empty();
  std::string body = empty ? "" : indent_json(reply.body) + "\n";
  response.send(static_cast<uint32_t>(reply.code), empty ? "" : "application/json; charset=utf-8",
                body,
                {{"X-Kapacitor-Version", host_.version()},
                 {"Request-Id", id},
                 {"Access-Control-Allow-Origin", "*"},
                 {"Access-Control-Allow-Methods", "DELETE, GET, OPTIONS, POST, PUT, PATCH"}});
}

tw_status Api::handle(Request request, Response response) {
  ++requests_;
  Reply reply;
  try {
    reply = route(request);
  } catch (const ApiError& e) {
    reply = {e.code, error_json(e.what())};
  } catch (const std::exception& e) {
    reply = {500, error_json(e.what())};
  }
  send(response, reply);
  return TW_OK;
}

Api::Reply Api::route(Request request) {
  auto path = request.path();
  auto version_end = path.find('/', base.size());
  auto parts = split(version_end == path.npos ? std::string_view{} : path.substr(version_end + 1));
  std::string head = parts.empty() ? "" : parts[0];
  if (request.method() == "OPTIONS") return {204, ""};
  if (head == "ping" && (request.method() == "GET" || request.method() == "HEAD")) return {204, ""};
  if (head == "tasks") return tasks(request, parts);
  if (head == "templates") return templates(request, parts);
  if (head == "alerts" && parts.size() > 1 && parts[1] == "topics") return topics(request, parts);
  if (head == "debug" && parts.size() == 2 && parts[1] == "vars") return debug_vars();
  if (head == "loglevel" && request.method() == "POST") return {204, ""};
  return {404, error_json("Not Found")};
}

// ---- tasks ----

Change Api::read_change(Request request) {
  bool valid = false;
  Json j = Json::parse(request.body(), &valid);
  if (!valid || j.kind != Json::Kind::object) throw ApiError{400, "invalid JSON"};
  Change c{j.text("id"),
           j.text("type"),
           j.text("script"),
           j.text("template-id"),
           "",
           j.text("status"),
           {}};
  if (auto* vars = j.find("vars"); vars && vars->kind == Json::Kind::object)
    c.vars_json = vars->print();
  if (auto* dbrps = j.find("dbrps"))
    for (auto& item : dbrps->items) c.dbrps.push_back({item.text("db"), item.text("rp")});
  if (!c.status.empty() && c.status != "enabled" && c.status != "disabled")
    throw ApiError{400, "unknown TaskStatus " + c.status};
  return c;
}

std::string Api::field_json(const TaskView& view, const std::string& field, Request request) const {
  auto& d = view.definition;
  if (field == "link") return link_json("tasks/" + d.id);
  if (field == "id") return json_string(d.id);
  if (field == "template-id") return json_string(d.template_id);
  if (field == "type") return json_string(d.type);
  if (field == "dbrps") return dbrps_json(d);
  if (field == "script")
    return json_string(parameter(request, "script-format") == "raw" ? d.script
                                                                    : Engine::format(d.script));
  if (field == "vars") return d.vars_json;
  if (field == "dot")
    return json_string(engine_.dot(view, parameter(request, "dot-view") != "labels"));
  if (field == "status") return d.enabled ? "\"enabled\"" : "\"disabled\"";
  if (field == "executing") return view.task && view.task->running() ? "true" : "false";
  if (field == "error") return json_string(view.error);
  if (field == "stats") return stats_json(view);
  auto time = [](int64_t ns) {
    return json_string(ns ? gojson::timestamp(ns) : "0001-01-01T00:00:00Z");
  };
  if (field == "created") return time(d.created);
  if (field == "modified") return time(d.modified);
  if (field == "last-enabled") return time(d.last_enabled);
  throw ApiError{400, "unsupported field \"" + field + "\""};
}

std::string Api::task_json(const TaskView& view, Request request) const {
  std::string out = "{";
  for (auto field :
       {"link", "id", "template-id", "type", "dbrps", "script", "vars", "dot", "status",
        "executing", "error", "stats", "created", "modified", "last-enabled"})
    out +=
        (out.size() > 1 ? "," : "") + json_string(field) + ":" + field_json(view, field, request);
  return out + "}";
}

Api::Reply Api::tasks(Request request, const std::vector<std::string>& path) {
  auto method = request.method();
  if (path.size() == 1 && method == "POST") {
    Change change = read_change(request);
    engine_.create(change);
    return {200, task_json(engine_.view(change.id.empty() ? engine_.views("").back().definition.id
                                                          : change.id),
                           request)};
  }
  if (path.size() == 1 && method == "GET") {
    auto fields = fields_of(request);
    if (fields.empty())
      fields = {"type",  "dbrps",   "script",   "dot",          "status",      "executing", "error",
                "stats", "created", "modified", "last-enabled", "template-id", "vars"};
    for (auto always : {"id", "link"})
      if (std::find(fields.begin(), fields.end(), always) == fields.end()) fields.push_back(always);
    std::sort(fields.begin(), fields.end());
    auto all = engine_.views(parameter(request, "pattern"));
    auto [from, to] = page(request, all.size());
    std::string out = "{\"tasks\":[";
    for (size_t i = from; i < to; ++i) {
      out += i > from ? ",{" : "{";
      for (auto& field : fields)
        out += (&field == &fields.front() ? "" : ",") + json_string(field) + ":" +
               field_json(all[i], field, request);
      out += "}";
    }
    if (from == to && !fields_of(request).empty()) {
      TaskView none;  // unknown fields are refused even of an empty list
      for (auto& field : fields) field_json(none, field, request);
    }
    return {200, out + "]}"};
  }
  if (path.size() == 2 && method == "GET") return {200, task_json(engine_.view(path[1]), request)};
  if (path.size() == 2 && method == "PATCH") {
    Change change = read_change(request);
    engine_.update(path[1], change);
    return {200, task_json(engine_.view(change.id.empty() ? path[1] : change.id), request)};
  }
  if (path.size() == 2 && method == "DELETE") {
    engine_.remove(path[1]);
    return {204, ""};
  }
  if (path.size() >= 3 && method == "GET") {
    std::string endpoint = path[2], json;
    for (size_t i = 3; i < path.size(); ++i) endpoint += '/' + path[i];
    auto view = engine_.view(path[1]);
    if (view.task && view.task->endpoint(endpoint, json)) return {200, json};
    return {404, error_json("Not Found")};
  }
  return {404, error_json("Not Found")};
}

Api::Reply Api::templates(Request request, const std::vector<std::string>& path) {
  auto method = request.method();
  auto show = [&](const Definition& d) {
    TaskView view{d, nullptr, ""};
    return "{\"link\":" + link_json("templates/" + d.id) + ",\"id\":" + json_string(d.id) +
           ",\"type\":" + json_string(d.type.empty() ? "stream" : d.type) +
           ",\"script\":" + field_json(view, "script", request) +
           ",\"vars\":" + vars_json(engine_.variables(d.script)) +
           ",\"dot\":" + json_string(engine_.dot(view, true)) +
           ",\"error\":\"\",\"created\":" + field_json(view, "created", request) +
           ",\"modified\":" + field_json(view, "modified", request) + "}";
  };
  if (path.size() == 1 && method == "POST") {
    Change change = read_change(request);
    for (auto& d : engine_.templates(""))
      if (d.id == change.id) throw ApiError{400, "template " + d.id + " already exists"};
    engine_.create_template(change);
    return {200, show(engine_.find_template(change.id))};
  }
  if (path.size() == 1 && method == "GET") {
    auto all = engine_.templates(parameter(request, "pattern"));
    auto [from, to] = page(request, all.size());
    std::string out = "{\"templates\":[";
    for (size_t i = from; i < to; ++i) out += (i > from ? "," : "") + show(all[i]);
    return {200, out + "]}"};
  }
  if (path.size() == 2 && method == "GET") return {200, show(engine_.find_template(path[1]))};
  if (path.size() == 2 && method == "PATCH") {
    Change change = read_change(request);
    Definition d = engine_.find_template(path[1]);
    change.id = d.id;
    if (change.script.empty()) change.script = d.script;
    engine_.create_template(change);
    return {200, show(engine_.find_template(d.id))};
  }
  if (path.size() == 2 && method == "DELETE") {
    engine_.remove_template(path[1]);
    return {204, ""};
  }
  return {404, error_json("Not Found")};
}

// ---- alerts ----

namespace {

std::string topic_json(const TopicInfo& t) {
  std::string path = "alerts/topics/" + t.id;
  auto rel = [&](const char* name) {
    return "{\"rel\":\"" + std::string{name} +
           "\",\"href\":" + json_string("/kapacitor/v1/" + path + "/" + name) + "}";
  };
  return "{\"link\":" + link_json(path) + ",\"id\":" + json_string(t.id) + ",\"level\":\"" +
         name(t.level) + "\",\"collected\":" + std::to_string(t.collected) +
         ",\"events-link\":" + rel("events") + ",\"handlers-link\":" + rel("handlers") + "}";
}

std::string event_json(const std::string& topic, const std::string& id, const EventState& s) {
  return "{\"link\":" + link_json("alerts/topics/" + topic + "/events/" + id) +
         ",\"id\":" + json_string(id) + ",\"state\":{\"message\":" + json_string(s.message) +
         ",\"details\":" + json_string(s.details) + ",\"time\":\"" + gojson::timestamp(s.time) +
         "\",\"duration\":\"" + gotemplate::print_duration(s.duration) + "\",\"level\":\"" +
         name(s.level) + "\"}}";
}

std::string handler_json(const std::string& topic, const HandlerInfo& h) {
  return "{\"link\":" + link_json("alerts/topics/" + topic + "/handlers/" + h.id) +
         ",\"id\":" + json_string(h.id) + ",\"kind\":" + json_string(h.kind) +
         ",\"options\":" + (h.options_json.empty() ? "{}" : h.options_json) +
         ",\"match\":" + json_string(h.match) + "}";
}

Level least_level(Request request) {
  std::string text = parameter(request, "min-level");
  Level level = ok;
  if (!text.empty() && !parse_level(text, level))
    throw ApiError{400, "unknown alert level \"" + text + "\""};
  return level;
}

}  // namespace

Api::Reply Api::topics(Request request, const std::vector<std::string>& path) {
  Topics& all = engine_.topics();
  if (path.size() == 2) {
    std::string out;
    for (auto& t : all.list(parameter(request, "pattern"), least_level(request)))
      out += (out.empty() ? "" : ",") + topic_json(t);
    return {200, "{\"link\":" + link_json("alerts/topics") + ",\"topics\":[" + out + "]}"};
  }
  const std::string& id = path[2];
  if (path.size() >= 4 && path[3] == "handlers") return handlers(request, path);
  if (path.size() == 3 && request.method() == "DELETE") {
    all.remove(id);
    return {204, ""};
  }
  if (!all.has(id)) throw ApiError{404, "unknown topic: \"" + id + "\""};
  if (path.size() == 3) {
    for (auto& t : all.list("", ok))
      if (t.id == id) return {200, topic_json(t)};
  }
  if (path[3] == "events") return events(request, path);
  return {404, error_json("Not Found")};
}

Api::Reply Api::events(Request request, const std::vector<std::string>& path) {
  const std::string& topic = path[2];
  if (path.size() == 4) {
    std::string out;
    for (auto& [id, state] : engine_.topics().events(topic, least_level(request)))
      out += (out.empty() ? "" : ",") + event_json(topic, id, state);
    return {200, "{\"link\":" + link_json("alerts/topics/" + topic + "/events") +
                     ",\"topic\":" + json_string(topic) + ",\"events\":[" + out + "]}"};
  }
  std::string id = path[4];
  for (size_t i = 5; i < path.size(); ++i) id += '/' + path[i];
  EventState state;
  if (!engine_.topics().state(topic, id, state))
    throw ApiError{404, "unknown event \"" + id + "\" in topic \"" + topic + "\""};
  return {200, event_json(topic, id, state)};
}

Api::Reply Api::handlers(Request request, const std::vector<std::string>& path) {
  Topics& all = engine_.topics();
  const std::string& topic = path[2];
  auto method = request.method();
  if (path.size() == 4 && method == "GET") {
    if (!all.has(topic)) throw ApiError{404, "unknown topic: \"" + topic + "\""};
    std::string out;
    for (auto& h : all.handlers(topic)) out += (out.empty() ? "" : ",") + handler_json(topic, h);
    return {200, "{\"link\":" + link_json("alerts/topics/" + topic + "/handlers") +
                     ",\"topic\":" + json_string(topic) + ",\"handlers\":[" + out + "]}"};
  }
  const bool put = method == "PUT" && path.size() == 5;
  if ((path.size() == 4 && method == "POST") || put) {
    Json j = Json::parse(request.body());
    const Json* options = j.find("options");
    HandlerInfo info{j.text("id"), j.text("kind"), j.text("match"),
                     options ? options->print() : "{}"};
    if (info.id.empty()) throw ApiError{400, "handler id must not be empty"};
    if (put) engine_.remove_handler(topic, path[4]);
    engine_.add_handler(topic, info);
    return {200, handler_json(topic, info)};
  }
  if (path.size() != 5) return {404, error_json("Not Found")};
  if (method == "DELETE") {
    engine_.remove_handler(topic, path[4]);
    return {204, ""};
  }
  for (auto& h : all.handlers(topic))
    if (h.id == path[4]) return {200, handler_json(topic, h)};
  throw ApiError{404, "unknown handler: \"" + path[4] + "\""};
}

Api::Reply Api::debug_vars() const {
  auto views = engine_.views("");
  auto running =
      std::count_if(views.begin(), views.end(), [](auto& v) { return v.task != nullptr; });
  auto& s = engine_.services();
  return {200, "{\"cluster_id\":" + json_string(s.cluster_id) + ",\"server_id\":" +
                   json_string(s.server_id) + ",\"host\":" + json_string(s.hostname) +
                   ",\"product\":\"kapacitor\",\"version\":" + json_string(host_.version()) +
                   ",\"num_tasks\":" + std::to_string(views.size()) + ",\"num_enabled_tasks\":" +
                   std::to_string(running) + ",\"num_subscriptions\":0,\"kapacitor\":{}}"};
}

// ---- writes ----

tw_status Api::write(Request request, Response response) {
  ++requests_;
  auto refuse = [&](const std::string& message) {
    response.send(400, "text/plain; charset=utf-8", message + "\n",
                  {{"X-Kapacitor-Version", host_.version()}});
    return TW_OK;
  };
  std::string database = parameter(request, "db"), retention = parameter(request, "rp");
  if (database.empty()) return refuse("database is required");
  if (retention.empty()) retention = options_.default_retention;
  std::string inflated;
  std::string_view body = request.body();
  if (request.header("Content-Encoding") == "gzip") {
    try {
      body = inflated = gunzip(body);
    } catch (const ApiError& e) {
      return refuse(e.what());
    }
  }
  lineproto::ParserOptions options;
  options.unit_ns =
      std::max<int64_t>(lineproto::precision_unit(parameter(request, "precision")), 1);
  options.default_time_ns = host_.now();
  options.unsigned_integers = false;
  lineproto::Parser parser{options};
  auto parsed = parser.parse(body);
  if (parsed.failed != 0) return refuse(std::string{parsed.errors});
  tw_batch batch{parsed.points.data(), parsed.points.size()};
  engine_.feed(database, retention, copy_points(batch, database, retention), false);
  send(response, {204, ""});
  return TW_OK;
}

}  // namespace tickwork::stream
