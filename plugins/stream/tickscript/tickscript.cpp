// SPDX-License-Identifier: MIT
// The plugin stream.tickscript: connects the engine with the host, the storage's feed, the HTTP
// server, handlers and functions.
#include <unistd.h>
#include <tickwork/tickwork.hpp>

#include <chrono>
#include <set>
#include <tickwork/cpp/storage.hpp>

#include "answer.hpp"
#include "api.hpp"
#include "engine.hpp"
#include "kit/http/http.hpp"
#include "kit/lineproto/lineproto.hpp"
#include "literal.hpp"

namespace tickwork::stream {
namespace {

/// Borrowed views of a point's tags and fields in the ABI's form.
struct RawPoint {
  std::vector<tw_tag> tags;
  std::vector<tw_field> fields;
  tw_point raw{};

  RawPoint(const std::string& name, const Tags& from_tags, const Fields& from_fields,
           int64_t time) {
    for (auto& [key, value] : from_tags)
      if (!value.empty()) tags.push_back({str(key), str(value)});
    for (auto& [key, value] : from_fields) {
      if (value.type == Type::integer) fields.push_back({str(key), tickwork::value(value.integer)});
      if (value.type == Type::real) fields.push_back({str(key), tickwork::value(value.real)});
      if (value.type == Type::boolean)
        fields.push_back({str(key), tickwork::value(value.integer != 0)});
      if (value.type == Type::string) fields.push_back({str(key), tickwork::value(value.text)});
    }
    raw.name = str(name);
    raw.tags = tags.data();
    raw.n_tags = static_cast<uint32_t>(tags.size());
    raw.fields = fields.data();
    raw.n_fields = static_cast<uint32_t>(fields.size());
    raw.time_ns = time;
  }
};

/// Points as a batch of the ABI, borrowed.
struct RawBatch {
  std::vector<std::unique_ptr<RawPoint>> points;
  std::vector<tw_point> raw;
  explicit RawBatch(const Points& from) {
    for (auto& p : from) {
      points.push_back(std::make_unique<RawPoint>(p->name, p->tags, p->fields, p->time));
      raw.push_back(points.back()->raw);
    }
  }
  tw_batch batch() const { return {raw.data(), raw.size()}; }
};

/// A tw.handler/1 instance.
class HandlerNotifier : public Notifier {
 public:
  HandlerNotifier(Host host, Ref<tw_handler> ref, bool own) : host_{host}, ref_{ref}, own_{own} {}
  ~HandlerNotifier() override {
    if (own_) host_.drop(ref_);
  }
  void notify(const Event& e) override {
    RawPoint p{e.name, e.tags, e.fields, e.state.time};
    std::string json = e.json();
    tw_event raw{};
    raw.size = sizeof raw;
    raw.level = static_cast<uint32_t>(e.state.level);
    raw.previous = static_cast<uint32_t>(e.previous);
    raw.topic = str(e.topic);
    raw.id = str(e.id);
    raw.message = str(e.state.message);
    raw.details = str(e.state.details);
    raw.task = str(e.task);
    raw.time_ns = e.state.time;
    raw.duration_ns = e.state.duration;
    raw.name = str(e.name);
    raw.tags = p.tags.data();
    raw.n_tags = p.tags.size();
    raw.fields = p.fields.data();
    raw.n_fields = p.fields.size();
    raw.json = str(json);
    ref_.call(&tw_handler::handle, &raw);
  }

 private:
  Host host_;
  Ref<tw_handler> ref_;
  bool own_;
};

/// Every handler that the configuration names ([[handlers.post]] ...): each decides by its own
/// options which topics it speaks of. Instances come and go with reloads, so they are looked up now
/// and then.
class ConfiguredHandlers : public Notifier {
 public:
  explicit ConfiguredHandlers(Host host) : host_{host} {}
  void notify(const Event& e) override {
    if (host_.ticks() >= look_again_) look();
    for (auto& [name, handler] : handlers_) try {
        handler->notify(e);
      } catch (const std::exception& error) {
        host_.error("handler " + name + ": " + error.what());
      }
  }

