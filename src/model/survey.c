/* A survey: rows, neighbours, second look, in blocks that a study takes one by one. */
#include "model/survey.h"

#include <math.h>
#include <string.h>

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
    /* of the digits that are searched again */
    size_t wide_k, n_again;
    bool *again;
    size_t *digits;
    uint8_t *again_rows;
    int64_t *again_ids, *again_own;
    double *again_distances;
} workspace;

static void workspace_free(workspace *space)
{
    numeral_release(space->rows);
    numeral_release(space->ids);
    numeral_release(space->own);
    numeral_release(space->distances);
    numeral_release(space->winners);
    numeral_release(space->hard);
    numeral_release(space->again);
    numeral_release(space->digits);
    numeral_release(space->again_rows);
    numeral_release(space->again_ids);
    numeral_release(space->again_own);
    numeral_release(space->again_distances);
}

/* Room for every digit of a block to be searched again. */
static numeral_status allocate_again(workspace *space, size_t block, numeral_error *err)
{
    size_t k = space->wide_k;
    space->again = numeral_allocate_zero(block, sizeof *space->again, err);
    space->digits = numeral_allocate(block, sizeof *space->digits, err);
    space->again_rows = numeral_allocate(block, space->stride, err);
    space->again_ids = numeral_allocate(block, k * sizeof *space->again_ids, err);
    space->again_own = numeral_allocate(block, sizeof *space->again_own, err);
    space->again_distances =
        numeral_allocate(block, k * sizeof *space->again_distances, err);
    return space->again && space->digits && space->again_rows && space->again_ids &&
                   space->again_own && space->again_distances
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static numeral_status workspace_create(const numeral_model *model, size_t n, size_t k,
                                       size_t wide_k, workspace *space,
                                       numeral_error *err)
{
    size_t block = n < BLOCK ? n : BLOCK;
    *space = (workspace){.k = k, .wide_k = wide_k};
    space->stride = numeral_round_up(
        model->pipeline.n_dims * numeral_dtype_bytes(model->pipeline.quantiser.dtype),
        64);
    space->rows = numeral_allocate(block, space->stride, err);
    space->ids = numeral_allocate(block, k * sizeof *space->ids, err);
    space->own = numeral_allocate(block, sizeof *space->own, err);
    space->distances = numeral_allocate(block, k * sizeof *space->distances, err);
    space->winners = numeral_allocate_zero(block, 1, err);
    space->hard = numeral_allocate_zero(block, sizeof *space->hard, err);
    if (!space->rows || !space->ids || !space->own || !space->distances ||
        !space->winners || !space->hard) {
        return NUMERAL_ERROR_MEMORY;
    }
    return wide_k > k ? allocate_again(space, block, err) : NUMERAL_OK;
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

static numeral_status search_rows(const numeral_model *model,
                                  const numeral_survey *survey, const uint8_t *rows,
                                  size_t stride, size_t n, size_t k, const int64_t *own,
                                  int64_t *ids, double *distances, numeral_error *err)
{
    numeral_rows queries = {rows, model->pipeline.quantiser.dtype, n,
                            model->pipeline.n_dims, stride};
    numeral_search search = {.k = k,
                             .radius = INFINITY,
                             .leave_out = survey->leave_out ? own : NULL,
                             .run = {.threads = survey->run.threads}};
    return numeral_index_search(model->index, &queries, &search, ids, distances, err);
}

static numeral_status search_again(const numeral_model *model,
                                   const numeral_survey *survey, workspace *space,
                                   size_t n, numeral_error *err)
{
    space->n_again = 0;
    for (size_t i = 0; i < n; i++) {
        if (space->again[i]) {
            size_t at = space->n_again++;
            space->digits[at] = i;
            space->again_own[at] = space->own[i];
            memcpy(space->again_rows + at * space->stride,
                   space->rows + i * space->stride, space->stride);
            space->again[i] = false;
        }
    }
    return search_rows(model, survey, space->again_rows, space->stride, space->n_again,
                       space->wide_k, space->again_own, space->again_ids,
                       space->again_distances, err);
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
        status = search_rows(model, survey, space->rows, space->stride, n, space->k,
                             space->own, space->ids, space->distances, err);
    }
    if (status == NUMERAL_OK && model->recipe.cascade.n_parts) {
        status = look_at(model, images, survey, space, n, err);
    }
    return status;
}

/* As many as are asked for or as the gate wants, where there are so many. */
static size_t neighbours_wanted(const numeral_model *model, const numeral_survey *survey,
                                size_t k)
{
    size_t most = model->n_rows - survey->leave_out;
    size_t gate = numeral_second_look_k(model);
    size_t wanted = k > gate ? k : gate;
    return wanted < most ? wanted : most;
}

/* Hands a block over, and what the sink wants to see again. */
static numeral_status hand_over(const numeral_model *model, const numeral_survey *survey,
                                workspace *space, size_t first, size_t n,
                                numeral_survey_sink sink, void *context,
                                numeral_error *err)
{
    numeral_survey_block block = {.first = first,
                                  .n = n,
                                  .k = space->k,
                                  .ids = space->ids,
                                  .distances = space->distances,
                                  .hard = space->hard,
                                  .winners = space->winners,
                                  .again = space->again};
    numeral_status status = sink(context, &block, err);
    if (status != NUMERAL_OK || !space->again) {
        return status;
    }
    status = search_again(model, survey, space, n, err);
    if (status == NUMERAL_OK && space->n_again) {
        block.n = space->n_again;
        block.k = space->wide_k;
        block.digits = space->digits;
        block.ids = space->again_ids;
        block.distances = space->again_distances;
        block.again = NULL;
        status = sink(context, &block, err);
    }
    return status;
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
    size_t image_bytes = model->pipeline.height * model->pipeline.width;
    numeral_status status = numeral_model_frame(model, data, &images, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status =
        workspace_create(model, n_images, neighbours_wanted(model, survey, survey->k),
                         neighbours_wanted(model, survey, survey->wide_k), &space, err);
    for (size_t first = 0; first < n_images && status == NUMERAL_OK; first += BLOCK) {
        size_t n = n_images - first < BLOCK ? n_images - first : BLOCK;
        status = take_block(model, images.pixels + first * image_bytes, survey, &space,
                            first, n, err);
        if (status == NUMERAL_OK) {
            status = hand_over(model, survey, &space, first, n, sink, context, err);
        }
    }
    workspace_free(&space);
    numeral_release(images.owned);
    return status;
}
