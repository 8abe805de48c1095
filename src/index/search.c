/* Searching an index of any kind, and asking about it. */
#include <math.h>

#include "base/fail.h"
#include "index/index.h"

enum { PROGRESS_STEP = 2048 }; /* queries between two reports */

numeral_status numeral_index_check_search(const numeral_index *index,
                                          const numeral_rows *queries,
                                          const numeral_search *search,
                                          numeral_error *err)
{
    numeral_status status = numeral_rows_check(queries, "queries", err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (queries->dtype != index->dtype) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "queries: their type of values is not that of the rows");
    }
    if (queries->n_dims != index->n_dims) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "queries: %zu dimensions, expected %zu", queries->n_dims,
                            index->n_dims);
    }
    size_t places;
    if (search->k < 1 || !numeral_size_multiply(search->k, sizeof(double), &places) ||
        !numeral_size_multiply(places, queries->n_rows, &places)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "k: %zu, expected at least 1 and what memory can hold",
                            search->k);
    }
    for (size_t q = 0; q < (search->radii ? queries->n_rows : 1); q++) {
        double radius = numeral_search_radius(search, q);
        if (isnan(radius) || radius < 0) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "radius: %g, expected 0 or more", radius);
        }
    }
    if (search->n_skip && !search->skip) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "skip: the bits are missing, expected %zu", search->n_skip);
    }
    return NUMERAL_OK;
}

numeral_status numeral_search_report(const numeral_run *run, size_t done, size_t total,
                                     numeral_error *err)
{
    const numeral_progress *progress = run->progress;
    if (!progress || progress->report(progress->context, "searching", done, total)) {
        return NUMERAL_OK;
    }
    return numeral_fail(err, NUMERAL_ERROR_CANCELLED, "searching was cancelled");
}

/* Searches by what the caller knows: bounds of all queries, or of none. */
static numeral_status search_kind(const numeral_index *index, const numeral_rows *queries,
                                  const numeral_search *search, int64_t *ids,
                                  double *distances, numeral_error *err)
{
    bool bounded = search->bounded && search->radii && index->kind->search_within;
    for (size_t q = 0; bounded && q < queries->n_rows; q++) {
        bounded = search->radii[q] < INFINITY;
    }
    return (bounded ? index->kind->search_within
                    : index->kind->search)(index, queries, search, ids, distances, err);
}

/* The same in steps, with a report behind each. */
static numeral_status search_in_steps(const numeral_index *index,
                                      const numeral_rows *queries,
                                      const numeral_search *search, int64_t *ids,
                                      double *distances, numeral_error *err)
{
    for (size_t done = 0; done < queries->n_rows;) {
        numeral_rows some = *queries;
        numeral_search rest = numeral_search_from(search, done);
        size_t left = queries->n_rows - done;
        some.n_rows = left < PROGRESS_STEP ? left : PROGRESS_STEP;
        some.data = numeral_rows_at(queries, done);
        numeral_status status = search_kind(index, &some, &rest, ids + done * search->k,
                                            distances + done * search->k, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        done += some.n_rows;
        status = numeral_search_report(&search->run, done, queries->n_rows, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_index_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err)
{
    numeral_status status = numeral_index_check_search(index, queries, search, err);
    if (status != NUMERAL_OK || queries->n_rows == 0) {
        return status;
    }
    status = search->run.progress
                 ? search_in_steps(index, queries, search, ids, distances, err)
                 : search_kind(index, queries, search, ids, distances, err);
    if (status == NUMERAL_OK && search->stats) {
        search->stats->queries += queries->n_rows;
    }
    return status;
}

size_t numeral_index_n_rows(const numeral_index *index)
{
    size_t n_rows = index->n_rows, bytes;
    if (index->kind->count) {
        index->kind->count(index, &n_rows, &bytes);
    }
    return n_rows;
}

size_t numeral_index_n_dims(const numeral_index *index)
{
    return index->n_dims;
}

numeral_dtype numeral_index_dtype(const numeral_index *index)
{
    return index->dtype;
}

size_t numeral_index_bytes(const numeral_index *index)
{
    size_t n_rows, bytes = index->bytes;
    if (index->kind->count) {
        index->kind->count(index, &n_rows, &bytes);
    }
    return bytes;
}

const char *numeral_index_describe(const numeral_index *index)
{
    return index->description;
}

const char *numeral_index_metric_name(const numeral_index *index)
{
    return index->metric->entry.name;
}

bool numeral_index_integer_distances(const numeral_index *index)
{
    return index->metric->integer && !numeral_dtype_is_real(index->dtype);
}

numeral_status numeral_index_get_row(const numeral_index *index, int64_t id, void *out,
                                     numeral_error *err)
{
    if (index->kind->find_row) {
        return index->kind->find_row(index, id, out)
                   ? NUMERAL_OK
                   : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                  "row %lld: there is none of that id", (long long)id);
    }
    if (id < 0 || (uint64_t)id >= index->n_rows) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "row %lld: expected 0 to %zu",
                            (long long)id, index->n_rows - 1);
    }
    index->kind->get_row(index, (size_t)id, out);
    return NUMERAL_OK;
}
