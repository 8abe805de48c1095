/* An index saved and loaded again, on copies of its arrays as a file would hold them. */
#ifndef TESTS_UNIT_STORED_H
#define TESTS_UNIT_STORED_H

#include "tests/unit/check.h"

#include <stdlib.h>

#include "index/index.h"

typedef struct stored {
    numeral_tensors tensors;
    void *blocks[NUMERAL_MAX_TENSORS]; /* their data */
} stored;

static inline void stored_free(stored *s)
{
    for (size_t i = 0; i < s->tensors.n_tensors; i++) {
        free(s->blocks[i]);
    }
    s->tensors.n_tensors = 0;
}

/* `out` is empty. */
static inline void stored_save(const numeral_index *index, stored *out)
{
    numeral_error err = {0};
    CHECK_OK(numeral_index_save(index, &out->tensors, &err), err);
    for (size_t i = 0; i < out->tensors.n_tensors; i++) {
        numeral_tensor *tensor = &out->tensors.tensors[i];
        size_t bytes = numeral_tensor_bytes(tensor);
        out->blocks[i] = aligned_alloc(64, numeral_round_up(bytes + 1, 64));
        assert_non_null(out->blocks[i]);
        memcpy(out->blocks[i], tensor->data, bytes);
        tensor->data = out->blocks[i];
    }
}

static inline numeral_status stored_load(const stored *s, const numeral_index *like,
                                         numeral_index **out, numeral_error *err)
{
    numeral_part metric = numeral_index_metric(like);
    return numeral_index_load(&s->tensors, numeral_index_kind_label(like), &metric,
                              like->dtype, numeral_index_n_rows(like), like->n_dims, out,
                              err);
}

/* Puts the loaded index in the place of the one that was saved; `file` holds the arrays
 * that `index` may lie on, and then those of the new one. */
static inline numeral_index *stored_again(numeral_index *index, stored *file)
{
    static stored next;
    numeral_index *loaded = NULL;
    numeral_error err = {0};
    stored_save(index, &next);
    CHECK_OK(stored_load(&next, index, &loaded, &err), err);
    numeral_index_destroy(index);
    stored_free(file);
    *file = next;
    next.tensors.n_tensors = 0;
    return loaded;
}

#endif
