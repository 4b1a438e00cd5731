// SPDX-License-Identifier: MIT
#include "isolate/callee.hpp"

#include "graph/guard.hpp"
#include "isolate/image.hpp"

namespace tickwork::host {

Packer request_of(Method method, uint64_t target) {
  Packer request;
  request.put(method);
  request.put(uint32_t{0});
  request.put(target);
  return request;
}

Method method_of(const Packer& request) {
  Method method{};
  std::memcpy(&method, request.data(), sizeof method);
  return method;
}

Packer Callee::request(Method method) const { return request_of(method, target_); }

tw_status Callee::take_flow(Unpacker& in, const Backflow& back) {
  const auto flow = in.take<Flow>();
  if (flow == Flow::points && back.sink) {
    const auto points = unpack_points(in);
    if (!in.ok()) return TW_E_INVALID;
    arrived(points);
    return points.empty() ? TW_OK : back.sink->add(back.sink, points.data(), points.size());
  }
  if (flow == Flow::bytes && back.writer) {
    const tw_str bytes = in.text();
    return in.ok() ? back.writer->write(back.writer, bytes) : TW_E_INVALID;
  }
  if (flow == Flow::object) return TW_OK;  // the caller reads it
  return flow == Flow::nothing && in.ok() ? TW_OK : TW_E_INVALID;
}

Answer Callee::ask(const Packer& request, tw_error* error, const Backflow& back) {
  Answer answer = send(request, [&](Unpacker& part) {
    return Outcome{take_flow(part, back), false, {}, 0, {}};
  });
  // What a call gave before it failed counts, as it does without a socket in between.
  const tw_status rest = answer.payload.size ? take_flow(answer.rest, back) : TW_OK;
  if (answer.status >= 0 && rest == TW_E_IO) answer.status = rest;
  if (!answer.message.empty()) fail(error, answer.status, answer.message);
  return answer;
}

}  // namespace tickwork::host
