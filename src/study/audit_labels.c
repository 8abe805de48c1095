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

/* A digit whose own label is not among its 100 nearest is doubted enough; farther rows
 * would only sharpen its place in the list. A block's neighbours take 3 MB. */
enum { REACH = 100, BLOCK = 2048 };

/* The nearest others of one digit, and its votes: the first k of them. */
typedef struct others {
    const int64_t *ids;
    const double *distances;
    size_t n, k;
    const numeral_metric *metric;
} others;

static double length(const others *found, size_t at)
{
    return numeral_metric_unsquared(found->metric, found->distances[at]);
}

/* The label most of the k have, and how many. Labels are counted where they first occur,
 * so that of equals the nearer one wins. */
static void count_labels(const uint8_t *labels, const others *found, numeral_doubt *doubt)
{
    size_t counts[256] = {0};
    for (size_t i = 0; i < found->k; i++) {
        counts[labels[found->ids[i]]]++;
    }
    doubt->agreeing = 0;
    for (size_t i = 0; i < found->k; i++) {
        uint8_t label = labels[found->ids[i]];
        if (counts[label] > doubt->agreeing) {
            doubt->agreeing = counts[label];
            doubt->proposed = label;
        }
    }
}

/* Whether the k nearest all contradict; fills the doubt then. */
static bool is_doubtful(const uint8_t *labels, const others *found, numeral_doubt *doubt)
{
    for (size_t i = 0; i < found->k; i++) {
        if (labels[found->ids[i]] == doubt->label) {
            return false;
        }
    }
    count_labels(labels, found, doubt);
    size_t own = found->k;
    while (own < found->n && labels[found->ids[own]] != doubt->label) {
        own++;
    }
    doubt->own_found = own < found->n;
    doubt->own = doubt->own_found ? (size_t)found->ids[own] : 0;
    doubt->other = (size_t)found->ids[0];
    double nearest = length(found, 0);
    double farthest = length(found, doubt->own_found ? own : found->n - 1);
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
                           const numeral_run *run, numeral_doubts *out,
                           numeral_error *err)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    size_t n = model->n_rows, k = model->recipe.k, reach = n - 1 < REACH ? n - 1 : REACH;
    reach = reach < k ? k : reach;
    numeral_search search = {
        .k = reach, .radius = INFINITY, .run = {.threads = run->threads}};
    int64_t *ids = NULL;
    double *distances = NULL;
    numeral_status status;
    TRY_ALLOC(ids = numeral_allocate(BLOCK * sizeof *ids, reach, err));
    TRY_ALLOC(distances = numeral_allocate(BLOCK * sizeof *distances, reach, err));
    for (size_t first = 0; first < n; first += BLOCK) {
        int64_t rows[BLOCK];
        size_t count = n - first < BLOCK ? n - first : BLOCK;
        for (size_t i = 0; i < count; i++) {
            rows[i] = (int64_t)(first + i);
        }
        TRY(numeral_index_search_self(model->index, rows, count, &search, ids, distances,
                                      err));
        for (size_t i = 0; i < count; i++) {
            others found = {ids + i * reach, distances + i * reach, reach, k, metric};
            numeral_doubt doubt = {.row = first + i, .label = labels[first + i]};
            if (is_doubtful(labels, &found, &doubt)) {
                out->doubts[out->n++] = doubt;
            }
        }
        TRY(numeral_progress_report(run->progress, "looking at labels", first + count, n,
                                    err));
    }
done:
    numeral_release(ids);
    numeral_release(distances);
    return status;
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
    run = numeral_run_or_default(run);
    numeral_model *model = NULL;
    numeral_doubts made = {.n_rows = data->n_images};
    numeral_status status;
    TRY(numeral_model_fit(recipe, data, seed, run, &model, NULL, err));
    TRY_ALLOC(made.doubts = numeral_allocate(data->n_images, sizeof *made.doubts, err));
    TRY(look(model, data->labels, run, &made, err));
    qsort(made.doubts, made.n, sizeof *made.doubts, by_ratio);
    *out = made;
    made.doubts = NULL;
done:
    numeral_doubts_free(&made);
    numeral_model_destroy(model);
    return status;
}

void numeral_doubts_free(numeral_doubts *doubts)
{
    if (doubts) {
        numeral_release(doubts->doubts);
        *doubts = (numeral_doubts){0};
    }
}