 private:
  void look() {
    look_again_ = host_.ticks() + 5'000'000'000;
    std::set<std::string> names;
    if (auto* inspect = host_.service<tw_inspect>())
      inspect->instances(host_.raw(), &names, [](void* self, const tw_instance_info* info) {
        if (view(info->plugin).starts_with("handlers.") &&
            view(info->name).find('#') == std::string_view::npos)
          static_cast<std::set<std::string>*>(self)->insert(string(info->name));
      });
    std::erase_if(handlers_, [&](auto& entry) { return !names.contains(entry.first); });
    for (auto& name : names) {
      if (handlers_.contains(name)) continue;
      try {
        handlers_.emplace(
            name, std::make_unique<HandlerNotifier>(host_, host_.find<tw_handler>(name), false));
      } catch (const std::exception& error) {
        host_.debug("handler " + name + " is not usable: " + error.what());
      }
    }
  }
  Host host_;
  int64_t look_again_ = INT64_MIN;
  std::map<std::string, std::unique_ptr<HandlerNotifier>> handlers_;
};

/// A tw.stream/1 instance.
class StreamFunction : public Function {
 public:
  StreamFunction(Host host, Ref<tw_stream> ref, std::function<void(stream::Point)> emit)
      : host_{host}, ref_{ref}, emit_{std::move(emit)} {
    sink_ = {sizeof sink_, this, [](const tw_sink* sink, const tw_point* points, size_t n) {
               return static_cast<StreamFunction*>(sink->self)->take(points, n);
             }};
  }
  ~StreamFunction() override { host_.drop(ref_); }

  void points(const Group& group, const std::string& name, int64_t tmax,
              const Points& points) override {
    RawGroup raw{group, name, tmax};
    RawBatch batch{points};
    tw_batch view = batch.batch();
    ref_.call(&tw_stream::points, &raw.group, &view, &sink_);
  }
  void open(const stream::Batch& b) override { edge(&tw_stream::open, b); }
  void close(const stream::Batch& b) override { edge(&tw_stream::close, b); }

 private:
  struct RawGroup {
    std::vector<tw_tag> tags;
    tw_group group{};
    RawGroup(const Group& from, const std::string& name, int64_t tmax) {
      for (auto& [key, value] : from.tags) tags.push_back({str(key), str(value)});
      group = {str(name), tags.data(), tags.size(), tmax};
    }
  };
  using Edge = tw_status (*tw_stream::*)(tw_instance*, const tw_group*, const tw_sink*, tw_error*);
  void edge(Edge member, const stream::Batch& b) {
    if (!(ref_.vtable().*member)) return;
    RawGroup raw{*b.group, b.name, b.tmax};
    ref_.call(member, &raw.group, &sink_);
  }
  tw_status take(const tw_point* raw, size_t n) {
    tw_batch batch{raw, n};
    for (auto& p : copy_points(batch, "", "")) emit_(*p);
    return TW_OK;
  }

  Host host_;
  Ref<tw_stream> ref_;
  std::function<void(stream::Point)> emit_;
  tw_sink sink_{};
};

class TickscriptPlugin {
 public:
  TickscriptPlugin(Host host, Config config)
      : host_{host},
        storage_name_{config.str("storage")},
        task_dir_{config.str("task_dir")},
        influxdb_url_{config.str("influxdb_url")},
        subscribe_url_{config.str("subscribe_url")},
        sync_every_{config.num("sync_interval")} {
    find_storage();
    find_query(config.str("query"));
    if (auto name = config.str("http"); !name.empty()) server_ = host.find<tw_http_server>(name);
    api_options_ = {config.str("default_retention_policy"), config.boolean("legacy_write")};
    set_services();
  }
  ~TickscriptPlugin() { close(); }

