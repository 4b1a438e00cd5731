// SPDX-License-Identifier: MIT
// Where a thread is that does not come back: its call stack as one line for the log.
#pragma once

#include <sys/types.h>

#include <string>

namespace tickwork::host {

// The calling thread's id, as sample_stack wants it; cheap.
pid_t this_thread_id();

// " at clock_nanosleep (libc.so.6) < inputs.x.so+0x1234": the innermost frames of a thread of this
// process down to the host's own, with offsets for addr2line where there is no exported name. The
// thread is asked by a real-time signal; empty if it does not answer within 200 ms (it blocks
// signals, or has ended). Any thread; one sample at a time.
std::string sample_stack(pid_t thread);

}  // namespace tickwork::host
