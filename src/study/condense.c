/* Which rows a model can do without. See numeral/tools/condense.h.
 *
 * Each row has a list of its 100 nearest others. Its answer is the vote of the first k of
 * them that are still there, so that taking row r away concerns only the rows that have r
 * among these k: they are found through the lists turned round. */
#include <numeral/dynamic.h>
#include <numeral/tools/condense.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"
#include "model/hold.h"
#include "model/reader.h"

/* Lists of 100: a row whose list holds fewer than k rows that are still there has no
 * answer any more, so that the length bounds how far condensing can go (and takes 2 KB a
 * row). UNKNOWN is no class. */
enum { REACH = 100, MOST_VOTERS = REACH, UNKNOWN = NUMERAL_MAX_CLASSES };

typedef struct work {
    const numeral_model *model;
    size_t n, k, reach;
    int64_t *ids;      /* n: the model's number of each row; here they count from 0 */
    uint32_t *row_of;  /* and back, for each number given */
    uint16_t *classes; /* n */
    uint32_t *lists;   /* n × reach rows, nearest first */
    double *distances; /* n × reach, as votes see them */
    size_t *starts;    /* n + 1: places in `fans` */
    uint32_t *fans;    /* rows that have this one in their list */
    uint8_t *gone;     /* n */
    uint32_t *full;    /* n: the class the full model answers */
    uint32_t *now;     /* n: the class answered now, or UNKNOWN */
    uint32_t *order;   /* n: the rows, safest first */
    double *scores;    /* n_classes, and behind them twice as many for votes */
    size_t *class_sizes;
    size_t n_left, errors, changed;
} work;

static void work_free(work *w)
{
    numeral_release(w->ids);
    numeral_release(w->row_of);
    numeral_release(w->classes);
    numeral_release(w->lists);
    numeral_release(w->distances);
    numeral_release(w->starts);
    numeral_release(w->fans);
    numeral_release(w->gone);
    numeral_release(w->full);
    numeral_release(w->now);
    numeral_release(w->order);
    numeral_release(w->scores);
    numeral_release(w->class_sizes);
}

static numeral_status work_create(const numeral_model *model, work *w, numeral_error *err)
{
    size_t n = model->n_rows, reach = n - 1 < REACH ? n - 1 : REACH;
    size_t need = numeral_model_voters(model);
    if (need > reach) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%zu voters for each digit: condensing needs more rows than "
                            "that, and serves up to %d voters",
                            need, MOST_VOTERS);
    }
    *w = (work){.model = model, .n = n, .k = need, .reach = reach};
    numeral_status status;
    TRY_ALLOC(w->ids = numeral_allocate(n, sizeof *w->ids, err));
    TRY_ALLOC(w->row_of = numeral_allocate(model->n_ids, sizeof *w->row_of, err));
    TRY_ALLOC(w->classes = numeral_allocate(n, sizeof *w->classes, err));
    TRY_ALLOC(w->lists = numeral_allocate(n, reach * sizeof *w->lists, err));
    TRY_ALLOC(w->distances = numeral_allocate(n, reach * sizeof *w->distances, err));
    TRY_ALLOC(w->starts = numeral_allocate_zero(n + 1, sizeof *w->starts, err));
    TRY_ALLOC(w->fans = numeral_allocate(n, reach * sizeof *w->fans, err));
    TRY_ALLOC(w->gone = numeral_allocate_zero(n, 1, err));
    TRY_ALLOC(w->full = numeral_allocate(n, sizeof *w->full, err));
    TRY_ALLOC(w->now = numeral_allocate(n, sizeof *w->now, err));
    TRY_ALLOC(w->order = numeral_allocate(n, sizeof *w->order, err));
    TRY_ALLOC(w->scores = numeral_allocate(model->n_classes, 3 * sizeof *w->scores, err));
    TRY_ALLOC(w->class_sizes =
                  numeral_allocate_zero(model->n_classes, sizeof *w->class_sizes, err));
    numeral_index_get_ids(model->index, w->ids, n);
    for (size_t i = 0; i < n; i++) {
        w->row_of[w->ids[i]] = (uint32_t)i;
        w->classes[i] = model->row_classes[w->ids[i]];
    }
done:
    return status;
}

static numeral_status take_lists(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    (void)err;
    const work *w = context;
    const numeral_metric *metric = numeral_metric_of(w->model->recipe.metric.entry);
    for (size_t i = 0; i < reader->n * w->reach; i++) {
        w->lists[first * w->reach + i] = w->row_of[reader->ids[i]];
        w->distances[first * w->reach + i] =
            numeral_metric_unsquared(metric, reader->distances[i]);
    }
    return NUMERAL_OK;
}

