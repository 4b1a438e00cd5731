// SPDX-License-Identifier: MIT
// "tickwork storage ...": what operators do with a store's folder. Each command is one file.
#pragma once

#include <tickwork/draft/command.hpp>

namespace tickwork::lmdb {

int32_t inspect_store(CommandCall call);
int32_t check_store(CommandCall call);
int32_t export_store(CommandCall call);
int32_t import_store(CommandCall call);
int32_t backup_store(CommandCall call);
int32_t restore_store(CommandCall call);

struct Commands {
  static constexpr tw_command commands[] = {
      command<inspect_store>("inspect", "DIR [--json]", "tell what a store holds"),
      command<check_store>("check", "DIR", "verify every checksum of a store"),
      command<export_store>("export", "DIR [OPTION...]", "write a store's rows as text"),
      command<import_store>("import", "DIR FILE", "write such text into a store"),
      command<backup_store>("backup", "SOURCE DEST", "copy a store, also one at work"),
      command<restore_store>("restore", "BACKUP DIR", "make a store of a backup"),
  };
};

}  // namespace tickwork::lmdb
