/* Neighbours as a file: .npz or .csv. */
#include <stdio.h>
#include <string.h>

#include <numeral/output.h>

#include "base/fail.h"
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

numeral_status numeral_answers_save_neighbours(const numeral_answers *answers,
                                               const numeral_model *model,
                                               const char *path, numeral_error *err)
{
    bool integer = ((const numeral_metric *)model->recipe.metric.entry)->integer;
    return save_csv(answers, integer, path, err);
}
