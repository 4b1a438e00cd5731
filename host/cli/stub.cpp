#include "cli/command.hpp"
namespace tickwork::host {
int command_run(const Arguments&) { return 1; }
int command_show(const Arguments&) { return 1; }
int command_config(const Arguments&) { return 1; }
int command_new(const Arguments&) { return 1; }
int command_try(const Arguments&) { return 1; }
}
