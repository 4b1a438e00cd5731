// SPDX-License-Identifier: MIT
// A plugin instance in a fake host, with options made up from its table: what the lifecycle and
// kind tests work with.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <tickwork/testing.hpp>
#include <tickwork/testing/http.hpp>

#include "check/test.hpp"

namespace tickwork::host::check {

// A TOML literal for an option: its default, moved away from real ports and system folders, or
// something of its type where there is none but one is required. Empty: leave it out.
std::string plausible_value(const tw_option& option);
// "key = value" lines for all options; replaced_key gets replaced_value instead.
std::string plausible_options(const tw_plugin& plugin, std::string_view replaced_key = {},
                              std::string_view replaced_value = {});

// Stands for every serializer that a plugin makes: line protocol, and it counts.
struct CountingFormat {
  std::atomic<size_t> points{0}, bad{0};
  void provide(testing::Host& host);
};

class Rig {
 public:
  // bare: a host without any service.
  Rig(Case& c, const tw_plugin& plugin, bool bare = false);
  Rig(Case& c, const tw_plugin& plugin, const std::string& options, bool bare);
  ~Rig();

  // create and start. False: one of them failed, which was noted as the reason for not going on
  // (a missing server is no mistake of the plugin), or an error when it threw or said nothing.
  bool create();
  bool start();
  bool ready() { return create() && start(); }
  bool stop();

  testing::Host host;
  testing::HttpServer http;
  CountingFormat format;
  testing::Instance& instance() { return *instance_; }
  bool created() const { return instance_ && *instance_; }
  std::string id() const { return plugin_.id; }

  // Looks at the last call: an exception is an error, a failure without a sentence a warning.
  // False if it failed.
  bool fine(const char* call);
  // Calls on the fake host that break the rules become errors; they are listed once.
  void report_complaints();

 private:
  Case& case_;
  const tw_plugin& plugin_;
  std::string options_;
  std::unique_ptr<testing::Instance> instance_;
  size_t complaints_ = 0;
};

// Runs test with a started rig for each plugin that has ext.
template <class F>
void for_each_ready(Case& c, const char* ext, const char* kind, F&& test) {
  for (const tw_plugin* p : c.plugins_with(ext, kind)) {
    Rig rig{c, *p};
    if (!rig.ready()) continue;
    test(rig);
    rig.stop();
    rig.report_complaints();
  }
}

}  // namespace tickwork::host::check
