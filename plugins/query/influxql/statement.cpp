// SPDX-License-Identifier: MIT
#include "statement.hpp"

#include "accounts.hpp"
#include "continuous.hpp"
#include "explain.hpp"

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
  if (auto* query = std::get_if<CreateContinuousQuery>(&statement)) {
    return qualified(session, *query);
  }
  if (auto* explain = std::get_if<Explain>(&statement)) {
    Explain out = *explain;
    out.select = std::make_shared<Select>(*explain->select);
    qualify(session, *out.select);
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
  if (auto* explain = std::get_if<Explain>(&statement)) return run_explain(session, *explain);
  if (auto* show = std::get_if<Show>(&statement)) return run_show(session, *show);
  if (auto* kill = std::get_if<KillQuery>(&statement)) {
    if (session.queries->kill(kill->id)) return {};
    throw StatementError("no such query id: " + std::to_string(kill->id));
  }
  if (auto* query = std::get_if<CreateContinuousQuery>(&statement)) {
    return create_continuous(session, *query), Tables{};
  }
  if (auto* query = std::get_if<DropContinuousQuery>(&statement)) {
    return drop_continuous(session, *query), Tables{};
  }
  if (auto done = run_account_statement(session, statement)) return *done;
  return run_definition(session, statement);
}

}  // namespace tickwork::query
