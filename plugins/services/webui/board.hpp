// SPDX-License-Identifier: MIT
// Boards: JSON files of some folders, read again when asked for, so that an edit shows at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tickwork::webui {

struct Query {
  std::string source = "influxql";
  std::string text;
  bool table = false;  // "as": "table"
  std::string label, unit, config;
  std::string sum;  // add all series up into one of this name
};

struct BoardPanel {
  std::string id;
  std::vector<Query> queries;
};

struct Board {
  std::string slug, title, scope;
  std::string text;  // the whole file
  std::vector<BoardPanel> panels;
};

// Throws Error naming the file.
Board read_board(const std::filesystem::path& file);

struct Boards {
  // A board in an earlier folder hides one of the same slug in a later one.
  std::vector<std::filesystem::path> folders;
  // By folder and file name; broken files are left out and told in problems.
  std::vector<Board> all(std::vector<std::string>* problems = nullptr) const;
  std::optional<Board> find(const std::string& slug) const;
};

}  // namespace tickwork::webui
