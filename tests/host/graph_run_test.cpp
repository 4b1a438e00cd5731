// SPDX-License-Identifier: MIT
// Whole graphs of small plugins in this process.
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include <gtest/gtest.h>
#include <tickwork/draft/changes.h>
#include <tickwork/draft/libraries.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "graph/input.hpp"
#include "graph/instance.hpp"
#include "graph_plugins.hpp"

namespace tickwork::host::test {
namespace {

using namespace std::chrono_literals;

class GraphTest : public testing::Test {
 protected:
  std::unique_ptr<RunningGraph> make(const Configuration& wanted, RunMode mode = {}) {
    auto made = RunningGraph::make(wanted, catalogue, log, mode, short_deadlines());
    if (!made) {
      problem = made.failure().message;
      return nullptr;
    }
    return std::move(*made);
  }

  // Beats n points with the name.
  void beat(const std::string& name, size_t n) {
    room.gather = [name, n](const tw_sink* sink, tw_error*) {
      for (size_t i = 0; i < n; ++i) {
        const OnePoint one{name};
        const tw_point point = one.point();
        sink->add(sink, &point, 1);
      }
      return tw_status{TW_OK};
    };
  }

  size_t index(const std::string& event) {
    const auto events = room.events();
    return static_cast<size_t>(std::find(events.begin(), events.end(), event) - events.begin());
  }

  tw_status emit(const std::string& from, const OnePoint& one) {
    const tw_host* host = room.host(from);
    const tw_point point = one.point();
    return static_cast<const tw_emit*>(host->ext(host, TW_EMIT))->emit(host, &point, 1);
  }

