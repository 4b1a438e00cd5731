// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

#include <fmt/format.h>

#include "config/check.hpp"
#include "config/options.hpp"

namespace tickwork::host {
namespace {

// Text that can only be meant as a string, or that may be meant so: 10s, lamp, 12, true; no list.
bool may_be_bare(const Result<Value>& literal, uint32_t type) {
  if (type != TW_OPT_STRING && type != TW_OPT_DURATION && type != TW_OPT_SIZE) return false;
  if (!literal) return true;
  const bool structure =
      std::holds_alternative<Array>(literal->data) || std::holds_alternative<Table>(literal->data);
  return type == TW_OPT_STRING && !structure;
}

}  // namespace

Result<Entry> read_setting(std::string_view text, const std::vector<OptionInfo>& options) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return Failure{TW_E_INVALID,
                   fmt::format("\"{}\" is no KEY=VALUE; write for example interval=10s", text)};
  const auto key = text.substr(0, equals), written = text.substr(equals + 1);
  const auto* option = option_named(options, key);
  const bool list = option && (option->flags & TW_LIST);
  auto literal = parse_literal(written);
  const bool string = literal && std::holds_alternative<std::string>(literal->data);
  if (!string && !list && may_be_bare(literal, option ? option->type : uint32_t{TW_OPT_DURATION})) {
    Value bare;
    bare.data = std::string{written};
    literal = std::move(bare);
  }
  if (!literal)
    return Failure{TW_E_INVALID,
                   fmt::format("the value of \"{}\" is not TOML; write 10, true, \"text\", "
                               "[\"a\", \"b\"] or {{ a = 1 }}, quoted for the shell",
                               key)};
  return Entry{option ? option->key : std::string{key}, std::move(*literal)};
}

}  // namespace tickwork::host
