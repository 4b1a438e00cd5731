// SPDX-License-Identifier: MIT
// Template text to pieces: literal text, and actions between {{ and }}.
#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "kit/gotemplate/syntax.hpp"

namespace tickwork::gotemplate {
namespace {

constexpr int max_depth = 100;

struct ParseError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The inside of one action.
class Action {
 public:
  explicit Action(std::string_view text) : text_{text} {}

  void skip() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool done() {
    skip();
    return at_ >= text_.size();
  }
  bool accept(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  bool accept_word(std::string_view word) {
    skip();
    auto rest = text_.substr(at_);
    if (!rest.starts_with(word) || (rest.size() > word.size() && is_word(rest[word.size()])))
      return false;
    at_ += word.size();
    return true;
  }

  Pipeline pipeline() {
    if (++depth_ > max_depth) throw ParseError{"pipelines are nested too deeply"};
    Pipeline p;
    declarations(p);
    do p.commands.push_back(command());
    while (accept("|"));
    --depth_;
    return p;
  }

  void expect_end() {
    if (!done())
      throw ParseError{"unexpected \"" + std::string{text_.substr(at_)} + "\" in command"};
  }

 private:
  void declarations(Pipeline& p) {
    size_t start = at_;
    do {
      skip();
      if (at_ >= text_.size() || text_[at_] != '$') break;
      ++at_;
      p.variables.push_back("$" + word());
    } while (accept(","));
    if (accept(":=")) return;
    if (!p.variables.empty() && !text_.substr(at_).starts_with("==") && accept("=")) {
      p.assign = true;
      return;
    }
    p.variables.clear();
    at_ = start;
  }

  std::string word() {
    size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string{text_.substr(from, at_ - from)};
  }

  std::vector<Operand> command() {
    std::vector<Operand> operands;
    while (!done() && text_[at_] != '|' && text_[at_] != ')') operands.push_back(operand());
    if (operands.empty()) throw ParseError{"missing value for command"};
    return operands;
  }

  Operand operand() {
    Operand o;
    char c = text_[at_];
    if (c == '.' && !(at_ + 1 < text_.size() && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9')) {
      o.kind = Operand::Kind::dot;
      if (at_ + 1 >= text_.size() || !is_word(text_[at_ + 1])) ++at_;
    } else if (c == '$') {
      ++at_;
      o.kind = Operand::Kind::variable;
      o.name = "$" + word();
    } else if (c == '(') {
      ++at_;
      o.kind = Operand::Kind::parentheses;
      o.inside = std::make_shared<Pipeline>(pipeline());
      if (!accept(")")) throw ParseError{"unclosed left paren"};
    } else if (c == '"' || c == '`') {
      o.kind = Operand::Kind::literal;
      o.literal = Value::of(c == '"' ? quoted() : raw());
    } else if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
      o.kind = Operand::Kind::literal;
      o.literal = number();
    } else {
      named(o);
    }
    fields(o);
    return o;
  }

  void named(Operand& o) {
    std::string name = word();
    o.kind = Operand::Kind::literal;
    if (name == "true" || name == "false") {
      o.literal = Value::of(name == "true");
    } else if (name == "nil") {
      o.literal = {};
    } else if (is_function(name)) {
      o.kind = Operand::Kind::function;
      o.name = name;
    } else if (name.empty()) {
      throw ParseError{"unexpected \"" + std::string{text_.substr(at_, 1)} + "\" in operand"};
    } else {
      throw ParseError{"function \"" + name + "\" not defined"};
    }
  }

  void fields(Operand& o) {
    while (at_ + 1 < text_.size() && text_[at_] == '.' && is_word(text_[at_ + 1])) {
      ++at_;
      o.fields.push_back(word());
    }
  }

  std::string quoted() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      char c = text_[at_];
      if (c == '\n') break;
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
        if (c == 'n')
          c = '\n';
        else if (c == 't')
          c = '\t';
        else if (c == 'r')
          c = '\r';
      }
      out += c;
    }
    if (at_ >= text_.size() || text_[at_] != '"') throw ParseError{"unterminated quoted string"};
    ++at_;
    return out;
  }

  std::string raw() {
    auto end = text_.find('`', at_ + 1);
    if (end == text_.npos) throw ParseError{"unterminated raw quoted string"};
    std::string out{text_.substr(at_ + 1, end - at_ - 1)};
    at_ = end + 1;
    return out;
  }

