/* Rows of an index as queries, a block at a time. */
#ifndef NUMERAL_INDEX_SELF_H
#define NUMERAL_INDEX_SELF_H

#include "index/index.h"

enum { NUMERAL_SELF_BLOCK = 8192 }; /* so many that an index finds some side by side */

/* Copies of the rows in turn; begin with zeros but for the first two. */
typedef struct numeral_self {
    const numeral_index *index;
    const int64_t *rows; /* NULL: all from 0 on */
    int64_t ids[NUMERAL_SELF_BLOCK];
    numeral_rows queries; /* n_rows of them, in `memory` */
    uint8_t *memory;
} numeral_self;

/* For n rows in all. */
numeral_status numeral_self_create(const numeral_index *index, const int64_t *rows,
                                   size_t n, numeral_self **out, numeral_error *err);
void numeral_self_destroy(numeral_self *self);
/* Makes rows first to first + n - 1, at most a block, the queries, and lists their ids.
 */
numeral_status numeral_self_take(numeral_self *self, size_t first, size_t n,
                                 numeral_error *err);

#endif
