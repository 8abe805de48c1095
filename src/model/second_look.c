/* Most digits are settled by their nearest rows: those the gate calls hard are searched
 * again, for all the candidates, and scored class by class. */
#include "model/second_look.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/threads.h"
#include "model/views.h"

enum { FIT_DIGITS = 1000 };

size_t numeral_second_look_k(const numeral_model *model)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    if (cascade->n_parts == 0) {
        return 0;
    }
    size_t wanted = (size_t)cascade->gate[0];
    wanted = wanted ? wanted : 1;
    return wanted < model->n_rows ? wanted : model->n_rows;
}

size_t numeral_second_look_candidates(const numeral_model *model)
{
    size_t n = model->recipe.cascade.n_candidates;
    return n < model->n_rows ? n : model->n_rows;
}

static numeral_rerank_base base_of(const numeral_model *model)
{
    numeral_rerank_base base = {.n_classes = model->n_classes,
                                .classes = model->row_classes,
                                .index = model->index,
                                .height = model->pipeline.height,
                                .width = model->pipeline.width};
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        base.images[view] = numeral_view_images(model, (numeral_view)view);
    }
    return base;
}

/* What one worker needs for one digit: its views, its candidates, the re-rankers' own. */
typedef struct desk {
    uint8_t *views[NUMERAL_VIEW_COUNT];
    double *plane;
    void *scratch;
} desk;

static void desks_free(desk *desks, size_t n)
{
    for (size_t i = 0; desks && i < n; i++) {
        for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
            numeral_release(desks[i].views[view]);
        }
        numeral_release(desks[i].plane);
        numeral_release(desks[i].scratch);
    }
    numeral_release(desks);
}

static desk *desks_create(const numeral_model *model, size_t n, numeral_error *err)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    numeral_rerank_base base = base_of(model);
    size_t pixels = base.height * base.width;
    size_t scratch = numeral_cascade_scratch_bytes(cascade, &base);
    desk *desks = numeral_allocate_zero(n, sizeof *desks, err);
    for (size_t i = 0; desks && i < n; i++) {
        bool complete = true;
        for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
            desks[i].views[view] = numeral_allocate(pixels, 1, err);
            complete = complete && desks[i].views[view];
        }
        desks[i].plane = numeral_allocate(pixels, sizeof(double), err);
        desks[i].scratch = scratch ? numeral_allocate(scratch, 1, err) : NULL;
        if (!complete || !desks[i].plane || !desks[i].scratch) {
            numeral_fail(err, NUMERAL_ERROR_MEMORY,
                         "out of memory: a second look needs %zu bytes for each thread",
                         scratch);
            desks_free(desks, n);
            return NULL;
        }
    }
    return desks;
}

static void lay_views(const numeral_model *model, const uint8_t *image, const desk *at,
                      numeral_rerank_digit *digit)
{
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        if (numeral_view_images(model, (numeral_view)view)) {
            numeral_view_make((numeral_view)view, image, model->pipeline.height,
                              model->pipeline.width, at->plane, at->views[view]);
            digit->images[view] = at->views[view];
        }
    }
}

/* Training digits with candidates that leave themselves out, for the units of a sum. */
typedef struct unit_source {
    const numeral_model *model;
    size_t step, n_candidates;
    const uint8_t *images, *rows;
    size_t stride;
    const int64_t *ids;
    const double *distances;
    desk *desks;
} unit_source;

static bool get_training_digit(void *context, size_t i, int worker,
                               numeral_rerank_digit *out)
{
    const unit_source *from = context;
    const numeral_model *model = from->model;
    size_t bytes = model->pipeline.height * model->pipeline.width, n = 0;
    const int64_t *ids = from->ids + i * from->n_candidates;
    while (n < from->n_candidates && ids[n] >= 0) {
        n++;
    }
    *out = (numeral_rerank_digit){.vector = from->rows + i * from->stride,
                                  .n_candidates = n,
                                  .ids = ids,
                                  .distances = from->distances + i * from->n_candidates};
    lay_views(model, from->images + i * from->step * bytes, &from->desks[worker], out);
    return n > 0;
}

