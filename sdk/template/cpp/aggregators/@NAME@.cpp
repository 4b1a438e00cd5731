// @ID@: counts the points of each measurement. Replace add and push by the summary you want.
#include <map>
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string field;
  std::map<std::string, int64_t, std::less<>> counts;

  @CLASS@(tickwork::Host, tickwork::Config config) : field{config.str("field")} {
    if (field.empty()) throw tickwork::Error{TW_E_INVALID, "field must not be empty"};
  }

  void add(tickwork::Batch batch) {
    for (const tw_point& point : batch) {
      const auto found = counts.find(tickwork::view(point.name));
      if (found == counts.end())
        counts.emplace(tickwork::view(point.name), 1);
      else
        found->second++;
    }
  }

  // The window is over: its summary goes out, and the next one begins.
  void push(tickwork::Sink sink) {
    for (const auto& [name, count] : counts) sink.point(name).field(field, count).send();
    counts.clear();
  }
};

static constexpr tw_option options[] = {{"field", TW_OPT_STRING, 0, "\"count\"", "Field for the number"},
                                        {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Counts points by measurement", options));
