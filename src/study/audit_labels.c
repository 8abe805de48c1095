/* Doubtful labels: digits that all their nearest others contradict.
 *
 * Wilson's editing (1972) and its k-NN kin drop what its neighbours outvote; here nothing
 * is dropped. Digits are ranked by how much farther their own label is than another one,
 * the ratio of the nearest distances, as in Lowe's test of matches (2004). */
#include <numeral/tools/audit.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"
#include "model/model.h"

enum { REACH = 100, BLOCK = 2048 };

/* What is known of one digit's others, nearest first. */
typedef struct others {
    const int64_t *ids;
    const double *distances;
    size_t n, k;
    bool squared; /* distances are */
} others;

static double plain(const others *near, size_t at)
{
    return near->squared ? sqrt(near->distances[at]) : near->distances[at];
}

/* The label most of the k have, and how many. Labels are counted where they first occur,
 * so that of equals the nearer one wins. */
static void count_labels(const uint8_t *labels, const others *near, numeral_doubt *doubt)
{
    size_t counts[256] = {0};
    for (size_t i = 0; i < near->k; i++) {
        counts[labels[near->ids[i]]]++;
    }
    doubt->agreeing = 0;
    for (size_t i = 0; i < near->k; i++) {
        uint8_t label = labels[near->ids[i]];
        if (counts[label] > doubt->agreeing) {
            doubt->agreeing = counts[label];
            doubt->proposed = label;
        }
    }
}

/* Whether the k nearest all contradict; fills the doubt then. */
static bool is_doubtful(const uint8_t *labels, const others *near, numeral_doubt *doubt)
{
    for (size_t i = 0; i < near->k; i++) {
        if (labels[near->ids[i]] == doubt->label) {
            return false;
        }
    }
    count_labels(labels, near, doubt);
    size_t own = near->k;
    while (own < near->n && labels[near->ids[own]] != doubt->label) {
        own++;
    }
    doubt->own_found = own < near->n;
    doubt->own = doubt->own_found ? (size_t)near->ids[own] : 0;
    doubt->other = (size_t)near->ids[0];
    double nearest = plain(near, 0);
    double farthest = plain(near, doubt->own_found ? own : near->n - 1);
    doubt->ratio = nearest > 0 ? farthest / nearest : farthest > 0 ? INFINITY : 1;
    return true;
}

static int by_ratio(const void *a, const void *b)
{
    const numeral_doubt *left = a, *right = b;
    if (left->ratio != right->ratio) {
        return left->ratio > right->ratio ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1;
}

/* Searches for the others of all rows, a block at a time. */
static numeral_status look(const numeral_model *model, const uint8_t *labels,
                           const numeral_run *run, int64_t *ids, double *distances,
                           numeral_doubts *out, numeral_error *err)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    size_t n = model->n_rows, reach = n - 1 < REACH ? n - 1 : REACH;
    reach = reach < model->recipe.k ? model->recipe.k : reach;
    numeral_search search = {
        .k = reach, .radius = INFINITY, .run = {.threads = run->threads}};
    for (size_t first = 0; first < n; first += BLOCK) {
        int64_t rows[BLOCK];
        size_t count = n - first < BLOCK ? n - first : BLOCK;
        for (size_t i = 0; i < count; i++) {
            rows[i] = (int64_t)(first + i);
        }
        numeral_status status = numeral_index_search_self(model->index, rows, count,
                                                          &search, ids, distances, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            others near = {ids + i * reach, distances + i * reach, reach, model->recipe.k,
                           metric->family == NUMERAL_METRIC_L2};
            numeral_doubt doubt = {.row = first + i, .label = labels[first + i]};
            if (is_doubtful(labels, &near, &doubt)) {
                out->doubts[out->n++] = doubt;
            }
        }
        status = numeral_progress_report(run->progress, "looking at labels",
                                         first + count, n, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_audit_labels(const numeral_dataset *data,
                                    const numeral_recipe *recipe, uint64_t seed,
                                    const numeral_run *run, numeral_doubts *out,
                                    numeral_error *err)
{
    if (data->n_images <= recipe->k) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "-k %zu: %s has only %zu digits, each with %zu others",
                            recipe->k, data->name, data->n_images,
                            data->n_images ? data->n_images - 1 : 0);
    }
    numeral_model *model = NULL;
    numeral_status status = numeral_model_fit(recipe, data, seed, run, &model, NULL, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_doubts made = {.n_rows = data->n_images};
    size_t reach = recipe->k < REACH ? REACH : recipe->k;
    int64_t *ids = numeral_allocate(BLOCK * sizeof *ids, reach, err);
    double *distances = numeral_allocate(BLOCK * sizeof *distances, reach, err);
    made.doubts = numeral_allocate(data->n_images, sizeof *made.doubts, err);
    status = ids && distances && made.doubts
                 ? look(model, data->labels, run, ids, distances, &made, err)
                 : NUMERAL_ERROR_MEMORY;
    numeral_release(ids);
    numeral_release(distances);
    numeral_model_destroy(model);
    if (status != NUMERAL_OK) {
        numeral_doubts_free(&made);
        return status;
    }
    qsort(made.doubts, made.n, sizeof *made.doubts, by_ratio);
    *out = made;
    return NUMERAL_OK;
}

void numeral_doubts_free(numeral_doubts *doubts)
{
    numeral_release(doubts->doubts);
    *doubts = (numeral_doubts){0};
}
