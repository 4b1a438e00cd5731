// SPDX-License-Identifier: MIT
// A page as troff with the macros of man(7). Everything that troff would read as more than a
// character is escaped, so that code can be pasted from the terminal.
#include <fmt/format.h>

#include <sstream>

#include "docs/page.hpp"

namespace tickwork::host {
namespace {

std::string_view escape(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto with = escape(c);
    if (with.empty())
      out += c;
    else
      out += with;
  }
  return out;
}

// Literals between backticks become bold, an odd backtick stays.
std::string prose(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('`');
    const auto close = open == text.npos ? text.npos : text.find('`', open + 1);
    if (close == text.npos) return out + escaped(text);
    out += escaped(text.substr(0, open));
    out += fmt::format("\\fB{}\\fR", escaped(text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
  return out;
}

// Line by line: a dot at the start of a line would be a request to troff.
std::string lines(const std::string& text) {
  std::string out;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('.')) out += "\\&";
    out += line + "\n";
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// An argument of a macro. In it a quotation mark has a name of its own.
std::string argument(std::string_view text) {
  std::string out;
  for (const char c : escaped(text)) out += c == '"' ? std::string{"\\(dq"} : std::string{c};
  return "\"" + out + "\"";
}

class Writer {
 public:
  void operator()(const Heading& heading) {
    out += heading.level == 1 ? ".SH " + argument(upper(heading.text)) + "\n"
                              : ".SS " + argument(heading.text) + "\n";
    first = true;
  }

  void operator()(const Paragraph& paragraph) {
    if (!first) out += ".PP\n";
    out += lines(prose(paragraph.text));
    first = false;
  }

  void operator()(const Terms& terms) {
    for (const auto& term : terms) {
      out += fmt::format(".TP\n\\fB{}\\fR", escaped(term.name));
      if (!term.note.empty()) out += fmt::format(" ({})", prose(term.note));
      out += "\n" + (term.text.empty() ? "\\&\n" : lines(prose(term.text)));
    }
    first = false;
  }

  void operator()(const Code& code) {
    if (!first) out += ".PP\n";
    out += ".nf\n.RS 4\n" + lines(escaped(code.text)) + ".RE\n.fi\n";
    first = false;
  }

  std::string out;

 private:
  bool first = true;  // behind a heading: man(7) has its own space there
};

}  // namespace

std::string to_man(const Page& page, const std::string& date) {
  Writer writer;
  // The arguments of TH are searched by other programs: plain characters.
  writer.out = fmt::format(
      ".\\\" Written by \"tickwork docs\" from the program's own tables.\n"
      ".TH \"{}\" {} \"{}\" \"Tickwork {}\"\n.SH NAME\n{} \\- {}\n",
      upper(page.name), page.section, date, TICKWORK_VERSION, escaped(page.name),
      prose(page.summary));
  for (const auto& block : page.blocks) std::visit(writer, block);
  return writer.out;
}

}  // namespace tickwork::host
