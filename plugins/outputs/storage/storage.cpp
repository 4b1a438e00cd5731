// SPDX-License-Identifier: MIT
// outputs.storage: writes into a storage instance of the same process.
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

class StorageOutput {
 public:
  StorageOutput(Host host, Config config)
      : storage_{host.find<tw_storage>(config.str("storage"))},
        database_{config.str("database")},
        retention_{config.str("retention_policy")},
        create_{!config.boolean("skip_database_creation")} {}

  void start() {
    if (create_) create_database();
  }

  tw_status write(Batch batch) {
    tw_error error = empty_error();
    tw_status status = put(batch, error);
    if (status == TW_E_NOT_FOUND && create_ &&
        std::string_view{error.message}.starts_with("database")) {
      create_database();  // somebody dropped it
      error = empty_error();
      status = put(batch, error);
    }
    if (status == TW_PARTIAL) throw Error{TW_PARTIAL, error.message};
    return check(status, error);
  }

 private:
  tw_status put(Batch batch, tw_error& error) {
    return storage_.vtable().write(storage_.self(), str(database_), str(retention_), batch.raw(),
                                   &error);
  }

  void create_database() {
    tw_definition definition{};
    definition.size = sizeof definition;
    definition.what = TW_DATABASES;
    definition.database = str(database_);
    storage_.call(&tw_storage::define, static_cast<const tw_definition*>(&definition));
  }

  Ref<tw_storage> storage_;
  std::string database_, retention_;
  bool create_;
};

constexpr tw_option options[] = {
    {"storage", TW_OPT_STRING, 0, "\"\"", "Instance to write to; empty: the only one"},
    {"database", TW_OPT_STRING, 0, "\"telegraf\"", "Database, created when it is missing"},
    {"retention_policy", TW_OPT_STRING, 0, "\"\"", "Retention policy; empty: the default one"},
    {"skip_database_creation", TW_OPT_BOOL, 0, "false", "Never create the database"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.outputs.storage", "0.1.0", "MIT",
                tickwork::plugin<StorageOutput>("outputs.storage",
                                                "Writes into a storage of this process", options));
