/* SPDX-License-Identifier: MIT */
/* tw.draft.command/1: what a plugin offers to the command line, "tickwork KIND NAME ARGUMENT...".
 *
 * Commands belong to the plugin, not to an instance: there is no configuration and no host when one
 * runs, only its arguments. The program finds them by the plugin's kind ("tickwork storage check")
 * or, where several plugins of a kind offer the same name, by its id ("tickwork storage.lmdb
 * check"). Like the other tables they are static const, so that they are listed without being run.
 *
 * Draft: may still change with its revision; a plugin that offers it works with hosts that do not
 * know it. */
#ifndef TICKWORK_DRAFT_COMMAND_H
#define TICKWORK_DRAFT_COMMAND_H

#include "../metric.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TW_COMMANDS "tw.draft.command/1"

enum { /* what run returns: the program's exit code */
       TW_EXIT_FINE = 0,
       TW_EXIT_FAILED = 1, /* the work could not be done, or what was checked is not in order */
       TW_EXIT_USAGE = 2   /* the arguments are wrong */
};

/* name: letters, digits, "-"; usage: its arguments in one line, "DIR [--json]"; summary: one line
 * without a period, after "tickwork KIND NAME" in lists.
 *
 * run has the process to itself and may block, use files and start threads that end before it
 * returns. argv has argc arguments behind the name, NUL-terminated, and a NULL; "--help" comes as
 * an argument. out and err are standard output and standard error, for one thread at a time; a
 * negative status of out means that nobody reads any more (end quietly). Failures are told on err
 * with the place and the remedy, in lines. */
typedef struct tw_command {
  const char *name, *usage, *summary;
  int32_t (*run)(int32_t argc, const char* const* argv, const tw_writer* out,
                 const tw_writer* err); /* [any] */
} tw_command;

typedef struct tw_commands {
  uint32_t size, count;
  const tw_command* const* commands; /* count of them */
} tw_commands;

#ifdef __cplusplus
}
#endif
#endif
