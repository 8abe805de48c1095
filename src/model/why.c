/* Why a digit was read as it was. The answer is asked of numeral_model_predict; then the
 * same functions that made it are called once more on the one row, keeping what they
 * compute on the way. */
#include <math.h>
#include <string.h>

#include <numeral/explain.h>

#include "base/fail.h"
#include "image/shape.h"
#include "model/keep.h"
#include "model/model.h"
#include "model/second_look.h"

enum { MOST_GIVEN = 512 };

/* An explanation being made; `public` comes first, so that it can be handed out. */
typedef struct made {
    numeral_explanation public;
    numeral_keep keep;
    const numeral_model *model;
    const numeral_run *run;
    uint8_t *framed;
    numeral_named_image *stages;
    uint8_t *row; /* of the index's dtype */
    size_t stride;
} made;

static void *take(made *m, size_t count, size_t size, numeral_error *err)
{
    return numeral_keep_take(&m->keep, count, size, err);
}

static char *part_text(made *m, const numeral_part *part, numeral_error *err)
{
    numeral_buffer text = {.max_bytes = 4096};
    char *copy = NULL;
    if (numeral_part_print(part, &text, err) == NUMERAL_OK) {
        copy = numeral_copy_text((const char *)text.data, text.size, err);
    }
    numeral_buffer_free(&text);
    return numeral_keep_own(&m->keep, copy, err);
}

/* The images on the way ------------------------------------------------------------- */

static numeral_status frame_image(made *m, const numeral_image *image,
                                  numeral_frame frame, numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    size_t height = pipeline->height, width = pipeline->width;
    numeral_dataset given = {.height = image->height, .width = image->width};
    bool same = image->height == height && image->width == width;
    uint8_t *framed = take(m, height, width, err);
    if (!framed) {
        return NUMERAL_ERROR_MEMORY;
    }
    m->framed = framed;
    m->public.height = height;
    m->public.width = width;
    if (frame != NUMERAL_FRAME_MNIST && same &&
        numeral_predict_may_stay(m->model, &given, image->pixels)) {
        memcpy(framed, image->pixels, height * width);
        return NUMERAL_OK;
    }
    if (frame != NUMERAL_FRAME_MNIST && m->model->recipe.frame == NUMERAL_FRAME_KEEP) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "an image of %zu x %zu, but the model (--frame keep) reads "
                            "%zu x %zu",
                            image->height, image->width, height, width);
    }
    m->public.framed = true;
    return numeral_image_frame(image, height, width, framed, err);
}

