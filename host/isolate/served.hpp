// SPDX-License-Identifier: MIT
// A call that came from the other side: its arguments, and the sink and writer that send back what
// the callee gives. Small flows travel with the reply, large ones as parts on the way.
#pragma once

#include <tickwork/metric.h>

#include <string>

#include "isolate/channel.hpp"
#include "isolate/image.hpp"
#include "isolate/method.hpp"

namespace tickwork::host {

class Served {
 public:
  Served(Channel& channel, Frame frame);
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  Method method() const { return method_; }
  uint64_t target() const { return target_; }
  Unpacker& in() { return in_; }
  const tw_sink* sink() { return &sink_; }
  const tw_writer* writer() { return &writer_; }
  // Goes behind the reply as Flow::object.
  Packer& object() { return object_; }
  Channel& channel() { return channel_; }

  // Replies, once; a call whose arguments were wrong is answered so.
  void answer(Outcome outcome);

 private:
  static tw_status add(const tw_sink* sink, const tw_point* points, size_t n);
  static tw_status write(const tw_writer* writer, tw_str bytes);
  Packer part(Flow flow) const;
  tw_status flush_points();
  tw_status flush_bytes();

  Channel& channel_;
  Frame frame_;
  Unpacker in_;
  Method method_;
  uint64_t target_;
  tw_sink sink_;
  tw_writer writer_;
  Image points_;
  std::string bytes_;
  Packer object_;
};

}  // namespace tickwork::host
