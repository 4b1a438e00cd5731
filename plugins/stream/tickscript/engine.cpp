// SPDX-License-Identifier: MIT
// Defining, keeping, starting and feeding tasks.
#include "engine.hpp"

#include <tickwork/tickwork.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "json.hpp"
#include "kit/gojson/gojson.hpp"

namespace tickwork::stream {

namespace {

void check_id(const std::string& id) {
  bool good = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '.' || c == '_' || c >= 0x80;
  });
  if (!good || id.empty())
    throw ApiError{400,
                   "task ID must contain only letters, numbers, '-', '.' and '_'. \"" + id + "\""};
}

std::string random_id() {
  static constexpr char hex[] = "0123456789abcdef";
  std::random_device random;
  std::string out;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    out += i == 12 ? '4' : i == 16 ? hex[8 + random() % 4] : hex[random() % 16];
  }
  return out;
}

Object override_of(const Json& variable) {
  std::string type = variable.text("type");
  const Json* value = variable.find("value");
  if (!value) throw ApiError{400, "var has no value"};
  auto lambda = [&](Object::Kind kind, const std::string& text) {
    auto parsed = tickscript::parse_lambda(text);
    if (!parsed.root) throw ApiError{400, parsed.error};
    Object o;
    o.kind = kind;
    o.tree = kind == Object::Kind::regex ? parsed.root->children[0] : parsed.root;
    return o;
  };
  double number =
      value->kind == Json::Kind::real ? value->real : static_cast<double>(value->number);
  if (type == "int")
    return Object::of(
        Value::of(value->kind == Json::Kind::real ? static_cast<int64_t>(number) : value->number));
  if (type == "float") return Object::of(Value::of(number));
  if (type == "bool") return Object::of(Value::of(value->number != 0));
  if (type == "string") return Object::of(Value::of(value->string));
  if (type == "lambda") return lambda(Object::Kind::lambda, value->string);
  if (type == "regex") return lambda(Object::Kind::regex, "/" + value->string + "/");
  if (type == "duration") {
    int64_t ns = value->number;
    if (value->kind == Json::Kind::string && !tickscript::parse_duration(value->string, ns))
      throw ApiError{400, "invalid duration string \"" + value->string + "\""};
    return Object::of(Value::duration(ns));
  }
  Object o;
  o.kind = type == "list" ? Object::Kind::list : Object::Kind::star;
  if (type != "list" && type != "star") throw ApiError{400, "unsupported type \"" + type + "\""};
  for (auto& item : value->items) o.list.push_back(override_of(item));
  return o;
}

}  // namespace

Overrides parse_vars(const std::string& json) {
  Overrides overrides;
  Json vars = Json::parse(json);
  for (auto& [name, variable] : vars.members) overrides.emplace(name, override_of(variable));
  return overrides;
}

Engine::Engine(Services& services, Keeper keeper, Environment environment)
    : services_{services}, keeper_{std::move(keeper)}, environment_{std::move(environment)} {}
Engine::~Engine() { stop(); }

// ---- keeping ----

namespace {

std::string to_json(const Definition& d) {
  std::string out = "{\"id\":";
  auto text = [&](const char* key, const std::string& value) {
    out += std::string{",\""} + key + "\":";
    gojson::append(out, value);
  };
  gojson::append(out, d.id);
  text("type", d.type);
  text("script", d.script);
  text("template-id", d.template_id);
  out += ",\"vars\":" + d.vars_json + ",\"dbrps\":[";
  for (auto& dbrp : d.dbrps) {
    if (out.back() == '}') out += ',';
    out += "{\"db\":";
    gojson::append(out, dbrp.database);
    out += ",\"rp\":";
    gojson::append(out, dbrp.retention);
    out += '}';
  }
  return out + "],\"enabled\":" + (d.enabled ? "1" : "0") +
         ",\"created\":" + std::to_string(d.created) +
         ",\"modified\":" + std::to_string(d.modified) +
         ",\"last\":" + std::to_string(d.last_enabled) + "}";
}

Definition from_json(const std::string& text) {
  Json j = Json::parse(text);
  Definition d;
  d.id = j.text("id");
  d.type = j.text("type");
  d.script = j.text("script");
  d.template_id = j.text("template-id");
  if (auto* vars = j.find("vars")) d.vars_json = vars->print();
  if (auto* dbrps = j.find("dbrps"))
    for (auto& item : dbrps->items) d.dbrps.push_back({item.text("db"), item.text("rp")});
  d.enabled = j.integer("enabled") != 0;
  d.created = j.integer("created");
  d.modified = j.integer("modified");
  d.last_enabled = j.integer("last");
  return d;
}

}  // namespace

