// SPDX-License-Identifier: MIT
#include "graph_plugins.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "graph/batch.hpp"

namespace tickwork::host::test {

namespace {

Room* room = nullptr;

struct Self {
  const tw_host* host;
  double sum = 0;
};

Self& self_of(tw_instance* self) { return *reinterpret_cast<Self*>(self); }

tw_status create(const tw_host* host, const tw_config*, tw_instance** self, tw_error*) {
  auto made = std::make_unique<Self>(Self{host});
  Room& here = Room::here();
  here.note(std::string{"create "} + host->name);
  here.hosts[host->name] = host;
  if (here.on_create) here.on_create(host);
  *self = reinterpret_cast<tw_instance*>(made.release());
  return TW_OK;
}

tw_status start(tw_instance* self, tw_error*) {
  const tw_host* host = self_of(self).host;
  if (Room::here().on_start) Room::here().on_start(host);
  Room::here().note(std::string{"start "} + host->name);
  return TW_OK;
}

tw_status stop(tw_instance* self, tw_error*) {
  const tw_host* host = self_of(self).host;
  Room::here().note(std::string{"stop "} + host->name);
  if (Room::here().on_stop) Room::here().on_stop(host);
  Room::here().note(std::string{"stopped "} + host->name);
  return TW_OK;
}

void destroy(tw_instance* self) {
  Room::here().note(std::string{"destroy "} + self_of(self).host->name);
  delete &self_of(self);
}

tw_status gather(tw_instance*, const tw_sink* sink, tw_error* error) {
  return Room::here().gather ? Room::here().gather(sink, error) : TW_OK;
}

tw_status write(tw_instance* self, const tw_batch* batch, tw_error* error) {
  const tw_status status = Room::here().write ? Room::here().write(batch, error) : TW_OK;
  if (status == TW_OK) Room::here().receive(self_of(self).host->name, *batch);
  return status;
}

tw_status mark(tw_instance*, const tw_batch* batch, const tw_sink* sink, tw_error*) {
  for (size_t i = 0; i < batch->count; ++i) {
    tw_point point = batch->points[i];
    if (view(point.name) == "drop") continue;
    std::vector<tw_tag> tags{point.tags, point.tags + point.n_tags};
    tags.push_back({TW_STR("mark"), TW_STR("yes")});
    point.tags = tags.data();
    point.n_tags = static_cast<uint32_t>(tags.size());
    sink->add(sink, &point, 1);
  }
  return TW_OK;
}

tw_status add(tw_instance* self, const tw_batch* batch, tw_error*) {
  for (size_t i = 0; i < batch->count; ++i) {
    self_of(self).sum += batch->points[i].fields[0].value.as.f;
  }
  return TW_OK;
}

tw_status push(tw_instance* self, const tw_sink* sink, tw_error*) {
  OnePoint sum{"sum", self_of(self).sum, TW_NOW};
  const tw_point point = sum.point();
  self_of(self).sum = 0;
  return sink->add(sink, &point, 1);
}

tw_status handle(tw_instance* self, const tw_event* event, tw_error* error) {
  if (view(event->message) == "throw") throw std::runtime_error{"boom"};
  if (view(event->message) == "fail") {
    std::snprintf(error->message, sizeof error->message, "no bell");
    return TW_E_IO;
  }
  Room::here().note(std::string{"rang "} + self_of(self).host->name);
  return TW_OK;
}

constexpr tw_input input{sizeof input, gather};
constexpr tw_output output{sizeof output, write};
constexpr tw_processor processor{sizeof processor, mark};
constexpr tw_aggregator aggregator{sizeof aggregator, add, push};
constexpr tw_handler handler{sizeof handler, handle};

constexpr tw_ext input_exts[] = {{TW_INPUT, &input}, {}};
constexpr tw_ext output_exts[] = {{TW_OUTPUT, &output}, {}};
constexpr tw_ext processor_exts[] = {{TW_PROCESSOR, &processor}, {}};
constexpr tw_ext aggregator_exts[] = {{TW_AGGREGATOR, &aggregator}, {}};
constexpr tw_ext handler_exts[] = {{TW_HANDLER, &handler}, {}};

constexpr tw_option options[] = {{"knob", TW_OPT_STRING, 0, "\"\"", "Anything"}, {}};

constexpr tw_plugin plugin(const char* id, const tw_ext* exts) {
  return {sizeof(tw_plugin), 0, id, "for tests", options, exts, create, start, stop, destroy};
}

constexpr tw_plugin beat = plugin("inputs.beat", input_exts);
constexpr tw_plugin box = plugin("outputs.box", output_exts);
constexpr tw_plugin marker = plugin("processors.mark", processor_exts);
constexpr tw_plugin sum = plugin("aggregators.sum", aggregator_exts);
constexpr tw_plugin bell = plugin("services.bell", handler_exts);
constexpr tw_plugin gong = plugin("services.gong", handler_exts);
constexpr const tw_plugin* plugins[] = {&beat, &box, &marker, &sum, &bell, &gong, nullptr};
constexpr tw_module module{sizeof module, TW_ABI_MINOR, 0,      "org.example.graph",
                           "1.0.0",       "MIT",        plugins};

}  // namespace

Room::Room() { room = this; }
Room::~Room() { room = nullptr; }
Room& Room::here() { return *room; }

void Room::note(const std::string& event) {
  const std::lock_guard held{lock_};
  events_.push_back(event);
  changed_.notify_all();
}

std::vector<std::string> Room::events() {
  const std::lock_guard held{lock_};
  return events_;
}

bool Room::happened(const std::string& event) {
  const auto all = events();
  return std::find(all.begin(), all.end(), event) != all.end();
}

std::vector<std::string> Room::received(const std::string& output) {
  const std::lock_guard held{lock_};
  return received_[output];
}

void Room::receive(const std::string& output, const tw_batch& batch) {
  const std::lock_guard held{lock_};
  for (size_t i = 0; i < batch.count; ++i) received_[output].push_back(text_of(batch.points[i]));
  changed_.notify_all();
}

bool Room::wait(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

const tw_host* Room::host(const std::string& name) { return hosts.at(name); }

const tw_module& graph_module() { return module; }

InstanceConfig instance(const std::string& id, const std::string& alias) {
  InstanceConfig config;
  config.plugin = id;
  config.name = alias.empty() ? id : id + "::" + alias;
  config.host.alias = alias;
  return config;
}

Configuration configuration(std::vector<InstanceConfig> instances) {
  Configuration made;
  made.agent.interval_ns = made.agent.flush_interval_ns = 20'000'000;
  made.agent.precision_ns = 1;
  made.instances = std::move(instances);
  return made;
}

std::string text_of(const tw_point& point) {
  std::string text{view(point.name)};
  for (uint32_t i = 0; i < point.n_tags; ++i) {
    text.append(",").append(view(point.tags[i].key)).append("=").append(view(point.tags[i].value));
  }
  for (uint32_t i = 0; i < point.n_fields; ++i) {
    const tw_value& value = point.fields[i].value;
    text.append(i ? "," : " ").append(view(point.fields[i].key)).append("=");
    text += std::to_string(static_cast<int64_t>(value.as.f));
  }
  return text;
}

OnePoint::OnePoint(std::string n, double value, int64_t time, uint64_t t)
    : name{std::move(n)}, field{TW_STR("v"), {TW_FLOAT, 0, {value}}}, time_ns{time}, token{t} {}

tw_point OnePoint::point() const {
  return {borrow(name), nullptr, &field, 0, 1, time_ns, TW_UNTYPED, 0, token, {}};
}

Deadlines short_deadlines() {
  Deadlines deadlines;
  deadlines.stop = std::chrono::milliseconds{300};
  deadlines.destroy = std::chrono::milliseconds{300};
  deadlines.connect_again = std::chrono::milliseconds{1};
  deadlines.restart = std::chrono::milliseconds{5};
  deadlines.settle = std::chrono::milliseconds{200};
  return deadlines;
}

}  // namespace tickwork::host::test
