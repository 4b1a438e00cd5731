// SPDX-License-Identifier: MIT
// Throws out of a noexcept function: the process aborts, no host can catch that in its own process.
#include <stdexcept>

#include "sin.h"

namespace {
void boom() { throw std::runtime_error{"boom"}; }
void must_not_throw() noexcept { boom(); }
tw_status gather(tw_instance*, const tw_sink*, tw_error*) { return must_not_throw(), TW_OK; }
}  // namespace
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.noexcept_throws", no_options, plain_create, NULL, NULL, plain_destroy);
