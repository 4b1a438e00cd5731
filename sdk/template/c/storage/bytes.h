/* Memory that grows: arrays of anything, and bytes. */
#ifndef BYTES_H
#define BYTES_H
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tickwork/tickwork.h>

/* Room for one more of size bytes behind n of them; false: out of memory, and all is as before. */
static inline bool grow(void* array, size_t n, size_t* room, size_t more, size_t size) {
  void** at = array;
  if (n + more <= *room) return true;
  const size_t wanted = 2 * *room > n + more ? 2 * *room : n + more + 8;
  void* moved = realloc(*at, wanted * size);
  if (!moved) return false;
  *at = moved;
  *room = wanted;
  return true;
}

/* Bytewise, the shorter first. */
static inline int order(tw_str a, tw_str b) {
  const size_t n = a.len < b.len ? a.len : b.len;
  const int differ = n ? memcmp(a.data, b.data, n) : 0;
  return differ ? differ : (a.len > b.len) - (a.len < b.len);
}

static inline bool same(tw_str a, tw_str b) { return a.len == b.len && order(a, b) == 0; }

/* With a zero at its end, to be freed; data NULL: out of memory. */
static inline tw_str copied(tw_str text) {
  char* data = malloc(text.len + 1);
  if (!data) return (tw_str){NULL, 0};
  if (text.len) memcpy(data, text.data, text.len);
  data[text.len] = 0;
  return (tw_str){data, text.len};
}

/* failed: there was no memory for all of it. */
typedef struct bytes {
  char* data;
  size_t n, room;
  bool failed;
} bytes;

static inline void put_raw(bytes* b, const void* data, size_t n) {
  b->failed = b->failed || !grow(&b->data, b->n, &b->room, n, 1);
  if (b->failed || !n) return;
  memcpy(b->data + b->n, data, n);
  b->n += n;
}
static inline void put_word(bytes* b, uint64_t word) { put_raw(b, &word, sizeof word); }
static inline void put_text(bytes* b, tw_str text) {
  put_word(b, text.len);
  put_raw(b, text.data, text.len);
}

/* The other way round; the texts are borrowed from it. Past the end failed is set. */
static inline tw_str take_raw(bytes* b, size_t n) {
  b->failed = b->failed || n > b->n;
  if (b->failed) return (tw_str){"", 0};
  const tw_str taken = {b->data, n};
  b->data += n;
  b->n -= n;
  return taken;
}
static inline uint64_t take_word(bytes* b) {
  uint64_t word = 0;
  const tw_str raw = take_raw(b, sizeof word);
  memcpy(&word, raw.data, raw.len);
  return word;
}
static inline tw_str take_text(bytes* b) { return take_raw(b, take_word(b)); }

#endif
