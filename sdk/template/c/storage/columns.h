/* A table filled row by row that becomes Arrow arrays. Each block of memory belongs to the outer
 * struct, whose release frees it. */
#ifndef COLUMNS_H
#define COLUMNS_H
#include "bytes.h"
#include <tickwork/arrow.h>

typedef struct columns columns;

/* Of values of a type, TW_FLOAT to TW_STRING; lives for ever. */
const char* format_of(uint32_t type);
/* Names are copied. NULL: out of memory. */
columns* columns_new(size_t n, const tw_str* names, const char* const* formats);
void columns_free(columns* table);
size_t columns_rows(const columns* table);
/* A row of nulls, and a cell of the last row. false: out of memory. */
bool columns_add(columns* table);
bool columns_set(columns* table, size_t column, tw_value value);

tw_status columns_schema(const columns* table, struct ArrowSchema* out);
/* These two take the table over. */
void columns_array(columns* table, struct ArrowArray* out);
void columns_stream(columns* table, struct ArrowArrayStream* out);

#endif
