/* Reading digits from rows that lie elsewhere: the reader as it is, on a model whose rows
 * are the candidates' places, with an index that finds for digit number i what was given
 * for it. A place comes behind another of its digit as rows do, by (distance, number), so
 * that whoever compares row numbers sees the same order. */
#include <math.h>
#include <string.h>

#include <numeral/shards.h>

#include "base/fail.h"
#include "base/run.h"
#include "model/hold.h"
#include "model/likeness.h"
#include "model/predict.h"
#include "model/second_look.h"
#include "model/views.h"

/* An index of what is given: its rows are the candidates' places. */
typedef struct given_index {
    numeral_index head;
    const numeral_candidates *candidates;
    const uint32_t *seen_at; /* of each place, among the rows that are seen */
} given_index;

static void get_row(const numeral_index *index, size_t id, void *out)
{
    const given_index *given = (const given_index *)(const void *)index;
    size_t bytes = index->n_dims * numeral_dtype_bytes(index->dtype);
    const uint8_t *vectors = given->candidates->vectors;
    memcpy(out, vectors + given->seen_at[id] * bytes, bytes);
}

/* The first k of what was given for the digit that is to be left out. */
static numeral_status find(const numeral_index *index, const numeral_rows *queries,
                           const numeral_search *search, int64_t *ids, double *distances,
                           numeral_error *err)
{
    const numeral_candidates *from =
        ((const given_index *)(const void *)index)->candidates;
    for (size_t q = 0; q < queries->n_rows; q++) {
        size_t digit = (size_t)search->leave_out[q];
        size_t begin = (size_t)from->starts[digit];
        size_t n = (size_t)from->starts[digit + 1] - begin;
        if (n < search->k && n < from->n_rows) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "candidates: digit %zu has %zu, expected %zu of %zu rows",
                                digit, n, search->k, from->n_rows);
        }
        for (size_t i = 0; i < search->k; i++) {
            ids[q * search->k + i] = i < n ? (int64_t)(begin + i) : -1;
            distances[q * search->k + i] = i < n ? from->distances[begin + i] : INFINITY;
        }
    }
    return NUMERAL_OK;
}

static const numeral_index_kind given_kind = {
    .entry = {.name = "given"}, .search = find, .get_row = get_row};

static numeral_status refuse(numeral_error *err, size_t digit, const char *what)
{
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "candidates: digit %zu %s", digit,
                        what);
}

static numeral_status check_digit(const numeral_candidates *c, size_t digit,
                                  numeral_error *err)
{
    int64_t begin = c->starts[digit], end = c->starts[digit + 1];
    if (begin < 0 || end <= begin) {
        return refuse(err, digit, "has none, expected at least one");
    }
    for (int64_t i = begin; i < end; i++) {
        double d = c->distances[i], before = i > begin ? c->distances[i - 1] : d;
        if (c->rows[i] < 0 || isnan(d) || d < before ||
            (i > begin && d == before && c->rows[i] <= c->rows[i - 1])) {
            return refuse(err, digit, "has them in another order than (distance, row)");
        }
    }
    return NUMERAL_OK;
}

/* The class of each place. */
static numeral_status list_classes(const numeral_model *now, const numeral_candidates *c,
                                   uint16_t **out, numeral_error *err)
{
    const numeral_classes *classes = now->classes;
    size_t n = (size_t)c->starts[c->n];
    uint16_t *made = numeral_allocate(n, sizeof *made, err);
    if (!made) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        size_t class = numeral_classes_find(classes, c->labels[i]);
        if (class == classes->n) {
            numeral_release(made);
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "candidates: row %lld has label %u, which the model has "
                                "not",
                                (long long)c->rows[i], c->labels[i]);
        }
        made[i] = (uint16_t) class;
    }
    *out = made;
    return NUMERAL_OK;
}

/* A model of the same stages whose rows are the candidates' places; it borrows from the
 * one that is held, and is never let go itself. */
typedef struct given_model {
    numeral_model held, model;
    given_index index;
    uint16_t *classes;
    uint32_t *seen_at;
    numeral_sparse_images images[NUMERAL_VIEW_COUNT];
} given_model;

