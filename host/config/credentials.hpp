// SPDX-License-Identifier: MIT
// Values that are shown to people: what looks like a credential in them is masked.
#pragma once

#include "config/configuration.hpp"

namespace tickwork::host {

// Masks passwords in URLs ("redis://me:(secret)@host"), values of names such as password and token
// in URLs' queries and connection strings ("host=a password=(secret)"), and what stands under such
// a name in tables inside ("Authorization" of headers). A guess by form, for options that are not
// declared TW_SECRET.
Value without_credentials(Value value);

}  // namespace tickwork::host
