// SPDX-License-Identifier: MIT
// Recursive descent over the scanned tokens; operators by precedence climbing. Errors leave by
// exception inside this file and become Parsed::error at its edge.
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "kit/tickscript/lexer.hpp"
#include "kit/tickscript/literal.hpp"
#include "kit/tickscript/tickscript.hpp"

namespace tickwork::tickscript {
namespace {

// A tree deeper than this could exhaust the stack of whoever walks it.
constexpr int max_depth = 400;
constexpr int max_links = 4000;

struct ParseError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int precedence(Token op) {
  switch (op) {
    case Token::or_:
      return 0;
    case Token::and_:
      return 1;
    case Token::equal:
    case Token::not_equal:
    case Token::regex_match:
    case Token::regex_mismatch:
      return 2;
    case Token::greater:
    case Token::greater_equal:
    case Token::less:
    case Token::less_equal:
      return 3;
    case Token::plus:
    case Token::minus:
      return 4;
    default:
      return 5;
  }
}

std::string_view trim(std::string_view s) {
  auto first = s.find_first_not_of(" \t\r\n\v\f");
  if (first == s.npos) return {};
  return s.substr(first, s.find_last_not_of(" \t\r\n\v\f") - first + 1);
}

/// Appends the lines of one comment token without their slashes and one following blank.
void add_comment_lines(std::string_view token, std::vector<std::string>& lines) {
  while (!token.empty()) {
    auto end = std::min(token.find('\n'), token.size());
    auto line = trim(token.substr(0, end));
    token.remove_prefix(std::min(end + 1, token.size()));
    if (line.empty()) continue;
    if (line.substr(0, 2) == "//") line.remove_prefix(2);
    if (line.substr(0, 1) == " ") line.remove_prefix(1);
    lines.emplace_back(line);
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} { attach_comments(scan(text)); }

  NodePtr program() {
    auto root = make(Kind::program, 0);
    while (peek().token != Token::eof) root->children.push_back(statement());
    for (auto comment : {take_comment(), peek().comment})
      if (comment) {
        root->children.push_back(make(Kind::comment, 0));
        root->children.back()->comment = comment;
      }
    return root;
  }

  NodePtr lambda_body() {
    auto node = make(Kind::lambda, 0);
    node->children.push_back(primary_expression());
    expect(Token::eof);
    return node;
  }

 private:
  struct Item {
    Lexeme lexeme;
    Token token = Token::error;
    Comment comment;
  };

  void attach_comments(std::vector<Lexeme> lexemes) {
    std::shared_ptr<std::vector<std::string>> lines;
    for (auto& lexeme : lexemes) {
      if (lexeme.token == Token::comment) {
        if (lines)
          lines->emplace_back("\n");  // an empty line between two blocks
        else
          lines = std::make_shared<std::vector<std::string>>();
        add_comment_lines(lexeme.text, *lines);
        continue;
      }
      items_.push_back({lexeme, lexeme.token, std::exchange(lines, nullptr)});
    }
  }

  // Past the end an error token without text goes on for ever, as after a scan error.
  Item& peek() { return at_ < items_.size() ? items_[at_] : after_end_; }
  Item& next() {
    Item& item = peek();
    ++at_;
    last_ = &item;
    return item;
  }
  void back() { --at_; }
  Token peek_token() { return peek().token; }
  Comment take_comment() { return last_ ? std::exchange(last_->comment, nullptr) : nullptr; }

  Position position(size_t offset) const {
    auto before = text_.substr(0, offset);
    auto line_start = before.rfind('\n');
    return {offset, 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
            static_cast<int>(line_start == before.npos ? offset + 1 : offset - line_start)};
  }
  NodePtr make(Kind kind, size_t offset) const {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->at = position(offset);
    return node;
  }
  bool has_newline(size_t from, size_t to) const {
    return from < to && text_.substr(from, to - from).find('\n') != text_.npos;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw ParseError{"parser: " + message};
  }

  [[noreturn]] void unexpected(const Item& item, std::initializer_list<Token> expected) const {
    size_t at = item.lexeme.offset;
    size_t from = at < 10 ? 0 : at - 10, to = std::min(at + 10, text_.size());
    if (auto i = text_.substr(from, at - from).rfind('\n'); i != text_.npos) from += i + 1;
    if (auto i = text_.substr(at, to - at).find('\n'); i != text_.npos) to = at + i;
    std::string wanted;
    for (Token t : expected) (wanted += wanted.empty() ? "\"" : ",\"").append(name(t)) += '"';
    Position p = position(at);
    std::string found{item.token == Token::error ? item.lexeme.message : name(item.token)};
    fail("unexpected " + found + " line " + std::to_string(p.line) + " char " +
         std::to_string(p.column) + " in \"" + std::string{text_.substr(from, to - from)} +
         "\". expected: " + wanted);
  }
  Item& expect(Token token) {
    Item& item = next();
    if (item.token != token) unexpected(item, {token});
    return item;
  }

  struct Deeper {
    explicit Deeper(Parser& parser) : p{parser} {
      if (++p.depth_ > max_depth) p.fail("expressions are nested too deeply");
    }
    ~Deeper() { --p.depth_; }
    Parser& p;
  };

  NodePtr statement() {
    links_ = 0;
    switch (peek_token()) {
      case Token::var:
        return declaration();
      case Token::dbrp:
        return dbrp();
      default:
        return expression();
    }
  }

  NodePtr declaration() {
    auto node = make(Kind::declaration, expect(Token::var).lexeme.offset);
    node->comment = take_comment();
    node->text = expect(Token::identifier).lexeme.text;
    if (peek_token() == Token::assign) {
      next();
      node->children.push_back(expression());
    } else {
      node->kind = Kind::type_declaration;
      node->type = expect(Token::identifier).lexeme.text;
    }
    return node;
  }

  NodePtr dbrp() {
    auto node = make(Kind::dbrp, expect(Token::dbrp).lexeme.offset);
    node->comment = take_comment();
    node->text = unescape(inner(expect(Token::reference).lexeme.text), '"');
    expect(Token::dot);
    node->type = unescape(inner(expect(Token::reference).lexeme.text), '"');
    return node;
  }

  static bool starts_chain(Token t) {
    return t == Token::dot || t == Token::pipe || t == Token::at || t == Token::var ||
           t == Token::identifier;
  }

  NodePtr expression() {
    Deeper guard{*this};
    switch (peek_token()) {
      case Token::identifier:
        return identifier_expression();
      case Token::lambda:
        return lambda();
      case Token::left_bracket:
        return list();
      default:
        return primary_expression();
    }
  }
  NodePtr identifier_expression() {
    next();
    Token following = peek_token();
    back();
    if (following == Token::left_paren) {
      auto call = function();
      return starts_chain(peek_token()) ? chain(call) : binary(call, 0);
    }
    return starts_chain(following) ? chain(identifier()) : primary_expression();
  }

  NodePtr chain(NodePtr left) {
    for (;;) {
      Token op = peek_token();
      if (op != Token::dot && op != Token::pipe && op != Token::at) return left;
      if (++links_ > max_links) fail("too many calls in one chain");
      auto node = make(Kind::chain, next().lexeme.offset);
      node->op = op;
      node->comment = take_comment();
      node->children = {left, function_or_identifier(op)};
      left = node;
    }
  }
  NodePtr function_or_identifier(Token op) {
    next();
    bool call = op == Token::pipe || peek_token() == Token::left_paren;
    back();
    return call ? function() : identifier();
  }

  NodePtr identifier() {
    Item& item = expect(Token::identifier);
    return text_node(Kind::identifier, item, std::string{item.lexeme.text});
  }
  NodePtr text_node(Kind kind, Item& item, std::string text) {
    auto node = make(kind, item.lexeme.offset);
    node->text = std::move(text);
    node->comment = take_comment();
    return node;
  }

  NodePtr function() {
    Item& item = expect(Token::identifier);
    auto node = text_node(Kind::function, item, std::string{item.lexeme.text});
    arguments(*node, [this] { return expression(); });
    return node;
  }
  NodePtr lambda_function() {
    Item& item = expect(Token::identifier);
    auto node = text_node(Kind::function, item, std::string{item.lexeme.text});
    node->comment = nullptr;
    arguments(*node, [this] { return primary_expression(); });
    return node;
  }
  template <class Argument>
  void arguments(Node& node, Argument argument) {
    Deeper guard{*this};
    expect(Token::left_paren);
    while (peek_token() != Token::right_paren) {
      node.children.push_back(argument());
      if (peek_token() != Token::comma) break;
      next();
    }
    expect(Token::right_paren);
    if (!node.children.empty())
      node.multi_line = has_newline(node.at.offset, node.children.back()->at.offset);
  }

  NodePtr list() {
    auto node = make(Kind::list, expect(Token::left_bracket).lexeme.offset);
    node->comment = take_comment();
    while (peek_token() != Token::right_bracket) {
      node->children.push_back(list_item());
      if (peek_token() != Token::comma) break;
      next();
    }
    expect(Token::right_bracket);
    return node;
  }
  NodePtr list_item() {
    switch (peek_token()) {
      case Token::identifier:
        return identifier();
      case Token::string:
        return string();
      case Token::star:
        return star();
      default:
        unexpected(peek(), {Token::identifier, Token::string, Token::star});
    }
  }

  NodePtr lambda() {
    auto node = make(Kind::lambda, next().lexeme.offset);
    node->comment = take_comment();
    node->children.push_back(primary_expression());
    return node;
  }

  NodePtr primary_expression() { return binary(primary(), 0); }

  // Precedence climbing: https://en.wikipedia.org/wiki/Operator-precedence_parser
  NodePtr binary(NodePtr left, int least) {
    while (is_operator(peek_token()) && precedence(peek_token()) >= least) {
      if (++links_ > max_links) fail("too many operators in one expression");
      Item& op = next();
      auto node = make(Kind::binary, op.lexeme.offset);
      node->op = op.token;
      node->comment = take_comment();
      auto right = primary();
      while (is_operator(peek_token()) && precedence(peek_token()) > precedence(op.token))
        right = binary(right, precedence(peek_token()));
      node->multi_line = has_newline(left->at.offset, right->at.offset);
      node->children = {left, right};
      left = node;
    }
    return left;
  }

  NodePtr primary() {
    Deeper guard{*this};
    switch (peek_token()) {
      case Token::left_paren:
        return parenthesized();
      case Token::number:
        return number();
      case Token::string:
        return string();
      case Token::true_:
      case Token::false_:
        return boolean();
      case Token::duration:
        return duration();
      case Token::regex:
        return regex();
      case Token::star:
        return star();
      case Token::reference: {
        Item& item = next();
        return text_node(Kind::reference, item, unescape(inner(item.lexeme.text), '"'));
      }
      case Token::identifier:
        return call_or_identifier();
      case Token::minus:
      case Token::not_:
        return unary();
      default:
        unexpected(peek(),
                   {Token::number, Token::string, Token::duration, Token::identifier, Token::true_,
                    Token::false_, Token::equal, Token::left_paren, Token::minus, Token::not_});
    }
  }
  NodePtr parenthesized() {
    next();
    Comment comment = take_comment();
    auto node = primary_expression();
    if (node->kind == Kind::binary) node->parens = true;
    if (comment) node->comment = comment;
    expect(Token::right_paren);
    return node;
  }
  NodePtr call_or_identifier() {
    next();
    bool call = peek_token() == Token::left_paren;
    back();
    return call ? lambda_function() : identifier();
  }
  NodePtr unary() {
    Item& item = next();
    auto node = make(Kind::unary, item.lexeme.offset);
    node->op = item.token;
    node->comment = take_comment();
    node->children.push_back(primary());
    return node;
  }

  NodePtr number() {
    Item& item = next();
    auto text = item.lexeme.text;
    auto node = text_node(Kind::integer, item, {});
    const char* end = text.data() + text.size();
    std::from_chars_result read{};
    if (text.find('.') != text.npos) {
      node->kind = Kind::real;
      read = std::from_chars(text.data(), end, node->real);
    } else {
      node->octal = text.size() > 1 && text[0] == '0';
      read = std::from_chars(text.data(), end, node->integer, node->octal ? 8 : 10);
    }
    if (read.ec != std::errc{} || read.ptr != end)
      fail("illegal number syntax: \"" + std::string{text} + "\"");
    return node;
  }

  NodePtr string() {
    Item& item = next();
    auto text = item.lexeme.text;
    bool triple = text.size() >= 6 && text.substr(0, 3) == "'''";
    auto node = text_node(
        Kind::string, item,
        triple ? std::string{text.substr(3, text.size() - 6)} : unescape(inner(text), '\''));
    node->triple = triple;
    return node;
  }

  NodePtr boolean() {
    Item& item = next();
    auto node = text_node(Kind::boolean, item, {});
    node->integer = item.token == Token::true_;
    return node;
  }

  NodePtr duration() {
    Item& item = next();
    auto node = text_node(Kind::duration, item, {});
    node->literal = item.lexeme.text;
    if (!parse_duration(node->literal, node->integer)) fail("invalid duration");
    return node;
  }

  NodePtr regex() {
    Item& item = next();
    auto body = inner(item.lexeme.text);
    auto node = text_node(Kind::regex, item, unescape(body, '/'));
    node->literal = body;
    RE2::Options quiet;
    quiet.set_log_errors(false);
    RE2 compiled{node->text, quiet};
    if (!compiled.ok()) fail(regex_error(compiled));
    return node;
  }
  static std::string regex_error(const RE2& re);

  NodePtr star() { return text_node(Kind::star, next(), {}); }

  std::string_view text_;
  std::vector<Item> items_;
  Item after_end_;
  Item* last_ = nullptr;
  size_t at_ = 0;
  int depth_ = 0, links_ = 0;
};

// Go's words for RE2's codes; both name the offending part.
std::string Parser::regex_error(const RE2& re) {
  const char* what = "invalid regular expression";
  switch (re.error_code()) {
    case RE2::ErrorBadEscape:
      what = "invalid escape sequence";
      break;
    case RE2::ErrorBadCharClass:
      what = "invalid character class";
      break;
    case RE2::ErrorBadCharRange:
      what = "invalid character class range";
      break;
    case RE2::ErrorMissingBracket:
      what = "missing closing ]";
      break;
    case RE2::ErrorMissingParen:
      what = "missing closing )";
      break;
    case RE2::ErrorUnexpectedParen:
      what = "unexpected )";
      break;
    case RE2::ErrorTrailingBackslash:
      what = "trailing backslash at end of expression";
      break;
    case RE2::ErrorRepeatArgument:
      what = "missing argument to repetition operator";
      break;
    case RE2::ErrorRepeatSize:
      what = "invalid repeat count";
      break;
    case RE2::ErrorRepeatOp:
      what = "invalid nested repetition operator";
      break;
    case RE2::ErrorBadPerlOp:
      what = "invalid or unsupported Perl syntax";
      break;
    case RE2::ErrorBadUTF8:
      what = "invalid UTF-8";
      break;
    case RE2::ErrorBadNamedCapture:
      what = "invalid named capture";
      break;
    default:
      break;
  }
  std::string part = re.error_arg();
  if (re.error_code() == RE2::ErrorMissingParen) part = re.pattern();
  return std::string{"error parsing regexp: "} + what + ": `" + part + "`";
}

template <class Step>
Parsed guarded(Step step) {
  try {
    return {step(), {}};
  } catch (const ParseError& e) {
    return {nullptr, e.what()};
  }
}

}  // namespace

Parsed parse(std::string_view text) {
  return guarded([&] { return Parser{text}.program(); });
}

Parsed parse_lambda(std::string_view text) {
  return guarded([&] { return Parser{text}.lambda_body(); });
}

}  // namespace tickwork::tickscript
