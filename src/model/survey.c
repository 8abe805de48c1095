/* A survey: rows, neighbours, second look, in blocks that a study takes one by one. */
#include "model/survey.h"

#include <math.h>

#include "base/fail.h"
#include "model/second_look.h"

enum { BLOCK = 4096 };

typedef struct workspace {
    size_t stride, k; /* searched for: what is asked, or what the gate wants to see */
    uint8_t *rows;
    int64_t *ids, *own;
    double *distances;
    uint8_t *winners;
    bool *hard;
} workspace;

static void workspace_free(workspace *space)
{
    numeral_release(space->rows);
    numeral_release(space->ids);
    numeral_release(space->own);
    numeral_release(space->distances);
    numeral_release(space->winners);
    numeral_release(space->hard);
}

static numeral_status workspace_create(const numeral_model *model, size_t n, size_t k,
                                       workspace *space, numeral_error *err)
{
    size_t block = n < BLOCK ? n : BLOCK;
    *space = (workspace){.k = k};
    space->stride = numeral_round_up(
        model->pipeline.n_dims * numeral_dtype_bytes(model->pipeline.quantiser.dtype),
        64);
    space->rows = numeral_allocate(block, space->stride, err);
    space->ids = numeral_allocate(block, k * sizeof *space->ids, err);
    space->own = numeral_allocate(block, sizeof *space->own, err);
    space->distances = numeral_allocate(block, k * sizeof *space->distances, err);
    space->winners = numeral_allocate_zero(block, 1, err);
    space->hard = numeral_allocate_zero(block, sizeof *space->hard, err);
    return space->rows && space->ids && space->own && space->distances &&
                   space->winners && space->hard
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static numeral_status look_at(const numeral_model *model, const uint8_t *images,
                              const numeral_survey *survey, const workspace *space,
                              size_t n, numeral_error *err)
{
    numeral_look look = {.n = n,
                         .k = space->k,
                         .images = images,
                         .rows = space->rows,
                         .stride = space->stride,
                         .ids = space->ids,
                         .distances = space->distances,
                         .leave_out = survey->leave_out ? space->own : NULL,
                         .winners = space->winners,
                         .hard = space->hard};
    return numeral_second_look(model, &look, &survey->run, err);
}

static numeral_status take_block(const numeral_model *model, const uint8_t *images,
                                 const numeral_survey *survey, const workspace *space,
                                 size_t first, size_t n, numeral_error *err)
{
    numeral_status status = numeral_pipeline_rows(
        &model->pipeline, images, n, space->stride, &survey->run, space->rows, err);
    for (size_t i = 0; i < n; i++) {
        space->own[i] = (int64_t)(first + i);
    }
    if (status == NUMERAL_OK) {
        numeral_rows queries = {space->rows, model->pipeline.quantiser.dtype, n,
                                model->pipeline.n_dims, space->stride};
        numeral_search search = {.k = space->k,
                                 .radius = INFINITY,
                                 .leave_out = survey->leave_out ? space->own : NULL,
                                 .run = {.threads = survey->run.threads}};
        status = numeral_index_search(model->index, &queries, &search, space->ids,
                                      space->distances, err);
    }
    if (status == NUMERAL_OK && model->recipe.cascade.n_parts) {
        status = look_at(model, images, survey, space, n, err);
    }
    return status;
}

static numeral_status report(const numeral_survey *survey, size_t done, size_t total,
                             numeral_error *err)
{
    const numeral_progress *progress = survey->run.progress;
    return !progress || progress->report(progress->context, survey->doing, done, total)
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_CANCELLED, "cancelled");
}

/* As many as are asked for or as the gate wants, where there are so many. */
static size_t neighbours_wanted(const numeral_model *model, const numeral_survey *survey)
{
    size_t most = model->n_rows - survey->leave_out;
    size_t gate = numeral_second_look_k(model);
    size_t wanted = survey->k > gate ? survey->k : gate;
    return wanted < most ? wanted : most;
}

numeral_status numeral_model_survey(const numeral_model *model,
                                    const numeral_dataset *data,
                                    const numeral_survey *survey,
                                    numeral_survey_sink sink, void *context,
                                    numeral_error *err)
{
    workspace space = {0};
    numeral_framed images = {0};
    size_t n_images = data->n_images;
    size_t k = neighbours_wanted(model, survey);
    size_t image_bytes = model->pipeline.height * model->pipeline.width;
    numeral_status status = numeral_model_frame(model, data, &images, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = workspace_create(model, n_images, k, &space, err);
    for (size_t first = 0; first < n_images && status == NUMERAL_OK; first += BLOCK) {
        size_t n = n_images - first < BLOCK ? n_images - first : BLOCK;
        status = take_block(model, images.pixels + first * image_bytes, survey, &space,
                            first, n, err);
        if (status == NUMERAL_OK) {
            numeral_survey_block block = {
                first, n, k, space.ids, space.distances, space.hard, space.winners};
            status = sink(context, &block, err);
        }
        if (status == NUMERAL_OK) {
            status = report(survey, first + n, n_images, err);
        }
    }
    workspace_free(&space);
    numeral_release(images.owned);
    return status;
}
