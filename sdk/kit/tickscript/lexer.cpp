// SPDX-License-Identifier: MIT
// Scanner. A slash is a division after an operand and a regular expression elsewhere, so the
// scanner is in one of two states: an operand is expected, or one was just read and an operator may
// follow.
#include "kit/tickscript/lexer.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace tickwork::tickscript {
namespace {

constexpr char32_t end_of_text = 0xFFFFFFFF;
constexpr char32_t bad_rune = 0xFFFD;

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
// Beyond ASCII every printable character counts as a letter: the scripts in the wild that use any
// use letters.
bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= 0xA1 && c < 0x110000 && c != bad_rune && !is_space(c));
}
bool is_word(char32_t c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_duration_unit(char32_t c) {
  return c == 'u' || c == 0xB5 || c == 's' || c == 'm' || c == 'h' || c == 'd' || c == 'w';
}

constexpr std::array<std::pair<std::string_view, Token>, 7> keywords{{{"AND", Token::and_},
                                                                      {"OR", Token::or_},
                                                                      {"TRUE", Token::true_},
                                                                      {"FALSE", Token::false_},
                                                                      {"var", Token::var},
                                                                      {"lambda", Token::lambda},
                                                                      {"dbrp", Token::dbrp}}};

Token keyword(std::string_view word) {
  for (auto& [text, token] : keywords)
    if (text == word) return token;
  return Token::identifier;
}

/// A character in single quotes, as messages show it.
std::string quoted(char32_t c, std::string_view raw) {
  if (c == '\n') return "'\\n'";
  if (c == '\'' || c == '\\') return std::string{"'\\"} + static_cast<char>(c) + "'";
  if (c == bad_rune) return "'\xEF\xBF\xBD'";
  char text[12];
  if (c < 0x20 || c == 0x7F) {
    std::snprintf(text, sizeof text, "'\\x%02x'", static_cast<unsigned>(c));
    return text;
  }
  return "'" + std::string{raw} + "'";
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  std::vector<Lexeme> run() {
    while (!done_) operand_expected_ ? scan_operand() : scan_operator();
    return std::move(found_);
  }

 private:
  char32_t next() {
    if (at_ >= text_.size()) {
      width_ = 0;
      return end_of_text;
    }
    auto lead = static_cast<unsigned char>(text_[at_]);
    if (lead < 0x80) {
      width_ = 1;
      ++at_;
      return lead;
    }
    return next_multibyte(lead);
  }
  char32_t next_multibyte(unsigned char lead) {
    size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                    : lead >= 0xE0 && lead < 0xF0 ? 3
                    : lead >= 0xC2 && lead < 0xE0 ? 2
                                                  : 0;
    char32_t rune = length == 4 ? lead & 0x07u : length == 3 ? lead & 0x0Fu : lead & 0x1Fu;
    bool good = length != 0 && at_ + length <= text_.size();
    for (size_t i = 1; good && i < length; ++i) {
      auto byte = static_cast<unsigned char>(text_[at_ + i]);
      good = (byte & 0xC0) == 0x80;
      rune = rune << 6 | (byte & 0x3Fu);
    }
    width_ = good ? length : 1;
    at_ += width_;
    return good ? rune : bad_rune;
  }
  void back() { at_ -= width_; }
  char32_t peek() {
    char32_t c = next();
    back();
    return c;
  }
  bool accept(char32_t c) {
    if (peek() != c) return false;
    next();
    return true;
  }
  std::string_view current() const { return text_.substr(start_, at_ - start_); }
  void skip_space() {
    while (is_space(next())) {
    }
    back();
    start_ = at_;
  }

  void emit(Token token, bool operand_next) {
    found_.push_back({token, start_, current(), {}});
    start_ = at_;
    operand_expected_ = operand_next;
  }
  void fail(std::string message) {
    found_.push_back({Token::error, start_, {}, std::move(message)});
    done_ = true;
  }

  void scan_operand() {
    char32_t c = next();
    if (is_space(c)) {
      start_ = at_;
    } else if (c == '-') {
      emit(Token::minus, true);
    } else if (c == '!') {
      emit(Token::not_, true);
    } else if (is_digit(c) || c == '.') {
      back();
      scan_number();
    } else if (is_letter(c)) {
      scan_word();
    } else if (c == '"') {
      scan_reference();
    } else if (c == '\'') {
      scan_string();
    } else if (c == '/') {
      accept('/') ? scan_comment() : scan_regex();
    } else if (c == end_of_text) {
      emit(Token::eof, true);
      done_ = true;
    } else {
      scan_punctuation(c);
    }
  }

  void scan_punctuation(char32_t c) {
    switch (c) {
      case '(':
        return emit(Token::left_paren, true);
      case ')':
        return emit(Token::right_paren, false);
      case '[':
        return emit(Token::left_bracket, true);
      case ']':
        return emit(Token::right_bracket, true);
      case '|':
        return emit(Token::pipe, true);
      case '@':
        return emit(Token::at, true);
      case ',':
        return emit(Token::comma, true);
      case '*':
        return emit(Token::star, true);
      default:
        return fail("unknown state, last char: " + quoted(c, text_.substr(at_ - width_, width_)));
    }
  }

  void scan_operator() {
    skip_space();
    char32_t c = next();
    switch (c) {
      case '+':
        return emit(Token::plus, true);
      case '-':
        return emit(Token::minus, true);
      case '*':
        return emit(Token::multiply, true);
      case '%':
        return emit(Token::modulo, true);
      case '/':
        if (accept('/')) return scan_comment();
        return emit(Token::divide, true);
      case '!':
        if (accept('=')) return emit(Token::not_equal, true);
        if (accept('~')) return emit_before_regex(Token::regex_mismatch);
        return emit(Token::not_, true);
      case '>':
        return emit(accept('=') ? Token::greater_equal : Token::greater, true);
      case '<':
        return emit(accept('=') ? Token::less_equal : Token::less, true);
      case '=':
        if (accept('=')) return emit(Token::equal, true);
        if (accept('~')) return emit_before_regex(Token::regex_match);
        return emit_before_regex(Token::assign);
      default:
        back();
        operand_expected_ = true;
    }
  }
  // After these a slash opens a regular expression even if another one follows ("=~ //").
  void emit_before_regex(Token token) {
    emit(token, true);
    skip_space();
    if (accept('/')) scan_regex();
  }

  void scan_word() {
    while (is_word(next())) {
    }
    back();
    Token token = keyword(current());
    if (token == Token::lambda && !accept(':')) token = Token::identifier;
    emit(token, false);
  }

  void scan_number() {
    bool decimal = false;
    for (bool first = true;; first = false) {
      char32_t c = next();
      if (c == '.') {
        if (first && !is_digit(peek())) return emit(Token::dot, true);
        if (decimal) return fail("multiple decimals in number");
        decimal = true;
      } else if (!decimal && is_duration_unit(c)) {
        if (c == 'm') accept('s');
        return emit(Token::duration, false);
      } else if (!is_digit(c)) {
        back();
        return emit(Token::number, false);
      }
    }
  }

  void scan_reference() {
    for (;;) {
      char32_t c = next();
      if (c == '\\') accept('"');
      if (c == '"') return emit(Token::reference, false);
      if (c == end_of_text) return fail("unterminated field reference");
    }
  }

  void scan_string() {
    bool triple = false;
    if (accept('\'')) {
      if (!accept('\'')) return emit(Token::string, false);
      triple = true;
    }
    const int quotes = triple ? 3 : 1;
    for (int left = quotes;;) {
      char32_t c = next();
      if (c == end_of_text) return fail("unterminated string");
      if (c == '\\' && !triple) {
        accept('\'');
      } else if (c != '\'') {
        left = quotes;
      } else if (--left == 0) {
        return emit(Token::string, false);
      }
    }
  }

  void scan_regex() {
    for (;;) {
      char32_t c = next();
      if (c == '\\') accept('/');
      if (c == '/') return emit(Token::regex, true);
      if (c == end_of_text) return fail("unterminated regex");
    }
  }

  // Lines of comment with nothing but blanks between them are one token; an empty line ends it.
  void scan_comment() {
    for (;;) {
      char32_t c = next();
      if (c == end_of_text) break;
      if (c != '\n') continue;
      do c = next();
      while (c != '\n' && is_space(c));
      if (c == '/' && peek() == '/') continue;
      back();
      break;
    }
    emit(Token::comment, true);
  }

  std::string_view text_;
  size_t start_ = 0, at_ = 0, width_ = 0;
  bool operand_expected_ = true, done_ = false;
  std::vector<Lexeme> found_;
};

}  // namespace

std::vector<Lexeme> scan(std::string_view text) { return Scanner{text}.run(); }

std::string_view name(Token token) {
  static constexpr std::array<std::string_view, 40> names{
      "ERR",    "EOF",    "var",      "=",  ".",    "|", "@",  "identifier", "reference", "lambda",
      "number", "string", "duration", "(",  ")",    "[", "]",  ",",          "!",         "TRUE",
      "FALSE",  "regex",  "//",       "*",  "dbrp", "+", "-",  "*",          "/",         "%",
      "AND",    "OR",     "==",       "!=", "<",    ">", "<=", ">=",         "=~",        "!~"};
  return names[static_cast<size_t>(token)];
}

}  // namespace tickwork::tickscript
