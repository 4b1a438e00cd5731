// SPDX-License-Identifier: MIT
// Plugins of every kind that can run in a process of its own, with the sins that such a process is
// for. They tell by points and by files what they saw.
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;
using namespace std::chrono_literals;

void sin(const std::string& what) {
  if (what == "crash") raise(SIGSEGV);
  if (what == "throw") throw std::runtime_error{"boom"};
  if (what == "hang") std::this_thread::sleep_for(1h);
  if (what == "exit") exit(3);
  if (what == "eat") throw std::length_error{std::string(size_t{512} << 20, 'x').substr(0, 9)};
  if (what == "stall") raise(SIGSTOP);
  if (what == "fail") throw Error{TW_E_IO, "cannot reach nowhere:1"};
}

std::string text(const tw_value& value) {
  switch (value.type) {
    case TW_FLOAT:
      return std::to_string(value.as.f);
    case TW_INT:
      return std::to_string(value.as.i) + "i";
    case TW_UINT:
      return std::to_string(value.as.u) + "u";
    case TW_BOOL:
      return value.as.b ? "true" : "false";
    default:
      return '"' + std::string{value.as.s, value.len} + '"';
  }
}

std::string line(const tw_point& point) {
  std::string out{view(point.name)};
  for (const tw_tag& tag : tags(point)) {
    out += "," + std::string{view(tag.key)} + "=" + std::string{view(tag.value)};
  }
  char separator = ' ';
  for (const tw_field& field : fields(point)) {
    out += separator + std::string{view(field.key)} + "=" + text(field.value);
    separator = ',';
  }
  return out;
}

// Every n-th call sins.
class Sinner {
 public:
  explicit Sinner(Config config) : what_{config.str("sin")}, every_{config.num("every")} {}
  void call() {
    if (++calls_ % every_ == 0) sin(what_);
  }

 private:
  std::string what_;
  int64_t every_, calls_ = 0;
};

// Points, log lines, tokens, state, timers and emitted points.
class Wild {
 public:
  Wild(Host host, Config config)
      : host_{host}, sinner_{config}, points_{config.num("points")}, stop_{config.str("stop")} {
    if (config.str("create") != "") sin(config.str("create"));
    if (config.num("token")) {
      host.need<tw_delivery>().watch(host.raw(), this, [](void* self, uint64_t token, tw_status s) {
        auto& me = *static_cast<Wild*>(self);
        me.host_.info("token " + std::to_string(token) + " ended with " + std::to_string(s));
      });
      token_ = 7;
    }
    held_.assign(static_cast<size_t>(config.num("hold")), 'x');
    timer_ = config.num("timer");
    keep_ = config.num("keep");
  }

  void start() {
    if (timer_) {
      host_.need<tw_timer>().set(host_.raw(), 1'000'000, 20'000'000, this, fire, nullptr);
    }
  }
  void stop() { sin(stop_); }

  void gather(Sink sink) {
    host_.debug("gather begins");
    sinner_.call();
    if (keep_) {
      uint64_t kept = 0;
      size_t len = 0;
      const auto& state = host_.need<tw_state>();
      if (state.get(host_.raw(), str("n"), &kept, sizeof kept, &len) < 0) kept = 0;
      ++kept;
      state.put(host_.raw(), str("n"), {reinterpret_cast<const char*>(&kept), sizeof kept});
      sink.point("kept").field("n", static_cast<int64_t>(kept)).send();
    }
    for (int64_t i = 0; i < points_; ++i) {
      sink.point("wild")
          .tag("host", "here")
          .field("n", n_++)
          .field("text", "a \"b\"")
          .field("yes", true)
          .token(token_)
          .send();
    }
  }

 private:
  static void fire(void* self) {
    auto& me = *static_cast<Wild*>(self);
    Row row{"fired"};
    row.field("n", me.n_++);
    me.host_.need<tw_emit>().emit(me.host_.raw(), &row.raw(), 1);
  }

  Host host_;
  Sinner sinner_;
  int64_t points_, n_ = 0, timer_ = 0, keep_ = 0;
  uint64_t token_ = 0;
  std::string stop_, held_;
};

// Each point as a line of a file, each batch in one piece.
class Append {
 public:
  Append(Host, Config config) : sinner_{config}, path_{config.str("path")} {}
  void write(Batch batch) {
    sinner_.call();
    std::string lines;
    for (const tw_point& point : batch) lines += line(point) + "\n";
    std::ofstream{path_, std::ios::app} << lines << std::flush;
  }

 private:
  Sinner sinner_;
  std::string path_;
};

class Mark {
 public:
  Mark(Host, Config config) : sinner_{config} {}
  void process(Batch batch, Sink sink) {
    sinner_.call();
    for (const tw_point& point : batch) {
      if (view(point.name) == "drop") continue;
      std::vector<tw_tag> all(tags(point).begin(), tags(point).end());
      all.push_back({str("mark"), str("yes")});
      tw_point marked = point;
      marked.tags = all.data();
      marked.n_tags = static_cast<uint32_t>(all.size());
      sink.add(marked);
    }
  }

 private:
  Sinner sinner_;
};

class Count {
 public:
  Count(Host, Config config) : sinner_{config} {}
  void add(Batch batch) {
    sinner_.call();
    n_ += static_cast<int64_t>(batch.size());
  }
  void push(Sink sink) {
    sink.point("counted").field("n", n_).send();
    n_ = 0;
  }

