// SPDX-License-Identifier: MIT
// Lets an exception through the C boundary: a plugin in C++ that does not use the C++ layer.
#include <stdexcept>

#include "sin.h"

namespace {
tw_status gather(tw_instance*, const tw_sink*, tw_error*) { throw std::runtime_error{"boom"}; }
}  // namespace
static const tw_input input = {sizeof input, gather};
EXT(TW_INPUT, &input);
SINNER("inputs.throws", no_options, plain_create, NULL, NULL, plain_destroy);
