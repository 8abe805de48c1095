/* Neighbours as a file: .npz or .csv. */
#include <stdio.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/output.h>

#include "base/fail.h"
#include "data/npz.h"
#include "model/model.h"

/* The neighbours of query q are at starts[q] to starts[q + 1] - 1, or, starts NULL, at
 * q × k to q × k + k - 1 up to the first id of -1. */
typedef struct neighbours {
    size_t n, k;
    const int64_t *starts, *ids;
    const int64_t *queries; /* their numbers; NULL: 0, 1, 2 ... */
    const double *distances;
    bool integer;
} neighbours;

static size_t first_of(const neighbours *all, size_t query)
{
    return all->starts ? (size_t)all->starts[query] : query * all->k;
}

static numeral_status print_query(const neighbours *all, size_t query,
                                  numeral_output *output, numeral_error *err)
{
    const char *format = all->integer ? "%lld,%zu,%lld,%.0f\n" : "%lld,%zu,%lld,%.17g\n";
    long long number = all->queries ? all->queries[query] : (long long)query;
    size_t first = first_of(all, query);
    numeral_status status = NUMERAL_OK;
    for (size_t i = first; i < first_of(all, query + 1); i++) {
        if (all->ids[i] >= 0) {
            TRY(numeral_output_printf(output, err, format, number, i - first,
                                      (long long)all->ids[i], all->distances[i]));
        }
    }
done:
    return status;
}

static numeral_status save_csv(const neighbours *all, const char *path,
                               numeral_error *err)
{
    numeral_output *output = NULL;
    numeral_status status;
    TRY(numeral_output_create(path, &output, err));
    TRY(numeral_output_printf(output, err, "query,rank,id,distance\n"));
    for (size_t query = 0; query < all->n; query++) {
        TRY(print_query(all, query, output, err));
    }
    return numeral_output_commit(output, err);
done:
    numeral_output_destroy(output);
    return status;
}

/* Distances of integer metrics become integers. */
static numeral_status save_npz(const neighbours *all, const char *path,
                               numeral_error *err)
{
    size_t cells = first_of(all, all->n), rank = all->starts ? 1 : 2;
    int64_t *whole = all->integer ? numeral_allocate(cells, sizeof *whole, err) : NULL;
    if (all->integer && !whole) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; all->integer && i < cells; i++) {
        whole[i] = all->ids[i] < 0 ? -1 : (int64_t)all->distances[i];
    }
    const void *distances = all->integer ? (const void *)whole : all->distances;
    size_t rows = all->starts ? cells : all->n;
    numeral_npz_array arrays[4] = {
        {"ids", "<i8", 8, rank, {rows, all->k}, all->ids},
        {"distances", all->integer ? "<i8" : "<f8", 8, rank, {rows, all->k}, distances},
    };
    size_t n = 2;
    if (all->starts) {
        arrays[n++] =
            (numeral_npz_array){"indptr", "<i8", 8, 1, {all->n + 1}, all->starts};
    }
    if (all->queries) {
        arrays[n++] = (numeral_npz_array){"queries", "<i8", 8, 1, {all->n}, all->queries};
    }
    numeral_status status = numeral_npz_save(path, arrays, n, err);
    numeral_release(whole);
    return status;
}

static numeral_status save(neighbours *all, const numeral_model *model, const char *path,
                           numeral_error *err)
{
    const char *ending = strrchr(path, '.');
    all->integer = numeral_metric_of(model->recipe.metric.entry)->integer;
    if (ending && strcmp(ending, ".npz") == 0) {
        return save_npz(all, path, err);
    }
    if (ending && strcmp(ending, ".csv") == 0) {
        return save_csv(all, path, err);
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%s: neighbours are written as .npz or .csv", path);
}

numeral_status numeral_answers_save_neighbours(const numeral_answers *answers,
                                               const numeral_model *model,
                                               const int64_t *queries, const char *path,
                                               numeral_error *err)
{
    neighbours all = {.n = answers->n,
                      .queries = queries,
                      .k = answers->k,
                      .ids = answers->ids,
                      .distances = answers->distances};
    return save(&all, model, path, err);
}

numeral_status numeral_ranges_save(const numeral_ranges *ranges,
                                   const numeral_model *model, const int64_t *queries,
                                   const char *path, numeral_error *err)
{
    neighbours all = {.n = ranges->n,
                      .queries = queries,
                      .starts = ranges->starts,
                      .ids = ranges->ids,
                      .distances = ranges->distances};
    return save(&all, model, path, err);
}
