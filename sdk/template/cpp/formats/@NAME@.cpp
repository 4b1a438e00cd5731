// @ID@: a number a line. Replace parse and serialize by your format; inputs and outputs use it as
// data_format = "@NAME@".
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string name, field;

  @CLASS@(tickwork::Host, tickwork::Config config) : name{config.str("default_name")}, field{config.str("field")} {
    if (name.empty() || field.empty())
      throw tickwork::Error{TW_E_INVALID, "default_name and field must not be empty"};
  }

  // Answers how much it used: an unfinished line stays for the next call, unless nothing follows.
  tickwork::Parsed parse(std::string_view text, bool final, tickwork::Sink sink) {
    size_t used = 0, good = 0;
    std::string why;
    while (used < text.size()) {
      const size_t end = text.find('\n', used);
      if (end == text.npos && !final) break;
      const auto line = text.substr(used, end == text.npos ? end : end - used);
      used = end == text.npos ? text.size() : end + 1;
      if (line.empty()) continue;
      double number = 0;
      const auto [stop, error] = std::from_chars(line.begin(), line.end(), number);
      if (error == std::errc{} && stop == line.end() && std::isfinite(number)) {
        sink.point(name).field(field, number).send();
        good++;
      } else if (why.empty()) {
        why = "\"" + std::string{line.substr(0, 40)} + "\" is no number";
      }
    }
    if (why.empty()) return used;
    return {used, good ? TW_PARTIAL : TW_E_INVALID, why};
  }

  void serialize(tickwork::Batch batch, tickwork::Writer writer) {
    for (const tw_point& point : batch)
      for (const tw_field& f : tickwork::fields(point)) {
        char text[40];
        char* end = text;
        if (f.value.type == TW_FLOAT) end = std::to_chars(text, text + 39, f.value.as.f).ptr;
        if (f.value.type == TW_INT) end = std::to_chars(text, text + 39, f.value.as.i).ptr;
        if (f.value.type == TW_UINT) end = std::to_chars(text, text + 39, f.value.as.u).ptr;
        if (end == text) continue;
        *end++ = '\n';
        writer.write({text, static_cast<size_t>(end - text)});
      }
  }
};

static constexpr tw_option options[] = {
    {"default_name", TW_OPT_STRING, 0, "\"@NAME@\"", "Measurement; inputs give their own name"},
    {"field", TW_OPT_STRING, 0, "\"value\"", "Field for a number that is read"},
    {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT", tickwork::plugin<@CLASS@>("@ID@", "A number a line", options));
