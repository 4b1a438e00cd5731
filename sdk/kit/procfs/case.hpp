// SPDX-License-Identifier: MIT
// For tests of inputs: runs a plugin on the files of cases/<name>/ (config.toml, proc/, sys/) and
// compares with expected.lp, without regard to the order of lines.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <tickwork/testing.hpp>

#include "kit/procfs/procfs.hpp"

namespace tickwork::procfs {

// The options of config.toml without the header of their table.
inline std::string case_options(const std::string& folder) {
  std::string text, options;
  try_read(folder + "/config.toml", text);
  for (const auto line : lines(text)) {
    if (!line.starts_with("[[")) options.append(line).append("\n");
  }
  return options;
}

inline void use_files(const std::string& folder) {
  setenv("HOST_PROC", (folder + "/proc").c_str(), 1);
  setenv("HOST_SYS", (folder + "/sys").c_str(), 1);
}

// What a gather gives with the files of cases/<name>.
inline void expect_case(const char* plugin, const std::string& name) {
  const std::string folder = "cases/" + name;
  use_files(folder);
  testing::Host host{case_options(folder)};
  auto input = host.create(plugin);
  ASSERT_TRUE(input) << input.error();
  ASSERT_EQ(input.start(), "");
  const std::string got = input.gather();
  EXPECT_EQ(input.error(), "");
  EXPECT_EQ(testing::sorted(got), testing::sorted(read(folder + "/expected.lp"))) << folder;
}

}  // namespace tickwork::procfs
