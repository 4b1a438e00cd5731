// SPDX-License-Identifier: MIT
// Graphs with instances in processes of their own: the real program runs the library isolated.so.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include "config/check.hpp"
#include "graph/instance.hpp"
#include "graph/running_graph.hpp"

namespace tickwork::host {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// LeakSanitizer traces the threads of its own process, so that its builds permit it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool traces_itself = true;
#elif defined(__has_feature)
constexpr bool traces_itself = __has_feature(address_sanitizer);
#else
constexpr bool traces_itself = false;
#endif

class IsolateTest : public testing::Test {
 protected:
  IsolateTest() : folder{(fs::temp_directory_path() / "tickwork-isolate-XXXXXX").string()} {
    if (!mkdtemp(folder.data())) ADD_FAILURE() << "cannot make " << folder;
    use(TICKWORK_PROGRAM);
    log.configure({file("log"), TW_LOG_DEBUG, false});
  }
  ~IsolateTest() override {
    graph.reset();
    fs::remove_all(folder);
  }

  // The program that becomes the processes of isolated instances.
  void use(const std::string& program) {
    catalogue = Catalogue::scan({SAMPLES "/isolated.so", SAMPLES "/tries.so"}, "", program);
  }

  std::string file(const std::string& name) const { return folder + "/" + name; }

  std::string text(const std::string& name) const {
    std::ifstream in{file(name)};
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  std::string logged() const { return text("log"); }
  static size_t count(const std::string& text, const std::string& part) {
    size_t n = 0;
    for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
  }

  CheckedConfiguration check(const std::string& toml) {
    std::ofstream{file("test.toml")} << "[agent]\ninterval = \"50ms\"\nflush_interval = \"50ms\"\n"
                                        "round_interval = false\nomit_hostname = true\n"
                                     << toml;
    return read_configuration({file("test.toml")}, catalogue);
  }

  bool start(const std::string& toml) {
    const auto checked = check(toml);
    for (const auto& error : checked.errors) ADD_FAILURE() << to_text(error);
    Deadlines deadlines;
    deadlines.stop = 4s;
    deadlines.ping = ping;
    auto made = RunningGraph::make(checked.configuration, catalogue, log, {}, deadlines);
    if (!made) {
      problem = made.failure().message;
      return false;
    }
    graph = std::move(*made);
    const Done started = graph->start();
    if (!started) problem = started.failure().message;
    return static_cast<bool>(started);
  }

  std::string append(const std::string& more = "") const {
    return "[[outputs.append]]\npath = \"" + file("out") + "\"\n" + more;
  }

  bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  }
  bool appears(const std::string& line, const std::string& where = "out") {
    return eventually([&] { return text(where).find(line) != std::string::npos; });
  }

  std::string folder, problem;
  Log log{{"/dev/null", TW_LOG_DEBUG, false}};
  Catalogue catalogue = Catalogue::of({});
  std::chrono::milliseconds ping{5000};
  std::unique_ptr<RunningGraph> graph;
};

TEST_F(IsolateTest, InputAndOutputWorkAsInTheHost) {
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\npoints = 3\n" + append("isolate = true\n")))
      << problem;
  EXPECT_TRUE(appears("wild,host=here n=2i,text=\"a \"b\"\",yes=true"));
  EXPECT_TRUE(graph->stop(10s));
  const std::string out = text("out");
  EXPECT_EQ(count(out, "n=0i,"), 1u);
  EXPECT_EQ(logged().find("E!"), std::string::npos) << logged();
}

TEST_F(IsolateTest, LargeGathersComeInParts) {
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\npoints = 20000\n" +
                    append("isolate = true\nmetric_buffer_limit = 10000000\n")))
      << problem;
  EXPECT_TRUE(appears("n=19999i"));
  EXPECT_TRUE(graph->stop(10s));
  EXPECT_EQ(count(text("out"), "n=10000i"), 1u);
}

