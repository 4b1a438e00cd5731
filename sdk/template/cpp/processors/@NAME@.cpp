// @ID@: gives points a tag that they lack. Replace process by what you want to do with points.
#include <string>
#include <tickwork/tickwork.hpp>
#include <vector>

struct @CLASS@ {
  std::string key, value;
  std::vector<tw_tag> tags;  // kept, so that a batch allocates nothing

  @CLASS@(tickwork::Host, tickwork::Config config) : key{config.str("key")}, value{config.str("value")} {
    if (key.empty() || value.empty()) throw tickwork::Error{TW_E_INVALID, "key and value must not be empty"};
  }

  // What is not added to the sink goes no further.
  void process(tickwork::Batch batch, tickwork::Sink sink) {
    for (tw_point point : batch) {
      if (tickwork::tag(point, key).empty()) {
        tags.assign(point.tags, point.tags + point.n_tags);
        tags.push_back({tickwork::str(key), tickwork::str(value)});
        point.tags = tags.data();
        point.n_tags++;
        point.series = {};  // the text that it came from has other tags
      }
      sink.add(point);
    }
  }
};

static constexpr tw_option options[] = {{"key", TW_OPT_STRING, 0, "\"place\"", "Key of the tag"},
                                        {"value", TW_OPT_STRING, 0, "\"here\"", "Its value"},
                                        {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Gives points a tag that they lack", options));
