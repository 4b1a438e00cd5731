/* A file of records that survives crashes: what journal_append returned TW_OK for is there after the
 * next journal_open. A record is its length and a checksum (four bytes each), then its bytes. */
#ifndef JOURNAL_H
#define JOURNAL_H
#include "bytes.h"

typedef struct journal {
  const char* path; /* borrowed */
  int file;         /* -1: closed */
  size_t size;
} journal;

/* Makes the file or hands its whole records to each; what a crash cut off at the end is removed. */
tw_status journal_open(journal* j, const char* path, tw_status (*each)(void* me, tw_str record), void* me,
                       tw_error* error);
/* Hands the whole records of a file to each, also beside an instance that writes. */
tw_status journal_read(const char* path, tw_status (*each)(void* me, tw_str record), void* me, tw_error* error);
/* On the disk when it returns, or, without sync, with the next one that syncs. On a failure the file
 * is as before. */
tw_status journal_append(journal* j, const bytes* record, bool sync, tw_error* error);
/* fresh takes the place of old, whose file it replaces at once. */
tw_status journal_replace(journal* old, journal* fresh, tw_error* error);
void journal_close(journal* j);

#endif
