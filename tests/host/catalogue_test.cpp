// SPDX-License-Identifier: MIT
#include "module/catalogue.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "module/core_dump.hpp"
#include "module/loader.hpp"
#include "module/probe.hpp"

namespace tickwork::host {
namespace {

namespace fs = std::filesystem;

std::string sample(const std::string& name) { return std::string{SAMPLES "/"} + name + ".so"; }

// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/tickwork-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Catalogue scan(const std::vector<std::string>& paths, const std::string& cache = "") {
  return Catalogue::scan(paths, cache, TICKWORK_PROGRAM);
}

// Why a file is refused, empty: it is not.
std::string reason(const std::string& path) {
  const auto catalogue = scan({path});
  return catalogue.refusals().empty() ? "" : catalogue.refusals().front().reason;
}

TEST(CoreDump, IsWhereThePatternSays) {
  EXPECT_EQ(core_place("core", 17, "tickwork", "/tmp"), ", see core /tmp/core");
  EXPECT_EQ(core_place("/var/crash/%e.%p.%t%%", 17, "tickwork", "/tmp"),
            ", see core /var/crash/tickwork.17.*%");
  EXPECT_EQ(core_place("|/lib/systemd/systemd-coredump %P", 17, "tickwork", "/tmp"),
            ", see core 17 in coredumpctl");
  EXPECT_EQ(core_place("|/usr/bin/apport", 17, "tickwork", "/tmp"),
            ", see core 17 in the system's crash collector");
}

TEST(Catalogue, KnowsCommandsWithoutRunningThem) {
  Folder cache;
  for (int i = 0; i < 2; ++i) {  // from the probe, then from its cache
    const auto catalogue = scan({sample("commands")}, cache.path());
    const auto plugin = catalogue.find("greeters.polite");
    ASSERT_TRUE(plugin) << plugin.failure().message;
    ASSERT_EQ((*plugin)->commands.size(), 2u);
    EXPECT_EQ((*plugin)->commands[0].name, "greet");
    EXPECT_EQ((*plugin)->commands[0].usage, "NAME...");
    EXPECT_EQ((*plugin)->commands[1].summary, "fall over something");
  }
  EXPECT_EQ(reason(sample("commands_twice")),
            "greeters.polite: command greet stands twice in its table");
}

TEST(Catalogue, KnowsAPluginWithoutLoadingIt) {
  const auto catalogue = scan({sample("good")});
  const auto plugin = catalogue.find("inputs.sample");
  ASSERT_TRUE(plugin) << plugin.failure().message;
  EXPECT_EQ((*plugin)->summary, "A sample");
  ASSERT_EQ((*plugin)->options.size(), 1u);
  EXPECT_EQ((*plugin)->options[0].key, "path");
  EXPECT_EQ((*plugin)->options[0].value, "\"/proc/uptime\"");
  EXPECT_EQ((*plugin)->exts, std::vector<std::string>{"tw.input/1"});
  EXPECT_EQ(catalogue.modules().at(0).version, "1.2.0");
}

TEST(Catalogue, LoadsOnceAndForEver) {
  auto catalogue = scan({sample("good")});
  const auto first = catalogue.load("inputs.sample");
  ASSERT_TRUE(first) << first.failure().message;
  EXPECT_STREQ(first->plugin->id, "inputs.sample");
  EXPECT_STREQ(first->module->id, "org.example.good");
  EXPECT_EQ(catalogue.load("org.example.good:inputs.sample")->plugin, first->plugin);
}

TEST(Catalogue, SaysWhyAFileIsRefused) {
  const Folder folder;
  std::ofstream{folder.file("text.so")} << "hello";
  EXPECT_EQ(reason(folder.file("text.so")), "not an ELF file");
  EXPECT_EQ(reason(TICKWORK_PROGRAM), "exports no tickwork_module_v1; not a Tickwork plugin");
  EXPECT_EQ(reason(sample("size_zero")), "module.size is 0, expected at least 48");
  EXPECT_EQ(reason(sample("needs_newer")),
            "needs SDK 1.7, this host has 1." + std::to_string(TW_ABI_MINOR));
  EXPECT_EQ(reason(sample("no_gather")), "inputs.sample: tw.input/1 has no gather");
  EXPECT_EQ(reason(sample("undefined")),
            "undefined symbol missing_dependency; link with -z defs to catch this at build time");
  EXPECT_EQ(reason(sample("crashes")), "crashed while loading (SIGABRT in constructor)");
  EXPECT_EQ(reason("/nowhere/x.so"), "cannot be read: No such file or directory");
}

TEST(Probe, GivesUpOnALibraryThatHangs) {
  const auto answer = probe(sample("hangs"), TICKWORK_PROGRAM, std::chrono::milliseconds{1000});
  ASSERT_TRUE(std::holds_alternative<Refusal>(answer));
  EXPECT_EQ(std::get<Refusal>(answer).reason, "did not finish loading in 1 s");
}

TEST(Catalogue, AsksWhichOfTwoIsMeant) {
  auto catalogue = scan({sample("good"), sample("twin")});
  const auto plugin = catalogue.find("inputs.sample");
  ASSERT_FALSE(plugin);
  EXPECT_EQ(plugin.failure().message, "inputs.sample is in " + sample("good") + " (1.2.0) and " +
                                          sample("twin") +
                                          " (1.2.0); name one as org.example.good:inputs.sample");
  EXPECT_TRUE(catalogue.find("org.example.twin:inputs.sample"));
  EXPECT_STREQ(catalogue.load("org.example.twin:inputs.sample")->module->id, "org.example.twin");
}

TEST(Catalogue, RefusesASecondModuleOfOneId) {
  const Folder folder;
  fs::copy(sample("good"), folder.file("copy.so"));
  const auto catalogue = scan({sample("good"), folder.path()});
  ASSERT_EQ(catalogue.refusals().size(), 1u);
  EXPECT_EQ(catalogue.refusals()[0].file, folder.file("copy.so"));
  EXPECT_EQ(catalogue.refusals()[0].reason, "module org.example.good (1.2.0) is already there as " +
                                                sample("good") + " (1.2.0); remove one of them");
  EXPECT_TRUE(catalogue.find("inputs.sample"));
}

TEST(Catalogue, CountsAFileOnce) {
  const auto catalogue = scan({sample("good"), SAMPLES "/../samples/good.so"});
  EXPECT_EQ(catalogue.modules().size(), 1u);
  EXPECT_TRUE(catalogue.refusals().empty());
}

TEST(Catalogue, SuggestsAndTellsOfRefusedFiles) {
  const Folder folder;
  std::ofstream{folder.file("inputs.other.so")} << "hello";
  const auto catalogue = scan({sample("good"), folder.path()});
  EXPECT_EQ(catalogue.find("inputs.smaple").failure().message,
            "there is no plugin inputs.smaple; did you mean \"inputs.sample\"?");
  EXPECT_EQ(catalogue.find("inputs.other").failure().message, "there is no plugin inputs.other; " +
                                                                  folder.file("inputs.other.so") +
                                                                  " was refused: not an ELF file");
}

TEST(Catalogue, RemembersProbesByContent) {
  const Folder folder, cache;
  fs::copy(sample("good"), folder.file("a.so"));
  scan({folder.path()}, cache.path());
  EXPECT_EQ(std::distance(fs::directory_iterator{cache.path()}, {}), 1);
  // With a prober that cannot run, only the cache can answer, whatever the file is called.
  fs::rename(folder.file("a.so"), folder.file("b.so"));
  const auto again = Catalogue::scan({folder.path()}, cache.path(), "/nowhere/prober");
  ASSERT_TRUE(again.find("inputs.sample"));
  EXPECT_EQ((*again.find_module("inputs.sample"))->file, folder.file("b.so"));
}

TEST(Catalogue, LoadsAReplacedFileBesideTheOldOne) {
  const Folder folder;
  const auto file = folder.file("plugin.so");
  fs::copy(sample("good"), file);
  auto catalogue = scan({folder.path()});
  const auto* info = *catalogue.find("inputs.sample");
  const auto before = catalogue.load("inputs.sample");
  ASSERT_TRUE(before);

  fs::copy(sample("twin"), folder.file("new"));
  fs::rename(folder.file("new"), file);
  catalogue.rescan();
  const auto after = catalogue.load("inputs.sample");
  ASSERT_TRUE(after) << after.failure().message;
  EXPECT_STREQ(before->module->id, "org.example.good");
  EXPECT_STREQ(after->module->id, "org.example.twin");
  EXPECT_EQ(info->id, "inputs.sample") << "what was found before stays valid";

  const auto libraries = catalogue.libraries();
  ASSERT_EQ(libraries.size(), 2u);
  EXPECT_EQ(libraries[0].module, "org.example.good");
  EXPECT_EQ(libraries[0].tables, before->module);
  EXPECT_TRUE(libraries[0].superseded);
  EXPECT_EQ(libraries[1].tables, after->module);
  EXPECT_EQ(libraries[1].version, "1.2.0");
  EXPECT_FALSE(libraries[1].superseded);
  for (const auto& library : libraries) {
    EXPECT_EQ(library.file, file);
    EXPECT_GE(library.bytes, 4096u) << "a page of code at least";
    EXPECT_LT(library.bytes, 1u << 20);
  }
}

TEST(Catalogue, ListsLibrariesOnceTheyAreLoaded) {
  const Folder folder;
  const auto file = folder.file("plugin.so");
  fs::copy(sample("good"), file);
  auto catalogue = scan({folder.path()});
  EXPECT_TRUE(catalogue.libraries().empty()) << "found, not loaded";
  ASSERT_TRUE(catalogue.load("inputs.sample"));
  ASSERT_EQ(catalogue.libraries().size(), 1u);
  EXPECT_FALSE(catalogue.libraries()[0].superseded);

  fs::rename(file, folder.file("away"));
  catalogue.rescan();
  ASSERT_EQ(catalogue.libraries().size(), 1u);
  EXPECT_TRUE(catalogue.libraries()[0].superseded) << "its file is gone";
  fs::rename(folder.file("away"), file);
  catalogue.rescan();
  ASSERT_TRUE(catalogue.load("inputs.sample"));
  ASSERT_EQ(catalogue.libraries().size(), 1u) << "the same content is not loaded again";
  EXPECT_FALSE(catalogue.libraries()[0].superseded);
}

TEST(MappedBytes, AreWholePagesOfTheLibraryAroundAnAddress) {
  const auto own = mapped_bytes(reinterpret_cast<const void*>(&mapped_bytes));
  EXPECT_GT(own, 4096u);
  EXPECT_EQ(own % 4096, 0u);
  EXPECT_EQ(mapped_bytes(nullptr), 0u);
}

}  // namespace
}  // namespace tickwork::host
