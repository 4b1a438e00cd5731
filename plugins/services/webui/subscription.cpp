// SPDX-License-Identifier: MIT
#include "subscription.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "tickwork/tickwork.hpp"
#include "time_units.hpp"

namespace tickwork::webui {
namespace {

namespace json = boost::json;

constexpr size_t most_panels = 200;
constexpr int widest = 8000;
const std::set<std::string> page_sources = {"hosts", "plugins", "changes", "libraries", "alerts"};

void read_range(const json::object& range, Subscription& out) {
  if (const json::value* last = range.if_contains("last")) {
    out.last_ns = last->to_number<int64_t>() * second;
    if (out.last_ns <= 0) throw Error{TW_E_INVALID, "range.last is not above 0"};
    return;
  }
  out.from_ns = static_cast<int64_t>(range.at("from").to_number<double>()) * millisecond;
  out.to_ns = static_cast<int64_t>(range.at("to").to_number<double>()) * millisecond;
  if (out.from_ns >= out.to_ns) throw Error{TW_E_INVALID, "range.from is not before range.to"};
}

std::vector<Query> queries_of(const json::object& panel, const std::optional<Board>& board) {
  const std::string id{panel.at("id").as_string()};
  if (const json::value* source = panel.if_contains("source"); source && source->is_string()) {
    Query query;
    query.source = std::string{source->get_string()};
    query.table = true;
    if (!page_sources.count(query.source))
      throw Error{TW_E_INVALID, "there is no source \"" + query.source + "\""};
    return {query};
  }
  if (board)
    for (const BoardPanel& known : board->panels)
      if (known.id == id) return known.queries;
  throw Error{TW_E_NOT_FOUND, "the board has no panel \"" + id + "\""};
}

WantedPanel read_panel(const json::object& panel, const std::optional<Board>& board) {
  WantedPanel out;
  out.id = std::string{panel.at("id").as_string()};
  out.queries = queries_of(panel, board);
  if (const json::value* width = panel.if_contains("width"))
    out.width = std::clamp(width->to_number<int>(), 0, widest);
  return out;
}

std::optional<Board> board_of(const json::object& top, const Boards& boards) {
  const json::value* slug = top.if_contains("board");
  if (!slug || !slug->is_string()) return std::nullopt;
  auto board = boards.find(std::string{slug->get_string()});
  if (!board)
    throw Error{TW_E_NOT_FOUND, "there is no board \"" + std::string{slug->get_string()} + "\""};
  return board;
}

Subscription read(const json::object& top, const Boards& boards) {
  Subscription out;
  read_range(top.at("range").as_object(), out);
  if (const json::value* vars = top.if_contains("vars"); vars && vars->is_object())
    for (const auto& [name, value] : vars->get_object())
      out.variables[std::string{name}] = std::string{value.as_string()};
  const std::optional<Board> board = board_of(top, boards);
  const json::array& panels = top.at("panels").as_array();
  if (panels.size() > most_panels) throw Error{TW_E_INVALID, "more than 200 panels"};
  for (const json::value& panel : panels)
    out.panels.push_back(read_panel(panel.as_object(), board));
  return out;
}

}  // namespace

Subscription read_subscription(const std::string& body, const Boards& boards) {
  try {
    const json::value parsed = json::parse(body);
    return read(parsed.as_object(), boards);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw Error{TW_E_INVALID, std::string{"the subscription is not as API.md says: "} + e.what()};
  }
}

}  // namespace tickwork::webui
