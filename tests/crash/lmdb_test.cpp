// SPDX-License-Identifier: MIT
// kill -9 of a process that writes, deletes, flushes and merges, twenty times on one folder
// (CRASH_ROUNDS), while another process backs it up. Between the kills everything acknowledged must
// be there, and nothing deleted may be; in the backup, as of its start.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "command_harness.hpp"
#include "load.hpp"

namespace tickwork::lmdb_test {
namespace {

constexpr int rounds_a_store = 40;  // reading all of it takes longer each time

Settings settings(const std::string& path) {
  Settings s;
  s.texts["path"] = path;
  s.numbers["table_size"] = 600 << 10;
  s.numbers["log_size"] = 100 << 10;
  s.numbers["series_cache"] = 20;
  return s;
}

// Nothing may fail.
void need(const std::function<std::string()>& call) {
  if (const std::string why = call(); !why.empty()) {
    std::fprintf(stderr, "%s\n", why.c_str());
    _exit(3);
  }
}

// A backup that began first reads a store that nobody has open, which keeps the load out meanwhile.
std::string open_after_backup(Harness& store) {
  std::string why;
  for (int i = 0; i < 1000; ++i) {
    why = store.open();
    if (why.find("in use by another process") == std::string::npos) return why;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return why;
}

[[noreturn]] void load(const std::string& path, Acknowledged& shared) {
  Harness store(settings(path));
  need([&] { return open_after_backup(store); });
  std::vector<std::thread> threads;
  for (int w = 0; w < n_writers; ++w) {
    threads.emplace_back([&, w] { write_for_ever(store, w, shared, need); });
  }
  delete_for_ever(store, shared, need);
  _exit(0);
}

std::string verify(const std::string& path, const Acknowledged& shared) {
  Harness store(settings(path));
  if (const std::string why = store.open(); !why.empty()) return why;
  for (const std::string& why :
       {verify_written(store, shared, Beyond::a_batch), verify_deleted(store, shared),
        verify_kept(store, shared), verify_log(store)}) {
    if (!why.empty()) return why;
  }
  return "";
}

// What was acknowledged or deleted while it was made may be there or not.
std::string verify_backup(const std::string& path, const Acknowledged& before) {
  Harness store(settings(path));
  if (const std::string why = store.open(); !why.empty()) return why;
  const std::string why = verify_written(store, before, Beyond::anything);
  return why.empty() ? verify_deleted(store, before) : why;
}

// Of the data in the folder, while it changes; then of a store made of it.
[[noreturn]] void back_up(const std::string& folder, const Acknowledged& shared, int round) {
  Acknowledged before{};
  shared.copy_to(before);
  const std::string copy = folder + "/backup", restored = folder + "/restored";
  const Outcome made = run("backup", {folder + "/data", copy});
  // In the first round there may be no store yet.
  if (made.code != 0 && before.written[0] == 0) _exit(0);
  std::string why = made.err;
  if (made.code == 0) why = run("restore", {copy, restored}).err;
  if (why.empty()) why = verify_backup(restored, before);
  if (!why.empty()) std::fprintf(stderr, "backup in round %d: %s\n", round, why.c_str());
  _exit(why.empty() ? 0 : 1);
}

TEST(CrashTest, NothingAcknowledgedIsLostOverTwentyKills) {
  TemporaryFolder folder;
  const auto rounds = static_cast<int>(number_of("CRASH_ROUNDS", 20));
  void* memory = mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Acknowledged{};
  std::mt19937 random(20260101);
  int64_t rows = 0, deleted = 0;  // of earlier stores
  for (int round = 0; round < rounds; ++round) {
    if (round % rounds_a_store == 0) {
      rows += shared.rows();
      deleted += shared.deleted;
      std::filesystem::remove_all(folder.path() + "/data");
      new (memory) Acknowledged{};
    }
    const pid_t child = fork();
    if (child == 0) load(folder.path() + "/data", shared);
    const auto time = 50 + random() % 700, until_backup = random() % time;
    std::this_thread::sleep_for(std::chrono::milliseconds(until_backup));
    const pid_t copier = fork();
    if (copier == 0) back_up(folder.path(), shared, round);
    std::this_thread::sleep_for(std::chrono::milliseconds(time - until_backup));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(copier, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "backup in round " << round;
    std::filesystem::remove_all(folder.path() + "/backup");
    std::filesystem::remove_all(folder.path() + "/restored");
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the load ended by itself: " << WEXITSTATUS(status);
    const pid_t reader = fork();  // every second round the next load replays instead
    if (reader == 0) {
      const std::string why = round % 2 ? verify(folder.path() + "/data", shared) : "";
      if (!why.empty()) std::fprintf(stderr, "round %d: %s\n", round, why.c_str());
      _exit(why.empty() ? 0 : 1);
    }
    waitpid(reader, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "round " << round;
  }
  EXPECT_GT(rows + shared.rows(), 1000);
  EXPECT_GT(deleted + shared.deleted, 0);
  munmap(memory, sizeof(Acknowledged));
}

}  // namespace
}  // namespace tickwork::lmdb_test
