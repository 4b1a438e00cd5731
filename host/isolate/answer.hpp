// SPDX-License-Identifier: MIT
// The payload of a reply: i32 status, u32 whether the call threw, text message, u64 value, text
// bytes, u32 flow, and what was left for the caller's sink or writer.
#pragma once

#include <tickwork/abi.h>

#include <string>

#include "isolate/frame.hpp"

namespace tickwork::host {

struct Answer {
  tw_status status = TW_E_IO;
  bool threw = false;
  std::string message;
  uint64_t value = 0;   // the method's number, if it has one
  tw_str bytes{"", 0};  // the method's bytes, borrowed from the payload
  Unpacker rest;        // from the flow on
  Payload payload;

  static Answer failed(tw_status status, std::string message);
};

// What a served call answers; the flow is appended behind it.
struct Outcome {
  tw_status status = TW_OK;
  bool threw = false;
  std::string message;
  uint64_t value = 0;
  std::string bytes;
};

void pack_outcome(Packer& to, const Outcome& outcome);
Answer read_answer(Payload payload);

}  // namespace tickwork::host
