// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <algorithm>

namespace tickwork::week {
namespace {

int64_t cpu_at(int64_t host, int64_t minute) { return (minute * 7 + host * 13) % 1009; }
int64_t late_at(int64_t rack, int64_t minute) { return (minute * 3 + rack) % 101; }
int64_t task_at(int64_t task, int64_t minute) { return (minute + task) % 97; }

std::string line(const std::string& series, const std::string& fields, int64_t time) {
  return series + " " + fields + " " + std::to_string(time) + "\n";
}

template <class Value>
Sums sums(int64_t from, int64_t to, Value value) {
  Sums out;
  for (int64_t minute = from; minute < to; ++minute) {
    ++out.count;
    out.sum += value(minute);
    out.most = std::max(out.most, value(minute));
  }
  return out;
}

}  // namespace

std::string lines_of(int64_t minute, int64_t begin_ns) {
  const int64_t time = begin_ns + minute * minute_ns, hour = minute / 60;
  std::string out;
  for (int64_t host = 0; host < hosts; ++host) {
    const int64_t v = cpu_at(host, minute);
    out += line("cpu,host=h" + std::to_string(host),
                "v=" + std::to_string(v) + "i,load=" + std::to_string(v / 4) + ".25", time);
  }
  for (int64_t rack = 0; rack < racks; ++rack) {
    out += line("late,rack=r" + std::to_string(rack),
                "n=" + std::to_string(late_at(rack, minute - lateness)) + "i",
                time - lateness * minute_ns);
  }
  for (int64_t task = 0; task < tasks_an_hour; ++task) {
    out += line("task,id=" + std::to_string(hour * tasks_an_hour + task),
                "busy=" + std::to_string(task_at(task, minute)) + "i", time);
  }
  out.pop_back();
  return out;
}

Sums of_host(int64_t host, int64_t from, int64_t to) {
  return sums(from, to, [&](int64_t minute) { return cpu_at(host, minute); });
}

Sums of_rack(int64_t rack, int64_t from, int64_t to) {
  return sums(from, to, [&](int64_t minute) { return late_at(rack, minute); });
}

Sums of_tasks(int64_t from, int64_t to) {
  Sums out;
  for (int64_t task = 0; task < tasks_an_hour; ++task) {
    const Sums one = sums(from, to, [&](int64_t minute) { return task_at(task, minute); });
    out.count += one.count;
    out.sum += one.sum;
    out.most = std::max(out.most, one.most);
  }
  return out;
}

}  // namespace tickwork::week
