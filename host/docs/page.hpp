// SPDX-License-Identifier: MIT
// A reference page as data, and the two forms in which it is printed. The pages of plugins and of
// the configuration are made from the option tables, so that they say what the program checks.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "module/catalogue.hpp"

namespace tickwork::host {

struct Heading {
  std::string text;
  int level = 1;  // 1 or 2
};

// Prose. Words between backticks are literal; the line breaks of the text do not count.
struct Paragraph {
  std::string text;
};

// A term and what it means: "percpu", "boolean, default true", "a point for each processor".
struct Term {
  std::string name, note, text;
};

using Terms = std::vector<Term>;

struct Code {
  std::string text;  // lines as they are
};

using Block = std::variant<Heading, Paragraph, Terms, Code>;

struct Page {
  std::string name;  // "tickwork-inputs.cpu"
  int section = 7;   // of the manual: 1 commands, 5 files, 7 the rest
  std::string summary;
  std::vector<Block> blocks;
};

// troff with the macros of man(7). date: "2026-01-31".
std::string to_man(const Page& page, const std::string& date);

// GitHub's Markdown.
std::string to_markdown(const Page& page);

// What is known of a plugin without running it.
Page plugin_page(const PluginInfo& plugin, const ModuleInfo& module);

// The configuration file: what the host itself understands.
Page configuration_page();

}  // namespace tickwork::host
