#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { head = 8 };

static tw_status failed(const journal* j, const char* what, tw_error* error) {
  snprintf(error->message, sizeof error->message, "cannot %s %s: %s", what, j->path, strerror(errno));
  return TW_E_IO;
}

static uint32_t checksum(tw_str text) { /* FNV-1a */
  uint32_t sum = 2166136261u;
  for (size_t i = 0; i < text.len; i++) sum = (sum ^ (uint8_t)text.data[i]) * 16777619u;
  return sum;
}

/* false: there is no whole record at that place. */
static bool whole_record(tw_str all, size_t at, tw_str* record) {
  uint32_t length, sum;
  if (all.len - at < head) return false;
  memcpy(&length, all.data + at, sizeof length);
  memcpy(&sum, all.data + at + 4, sizeof sum);
  if (all.len - at - head < length) return false;
  *record = (tw_str){all.data + at + head, length};
  return checksum(*record) == sum;
}

/* The file's bytes, to be freed; data NULL: errno says why not. */
static tw_str content(int file) {
  struct stat about;
  if (fstat(file, &about) != 0) return (tw_str){NULL, 0};
  const size_t size = (size_t)about.st_size;
  char* data = malloc(size + 1);
  size_t n = 0;
  while (data && n < size) {
    const ssize_t got = pread(file, data + n, size - n, (off_t)n);
    if (got <= 0) break;
    n += (size_t)got;
  }
  return (tw_str){data, n};
}

/* j->size: of the records that were handed over. */
static tw_status read_records(journal* j, tw_status (*each)(void* me, tw_str record), void* me, tw_error* error) {
  const tw_str all = content(j->file);
  tw_status status = all.data ? TW_OK : failed(j, "read", error);
  tw_str record;
  while (status == TW_OK && whole_record(all, j->size, &record)) {
    status = each(me, record);
    j->size += head + record.len;
  }
  free((char*)all.data);
  return status;
}

tw_status journal_read(const char* path, tw_status (*each)(void* me, tw_str record), void* me, tw_error* error) {
  journal j = {path, open(path, O_RDONLY | O_CLOEXEC), 0};
  const tw_status status = j.file < 0 ? failed(&j, "open", error) : read_records(&j, each, me, error);
  journal_close(&j);
  return status;
}

/* The file's name is on the disk too, when it returns. */
static tw_status sync_folder(const journal* j, tw_error* error) {
  char* path = strdup(j->path);
  if (!path) return TW_E_NOMEM;
  const int folder = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const tw_status status = folder < 0 || fsync(folder) != 0 ? failed(j, "sync the folder of", error) : TW_OK;
  if (folder >= 0) close(folder);
  free(path);
  return status;
}

tw_status journal_open(journal* j, const char* path, tw_status (*each)(void* me, tw_str record), void* me,
                       tw_error* error) {
  j->path = path;
  j->size = 0;
  j->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (j->file < 0) return failed(j, "open", error);
  if (flock(j->file, LOCK_EX | LOCK_NB) != 0) {
    journal_close(j);
    snprintf(error->message, sizeof error->message, "%s is in use by another instance", path);
    return TW_E_IO;
  }
  tw_status status = read_records(j, each, me, error);
  if (status == TW_OK && ftruncate(j->file, (off_t)j->size) != 0) status = failed(j, "shorten", error);
  if (status == TW_OK) status = sync_folder(j, error);
  if (status < 0) journal_close(j);
  return status;
}

tw_status journal_append(journal* j, const bytes* record, bool sync, tw_error* error) {
  if (record->failed) return TW_E_NOMEM;
  if (record->n > UINT32_MAX) {
    snprintf(error->message, sizeof error->message, "a record has 4 GiB at most");
    return TW_E_INVALID;
  }
  const uint32_t numbers[2] = {(uint32_t)record->n, checksum((tw_str){record->data, record->n})};
  bytes whole = {0};
  put_raw(&whole, numbers, sizeof numbers);
  put_raw(&whole, record->data, record->n);
  tw_status status = whole.failed ? TW_E_NOMEM : TW_OK;
  if (status == TW_OK && (write(j->file, whole.data, whole.n) != (ssize_t)whole.n || (sync && fdatasync(j->file) != 0))) {
    status = failed(j, "write", error);
    if (ftruncate(j->file, (off_t)j->size) != 0) status = failed(j, "shorten", error);
  }
  if (status == TW_OK) j->size += whole.n;
  free(whole.data);
  return status;
}

tw_status journal_replace(journal* old, journal* fresh, tw_error* error) {
  if (rename(fresh->path, old->path) != 0) return failed(fresh, "rename", error);
  const tw_status status = sync_folder(old, error);
  journal_close(old);
  old->file = fresh->file;
  old->size = fresh->size;
  fresh->file = -1;
  return status;
}

void journal_close(journal* j) {
  if (j->file >= 0) close(j->file);
  j->file = -1;
}
