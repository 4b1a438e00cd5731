// SPDX-License-Identifier: MIT
// Test 41: a storage gives back what it took, and a write that returned survives kill -9.
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "check/storage_calls.hpp"

namespace tickwork::host::check {
namespace {

// Last write wins per series, time and field; rows of one time come together; late points are put
// where they belong.
constexpr std::string_view first_write =
    "cpu,host=a v=1 1000000000\n"
    "cpu,host=a v=2 2000000000\n"
    "cpu,host=b n=7i,s=\"x y\",t=true,v=3 1000000000\n"
    "mem v=1 1000000000";
constexpr std::string_view second_write =
    "cpu,host=a n=9i,v=5 1000000000\n"
    "cpu,host=a v=4 0";
const std::vector<std::string> expected{"host=a time=0 v=4", "host=a n=9 time=1000000000 v=5",
                                        "host=a time=2000000000 v=2",
                                        "host=b n=7 s=x y t=true time=1000000000 v=3"};

// The order of fields is the storage's own affair: words of a row are sorted, texts have no "=".
std::string in_order(const std::string& row) {
  std::vector<std::string> words;
  for (size_t at = 0; at <= row.size();) {
    const size_t end = std::min(row.find(' ', at), row.size());
    const std::string word = row.substr(at, end - at);
    if (word.find('=') == word.npos && !words.empty())
      words.back() += ' ' + word;
    else
      words.push_back(word);
    at = end + 1;
  }
  std::sort(words.begin(), words.end());
  return fmt::format("{}", fmt::join(words, " "));
}

void storage_readback(Case& c) {
  for_each_ready(c, TW_STORAGE, "storage", [&](Rig& rig) {
    StorageCalls storage{c, rig};
    if (!storage.define_database() || !storage.write(testing::Points{first_write}) ||
        !storage.write(testing::Points{second_write}))
      return c.note(fmt::format("{} not exercised: {}", rig.id(), rig.instance().error()));
    std::vector<std::string> seen = storage.rows("cpu");
    for (std::string& row : seen) row = in_order(row);
    std::vector<std::string> wanted = expected;
    for (std::string& row : wanted) row = in_order(row);
    for (const std::string& row : wanted)
      if (std::count(seen.begin(), seen.end(), row) != 1)
        c.error(fmt::format("{}: wrote \"{}\", read it back {} times", rig.id(), row,
                            std::count(seen.begin(), seen.end(), row)));
    for (const std::string& row : seen)
      if (std::find(wanted.begin(), wanted.end(), row) == wanted.end())
        c.error(fmt::format("{}: read \"{}\" that nobody wrote", rig.id(), row));
    if (seen != wanted &&
        std::is_permutation(seen.begin(), seen.end(), wanted.begin(), wanted.end()))
      c.error(rig.id() + ": a scan's rows are not in the order of series and time");
  });
}

constexpr int rows_a_batch = 50;

testing::Points batch_of(int number) {
  testing::Points points;
  for (int i = 0; i < rows_a_batch; ++i) {
    const testing::Points one{
        fmt::format("cpu,host=h{} v={} {}", i % 7, i, int64_t{number} * rows_a_batch + i)};
    points.add(one[0]);
  }
  return points;
}

// Writes until killed; a byte for each write that returned.
[[noreturn]] void write_for_ever(Case& c, const tw_plugin& plugin, int acknowledged) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Rig rig{c, plugin};
  if (rig.ready()) {
    StorageCalls storage{c, rig};
    if (storage.define_database())
      for (int i = 0; storage.write(batch_of(i)) && ::write(acknowledged, "+", 1) == 1; ++i) {
      }
  }
  _exit(0);
}

// Reads acknowledgements until there are enough, the writer is done, or the time is over.
size_t hear(int fd, size_t enough, int limit_ms) {
  size_t n = 0;
  char bytes[256];
  pollfd wait{fd, POLLIN, 0};
  while (n < enough && poll(&wait, 1, limit_ms) > 0) {
    const ssize_t got = ::read(fd, bytes, sizeof bytes);
    if (got <= 0) break;
    n += static_cast<size_t>(got);
  }
  return n;
}

// The writes that returned before the writer was killed.
size_t write_and_kill(Case& c, const tw_plugin& plugin) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  c.doing(fmt::format("writes of {}", plugin.id));
  const pid_t pid = fork();
  if (pid == 0) write_for_ever(c, plugin, ends[1]);
  ::close(ends[1]);
  size_t acknowledged = hear(ends[0], 40, 4000);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  acknowledged += hear(ends[0], SIZE_MAX, 1000);
  ::close(ends[0]);
  return acknowledged;
}

void storage_crash(Case& c) {
  for (const tw_plugin* p : c.plugins_with(TW_STORAGE, "storage")) {
    const size_t acknowledged = write_and_kill(c, *p);
    if (acknowledged == 0) continue;  // why was noted by the writer
    Rig rig{c, *p};
    if (!rig.ready()) {
      c.error(fmt::format("{}: does not open again after kill -9: {}", p->id,
                          rig.created() ? rig.instance().error() : "create failed"));
      continue;
    }
    const size_t found = StorageCalls{c, rig}.rows("cpu").size();
    if (found < acknowledged * rows_a_batch)
      c.error(fmt::format("{}: kill -9 after {} points were acknowledged, {} are there", p->id,
                          acknowledged * rows_a_batch, found));
    rig.stop();
  }
}

}  // namespace

std::span<const Test> storage_tests() {
  static constexpr Test tests[] = {
      {41, "storage-readback", storage_readback},
      {41, "storage-crash", storage_crash},
  };
  return tests;
}

}  // namespace tickwork::host::check
