// SPDX-License-Identifier: MIT
// The values of the tags that groups are made by, as one text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tickwork::lmdb {

// Appends to out what the series has of these tags.
void put_group_tags(std::string_view series_key, const std::vector<std::string>& tags,
                    std::string& out);
// Replaces out by the values; they are parts of text.
void get_group_tags(std::string_view text, std::vector<std::string_view>& out);
// The first of them, mostly the only.
std::string_view first_group_tag(std::string_view text);
// The order of groups.
bool group_tags_before(std::string_view a, std::string_view b);

}  // namespace tickwork::lmdb
