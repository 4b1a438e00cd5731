/* SPDX-License-Identifier: MIT */
/* The program under test, under a filter of its system calls as systemd and containers put on:
 * $FORBIDDEN names calls that answer EPERM ("seccomp prctl(22)"; a number in brackets is the first
 * argument), or end the process with SIGSYS behind an exclamation mark. With $PERMITTED all calls
 * but those answer EPERM. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(scmp_filter_ctx filter, uint32_t action, char* name) {
  char* argument = strchr(name, '(');
  if (argument) *argument++ = '\0';
  const int number = seccomp_syscall_resolve_name(name);
  if (!argument) return seccomp_rule_add(filter, action, number, 0);
  const struct scmp_arg_cmp first = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)atol(argument));
  return seccomp_rule_add(filter, action, number, 1, first);
}

static void forbid(scmp_filter_ctx filter, char* names) {
  for (char* name = strtok(names, " "); name; name = strtok(NULL, " ")) {
    const int kills = *name == '!';
    if (add(filter, kills ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM), name + kills) == 0)
      continue;
    fprintf(stderr, "cannot forbid %s\n", name);
    exit(1);
  }
}

/* Names of other machines have no number here. */
static void permit(scmp_filter_ctx filter, char* names) {
  for (char* name = strtok(names, " "); name; name = strtok(NULL, " ")) {
    add(filter, SCMP_ACT_ALLOW, name);
  }
}

int main(int argc, char** argv) {
  char *forbidden = getenv("FORBIDDEN"), *permitted = getenv("PERMITTED");
  scmp_filter_ctx filter = seccomp_init(permitted ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW);
  if (argc < 1 || !filter) return 1;
  if (permitted) permit(filter, strdup(permitted));
  if (forbidden) forbid(filter, strdup(forbidden));
  if (seccomp_load(filter) != 0) return fprintf(stderr, "no filter is permitted here\n"), 1;
  execv(TICKWORK_PROGRAM, argv);
  return 1;
}
