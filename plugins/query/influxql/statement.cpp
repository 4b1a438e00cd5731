// SPDX-License-Identifier: MIT
#include "statement.hpp"

namespace tickwork::query {

using namespace influxql;

namespace {

Tables run_one(Session& session, const Select& select) {
  return select.target ? write_into(session, select) : run_select(session, select);
}

}  // namespace

Statement qualified(Session& session, const Statement& statement) {
  if (auto* select = std::get_if<Select>(&statement)) {
    Select out = *select;
    qualify(session, out);
    return out;
  }
  return statement;
}

bool changes_data(const Statement& statement) {
  if (auto* select = std::get_if<Select>(&statement)) return select->target.has_value();
  return !std::holds_alternative<Show>(statement) && !std::holds_alternative<Delete>(statement) &&
         !std::holds_alternative<KillQuery>(statement) &&
         !std::holds_alternative<Explain>(statement);
}

Tables run_statement(Session& session, const Statement& statement) {
  if (auto* select = std::get_if<Select>(&statement)) return run_one(session, *select);
  if (auto* show = std::get_if<Show>(&statement)) return run_show(session, *show);
  if (auto* kill = std::get_if<KillQuery>(&statement)) {
    if (session.queries->kill(kill->id)) return {};
    throw StatementError("no such query id: " + std::to_string(kill->id));
  }
  return run_definition(session, statement);
}

}  // namespace tickwork::query
