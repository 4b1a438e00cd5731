// SPDX-License-Identifier: MIT
// Arrow objects that cross from one plugin to another: the producer is held until they are
// released, because their release functions are its code.
#pragma once

#include <tickwork/arrow.h>

#include <memory>

namespace tickwork::host {

class Instance;

// In place. A released (NULL) object stays as it is.
void hold_array(ArrowArray& array, std::shared_ptr<Instance> producer);
void hold_stream(ArrowArrayStream& stream, std::shared_ptr<Instance> producer);

}  // namespace tickwork::host