  Room room;
  Log log{{"/dev/null", TW_LOG_DEBUG, false}};
  Catalogue catalogue = Catalogue::of({&graph_module()});
  std::string problem;
};

TEST_F(GraphTest, EveryInputFeedsEveryOutput) {
  beat("m", 2);
  auto graph = make(configuration(
      {instance("inputs.beat"), instance("outputs.box", "a"), instance("outputs.box", "b")}));
  ASSERT_TRUE(graph) << problem;
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box::a").size() >= 2; }));
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box::b").size() >= 2; }));
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_EQ(room.received("outputs.box::a").front(), "m v=1");
}

TEST_F(GraphTest, InputsStartLastAndStopFirst) {
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph) << problem;
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_LT(index("start outputs.box"), index("start inputs.beat"));
  EXPECT_LT(index("stop inputs.beat"), index("stop outputs.box"));
  EXPECT_TRUE(room.happened("destroy inputs.beat"));
  EXPECT_TRUE(room.happened("destroy outputs.box"));
}

TEST_F(GraphTest, AFailedCreateEndsWhatWasMade) {
  room.on_create = [](const tw_host* host) {
    if (std::string{host->name} == "inputs.beat") throw std::runtime_error{"colour must be blue"};
  };
  EXPECT_FALSE(make(configuration({instance("inputs.beat"), instance("outputs.box")})));
  EXPECT_NE(problem.find("inputs.beat: "), std::string::npos) << problem;
  EXPECT_NE(problem.find("colour must be blue"), std::string::npos) << problem;
  EXPECT_TRUE(room.happened("destroy outputs.box"));
  EXPECT_FALSE(room.happened("destroy inputs.beat"));
}

TEST_F(GraphTest, OnceGathersAndWritesEverything) {
  beat("m", 2500);
  auto graph =
      make(configuration({instance("inputs.beat"), instance("outputs.box")}), {true, false});
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(graph->run_once());
  EXPECT_EQ(room.received("outputs.box").size(), 2500u);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, OnceTellsOfFailedGathersAndUnsentPoints) {
  room.gather = [](const tw_sink*, tw_error*) { return tw_status{TW_E_IO}; };
  auto failing =
      make(configuration({instance("inputs.beat"), instance("outputs.box")}), {true, false});
  ASSERT_TRUE(failing->start());
  EXPECT_EQ(failing->run_once().failure().message, "input plugins recorded 1 errors");
  EXPECT_TRUE(failing->stop(5s));

  beat("m", 3);
  room.write = [](const tw_batch*, tw_error*) { return tw_status{TW_E_IO}; };
  auto unsent =
      make(configuration({instance("inputs.beat"), instance("outputs.box")}), {true, false});
  ASSERT_TRUE(unsent->start());
  EXPECT_EQ(unsent->run_once().failure().message, "output plugins unable to send 3 metrics");
  EXPECT_TRUE(unsent->stop(5s));
}

TEST_F(GraphTest, AFailedBatchIsWrittenAgainInOrder) {
  std::atomic<int> failures{3};
  room.write = [&](const tw_batch*, tw_error*) {
    return tw_status{failures-- > 0 ? TW_E_IO : TW_OK};
  };
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  EXPECT_EQ(emit("inputs.beat", OnePoint{"first"}), TW_OK);
  EXPECT_EQ(emit("inputs.beat", OnePoint{"second"}), TW_OK);
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 2; }));
  EXPECT_EQ(room.received("outputs.box"), (std::vector<std::string>{"first v=1", "second v=1"}));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, ProcessorsMarkAndDropWhatTheirFilterSelects) {
  auto processor = instance("processors.mark");
  processor.host.filters.namepass = {"m*", "drop"};
  auto graph = make(configuration({instance("inputs.beat"), processor, instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  for (const char* name : {"m1", "drop", "other"}) emit("inputs.beat", OnePoint{name});
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 2; }));
  EXPECT_EQ(room.received("outputs.box"),
            (std::vector<std::string>{"m1,mark=yes v=1", "other v=1"}));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AnAggregatorSumsItsWindowAndProcessorsSeeTheAggregate) {
  auto aggregator = instance("aggregators.sum");
  aggregator.host.period_ns = 3'600'000'000'000;
  aggregator.host.drop_original = true;
  auto graph = make(configuration(
      {instance("inputs.beat"), instance("processors.mark"), aggregator, instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  const int64_t now = wall_now();
  emit("inputs.beat", OnePoint{"m", 2, now});
  emit("inputs.beat", OnePoint{"m", 3, now});
  emit("inputs.beat", OnePoint{"m", 100, 1});  // long before the window
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_EQ(room.received("outputs.box"), std::vector<std::string>{"sum,mark=yes v=5"});
}

TEST_F(GraphTest, ATickDuringAGatherIsSkippedAndCounted) {
  std::atomic<bool> go{false};
  room.gather = [&](const tw_sink*, tw_error*) {
    room.note("gather");
    room.wait([&] { return go.load(); });
    return tw_status{TW_OK};
  };
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  Instance& input = Instance::of(room.host("inputs.beat"));
  EXPECT_TRUE(room.wait([&] { return Meters::get(input.meters().late) >= 2; }));
  const auto events = room.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "gather"), 1);
  go = true;
  EXPECT_TRUE(graph->stop(5s));
}

// Nor when a tick was due at its end: whoever waits for the last gather must not miss one.
TEST_F(GraphTest, AnEndedInputBeginsNoGather) {
  std::atomic<int> gathers{0};
  room.gather = [&](const tw_sink*, tw_error*) {
    ++gathers;
    return tw_status{TW_OK};
  };
  auto wanted = configuration({instance("inputs.beat"), instance("outputs.box")});
  wanted.agent.interval_ns = 1'000'000;
  auto graph = make(wanted, {true, false});  // whose own input gathers when it is told to
  ASSERT_TRUE(graph->start());
  const auto input =
      std::make_shared<Input>(Instance::of(room.host("inputs.beat")).shared_from_this());
  for (int i = 0; i < 200; ++i) {
    input->begin();
    const int64_t next = (wall_now() / 1'000'000 + 2) * 1'000'000;  // a tick's time
    while (wall_now() < next + i % 100 * 1'000) std::this_thread::yield();
    input->end();
    ASSERT_TRUE(room.wait([&] { return !input->running(); }));
    const int seen = gathers;
    std::this_thread::sleep_for(1ms);
    ASSERT_EQ(gathers, seen) << "the " << i << "th time";
  }
  EXPECT_GT(gathers, 0);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AThrowingInputIsNamedAndRestarted) {
  std::atomic<bool> thrown{false};
  room.gather = [&](const tw_sink*, tw_error*) -> tw_status {
    if (!thrown.exchange(true)) throw std::runtime_error{"boom"};
    room.note("gathered again");
    return TW_OK;
  };
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(room.wait([&] { return room.happened("gathered again"); }));
  EXPECT_EQ(Instance::of(room.host("inputs.beat")).meters().error(),
            "threw std::runtime_error: boom");
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AnInstanceThatDoesNotStopIsAbandonedAndTheRestIsWritten) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler abandoned_on_purpose;
#endif
  std::promise<void> released;
  room.on_stop = [&](const tw_host* host) {
    if (std::string_view{host->name} == "inputs.beat") released.get_future().wait();
  };
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  emit("inputs.beat", OnePoint{"m"});
  EXPECT_FALSE(graph->stop(5s));
  EXPECT_EQ(room.received("outputs.box").size(), 1u);
  EXPECT_EQ(Instance::of(room.host("inputs.beat")).state(), uint32_t{TW_STUCK});
  EXPECT_FALSE(room.happened("destroy inputs.beat"));
  released.set_value();  // the abandoned thread must not outlive the room
  EXPECT_TRUE(room.wait([&] { return room.happened("stopped inputs.beat"); }));
}

TEST_F(GraphTest, ABlockingEdgeSaysAgain) {
  std::atomic<bool> closed{true};
  room.write = [&](const tw_batch*, tw_error*) { return tw_status{closed ? TW_AGAIN : TW_OK}; };
  auto output = instance("outputs.box");
  output.host.metric_buffer_limit = 2;
  output.host.overflow = "block";
  auto graph = make(configuration({instance("inputs.beat"), output}));
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(room.wait([&] { return emit("inputs.beat", OnePoint{"m"}) == TW_AGAIN; }));
  closed = false;
  EXPECT_TRUE(room.wait([&] { return emit("inputs.beat", OnePoint{"last"}) == TW_OK; }));
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_EQ(room.received("outputs.box").back(), "last v=1");
}

TEST_F(GraphTest, DeliveryIsToldOnceWhenTheLastCopyEnded) {
  static std::atomic<int> told;
  static std::atomic<tw_status> how;
  told = 0;
  room.on_create = [](const tw_host* host) {
    if (std::string_view{host->name} != "inputs.beat") return;
    static_cast<const tw_delivery*>(host->ext(host, TW_DELIVERY))
        ->watch(host, nullptr, [](void*, uint64_t token, tw_status status) {
          told += token == 42 ? 1 : 1000;
          how = status;
        });
  };
  auto graph = make(configuration({instance("inputs.beat"), instance("processors.mark"),
                                   instance("outputs.box", "a"), instance("outputs.box", "b")}));
  ASSERT_TRUE(graph->start());
  emit("inputs.beat", OnePoint{"m", 1, 1, 42});
  EXPECT_TRUE(room.wait([&] { return told > 0; }));
  EXPECT_EQ(how, TW_OK);
  EXPECT_EQ(room.received("outputs.box::a").size(), 1u);
  EXPECT_EQ(room.received("outputs.box::b").size(), 1u);
  emit("inputs.beat", OnePoint{"drop", 1, 1, 42});  // a processor's drop counts as delivered
  EXPECT_EQ(told, 2);
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_EQ(told, 2);
}

tw_status ring(const tw_ref& ref, tw_str message, tw_error* error) {
  tw_event event{};
  event.size = sizeof event;
  event.message = message;
  return static_cast<const tw_handler*>(ref.vtable)->handle(ref.self, &event, error);
}

tw_status find(const tw_host* host, tw_str name, tw_ref* ref, tw_error* error) {
  error->size = sizeof *error;
  error->message[0] = '\0';
  return static_cast<const tw_services*>(host->ext(host, TW_SERVICES))
      ->find(host, TW_HANDLER, name, ref, error);
}

TEST_F(GraphTest, AFoundInstanceStartsFirstAndIsCalledThroughAProxy) {
  static tw_ref bell;
  static std::atomic<tw_status> found;
  room.on_create = [](const tw_host* host) {
    tw_error error;
    if (std::string_view{host->name} == "services.gong")
      found = find(host, TW_STR("services.bell"), &bell, &error);
  };
  auto graph = make(configuration({instance("services.gong"), instance("services.bell")}));
  ASSERT_TRUE(graph) << problem;
  EXPECT_EQ(found, TW_OK);
  tw_error error = empty_error();
  EXPECT_EQ(ring(bell, {}, &error), TW_E_NOT_FOUND);  // not started yet
  ASSERT_TRUE(graph->start());
  EXPECT_LT(index("start services.bell"), index("start services.gong"));
  EXPECT_EQ(ring(bell, {}, &error), TW_OK);
  EXPECT_TRUE(room.happened("rang services.bell"));
  EXPECT_EQ(ring(bell, TW_STR("fail"), &error), TW_E_IO);
  EXPECT_STREQ(error.message, "no bell");
  EXPECT_EQ(ring(bell, TW_STR("throw"), &error), TW_E_INTERNAL);
  EXPECT_STREQ(error.message, "threw std::runtime_error: boom");
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_LT(index("stop services.gong"), index("stop services.bell"));
}

TEST_F(GraphTest, FindRefusesCyclesAndTellsWhatThereIs) {
  auto graph = make(configuration({instance("services.gong"), instance("services.bell")}));
  ASSERT_TRUE(graph->start());
  tw_ref ref{};
  tw_error error;
  EXPECT_EQ(find(room.host("services.gong"), {}, &ref, &error), TW_OK);
  EXPECT_EQ(find(room.host("services.bell"), {}, &ref, &error), TW_E_INVALID);
  EXPECT_STREQ(error.message, "services.bell and services.gong wait for each other");
  EXPECT_EQ(find(room.host("services.gong"), TW_STR("horn"), &ref, &error), TW_E_NOT_FOUND);
  EXPECT_STREQ(error.message,
               "no instance offers tw.handler/1 named \"horn\"; there is services.bell");
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AMadeInstanceLivesUntilItIsDroppedOrItsMakerEnds) {
  auto graph = make(configuration({instance("inputs.beat")}));
  ASSERT_TRUE(graph->start());
  const tw_host* host = room.host("inputs.beat");
  const auto* instances = static_cast<const tw_instances*>(host->ext(host, TW_INSTANCES));
  tw_ref first{}, second{};
  tw_error error = empty_error();
  tw_making making{sizeof making, 0, TW_STR("services.bell"), TW_STR("one"), nullptr, 0,
                   TW_HANDLER};
  ASSERT_EQ(instances->make(host, &making, &first, &error), TW_OK) << error.message;
  making.name = TW_STR("two");
  ASSERT_EQ(instances->make(host, &making, &second, &error), TW_OK) << error.message;
  EXPECT_EQ(ring(first, {}, &error), TW_OK);
  instances->drop(host, &first);
  EXPECT_TRUE(room.happened("destroy one"));
  EXPECT_FALSE(room.happened("destroy two"));
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_LT(index("destroy inputs.beat"), index("destroy two"));
}

TEST_F(GraphTest, TimersFireInTurnAndEndWithCancel) {
  auto graph = make(configuration({instance("services.bell")}));
  ASSERT_TRUE(graph->start());
  const tw_host* host = room.host("services.bell");
  const auto* timer = static_cast<const tw_timer*>(host->ext(host, TW_TIMER));
  std::atomic<int> fired{0};
  uint64_t id = 0;
  timer->set(
      host, 0, 1'000'000, &fired, [](void* self) { ++*static_cast<std::atomic<int>*>(self); }, &id);
  EXPECT_TRUE(room.wait([&] { return fired >= 3; }));
  timer->cancel(host, id);
  // Two later timers, each in the instance's turn: between them nothing fired.
  std::atomic<int> barrier{0};
  const auto count = [](void* self) { ++*static_cast<std::atomic<int>*>(self); };
  timer->set(host, 0, 0, &barrier, count, nullptr);
  EXPECT_TRUE(room.wait([&] { return barrier == 1; }));
  const int last = fired;
  timer->set(host, 20'000'000, 0, &barrier, count, nullptr);
  EXPECT_TRUE(room.wait([&] { return barrier == 2; }));
  EXPECT_EQ(fired, last);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AFailingStartFollowsItsConfiguration) {
  static std::atomic<int> failures;
  failures = 1;
  room.on_start = [](const tw_host* host) {
    if (std::string_view{host->name} == "outputs.box" && failures-- > 0) {
      throw std::runtime_error{"refused"};
    }
  };
  auto output = instance("outputs.box");
  output.host.startup_error_behavior = "retry";
  auto graph = make(configuration({instance("inputs.beat"), output}));
  ASSERT_TRUE(graph->start());
  emit("inputs.beat", OnePoint{"kept"});
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  EXPECT_TRUE(graph->stop(5s));

  failures = 2;
  auto strict = make(configuration({instance("outputs.box")}));
  const Done started = strict->start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.failure().message.find("threw std::runtime_error: refused"), std::string::npos);
  EXPECT_TRUE(strict->stop(5s));
}

