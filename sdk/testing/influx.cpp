// SPDX-License-Identifier: MIT
// "formats.influx" for tests of plugins that make a parser or serializer: line protocol, complete
// lines only, a bad line is skipped.
#include <stdexcept>

#include "world.hpp"

struct tw_instance {
  int unused;
};

namespace tickwork::testing::detail {
namespace {

tw_status create(const tw_host*, const tw_config*, tw_instance** out, tw_error*) {
  *out = new tw_instance{};
  return TW_OK;
}
void destroy(tw_instance* self) { delete self; }

tw_status parse(tw_instance*, tw_str text, uint32_t flags, size_t* used, const tw_sink* sink,
                tw_error* error) {
  std::string_view rest = view(text);
  tw_status status = TW_OK;
  bool any = false;
  for (*used = 0; !rest.empty();) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos && !(flags & TW_PARSE_FINAL)) break;
    const size_t n = end == std::string_view::npos ? rest.size() : end + 1;
    try {
      const Points points{rest.substr(0, n)};
      if (!points.empty()) sink->add(sink, points.begin(), points.size());
      any |= !points.empty();
    } catch (const std::invalid_argument& e) {
      if (status == TW_OK) status = fail(error, TW_PARTIAL, e.what());
    }
    rest.remove_prefix(n);
    *used += n;
  }
  return status == TW_PARTIAL && !any ? TW_E_INVALID : status;
}

tw_status serialize(tw_instance*, const tw_batch* batch, const tw_writer* writer, tw_error*) {
  std::string text;
  for (size_t i = 0; i < batch->count; ++i) text += line(batch->points[i]) + '\n';
  return writer->write(writer, str(text));
}

constexpr tw_parser parser{sizeof(tw_parser), parse};
constexpr tw_serializer serializer{sizeof(tw_serializer), serialize};
constexpr tw_option options[] = {{}};
constexpr tw_ext exts[] = {{TW_PARSER, &parser}, {TW_SERIALIZER, &serializer}, {}};
constexpr tw_plugin plugin{sizeof(tw_plugin), 0,      "formats.influx", "Line protocol for tests",
                           options,           exts,   create,           nullptr,
                           nullptr,           destroy};

}  // namespace

const tw_plugin& influx_format() { return plugin; }

}  // namespace tickwork::testing::detail
