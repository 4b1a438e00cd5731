// SPDX-License-Identifier: MIT
// A source of numbered points and an output that checks what arrives and says so at its stop.
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

class Flood {
 public:
  Flood(Host, Config config) : points_{config.num("points")}, path_{config.str("path")} {}
  void gather(Sink sink) {
    for (int64_t i = 0; i < points_; ++i) sink.point("flood").field("n", n_++).send();
  }
  void stop() { std::ofstream{path_} << n_ << '\n'; }

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
        total_ += point.fields[0].value.as.i;
        continue;
      }
      int64_t n = -1, seen = -1;
      for (const tw_field& field : fields(point)) {
        (view(field.key) == "n" ? n : seen) = field.value.as.i;
      }
      in_order_ += n == points_ && seen == n + 1;
      ++points_;
    }
  }
  void stop() {
    std::ofstream{path_} << "flood " << points_ << " numbered " << in_order_ << " total " << total_
                         << '\n';
  }

 private:
  std::string path_;
  int64_t points_ = 0, in_order_ = 0, total_ = 0;
};

constexpr tw_option options[] = {{"points", TW_OPT_INT, 0, "1", "Points a gather"},
                                 {"path", TW_OPT_STRING, 0, "\"\"", "Where counts are written"},
                                 {}};

}  // namespace

TICKWORK_MODULE("org.example.flood", "1.0.0", "MIT",
                plugin<Flood>("inputs.flood", "Numbered points", options),
                plugin<Census>("outputs.census", "Checks them", options));