TEST_F(GraphTest, AReloadReplacesOnlyWhatChangedAndKeepsWaitingPoints) {
  std::atomic<bool> closed{true};
  room.write = [&](const tw_batch*, tw_error*) { return tw_status{closed ? TW_E_IO : TW_OK}; };
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  emit("inputs.beat", OnePoint{"waits"});
  auto changed = instance("outputs.box");
  changed.raw = {{"knob", Value{std::string{"other"}, {}}}};
  ASSERT_TRUE(graph->reload(configuration({instance("inputs.beat"), changed})));
  closed = false;
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  const auto events = room.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "create outputs.box"), 2);
  EXPECT_EQ(std::count(events.begin(), events.end(), "destroy outputs.box"), 1);
  EXPECT_EQ(std::count(events.begin(), events.end(), "create inputs.beat"), 1);
  EXPECT_FALSE(room.happened("stop inputs.beat"));
  EXPECT_EQ(emit("inputs.beat", OnePoint{"flows"}), TW_OK);
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 2; }));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AReloadAddsAndRemoves) {
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box", "a")}));
  ASSERT_TRUE(graph->start());
  ASSERT_TRUE(
      graph->reload(configuration({instance("inputs.beat"), instance("outputs.box", "b")})));
  EXPECT_TRUE(room.happened("destroy outputs.box::a"));
  emit("inputs.beat", OnePoint{"m"});
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box::b").size() == 1; }));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AReloadWritesWhatARemovedOutputStillHas) {
  auto before = configuration({instance("inputs.beat"), instance("outputs.box", "a")});
  auto after = configuration({instance("inputs.beat"), instance("outputs.box", "b")});
  before.agent.flush_interval_ns = after.agent.flush_interval_ns = 3'600'000'000'000;
  auto graph = make(before);
  ASSERT_TRUE(graph->start());
  ASSERT_EQ(emit("inputs.beat", OnePoint{"m"}), TW_OK);
  ASSERT_TRUE(graph->reload(after));
  EXPECT_EQ(room.received("outputs.box::a").size(), 1u);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AReloadSwapsAProcessorBetweenTwoBatches) {
  auto output = instance("outputs.box");
  output.host.metric_buffer_limit = 1'000'000;
  const auto with = [&](const std::string& knob) {
    auto processor = instance("processors.mark");
    processor.raw = {{"knob", Value{knob, {}}}};
    return configuration({instance("inputs.beat"), processor, output});
  };
  auto graph = make(with(""));
  ASSERT_TRUE(graph->start());
  std::atomic<bool> done{false};
  std::atomic<size_t> sent{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&] {
      while (!done) sent += emit("inputs.beat", OnePoint{"m"}) == TW_OK;
    });
  }
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(graph->reload(with(std::to_string(i))));
  done = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(graph->stop(5s));
  const auto received = room.received("outputs.box");
  EXPECT_EQ(received.size(), sent.load());
  EXPECT_TRUE(std::all_of(received.begin(), received.end(), [](const std::string& point) {
    return point.find("mark=yes") != std::string::npos;
  }));
  const auto events = room.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "destroy processors.mark"), 31);
}