void Engine::save(const Entry& entry) {
  if (!entry.definition.from_file)
    keeper_.put("task/" + entry.definition.id, to_json(entry.definition));
}

void Engine::save_index() {
  std::string ids, template_ids;
  for (auto& [id, entry] : entries_)
    if (!entry.definition.from_file) ids += id + '\n';
  for (auto& entry : templates_) template_ids += entry.first + '\n';
  keeper_.put("tasks", ids);
  keeper_.put("templates", template_ids);
}

void Engine::load() {
  load_handlers();
  std::lock_guard lock{mutex_};
  std::istringstream template_ids{keeper_.get("templates")}, ids{keeper_.get("tasks")};
  for (std::string id; std::getline(template_ids, id);)
    templates_[id] = from_json(keeper_.get("template/" + id));
  for (std::string id; std::getline(ids, id);) {
    Entry& entry = entries_[id];
    entry.definition = from_json(keeper_.get("task/" + id));
    if (entry.definition.enabled) try {
        start(entry);
      } catch (const std::exception& e) {
        services_.log(TW_LOG_ERROR, "cannot start task " + id + ": " + e.what());
      }
  }
  publish();
}

void Engine::stop() {
  std::lock_guard lock{mutex_};
  for (auto& [id, entry] : entries_) stop(entry);
  publish();
}

// ---- running ----

std::string Engine::script_of(const Definition& d) const {
  if (d.template_id.empty()) return d.script;
  auto found = templates_.find(d.template_id);
  return found == templates_.end() ? d.script : found->second.script;
}

std::unique_ptr<Pipeline> Engine::compile(Definition& d, bool only_check) const {
  std::unique_ptr<Pipeline> pipeline;
  try {
    pipeline = compile_script(script_of(d), parse_vars(d.vars_json), environment_, only_check);
  } catch (const ScriptError& e) {
    std::string message = e.what();
    throw ApiError{400,
                   message.starts_with("parser:") ? message : "invalid TICKscript: " + message};
  }
  if (pipeline->type.empty()) throw ApiError{400, "invalid task type"};
  d.type = pipeline->type;
  return pipeline;
}

void Engine::start(Entry& entry) {
  auto pipeline = compile(entry.definition, false);
  auto dbrps = pipeline->dbrps.empty() ? entry.definition.dbrps : pipeline->dbrps;
  auto task =
      std::make_shared<Task>(entry.definition.id, std::move(pipeline), std::move(dbrps), services_);
  entry.error.clear();
  try {
    task->start();
  } catch (const std::exception& e) {
    entry.error = e.what();
    throw;
  }
  entry.task = std::move(task);
  entry.definition.last_enabled = services_.now();
}

void Engine::stop(Entry& entry) {
  if (!entry.task) return;
  entry.task->stop();
  entry.task.reset();
}

void Engine::publish() {
  auto running = std::make_shared<Tasks>();
  for (auto& [id, entry] : entries_)
    if (entry.task) running->push_back(entry.task);
  std::lock_guard lock{tasks_mutex_};
  tasks_ = running;
}

bool Engine::wanted(const std::string& database, const std::string& retention) const {
  std::shared_ptr<const Tasks> tasks;
  {
    std::lock_guard lock{tasks_mutex_};
    tasks = tasks_;
  }
  return std::any_of(tasks->begin(), tasks->end(),
                     [&](auto& t) { return t->is_stream() && t->wants(database, retention); });
}

