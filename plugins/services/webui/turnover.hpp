// SPDX-License-Identifier: MIT
// What comes and goes while the host runs: how its instances differ from the configuration files
// (tw.draft.changes/1) and the libraries in its process (tw.draft.libraries/1). Asked anew each
// time; a host that does not tell has neither.
#pragma once

#include "frame.hpp"
#include "tickwork/tickwork.hpp"

namespace tickwork::webui {

class Turnover {
 public:
  explicit Turnover(Host host) : host_{host} {}

  // instance, change ("added", "set", "removed"), detail.
  Frame changes() const;
  // module, version, state ("superseded", "current"), instances, bytes, loaded (ms), file.
  Frame libraries() const;

 private:
  Host host_;
};

}  // namespace tickwork::webui
