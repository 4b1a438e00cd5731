// SPDX-License-Identifier: MIT
// What calls of this side's instances gave to the other side: scanners, streams and results under
// way, and listeners that it registered. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "isolate/served.hpp"

namespace tickwork::host {

// Ends what it stands for when it is destroyed.
class Object {
 public:
  virtual ~Object() = default;
  virtual Outcome call(Served& call) = 0;
};

class Objects {
 public:
  // Targets of objects have this bit, targets of instances do not.
  static constexpr uint64_t mark = uint64_t{1} << 63;

  uint64_t keep(std::shared_ptr<Object> object);
  void keep_as(uint64_t key, std::shared_ptr<Object> object);
  void drop(uint64_t key);
  Outcome serve(Served& call);
  void clear();

 private:
  std::mutex lock_;
  uint64_t next_ = mark;
  std::map<uint64_t, std::shared_ptr<Object>> objects_;
};

}  // namespace tickwork::host