static numeral_status answer(made *m, numeral_answers *answers, numeral_error *err)
{
    numeral_dataset one = {.name = (char[]){"the digit"},
                           .n_images = 1,
                           .height = m->public.height,
                           .width = m->public.width,
                           .pixels = m->framed,
                           .framed = true};
    numeral_status status = numeral_model_predict(m->model, &one, m->run, answers, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_explanation *e = &m->public;
    double *votes = take(m, answers->n_classes, sizeof *votes, err);
    if (!votes) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(votes, answers->votes, answers->n_classes * sizeof *votes);
    e->label = answers->labels[0];
    e->confidence = answers->confidence[0];
    e->n_classes = answers->n_classes;
    e->classes = m->model->classes;
    e->votes = votes;
    return NUMERAL_OK;
}

static void add_stage(made *m, const char *name, const uint8_t *pixels, size_t height,
                      size_t width)
{
    m->stages[m->public.n_stages++] =
        (numeral_named_image){name, pixels, height, width, false};
}

static numeral_status add_transforms(made *m, double *scratch, numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    for (size_t i = 0; i < pipeline->n_transforms; i++) {
        size_t height, width;
        const char *name = part_text(m, &pipeline->transforms[i], err);
        uint8_t *pixels = take(m, pipeline->widest, 1, err);
        if (!name || !pixels) {
            return NUMERAL_ERROR_MEMORY;
        }
        numeral_pipeline_image(pipeline, i + 1, m->framed, scratch, &height, &width,
                               pixels);
        add_stage(m, name, pixels, height, width);
    }
    return NUMERAL_OK;
}

static numeral_status add_views(made *m, double *scratch, numeral_error *err)
{
    static const char *const names[NUMERAL_VIEW_COUNT] = {"raw", "deskew view",
                                                          "moments view"};
    size_t height = m->public.height, width = m->public.width;
    for (int view = NUMERAL_VIEW_RAW + 1; view < NUMERAL_VIEW_COUNT; view++) {
        bool used = m->model->views[view].n > 0;
        uint8_t *pixels = used ? take(m, height, width, err) : NULL;
        if (pixels) {
            numeral_view_make((numeral_view)view, m->framed, height, width, scratch,
                              pixels);
            add_stage(m, names[view], pixels, height, width);
        } else if (used) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return NUMERAL_OK;
}

static numeral_status show_stages(made *m, const numeral_image *image, double *scratch,
                                  numeral_error *err)
{
    size_t most = 2 + m->model->pipeline.n_transforms + NUMERAL_VIEW_COUNT;
    numeral_image given = {0};
    m->public.stages = m->stages = take(m, most, sizeof *m->stages, err);
    if (!m->stages ||
        numeral_image_shrink(image, MOST_GIVEN, &given, err) != NUMERAL_OK ||
        !numeral_keep_own(&m->keep, given.pixels, err)) {
        return NUMERAL_ERROR_MEMORY;
    }
    add_stage(m, "as given", given.pixels, given.height, given.width);
    add_stage(m, "framed", m->framed, m->public.height, m->public.width);
    numeral_status status = add_transforms(m, scratch, err);
    return status == NUMERAL_OK ? add_views(m, scratch, err) : status;
}

/* The vote -------------------------------------------------------------------------- */

static numeral_status make_row(made *m, numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    m->stride = numeral_round_up(
        pipeline->n_dims * numeral_dtype_bytes(pipeline->quantiser.dtype), 64);
    m->row = take(m, 1, m->stride, err);
    return m->row ? numeral_pipeline_rows(pipeline, m->framed, 1, m->stride, m->run,
                                          m->row, err)
                  : NUMERAL_ERROR_MEMORY;
}

static void fill_voter(made *m, size_t row, double distance, numeral_voter *voter,
                       uint8_t *image)
{
    const numeral_metric *metric =
        (const numeral_metric *)(const void *)m->model->recipe.metric.entry;
    numeral_model_get_image(m->model, row, image);
    *voter = (numeral_voter){
        .row = row,
        .label = m->model->labels[row],
        .distance = distance,
        .length = metric->family == NUMERAL_METRIC_L2 ? sqrt(distance) : distance,
        .image = image};
}

static void count_votes(made *m, numeral_voter *voters, double *scratch, uint8_t *classes,
                        double *counts)
{
    const numeral_recipe *recipe = &m->model->recipe;
    const numeral_vote *vote = (const numeral_vote *)(const void *)recipe->weights.entry;
    numeral_explanation *e = &m->public;
    numeral_ballot ballot = {e->n_voters, scratch, classes, e->n_classes};
    for (size_t i = 0; i < e->n_voters; i++) {
        scratch[i] = voters[i].length;
        classes[i] = m->model->class_of_label[voters[i].label];
    }
    vote->score(recipe->weights.values, &ballot, counts);
    size_t winner =
        numeral_vote_winner(&ballot, counts, recipe->ties, &e->vote_confidence);
    size_t n_best = 0;
    for (size_t c = 0; c < e->n_classes; c++) {
        n_best += counts[c] == counts[winner];
    }
    e->tied = n_best > 1;
    e->ties_nearest = recipe->ties == NUMERAL_TIES_NEAREST;
    e->vote_label = m->model->classes[winner];
    e->additive = vote->weigh != NULL;
    if (vote->weigh) {
        double *weights = scratch + e->n_voters;
        vote->weigh(recipe->weights.values, &ballot, weights);
        for (size_t i = 0; i < e->n_voters; i++) {
            voters[i].weight = weights[i];
        }
    }
}

static numeral_status explain_vote(made *m, const numeral_answers *answers,
                                   numeral_error *err)
{
    numeral_explanation *e = &m->public;
    const numeral_part *weights = &m->model->recipe.weights;
    size_t pixels = e->height * e->width;
    while (e->n_voters < answers->k && answers->ids[e->n_voters] >= 0) {
        e->n_voters++;
    }
    size_t n = e->n_voters;
    numeral_voter *voters = take(m, n, sizeof *voters, err);
    uint8_t *images = take(m, n, pixels, err);
    uint8_t *classes = take(m, n, 1, err);
    double *scratch = take(m, 2 * n, sizeof *scratch, err);
    double *counts = take(m, e->n_classes, sizeof *counts, err);
    e->weights = part_text(m, weights, err);
    if (!voters || !images || !classes || !scratch || !counts || !e->weights) {
        return NUMERAL_ERROR_MEMORY;
    }
    e->k = m->model->recipe.k;
    e->weights_help = weights->entry->help;
    e->voters = voters;
    e->counts = counts;
    for (size_t i = 0; i < n; i++) {
        fill_voter(m, (size_t)answers->ids[i], answers->distances[i], &voters[i],
                   images + i * pixels);
    }
    count_votes(m, voters, scratch, classes, counts);
    return NUMERAL_OK;
}

/* The gate and the second look ------------------------------------------------------ */

static void explain_gate(made *m, const numeral_look_trace *trace)
{
    const double *gate = m->model->recipe.cascade.gate;
    numeral_gate_view *view = &m->public.gate;
    const double *means = trace->means;
    const uint8_t *classes = m->model->row_classes;
    *view = (numeral_gate_view){.wanted = (size_t)gate[0],
                                .n_same = 1,
                                .m = (size_t)gate[2],
                                .margin = gate[1],
                                .means = means};
    while (view->n_same < trace->n_candidates &&
           classes[trace->ids[view->n_same]] == classes[trace->ids[0]]) {
        view->n_same++;
    }
    size_t n = m->public.n_classes;
    for (size_t c = 1; c < n; c++) {
        view->best = means[c] < means[view->best] ? c : view->best;
    }
    view->second = view->best == 0 && n > 1 ? 1 : 0;
    for (size_t c = 0; c < n; c++) {
        bool nearer = c != view->best && means[c] < means[view->second];
        view->second = nearer ? c : view->second;
    }
    view->ratio =
        means[view->best] > 0 ? means[view->second] / means[view->best] : INFINITY;
}

static numeral_status explain_terms(made *m, const numeral_look_trace *trace,
                                    numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    numeral_explanation *e = &m->public;
    numeral_rerank_term *terms = take(m, cascade->n_parts, sizeof *terms, err);
    double *values = take(m, cascade->n_parts, e->n_classes * sizeof *values, err);
    if (!terms || !values) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < cascade->n_parts; i++) {
        const double *own = trace->own + i * e->n_classes;
        double *added = values + i * e->n_classes;
        const char *name = part_text(m, &cascade->parts[i], err);
        if (!name) {
            return NUMERAL_ERROR_MEMORY;
        }
        bool asked = i < trace->n_asked, sum = cascade->combine == NUMERAL_COMBINE_SUM;
        terms[i] = (numeral_rerank_term){name,
                                         cascade->parts[i].entry->help,
                                         asked,
                                         numeral_cascade_weight(cascade, i),
                                         sum ? cascade->units[i] : 1,
                                         asked ? own : NULL,
                                         asked ? added : NULL};
        if (asked) {
            numeral_cascade_terms(cascade, i, own, e->n_classes, added);
        }
    }
    e->n_terms = cascade->n_parts;
    e->terms = terms;
    e->product = cascade->combine == NUMERAL_COMBINE_PRODUCT;
    e->totals = trace->totals;
    return NUMERAL_OK;
}

static numeral_status explain_second_look(made *m, numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    numeral_explanation *e = &m->public;
    if (cascade->n_parts == 0) {
        return NUMERAL_OK;
    }
    numeral_look_trace trace = {.n_candidates = numeral_second_look_candidates(m->model)};
    trace.ids = take(m, trace.n_candidates, sizeof *trace.ids, err);
    trace.distances = take(m, trace.n_candidates, sizeof *trace.distances, err);
    trace.means = take(m, e->n_classes, sizeof *trace.means, err);
    trace.own = take(m, cascade->n_parts, e->n_classes * sizeof *trace.own, err);
    trace.totals = take(m, e->n_classes, sizeof *trace.totals, err);
    if (!trace.ids || !trace.distances || !trace.means || !trace.own || !trace.totals) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = numeral_second_look_trace(m->model, m->framed, m->row,
                                                      m->stride, m->run, &trace, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    e->n_candidates = trace.n_candidates;
    e->decider = trace.hard        ? NUMERAL_DECIDER_RERANK
                 : trace.unanimous ? NUMERAL_DECIDER_UNANIMOUS
                                   : NUMERAL_DECIDER_MARGIN;
    explain_gate(m, &trace);
    return trace.hard ? explain_terms(m, &trace, err) : NUMERAL_OK;
}

/* The runner-up --------------------------------------------------------------------- */

/* The nearest row that has `label`, or (`other`) that has another one; all other rows are
 * skipped. */
static numeral_status find_row(made *m, uint8_t label, bool other, size_t *row,
                               double *distance, numeral_error *err)
{
    const numeral_model *model = m->model;
    size_t words = (model->n_rows + 63) / 64;
    uint64_t *skip = numeral_allocate_zero(words, sizeof *skip, err);
    if (!skip) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < model->n_rows; i++) {
        bool wanted = (model->labels[i] == label) != other;
        skip[i / 64] |= (uint64_t)!wanted << i % 64;
    }
    int64_t id = -1;
    numeral_rows query = {m->row, model->index->dtype, 1, model->index->n_dims,
                          m->stride};
    numeral_search search = {.k = 1,
                             .radius = INFINITY,
                             .run = {.threads = m->run->threads},
                             .skip = skip,
                             .n_skip = model->n_rows};
    numeral_status status =
        numeral_index_search(model->index, &query, &search, &id, distance, err);
    numeral_release(skip);
    if (status == NUMERAL_OK && id < 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "the index finds no row %s label %u",
                            other ? "without" : "of", label);
    }
    *row = (size_t)id;
    return status;
}

