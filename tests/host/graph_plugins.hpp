// SPDX-License-Identifier: MIT
// Small plugins in this process for the graph's tests, and the room that they share with a test.
#pragma once

#include <tickwork/tickwork.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host::test {

// What the plugins of one test do and saw. The test owns it; plugins find it while it lives.
class Room {
 public:
  Room();
  ~Room();
  static Room& here();

  void note(const std::string& event);
  std::vector<std::string> events();
  bool happened(const std::string& event);

  // Points as "name,tag=value field=1 time", as outputs.box received them.
  std::vector<std::string> received(const std::string& output);
  void receive(const std::string& output, const tw_batch& batch);

  // Waits until the condition holds, for so long that only a broken host misses it.
  bool wait(const std::function<bool()>& condition);

  std::function<tw_status(const tw_sink*, tw_error*)> gather;        // inputs.beat
  std::function<tw_status(const tw_batch*, tw_error*)> write;        // outputs.box; before it keeps
  std::function<void(const tw_host*)> on_create, on_start, on_stop;  // every plugin
  std::map<std::string, const tw_host*> hosts;                       // by instance name
  const tw_host* host(const std::string& name);

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
  std::map<std::string, std::vector<std::string>> received_;
};

// inputs.beat, outputs.box, processors.mark (adds tag mark=yes; drops points named "drop"),
// aggregators.sum (field "n" of all points), services.bell and services.gong (tw.handler/1).
const tw_module& graph_module();

// A configuration of instances; every file line is one table.
InstanceConfig instance(const std::string& plugin, const std::string& alias = {});
Configuration configuration(std::vector<InstanceConfig> instances);

std::string text_of(const tw_point& point);

// A point with one float field, for sinks.
struct OnePoint {
  explicit OnePoint(std::string name, double value = 1, int64_t time_ns = 1'000'000'000,
                    uint64_t token = 0);
  tw_point point() const;

  std::string name;
  tw_field field;
  int64_t time_ns;
  uint64_t token;
};

Deadlines short_deadlines();

}  // namespace tickwork::host::test
