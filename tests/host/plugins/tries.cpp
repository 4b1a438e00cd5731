// SPDX-License-Identifier: MIT
// Tells by points what the kernel answers to calls that no plugin needs: each with arguments that
// do nothing even when it is permitted. And what plugins do need: threads and processes.
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>
#include <tickwork/tickwork.hpp>

extern char** environ;

namespace {

using namespace tickwork;

struct Attempt {
  const char* name;
  long number;
  long first, second, third;
};

const Attempt attempts[] = {
    {"ptrace", SYS_ptrace, PTRACE_PEEKDATA, 0, 0},
    {"process_vm_readv", SYS_process_vm_readv, getpid(), 0, 0},
    {"bpf", SYS_bpf, -1, 0, 0},
    {"perf_event_open", SYS_perf_event_open, 0, 0, -1},
    {"userfaultfd", SYS_userfaultfd, -1, 0, 0},
    {"io_uring_setup", SYS_io_uring_setup, 0, 0, 0},
    {"kexec_load", SYS_kexec_load, 0, -1, 0},
    {"init_module", SYS_init_module, 0, 0, 0},
    {"mount", SYS_mount, 0, 0, 0},
    {"pivot_root", SYS_pivot_root, 0, 0, 0},
    {"chroot", SYS_chroot, 0, 0, 0},
    {"unshare", SYS_unshare, 0, 0, 0},
    {"setns", SYS_setns, -1, 0, 0},
    {"open_by_handle_at", SYS_open_by_handle_at, -1, 0, 0},
    {"keyctl", SYS_keyctl, -1, 0, 0},
    {"swapon", SYS_swapon, 0, 0, 0},
    {"reboot", SYS_reboot, 0, 0, 0},
    {"clock_settime", SYS_clock_settime, -1, 0, 0},
    {"quotactl", SYS_quotactl, -1, 0, 0},
    {"personality", SYS_personality, 0xffffffff, 0, 0},
    {"clone_namespace", SYS_clone, CLONE_NEWNS | CLONE_FS, 0, 0},
    {"clone3", SYS_clone3, 0, 0, 0},
    {"type_ahead", SYS_ioctl, -1, TIOCSTI, 0},
};

int64_t error_of(const Attempt& attempt) {
  const long done =
      syscall(attempt.number, attempt.first, attempt.second, attempt.third, 0L, 0L, 0L);
  return done == -1 ? errno : 0;
}

int64_t exit_code_of_a_program() {
  std::string shell = "/bin/sh", option = "-c", text = "exit $(echo 7)";
  char* argv[] = {shell.data(), option.data(), text.data(), nullptr};
  pid_t pid = 0;
  int status = 0;
  if (posix_spawn(&pid, shell.c_str(), nullptr, nullptr, argv, environ) != 0) return -1;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

class Tries {
 public:
  Tries(Host, Config) {}
  void gather(Sink sink) {
    for (const Attempt& attempt : attempts) {
      const int64_t error = error_of(attempt);
      sink.point("tried").tag("call", attempt.name).field("errno", error).send();
    }
    int64_t code = -1;
    std::thread{[&] { code = exit_code_of_a_program(); }}.join();
    sink.point("ran").field("code", code).send();
  }
};

}  // namespace

TICKWORK_MODULE("org.example.tries", "1.0.0", "MIT",
                plugin<Tries>("inputs.tries", "Asks the kernel for what is not for plugins"));