/* The class with the second-most votes, if it has any. */
static bool second_class(const numeral_explanation *e, uint8_t *label)
{
    size_t second = e->n_classes;
    for (size_t c = 0; c < e->n_classes; c++) {
        bool more = second == e->n_classes || e->votes[c] > e->votes[second];
        if (e->classes[c] != e->label && e->votes[c] > 0 && more) {
            second = c;
        }
    }
    *label = second < e->n_classes ? e->classes[second] : 0;
    return second < e->n_classes;
}

static numeral_status find_rivals(made *m, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    size_t pixels = e->height * e->width, row = 0;
    double distance = 0;
    uint8_t *images = take(m, 2, pixels, err), label;
    if (!images) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = find_row(m, e->label, false, &row, &distance, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    fill_voter(m, row, distance, &e->own, images);
    e->has_runner_up = e->n_classes > 1;
    if (!e->has_runner_up) {
        return NUMERAL_OK;
    }
    bool voted = second_class(e, &label);
    status = find_row(m, voted ? label : e->label, !voted, &row, &distance, err);
    if (status == NUMERAL_OK) {
        fill_voter(m, row, distance, &e->rival, images + pixels);
        e->runner_up = e->rival.label;
    }
    return status;
}

static int16_t *difference(made *m, const uint8_t *image, double *scratch,
                           numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    size_t n = pipeline->image_height * pipeline->image_width, height, width;
    uint8_t *planes = numeral_allocate(2, pipeline->widest, err);
    int16_t *out = planes ? take(m, n, sizeof *out, err) : NULL;
    if (out) {
        uint8_t *other = planes + pipeline->widest;
        numeral_pipeline_image(pipeline, pipeline->n_transforms, m->framed, scratch,
                               &height, &width, planes);
        numeral_pipeline_image(pipeline, pipeline->n_transforms, image, scratch, &height,
                               &width, other);
        for (size_t i = 0; i < n; i++) {
            out[i] = (int16_t)(planes[i] - other[i]);
        }
    }
    numeral_release(planes);
    return out;
}

static numeral_status compare(made *m, double *scratch, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    e->difference_height = m->model->pipeline.image_height;
    e->difference_width = m->model->pipeline.image_width;
    e->own_difference = difference(m, e->own.image, scratch, err);
    if (e->own_difference && e->has_runner_up) {
        e->rival_difference = difference(m, e->rival.image, scratch, err);
    }
    return e->own_difference && (e->rival_difference || !e->has_runner_up)
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}

static numeral_status explain(made *m, const numeral_image *image, numeral_frame frame,
                              numeral_error *err)
{
    numeral_answers answers = {0};
    double *scratch = take(m, m->model->pipeline.scratch, sizeof *scratch, err);
    if (!scratch) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = frame_image(m, image, frame, err);
    if (status == NUMERAL_OK) {
        status = answer(m, &answers, err);
    }
    if (status == NUMERAL_OK) {
        status = show_stages(m, image, scratch, err);
    }
    if (status == NUMERAL_OK) {
        status = make_row(m, err);
    }
    if (status == NUMERAL_OK) {
        status = explain_vote(m, &answers, err);
    }
    if (status == NUMERAL_OK) {
        status = explain_second_look(m, err);
    }
    if (status == NUMERAL_OK) {
        status = find_rivals(m, err);
    }
    if (status == NUMERAL_OK) {
        status = compare(m, scratch, err);
    }
    numeral_answers_free(&answers);
    return status;
}

numeral_status numeral_model_explain(const numeral_model *model,
                                     const numeral_image *image, numeral_frame frame,
                                     const numeral_run *run, numeral_explanation **out,
                                     numeral_error *err)
{
    made *m = numeral_allocate_zero(1, sizeof *m, err);
    if (!m) {
        return NUMERAL_ERROR_MEMORY;
    }
    m->model = model;
    m->run = run;
    numeral_status status = explain(m, image, frame, err);
    if (status != NUMERAL_OK) {
        numeral_explanation_destroy(&m->public);
        return status;
    }
    *out = &m->public;
    return NUMERAL_OK;
}

void numeral_explanation_destroy(numeral_explanation *explanation)
{
    made *m = (made *)explanation;
    if (m) {
        numeral_keep_free(&m->keep);
        numeral_release(m);
    }
}