size_t Engine::feed(const std::string& database, const std::string& retention, const Points& points,
                    bool may_drop) {
  std::shared_ptr<const Tasks> tasks;
  {
    std::lock_guard lock{tasks_mutex_};
    tasks = tasks_;
  }
  size_t dropped = 0;
  for (auto& task : *tasks) {
    if (!task->is_stream() || !task->wants(database, retention)) continue;
    auto wanted = std::make_shared<Points>();
    for (auto& point : points)
      if (task->wants_measurement(point->name)) wanted->push_back(point);
    if (!wanted->empty()) dropped += task->feed(wanted, may_drop);
  }
  return dropped;
}

// ---- defining ----

Engine::Entry& Engine::find(const std::string& id, const char* otherwise) {
  auto found = entries_.find(id);
  if (found == entries_.end()) throw ApiError{404, otherwise};
  return found->second;
}

void Engine::create(const Change& change) {
  std::lock_guard lock{mutex_};
  Entry entry;
  Definition& d = entry.definition;
  d.id = change.id.empty() ? random_id() : change.id;
  check_id(d.id);
  if (entries_.contains(d.id)) throw ApiError{400, "task " + d.id + " already exists"};
  d.script = change.script;
  d.template_id = change.template_id;
  if (!d.template_id.empty() && !templates_.contains(d.template_id))
    throw ApiError{404, "unknown template \"" + d.template_id + "\""};
  if (d.template_id.empty() && d.script.empty()) throw ApiError{400, "must provide TICKscript"};
  if (!d.template_id.empty()) d.script = templates_.at(d.template_id).script;
  if (!change.vars_json.empty()) d.vars_json = change.vars_json;
  auto pipeline = compile(d, false);
  if (!pipeline->dbrps.empty() && !change.dbrps.empty())
    throw ApiError{400, "cannot specify dbrp in both implicitly and explicitly"};
  d.dbrps = pipeline->dbrps.empty() ? change.dbrps : pipeline->dbrps;
  if (d.dbrps.empty()) throw ApiError{400, "must specify dbrp"};
  d.enabled = change.status == "enabled";
  d.created = d.modified = services_.now();
  Entry& stored = entries_[d.id] = std::move(entry);
  save(stored);
  save_index();
  if (!stored.definition.enabled) return;
  try {
    start(stored);
    save(stored);
    publish();
  } catch (const std::exception& e) {
    throw ApiError{500, e.what()};
  }
}

void Engine::update(const std::string& id, const Change& change) {
  std::lock_guard lock{mutex_};
  Entry& entry = find(id, "task does not exist, cannot update");
  Definition d = entry.definition;
  if (!change.script.empty()) d.script = change.script;
  if (!change.template_id.empty()) d.template_id = change.template_id;
  if (!change.vars_json.empty()) d.vars_json = change.vars_json;
  if (!change.dbrps.empty()) d.dbrps = change.dbrps;
  if (!change.status.empty()) d.enabled = change.status == "enabled";
  if (!change.script.empty() || !change.vars_json.empty() || !change.template_id.empty()) {
    auto pipeline = compile(d, false);
    if (!pipeline->dbrps.empty()) d.dbrps = pipeline->dbrps;
  }
  d.modified = services_.now();
  const bool renamed = !change.id.empty() && change.id != id;
  if (renamed) {
    check_id(change.id);
    if (entries_.contains(change.id)) throw ApiError{400, "task " + change.id + " already exists"};
    d.id = change.id;
  }
  // A changed script does not touch the running task; a changed status or name does.
  const bool restart = renamed || d.enabled != entry.definition.enabled ||
                       (d.enabled && !entry.task && !change.status.empty());
  Entry* target = &entry;
  if (restart) stop(entry);
  if (renamed) {
    entries_.erase(id);
    keeper_.put("task/" + id, "");
    target = &entries_[d.id];
  }
  target->definition = d;
  std::string failure;
  if (restart && d.enabled) try {
      start(*target);
    } catch (const std::exception& e) {
      failure = e.what();
    }
  save(*target);
  save_index();
  publish();
  if (!failure.empty()) throw ApiError{500, failure};
}

void Engine::remove(const std::string& id) {
  std::lock_guard lock{mutex_};
  auto found = entries_.find(id);
  if (found == entries_.end()) return;
  stop(found->second);
  for (auto& topic : topics().list("main:" + id + ":*", ok)) topics().remove(topic.id);
  entries_.erase(found);
  keeper_.put("task/" + id, "");
  save_index();
  publish();
}

