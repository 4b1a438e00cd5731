// SPDX-License-Identifier: MIT
#include "isolate/served.hpp"

#include <algorithm>
#include <utility>

#include "graph/intake.hpp"

namespace tickwork::host {

namespace {

constexpr size_t largest_rest = 256 * 1024;

Method method_in(Unpacker& in) {
  const auto method = in.take<Method>();
  in.take<uint32_t>();
  return method;
}

}  // namespace

Served::Served(Channel& channel, Frame frame)
    : channel_{channel},
      frame_{std::move(frame)},
      in_{frame_.payload.unpack()},
      method_{method_in(in_)},
      target_{in_.take<uint64_t>()},
      sink_{sizeof sink_, this, add},
      writer_{sizeof writer_, this, write} {}

Packer Served::part(Flow flow) const {
  Packer part;
  part.put(frame_.call);
  part.put(flow);
  return part;
}

tw_status Served::flush_points() {
  if (points_.empty()) return TW_OK;
  Packer message = part(Flow::points);
  points_.pack(message);
  points_.clear();
  return channel_.part(message).status;
}

tw_status Served::flush_bytes() {
  if (bytes_.empty()) return TW_OK;
  Packer message = part(Flow::bytes);
  message.text(bytes_);
  bytes_.clear();
  return channel_.part(message).status;
}

// Bad points go along, because the receiver counts and names them; the answer is known here.
tw_status Served::add(const tw_sink* sink, const tw_point* points, size_t n) {
  Served& self = *static_cast<Served*>(sink->self);
  const bool bad = std::any_of(points, points + n, fault_of);
  // A token is told of once for each call that it was in, so such calls stay apart.
  const bool tracked = std::any_of(points, points + n, [](const tw_point& p) { return p.token; });
  if (tracked) {
    if (const tw_status status = self.flush_points(); status < 0) return status;
  }
  self.points_.add({points, n});
  if (!tracked && self.points_.bytes() < largest_rest) return bad ? TW_E_INVALID : TW_OK;
  const tw_status status = self.flush_points();
  return bad && status == TW_OK ? TW_E_INVALID : status;
}

tw_status Served::write(const tw_writer* writer, tw_str bytes) {
  Served& self = *static_cast<Served*>(writer->self);
  if (bytes.len > 0) self.bytes_.append(bytes.data, bytes.len);
  return self.bytes_.size() < largest_rest ? TW_OK : self.flush_bytes();
}

void Served::answer(Outcome outcome) {
  if (!in_.ok()) outcome = {TW_E_INVALID, false, "sent a call that cannot be read", 0, {}};
  Packer reply;
  pack_outcome(reply, outcome);
  if (object_.size() > 0 && outcome.status == TW_OK) {
    reply.put(Flow::object);
    reply.align();
    reply.raw(object_.data(), object_.size());
  } else if (!points_.empty()) {
    reply.put(Flow::points);
    points_.pack(reply);
  } else if (!bytes_.empty()) {
    reply.put(Flow::bytes);
    reply.text(bytes_);
  } else {
    reply.put(Flow::nothing);
  }
  channel_.reply(frame_.call, reply);
}

}  // namespace tickwork::host