static void given_free(given_model *g)
{
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&g->images[view]);
    }
    numeral_release(g->classes);
    numeral_release(g->seen_at);
    numeral_model_let_go(&g->held);
}

static numeral_status given_open(const numeral_model *model, const numeral_candidates *c,
                                 given_model *g, numeral_error *err)
{
    numeral_status status;
    TRY(numeral_model_hold(model, &g->held, err));
    if (c->n > 0 && c->starts[0] != 0) {
        TRY(refuse(err, 0, "does not begin at place 0"));
    }
    for (size_t digit = 0; digit < c->n; digit++) {
        TRY(check_digit(c, digit, err));
    }
    TRY(list_classes(&g->held, c, &g->classes, err));
    numeral_part metric = numeral_index_metric(g->held.index);
    g->index.head =
        numeral_index_make_head(&given_kind, &metric, g->held.index->dtype,
                                (size_t)c->starts[c->n], g->held.index->n_dims);
    g->index.candidates = c;
    g->model = g->held;
    g->model.index = &g->index.head;
    g->model.row_classes = g->classes;
    g->model.n_rows = c->n_rows;
    g->model.n_ids = (size_t)c->starts[c->n];
    g->model.images = (numeral_sparse_images){0};
    memset(g->model.views, 0, sizeof g->model.views);
done:
    return status;
}

/* Where a row lies among those that are seen; n_seen where it does not. */
static size_t find_seen(const numeral_candidates *c, int64_t row)
{
    size_t low = 0, high = c->n_seen;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->seen[middle] < row) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < c->n_seen && c->seen[low] == row ? low : c->n_seen;
}

/* Whether the image of the row nearest to a strange digit is looked at. */
static bool bends(const numeral_model *model)
{
    return model->likeness.distortion > 0;
}

/* How many rows of an open digit are looked at; 0: there is nothing to be open. */
static size_t count_looked_at(const numeral_model *model)
{
    return model->recipe.cascade.n_parts ? numeral_second_look_candidates(model)
                                         : bends(model);
}

/* Whether the nearest rows of a digit leave it open, or it is strange. */
static bool is_open(const given_model *g, const numeral_look *look, size_t digit)
{
    const numeral_candidates *c = g->index.candidates;
    size_t begin = (size_t)c->starts[digit];
    const numeral_metric *metric = numeral_metric_of(g->model.recipe.metric.entry);
    if (bends(&g->model) &&
        numeral_strangeness_looks(
            &g->model, numeral_metric_unsquared(metric, c->distances[begin]))) {
        return true;
    }
    if (g->model.recipe.cascade.n_parts == 0) {
        return false;
    }
    size_t n = (size_t)c->starts[digit + 1] - begin;
    size_t wanted = numeral_second_look_k(&g->model);
    int64_t ids[NUMERAL_MAX_CANDIDATES];
    for (size_t i = 0; i < n && i < wanted; i++) {
        ids[i] = (int64_t)(begin + i);
    }
    return numeral_look_is_open(look, n < wanted ? n : wanted, ids);
}

/* Finds what the candidates of open digits are seen by. */
static numeral_status find_sights(given_model *g, const numeral_look *look,
                                  numeral_error *err)
{
    const numeral_candidates *c = g->index.candidates;
    size_t most = count_looked_at(&g->model);
    for (size_t digit = 0; digit < c->n; digit++) {
        size_t begin = (size_t)c->starts[digit];
        size_t n = (size_t)c->starts[digit + 1] - begin;
        bool open = is_open(g, look, digit);
        for (size_t i = begin; open && i < begin + (n < most ? n : most); i++) {
            size_t at = find_seen(c, c->rows[i]);
            if (at == c->n_seen) {
                return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                    "candidates: digit %zu is open, but row %lld is not "
                                    "among those seen",
                                    digit, (long long)c->rows[i]);
            }
            g->seen_at[i] = (uint32_t)at;
        }
    }
    return NUMERAL_OK;
}