TEST_F(GraphTest, AReloadReplacesAProcessorWhileABatchWaitsForRoom) {
  std::atomic<bool> closed{true};
  std::atomic<int> left{20};
  room.write = [&](const tw_batch*, tw_error*) { return tw_status{closed ? TW_E_IO : TW_OK}; };
  room.gather = [&](const tw_sink* sink, tw_error*) {
    const OnePoint one{"m"};
    const tw_point point = one.point();
    return left-- > 0 ? sink->add(sink, &point, 1) : tw_status{TW_OK};
  };
  auto input = instance("inputs.beat");
  input.host.interval_ns = 1'000'000;
  auto output = instance("outputs.box");
  output.host.metric_buffer_limit = 10;
  output.host.overflow = "block";
  const auto with = [&](const std::string& knob) {
    auto processor = instance("processors.mark");
    processor.raw = {{"knob", Value{knob, {}}}};
    return configuration({input, processor, output});
  };
  auto graph = make(with(""));
  ASSERT_TRUE(graph->start());
  EXPECT_TRUE(room.wait([&] { return left <= 9; }));
  EXPECT_TRUE(graph->reload(with("other")));
  closed = false;
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 20; }));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AProcessorThatDoesNotStartLeavesTheOldOneRunning) {
  const auto with = [&](const std::string& knob) {
    auto processor = instance("processors.mark");
    processor.raw = {{"knob", Value{knob, {}}}};
    return configuration({instance("inputs.beat"), processor, instance("outputs.box")});
  };
  auto graph = make(with(""));
  ASSERT_TRUE(graph->start());
  room.on_start = [](const tw_host*) { throw std::runtime_error{"no"}; };
  const Done reloaded = graph->reload(with("other"));
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.failure().message.find("processors.mark: "), std::string::npos);
  EXPECT_NE(reloaded.failure().message.find("; nothing was changed"), std::string::npos);
  emit("inputs.beat", OnePoint{"m"});
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  EXPECT_NE(room.received("outputs.box")[0].find("mark=yes"), std::string::npos);
  EXPECT_TRUE(graph->stop(5s));
}

