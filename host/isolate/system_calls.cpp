// SPDX-License-Identifier: MIT
// A list of what is denied, not of what is permitted: a plugin is somebody else's program with
// libraries of its own, so only what no plugin for metrics needs and an attacker wants is on it. It
// is what systemd's groups @clock, @cpu-emulation, @debug, @keyring, @module, @mount, @obsolete,
// @raw-io, @reboot and @swap hold and its @system-service does not grant to everybody, with what
// has made holes in kernels and sandboxes since.
#include "isolate/system_calls.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <initializer_list>
#include <memory>

// LeakSanitizer traces the threads of its own process.
#if defined(__SANITIZE_ADDRESS__)
#define TICKWORK_TRACES_ITSELF 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TICKWORK_TRACES_ITSELF 1
#endif
#endif

namespace tickwork::host {

namespace {

constexpr const char* denied_calls[] = {
    // Other processes: their memory, their descriptors, what they do.
    "kcmp", "pidfd_getfd", "process_madvise", "process_vm_readv", "process_vm_writev",
#ifndef TICKWORK_TRACES_ITSELF
    "ptrace",
#endif
    // Observing and extending the kernel.
    "bpf", "delete_module", "finit_module", "init_module", "kexec_file_load", "kexec_load",
    "lookup_dcookie", "perf_event_open",
    // Large and young, or a means to stop the kernel in the middle of something.
    "io_uring_enter", "io_uring_register", "io_uring_setup", "userfaultfd",
    // Another view of the file system, of the machine, of oneself; clone has flags for it, see
    // below.
    "chroot", "fsconfig", "fsmount", "fsopen", "fspick", "mount", "mount_setattr", "move_mount",
    "open_by_handle_at", "open_tree", "pivot_root", "setdomainname", "sethostname", "setns",
    "umount", "umount2", "unshare",
    // Keys that other processes of this user keep in the kernel.
    "add_key", "keyctl", "request_key",
    // The machine: clock, devices, quotas, accounting, swap, its end.
    "acct", "adjtimex", "clock_adjtime", "clock_adjtime64", "clock_settime", "clock_settime64",
    "ioperm", "iopl", "nfsservctl", "pciconfig_iobase", "pciconfig_read", "pciconfig_write",
    "quotactl", "quotactl_fd", "reboot", "s390_pci_mmio_read", "s390_pci_mmio_write",
    "settimeofday", "stime", "swapoff", "swapon", "vhangup",
    // Leftovers of other times and machines.
    "_sysctl", "afs_syscall", "bdflush", "break", "create_module", "ftime", "get_kernel_syms",
    "getpmsg", "gtty", "idle", "lock", "modify_ldt", "mpx", "prof", "profil", "putpmsg",
    "query_module", "rtas", "s390_runtime_instr", "security", "sgetmask", "ssetmask", "stty",
    "subpage_prot", "switch_endian", "sys_debug_setcontext", "sysfs", "tuxcall", "ulimit", "uselib",
    "ustat", "vm86", "vm86old", "vserver"};

// clone and unshare know them; a thread or a child process has none of them.
constexpr unsigned long namespaces[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                        CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
#ifdef __s390__
constexpr unsigned clone_flags = 1;
#else
constexpr unsigned clone_flags = 0;
#endif

// The kernel looks at the lower half of an ioctl's number only.
constexpr scmp_datum_t ioctl_number = 0xffffffff;
// Typing into the terminal that the host was started from.
constexpr unsigned long typing[] = {TIOCSTI, TIOCLINUX};

class CallFilter {
 public:
  CallFilter() : context_{seccomp_init(SCMP_ACT_ALLOW), seccomp_release} {
    if (!context_) {
      note(-ENOMEM);
      return;
    }
    // Calls of an architecture that is not added below fail; no process is killed for one.
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
    set(SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree, not a list
    set(SCMP_FLTATR_API_SYSRAWRC, 1);  // the kernel's own error number
    // Programs that a plugin starts may be of the smaller architecture.
    if (seccomp_arch_native() == SCMP_ARCH_X86_64) add(SCMP_ARCH_X86);
    if (seccomp_arch_native() == SCMP_ARCH_AARCH64) add(SCMP_ARCH_ARM);
  }

  // A call that this machine, or an older libseccomp, does not know has no number to deny.
  void deny(const char* call, std::initializer_list<scmp_arg_cmp> if_so = {}, int error = EPERM) {
    const int number = seccomp_syscall_resolve_name(call);
    if (!context_ || number == __NR_SCMP_ERROR) return;
    note(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(static_cast<uint32_t>(error)),
                                number, static_cast<unsigned>(if_so.size()), if_so.begin()));
  }

  int load() {
    if (error_ == 0) note(seccomp_load(context_.get()));
    return error_;
  }

 private:
  void set(scmp_filter_attr attribute, uint32_t value) {
    note(seccomp_attr_set(context_.get(), attribute, value));
  }
  void add(uint32_t architecture) { note(seccomp_arch_add(context_.get(), architecture)); }
  void note(int result) {
    if (result < 0 && error_ == 0) error_ = -result;
  }

  std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int error_ = 0;
};

}  // namespace

int filter_system_calls() {
  CallFilter filter;
  for (const char* call : denied_calls) filter.deny(call);
  for (const scmp_datum_t one : namespaces) {
    filter.deny("clone", {{clone_flags, SCMP_CMP_MASKED_EQ, one, one}});
  }
  // Its flags lie in memory, where a filter cannot look; C libraries then use clone.
  filter.deny("clone3", {}, ENOSYS);
  for (const scmp_datum_t one : typing) {
    filter.deny("ioctl", {{1, SCMP_CMP_MASKED_EQ, ioctl_number, one}});
  }
  // 0 is Linux as it is; others switch off randomised addresses and memory that cannot be run.
  filter.deny("personality", {{0, SCMP_CMP_GT, 0, 0}});
  return filter.load();
}

}  // namespace tickwork::host
