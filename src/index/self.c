/* Searching an index for its own rows, each left out of its own answer. */
#include "index/self.h"

#include "base/fail.h"
#include "base/memory.h"

numeral_status numeral_self_create(const numeral_index *index, const int64_t *rows,
                                   size_t n, numeral_self **out, numeral_error *err)
{
    size_t block = n < NUMERAL_SELF_BLOCK ? n : NUMERAL_SELF_BLOCK;
    size_t stride = index->n_dims * numeral_dtype_bytes(index->dtype);
    numeral_status status;
    numeral_self *self;
    TRY_ALLOC(self = numeral_allocate_zero(1, sizeof *self, err));
    TRY_ALLOC(self->memory = numeral_allocate(block, stride, err));
    self->index = index;
    self->rows = rows;
    self->queries = (numeral_rows){self->memory, index->dtype, 0, index->n_dims, stride};
    *out = self;
    self = NULL;
done:
    numeral_self_destroy(self);
    return status;
}

void numeral_self_destroy(numeral_self *self)
{
    if (self) {
        numeral_release(self->memory);
        numeral_release(self);
    }
}

numeral_status numeral_self_take(numeral_self *self, size_t first, size_t n,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    self->queries.n_rows = n;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        self->ids[i] = self->rows ? self->rows[first + i] : (int64_t)(first + i);
        status = numeral_index_get_row(self->index, self->ids[i],
                                       self->memory + i * self->queries.stride, err);
    }
    return status;
}

numeral_status numeral_index_search_self(const numeral_index *index, const int64_t *rows,
                                         size_t n, const numeral_search *search,
                                         int64_t *ids, double *distances,
                                         numeral_error *err)
{
    size_t block = NUMERAL_SELF_BLOCK;
    numeral_self *self = NULL;
    numeral_status status;
    TRY(numeral_self_create(index, rows, n, &self, err));
    for (size_t first = 0; first < n; first += block) {
        size_t m = n - first < block ? n - first : block;
        numeral_search how = numeral_search_from(search, first);
        how.run.progress = NULL; /* told here, of all blocks together */
        how.leave_out = self->ids;
        TRY(numeral_self_take(self, first, m, err));
        TRY(numeral_index_search(index, &self->queries, &how, ids + first * search->k,
                                 distances + first * search->k, err));
        TRY(numeral_search_report(&search->run, first + m, n, err));
    }
done:
    numeral_self_destroy(self);
    return status;
}