// What a test of a reload that cannot start something needs: a configuration whose instance of that
// name differs by its knob.
Configuration with_knob(const std::string& name, const std::string& knob) {
  auto made = configuration({instance("services.bell"), instance("inputs.beat"),
                             instance("processors.mark"), instance("outputs.box")});
  for (InstanceConfig& each : made.instances) {
    if (each.name == name) each.raw = {{"knob", Value{knob, {}}}};
  }
  return made;
}

uint32_t state_of(const Graph& graph, std::string_view name) {
  uint32_t state = 0;
  graph.visit([&](const tw_instance_info& info) {
    if (view(info.name) == name) state = info.state;
  });
  return state;
}

TEST_F(GraphTest, WhatDoesNotStartLeavesTheOldOneRunning) {
  std::atomic<int> gathered{0};
  room.gather = [&](const tw_sink*, tw_error*) {
    ++gathered;
    return tw_status{TW_OK};
  };
  for (const std::string name : {"services.bell", "inputs.beat", "outputs.box"}) {
    for (const bool emits : {false, true}) {
      SCOPED_TRACE(name + (emits ? " emits" : ""));
      room.on_start = nullptr;
      auto graph = make(with_knob(name, ""));
      ASSERT_TRUE(graph->start());
      if (emits) {
        ASSERT_EQ(emit("inputs.beat", OnePoint{"before"}), TW_OK);
      }
      // The first start is the new one's; side by side fails, then in turn; the old one may.
      std::atomic<int> starts{0};
      const tw_host* old = room.host(name);
      room.on_start = [&](const tw_host* host) {
        if (host == old) return;
        ++starts;
        throw std::runtime_error{"no"};
      };
      const Done reloaded = graph->reload(with_knob(name, "other"));
      ASSERT_FALSE(reloaded);
      EXPECT_NE(reloaded.failure().message.find(name + ": "), std::string::npos);
      EXPECT_NE(reloaded.failure().message.find("no"), std::string::npos);
      EXPECT_GE(starts, 1);
      room.hosts[name] = old;
      EXPECT_EQ(state_of(*graph, name), uint32_t{TW_STARTED});
      const int before = gathered;
      EXPECT_TRUE(room.wait([&] { return gathered > before; }));
      const size_t received = room.received("outputs.box").size();
      ASSERT_EQ(emit("inputs.beat", OnePoint{"after"}), TW_OK);
      EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() > received; }));
      // And what was wrong can be put right.
      room.on_start = nullptr;
      EXPECT_TRUE(graph->reload(with_knob(name, "third")));
      ASSERT_EQ(emit("inputs.beat", OnePoint{"right"}), TW_OK);
      EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() > received + 1; }));
      EXPECT_TRUE(graph->stop(5s));
    }
  }
}