TEST_F(IsolateTest, OptionsNamesAndLogLinesArrive) {
  ASSERT_TRUE(
      start("[[inputs.configured]]\nalias = \"c\"\nisolate = true\npath = \"x y\"\n"
            "list = [\"one\", \"two\"]\nsize = \"2KiB\"\n"))
      << problem;
  EXPECT_NE(logged().find("[inputs.configured::c] path=x y size=2048 one two from "
                          "inputs.configured::c"),
            std::string::npos)
      << logged();
}

TEST_F(IsolateTest, CrashIsNamedAndTheOthersGoOn) {
  ASSERT_TRUE(
      start("[[inputs.wild]]\nisolate = true\nsin = \"crash\"\nevery = 3\n"
            "[[inputs.wild]]\nalias = \"good\"\npoints = 2\n" +
            append()))
      << problem;
  EXPECT_TRUE(eventually([&] { return count(logged(), "SIGSEGV; restarting") >= 2; })) << logged();
  EXPECT_NE(logged().find("[inputs.wild] exited on SIGSEGV; restarting it in "), std::string::npos)
      << logged();
  EXPECT_NE(logged().find("[inputs.wild] restarted"), std::string::npos);
  EXPECT_TRUE(graph->stop(10s));
}

// What replaced its library is taken up by a reload, not by a crash.
TEST_F(IsolateTest, ItsNextProcessRunsTheLibraryThatItHad) {
  fs::copy_file(SAMPLES "/isolated.so", file("mine.so"));
  catalogue = Catalogue::scan({file("mine.so")}, "", TICKWORK_PROGRAM);
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\nsin = \"crash\"\nevery = 3\n" + append()))
      << problem;
  fs::copy_file(SAMPLES "/tries.so", file("other.so"));
  fs::rename(file("other.so"), file("mine.so"));
  EXPECT_TRUE(eventually([&] { return count(logged(), "[inputs.wild] restarted") >= 1; }))
      << logged();
  EXPECT_TRUE(eventually([&] { return count(logged(), "SIGSEGV; restarting") >= 2; })) << logged();
  EXPECT_TRUE(graph->stop(10s));
}

TEST_F(IsolateTest, FiveDeathsSwitchItOff) {
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\nsin = \"exit\"\n" + append())) << problem;
  EXPECT_TRUE(eventually(
      [&] {
        return logged().find(
                   "exited with code 3; its process died 5 times in 10 minutes, so it "
                   "stays off until it is reloaded") != std::string::npos;
      },
      60s))
      << logged();
  EXPECT_TRUE(graph->stop(10s));
}

TEST_F(IsolateTest, BatchOfADeadOutputIsWrittenAgain) {
  ASSERT_TRUE(start("[[inputs.wild]]\n" + append("isolate = true\nsin = \"crash\"\nevery = 4\n")))
      << problem;
  EXPECT_TRUE(eventually([&] { return count(logged(), "exited on SIGSEGV;") >= 2; })) << logged();
  EXPECT_TRUE(graph->stop(10s));
  const std::string out = text("out");
  const size_t lines = count(out, "\n");
  ASSERT_GT(lines, 10u);
  for (size_t i = 0; i + 5 < lines; ++i) {
    EXPECT_NE(out.find(" n=" + std::to_string(i) + "i,"), std::string::npos) << i;
  }
}

TEST_F(IsolateTest, HangingGatherIsEndedByItsLimit) {
  ASSERT_TRUE(
      start("[[inputs.wild]]\nisolate = true\nsin = \"hang\"\ncall_limit = \"1s\"\n" + append()))
      << problem;
  EXPECT_TRUE(eventually([&] {
    return logged().find("did not return from gather in 1 s; restarting") != std::string::npos;
  })) << logged();
  EXPECT_TRUE(graph->stop(10s));
}

