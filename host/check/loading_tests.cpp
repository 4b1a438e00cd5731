// SPDX-License-Identifier: MIT
// Tests 17 to 20: what loading does to the process.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <set>
#include <string>

#include "check/process.hpp"
#include "check/test.hpp"
#include "module/loader.hpp"

namespace tickwork::host::check {
namespace {

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Processor time, so that a busy machine does not matter. Libraries behind the plugin count.
void scan_time(Case& c) {
  const double before = cpu_seconds();
  c.module();
  const double ms = (cpu_seconds() - before) * 1000;
  if (ms > 1000)
    c.error(fmt::format("loading took {:.0f} ms, expected less than 100", ms));
  else if (ms > 100)
    c.warning(fmt::format("loading took {:.0f} ms, expected less than 100", ms));
}

void no_threads_at_load(Case& c) {
  const size_t before = thread_count();
  c.module();
  if (const size_t after = settled(thread_count, before); after > before)
    c.error(fmt::format("loading started {} thread(s); start them in start", after - before));
}

void no_output(Case& c) {
  const int file = open(".", O_TMPFILE | O_RDWR, 0600);
  const int saved_out = dup(1), saved_err = dup(2);
  if (file < 0) return c.note("no scratch file here");
  dup2(file, 1);
  dup2(file, 2);
  const auto restore = [&] {
    dup2(saved_out, 1);
    dup2(saved_err, 2);
    close(saved_out);
    close(saved_err);
  };
  try {
    c.module();
  } catch (...) {
    restore();
    throw;
  }
  restore();
  if (const off_t n = lseek(file, 0, SEEK_END); n > 0)
    c.error(fmt::format("loading printed {} bytes; use the host's log", n));
  close(file);
}

std::set<std::string> ids_of(const tw_module& m) {
  std::set<std::string> ids;
  for (const tw_plugin* const* p = m.plugins; p && *p; ++p) ids.insert((*p)->id);
  return ids;
}

void load_twice(Case& c) {
  const tw_module& first = c.module();
  const auto second = load_copy(c.subject().path);
  if (!second) return c.error("a second copy cannot be loaded: " + second.failure().message);
  if (*second == &first) return c.error("a second copy shares its tables with the first");
  if (ids_of(first) != ids_of(**second)) c.error("a second copy offers other plugins");
}

}  // namespace

std::span<const Test> loading_tests() {
  static constexpr Test tests[] = {
      {17, "scan-time", scan_time},
      {18, "no-threads-at-load", no_threads_at_load},
      {19, "no-output", no_output},
      {20, "load-twice", load_twice},
  };
  return tests;
}

}  // namespace tickwork::host::check
