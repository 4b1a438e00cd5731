// SPDX-License-Identifier: MIT
#include "board.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "json.hpp"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {
namespace {

namespace json = boost::json;

Query read_query(const json::object& object) {
  Query query;
  if (object.contains("source")) query.source = text_at(object, "source");
  query.text = text_at(object, "text");
  query.table = text_at(object, "as") == "table";
  query.label = text_at(object, "label");
  query.unit = text_at(object, "unit");
  query.sum = text_at(object, "sum");
  if (const json::value* config = object.if_contains("config"); config && config->is_object())
    query.config = json::serialize(*config);
  return query;
}

BoardPanel read_panel(const json::object& object) {
  BoardPanel panel{text_at(object, "id"), {}};
  for (const json::value& query : object.at("queries").as_array())
    panel.queries.push_back(read_query(query.as_object()));
  return panel;
}

std::vector<std::filesystem::path> board_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{folder, ignored})
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Board read_board(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  Board board;
  board.text.assign(std::istreambuf_iterator<char>{in}, {});
  if (!in && !in.eof()) throw Error{TW_E_IO, "cannot read board " + file.string()};
  try {
    const json::value parsed = json::parse(board.text);
    const json::object& top = parsed.as_object();
    board.slug = text_at(top, "slug");
    board.title = text_at(top, "title");
    board.scope = text_at(top, "scope");
    for (const json::value& panel : top.at("panels").as_array())
      board.panels.push_back(read_panel(panel.as_object()));
  } catch (const std::exception& e) {
    throw Error{TW_E_INVALID, "board " + file.string() + ": " + e.what()};
  }
  if (board.slug.empty()) throw Error{TW_E_INVALID, "board " + file.string() + " has no slug"};
  return board;
}

std::vector<Board> Boards::all(std::vector<std::string>* problems) const {
  std::vector<Board> boards;
  const auto known = [&](const std::string& slug) {
    return std::any_of(boards.begin(), boards.end(),
                       [&](const Board& board) { return board.slug == slug; });
  };
  for (const auto& folder : folders) {
    for (const auto& file : board_files(folder)) {
      try {
        Board board = read_board(file);
        if (!known(board.slug)) boards.push_back(std::move(board));
      } catch (const Error& e) {
        if (problems) problems->push_back(e.what());
      }
    }
  }
  return boards;
}

std::optional<Board> Boards::find(const std::string& slug) const {
  for (Board& board : all())
    if (board.slug == slug) return std::move(board);
  return std::nullopt;
}

}  // namespace tickwork::webui