TEST_F(IsolateTest, HangingGatherAndStopDoNotHoldUpTheStop) {
  ASSERT_TRUE(
      start("[[inputs.wild]]\nisolate = true\nsin = \"hang\"\n"
            "[[inputs.wild]]\nalias = \"stops\"\nisolate = true\nstop = \"hang\"\n" +
            append()))
      << problem;
  EXPECT_TRUE(appears("wild"));
  EXPECT_TRUE(eventually([&] {
    return logged().find("[inputs.wild] gather begins") != std::string::npos;
  })) << logged();
  EXPECT_TRUE(graph->stop(10s)) << logged();
  EXPECT_NE(logged().find("[inputs.wild] did not stop in 3200 ms; its process was ended"),
            std::string::npos)
      << logged();
  EXPECT_NE(logged().find("[inputs.wild::stops] did not stop in 3200 ms; its process was ended"),
            std::string::npos)
      << logged();
}

TEST_F(IsolateTest, StalledProcessIsFoundByPings) {
  ping = 200ms;
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\nsin = \"stall\"\n" + append())) << problem;
  EXPECT_TRUE(eventually([&] { return logged().find("answered no ping") != std::string::npos; }))
      << logged();
  EXPECT_TRUE(graph->stop(10s));
}

TEST_F(IsolateTest, CrashAtTheStartIsAFailedStart) {
  EXPECT_FALSE(start("[[inputs.wild]]\nisolate = true\ncreate = \"crash\"\n"));
  EXPECT_NE(problem.find("test.toml:6:1: inputs.wild: exited on SIGSEGV in create"),
            std::string::npos)
      << problem;
  EXPECT_FALSE(start("[[inputs.wild]]\nisolate = true\ncreate = \"fail\"\n"));
  EXPECT_NE(problem.find("inputs.wild: cannot reach nowhere:1"), std::string::npos) << problem;
}

TEST_F(IsolateTest, ServicesOfTheHostWork) {
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\ntimer = 1\nkeep = 1\ntoken = 1\n" + append()))
      << problem;
  EXPECT_TRUE(appears("kept n=3i")) << logged();
  EXPECT_TRUE(appears("fired n="));
  EXPECT_TRUE(appears("token 7 ended with 0", "log")) << logged();
  EXPECT_TRUE(graph->stop(10s));
}

TEST_F(IsolateTest, OtherInstancesAreCalledFromTheProcess) {
  ASSERT_TRUE(
      start("[[inputs.speaks]]\nisolate = true\n" + append("alias = \"kept\"\nisolate = true\n")))
      << problem;
  EXPECT_TRUE(appears("one v=1.5")) << logged();
  EXPECT_TRUE(appears("two v=1.5"));
  EXPECT_TRUE(appears("used n=8i"));
  EXPECT_TRUE(graph->stop(10s));
}

// Which of the calls of inputs.tries failed with this error.
std::set<std::string> failed_with(int error, const std::string& out) {
  std::set<std::string> calls;
  std::istringstream lines{out};
  for (std::string line; std::getline(lines, line);) {
    const std::string head = "tried,call=", tail = " errno=" + std::to_string(error) + "i";
    if (line.rfind(head, 0) != 0 || line.size() < tail.size()) continue;
    const size_t end = line.size() - tail.size();
    if (line.compare(end, tail.size(), tail) == 0) {
      calls.insert(line.substr(head.size(), end - head.size()));
    }
  }
  return calls;
}

TEST_F(IsolateTest, CallsThatNoPluginNeedsAreDenied) {
  ASSERT_TRUE(start("[[inputs.tries]]\nisolate = true\n" + append())) << problem;
  EXPECT_TRUE(appears("ran code=7i")) << text("out");
  EXPECT_TRUE(graph->stop(10s));
  std::set<std::string> denied{"bpf",
                               "chroot",
                               "clock_settime",
                               "clone_namespace",
                               "init_module",
                               "io_uring_setup",
                               "kexec_load",
                               "keyctl",
                               "mount",
                               "open_by_handle_at",
                               "perf_event_open",
                               "personality",
                               "pivot_root",
                               "process_vm_readv",
                               "quotactl",
                               "reboot",
                               "setns",
                               "swapon",
                               "type_ahead",
                               "unshare",
                               "userfaultfd"};
  if (!traces_itself) denied.insert("ptrace");
  EXPECT_EQ(failed_with(EPERM, text("out")), denied);
  EXPECT_EQ(failed_with(ENOSYS, text("out")), std::set<std::string>{"clone3"});
  EXPECT_EQ(logged().find("not filtered"), std::string::npos) << logged();
}

