/* Folds: parts of a set that are held out in turn (Stone 1974; stratified: Kohavi 1995).
 *
 * Stratified: the rows, label by label and within a label in an order drawn by the seed,
 * are dealt to the folds like cards. */
#include <numeral/tools/study.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/set.h"

static const uint64_t FOLD_STREAM = 0xf01d; /* of the seed's random numbers; any */

static numeral_status check(const numeral_dataset *data, size_t n_folds,
                            numeral_fold_order order, numeral_error *err)
{
    if (n_folds < 2 || n_folds > NUMERAL_MAX_FOLDS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%zu folds: expected a number from 2 to %d", n_folds,
                            NUMERAL_MAX_FOLDS);
    }
    if (n_folds > data->n_images) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu digits do not fill %zu folds", data->name,
                            data->n_images, n_folds);
    }
    if (data->n_images > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: %zu rows are too many to deal, expected at most %lu",
                            data->name, data->n_images, (unsigned long)UINT32_MAX);
    }
    if (order == NUMERAL_FOLDS_STRATIFIED && !data->labels) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: has no labels; stratified folds need them", data->name);
    }
    return NUMERAL_OK;
}

/* From how many digits each label has to where its next card goes. */
static void find_first_cards(size_t *counts)
{
    size_t sum = 0;
    for (size_t label = 0; label < NUMERAL_LABELS; label++) {
        size_t count = counts[label];
        counts[label] = sum;
        sum += count;
    }
}

static numeral_status deal_labels(const numeral_dataset *data, size_t n_folds,
                                  uint64_t seed, uint16_t *folds, numeral_error *err)
{
    size_t n = data->n_images, *next = numeral_dataset_count_labels(data, err);
    uint32_t *order = numeral_allocate(n, sizeof *order, err);
    numeral_status status;
    TRY_ALLOC(next);
    TRY_ALLOC(order);
    numeral_random random = numeral_random_seed(seed, FOLD_STREAM);
    numeral_random_permutation(&random, order, n);
    find_first_cards(next);
    for (size_t i = 0; i < n; i++) {
        folds[order[i]] = (uint16_t)(next[data->labels[order[i]]]++ % n_folds);
    }
done:
    numeral_release(next);
    numeral_release(order);
    return status;
}

numeral_status numeral_folds_deal(const numeral_dataset *data, size_t n_folds,
                                  numeral_fold_order order, uint64_t seed,
                                  uint16_t *folds, numeral_error *err)
{
    numeral_status status = check(data, n_folds, order, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (order == NUMERAL_FOLDS_STRATIFIED) {
        return deal_labels(data, n_folds, seed, folds, err);
    }
    size_t row = 0;
    for (size_t fold = 0; fold < n_folds; fold++) {
        for (; row < data->n_images * (fold + 1) / n_folds; row++) {
            folds[row] = (uint16_t)fold;
        }
    }
    return NUMERAL_OK;
}

static numeral_status select_rows(const numeral_dataset *data, const uint16_t *folds,
                                  size_t fold, bool inside, size_t *ids,
                                  numeral_dataset *out, numeral_error *err)
{
    size_t n = 0;
    for (size_t row = 0; row < data->n_images; row++) {
        ids[n] = row;
        n += (folds[row] == fold) == inside;
    }
    return numeral_dataset_select(data, ids, n, out, err);
}

numeral_status numeral_folds_split(const numeral_dataset *data, const uint16_t *folds,
                                   size_t fold, numeral_dataset *held,
                                   numeral_dataset *rest, numeral_error *err)
{
    numeral_dataset inside = {0}, outside = {0};
    size_t *ids = numeral_allocate(data->n_images + 1, sizeof *ids, err);
    numeral_status status;
    TRY_ALLOC(ids);
    TRY(select_rows(data, folds, fold, true, ids, &inside, err));
    TRY(select_rows(data, folds, fold, false, ids, &outside, err));
    *held = inside;
    *rest = outside;
    inside = (numeral_dataset){0};
done:
    numeral_release(ids);
    numeral_dataset_free(&inside);
    return status;
}
