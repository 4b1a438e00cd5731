// SPDX-License-Identifier: MIT
// formats.influx: line protocol as a data_format, parser and serializer.
#include <tickwork/tickwork.hpp>

#include "kit/lineproto/lineproto.hpp"

namespace {

using namespace tickwork;

lineproto::ParserOptions parser_options(const Config& config) {
  lineproto::ParserOptions options;
  options.unit_ns = config.num("influx_timestamp_precision");
  if (options.unit_ns <= 0)
    throw Error{TW_E_INVALID, "influx_timestamp_precision must be positive"};
  return options;
}

lineproto::SerializerOptions serializer_options(const Config& config) {
  return {.sort_fields = config.boolean("influx_sort_fields"),
          .uint_support = config.boolean("influx_uint_support"),
          .omit_timestamp = config.boolean("influx_omit_timestamp"),
          .max_line_bytes = static_cast<size_t>(config.num("influx_max_line_bytes"))};
}

class Influx {
 public:
  Influx(Host host, Config config)
      : host_{host}, parser_{parser_options(config)}, serializer_{serializer_options(config)} {}

  Parsed parse(std::string_view text, bool final, Sink sink) {
    const auto got = parser_.parse(text, final);
    if (!got.points.empty()) {
      const tw_status status = sink.add(got.points.data(), got.points.size());
      if (status == TW_AGAIN) throw Error{TW_AGAIN, "downstream is full"};
    }
    if (got.failed == 0) return got.used;
    const auto first = got.errors.substr(0, got.errors.find("\nunable to parse"));
    return {got.used, got.points.empty() ? TW_E_INVALID : TW_PARTIAL, std::string{first}};
  }

  void serialize(Batch batch, Writer writer) {
    text_.clear();
    for (const tw_point& point : batch) {
      const auto written = serializer_.append(point, text_);
      if (written == lineproto::Written::ok) continue;
      host_.error("cannot serialize a point of " + string(point.name) +
                  (written == lineproto::Written::no_fields
                       ? ": no field is left that line protocol can hold"
                       : ": a field does not fit into influx_max_line_bytes"));
    }
    writer.write(text_);
  }

 private:
  Host host_;
  lineproto::Parser parser_;
  lineproto::Serializer serializer_;
  std::string text_;
};

constexpr tw_option options[] = {
    {"influx_timestamp_precision", TW_OPT_DURATION, 0, "\"1ns\"",
     "Unit of the times that are read"},
    {"influx_parser_type", TW_OPT_STRING, 0, "\"internal\"", "Accepted and without effect"},
    {"influx_max_line_bytes", TW_OPT_INT, 0, "0", "Split longer lines by fields; 0: no limit"},
    {"influx_sort_fields", TW_OPT_BOOL, 0, "false", "Write the fields sorted by key"},
    {"influx_uint_support", TW_OPT_BOOL, 0, "false",
     "Write unsigned integers as 1u, otherwise as 1i with the largest integer as limit"},
    {"influx_omit_timestamp", TW_OPT_BOOL, 0, "false", "Write lines without time"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.formats.influx", "0.1.0", "MIT",
                tickwork::plugin<Influx>("formats.influx", "Line protocol", options));
