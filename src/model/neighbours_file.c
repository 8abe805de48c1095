/* Neighbours as a file: .npz or .csv. */
#include <stdio.h>
#include <string.h>

#include <numeral/output.h>

#include "base/fail.h"
#include "data/npz.h"
#include "model/model.h"

static numeral_status save_csv(const numeral_answers *answers, bool integer,
                               const char *path, numeral_error *err)
{
    numeral_output *output = NULL;
    numeral_status status = numeral_output_create(path, &output, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = numeral_output_printf(output, err, "query,rank,id,distance\n");
    for (size_t i = 0; i < answers->n * answers->k && status == NUMERAL_OK; i++) {
        if (answers->ids[i] >= 0) {
            status = numeral_output_printf(
                output, err, integer ? "%zu,%zu,%lld,%.0f\n" : "%zu,%zu,%lld,%.17g\n",
                i / answers->k, i % answers->k, (long long)answers->ids[i],
                answers->distances[i]);
        }
    }
    if (status != NUMERAL_OK) {
        numeral_output_destroy(output);
        return status;
    }
    return numeral_output_commit(output, err);
}

/* Distances of integer metrics become integers. */
static numeral_status save_npz(const numeral_answers *answers, bool integer,
                               const char *path, numeral_error *err)
{
    size_t cells = answers->n * answers->k;
    int64_t *whole = integer ? numeral_allocate(cells, sizeof *whole, err) : NULL;
    if (integer && !whole) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; integer && i < cells; i++) {
        whole[i] = answers->ids[i] < 0 ? -1 : (int64_t)answers->distances[i];
    }
    const numeral_npz_array arrays[] = {
        {"ids", "<i8", 8, 2, {answers->n, answers->k}, answers->ids},
        {"distances",
         integer ? "<i8" : "<f8",
         8,
         2,
         {answers->n, answers->k},
         integer ? (const void *)whole : answers->distances},
    };
    numeral_status status = numeral_npz_save(path, arrays, 2, err);
    numeral_release(whole);
    return status;
}

numeral_status numeral_answers_save_neighbours(const numeral_answers *answers,
                                               const numeral_model *model,
                                               const char *path, numeral_error *err)
{
    bool integer = ((const numeral_metric *)model->recipe.metric.entry)->integer;
    const char *ending = strrchr(path, '.');
    if (ending && strcmp(ending, ".npz") == 0) {
        return save_npz(answers, integer, path, err);
    }
    if (ending && strcmp(ending, ".csv") == 0) {
        return save_csv(answers, integer, path, err);
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%s: neighbours are written as .npz or .csv", path);
}
