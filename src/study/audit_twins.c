/* Twins: digits that are there twice, or nearly so. The nearest other digit is searched
 * exactly, and is a twin where it differs by next to nothing. */
#include <numeral/tools/audit.h>

#include <math.h>
#include <stdlib.h>

#include <numeral/index.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"

enum { BLOCK = 4096 }; /* digits between two reports of progress */

static double norm(const uint8_t *pixels, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint64_t)pixels[i] * pixels[i];
    }
    return sqrt((double)sum);
}

/* The sets compared, and their index. */
typedef struct sets {
    const numeral_dataset *data, *among;
    bool within; /* both are one: a digit is not its own twin */
    size_t pixels;
    numeral_index *index;
    double most;
} sets;

/* Takes the pair where it is close enough, and has not been met from its other end. */
static void consider(const sets *s, size_t row, const int64_t *nearest, size_t other,
                     double squared, numeral_twins *out)
{
    if (s->within && other < row && nearest[other] == (int64_t)row) {
        return;
    }
    double scale = norm(s->data->pixels + row * s->pixels, s->pixels) *
                   norm(s->among->pixels + other * s->pixels, s->pixels);
    if (squared == 0 || squared <= s->most * s->most * scale) {
        double difference = squared == 0 ? 0 : sqrt(squared / scale);
        out->n_equal += squared == 0;
        out->twins[out->n++] = (numeral_twin){row, other, difference};
    }
}

static numeral_status search_block(const sets *s, size_t first, size_t count,
                                   const numeral_run *run, int64_t *ids,
                                   double *distances, numeral_error *err)
{
    numeral_search search = {
        .k = 1, .radius = INFINITY, .run = {.threads = run->threads}};
    if (!s->within) {
        numeral_rows queries = {s->data->pixels + first * s->pixels, NUMERAL_U8, count,
                                s->pixels, s->pixels};
        return numeral_index_search(s->index, &queries, &search, ids, distances, err);
    }
    int64_t rows[BLOCK];
    for (size_t i = 0; i < count; i++) {
        rows[i] = (int64_t)(first + i);
    }
    return numeral_index_search_self(s->index, rows, count, &search, ids, distances, err);
}

static numeral_status search_all(const sets *s, const numeral_run *run, int64_t *ids,
                                 double *distances, numeral_error *err)
{
    size_t n = s->data->n_images;
    numeral_status status = NUMERAL_OK;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t count = n - first < BLOCK ? n - first : BLOCK;
        TRY(search_block(s, first, count, run, ids + first, distances + first, err));
        TRY(numeral_progress_report(run->progress, "looking for twins", first + count, n,
                                    err));
    }
done:
    return status;
}

static int by_difference(const void *a, const void *b)
{
    const numeral_twin *left = a, *right = b;
    if (left->difference != right->difference) {
        return left->difference < right->difference ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1;
}

static numeral_status find(const sets *s, const numeral_run *run, numeral_twins *out,
                           numeral_error *err)
{
    size_t n = s->data->n_images;
    int64_t *ids = NULL;
    double *distances = NULL;
    numeral_twins made = {.n_rows = n};
    numeral_status status;
    TRY_ALLOC(ids = numeral_allocate(n, sizeof *ids, err));
    TRY_ALLOC(distances = numeral_allocate(n, sizeof *distances, err));
    TRY_ALLOC(made.twins = numeral_allocate(n, sizeof *made.twins, err));
    TRY(search_all(s, run, ids, distances, err));
    for (size_t i = 0; i < n; i++) {
        if (ids[i] >= 0) {
            consider(s, i, ids, (size_t)ids[i], distances[i], &made);
        }
    }
    qsort(made.twins, made.n, sizeof *made.twins, by_difference);
    *out = made;
    made.twins = NULL;
done:
    numeral_release(ids);
    numeral_release(distances);
    numeral_release(made.twins);
    return status;
}

numeral_status numeral_audit_twins(const numeral_dataset *data,
                                   const numeral_dataset *against, double most,
                                   const numeral_run *run, numeral_twins *out,
                                   numeral_error *err)
{
    const numeral_dataset *among = against ? against : data;
    run = numeral_run_or_default(run);
    if (data->n_images == 0 || among->n_images == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: no digits",
                            data->n_images ? among->name : data->name);
    }
    if (data->height != among->height || data->width != among->width) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s has images of %zu x %zu, %s of %zu x %zu: pixels cannot "
                            "be compared",
                            data->name, data->height, data->width, among->name,
                            among->height, among->width);
    }
    sets s = {data, among, !against, data->height * data->width, NULL, most};
    numeral_rows rows = {among->pixels, NUMERAL_U8, among->n_images, s.pixels, s.pixels};
    numeral_status status =
        numeral_index_create(&rows, "auto", "l2", NULL, run, &s.index, err);
    if (status == NUMERAL_OK) {
        status = find(&s, run, out, err);
        numeral_index_destroy(s.index);
    }
    return status;
}

void numeral_twins_free(numeral_twins *twins)
{
    if (twins) {
        numeral_release(twins->twins);
        *twins = (numeral_twins){0};
    }
}
