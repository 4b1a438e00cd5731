// SPDX-License-Identifier: MIT
// inputs.mock: made-up points, for tests and demonstrations.
#include <cmath>
#include <numbers>
#include <random>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

struct Wave {
  std::string name;
  double amplitude, period, phase, base_line;
};
struct Range {
  std::string name;
  double min, max;
};
struct Step {
  std::string name;
  double now, step;
};
struct Stock {
  std::string name;
  double price, volatility;
};
struct Constant {
  std::string name, text;
  tw_value value;
};

double real(const Config& table, const char* key, double otherwise = 0) {
  return table.type(key) == 0 ? otherwise : table.real(key);
}

class Mock {
 public:
  Mock(Host, Config config) : name_{config.str("metric_name")} {
    each(config, "constant", [this](const Config& t) { constants_.push_back(constant(t)); });
    each(config, "random", [this](const Config& t) {
      ranges_.push_back({t.str("name"), real(t, "min"), real(t, "max")});
    });
    each(config, "sine_wave", [this](const Config& t) {
      waves_.push_back({t.str("name"), real(t, "amplitude"), real(t, "period"), real(t, "phase"),
                        real(t, "base_line")});
    });
    each(config, "step", [this](const Config& t) {
      steps_.push_back({t.str("name"), real(t, "start"), real(t, "step")});
    });
    each(config, "stock", [this](const Config& t) {
      stocks_.push_back({t.str("name"), real(t, "price"), real(t, "volatility")});
    });
  }

  void gather(Sink sink) {
    Row row{name_};
    for (auto& c : constants_)
      row.field_value(c.name, c.value.type == TW_STRING ? value(c.text) : c.value);
    for (const Range& r : ranges_) {
      row.field(r.name, std::uniform_real_distribution<double>{r.min, r.max}(random_));
    }
    for (const Wave& w : waves_) {
      const double angle = static_cast<double>(count_) * w.period * std::numbers::pi + w.phase;
      row.field(w.name, std::sin(angle) * w.amplitude + w.base_line);
    }
    for (Step& s : steps_) row.field(s.name, std::exchange(s.now, s.now + s.step));
    for (Stock& s : stocks_) {
      row.field(s.name, s.price);
      std::normal_distribution<double> noise;
      s.price += s.price * s.volatility * noise(random_);
    }
    ++count_;
    sink.add(row);
  }

 private:
  template <class Take>
  static void each(const Config& config, const char* key, Take take) {
    for (size_t i = 0; i < config.count(key); ++i) take(config.table(key, i));
  }

  static Constant constant(const Config& t) {
    Constant made{t.str("name"), {}, {}};
    switch (t.type("value")) {
      case TW_OPT_BOOL:
        made.value = value(t.boolean("value"));
        break;
      case TW_OPT_INT:
        made.value = value(t.num("value"));
        break;
      case TW_OPT_FLOAT:
        made.value = value(t.real("value"));
        break;
      default:
        made.value.type = TW_STRING;
        made.text = t.str("value");
    }
    return made;
  }

  std::string name_;
  std::vector<Constant> constants_;
  std::vector<Range> ranges_;
  std::vector<Wave> waves_;
  std::vector<Step> steps_;
  std::vector<Stock> stocks_;
  uint64_t count_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
};

constexpr tw_option options[] = {
    {"metric_name", TW_OPT_STRING, 0, "\"mock\"", "Measurement"},
    {"constant", TW_OPT_TABLE, TW_LIST, nullptr, "name, value: always the same"},
    {"random", TW_OPT_TABLE, TW_LIST, nullptr, "name, min, max: any number between"},
    {"sine_wave", TW_OPT_TABLE, TW_LIST, nullptr, "name, amplitude, period, phase, base_line"},
    {"step", TW_OPT_TABLE, TW_LIST, nullptr, "name, start, step: counts up"},
    {"stock", TW_OPT_TABLE, TW_LIST, nullptr, "name, price, volatility: wanders"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.mock", "0.1.0", "MIT",
                tickwork::plugin<Mock>("inputs.mock", "Made-up points", options));