TaskView Engine::view(const std::string& id) const {
  std::lock_guard lock{mutex_};
  auto found = entries_.find(id);
  if (found == entries_.end()) throw ApiError{404, "no task exists"};
  auto& e = found->second;
  std::string error = e.task ? e.task->error() : e.error;
  return {e.definition, e.task, error};
}

std::vector<TaskView> Engine::views(const std::string& pattern) const {
  std::vector<std::string> ids;
  {
    std::lock_guard lock{mutex_};
    for (auto& [id, entry] : entries_)
      if (glob(pattern, id)) ids.push_back(id);
  }
  std::vector<TaskView> all;
  for (auto& id : ids) all.push_back(view(id));
  return all;
}

// ---- templates ----

void Engine::create_template(const Change& change) {
  std::lock_guard lock{mutex_};
  Definition d;
  d.id = change.id.empty() ? random_id() : change.id;
  check_id(d.id);
  d.script = change.script;
  compile(d, true);
  d.created = d.modified = services_.now();
  if (auto old = templates_.find(d.id); old != templates_.end()) {
    d.created = old->second.created;
    Definition before = old->second;
    old->second = d;
    for (auto& [id, entry] : entries_) {
      if (entry.definition.template_id != d.id) continue;
      try {
        compile(entry.definition, false);
      } catch (const std::exception& e) {
        templates_[d.id] = before;
        throw ApiError{500, "error reloading associated task " + id + ": " + e.what()};
      }
    }
  }
  templates_[d.id] = d;
  keeper_.put("template/" + d.id, to_json(d));
  save_index();
  for (auto& [id, entry] : entries_)
    if (entry.definition.template_id == d.id && entry.task) {
      stop(entry);
      start(entry);
    }
  publish();
}

void Engine::remove_template(const std::string& id) {
  std::lock_guard lock{mutex_};
  if (templates_.erase(id)) keeper_.put("template/" + id, "");
  save_index();
}

std::vector<Definition> Engine::templates(const std::string& pattern) const {
  std::lock_guard lock{mutex_};
  std::vector<Definition> all;
  for (auto& [id, d] : templates_)
    if (glob(pattern, id)) all.push_back(d);
  return all;
}

Definition Engine::find_template(const std::string& id) const {
  std::lock_guard lock{mutex_};
  auto found = templates_.find(id);
  if (found == templates_.end()) throw ApiError{404, "no template exists"};
  return found->second;
}

// ---- handlers ----

