/* Stratified splitting: of each label's n rows, round(n × share) drawn by the seed go to
 * the second set, at least one stays in the first, and rows keep their order. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/set.h"

/* Apart from the streams that other work draws from the same seed. */
static const uint64_t SPLIT_STREAM = 0x5b11;

static numeral_label label_of(const numeral_dataset *data, size_t row)
{
    return data->labels ? data->labels[row] : 0;
}

/* How many of `n` rows go: never all of them, and at least one of two or more. */
static size_t quota(size_t n, double share)
{
    size_t wanted = (size_t)((double)n * share + 0.5);
    if (wanted == 0 && share > 0 && n > 1) {
        wanted = 1;
    }
    return wanted < n ? wanted : n - 1;
}

/* Marks the rows that go, of `left` with each label: walks the rows in random order,
 * label by label quotas. */
static void mark(const numeral_dataset *data, double share, uint64_t seed, size_t *left,
                 uint32_t *order, uint8_t *goes)
{
    size_t n = data->n_images;
    for (size_t label = 0; label < NUMERAL_LABELS; label++) {
        left[label] = left[label] ? quota(left[label], share) : 0;
    }
    numeral_random random = numeral_random_seed(seed, SPLIT_STREAM);
    numeral_random_permutation(&random, order, n);
    for (size_t i = 0; i < n; i++) {
        size_t *quota_left = &left[label_of(data, order[i])];
        goes[order[i]] = *quota_left > 0;
        *quota_left -= *quota_left > 0;
    }
}

static numeral_status select_marked(const numeral_dataset *data, const uint8_t *goes,
                                    uint8_t wanted, size_t *ids, numeral_dataset *out,
                                    numeral_error *err)
{
    size_t n = 0;
    for (size_t row = 0; row < data->n_images; row++) {
        ids[n] = row;
        n += goes[row] == wanted;
    }
    if (n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: a split of these %zu rows would leave one side empty",
                            data->name ? data->name : "data", data->n_images);
    }
    return numeral_dataset_select(data, ids, n, out, err);
}

numeral_status numeral_dataset_holdout(const numeral_dataset *data, double share,
                                       uint64_t seed, numeral_dataset *first,
                                       numeral_dataset *second, numeral_error *err)
{
    size_t n = data->n_images;
    if (!(share > 0 && share < 1)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "the share held out is %g, expected more than 0 and less "
                            "than 1",
                            share);
    }
    if (n > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%zu rows are too many to split, expected at most %lu", n,
                            (unsigned long)UINT32_MAX);
    }
    uint8_t *goes = NULL;
    size_t *ids = NULL;
    numeral_dataset kept = {0};
    numeral_status status = NUMERAL_OK;
    uint32_t *order = numeral_allocate(n, sizeof *order, err);
    size_t *counts = numeral_dataset_count_labels(data, err);
    TRY_ALLOC(order);
    TRY_ALLOC(counts);
    TRY_ALLOC(goes = numeral_allocate(n, 1, err));
    TRY_ALLOC(ids = numeral_allocate(n + 1, sizeof *ids, err));
    mark(data, share, seed, counts, order, goes);
    TRY(select_marked(data, goes, 0, ids, &kept, err));
    TRY(select_marked(data, goes, 1, ids, second, err));
    *first = kept;
    kept = (numeral_dataset){0};
done:
    numeral_dataset_free(&kept);
    numeral_release(ids);
    numeral_release(goes);
    numeral_release(order);
    numeral_release(counts);
    return status;
}
