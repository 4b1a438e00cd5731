// SPDX-License-Identifier: MIT
// Reads everything that a file of a store holds and tells what is damaged, a sentence each time.
#pragma once

#include <functional>
#include <string>

#include "index.hpp"
#include "shard.hpp"

namespace tickwork::lmdb {

struct VerifyCount {
  uint64_t blocks = 0, rows = 0, pages = 0;
};

// Segments, blocks with every column, fields. name_of: a series' key, for the sentences.
VerifyCount verify_shard(const std::shared_ptr<Shard>& shard,
                         const std::function<std::string(SeriesId)>& name_of, const Report& report);

// Blocks of keys, pages of hashes and terms. folder: of the database.
VerifyCount verify_index(const std::string& folder, Opening opening, const Report& report);

// Every record of a log file's bytes. A torn tail is none.
void verify_log(const std::string& path, std::string_view bytes, uint64_t generation,
                const Report& report);

}  // namespace tickwork::lmdb
