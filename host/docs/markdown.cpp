// SPDX-License-Identifier: MIT
// A page as GitHub's Markdown.
#include <fmt/format.h>

#include <sstream>

#include "docs/page.hpp"

namespace tickwork::host {
namespace {

// Text outside of backticks must not become markup.
std::string prose(std::string_view text) {
  std::string out;
  bool literal = false;
  for (const char c : text) {
    if (c == '`') literal = !literal;
    if (!literal && std::string_view{"\\*_<>[]#"}.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

class Writer {
 public:
  void operator()(const Heading& heading) {
    out += fmt::format("\n{} {}\n", heading.level == 1 ? "##" : "###", prose(heading.text));
  }

  void operator()(const Paragraph& paragraph) { out += "\n" + prose(paragraph.text) + "\n"; }

  void operator()(const Terms& terms) {
    out += "\n";
    for (const auto& term : terms) {
      out += "- " + code(term.name);
      if (!term.note.empty()) out += fmt::format(" ({})", prose(term.note));
      out += term.text.empty() ? "\n" : ": " + prose(term.text) + "\n";
    }
  }

  void operator()(const Code& block) { out += "\n```\n" + with_newline(block.text) + "```\n"; }

  std::string out;

 private:
  static std::string with_newline(std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    return text;
  }
};

}  // namespace

std::string to_markdown(const Page& page) {
  Writer writer;
  writer.out = fmt::format("# {}\n\n{}\n", prose(page.name), prose(page.summary));
  for (const auto& block : page.blocks) std::visit(writer, block);
  return writer.out;
}

}  // namespace tickwork::host
