// SPDX-License-Identifier: MIT
// Something on the other side that can be called: what a stand-in's tw_instance is.
#pragma once

#include <tickwork/metric.h>

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "isolate/answer.hpp"
#include "isolate/method.hpp"

namespace tickwork::host {

// Where what a call gives back on its way goes; both may be NULL.
struct Backflow {
  const tw_sink* sink = nullptr;
  const tw_writer* writer = nullptr;
};

class Listeners;

class Callee {
 public:
  virtual ~Callee() = default;

  // The start of a request; what the method takes goes behind it.
  Packer request(Method method) const;
  // Sends it and waits; parts go to the backflow. A failure's sentence goes to error (may be NULL).
  Answer ask(const Packer& request, tw_error* error, const Backflow& back = {});
  tw_status call(const Packer& request, tw_error* error, const Backflow& back = {}) {
    return ask(request, error, back).status;
  }

  // Something that a call gave, on the same other side.
  virtual std::unique_ptr<Callee> object(uint64_t target) = 0;

  virtual Listeners& listeners() = 0;  // of this side, with feeds of the other

  static Callee& of(tw_instance* self) { return *reinterpret_cast<Callee*>(self); }
  tw_instance* as_instance() { return reinterpret_cast<tw_instance*>(this); }

 protected:
  explicit Callee(uint64_t target) : target_{target} {}
  using TakePart = std::function<Outcome(Unpacker&)>;
  virtual Answer send(const Packer& request, const TakePart& take) = 0;
  // Points that came from the other side, before they go to a sink.
  virtual void arrived(std::span<tw_point>) {}

 private:
  tw_status take_flow(Unpacker& in, const Backflow& back);

  const uint64_t target_;
};

Packer request_of(Method method, uint64_t target = 0);
Method method_of(const Packer& request);

// The vtable of an extension whose functions call the Callee that they get as instance; NULL: calls
// of this extension do not cross processes.
const void* stand_in(std::string_view ext);

}  // namespace tickwork::host
