// SPDX-License-Identifier: MIT
// --once and --test: every input gathers once, at the same time; what came of it is put out.
#include <atomic>
#include <thread>
#include <vector>

#include "graph/aggregator.hpp"
#include "graph/instance.hpp"
#include "graph/output.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host {

namespace {

// An input that reports differences has nothing to tell at its first gather.
constexpr auto second_gather = std::chrono::milliseconds{500};
constexpr int64_t drain_ns = 60'000'000'000;

bool gather_once(Input& input) {
  uint64_t added = 0;
  Done done = input.gather(&added);
  if (done && added == 0) {
    std::this_thread::sleep_for(second_gather);
    done = input.gather();
  }
  if (!done) {
    input.instance()->log(TW_LOG_ERROR, "Error in plugin: " + done.failure().message);
  }
  return static_cast<bool>(done);
}

}  // namespace

uint64_t RunningGraph::gather_all() {
  std::atomic<uint64_t> errors{0};
  std::vector<std::thread> threads;
  for (const auto& input : wiring_.inputs) {
    if (!input->gathers() || !input->instance()->started()) continue;
    threads.emplace_back([&errors, input] { errors += !gather_once(*input); });
  }
  for (std::thread& thread : threads) thread.join();
  return errors;
}

Done RunningGraph::run_once() {
  for (const auto& aggregator : wiring_.stages->aggregators) aggregator->begin();
  const uint64_t errors = gather_all();
  for (const auto& aggregator : wiring_.stages->aggregators) {
    aggregator->end();
    aggregator->push();
  }
  drain(wiring_.stages->outputs, monotonic_now() + drain_ns);
  size_t unsent = 0;
  for (const auto& output : wiring_.stages->outputs) unsent += output->edge()->size();
  if (errors > 0) {
    return Failure{TW_E_IO, "input plugins recorded " + std::to_string(errors) + " errors"};
  }
  if (unsent > 0) {
    return Failure{TW_E_IO, "output plugins unable to send " + std::to_string(unsent) + " metrics"};
  }
  return std::monostate{};
}

}  // namespace tickwork::host
