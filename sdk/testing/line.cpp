// SPDX-License-Identifier: MIT
// Line protocol for tests: printing and reading one point a line. Small rather than fast; what it
// cannot read it names.
#include <tickwork/cpp/error.hpp>

#include <charconv>
#include <deque>
#include <stdexcept>
#include <string>
#include <tickwork/testing/points.hpp>

namespace tickwork::testing {
namespace {

void put_escaped(std::string& out, std::string_view s, std::string_view special) {
  for (char c : s) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

template <class T>
void put_number(std::string& out, T v) {
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, v).ptr);
}

void put_value(std::string& out, const tw_value& v) {
  switch (v.type) {
    case TW_FLOAT:
      return put_number(out, v.as.f);
    case TW_INT:
      return put_number(out, v.as.i), void(out += 'i');
    case TW_UINT:
      return put_number(out, v.as.u), void(out += 'u');
    case TW_BOOL:
      return void(out += v.as.b ? "true" : "false");
    case TW_STRING:
      out += '"';
      put_escaped(out, v.len ? std::string_view{v.as.s, v.len} : "", "\"\\");
      return void(out += '"');
    default:
      out += "<type " + std::to_string(v.type) + '>';
  }
}

// Reads one line. Strings that lose escapes live in kept until the point was copied.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text}, rest_{text} {}

  void read_into(Points& out) {
    const std::string_view series = rest_;
    point_.name = str(word(", "));
    while (take(',')) {
      const std::string_view key = word("=");
      expect('=');
      tags_.push_back({str(key), str(word(", "))});
    }
    point_.series = str(series.substr(0, series.size() - rest_.size()));
    expect(' ');
    do {
      const std::string_view key = word("=");
      expect('=');
      fields_.push_back({str(key), value()});
    } while (take(','));
    point_.time_ns = take(' ') && !rest_.empty() ? number<int64_t>(rest_) : TW_NOW;
    point_.tags = tags_.data();
    point_.fields = fields_.data();
    point_.n_tags = static_cast<uint32_t>(tags_.size());
    point_.n_fields = static_cast<uint32_t>(fields_.size());
    out.add(point_);
  }

 private:
  [[noreturn]] void bad(std::string_view why) const {
    throw std::invalid_argument{"cannot read \"" + std::string{text_} + "\": " + std::string{why}};
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) bad(std::string{"expected '"} + c + '\'');
  }
  std::string_view word(std::string_view ends) {
    std::string& out = kept_.emplace_back();
    while (!rest_.empty() && ends.find(rest_.front()) == std::string_view::npos) {
      const bool escape = rest_.size() > 1 && rest_.front() == '\\' &&
                          std::string_view{", ="}.find(rest_[1]) != std::string_view::npos;
      if (escape) rest_.remove_prefix(1);
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    if (out.empty()) bad("a name or value is empty");
    return out;
  }
  tw_value quoted() {
    std::string& out = kept_.emplace_back();
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.size() > 1 && rest_.front() == '\\' && (rest_[1] == '"' || rest_[1] == '\\'))
        rest_.remove_prefix(1);
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    expect('"');
    return {.type = TW_STRING, .len = static_cast<uint32_t>(out.size()), .as = {.s = out.data()}};
  }
  template <class T>
  T number(std::string_view s) const {
    T v{};
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
    if (error != std::errc{} || end != s.data() + s.size()) bad("a number is malformed");
    return v;
  }
  tw_value value() {
    if (take('"')) return quoted();
    const std::string_view s = word(", ");
    if (s == "true" || s == "t" || s == "T" || s == "True" || s == "TRUE")
      return {.type = TW_BOOL, .len = 0, .as = {.b = true}};
    if (s == "false" || s == "f" || s == "F" || s == "False" || s == "FALSE")
      return {.type = TW_BOOL, .len = 0, .as = {.b = false}};
    const std::string_view head = s.substr(0, s.size() - 1);
    if (s.back() == 'i') return {.type = TW_INT, .len = 0, .as = {.i = number<int64_t>(head)}};
    if (s.back() == 'u') return {.type = TW_UINT, .len = 0, .as = {.u = number<uint64_t>(head)}};
    return {.type = TW_FLOAT, .len = 0, .as = {.f = number<double>(s)}};
  }

  std::string_view text_, rest_;
  tw_point point_{};
  std::vector<tw_tag> tags_;
  std::vector<tw_field> fields_;
  std::deque<std::string> kept_;
};

std::string_view trimmed(std::string_view s) {
  const size_t first = s.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return s.substr(first, s.find_last_not_of(" \t\r") - first + 1);
}

// The end of the line that text begins with; newlines within quotes belong to it.
size_t line_end(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '\n' && !quoted)
      return i;
  }
  return text.size();
}

}  // namespace

Points::Points(std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = line_end(lines);
    const std::string_view text = trimmed(lines.substr(0, end));
    if (!text.empty() && text.front() != '#') Reader{text}.read_into(*this);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

std::string line(const tw_point& p) {
  std::string out;
  put_escaped(out, view(p.name), ", ");
  for (uint32_t i = 0; i < p.n_tags; ++i) {
    out += ',';
    put_escaped(out, view(p.tags[i].key), ",= ");
    out += '=';
    put_escaped(out, view(p.tags[i].value), ",= ");
  }
  for (uint32_t i = 0; i < p.n_fields; ++i) {
    out += i ? ',' : ' ';
    put_escaped(out, view(p.fields[i].key), ",= ");
    out += '=';
    put_value(out, p.fields[i].value);
  }
  if (p.time_ns != TW_NOW) out += ' ' + std::to_string(p.time_ns);
  return out;
}

}  // namespace tickwork::testing
