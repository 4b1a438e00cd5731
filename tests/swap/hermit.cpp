// SPDX-License-Identifier: MIT
// A service that there may be only one of, so that the old one is gone before the new one starts.
// Writes its version when it starts; the BROKEN one does not.
#include <fstream>
#include <string>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

class Hermit {
 public:
  Hermit(Host, Config config) : path_{config.str("path")} {}
  void start() {
    if (BROKEN) throw Error{TW_E_IO, "will not leave its cave"};
    std::ofstream{path_, std::ios::app} << VERSION << '\n';
  }
  void stop() {}

 private:
  std::string path_;
};

constexpr tw_option options[] = {{"path", TW_OPT_STRING, 0, "\"\"", "Where its starts are written"},
                                 {}};

}  // namespace

TICKWORK_MODULE("org.example.hermit", VERSION, "MIT",
                plugin<Hermit>("services.hermit", "Lives alone", options, TW_EXCLUSIVE));
