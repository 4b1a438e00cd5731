// SPDX-License-Identifier: MIT
// kill -9 of a process that writes, deletes, flushes and merges, twenty times on one folder
// (CRASH_ROUNDS), while another process backs it up. Between the kills everything acknowledged must
// be there, and nothing deleted may be; in the backup, as of its start.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <sstream>
#include <thread>

#include "command_harness.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

constexpr int n_writers = 4;
constexpr int rows_a_batch = 50;
constexpr int64_t first_time = 1'600'000'000'000'000'000, step = 10'000'000'000;

// Shared with the child: what was acknowledged before it died.
struct Acknowledged {
  std::atomic<int64_t> written[n_writers];  // rows
  std::atomic<int64_t> deleting;            // rows of measurement "gone" below this may be deleted
  std::atomic<int64_t> deleted;             // ... and below this are
  std::atomic<int64_t> gone_written;

  // As it is now, for who looks at it later. More may be there by then.
  void copy_to(Acknowledged& other) const {
    for (int w = 0; w < n_writers; ++w) other.written[w] = written[w].load();
    other.deleted = deleted.load();
    other.gone_written = gone_written.load();
    other.deleting = deleting.load();
  }
};

Settings settings(const std::string& path) {
  Settings s;
  s.texts["path"] = path;
  s.numbers["table_size"] = 600 << 10;
  s.numbers["log_size"] = 100 << 10;
  s.numbers["series_cache"] = 20;
  return s;
}

std::string row_of(const std::string& series, int64_t i) {
  return series + " n=" + std::to_string(i) + "i,s=\"text " + std::to_string(i % 7) + "\" " +
         std::to_string(first_time + i * step) + "\n";
}

std::string batch_of(const std::string& series, int64_t from) {
  std::string lines;
  for (int64_t i = from; i < from + rows_a_batch; ++i) lines += row_of(series, i);
  lines.pop_back();
  return lines;
}

void write_for_ever(Harness& store, int writer, Acknowledged& shared) {
  while (true) {
    const int64_t from = shared.written[writer];
    const std::string tag = ",part=" + std::to_string(from / rows_a_batch % 5);
    if (!store.write(batch_of("load" + std::to_string(writer) + tag, from)).empty()) _exit(3);
    shared.written[writer] = from + rows_a_batch;
  }
}

void delete_for_ever(Harness& store, Acknowledged& shared) {
  while (true) {
    const int64_t from = shared.gone_written;
    if (!store.write(batch_of("gone", from)).empty()) _exit(4);
    shared.gone_written = from + rows_a_batch;
    if (from / rows_a_batch % 4 != 3) continue;
    const int64_t bound = from - rows_a_batch;
    shared.deleting = bound;
    if (!store.drop(TW_ROWS, {.measurement = "gone", .to = first_time + bound * step}).empty()) {
      _exit(5);
    }
    shared.deleted = bound;
  }
}

[[noreturn]] void load(const std::string& path, Acknowledged& shared) {
  Harness store(settings(path));
  if (!store.open().empty()) _exit(2);
  std::vector<std::thread> threads;
  for (int w = 0; w < n_writers; ++w) {
    threads.emplace_back([&, w] { write_for_ever(store, w, shared); });
  }
  delete_for_ever(store, shared);
  _exit(0);
}

// The row numbers of a measurement, sorted; -1 for a row that is not as it was written.
std::vector<int64_t> numbers_of(Harness& store, const std::string& measurement) {
  std::istringstream text(store.scan({measurement}));
  std::vector<int64_t> out;
  for (std::string line; std::getline(text, line);) {
    const size_t space = line.find(' '), n = line.find(" n=");
    const int64_t at = std::stoll(line.substr(space + 1));
    const int64_t i = n == std::string::npos ? -1 : std::stoll(line.substr(n + 3));
    const bool whole = line.ends_with(" s=text " + std::to_string(i % 7));
    out.push_back(whole && at == first_time + i * step ? i : -1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// of_backup: what was acknowledged while it was made may be there or not.
std::string verify(const std::string& path, const Acknowledged& shared, bool of_backup = false) {
  Harness store(settings(path));
  if (const std::string why = store.open(); !why.empty()) return why;
  for (int w = 0; w < n_writers; ++w) {
    const auto there = numbers_of(store, "load" + std::to_string(w));
    const int64_t acknowledged = shared.written[w], most = acknowledged + rows_a_batch;
    const auto n = static_cast<int64_t>(there.size());
    if (of_backup ? n < acknowledged : n != acknowledged && n != most) {
      return "writer " + std::to_string(w) + ": " + std::to_string(n) + " rows of " +
             std::to_string(acknowledged);
    }
    for (int64_t i = 0; i < n; ++i) {
      if (there[static_cast<size_t>(i)] != i) return "row " + std::to_string(i) + " is wrong";
    }
  }
  const auto rest = numbers_of(store, "gone");
  const int64_t deleted = shared.deleted, deleting = shared.deleting;
  if (!rest.empty() && rest.front() < deleted) {
    return "row " + std::to_string(rest.front()) + " was deleted and is back";
  }
  if (of_backup) return "";
  int64_t expected = shared.gone_written - deleting;
  for (const int64_t i : rest) expected -= i >= deleting && i < shared.gone_written;
  if (expected != 0) return std::to_string(expected) + " rows beside the deleted ones are lost";
  for (const std::string& line : store.log()) {
    if (line[0] == '0' || line[0] == '1') return "logged: " + line;
  }
  return "";
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
  if (why.empty()) why = verify(restored, before, true);
  if (!why.empty()) std::fprintf(stderr, "backup in round %d: %s\n", round, why.c_str());
  _exit(why.empty() ? 0 : 1);
}

TEST(CrashTest, NothingAcknowledgedIsLostOverTwentyKills) {
  TemporaryFolder folder;
  const char* wanted = std::getenv("CRASH_ROUNDS");
  const int rounds = wanted ? std::atoi(wanted) : 20;
  void* memory = mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Acknowledged{};
  std::mt19937 random(20260101);
  for (int round = 0; round < rounds; ++round) {
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
  int64_t rows = 0;
  for (const auto& written : shared.written) rows += written;
  EXPECT_GT(rows, 1000);
  EXPECT_GT(shared.deleted, 0);
  munmap(memory, sizeof(Acknowledged));
}

}  // namespace
}  // namespace tickwork::lmdb_test