/* The lists of all rows, each left out of its own. */
static numeral_status fill_lists(work *w, const numeral_run *run, numeral_error *err)
{
    numeral_reader reader = {0};
    numeral_status status;
    TRY(numeral_reader_open(&reader, w->model, NUMERAL_READ_NEIGHBOURS, w->n, w->reach,
                            run, err));
    TRY(numeral_reader_read_all(&reader, NULL, NULL, true, w->n, "looking for neighbours",
                                run, take_lists, w, err));
done:
    numeral_reader_free(&reader);
    return status;
}

/* Turns the lists round: who has row r in his list. */
static void fill_fans(work *w)
{
    size_t total = w->n * w->reach;
    for (size_t i = 0; i < total; i++) {
        w->starts[w->lists[i] + 1]++;
    }
    for (size_t r = 0; r < w->n; r++) {
        w->starts[r + 1] += w->starts[r];
    }
    for (size_t i = 0; i < total; i++) {
        w->fans[w->starts[w->lists[i]]++] = (uint32_t)(i / w->reach);
    }
    for (size_t r = w->n; r > 0; r--) {
        w->starts[r] = w->starts[r - 1];
    }
    w->starts[0] = 0;
}

/* The class that row i is answered with when `without` is taken away too (n: none);
 * UNKNOWN where its list has not k rows left. Sets whether `without` had a vote. */
static uint32_t answer(const work *w, size_t i, size_t without, bool *concerned)
{
    double distances[MOST_VOTERS];
    uint16_t classes[MOST_VOTERS];
    size_t n = 0;
    *concerned = without == w->n;
    for (size_t at = 0; at < w->reach && n < w->k; at++) {
        size_t row = w->lists[i * w->reach + at];
        if (row == without) {
            *concerned = true;
        } else if (!w->gone[row]) {
            distances[n] = w->distances[i * w->reach + at];
            classes[n++] = w->classes[row];
        }
    }
    if (n < w->k) {
        return UNKNOWN;
    }
    double share;
    size_t n_classes = w->model->n_classes;
    numeral_ballot ballot = {n, distances, classes, n_classes, w->scores + n_classes};
    numeral_vote_score(&w->model->recipe.weights, &ballot, w->scores);
    return (uint32_t)numeral_vote_winner(&ballot, w->scores, w->model->recipe.ties,
                                         &share);
}

static void fill_answers(work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        bool concerned;
        w->full[i] = w->now[i] = answer(w, i, w->n, &concerned);
        w->errors += w->full[i] != w->classes[i];
        w->class_sizes[w->classes[i]]++;
    }
    w->n_left = w->n;
}

/* Rows whose nearest other label is farthest come first; `rank` goes with qsort. */
typedef struct rank {
    double safety;
    uint32_t row;
} rank;

static int by_safety(const void *a, const void *b)
{
    const rank *left = a, *right = b;
    if (left->safety != right->safety) {
        return left->safety > right->safety ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1;
}

static numeral_status fill_order(work *w, numeral_error *err)
{
    rank *ranks = numeral_allocate(w->n, sizeof *ranks, err);
    if (!ranks) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < w->n; i++) {
        ranks[i] = (rank){INFINITY, (uint32_t)i};
        for (size_t at = 0; at < w->reach; at++) {
            size_t other = w->lists[i * w->reach + at];
            if (w->classes[other] != w->classes[i]) {
                ranks[i].safety = w->distances[i * w->reach + at];
                break;
            }
        }
    }
    qsort(ranks, w->n, sizeof *ranks, by_safety);
    for (size_t i = 0; i < w->n; i++) {
        w->order[i] = ranks[i].row;
    }
    numeral_release(ranks);
    return NUMERAL_OK;
}

/* How many answers, right until now as the full model gives them, taking row r away would
 * change; stops counting beyond `most`. Rows whose list would not hold k any more count
 * as changed. */
static size_t harm_of(const work *w, size_t r, size_t most)
{
    size_t harm = 0;
    for (size_t at = w->starts[r]; at < w->starts[r + 1] && harm <= most; at++) {
        bool concerned;
        size_t i = w->fans[at];
        uint32_t found = answer(w, i, r, &concerned);
        harm += concerned && w->now[i] == w->full[i] && found != w->full[i];
    }
    return harm;
}

