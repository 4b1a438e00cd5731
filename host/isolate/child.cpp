// SPDX-License-Identifier: MIT
// One thread reads; calls run on workers, so that a plugin that blocks stops nothing else.
#include "isolate/child.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <tickwork/kind/query.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "graph/guard.hpp"
#include "graph/options_view.hpp"
#include "graph/workers.hpp"
#include "isolate/child_host.hpp"
#include "isolate/confine.hpp"
#include "isolate/objects.hpp"
#include "isolate/process.hpp"
#include "isolate/serve.hpp"
#include "isolate/system_calls.hpp"
#include "isolate/wire.hpp"
#include "module/loader.hpp"
#include "module/tables.hpp"

namespace tickwork::host {

namespace {

const void* ext_of(const tw_plugin& plugin, std::string_view id) {
  for (const tw_ext* row = plugin.exts; row && row->id; ++row) {
    if (id == row->id) return row->vtable;
  }
  return nullptr;
}

class Child {
 public:
  Child(int socket, int no_filter) : channel_{socket}, host_{channel_}, no_filter_{no_filter} {}

  // False: the host ended before it let the instance go.
  bool run() {
    channel_.run(
        std::chrono::hours{1}, [this](Frame&& frame) { receive(std::move(frame)); },
        [](bool) { return true; });
    return destroyed_.load();
  }

 private:
  void receive(Frame&& frame) {
    if (frame.type == FrameType::tell && told_stopping(frame)) return host_.set_stopping(true);
    workers_.post([this, kept = std::make_shared<Frame>(std::move(frame))] {
      const bool tell = kept->type == FrameType::tell;
      Served call{channel_, std::move(*kept)};
      if (tell) return told(call);
      call.answer(perform(call));
    });
  }

  static bool told_stopping(const Frame& frame) {
    return frame.payload.unpack().take<Method>() == Method::stopping;
  }

  void told(Served& call) {
    if (call.method() != Method::done) return;
    const auto token = call.in().take<uint64_t>();
    const auto status = call.in().take<int32_t>();
    if (call.in().ok()) host_.done(token, status);
  }

  Outcome perform(Served& call) {
    switch (call.method()) {
      case Method::create:
        return create(call.in());
      case Method::start:
        host_.set_stopping(false);
        return setup([this](tw_error* error) {
          return plugin_->start ? plugin_->start(self_, error) : TW_OK;
        });
      case Method::stop:
        return stop();
      case Method::destroy:
        return destroy();
      case Method::fire:
        return host_.fire(call.in().take<uint64_t>());
      case Method::written:
        return host_.listeners().written(call);
      default:
        if (call.target() & Objects::mark) return serve_object(call, objects_);
        return serve(call, {[this](const char* id) { return ext_of(*plugin_, id); }, self_},
                     objects_);
    }
  }

  template <class Call>
  Outcome setup(Call&& call) {
    tw_error error = empty_error();
    Outcome outcome;
    outcome.status = guarded(&error, outcome.threw, [&] { return call(&error); });
    outcome.message = outcome.status < 0 ? sentence_of(outcome.status, error) : error.message;
    return outcome;
  }

  Outcome create(Unpacker& in) {
    const std::string file{in.view()}, id{in.view()}, name{in.view()}, version{in.view()};
    const auto memory = in.take<int64_t>(), open_files = in.take<int64_t>();
    std::vector<std::string> exts(in.count(5));
    for (std::string& ext : exts) ext = in.view();
    options_ = std::make_unique<OptionsView>(unpack_config(in));
    if (!in.ok()) return {TW_E_INVALID, false, "the creation cannot be read", 0, {}};
    host_.introduce(name, version);
    if (const Done limited = set_limits(memory, open_files); !limited) return failed(limited);
    if (const Done loaded = load(file, id, exts); !loaded) return failed(loaded);
    Outcome created = setup([this](tw_error* error) {
      return plugin_->create(host_.table(), options_->config(), &self_, error);
    });
    const auto* query = static_cast<const tw_query*>(ext_of(*plugin_, TW_QUERY));
    if (TW_HAS(query, language)) created.bytes = query->language;
    created.value = static_cast<uint64_t>(no_filter_);  // the host tells of it
    return created;
  }

  static Outcome failed(const Done& done) {
    return {done.failure().status, false, done.failure().message, 0, {}};
  }

  // The host may hold the file that it looked at.
  static bool replaced(const std::string& file) {
    struct stat held {};
    struct stat named {};
    if (fstat(library_descriptor, &held) != 0) return false;
    return stat(file.c_str(), &named) != 0 || named.st_dev != held.st_dev ||
           named.st_ino != held.st_ino;
  }

  // What is not held may be another file than the host looked at.
  Done load(const std::string& file, const std::string& id, const std::vector<std::string>& exts) {
    const auto module =
        load_library(replaced(file) ? fmt::format("/proc/self/fd/{}", library_descriptor) : file);
    if (!module) return Failure{module.failure().status, file + ": " + module.failure().message};
    if (const auto tables = read_tables(*module); !tables) return tables.failure();
    for (const tw_plugin* const* at = (*module)->plugins; *at; ++at) {
      if (id == (*at)->id) plugin_ = *at;
    }
    if (!plugin_) return Failure{TW_E_NOT_FOUND, file + " has no " + id + " any more"};
    for (const std::string& ext : exts) {
      if (!ext_of(*plugin_, ext)) {
        return Failure{TW_E_UNSUPPORTED, id + " in " + file + " does not offer " + ext +
                                             " any more; reload the configuration"};
      }
    }
    return std::monostate{};
  }

  Outcome stop() {
    host_.set_stopping(true);
    Outcome outcome =
        setup([this](tw_error* error) { return plugin_->stop ? plugin_->stop(self_, error) : 0; });
    host_.close_watch();
    return outcome;
  }

  Outcome destroy() {
    objects_.clear();
    const Outcome outcome = setup([this](tw_error*) {
      plugin_->destroy(self_);
      return TW_OK;
    });
    destroyed_.store(true);
    return outcome;
  }

  Channel channel_;
  Workers workers_;
  ChildHost host_;
  std::unique_ptr<OptionsView> options_;
  Objects objects_;
  const tw_plugin* plugin_ = nullptr;
  tw_instance* self_ = nullptr;
  const int no_filter_;  // the error that kept it away, 0: none
  std::atomic<bool> destroyed_{false};
};

}  // namespace

void be_isolated(int socket, bool filtered) {
  leave_host();
  // While there is one thread: the others and what they start come after it.
  const int no_filter = filtered ? filter_system_calls() : 0;
  auto* child = new Child{socket, no_filter};  // its threads may still be at work when it ends
  const bool orderly = child->run();
  if (orderly) std::fflush(nullptr);
  _exit(orderly ? 0 : 1);
}

}  // namespace tickwork::host