// The old one had to stop, and its server is away by now.
TEST_F(GraphTest, WhatCannotBeBroughtBackIsTriedAgain) {
  auto graph = make(with_knob("outputs.box", ""));
  ASSERT_TRUE(graph->start());
  std::atomic<int> failures{3};  // of the new one, twice, and of the old one
  room.on_start = [&](const tw_host*) {
    if (failures-- > 0) throw std::runtime_error{"no"};
  };
  ASSERT_FALSE(graph->reload(with_knob("outputs.box", "other")));
  EXPECT_TRUE(room.wait([&] { return state_of(*graph, "outputs.box") == TW_STARTED; }));
  ASSERT_EQ(emit("inputs.beat", OnePoint{"kept"}), TW_OK);
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AnOutputThatStartsTakesOverBeforeTheOldOneEnds) {
  auto graph = make(with_knob("outputs.box", ""));
  ASSERT_TRUE(graph->start());
  ASSERT_TRUE(graph->reload(with_knob("outputs.box", "other")));
  const auto events = room.events();
  const auto last = [&](const std::string& event) {
    return std::find(events.rbegin(), events.rend(), event).base() - events.begin();
  };
  EXPECT_LT(last("start outputs.box"), last("stop outputs.box"));
  EXPECT_LT(last("stop outputs.box"), last("destroy outputs.box"));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AnEmittingInputStopsBeforeItsSuccessorStarts) {
  auto graph = make(with_knob("inputs.beat", ""));
  ASSERT_TRUE(graph->start());
  ASSERT_EQ(emit("inputs.beat", OnePoint{"m"}), TW_OK);
  ASSERT_TRUE(graph->reload(with_knob("inputs.beat", "other")));
  const auto events = room.events();
  const auto last = [&](const std::string& event) {
    return std::find(events.rbegin(), events.rend(), event).base() - events.begin();
  };
  EXPECT_LT(last("stopped inputs.beat"), last("start inputs.beat"));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, WhatASwappedProcessorEmitsInItsStartIsKept) {
  auto graph = make(with_knob("processors.mark", ""));
  ASSERT_TRUE(graph->start());
  tw_status emitted = TW_E_INTERNAL;
  room.on_start = [&](const tw_host* host) {
    OnePoint early{"early"};
    const tw_point point = early.point();
    const auto* service = static_cast<const tw_emit*>(host->ext(host, TW_EMIT));
    emitted = service->emit(host, &point, 1);
  };
  ASSERT_TRUE(graph->reload(with_knob("processors.mark", "other")));
  EXPECT_EQ(emitted, TW_OK);
  EXPECT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, AProxySurvivesTheReloadOfItsCallee) {
  auto graph = make(configuration({instance("services.gong"), instance("services.bell")}));
  ASSERT_TRUE(graph->start());
  tw_ref bell{};
  tw_error error;
  ASSERT_EQ(find(room.host("services.gong"), {}, &bell, &error), TW_OK);
  auto changed = instance("services.bell");
  changed.raw = {{"knob", Value{std::string{"other"}, {}}}};
  ASSERT_TRUE(graph->reload(configuration({instance("services.gong"), changed})));
  EXPECT_EQ(ring(bell, {}, &error), TW_OK);
  ASSERT_TRUE(graph->reload(configuration({instance("services.gong")})));
  EXPECT_EQ(ring(bell, {}, &error), TW_E_NOT_FOUND);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, ManyWritersLoseNothing) {
  auto output = instance("outputs.box");
  output.host.metric_buffer_limit = 1'000'000;
  auto graph = make(configuration({instance("inputs.beat"), instance("processors.mark"), output}));
  ASSERT_TRUE(graph->start());
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) emit("inputs.beat", OnePoint{"m"});
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(graph->stop(5s));
  EXPECT_EQ(room.received("outputs.box").size(), 2000u);
}

