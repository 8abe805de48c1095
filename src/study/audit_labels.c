/* Doubtful labels: digits that all their nearest others contradict.
 *
 * Wilson's editing (1972) and its k-NN kin drop what its neighbours outvote; here nothing
 * is dropped. Digits are ranked by how much farther their own label is than another one,
 * the ratio of the nearest distances, as in Lowe's test of matches (2004). */
#include <numeral/tools/audit.h>

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"
#include "model/fit.h"
#include "model/reader.h"

/* A digit whose own label is not among its 100 nearest is doubted enough; farther rows
 * would only sharpen its place in the list. */
enum { REACH = 100 };

static double length_of(const numeral_model *model, const numeral_read_verdict *v,
                        size_t at)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    return numeral_metric_unsquared(metric, v->distances[at]);
}

/* The label most of the k nearest have, and how many. Labels are counted where they first
 * occur, so that of equals the nearer one wins. */
static void count_labels(const numeral_model *model, const numeral_read_verdict *v,
                         numeral_doubt *doubt)
{
    doubt->agreeing = 0;
    for (size_t i = 0; i < model->recipe.k; i++) {
        numeral_label label = model->labels[v->ids[i]];
        size_t count = 0;
        for (size_t j = i; j < model->recipe.k; j++) {
            count += model->labels[v->ids[j]] == label;
        }
        if (count > doubt->agreeing) {
            doubt->agreeing = count;
            doubt->proposed = label;
        }
    }
}

/* Whether the k nearest all contradict; fills the doubt then. */
static bool is_doubtful(const numeral_model *model, const numeral_read_verdict *v,
                        numeral_doubt *doubt)
{
    size_t own = 0;
    while (own < v->n && model->labels[v->ids[own]] != doubt->label) {
        own++;
    }
    if (own < model->recipe.k) {
        return false;
    }
    count_labels(model, v, doubt);
    doubt->own_found = own < v->n;
    doubt->own = doubt->own_found ? (size_t)v->ids[own] : 0;
    doubt->other = (size_t)v->ids[0];
    double nearest = length_of(model, v, 0);
    double farthest = length_of(model, v, doubt->own_found ? own : v->n - 1);
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

static numeral_status take_block(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    (void)first;
    (void)err;
    numeral_doubts *out = context;
    for (size_t i = 0; i < reader->n; i++) {
        size_t row = (size_t)reader->own[i];
        numeral_doubt doubt = {.row = row, .label = reader->model->labels[row]};
        if (is_doubtful(reader->model, &reader->verdicts[i], &doubt)) {
            out->doubts[out->n++] = doubt;
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
    run = numeral_run_or_default(run);
    size_t n = data->n_images, reach = n - 1 < REACH ? n - 1 : REACH;
    numeral_model *model = NULL;
    numeral_reader reader = {0};
    numeral_doubts made = {.n_rows = n};
    numeral_status status;
    TRY(numeral_model_fit_stages(recipe, data, seed, run, &model, NULL, err));
    TRY_ALLOC(made.doubts = numeral_allocate(n, sizeof *made.doubts, err));
    TRY(numeral_reader_open(&reader, model, NUMERAL_READ_NEIGHBOURS, n,
                            reach < recipe->k ? recipe->k : reach, run, err));
    TRY(numeral_reader_read_all(&reader, NULL, NULL, true, n, "looking at labels", run,
                                take_block, &made, err));
    qsort(made.doubts, made.n, sizeof *made.doubts, by_ratio);
    *out = made;
    made.doubts = NULL;
done:
    numeral_reader_free(&reader);
    numeral_model_destroy(model);
    numeral_doubts_free(&made);
    return status;
}

void numeral_doubts_free(numeral_doubts *doubts)
{
    if (doubts) {
        numeral_release(doubts->doubts);
        *doubts = (numeral_doubts){0};
    }
}