 private:
  Sinner sinner_;
  int64_t n_ = 0;
};

// A word a line; the format that "speaks" uses.
class Words {
 public:
  Words(Host, Config config) : sinner_{config} {}
  Parsed parse(std::string_view text, bool final, Sink sink) {
    sinner_.call();
    size_t used = 0;
    while (used < text.size()) {
      size_t end = text.find('\n', used);
      if (end == text.npos && !final) break;
      if (end == text.npos) end = text.size();
      if (end > used) sink.point(text.substr(used, end - used)).field("v", 1.5).send();
      used = std::min(end + 1, text.size());
    }
    return used;
  }
  void serialize(Batch batch, Writer writer) {
    for (const tw_point& point : batch) writer.write(std::string{view(point.name)} + "\n");
  }

 private:
  Sinner sinner_;
};

// Makes a format and lets it read and write: calls from here to another instance.
class Speaks {
 public:
  Speaks(Host host, Config config) : host_{host}, path_{config.str("path")} {}
  void gather(Sink sink) {
    tw_making making{};
    making.size = sizeof making;
    making.plugin = str("formats.words");
    making.ext = TW_PARSER;
    const auto& instances = host_.need<tw_instances>();
    tw_ref ref{};
    tw_error error{sizeof error, 0, {}};
    if (instances.make(host_.raw(), &making, &ref, &error) < 0) throw Error{TW_E_IO, error.message};
    size_t used = 0;
    const auto& parser = *static_cast<const tw_parser*>(ref.vtable);
    parser.parse(ref.self, str("one\ntwo\n"), 1, &used, sink.raw(), &error);
    instances.drop(host_.raw(), &ref);
    host_.find<tw_output>("kept").call(&tw_output::write, static_cast<const tw_batch*>(&none_));
    sink.point("used").field("n", static_cast<int64_t>(used)).send();
  }

 private:
  Host host_;
  std::string path_;
  tw_batch none_{nullptr, 0};
};

class Tell {
 public:
  Tell(Host, Config config) : path_{config.str("path")} {}
  void handle(const tw_event& event) {
    std::ofstream out{path_, std::ios::app};
    out << view(event.topic) << ' ' << event.level << ' ' << view(event.json);
    for (size_t i = 0; i < event.n_tags; ++i) out << ' ' << view(event.tags[i].value);
    for (size_t i = 0; i < event.n_fields; ++i) out << ' ' << text(event.fields[i].value);
    out << '\n';
  }

 private:
  std::string path_;
};

class Echo {
 public:
  Echo(Host, Config) {}
  void points(const tw_group& group, Batch batch, Sink sink) {
    for (const tw_point& point : batch) {
      sink.point(view(group.name))
          .tag("of", view(group.tags[0].value))
          .field("n", point.time_ns)
          .send();
    }
  }
};

class Routed {
 public:
  Routed(Host, Config) {}
  void start() {}
  void stop() {}
};

constexpr tw_option options[] = {
    {"sin", TW_OPT_STRING, 0, "\"\"", "crash, throw, hang, exit, eat, stall or fail"},
    {"every", TW_OPT_INT, 0, "1", "Every so many calls"},
    {"points", TW_OPT_INT, 0, "1", "Points a gather"},
    {"create", TW_OPT_STRING, 0, "\"\"", "The sin of create"},
    {"stop", TW_OPT_STRING, 0, "\"\"", "The sin of stop"},
    {"token", TW_OPT_INT, 0, "0", "Points carry a token"},
    {"timer", TW_OPT_INT, 0, "0", "Emit from a timer"},
    {"keep", TW_OPT_INT, 0, "0", "Count gathers in the state"},
    {"path", TW_OPT_STRING, 0, "\"\"", "File to append to"},
    {"list", TW_OPT_STRING, TW_LIST, "[]", "Some texts"},
    {"hold", TW_OPT_SIZE, 0, "0", "Memory to hold"},
    {"size", TW_OPT_SIZE, 0, "\"1KiB\"", "Some size"},
    {}};

// Says what it was configured with.
class Configured {
 public:
  Configured(Host host, Config config) {
    std::string said = "path=" + config.str("path") + " size=" + std::to_string(config.num("size"));
    for (size_t i = 0; i < config.count("list"); ++i) said += " " + config.str("list", i);
    host.info(said + " from " + std::string{host.name()});
  }
  void gather(Sink) {}
};

}  // namespace

TICKWORK_MODULE("org.example.isolated", "1.0.0", "MIT",
                plugin<Wild>("inputs.wild", "Made-up points", options),
                plugin<Speaks>("inputs.speaks", "Uses other instances", options),
                plugin<Configured>("inputs.configured", "Tells its options", options),
                plugin<Append>("outputs.append", "Lines of a file", options),
                plugin<Mark>("processors.mark", "Adds a tag", options),
                plugin<Count>("aggregators.count", "Counts", options),
                plugin<Words>("formats.words", "A word a line", options),
                plugin<Tell>("handlers.tell", "Lines of a file", options),
                plugin<Echo>("stream.echo", "Gives back", options),
                plugin<Routed>("services.routed", "Does nothing", options));
