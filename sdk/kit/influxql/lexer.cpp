// SPDX-License-Identifier: MIT
// The lexer: runes to lexemes.
#include <algorithm>
#include <array>
#include <cctype>

#include "token.hpp"

namespace tickwork::influxql {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(Token::kw_write) + 1> names = {
    "ILLEGAL",
    "EOF",
    "WS",
    "COMMENT",
    "IDENT",
    "$",
    "NUMBER",
    "INTEGER",
    "DURATIONVAL",
    "STRING",
    "BADSTRING",
    "BADESCAPE",
    "TRUE",
    "FALSE",
    "REGEX",
    "BADREGEX",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "|",
    "^",
    "AND",
    "OR",
    "=",
    "!=",
    "=~",
    "!~",
    "<",
    "<=",
    ">",
    ">=",
    "(",
    ")",
    ",",
    ":",
    "::",
    ";",
    ".",
    "ALL",
    "ALTER",
    "ANALYZE",
    "ANY",
    "AS",
    "ASC",
    "BEGIN",
    "BY",
    "CARDINALITY",
    "CREATE",
    "CONTINUOUS",
    "DATABASE",
    "DATABASES",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DESTINATIONS",
    "DIAGNOSTICS",
    "DISTINCT",
    "DROP",
    "DURATION",
    "END",
    "EVERY",
    "EXACT",
    "EXPLAIN",
    "FIELD",
    "FOR",
    "FROM",
    "GRANT",
    "GRANTS",
    "GROUP",
    "GROUPS",
    "IN",
    "INF",
    "INSERT",
    "INTO",
    "KEY",
    "KEYS",
    "KILL",
    "LIMIT",
    "MEASUREMENT",
    "MEASUREMENTS",
    "NAME",
    "OFFSET",
    "ON",
    "ORDER",
    "PASSWORD",
    "POLICY",
    "POLICIES",
    "PRIVILEGES",
    "QUERIES",
    "QUERY",
    "READ",
    "REPLICATION",
    "RESAMPLE",
    "RETENTION",
    "REVOKE",
    "SELECT",
    "SERIES",
    "SET",
    "SHOW",
    "SHARD",
    "SHARDS",
    "SLIMIT",
    "SOFFSET",
    "STATS",
    "SUBSCRIPTION",
    "SUBSCRIPTIONS",
    "TAG",
    "TO",
    "USER",
    "USERS",
    "VALUES",
    "WHERE",
    "WITH",
    "WRITE"};

constexpr char32_t micro = 0xB5;

bool is_space(char32_t c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_word(char32_t c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_duration(char32_t c) { return is_letter(c) || c == micro; }

bool is_keyword(Token t) {
  return t == Token::kw_and || t == Token::kw_or || t == Token::kw_true || t == Token::kw_false ||
         t >= Token::kw_all;
}

}  // namespace

std::string_view token_text(Token token) { return names[static_cast<size_t>(token)]; }

Token keyword(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == upper && is_keyword(static_cast<Token>(i))) return static_cast<Token>(i);
  }
  return Token::identifier;
}

bool identifier_needs_quotes(std::string_view name) {
  if (keyword(name) != Token::identifier) return true;
  if (!name.empty() && is_digit(static_cast<unsigned char>(name[0]))) return true;
  return !std::all_of(name.begin(), name.end(),
                      [](char c) { return is_word(static_cast<unsigned char>(c)); });
}

void append_utf8(std::string& out, char32_t rune) {
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | (rune >> 6));
    out += static_cast<char>(0x80 | (rune & 63));
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | (rune >> 12));
    out += static_cast<char>(0x80 | ((rune >> 6) & 63));
    out += static_cast<char>(0x80 | (rune & 63));
  } else {
    out += static_cast<char>(0xF0 | (rune >> 18));
    out += static_cast<char>(0x80 | ((rune >> 12) & 63));
    out += static_cast<char>(0x80 | ((rune >> 6) & 63));
    out += static_cast<char>(0x80 | (rune & 63));
  }
}

// One rune of UTF-8; a broken sequence is U+FFFD for its first byte, as in Go.
char32_t Lexer::decode() {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text_[offset_ + i]); };
  unsigned char first = byte(0);
  if (first < 0x80) return ++offset_, first;
  size_t extra = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  bool broken = first < 0xC2 || first > 0xF4 || offset_ + extra >= text_.size();
  char32_t rune = first & (0x3Fu >> extra);
  for (size_t i = 1; !broken && i <= extra; ++i) {
    broken = (byte(i) & 0xC0) != 0x80;
    rune = (rune << 6) | (byte(i) & 0x3Fu);
  }
  static constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  broken = broken || rune < least[extra] || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000);
  offset_ += broken ? 1 : extra + 1;
  return broken ? 0xFFFD : rune;
}

const Lexer::Rune& Lexer::current() const { return runes_[(last_ - unread_ + history) % history]; }

char32_t Lexer::read() {
  if (unread_ > 0) return --unread_, current().value;
  char32_t rune = offset_ < text_.size() ? decode() : 0;
  if (rune == '\r') {
    if (offset_ < text_.size() && text_[offset_] == '\n') ++offset_;
    rune = '\n';
  }
  last_ = (last_ + 1) % history;
  runes_[last_] = {rune, next_position_};
  if (rune == '\n') {
    next_position_ = {next_position_.line + 1, 0};
  } else if (!at_end_) {
    ++next_position_.column;
  }
  at_end_ = at_end_ || rune == 0;
  return rune;
}

char32_t Lexer::peek() {
  char32_t rune = read();
  if (rune != 0) unread();
  return rune;
}

bool Lexer::accept(char32_t wanted) {
  if (read() == wanted) return true;
  unread();
  return false;
}

