// SPDX-License-Identifier: MIT
// Which alert events a handler speaks of: by topic and by match expression.
//
//   tickwork::AlertFilter filter{config.str("topic"), config.str("match"), host};
//   if (filter.wants(event)) send(event);
//
// topic is a shell glob, empty for every topic. match is a lambda body over the event's tags with
// changed(), level(), name(), taskName(), alertDuration() and OK, INFO, WARNING, CRITICAL; an event
// on which it fails (a missing tag) is not wanted.
#pragma once

#include <tickwork/tickwork.hpp>

#include <memory>
#include <string>

#include "kit/lambda/lambda.hpp"

namespace tickwork {

class AlertFilter {
 public:
  /// Throws Error TW_E_INVALID when match is no expression.
  AlertFilter(std::string topic, const std::string& match, Host host);
  bool wants(const tw_event& event);

 private:
  std::string topic_;
  Host host_;
  std::shared_ptr<const lambda::Expression> match_;
  lambda::State state_;
};

}  // namespace tickwork
