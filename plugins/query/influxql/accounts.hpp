// SPDX-License-Identifier: MIT
// Users and what they may do: the statements that change and show them. Who asks, and whether that
// one may, is the business of whoever hands the query over.
#pragma once

#include <optional>

#include "statement.hpp"

namespace tickwork::query {

// Nothing when the statement is about something else.
std::optional<Tables> run_account_statement(Session& session, const influxql::Statement& statement);

Tables show_users(Session& session);
Tables show_grants(Session& session, const std::string& user);

}  // namespace tickwork::query