/* The images of the rows that are seen, as the re-rankers look at them. */
static numeral_status take_images(given_model *g, const numeral_run *run,
                                  numeral_error *err)
{
    const numeral_candidates *c = g->index.candidates;
    numeral_status status = NUMERAL_OK;
    for (int v = 0; v < NUMERAL_VIEW_COUNT; v++) {
        numeral_view view = (numeral_view)v;
        bool bent = view == NUMERAL_VIEW_RAW && bends(&g->model) && g->held.images.n;
        if (!bent && !numeral_cascade_uses_view(&g->model.recipe.cascade, view)) {
            continue;
        }
        TRY(numeral_view_pack(&g->model, view, c->images, c->n_seen, run, &g->images[v],
                              err));
        g->images[v].places = g->seen_at;
        *(view == NUMERAL_VIEW_RAW ? &g->model.images : &g->model.views[v]) =
            g->images[v];
    }
done:
    return status;
}

static numeral_status prepare_looks(given_model *g, const numeral_run *run,
                                    numeral_error *err)
{
    size_t n_places = g->index.head.n_rows;
    numeral_look look = {0};
    numeral_status status = NUMERAL_OK;
    if (count_looked_at(&g->model) == 0) {
        return status;
    }
    TRY_ALLOC(g->seen_at = numeral_allocate_zero(n_places, sizeof *g->seen_at, err));
    g->index.seen_at = g->seen_at;
    if (g->model.recipe.cascade.n_parts) {
        TRY(numeral_look_create(&g->model, 1, &look, err));
    }
    TRY(find_sights(g, &look, err));
    TRY(take_images(g, run, err));
done:
    numeral_look_free(&look);
    return status;
}

void numeral_model_get_wanted(const numeral_model *model, size_t n_rows,
                              numeral_wanted *out)
{
    numeral_model now = {0};
    *out = (numeral_wanted){0};
    if (numeral_model_hold(model, &now, NULL) == NUMERAL_OK) {
        now.n_rows = n_rows;
        size_t voters = numeral_model_voters(&now), gate = numeral_second_look_k(&now);
        out->k = voters > gate ? voters : gate;
        size_t seen = count_looked_at(&now);
        out->k_open = seen > 0 && seen < out->k ? out->k : seen;
        out->misses = strcmp(now.recipe.index.entry->name, "near") == 0;
    }
    numeral_model_let_go(&now);
}

numeral_status numeral_model_find_open(const numeral_model *model,
                                       const numeral_candidates *candidates,
                                       uint8_t *open, numeral_error *err)
{
    given_model g = {0};
    numeral_look look = {0};
    numeral_status status;
    TRY(given_open(model, candidates, &g, err));
    memset(open, 0, candidates->n);
    if (g.model.recipe.cascade.n_parts) {
        TRY(numeral_look_create(&g.model, 1, &look, err));
    }
    for (size_t digit = 0; digit < candidates->n; digit++) {
        open[digit] = is_open(&g, &look, digit);
    }
done:
    numeral_look_free(&look);
    given_free(&g);
    return status;
}

static numeral_status check_data(const numeral_model *model, const numeral_dataset *data,
                                 const numeral_candidates *candidates, numeral_error *err)
{
    if (candidates->n != data->n_images) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "candidates: of %zu digits, but %s has %zu", candidates->n,
                            data->name, data->n_images);
    }
    return numeral_model_takes_data(model, data)
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%s: its digits are not of the model's frame as they are, "
                              "and to frame them takes all its rows; frame them first",
                              data->name);
}

numeral_status numeral_model_predict_candidates(const numeral_model *model,
                                                const numeral_dataset *data,
                                                const numeral_candidates *candidates,
                                                const numeral_run *run,
                                                numeral_answers *out, numeral_error *err)
{
    given_model g = {0};
    numeral_answers answers = {0};
    numeral_status status;
    run = numeral_run_or_default(run);
    TRY(check_data(model, data, candidates, err));
    TRY(given_open(model, candidates, &g, err));
    TRY(prepare_looks(&g, run, err));
    TRY(numeral_predict_held(&g.model, data, true, run, &answers, err));
    for (size_t i = 0; i < answers.n * answers.k; i++) { /* from places to rows */
        answers.ids[i] = answers.ids[i] < 0 ? -1 : candidates->rows[answers.ids[i]];
    }
    *out = answers;
done:
    given_free(&g);
    return status;
}
