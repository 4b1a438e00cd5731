// SPDX-License-Identifier: MIT
// Power cuts: a process writes, deletes, flushes, merges, settles, lets data expire, makes and
// drops databases, while its clock jumps; it ends at a random moment, and its folder is set back to
// what a disk would hold then (disk.hpp). In some rounds syncs fail, or the disk is full now and
// then. Whatever was acknowledged before must be there, and nothing that was deleted may be.
// Environment: CRASH_ROUNDS (default 24) and CRASH_SEED.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "recorder.hpp"
#include "store_harness.hpp"

namespace tickwork::lmdb_test {
namespace {

using crash::Disk;
using crash::Event;
using crash::Faults;
using crash::Journal;

constexpr int n_writers = 3;
constexpr int rows_a_batch = 40;
constexpr int64_t first_time = 1'600'000'000'000'000'000, step = 10 * second;
constexpr int64_t brief = 6 * hour;  // policy of that name
constexpr int most_brief = 200'000;

// Shared with the process that is cut: what was acknowledged. "trying" was begun and may be there.
struct Acknowledged {
  std::atomic<int64_t> written[n_writers];
  std::atomic<int64_t> gone_written, deleting,
      deleted;                         // rows of "gone"; below deleted none is left
  std::atomic<int64_t> clock, latest;  // now, and the latest that it ever was
  std::atomic<int64_t> n_brief, brief_times[most_brief];
  std::atomic<int64_t> made, dropping, dropped;  // databases "d1", "d2", ...
};

Settings settings(const std::string& path) {
  Settings s;
  s.texts["path"] = path;
  s.numbers["table_size"] = 500 << 10;
  s.numbers["log_size"] = 80 << 10;
  s.numbers["series_cache"] = 20;
  s.numbers["flush_idle"] = 300 * second;
  s.numbers["retention_check"] = hour;
  return s;
}

// Until the disk takes it.
template <class Call>
void insist(Call&& call) {
  while (!call().empty()) std::this_thread::sleep_for(std::chrono::milliseconds{2});
}

std::string batch_of(const std::string& series, int64_t from) {
  std::string lines;
  for (int64_t i = from; i < from + rows_a_batch; ++i) {
    lines += series + " n=" + std::to_string(i) + "i,s=\"text " + std::to_string(i % 7) + "\" " +
             std::to_string(first_time + i * step) + "\n";
  }
  lines.pop_back();
  return lines;
}

void write_for_ever(Harness& store, int writer, Acknowledged& shared) {
  while (true) {
    const int64_t from = shared.written[writer];
    const std::string tag = ",part=" + std::to_string(from / rows_a_batch % 5);
    const std::string lines = batch_of("load" + std::to_string(writer) + tag, from);
    insist([&] { return store.write(lines); });
    shared.written[writer] = from + rows_a_batch;
  }
}

void delete_for_ever(Harness& store, Acknowledged& shared) {
  while (true) {
    const int64_t from = shared.gone_written;
    insist([&] { return store.write(batch_of("gone", from)); });
    shared.gone_written = from + rows_a_batch;
    if (from / rows_a_batch % 4 != 3) continue;
    const int64_t bound = from - rows_a_batch;
    shared.deleting = bound;
    insist([&] {
      return store.drop(TW_ROWS, {.measurement = "gone", .to = first_time + bound * step});
    });
    shared.deleted = bound;
  }
}

void age_for_ever(Harness& store, Acknowledged& shared) {
  std::mt19937 random(static_cast<unsigned>(shared.n_brief));
  for (int64_t i = shared.n_brief; i < most_brief; ++i) {
    int64_t moved = static_cast<int64_t>(random() % 600) * second;
    if (random() % 50 == 0) moved = (static_cast<int64_t>(random() % 4) - 1) * hour;  // a jump
    const int64_t now = shared.clock + moved;
    shared.clock = now;
    shared.latest = std::max<int64_t>(shared.latest, now);
    store.advance(moved);
    shared.brief_times[i] = now + i;
    const std::string line = "brief i=" + std::to_string(i) + "i " + std::to_string(now + i);
    insist([&] {
      const std::string why = store.write(line, "db", "brief");
      // A jump may have made it too old already.
      return why.find("beyond retention policy") == why.npos ? why : "";
    });
    shared.n_brief = i + 1;
    std::this_thread::sleep_for(std::chrono::milliseconds{3});
  }
}

void define_for_ever(Harness& store, Acknowledged& shared) {
  while (true) {
    if (const int64_t last = shared.made; last % 3 == 0 && last > shared.dropped) {
      shared.dropping = last;
      insist([&] { return store.drop(TW_DATABASES, {.database = "d" + std::to_string(last)}); });
      shared.dropped = last;
    }
    const int64_t k = shared.made + 1;
    const std::string name = "d" + std::to_string(k);
    insist([&] {
      tw_definition d{};
      d.what = TW_DATABASES;
      d.database = str(name);
      return store.define(d);
    });
    insist([&] { return store.write(batch_of("own", 0), name); });
    shared.made = k;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

[[noreturn]] void load(const std::string& path, Acknowledged& shared) {
  Harness store(settings(path));
  store.set_now(shared.clock);
  insist([&] { return store.open(); });
  insist([&] { return store.define_policy("brief", brief, 0, hour); });
  std::vector<std::thread> threads;
  for (int w = 0; w < n_writers; ++w) {
    threads.emplace_back([&, w] { write_for_ever(store, w, shared); });
  }
  threads.emplace_back([&] { age_for_ever(store, shared); });
  threads.emplace_back([&] { define_for_ever(store, shared); });
  delete_for_ever(store, shared);
  _exit(0);
}

// The field of rows with their times, sorted.
std::vector<std::pair<int64_t, int64_t>> rows_of(Harness& store, const Request& request,
                                                 const std::string& field) {
  std::istringstream text(store.scan(request));
  std::vector<std::pair<int64_t, int64_t>> out;
  for (std::string line; std::getline(text, line);) {
    const size_t space = line.find(' '), at = line.find(" " + field + "=");
    if (line.starts_with("error") || at == line.npos) {
      out.emplace_back(-1, -1);
      continue;
    }
    const int64_t i = std::stoll(line.substr(at + field.size() + 2));
    const bool whole = field == "i" || line.ends_with(" s=text " + std::to_string(i % 7));
    out.emplace_back(std::stoll(line.substr(space + 1)), whole ? i : -1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string verify_loads(Harness& store, const Acknowledged& shared) {
  for (int w = 0; w < n_writers; ++w) {
    const auto there = rows_of(store, {"load" + std::to_string(w)}, "n");
    const int64_t acknowledged = shared.written[w];
    const auto n = static_cast<int64_t>(there.size());
    if (n < acknowledged || n > acknowledged + rows_a_batch) {
      return "writer " + std::to_string(w) + ": " + std::to_string(n) + " rows of " +
             std::to_string(acknowledged);
    }
    for (int64_t i = 0; i < n; ++i) {
      if (there[static_cast<size_t>(i)] != std::pair{first_time + i * step, i}) {
        return "row " + std::to_string(i) + " is wrong";
      }
    }
  }
  return "";
}

std::string verify_deletes(Harness& store, const Acknowledged& shared) {
  const auto rest = rows_of(store, {"gone"}, "n");
  const int64_t deleted = shared.deleted, deleting = shared.deleting;
  if (!rest.empty() && rest.front().second < deleted) {
    return "row " + std::to_string(rest.front().second) + " was deleted and is back";
  }
  int64_t expected = shared.gone_written - deleting;
  for (const auto& [time, i] : rest) expected -= i >= deleting && i < shared.gone_written;
  return expected == 0 ? "" : std::to_string(expected) + " rows beside the deleted ones are lost";
}

std::string verify_brief(Harness& store, const Acknowledged& shared) {
  std::set<int64_t> there;
  for (const auto& [time, i] :
       rows_of(store, {.measurement = "brief", .retention = "brief"}, "i")) {
    if (i < 0) return "a row of brief is wrong";
    there.insert(time);
  }
  for (int64_t i = 0; i < shared.n_brief; ++i) {
    if (shared.brief_times[i] >= shared.latest - brief && !there.count(shared.brief_times[i])) {
      return "row " + std::to_string(i) + " of brief was lost before its time";
    }
  }
  return "";
}

std::string verify_databases(Harness& store, const Acknowledged& shared) {
  const std::string names = "\n" + store.list(TW_DATABASES);
  for (int64_t k = 1; k <= shared.made; ++k) {
    const std::string name = "d" + std::to_string(k);
    const bool listed = names.find("\n" + name + "\n") != names.npos;
    const bool gone = k % 3 == 0 && k <= shared.dropped;
    if (k % 3 == 0 && k == shared.dropping && !gone) continue;
    if (gone && listed) return name + " was dropped and is back";
    if (gone) continue;
    if (!listed) return name + " is lost";
    if (rows_of(store, {.measurement = "own", .database = name}, "n").size() != rows_a_batch) {
      return "rows of " + name + " are lost";
    }
  }
  return "";
}

std::string verify(const std::string& path, const Acknowledged& shared) {
  Harness store(settings(path));
  store.set_now(shared.clock);
  if (const std::string why = store.open(); !why.empty()) return why;
  for (const auto& each : {verify_loads, verify_deletes, verify_brief, verify_databases}) {
    if (const std::string why = each(store, shared); !why.empty()) return why;
  }
  for (const std::string& line : store.log()) {
    if (line[0] == '0' || line[0] == '1') return "logged: " + line;
  }
  return "";
}

int64_t number_of(const char* variable, int64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoll(text) : otherwise;
}

// The process of a round; false: it ended by itself.
bool run_and_cut(const std::string& path, Journal& journal, Faults faults, unsigned seed,
                 std::chrono::milliseconds time, Acknowledged& shared) {
  const pid_t child = fork();
  if (child == 0) {
    crash::record(path, journal, faults, seed);
    load(path, shared);
  }
  std::this_thread::sleep_for(time);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST(PowerTest, NothingAcknowledgedIsLost) {
  TemporaryFolder folder;
  void* memory = mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Acknowledged{};
  shared.clock = shared.latest = 1'700'000'000 * second;
  Journal journal(size_t{1} << 30);
  std::mt19937 random(static_cast<unsigned>(number_of("CRASH_SEED", 20261127)));
  const auto rounds = number_of("CRASH_ROUNDS", 24);
  std::string path = folder.path() + "/0";
  std::filesystem::create_directory(path);
  for (int64_t round = 1; round <= rounds; ++round) {
    journal.clear();
    Disk disk(path);
    Faults faults;
    if (round % 4 == 2) faults.sync = 20;
    if (round % 4 == 0) faults.full = 10;
    ASSERT_TRUE(run_and_cut(path, journal, faults, static_cast<unsigned>(random()),
                            std::chrono::milliseconds(50 + random() % 700), shared))
        << "the load ended by itself in round " << round;
    journal.each([&](uint64_t number, const Event& event) { disk.apply(number, event); });
    const std::string next = folder.path() + "/" + std::to_string(round);
    disk.cut(random, next);
    std::filesystem::remove_all(path);
    path = next;
    if (round % 2 == 1 && round < rounds) continue;  // the next load replays instead
    const pid_t reader = fork();
    if (reader == 0) {
      const std::string why = verify(path, shared);
      if (!why.empty())
        std::fprintf(stderr, "round %d: %s\n", static_cast<int>(round), why.c_str());
      _exit(why.empty() ? 0 : 1);
    }
    int status = 0;
    waitpid(reader, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "round " << round;
  }
  int64_t rows = 0;
  for (const auto& written : shared.written) rows += written;
  std::printf("%lld rows, %lld aged, %lld deleted, %lld databases\n", static_cast<long long>(rows),
              static_cast<long long>(shared.n_brief), static_cast<long long>(shared.deleted),
              static_cast<long long>(shared.made));
  EXPECT_GT(rows, 1000);
  EXPECT_GT(shared.deleted, 0);
  EXPECT_GT(shared.made, 3);
  munmap(memory, sizeof(Acknowledged));
}

}  // namespace
}  // namespace tickwork::lmdb_test