namespace {

/// Options of a handler's JSON ("skip-ssl-verification": true) as a plugin's.
Options handler_options(const Json& json) {
  Options options;
  for (auto& [key, value] : json.members) {
    Option option{key, {}, value.kind == Json::Kind::array};
    std::replace(option.name.begin(), option.name.end(), '-', '_');
    auto add = [&](const Json& item) {
      if (item.kind == Json::Kind::boolean)
        option.values.push_back(Value::of(item.number != 0));
      else if (item.kind == Json::Kind::integer)
        option.values.push_back(Value::of(item.number));
      else if (item.kind == Json::Kind::real)
        option.values.push_back(Value::of(item.real));
      else
        option.values.push_back(Value::of(item.string));
    };
    if (value.kind == Json::Kind::array)
      for (auto& item : value.items) add(item);
    else if (value.kind == Json::Kind::object) {
      option.list = true;
      for (auto& [name, text] : value.members)
        option.values.push_back(Value::of(name + ": " + text.string));
    } else {
      add(value);
    }
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace

void Engine::add_handler(const std::string& topic, const HandlerInfo& info) {
  try {
    auto notifier =
        services_.make_notifier(info.kind, handler_options(Json::parse(info.options_json)));
    auto error = topics().add_handler(topic, info, notifier);
    if (!error.empty()) throw std::runtime_error{error};
  } catch (const std::exception& e) {
    throw ApiError{500, std::string{"failed to create handler: "} + e.what()};
  }
  std::lock_guard lock{mutex_};
  handlers_[{topic, info.id}] = info;
  save_handlers();
}

void Engine::remove_handler(const std::string& topic, const std::string& id) {
  topics().remove_handler(topic, id);
  std::lock_guard lock{mutex_};
  if (!handlers_.erase({topic, id})) return;
  keeper_.put("handler/" + topic + "/" + id, "");
  save_handlers();
}

void Engine::save_handlers() {
  std::string index;
  for (auto& [key, info] : handlers_) {
    index += key.first + "/" + key.second + '\n';
    std::string out = "{\"topic\":";
    gojson::append(out, key.first);
    for (auto& [name, value] : {std::pair<const char*, const std::string&>{"id", info.id},
                                {"kind", info.kind},
                                {"match", info.match}}) {
      out += std::string{",\""} + name + "\":";
      gojson::append(out, value);
    }
    keeper_.put("handler/" + key.first + "/" + key.second,
                out + ",\"options\":" + info.options_json + "}");
  }
  keeper_.put("handlers", index);
}

void Engine::load_handlers() {
  std::istringstream index{keeper_.get("handlers")};
  for (std::string key; std::getline(index, key);) {
    Json j = Json::parse(keeper_.get("handler/" + key));
    auto* options = j.find("options");
    HandlerInfo info{j.text("id"), j.text("kind"), j.text("match"),
                     options ? options->print() : "{}"};
    try {
      add_handler(j.text("topic"), info);
    } catch (const std::exception& e) {
      services_.log(TW_LOG_ERROR, "cannot start handler " + key + ": " + e.what());
      std::lock_guard lock{mutex_};
      handlers_[{j.text("topic"), info.id}] = info;
    }
  }
}

// ---- files ----

void Engine::sync_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> found;
  std::error_code error;
  for (auto& file : fs::directory_iterator{folder, error}) {
    if (file.path().extension() != ".tick") continue;
    std::ifstream in{file.path()};
    found[file.path().stem().string()] = {std::istreambuf_iterator<char>{in}, {}};
  }
  if (error)
    services_.log(TW_LOG_ERROR, "cannot read task folder " + folder + ": " + error.message());
  if (found == files_) return;
  std::lock_guard lock{mutex_};
  for (auto& [id, script] : files_)
    if (!found.contains(id) && entries_.contains(id)) stop(entries_[id]), entries_.erase(id);
  for (auto& [id, script] : found) {
    if (auto old = files_.find(id); old != files_.end() && old->second == script) continue;
    if (auto own = entries_.find(id); own != entries_.end() && !own->second.definition.from_file) {
      services_.log(TW_LOG_ERROR, "task " + id + " of folder " + folder +
                                      " is already defined over HTTP, the file is ignored");
      continue;
    }
    Entry& entry = entries_[id];
    stop(entry);
    Definition& d = entry.definition;
    d = {};
    d.id = id;
    d.script = script;
    d.from_file = d.enabled = true;
    d.created = d.modified = services_.now();
    try {
      d.dbrps = compile(d, false)->dbrps;
      if (d.dbrps.empty()) throw ApiError{400, "must specify dbrp"};
      start(entry);
      services_.log(TW_LOG_INFO, "started task " + id + " of folder " + folder);
    } catch (const std::exception& e) {
      entry.error = e.what();
      services_.log(TW_LOG_ERROR, "cannot start task " + folder + "/" + id + ".tick: " + e.what());
    }
  }
  files_ = std::move(found);
  publish();
}

// ---- showing ----

std::string Engine::format(const std::string& script) {
  auto parsed = tickscript::parse(script);
  return parsed.root ? tickscript::format(*parsed.root) : script;
}

std::string Engine::dot(const TaskView& view, bool attributes) const {
  if (view.task) return view.task->pipeline().dot(view.definition.id, attributes, true);
  try {
    Definition d = view.definition;
    return compile_script(d.script, parse_vars(d.vars_json), environment_, true)
        ->dot(d.id, attributes, false);
  } catch (const std::exception&) {
    return "digraph " + view.definition.id + " {\n}";
  }
}

std::vector<Variable> Engine::variables(const std::string& script) const {
  try {
    return compile_script(script, {}, environment_, true)->variables;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace tickwork::stream
