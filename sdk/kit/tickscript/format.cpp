// SPDX-License-Identifier: MIT
// The tree as text, laid out as Kapacitor stores and shows scripts.
#include <array>
#include <charconv>

#include "kit/tickscript/literal.hpp"
#include "kit/tickscript/tickscript.hpp"

namespace tickwork::tickscript {
namespace {

constexpr std::string_view step = "    ";

class Printer {
 public:
  std::string out;

  void print(const Node& node, const std::string& indent, bool new_line) {
    switch (node.kind) {
      case Kind::program:
        return program(node, indent);
      case Kind::comment:
        return comment(*node.comment, indent, new_line);
      case Kind::declaration:
      case Kind::type_declaration:
      case Kind::dbrp:
        return declaration(node, indent, new_line);
      case Kind::chain:
        return chain(node, indent, new_line);
      default:
        break;
    }
    if (node.comment) {
      comment(*node.comment, indent, new_line);
      new_line = true;
    }
    if (new_line) out += indent;
    body(node, indent, new_line);
  }

 private:
  void program(const Node& node, const std::string& indent) {
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i != 0) out += '\n';
      print(*node.children[i], indent, true);
      out += '\n';
    }
  }

  void comment(const std::vector<std::string>& lines, const std::string& indent, bool new_line) {
    if (!new_line) out += '\n';
    for (auto& line : lines) {
      if (line != "\n") {
        out += indent;
        out += line.empty() ? "//" : "// ";
        out += line;
      }
      out += '\n';
    }
  }

  void declaration(const Node& node, const std::string& indent, bool new_line) {
    if (node.comment) comment(*node.comment, indent, new_line);
    if (node.kind == Kind::dbrp) {
      out += "dbrp " + quoted(node.text) + '.' + quoted(node.type);
      return;
    }
    out += "var " + node.text + ' ';
    if (node.kind == Kind::type_declaration) {
      out += node.type;
    } else {
      out += "= ";
      print(*node.children[0], indent, false);
    }
  }
  static std::string quoted(std::string_view reference) {
    return '"' + escape(reference, '"') + '"';
  }

  // Chains lean to the left; a long one is walked from its head, not by recursion.
  void chain(const Node& node, const std::string& indent, bool new_line) {
    std::vector<const Node*> links;
    const Node* head = &node;
    for (; head->kind == Kind::chain; head = head->children[0].get()) links.push_back(head);
    print(*head, indent, new_line);
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
      out += '\n';
      std::string deeper = indent + std::string{step};
      if ((*link)->op == Token::dot) deeper += step;
      if ((*link)->comment) comment(*(*link)->comment, deeper, true);
      out += deeper;
      out += name((*link)->op);
      print(*(*link)->children[1], deeper, false);
    }
  }

  void body(const Node& node, const std::string& indent, bool new_line) {
    switch (node.kind) {
      case Kind::identifier:
        out += node.text;
        break;
      case Kind::reference:
        out += quoted(node.text);
        break;
      case Kind::string:
        string(node);
        break;
      case Kind::integer:
        integer(node);
        break;
      case Kind::real:
        real(node.real);
        break;
      case Kind::duration:
        out += node.literal.empty() ? format_duration(node.integer) : node.literal;
        break;
      case Kind::boolean:
        out += node.integer ? "TRUE" : "FALSE";
        break;
      case Kind::regex:
        out += '/' + (node.literal.empty() ? escape(node.text, '/') : node.literal) + '/';
        break;
      case Kind::star:
        out += '*';
        break;
      case Kind::list:
        list(node, indent, new_line);
        break;
      case Kind::function:
        function(node, indent);
        break;
      case Kind::lambda:
        out += "lambda: ";
        print(*node.children[0], indent, false);
        break;
      case Kind::unary:
        out += name(node.op);
        print(*node.children[0], indent, false);
        break;
      case Kind::binary:
        binary(node, indent);
        break;
      default:
        break;
    }
  }

  void string(const Node& node) {
    std::string_view quotes = node.triple ? "'''" : "'";
    out += quotes;
    out += node.triple ? node.text : escape(node.text, '\'');
    out += quotes;
  }

  void integer(const Node& node) {
    std::array<char, 24> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), node.integer,
                             node.octal ? 8 : 10);
    if (node.octal) out += '0';
    out.append(digits.data(), end.ptr);
  }

  void real(double value) {
    std::array<char, 400> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                             std::chars_format::fixed);
    std::string_view text{digits.data(), static_cast<size_t>(end.ptr - digits.data())};
    out += text;
    if (text.find('.') == text.npos) out += ".0";
  }

  void list(const Node& node, const std::string& indent, bool new_line) {
    out += '[';
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i != 0) out += ", ";
      print(*node.children[i], new_line ? std::string{} : indent, false);
    }
    out += ']';
  }

  void function(const Node& node, const std::string& indent) {
    out += node.text + '(';
    std::string deeper = indent + std::string{step};
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i != 0) out += node.multi_line ? "," : ", ";
      if (node.multi_line) out += '\n';
      print(*node.children[i], deeper, node.multi_line);
    }
    if (node.multi_line) out += '\n' + indent;
    out += ')';
  }

  void binary(const Node& node, std::string indent) {
    if (node.parens) {
      out += '(';
      indent += step;
    }
    print(*node.children[0], indent, false);
    out += ' ';
    out += name(node.op);
    out += node.multi_line ? '\n' : ' ';
    print(*node.children[1], indent, node.multi_line);
    if (node.parens) out += ')';
  }
};

}  // namespace

std::string format(const Node& node) {
  Printer printer;
  printer.print(node, "", false);
  return std::move(printer.out);
}

std::string format_expression(const Node& lambda) {
  Printer printer;
  printer.print(*lambda.children[0], "", true);
  return std::move(printer.out);
}

bool equal(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.op != b.op || a.text != b.text || a.type != b.type ||
      a.integer != b.integer || a.real != b.real || a.children.size() != b.children.size())
    return false;
  for (size_t i = 0; i < a.children.size(); ++i)
    if (!equal(*a.children[i], *b.children[i])) return false;
  return true;
}

}  // namespace tickwork::tickscript
