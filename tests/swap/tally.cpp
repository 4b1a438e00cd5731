// SPDX-License-Identifier: MIT
// A processor and an aggregator that count, and hand their counts to a successor. Built in several
// versions: BROKEN 1 refuses what it is handed, BROKEN 2 does not start.
#include <cstring>
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>
#include <vector>

namespace {

using namespace tickwork;

// A count that crosses from one version to the next.
class Counter {
 public:
  void save(Writer to) const { to.write({reinterpret_cast<const char*>(&n), sizeof n}); }
  void load(std::string_view bytes) {
    if (BROKEN == 1 || bytes.size() != sizeof n) throw Error{TW_E_INVALID, "that is no count"};
    std::memcpy(&n, bytes.data(), sizeof n);
  }
  int64_t n = 0;
};

// Adds the field "seen": the how-manieth point it is. Writes a line when it takes over.
class Tally {
 public:
  Tally(Host, Config config) : path_{config.str("path")} {}
  void start() {
    if (BROKEN == 2) throw Error{TW_E_IO, "will not start"};
  }
  void process(Batch batch, Sink sink) {
    std::vector<tw_field> all;
    for (const tw_point& point : batch) {
      all.assign(fields(point).begin(), fields(point).end());
      all.push_back({str("seen"), value(++count_.n)});
      tw_point counted = point;
      counted.fields = all.data();
      counted.n_fields = static_cast<uint32_t>(all.size());
      sink.add(counted);
    }
  }
  void save(Writer to) const { count_.save(to); }
  void load(std::string_view bytes) {
    count_.load(bytes);
    std::ofstream{path_, std::ios::app} << VERSION << '\n';
  }

 private:
  std::string path_;
  Counter count_;
};

class Total {
 public:
  Total(Host, Config) {}
  void add(Batch batch) { count_.n += static_cast<int64_t>(batch.size()); }
  void push(Sink sink) {
    sink.point("total").field("n", count_.n).send();
    count_.n = 0;
  }
  void save(Writer to) const { count_.save(to); }
  void load(std::string_view bytes) { count_.load(bytes); }

 private:
  Counter count_;
};

constexpr tw_option options[] = {{"path", TW_OPT_STRING, 0, "\"\"", "Where take-overs are written"},
                                 {}};

}  // namespace

TICKWORK_MODULE("org.example.tally", VERSION, "MIT",
                plugin<Tally>("processors.tally", "Numbers points", options),
                plugin<Total>("aggregators.total", "Counts points"));
