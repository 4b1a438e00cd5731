// SPDX-License-Identifier: MIT
// What a plugin reads its options through: tw_config over checked Options.
#pragma once

#include <tickwork/config.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "config/configuration.hpp"

namespace tickwork::host {

class OptionsView {
 public:
  explicit OptionsView(Options options);
  OptionsView(const OptionsView&) = delete;
  OptionsView& operator=(const OptionsView&) = delete;

  const tw_config* config() const { return &nodes_.front().config; }

  // A table of the configuration and the tables below it.
  struct Node {
    tw_config config;
    const Table* table;
    const std::map<std::string, uint32_t, std::less<>>* types;  // NULL below the root
    std::map<std::string, std::vector<const tw_config*>, std::less<>> tables;
  };

 private:
  Node& add(const Table& table);

  Options options_;
  std::deque<Node> nodes_;  // the first one is the root; addresses are stable
};

}  // namespace tickwork::host