static numeral_status fit_units(numeral_model *model, const uint8_t *images,
                                const numeral_run *run, numeral_error *err)
{
    size_t n = model->n_rows < FIT_DIGITS ? model->n_rows : FIT_DIGITS;
    size_t threads = (size_t)numeral_thread_count(run->threads);
    size_t item = numeral_dtype_bytes(model->index->dtype);
    size_t stride = numeral_round_up(model->index->n_dims * item, 64);
    unit_source from = {.model = model,
                        .step = model->n_rows / n,
                        .n_candidates = numeral_second_look_candidates(model),
                        .images = images,
                        .stride = stride};
    uint8_t *rows = numeral_allocate_zero(n, stride, err);
    int64_t *own = numeral_allocate(n, sizeof *own, err);
    int64_t *ids = numeral_allocate(n, from.n_candidates * sizeof *ids, err);
    double *distances = numeral_allocate(n, from.n_candidates * sizeof *distances, err);
    from.desks = desks_create(model, threads, err);
    numeral_status status =
        rows && own && ids && distances && from.desks ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        own[i] = (int64_t)(i * from.step);
        status = numeral_index_get_row(model->index, own[i], rows + i * stride, err);
    }
    if (status == NUMERAL_OK) {
        numeral_rows queries = {rows, model->index->dtype, n, model->index->n_dims,
                                stride};
        numeral_search search = {.k = from.n_candidates,
                                 .radius = INFINITY,
                                 .leave_out = own,
                                 .run = {.threads = run->threads}};
        status =
            numeral_index_search(model->index, &queries, &search, ids, distances, err);
    }
    if (status == NUMERAL_OK) {
        numeral_rerank_base base = base_of(model);
        from.rows = rows;
        from.ids = ids;
        from.distances = distances;
        status = numeral_cascade_fit(&model->recipe.cascade, &base, n, get_training_digit,
                                     &from, run, err);
    }
    desks_free(from.desks, threads);
    numeral_release(rows);
    numeral_release(own);
    numeral_release(ids);
    numeral_release(distances);
    return status;
}

numeral_status numeral_second_look_fit(numeral_model *model, const uint8_t *images,
                                       const numeral_run *run, numeral_error *err)
{
    numeral_cascade *cascade = &model->recipe.cascade;
    numeral_status status = numeral_views_fit(model, images, run, err);
    if (status == NUMERAL_OK && cascade->n_parts &&
        cascade->combine == NUMERAL_COMBINE_SUM) {
        status = fit_units(model, images, run, err);
    }
    return status;
}

numeral_status numeral_second_look_save(const numeral_model *model,
                                        numeral_tensors *tensors, numeral_error *err)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    numeral_status status = numeral_views_save(model, tensors, err);
    if (status == NUMERAL_OK && cascade->n_parts) {
        status = numeral_tensors_add(tensors, "rerank.units", NUMERAL_TENSOR_F64,
                                     cascade->n_parts, 0, cascade->units, err);
    }
    return status;
}

numeral_status numeral_second_look_load(numeral_model *model,
                                        const numeral_tensors *tensors,
                                        numeral_error *err)
{
    numeral_cascade *cascade = &model->recipe.cascade;
    numeral_status status = numeral_views_load(model, tensors, err);
    const numeral_tensor *units = NULL;
    if (status == NUMERAL_OK && cascade->n_parts) {
        status = numeral_tensors_require(tensors, "rerank.units", NUMERAL_TENSOR_F64,
                                         cascade->n_parts, 0, &units, err);
    }
    for (size_t i = 0; i < cascade->n_parts && status == NUMERAL_OK; i++) {
        cascade->units[i] = ((const double *)units->data)[i];
        if (!(cascade->units[i] > 0) || !isfinite(cascade->units[i])) {
            status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                  "rerank.units holds a number that is not positive");
        }
    }
    return status;
}

/* The open digits of a block, gathered for a second search. */
typedef struct second {
    const numeral_model *model;
    const numeral_look *look;
    numeral_rerank_base base;
    size_t n, n_candidates;
    size_t *digits; /* their places in the block */
    uint8_t *rows;
    int64_t *ids;
    int64_t *leave_out; /* NULL as the look's */
    double *distances;
    desk *desks;
} second;

static void second_free(second *work, size_t threads)
{
    numeral_release(work->digits);
    numeral_release(work->rows);
    numeral_release(work->ids);
    numeral_release(work->leave_out);
    numeral_release(work->distances);
    desks_free(work->desks, threads);
}

static numeral_status gather_open(second *work, numeral_error *err)
{
    const numeral_look *look = work->look;
    const double *gate = work->model->recipe.cascade.gate;
    work->digits = numeral_allocate(look->n, sizeof *work->digits, err);
    if (!work->digits) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < look->n; i++) {
        numeral_rerank_digit digit = {.n_candidates = look->k,
                                      .ids = look->ids + i * look->k,
                                      .distances = look->distances + i * look->k};
        look->hard[i] = false;
        if (gate[0] == 0 || !numeral_gate_is_unanimous(gate, &work->base, &digit)) {
            work->digits[work->n++] = i;
        }
    }
    work->rows = numeral_allocate(work->n, look->stride, err);
    work->ids = numeral_allocate(work->n, work->n_candidates * sizeof *work->ids, err);
    work->distances =
        numeral_allocate(work->n, work->n_candidates * sizeof *work->distances, err);
    work->leave_out =
        look->leave_out ? numeral_allocate(work->n, sizeof *work->leave_out, err) : NULL;
    if (!work->rows || !work->ids || !work->distances ||
        (look->leave_out && !work->leave_out)) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < work->n; i++) {
        memcpy(work->rows + i * look->stride, look->rows + work->digits[i] * look->stride,
               look->stride);
        if (work->leave_out) {
            work->leave_out[i] = look->leave_out[work->digits[i]];
        }
    }
    return NUMERAL_OK;
}

