// SPDX-License-Identifier: MIT
// A source of numbered points, which stalls in a gather while there is a file of that name, and an
// output that checks what arrives and says so at its stop. Both hand what they counted to a
// successor.
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

template <class Counts>
void write_counts(Writer to, const Counts& counts) {
  to.write({reinterpret_cast<const char*>(&counts), sizeof counts});
}

template <class Counts>
void read_counts(std::string_view bytes, Counts& counts) {
  if (bytes.size() != sizeof counts) throw Error{TW_E_INVALID, "that are no counts"};
  std::memcpy(&counts, bytes.data(), sizeof counts);
}

class Flood {
 public:
  Flood(Host, Config config) : points_{config.num("points")}, path_{config.str("path")} {}
  void gather(Sink sink) {
    while (std::filesystem::exists(path_ + ".stall")) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    for (int64_t i = 0; i < points_; ++i) sink.point("flood").field("n", n_++).send();
  }
  void stop() { std::ofstream{path_} << n_ << '\n'; }
  void save(Writer to) const { write_counts(to, n_); }
  void load(std::string_view bytes) { read_counts(bytes, n_); }

 private:
  int64_t points_, n_ = 0;
  std::string path_;
};

// "flood N numbered N total N", N of which are the points, those in order, those in totals.
class Census {
 public:
  Census(Host, Config config) : path_{config.str("path")} {}
  void write(Batch batch) {
    for (const tw_point& point : batch) {
      if (view(point.name) == "total") {
        counts_.total += point.fields[0].value.as.i;
        continue;
      }
      int64_t n = -1, seen = -1;
      for (const tw_field& field : fields(point)) {
        (view(field.key) == "n" ? n : seen) = field.value.as.i;
      }
      counts_.in_order += n == counts_.points && seen == n + 1;
      ++counts_.points;
    }
  }
  void stop() {
    std::ofstream{path_} << "flood " << counts_.points << " numbered " << counts_.in_order
                         << " total " << counts_.total << '\n';
  }
  void save(Writer to) const { write_counts(to, counts_); }
  void load(std::string_view bytes) { read_counts(bytes, counts_); }

 private:
  std::string path_;
  struct {
    int64_t points = 0, in_order = 0, total = 0;
  } counts_;
};

constexpr tw_option options[] = {{"points", TW_OPT_INT, 0, "1", "Points a gather"},
                                 {"path", TW_OPT_STRING, 0, "\"\"", "Where counts are written"},
                                 {}};

}  // namespace

TICKWORK_MODULE("org.example.flood", VERSION, "MIT",
                plugin<Flood>("inputs.flood", "Numbered points", options),
                plugin<Census>("outputs.census", "Checks them", options));