TEST_F(IsolateTest, AnySystemCallIsPermittedWhereAskedFor) {
  ASSERT_TRUE(start("[[inputs.tries]]\nisolate = true\nsystem_calls = \"any\"\n" + append()))
      << problem;
  EXPECT_TRUE(appears("ran code=7i")) << text("out");
  EXPECT_TRUE(graph->stop(10s));
  const std::string out = text("out");
  EXPECT_NE(out.find("tried,call=process_vm_readv errno=0i"), std::string::npos) << out;
  EXPECT_NE(out.find("tried,call=personality errno=0i"), std::string::npos) << out;
  EXPECT_EQ(failed_with(ESRCH, out), std::set<std::string>{"ptrace"});
  EXPECT_TRUE(failed_with(EBADF, out).count("type_ahead")) << out;
}

TEST_F(IsolateTest, RunsUnfilteredWhereTheKernelPermitsNoFilter) {
  ASSERT_EQ(setenv("FORBIDDEN", "seccomp prctl(22)", 1), 0);
  use(FORBIDDING_PROGRAM);
  ASSERT_TRUE(start("[[inputs.tries]]\nisolate = true\n" + append())) << problem;
  EXPECT_TRUE(appears("ran code=7i")) << text("out");
  EXPECT_TRUE(graph->stop(10s));
  unsetenv("FORBIDDEN");
  EXPECT_NE(text("out").find("tried,call=process_vm_readv errno=0i"), std::string::npos);
  EXPECT_EQ(count(logged(), "[inputs.tries] its system calls are not filtered, as the kernel"), 1u)
      << logged();
}

TEST_F(IsolateTest, FilterThatKillsIsNamed) {
  use(FORBIDDING_PROGRAM);
  ASSERT_EQ(setenv("FORBIDDEN", "!prlimit64 !setrlimit", 1), 0);
  EXPECT_FALSE(start("[[inputs.wild]]\nisolate = true\nmemory = \"1GiB\"\n"));
  unsetenv("FORBIDDEN");
  EXPECT_NE(
      problem.find("inputs.wild: exited on SIGSYS (a filter around this program forbids one of "
                   "its system calls) in create"),
      std::string::npos)
      << problem;
}

TEST_F(IsolateTest, MemoryIsThatOfItsProcess) {
  ASSERT_TRUE(start("[[inputs.wild]]\nisolate = true\nhold = \"48MiB\"\n" + append())) << problem;
  EXPECT_TRUE(appears("wild"));
  uint64_t memory = 0;
  graph->visit([&](const tw_instance_info& info) {
    if (std::string{info.name.data, info.name.len} == "inputs.wild") memory = info.memory;
  });
  EXPECT_GT(memory, 48u << 20);
  EXPECT_LT(memory, 2048ull << 20);
  EXPECT_TRUE(graph->stop(10s));
}

// As under systemd's @system-service, which holds prctl only.
TEST_F(IsolateTest, IsFilteredWithoutTheNewerCall) {
  ASSERT_EQ(setenv("FORBIDDEN", "seccomp", 1), 0);
  use(FORBIDDING_PROGRAM);
  ASSERT_TRUE(start("[[inputs.tries]]\nisolate = true\n" + append())) << problem;
  EXPECT_TRUE(appears("ran code=7i")) << text("out");
  EXPECT_TRUE(graph->stop(10s));
  unsetenv("FORBIDDEN");
  EXPECT_TRUE(failed_with(EPERM, text("out")).count("process_vm_readv")) << text("out");
}

TEST_F(IsolateTest, WhatCannotBeIsolatedIsRefused) {
  const auto checked = check("[[services.routed]]\nisolate = true\n");
  ASSERT_EQ(checked.errors.size(), 1u);
  EXPECT_NE(
      to_text(checked.errors[0])
          .find("test.toml:7:1: services.routed cannot run isolated: a service works through"),
      std::string::npos)
      << to_text(checked.errors[0]);
}

}  // namespace
}  // namespace tickwork::host