  Value number() {
    size_t from = at_;
    ++at_;
    while (at_ < text_.size() &&
           (is_word(text_[at_]) || text_[at_] == '.' ||
            ((text_[at_] == '-' || text_[at_] == '+') && text_[at_ - 1] == 'e')))
      ++at_;
    auto text = text_.substr(from, at_ - from);
    if (text.starts_with('+')) text.remove_prefix(1);
    int64_t i = 0;
    double f = 0;
    const char* end = text.data() + text.size();
    if (auto r = std::from_chars(text.data(), end, i); r.ec == std::errc{} && r.ptr == end)
      return Value::of(i);
    if (auto r = std::from_chars(text.data(), end, f); r.ec == std::errc{} && r.ptr == end)
      return Value::of(f);
    throw ParseError{"bad number syntax: \"" + std::string{text} + "\""};
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  std::vector<Piece> run() {
    auto pieces = list(0);
    if (ended_ != End::eof) throw ParseError{"unexpected {{end}} or {{else}}"};
    return pieces;
  }
  int line() const {
    auto read = text_.substr(0, std::min(at_, text_.size()));
    return 1 + static_cast<int>(std::count(read.begin(), read.end(), '\n'));
  }

 private:
  enum class End { eof, end, else_ } ended_ = End::eof;

  std::vector<Piece> list(int depth) {
    if (depth > max_depth) throw ParseError{"blocks are nested too deeply"};
    std::vector<Piece> pieces;
    for (;;) {
      add_text(pieces);
      if (at_ >= text_.size()) {
        ended_ = End::eof;
        return pieces;
      }
      int at_line = line();
      Action action{next_action()};
      if (comment_) continue;
      if (action.accept_word("end")) {
        ended_ = End::end;
        return pieces;
      }
      if (action.accept_word("else")) {
        ended_ = End::else_;
        else_action_ = action;
        return pieces;
      }
      pieces.push_back(piece(action, depth));
      pieces.back().line = at_line;
    }
  }

  void add_text(std::vector<Piece>& pieces) {
    auto open = std::min(text_.find("{{", at_), text_.size());
    auto text = text_.substr(at_, open - at_);
    if (trim_next_)
      while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    trim_next_ = false;
    auto inside = text_.substr(std::min(open + 2, text_.size()));
    if (open < text_.size() && inside.size() > 1 && inside[0] == '-' && is_blank(inside[1]))
      while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    at_ = open;
    if (!text.empty()) {
      pieces.emplace_back();
      pieces.back().text = text;
    }
  }

  std::string_view next_action() {
    at_ += 2;
    size_t close = at_;
    auto rest = text_.substr(at_);
    auto body = rest.starts_with("- ") ? rest.substr(2) : rest;
    comment_ = body.starts_with("/*");
    if (comment_) {
      close = text_.find("*/", at_);
      if (close == text_.npos) throw ParseError{"unclosed comment"};
    }
    close = closing(close);
    auto inside = text_.substr(at_, close - at_);
    at_ = close + 2;
    if (inside.size() > 1 && inside[0] == '-' && is_blank(inside[1])) inside.remove_prefix(1);
    if (inside.size() > 1 && inside.back() == '-' && is_blank(inside[inside.size() - 2])) {
      inside.remove_suffix(1);
      trim_next_ = true;
    }
    return inside;
  }

  // The closing braces, strings skipped.
  size_t closing(size_t from) {
    char quote = 0;
    for (size_t i = from; i + 1 < text_.size(); ++i) {
      char c = text_[i];
      if (quote) {
        if (c == '\\' && quote == '"')
          ++i;
        else if (c == quote)
          quote = 0;
      } else if (c == '"' || c == '`') {
        quote = c;
      } else if (c == '}' && text_[i + 1] == '}') {
        return i;
      }
    }
    throw ParseError{"unclosed action"};
  }

  Piece piece(Action& action, int depth) {
    Piece p;
    p.kind = action.accept_word("if")      ? Piece::Kind::if_
             : action.accept_word("range") ? Piece::Kind::range
             : action.accept_word("with")  ? Piece::Kind::with
                                           : Piece::Kind::action;
    for (auto word : {"define", "template", "block", "break", "continue"})
      if (action.accept_word(word)) throw ParseError{std::string{"unsupported action "} + word};
    p.pipeline = action.pipeline();
    action.expect_end();
    if (p.kind != Piece::Kind::action) block(p, depth);
    return p;
  }

  void block(Piece& p, int depth) {
    p.then = list(depth + 1);
    if (ended_ == End::else_) {
      Action otherwise = else_action_;
      if (otherwise.accept_word("if")) {
        Piece nested;
        nested.kind = Piece::Kind::if_;
        nested.pipeline = otherwise.pipeline();
        otherwise.expect_end();
        if (depth > max_depth) throw ParseError{"blocks are nested too deeply"};
        block(nested, depth + 1);
        p.otherwise.push_back(std::move(nested));
        return;
      }
      otherwise.expect_end();
      p.otherwise = list(depth + 1);
    }
    if (ended_ != End::end) throw ParseError{"unexpected EOF"};
    ended_ = End::eof;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool trim_next_ = false, comment_ = false;
  Action else_action_{""};
};

}  // namespace

std::unique_ptr<Body> parse_body(std::string_view name, std::string_view text, std::string& error) {
  Parser parser{text};
  try {
    auto body = std::make_unique<Body>();
    body->name = name;
    body->pieces = parser.run();
    return body;
  } catch (const ParseError& e) {
    error =
        "template: " + std::string{name} + ":" + std::to_string(parser.line()) + ": " + e.what();
    return nullptr;
  }
}

}  // namespace tickwork::gotemplate
