/* numeral-mpi build: a shard for each DATA, one in a rank's memory at a time.
 *
 * The stages are fitted once, by rank 0, and written beside the shards; every rank then
 * takes them from there, reads its DATA, and puts their rows in the place of those that
 * the stages were fitted to. Shards are named by the number of their DATA, so that their
 * rows follow each other in that order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/tools/output.h>

#include "pieces.h"

static void shard_path(const mpi_job *job, size_t at, char out[4200])
{
    snprintf(out, 4200, "%s/shard-%06zu.model", job->output, at);
}

static void stages_path(const mpi_job *job, char out[4200])
{
    snprintf(out, 4200, "%s/stages.model", job->output);
}

static numeral_status load_data(const mpi_job *job, const char *text,
                                const numeral_model *model, numeral_dataset *out,
                                numeral_error *err)
{
    numeral_load how = {.split = NUMERAL_SPLIT_TRAIN,
                        .need_labels = true,
                        .seed = job->seed,
                        .run = job->run};
    numeral_framer framer;
    if (model) {
        numeral_model_info info;
        numeral_model_get_info(model, &info);
        framer = numeral_model_framer(model);
        how.height = info.height;
        how.width = info.width;
        how.framer = &framer;
    }
    return numeral_dataset_load(text, &how, out, err);
}

static numeral_status parse_recipe(const mpi_job *job, numeral_recipe **out,
                                   numeral_error *err)
{
    const char *text = job->recipe ? job->recipe : "accurate";
    return numeral_registry_find(NULL, NUMERAL_KIND_PRESET, text)
               ? numeral_recipe_preset(NULL, text, out, err)
               : numeral_recipe_parse(NULL, text, out, err);
}

/* Rank 0: fits the stages, or takes them from a model. */
static numeral_status make_stages(const mpi_job *job, numeral_error *err)
{
    numeral_recipe *recipe = NULL;
    numeral_dataset data = {0};
    numeral_model *model = NULL;
    char path[4200];
    numeral_status status;
    stages_path(job, path);
    TRY(numeral_folder_create(job->output, err));
    if (job->resume && access(path, F_OK) == 0) {
        return NUMERAL_OK;
    }
    if (job->stages) {
        TRY(numeral_model_load(job->stages, NULL, &model, err));
    } else {
        TRY(parse_recipe(job, &recipe, err));
        TRY(load_data(job, job->fit ? job->fit : job->inputs[0], NULL, &data, err));
        TRY(numeral_model_fit(recipe, &data, job->seed, &job->run, &model, NULL, err));
    }
    for (size_t i = 0; i < job->n_overrides; i++) {
        TRY(numeral_model_set(model, job->overrides[i].name, job->overrides[i].value,
                              &job->run, err));
    }
    status = numeral_model_save(model, path, err);
done:
    numeral_model_destroy(model);
    numeral_dataset_free(&data);
    numeral_recipe_destroy(recipe);
    return status;
}

/* Whether the shard is there already, of the same stages. */
static bool is_there(const char *path, const numeral_fingerprint *stages)
{
    numeral_model *model = NULL;
    numeral_fingerprint print;
    bool same = access(path, F_OK) == 0 &&
                numeral_model_load(path, NULL, &model, NULL) == NUMERAL_OK &&
                numeral_model_get_fingerprint(model, &print, NULL) == NUMERAL_OK &&
                strcmp(print.stages, stages->stages) == 0;
    numeral_model_destroy(model);
    return same;
}

static numeral_status build_one(const mpi_job *job, size_t at, numeral_error *err)
{
    char path[4200], from[4200];
    numeral_model *model = NULL;
    numeral_fingerprint before, after;
    numeral_dataset data = {0};
    numeral_status status;
    stages_path(job, from);
    shard_path(job, at, path);
    TRY(numeral_model_load(from, NULL, &model, err));
    TRY(numeral_model_get_fingerprint(model, &before, err));
    if (job->resume && is_there(path, &before)) {
        goto done;
    }
    TRY(load_data(job, job->inputs[at], model, &data, err));
    TRY(numeral_model_replace_rows(model, &data, &job->run, err));
    TRY(numeral_model_get_fingerprint(model, &after, err));
    if (strcmp(before.stages, after.stages) != 0) {
        TRY(job_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "%.300s: has a label that the digits which the stages were fitted to "
            "do not have; give --fit DATA with digits of every label",
            job->inputs[at]));
    }
    TRY(numeral_model_save(model, path, err));
    if (!job->quiet) {
        printf("%s: %zu rows of %s\n", path, data.n_images, data.name);
    }
done:
    numeral_dataset_free(&data);
    numeral_model_destroy(model);
    return status;
}

numeral_status job_build(const mpi_job *job, numeral_error *err)
{
    numeral_status status = job->rank == 0 ? make_stages(job, err) : NUMERAL_OK;
    TRY(job_agree(job, status, err));
    for (size_t at = (size_t)job->rank; at < job->n_inputs && status == NUMERAL_OK;
         at += (size_t)job->n_ranks) {
        status = build_one(job, at, err);
    }
    status = job_agree(job, status, err);
done:
    return status;
}
