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

#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "load.hpp"
#include "recorder.hpp"

namespace tickwork::lmdb_test {
namespace {

using crash::Disk;
using crash::Event;
using crash::Faults;
using crash::Journal;

constexpr int64_t brief = 6 * hour;  // policy of that name
constexpr int most_brief = 200'000;
constexpr int64_t rounds_a_store = 48;  // reading all of it takes longer each time

struct AllAcknowledged : Acknowledged {
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
void insist(const std::function<std::string()>& call) {
  while (!call().empty()) std::this_thread::sleep_for(std::chrono::milliseconds{2});
}

void age_for_ever(Harness& store, AllAcknowledged& shared) {
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

void define_for_ever(Harness& store, AllAcknowledged& shared) {
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
    insist([&] { return store.write(batch_of("own", 0, one_part), name); });
    shared.made = k;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

[[noreturn]] void load(const std::string& path, AllAcknowledged& shared) {
  Harness store(settings(path));
  store.set_now(shared.clock);
  insist([&] { return store.open(); });
  insist([&] { return store.define_policy("brief", brief, 0, hour); });
  std::vector<std::thread> threads;
  for (int w = 0; w < n_writers; ++w) {
    threads.emplace_back([&, w] { write_for_ever(store, w, shared, insist); });
  }
  threads.emplace_back([&] { age_for_ever(store, shared); });
  threads.emplace_back([&] { define_for_ever(store, shared); });
  delete_for_ever(store, shared, insist);
  _exit(0);
}

std::string verify_brief(Harness& store, const AllAcknowledged& shared) {
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

std::string verify_databases(Harness& store, const AllAcknowledged& shared) {
  const std::string names = "\n" + store.list(TW_DATABASES);
  for (int64_t k = 1; k <= shared.made; ++k) {
    const std::string name = "d" + std::to_string(k);
    const bool listed = names.find("\n" + name + "\n") != names.npos;
    const bool gone = k % 3 == 0 && k <= shared.dropped;
    if (k % 3 == 0 && k == shared.dropping && !gone) continue;
    if (gone && listed) return name + " was dropped and is back";
    if (gone) continue;
    if (!listed) return name + " is lost";
    if (rows_of(store, {.measurement = "own", .database = name}).size() != rows_a_batch) {
      return "rows of " + name + " are lost";
    }
  }
  return "";
}

std::string verify(const std::string& path, const AllAcknowledged& shared) {
  Harness store(settings(path));
  store.set_now(shared.clock);
  if (const std::string why = store.open(); !why.empty()) return why;
  for (const std::string& why :
       {verify_written(store, shared, Beyond::part_of_a_batch), verify_deleted(store, shared),
        verify_kept(store, shared), verify_brief(store, shared), verify_databases(store, shared),
        verify_log(store)}) {
    if (!why.empty()) return why;
  }
  return "";
}

// The process of a round; false: it ended by itself.
bool run_and_cut(const std::string& path, Journal& journal, Faults faults, unsigned seed,
                 std::chrono::milliseconds time, AllAcknowledged& shared) {
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

class PowerTest : public ::testing::Test {
 protected:
  PowerTest()
      : shared_{static_cast<AllAcknowledged*>(mmap(nullptr, sizeof(AllAcknowledged),
                                                   PROT_READ | PROT_WRITE,
                                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0))} {}
  ~PowerTest() override { munmap(shared_, sizeof *shared_); }

  void count() {
    rows_ += shared_->rows();
    deleted_ += shared_->deleted;
    made_ += shared_->made;
  }

  void begin_store() {
    count();
    new (shared_) AllAcknowledged{};
    shared_->clock = shared_->latest = 1'700'000'000 * second;
    std::filesystem::remove_all(path_);
    path_ = folder_.path() + "/new";
    std::filesystem::create_directory(path_);
  }

  void run_round(int64_t round) {
    journal_.clear();
    Disk disk(path_);
    Faults faults;
    if (round % 4 == 2) faults.sync = 20;
    if (round % 4 == 0) faults.full = 10;
    ASSERT_TRUE(run_and_cut(path_, journal_, faults, static_cast<unsigned>(random_()),
                            std::chrono::milliseconds(50 + random_() % 700), *shared_))
        << "the load ended by itself";
    journal_.each([&](uint64_t number, const Event& event) { disk.apply(number, event); });
    const std::string next = folder_.path() + "/" + std::to_string(round);
    disk.cut(random_, next);
    std::filesystem::remove_all(path_);
    path_ = next;
  }

  // In a process of its own: this one must stay without threads to be forked.
  void read() {
    const pid_t reader = fork();
    if (reader == 0) {
      const std::string why = verify(path_, *shared_);
      if (!why.empty()) std::fprintf(stderr, "%s\n", why.c_str());
      _exit(why.empty() ? 0 : 1);
    }
    int status = 0;
    waitpid(reader, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }

  TemporaryFolder folder_;
  AllAcknowledged* shared_;
  Journal journal_{size_t{1} << 30};
  std::mt19937 random_{static_cast<unsigned>(number_of("CRASH_SEED", 20261127))};
  std::string path_;
  int64_t rows_ = 0, deleted_ = 0, made_ = 0;  // in all
};

TEST_F(PowerTest, NothingAcknowledgedIsLost) {
  const int64_t rounds = number_of("CRASH_ROUNDS", 24);
  for (int64_t round = 1; round <= rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    if (round % rounds_a_store == 1) begin_store();
    run_round(round);
    // Otherwise the next load replays what is there.
    if (!HasFatalFailure() && (round % 2 == 0 || round == rounds)) read();
    if (HasFatalFailure()) return;
  }
  count();
  EXPECT_GT(rows_, 1000);
  EXPECT_GT(deleted_, 0);
  EXPECT_GT(made_, 3);
}

}  // namespace
}  // namespace tickwork::lmdb_test