static void take_away(work *w, size_t r, numeral_condensation *out)
{
    w->gone[r] = 1;
    w->n_left--;
    w->class_sizes[w->classes[r]]--;
    for (size_t at = w->starts[r]; at < w->starts[r + 1]; at++) {
        bool concerned;
        size_t i = w->fans[at];
        uint32_t found = answer(w, i, w->n, &concerned);
        uint32_t own = w->classes[i];
        if (found != w->now[i]) {
            w->errors = w->errors + (found != own) - (w->now[i] != own);
            w->changed = w->changed + (found != w->full[i]) - (w->now[i] != w->full[i]);
            w->now[i] = found;
        }
    }
    out->rows[out->n++] = w->ids[r];
    out->errors[out->n] = w->errors;
    out->changed[out->n] = w->changed;
}

static bool may_go(const work *w, size_t r)
{
    return !w->gone[r] && w->class_sizes[w->classes[r]] > 1;
}

static void edit(work *w, numeral_condensation *out)
{
    for (size_t r = 0; r < w->n; r++) {
        if (w->full[r] != w->classes[r] && may_go(w, r) && w->n_left > w->k) {
            take_away(w, r, out);
        }
    }
    out->n_edited = out->n;
    /* what the edited rows leave behind is what is to be kept */
    memcpy(w->full, w->now, w->n * sizeof *w->full);
    w->changed = 0;
    out->changed[out->n] = 0;
}

/* Goes through the rows, safest first, until a round takes none or enough are gone. */
static numeral_status thin(work *w, size_t target, size_t most_harm,
                           const numeral_run *run, numeral_condensation *out,
                           numeral_error *err)
{
    enum { REPORT_STEP = 1024 }; /* rows: some milliseconds */
    numeral_status status = NUMERAL_OK;
    for (bool taken = true; taken && w->n_left > target;) {
        taken = false;
        for (size_t at = 0; at < w->n && w->n_left > target; at++) {
            size_t r = w->order[at];
            if (may_go(w, r) && harm_of(w, r, most_harm) <= most_harm) {
                take_away(w, r, out);
                taken = true;
            }
            if (at % REPORT_STEP == 0) {
                TRY(numeral_progress_report(run->progress, "condensing", w->n - w->n_left,
                                            w->n - target, err));
            }
        }
    }
done:
    return status;
}

static numeral_status plan(work *w, const numeral_condense_request *request,
                           numeral_condensation *out, numeral_error *err)
{
    size_t floor = request->rows ? request->rows : w->k + 1;
    numeral_status status;
    fill_fans(w);
    fill_answers(w);
    TRY(fill_order(w, err));
    out->errors[0] = w->errors;
    out->changed[0] = 0;
    if (request->edit) {
        edit(w, out);
    }
    TRY(thin(w, floor, 0, &request->run, out, err));
    out->n_same = out->n;
    /* What is asked for beyond that: those first that change the fewest answers. */
    for (size_t harm = 1; request->rows && w->n_left > floor && harm <= w->n; harm *= 2) {
        TRY(thin(w, floor, harm, &request->run, out, err));
    }
done:
    return status;
}

static numeral_status check(const numeral_model *model,
                            const numeral_condense_request *request, numeral_error *err)
{
    if (model->n_rows <= model->recipe.k || model->n_rows > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "the model has %zu rows, and -k %zu: nothing to take away",
                            model->n_rows, model->recipe.k);
    }
    if (request->rows > model->n_rows ||
        (request->rows && request->rows <= model->recipe.k)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "cannot keep %zu of %zu rows: -k is %zu", request->rows,
                            model->n_rows, model->recipe.k);
    }
    return NUMERAL_OK;
}

numeral_status numeral_condense_plan(const numeral_model *model,
                                     const numeral_condense_request *request,
                                     numeral_condensation *out, numeral_error *err)
{
    numeral_model now = {0};
    work w = {0};
    numeral_condensation made = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    TRY(check(&now, request, err));
    size_t n = made.n_rows = now.n_rows;
    TRY_ALLOC(made.rows = numeral_allocate(n, sizeof *made.rows, err));
    TRY_ALLOC(made.errors = numeral_allocate(n + 1, sizeof *made.errors, err));
    TRY_ALLOC(made.changed = numeral_allocate(n + 1, sizeof *made.changed, err));
    TRY(work_create(&now, &w, err));
    TRY(fill_lists(&w, &request->run, err));
    TRY(plan(&w, request, &made, err));
    *out = made;
    made = (numeral_condensation){0};
done:
    work_free(&w);
    numeral_condensation_free(&made);
    numeral_model_let_go(&now);
    return status;
}

void numeral_condensation_free(numeral_condensation *plan)
{
    if (plan) {
        numeral_release(plan->rows);
        numeral_release(plan->errors);
        numeral_release(plan->changed);
        *plan = (numeral_condensation){0};
    }
}