  void start() {
    topics_ = std::make_unique<Topics>(keeper(), services_.log, services_.now);
    topics_->set_global(std::make_shared<ConfiguredHandlers>(host_));
    services_.topics = topics_.get();
    engine_ = std::make_unique<Engine>(services_, keeper(), environment());
    engine_->load();
    if (!task_dir_.empty()) sync_folder();
    api_ = std::make_unique<Api>(host_, *engine_, api_options_);
    if (server_) api_->serve(server_);
    if (feed_) {
      listener_ = {sizeof listener_, this, &TickscriptPlugin::written};
      feed_.call(&tw_feed::listen, &listener_);
      listening_ = true;
    }
    if (!influxdb_url_.empty() && !subscribe_url_.empty())
      every(100'000'000, 2'000'000'000, [this] { subscribe(); });
  }
  void stop() { close(); }

 private:
  void close() {
    if (std::exchange(listening_, false)) feed_.vtable().unlisten(feed_.self(), &listener_);
    if (api_) api_->end();
    api_.reset();
    for (auto& [id, timer] : timers_) timer->end();
    engine_.reset();
    for (auto& [id, timer] : timers_) host_.need<tw_timer>().cancel(host_.raw(), id);
    timers_.clear();
    topics_.reset();
  }

  // Without a name: the only storage of this process, if there is one and no remote server is
  // named.
  void find_storage() {
    if (storage_name_.empty() && !influxdb_url_.empty()) return;
    try {
      storage_ = host_.find<tw_storage>(storage_name_);
      feed_ = host_.find_ext<tw_feed>(TW_FEED, storage_name_);
    } catch (const Error& e) {
      if (!storage_name_.empty() || e.status() != TW_E_NOT_FOUND) throw;
    }
  }

  // Batch tasks ask an engine of this process, or else the remote server.
  void find_query(const std::string& name) {
    try {
      if (!name.empty() || influxdb_url_.empty()) query_ = host_.find<tw_query>(name);
    } catch (const Error& e) {
      if (!name.empty() || e.status() != TW_E_NOT_FOUND) throw;
    }
    if (query_)
      services_.query = [this](auto& text) { return ask_engine(host_, query_, text); };
    else if (!influxdb_url_.empty())
      services_.query = [this](auto& text) { return ask_server(influxdb_url_, text); };
  }

  void set_services() {
    services_.now = [this] { return host_.now(); };
    services_.log = [this](int level, const std::string& line) { host_.log(level, line); };
    services_.write = [this](auto& db, auto& rp, auto& points) { write(db, rp, points); };
    services_.loopback = [this](const Points& points) {
      for (auto& p : points) engine_->feed(p->database, p->retention, {p}, true);
    };
    services_.make_notifier = [this](auto& kind, auto& options) {
      return make_notifier(kind, options);
    };
    services_.make_function = [this](auto& name, auto& options, auto emit) {
      return make_function(name, options, emit);
    };
    services_.every = [this](int64_t delay, int64_t ns, std::function<void()> fire) {
      return every(delay, ns, std::move(fire));
    };
    services_.cancel = [this](uint64_t id) { cancel(id); };
    char hostname[256] = "localhost";
    gethostname(hostname, sizeof hostname - 1);
    services_.hostname = hostname;
    services_.cluster_id = services_.server_id = identity();
  }

  /// A random id, kept for ever.
  std::string identity() {
    auto k = keeper();
    std::string id = k.get("server-id");
    if (!id.empty()) return id;
    std::random_device random;
    static constexpr char hex[] = "0123456789abcdef";
    for (int i = 0; i < 32; ++i)
      id += i == 8 || i == 12 || i == 16 || i == 20 ? std::string{'-', hex[random() % 16]}
                                                    : std::string{hex[random() % 16]};
    k.put("server-id", id);
    return id;
  }

  Keeper keeper() {
    auto* state = host_.service<tw_state>();
    if (!state) return {[](auto&) { return std::string{}; }, [](auto&, auto&) {}};
    return {[this, state](const std::string& key) {
              std::string value(4096, '\0');
              size_t length = 0;
              for (int i = 0; i < 2; ++i) {
                if (state->get(host_.raw(), str(key), value.data(), value.size(), &length) != TW_OK)
                  return std::string{};
                bool fits = length <= value.size();
                value.resize(length);
                if (fits) break;
              }
              return value;
            },
            [this, state](const std::string& key, const std::string& value) {
              tw_status status = value.empty() ? state->del(host_.raw(), str(key))
                                               : state->put(host_.raw(), str(key), str(value));
              if (status < 0 && status != TW_E_NOT_FOUND)
                throw Error{status, "cannot keep \"" + key + "\" (" + std::to_string(value.size()) +
                                        " bytes)"};
            }};
  }

  Environment environment() {
    return {[this](const std::string& name) { return has_plugin(TW_STREAM, "stream." + name); },
            [this](const std::string& name) { return has_plugin(TW_HANDLER, "handlers." + name); }};
  }
  bool has_plugin(const char* ext, const std::string& id) {
    auto* inspect = host_.service<tw_inspect>();
    if (!inspect || !inspect->plugins) return true;  // found out when it is made
    struct Search {
      const std::string& id;
      bool found = false;
    } search{id};
    inspect->plugins(host_.raw(), ext, &search, [](void* self, const tw_plugin_info* info) {
      auto& s = *static_cast<Search*>(self);
      s.found = s.found || view(info->id) == s.id;
    });
    return search.found;
  }

  template <class V>
  Ref<V> make(const std::string& plugin, const Options& options) {
    OptionFields fields{options};
    std::string name = std::string{host_.name()} + "/" + plugin + "#" + std::to_string(++made_);
    return host_.make<V>(plugin, fields.data(), fields.size(), 0, name);
  }
  std::shared_ptr<Notifier> make_notifier(const std::string& kind, const Options& options) {
    return std::make_shared<HandlerNotifier>(host_, make<tw_handler>("handlers." + kind, options),
                                             true);
  }
  std::unique_ptr<Function> make_function(const std::string& name, const Options& options,
                                          std::function<void(stream::Point)> emit) {
    return std::make_unique<StreamFunction>(host_, make<tw_stream>("stream." + name, options),
                                            std::move(emit));
  }

  // ---- timers ----

  // The host may fire a timer while another thread cancels it: the function goes under a lock, the
  // object stays until the plugin stops.
  struct Timer {
    std::mutex mutex;
    std::function<void()> fire;
    void run() {
      std::lock_guard lock{mutex};
      if (fire) fire();
    }
    void end() {
      std::lock_guard lock{mutex};
      fire = nullptr;
    }
  };
  uint64_t every(int64_t delay, int64_t ns, std::function<void()> fire) {
    auto timer = std::make_unique<Timer>();
    timer->fire = std::move(fire);
    uint64_t id = 0;
    host_.need<tw_timer>().set(
        host_.raw(), delay, ns, timer.get(), [](void* self) { static_cast<Timer*>(self)->run(); },
        &id);
    std::lock_guard lock{timers_mutex_};
    timers_.emplace(id, std::move(timer));
    return id;
  }
  void cancel(uint64_t id) {
    host_.need<tw_timer>().cancel(host_.raw(), id);
    Timer* timer = nullptr;
    {
      std::lock_guard lock{timers_mutex_};
      if (auto found = timers_.find(id); found != timers_.end()) timer = found->second.get();
    }
    if (timer) timer->end();
  }

  // ---- data ----

  static void written(const tw_listener* listener, tw_str database, tw_str retention,
                      const tw_batch* batch) {
    auto& self = *static_cast<TickscriptPlugin*>(listener->self);
    std::string db = string(database), rp = string(retention);
    if (!self.engine_->wanted(db, rp)) return;
    size_t dropped = self.engine_->feed(db, rp, copy_points(*batch, db, rp), true);
    if (dropped)
      self.host_.warn("tasks are too slow, dropped " + std::to_string(dropped) + " points of " +
                      db + "." + rp);
  }

  void write(const std::string& db, const std::string& rp, const Points& points) {
    RawBatch batch{points};
    tw_batch raw = batch.batch();
    if (storage_) {
      store(db, rp, raw);
    } else if (!influxdb_url_.empty()) {
      post_lines(influxdb_url_ + "/write?" +
                     http::encode_query({{"db", db}, {"rp", rp}, {"precision", "ns"}}),
                 raw);
    } else {
      throw Error{TW_E_UNSUPPORTED, "influxDBOut needs the option storage or influxdb_url"};
    }
  }
  void store(const std::string& db, const std::string& rp, const tw_batch& batch) {
    tw_error error = empty_error();
    const tw_status status =
        write_patiently(storage_, db, rp, batch, error, [this] { return !host_.stopping(); });
    if (check(status, error) == TW_OK) return;
    throw Error{TW_E_IO, status == TW_AGAIN ? "the storage is full" : error.message};
  }
  static void post_lines(const std::string& url, const tw_batch& batch) {
    std::string body;
    lineproto::Serializer serializer;
    for (auto& p : tickwork::Batch{&batch}) serializer.append(p, body);
    auto response = http::Client{}.post(url, body);
    if (response.code / 100 != 2)
      throw Error{TW_E_IO, "POST " + url + " answered " + std::to_string(response.code) + ": " +
                               response.body};
  }

  void sync_folder() {
    engine_->sync_folder(task_dir_);
    every(sync_every_, sync_every_, [this] {
      if (engine_) engine_->sync_folder(task_dir_);
    });
  }

  // Creates the subscription on the remote server for every database and policy that a task names;
  // again after a minute, because the server may have been set up anew.
  void subscribe() {
    if (!engine_) return;
    std::set<std::pair<std::string, std::string>> wanted;
    for (auto& view : engine_->views(""))
      for (auto& dbrp : view.definition.dbrps) wanted.emplace(dbrp.database, dbrp.retention);
    if (host_.ticks() >= forget_subscriptions_) {
      forget_subscriptions_ = host_.ticks() + 60'000'000'000;
      subscribed_.clear();
    }
    for (auto& dbrp : wanted) {
      if (!subscribed_.insert(dbrp).second) continue;
      std::string query = "CREATE SUBSCRIPTION \"kapacitor-" + services_.cluster_id + "\" ON \"" +
                          dbrp.first + "\".\"" + dbrp.second + "\" DESTINATIONS ANY '" +
                          subscribe_url_ + "'";
      try {
        auto response =
            http::Client{}.post(influxdb_url_ + "/query?" + http::encode_query({{"q", query}}), "");
        if (response.body.find("\"error\"") != std::string::npos &&
            response.body.find("already exists") == std::string::npos)
          throw Error{TW_E_INVALID, response.body};
      } catch (const std::exception& e) {
        subscribed_.erase(dbrp);  // tried again at the next tick
        host_.warn("cannot subscribe to " + dbrp.first + "." + dbrp.second + ": " + e.what());
      }
    }
  }

  Host host_;
  std::string storage_name_, task_dir_, influxdb_url_, subscribe_url_;
  int64_t sync_every_;
  ApiOptions api_options_;
  Ref<tw_storage> storage_;
  Ref<tw_feed> feed_;
  Ref<tw_query> query_;
  Ref<tw_http_server> server_;
  Services services_;
  std::unique_ptr<Topics> topics_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Api> api_;
  std::set<std::pair<std::string, std::string>> subscribed_;
  int64_t forget_subscriptions_ = 0;
  tw_listener listener_{};
  bool listening_ = false;
  std::atomic<uint64_t> made_{0};
  std::mutex timers_mutex_;
  std::map<uint64_t, std::unique_ptr<Timer>> timers_;
};

constexpr tw_option options[] = {
    {"storage", TW_OPT_STRING, 0, "\"\"",
     "Storage that feeds the tasks and takes influxDBOut; empty: the only one"},
    {"query", TW_OPT_STRING, 0, "\"\"", "Query engine for batch tasks; empty: the only one"},
    {"http", TW_OPT_STRING, 0, "\"\"", "HTTP server to serve the API on; empty: no API"},
    {"task_dir", TW_OPT_STRING, 0, "\"\"", "Folder of *.tick files to run, each with a dbrp line"},
    {"sync_interval", TW_OPT_DURATION, 0, "\"2s\"",
     "How often the folder is looked at for changes"},
    {"default_retention_policy", TW_OPT_STRING, 0, "\"autogen\"",
     "Policy of writes that name none"},
    {"legacy_write", TW_OPT_BOOL, 0, "true", "Also take InfluxDB subscriptions at /write"},
    {"influxdb_url", TW_OPT_STRING, 0, "\"\"", "Remote server for influxDBOut and subscriptions"},
    {"subscribe_url", TW_OPT_STRING, 0, "\"\"",
     "Own address for subscriptions, such as http://host:9092"},
    {}};

}  // namespace
}  // namespace tickwork::stream

TICKWORK_MODULE("tickwork.stream.tickscript", "1.0.0", "MIT",
                tickwork::plugin<tickwork::stream::TickscriptPlugin>(
                    "stream.tickscript", "Runs TICKscripts on streams of points",
                    tickwork::stream::options));
