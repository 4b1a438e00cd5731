/* What is read of a database, as columns. */
#ifndef ANSWER_H
#define ANSWER_H
#include "columns.h"
#include "rows.h"

/* The scanner has copied its rows, so that writers need not wait for slow readers. */
tw_status answer_scan(const rows* all, const tw_scan* scan, tw_scanner* out, tw_error* error);
/* The empty table of a list, TW_DATABASES to TW_CONTINUOUS_QUERIES. NULL: there is none. */
columns* answer_table(uint32_t what);
/* Measurements, tag keys and values, field keys and series. */
tw_status answer_list(const rows* all, uint32_t what, const tw_scan* scan, columns* table, tw_error* error);

tw_value answer_text(tw_str text);

#endif
