// SPDX-License-Identifier: MIT
#include "isolate/answer.hpp"

#include <utility>

namespace tickwork::host {

Answer Answer::failed(tw_status status, std::string message) {
  Answer answer;
  answer.status = status;
  answer.message = std::move(message);
  return answer;
}

void pack_outcome(Packer& to, const Outcome& outcome) {
  to.put(int32_t{outcome.status});
  to.put(uint32_t{outcome.threw});
  to.text(outcome.message);
  to.put(outcome.value);
  to.text(outcome.bytes);
}

Answer read_answer(Payload payload) {
  Answer answer;
  answer.payload = std::move(payload);
  Unpacker in = answer.payload.unpack();
  answer.status = in.take<int32_t>();
  answer.threw = in.take<uint32_t>() != 0;
  answer.message = in.view();
  answer.value = in.take<uint64_t>();
  answer.bytes = in.text();
  answer.rest = in;
  if (!in.ok()) return Answer::failed(TW_E_INVALID, "answered with what is no reply");
  return answer;
}

}  // namespace tickwork::host