/* Scores become shares: e^-(score - best), made to sum to 1. */
static void shares_of(const double *scores, size_t n, double *votes)
{
    double best = scores[0], sum = 0;
    for (size_t c = 1; c < n; c++) {
        best = scores[c] < best ? scores[c] : best;
    }
    for (size_t c = 0; c < n; c++) {
        votes[c] = numeral_exp(best - scores[c]);
        sum += votes[c];
    }
    for (size_t c = 0; c < n; c++) {
        votes[c] /= sum;
    }
}

static void look_again(void *context, size_t begin, size_t end, int worker)
{
    const second *work = context;
    const numeral_look *look = work->look;
    const numeral_model *model = work->model;
    const numeral_cascade *cascade = &model->recipe.cascade;
    const desk *at = &work->desks[worker];
    size_t bytes = work->base.height * work->base.width;
    for (size_t i = begin; i < end; i++) {
        size_t place = work->digits[i];
        numeral_rerank_digit digit = {.vector = work->rows + i * look->stride,
                                      .n_candidates = work->n_candidates,
                                      .ids = work->ids + i * work->n_candidates,
                                      .distances =
                                          work->distances + i * work->n_candidates};
        if (!numeral_gate_is_hard(cascade->gate, &work->base, &digit)) {
            continue;
        }
        double scores[NUMERAL_MAX_CLASSES];
        lay_views(model, look->images + place * bytes, at, &digit);
        numeral_cascade_score(cascade, &work->base, &digit, at->scratch, scores);
        look->winners[place] =
            (uint8_t)numeral_cascade_winner(&work->base, &digit, scores);
        if (look->votes) {
            shares_of(scores, work->base.n_classes,
                      look->votes + place * work->base.n_classes);
        }
        look->hard[place] = true;
    }
}

numeral_status numeral_second_look(const numeral_model *model, const numeral_look *look,
                                   const numeral_run *run, numeral_error *err)
{
    size_t threads = (size_t)numeral_thread_count(run->threads);
    second work = {.model = model,
                   .look = look,
                   .base = base_of(model),
                   .n_candidates = numeral_second_look_candidates(model)};
    if (look->leave_out && work.n_candidates == model->n_rows) {
        work.n_candidates--;
    }
    numeral_status status = gather_open(&work, err);
    if (status == NUMERAL_OK && work.n) {
        numeral_rows queries = {work.rows, model->index->dtype, work.n,
                                model->index->n_dims, look->stride};
        numeral_search search = {.k = work.n_candidates,
                                 .radius = INFINITY,
                                 .leave_out = work.leave_out,
                                 .run = {.threads = run->threads}};
        status = numeral_index_search(model->index, &queries, &search, work.ids,
                                      work.distances, err);
    }
    if (status == NUMERAL_OK && work.n) {
        work.desks = desks_create(model, threads, err);
        status = work.desks ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    if (status == NUMERAL_OK && work.n) {
        numeral_parallel_for(work.n, 1, run->threads, look_again, &work);
    }
    second_free(&work, threads);
    return status;
}

/* Scores the digit of a trace, whose candidates are found, where it is hard. */
static void trace_digit(const numeral_model *model, const uint8_t *image, const void *row,
                        const desk *at, numeral_look_trace *out)
{
    const numeral_cascade *cascade = &model->recipe.cascade;
    numeral_rerank_base base = base_of(model);
    numeral_rerank_digit digit = {.vector = row,
                                  .n_candidates = out->n_candidates,
                                  .ids = out->ids,
                                  .distances = out->distances};
    out->unanimous = numeral_gate_is_unanimous(cascade->gate, &base, &digit);
    out->hard = numeral_gate_is_hard(cascade->gate, &base, &digit);
    numeral_gate_means(cascade->gate, &base, &digit, out->means);
    if (!out->hard) {
        return;
    }
    lay_views(model, image, at, &digit);
    out->n_asked =
        numeral_cascade_trace(cascade, &base, &digit, at->scratch, out->own, out->totals);
}

numeral_status numeral_second_look_trace(const numeral_model *model, const uint8_t *image,
                                         const void *row, size_t stride,
                                         const numeral_run *run, numeral_look_trace *out,
                                         numeral_error *err)
{
    numeral_rows query = {row, model->index->dtype, 1, model->index->n_dims, stride};
    numeral_search search = {
        .k = out->n_candidates, .radius = INFINITY, .run = {.threads = run->threads}};
    numeral_status status = numeral_index_search(model->index, &query, &search, out->ids,
                                                 out->distances, err);
    if (status == NUMERAL_OK) {
        desk *at = desks_create(model, 1, err);
        if (!at) {
            return NUMERAL_ERROR_MEMORY;
        }
        trace_digit(model, image, row, at, out);
        desks_free(at, 1);
    }
    return status;
}