TEST_F(GraphTest, InspectShowsCounters) {
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  emit("inputs.beat", OnePoint{"m"});
  ASSERT_TRUE(room.wait([&] { return room.received("outputs.box").size() == 1; }));
  const tw_host* host = room.host("inputs.beat");
  std::map<std::string, tw_instance_info> seen;
  static_cast<const tw_inspect*>(host->ext(host, TW_INSPECT))
      ->instances(host, &seen, [](void* self, const tw_instance_info* info) {
        (*static_cast<std::map<std::string, tw_instance_info>*>(
            self))[std::string{view(info->name)}] = *info;
      });
  EXPECT_EQ(seen.at("inputs.beat").points_out, 1u);
  EXPECT_EQ(seen.at("outputs.box").points_in, 1u);
  EXPECT_EQ(seen.at("outputs.box").state, uint32_t{TW_STARTED});
  EXPECT_EQ(seen.at("outputs.box").queue_limit, 10000u);
  EXPECT_TRUE(graph->stop(5s));
}

TEST_F(GraphTest, TellsPluginsWhatWasChangedWhileItRuns) {
  auto graph = make(configuration({instance("inputs.beat"), instance("outputs.box")}));
  ASSERT_TRUE(graph->start());
  const tw_host* host = room.host("inputs.beat");
  const auto* changes = static_cast<const tw_changes*>(host->ext(host, TW_CHANGES));
  ASSERT_TRUE(changes);
  const auto told = [&] {
    std::string text;
    changes->changes(host, &text, [](void* self, const tw_change_info* info) {
      auto& all = *static_cast<std::string*>(self);
      all += std::to_string(info->change) + " " + std::string{view(info->instance)} + " " +
             std::string{view(info->detail)} + ";";
    });
    return text;
  };
  EXPECT_EQ(told(), "");
  graph->tell_changes({{TW_CHANGE_SET, "outputs.box", "count, path"}});
  EXPECT_EQ(told(), "2 outputs.box count, path;");
  graph->tell_changes({});
  EXPECT_EQ(told(), "");

  // Plugins of this process are in no library.
  const auto* libraries = static_cast<const tw_libraries*>(host->ext(host, TW_LIBRARIES));
  ASSERT_TRUE(libraries);
  size_t count = 0;
  libraries->libraries(host, &count,
                       [](void* self, const tw_library_info*) { ++*static_cast<size_t*>(self); });
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(graph->configuration_of("outputs.box")->plugin, "outputs.box");
  EXPECT_FALSE(graph->configuration_of("outputs.bax"));
  EXPECT_TRUE(graph->stop(5s));
}

}  // namespace
}  // namespace tickwork::host::test
