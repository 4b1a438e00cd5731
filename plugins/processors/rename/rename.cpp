// SPDX-License-Identifier: MIT
// processors.rename: other names for measurements, tags and fields.
#include <algorithm>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

struct Rule {
  std::string measurement, tag, field, dest;
};

class Rename {
 public:
  Rename(Host, Config config) {
    for (size_t i = 0; i < config.count("replace"); ++i) {
      const Config table = config.table("replace", i);
      const auto text = [&](const char* key) {
        return table.type(key) == 0 ? std::string{} : table.str(key);
      };
      Rule rule{text("measurement"), text("tag"), text("field"), text("dest")};
      if (!rule.dest.empty()) rules_.push_back(std::move(rule));
    }
  }

  void process(Batch batch, Sink sink) {
    for (const tw_point& point : batch) {
      tags_.assign(point.tags, point.tags + point.n_tags);
      fields_.assign(point.fields, point.fields + point.n_fields);
      tw_point out = point;
      for (const Rule& rule : rules_) apply(rule, out);
      out.tags = tags_.data();
      out.n_tags = static_cast<uint32_t>(tags_.size());
      out.fields = fields_.data();
      out.n_fields = static_cast<uint32_t>(fields_.size());
      sink.add(out);
    }
  }

 private:
  void apply(const Rule& rule, tw_point& out) {
    if (!rule.measurement.empty() && view(out.name) == rule.measurement) {
      out.name = str(rule.dest);
      out.series = {};
    }
    if (!rule.tag.empty() && rename(tags_, rule.tag, rule.dest)) {
      out.series = {};
      std::sort(tags_.begin(), tags_.end(),
                [](const tw_tag& a, const tw_tag& b) { return view(a.key) < view(b.key); });
    }
    if (!rule.field.empty()) rename(fields_, rule.field, rule.dest);
  }

  // What had the new name before gives way.
  template <class Items>
  static bool rename(Items& items, const std::string& from, const std::string& to) {
    const auto named = [&items](const std::string& key) {
      return std::find_if(items.begin(), items.end(),
                          [&](const auto& item) { return view(item.key) == key; });
    };
    if (from == to || named(from) == items.end()) return false;
    if (const auto old = named(to); old != items.end()) items.erase(old);
    named(from)->key = str(to);
    return true;
  }

  std::vector<Rule> rules_;
  std::vector<tw_tag> tags_;
  std::vector<tw_field> fields_;
};

constexpr tw_option options[] = {
    {"replace", TW_OPT_TABLE, TW_LIST, nullptr,
     "Rules in their order: measurement, tag or field, and dest, its new name"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.processors.rename", "0.1.0", "MIT",
                tickwork::plugin<Rename>("processors.rename", "Other names for what points hold",
                                         options));