Lexeme Lexer::next() {
  char32_t first = read();
  Position at = current().position;
  if (is_space(first)) return whitespace();
  if (is_letter(first) || first == '_' || first == '"') return unread(), word(true);
  if (is_digit(first)) return unread(), numeral();
  if (first == '\'') return unread(), quoted();
  if (first == '$') return bound_parameter(at);
  if (first == '.') {
    char32_t second = read();
    unread();
    if (!is_digit(second)) return {Token::dot, at, ""};
    unread();
    return numeral();
  }
  return operator_or_illegal(first, at);
}

Lexeme Lexer::whitespace() {
  Position at = current().position;
  for (;;) {
    char32_t c = read();
    if (c == 0) break;
    if (is_space(c)) continue;
    unread();
    break;
  }
  return {Token::space, at, " "};
}

// A bare word, or a quoted identifier. Bare characters directly before a quote are dropped, which
// is what InfluxDB does with `abc"def"`.
Lexeme Lexer::word(bool keywords) {
  read();
  Position at = current().position;
  unread();
  std::string bare;
  for (;;) {
    char32_t c = read();
    if (c == 0) break;
    if (c == '"') {
      unread();
      Lexeme inner = quoted();
      if (inner.token != Token::string) return inner;
      return {Token::identifier, at, inner.text};
    }
    if (!is_word(c)) {
      unread();
      break;
    }
    append_utf8(bare, c);
  }
  Token token = keywords ? keyword(bare) : Token::identifier;
  return {token, at, token == Token::identifier ? bare : ""};
}

// The position of a string is that of the rune before it, an accident that error texts show.
Lexeme Lexer::quoted() {
  Position at = current().position;
  char32_t ending = read();
  std::string out;
  for (;;) {
    char32_t c = read();
    if (c == ending) return {Token::string, at, out};
    if (c == 0 || c == '\n') return {Token::bad_string, at, out};
    if (c != '\\') {
      append_utf8(out, c);
      continue;
    }
    char32_t escaped = read();
    if (escaped == 'n') {
      out += '\n';
    } else if (escaped == '\\' || escaped == '"' || escaped == '\'') {
      append_utf8(out, escaped);
    } else {
      std::string shown = "\\";
      append_utf8(shown, escaped);
      return {Token::bad_escape, current().position, shown};
    }
  }
}

std::string Lexer::digits() {
  std::string out;
  for (char32_t c = read(); is_digit(c); c = read()) append_utf8(out, c);
  unread();
  return out;
}

Lexeme Lexer::numeral() {
  read();
  Position at = current().position;
  unread();
  std::string text = digits();
  if (!accept('.')) return duration_or_integer(at, text);
  char32_t c = read();
  unread();
  if (is_digit(c)) text.append(".").append(digits());
  return {Token::number, at, text};
}

Lexeme Lexer::duration_or_integer(Position at, std::string text) {
  char32_t c = read();
  if (!is_duration(c)) return unread(), Lexeme{Token::integer, at, text};
  for (; is_duration(c) || is_digit(c); c = read()) append_utf8(text, c);
  unread();
  return {Token::duration, at, text};
}

Lexeme Lexer::bound_parameter(Position at) {
  Lexeme name = word(false);
  if (name.token == Token::identifier) name.token = Token::bound_parameter;
  name.text.insert(name.text.begin(), '$');
  return {name.token, at, name.text};
}

Lexeme Lexer::operator_or_illegal(char32_t first, Position at) {
  auto found = [&](Token token) { return Lexeme{token, at, ""}; };
  switch (first) {
    case 0:
      return found(Token::eof);
    case '+':
      return found(Token::add);
    case '-':
      if (!accept('-')) return found(Token::sub);
      skip_line();
      return found(Token::comment);
    case '*':
      return found(Token::mul);
    case '/':
      if (!accept('*')) return found(Token::div);
      return found(skip_block_comment() ? Token::comment : Token::illegal);
    case '%':
      return found(Token::mod);
    case '&':
      return found(Token::bit_and);
    case '|':
      return found(Token::bit_or);
    case '^':
      return found(Token::bit_xor);
    case '=':
      return found(accept('~') ? Token::eq_regex : Token::eq);
    case '!':
      if (accept('=')) return found(Token::neq);
      if (accept('~')) return found(Token::neq_regex);
      break;
    case '>':
      return found(accept('=') ? Token::gte : Token::gt);
    case '<':
      if (accept('=')) return found(Token::lte);
      return found(accept('>') ? Token::neq : Token::lt);
    case '(':
      return found(Token::lparen);
    case ')':
      return found(Token::rparen);
    case ',':
      return found(Token::comma);
    case ';':
      return found(Token::semicolon);
    case ':':
      return found(accept(':') ? Token::double_colon : Token::colon);
    default:
      break;
  }
  std::string shown;
  append_utf8(shown, first);
  return {Token::illegal, at, shown};
}

void Lexer::skip_line() {
  for (char32_t c = read(); c != '\n' && c != 0; c = read()) {
  }
}

bool Lexer::skip_block_comment() {
  char32_t before = 0;
  for (char32_t c = read(); c != 0; before = c, c = read()) {
    if (before == '*' && c == '/') return true;
  }
  return false;
}

Lexeme Lexer::next_regex() {
  Position at = current().position;
  if (read() != '/') return {Token::bad_regex, at, ""};
  std::string out;
  for (;;) {
    char32_t c = read();
    if (c == '/') return {Token::regex, at, out};
    if (c == 0 || c == '\n') return {Token::bad_regex, at, ""};
    if (c == '\\' && accept('/')) c = '/';
    append_utf8(out, c);
  }
}

}  // namespace tickwork::influxql
