/* Most digits are settled by their nearest rows. Those that the gate calls hard are
 * scored class by class against more candidates: a cascade of re-rankers, the cheap ones
 * before the costly ones (src/rerank/). */
#include "model/second_look.h"

#include "base/elementary.h"
#include "base/fail.h"
#include "model/views.h"

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

/* A worker's scratch: a plane of doubles, the views, the re-rankers' own. */
static size_t plane_bytes(const numeral_look *look)
{
    return numeral_scratch_bytes(look->base.height * look->base.width, sizeof(double));
}

static size_t view_bytes(const numeral_look *look)
{
    return numeral_scratch_bytes(look->base.height * look->base.width, 1);
}

numeral_status numeral_look_create(const numeral_model *model, size_t workers,
                                   numeral_look *out, numeral_error *err)
{
    numeral_look look = {.model = model,
                         .base = {.n_classes = model->n_classes,
                                  .classes = model->row_classes,
                                  .index = model->index,
                                  .height = model->pipeline.height,
                                  .width = model->pipeline.width}};
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        look.base.images[view] = numeral_view_images(model, (numeral_view)view);
    }
    size_t own = numeral_cascade_scratch_bytes(&model->recipe.cascade, &look.base);
    look.views = plane_bytes(&look) + NUMERAL_VIEW_COUNT * view_bytes(&look);
    look.own = numeral_round_up(own, 64);
    look.bytes =
        look.views + look.own + numeral_scratch_bytes(model->n_classes, sizeof(double));
    look.scratch = own ? numeral_allocate(workers, look.bytes, NULL) : NULL;
    if (!look.scratch) {
        return numeral_fail(
            err, NUMERAL_ERROR_MEMORY,
            "out of memory: a second look needs %zu bytes for each thread", look.bytes);
    }
    *out = look;
    return NUMERAL_OK;
}

void numeral_look_free(numeral_look *look)
{
    numeral_release(look->scratch);
    *look = (numeral_look){0};
}

bool numeral_look_is_open(const numeral_look *look, size_t n, const int64_t *ids)
{
    const double *gate = look->model->recipe.cascade.gate;
    numeral_rerank_digit digit = {.n_candidates = n, .ids = ids};
    /* a gate that asks for 0 rows of one mind wants a second look at every digit */
    return gate[0] == 0 || !numeral_gate_is_unanimous(gate, &look->base, &digit);
}

void *numeral_look_lay_views(const numeral_look *look, const uint8_t *image, int64_t row,
                             int worker, numeral_rerank_digit *digit)
{
    const numeral_rerank_base *base = &look->base;
    void *scratch = look->scratch + (size_t)worker * look->bytes;
    double *plane = numeral_scratch_take(&scratch, plane_bytes(look));
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        uint8_t *pixels = numeral_scratch_take(&scratch, view_bytes(look));
        if (!base->images[view]) {
            continue;
        }
        if (image) { /* a stranger: its views are made; a row's were, in fitting */
            numeral_view_make((numeral_view)view, image, base->height, base->width, plane,
                              pixels);
        } else {
            numeral_sparse_get(base->images[view], (size_t)row, pixels);
        }
        digit->images[view] = pixels;
    }
    return scratch;
}

void *numeral_look_scratch(const numeral_look *look, int worker)
{
    return look->scratch + (size_t)worker * look->bytes + look->views;
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

bool numeral_look_decide(const numeral_look *look, const uint8_t *image, int64_t row,
                         int worker, numeral_rerank_digit *digit, uint16_t *winner,
                         double *votes)
{
    const numeral_cascade *cascade = &look->model->recipe.cascade;
    uint8_t *own = numeral_look_scratch(look, worker);
    double *scores = (double *)(void *)(own + look->own);
    if (!numeral_gate_is_hard(cascade->gate, &look->base, digit, own)) {
        return false; /* its margin settles it: the vote stands */
    }
    void *scratch = numeral_look_lay_views(look, image, row, worker, digit);
    numeral_cascade_score(cascade, &look->base, digit, scratch, scores);
    *winner = (uint16_t)numeral_cascade_winner(&look->base, digit, scores);
    if (votes) {
        shares_of(scores, look->base.n_classes, votes);
    }
    return true;
}
