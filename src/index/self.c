/* Searching an index for its own rows, each left out of its own answer. */
#include "index/self.h"

#include "base/fail.h"
#include "base/memory.h"

numeral_status numeral_self_create(const numeral_index *index, const int64_t *rows,
                                   size_t n, numeral_self **out, numeral_error *err)
{
    size_t block = n < NUMERAL_SELF_BLOCK ? n : NUMERAL_SELF_BLOCK;
    numeral_self *self = numeral_allocate_zero(1, sizeof *self, err);
    if (!self) {
        return NUMERAL_ERROR_MEMORY;
    }
    size_t stride = index->n_dims * numeral_dtype_bytes(index->dtype);
    self->index = index;
    self->rows = rows;
    self->memory = numeral_allocate(block, stride, err);
    if (!self->memory) {
        numeral_release(self);
        return NUMERAL_ERROR_MEMORY;
    }
    self->queries = (numeral_rows){self->memory, index->dtype, 0, index->n_dims, stride};
    *out = self;
    return NUMERAL_OK;
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

static numeral_status search_blocks(numeral_self *self, size_t n,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    for (size_t first = 0; first < n; first += NUMERAL_SELF_BLOCK) {
        size_t left = n - first,
               m = left < NUMERAL_SELF_BLOCK ? left : NUMERAL_SELF_BLOCK;
        numeral_search how = numeral_search_from(search, first);
        how.run.progress = NULL;
        how.leave_out = self->ids;
        numeral_status status = numeral_self_take(self, first, m, err);
        if (status == NUMERAL_OK) {
            status = numeral_index_search(self->index, &self->queries, &how,
                                          ids + first * search->k,
                                          distances + first * search->k, err);
        }
        if (status == NUMERAL_OK) {
            status = numeral_search_report(&search->run, first + m, n, err);
        }
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_index_search_self(const numeral_index *index, const int64_t *rows,
                                         size_t n, const numeral_search *search,
                                         int64_t *ids, double *distances,
                                         numeral_error *err)
{
    numeral_self *self = NULL;
    numeral_status status = numeral_self_create(index, rows, n, &self, err);
    if (status == NUMERAL_OK) {
        status = search_blocks(self, n, search, ids, distances, err);
    }
    numeral_self_destroy(self);
    return status;
}
