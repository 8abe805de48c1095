/* Near-duplicates: the nearest other digit, where it differs by next to nothing. Pixels
 * are compared as they are, whatever a recipe would make of them. */
#include <numeral/tools/audit.h>

#include <math.h>
#include <stdlib.h>

#include <numeral/index.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/run.h"

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

static int by_difference(const void *a, const void *b)
{
    const numeral_twin *left = a, *right = b;
    if (left->difference != right->difference) {
        return left->difference < right->difference ? -1 : 1;
    }
    return left->row < right->row ? -1 : 1;
}

/* The nearest other digit of each. */
static numeral_status search(const sets *s, const numeral_run *run, int64_t *ids,
                             double *distances, numeral_error *err)
{
    numeral_search how = {.k = 1, .radius = INFINITY, .run = *run};
    numeral_rows queries = {s->data->pixels, NUMERAL_U8, s->data->n_images, s->pixels,
                            s->pixels};
    return s->within
               ? numeral_index_search_self(s->index, NULL, queries.n_rows, &how, ids,
                                           distances, err)
               : numeral_index_search(s->index, &queries, &how, ids, distances, err);
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
    TRY(search(s, run, ids, distances, err));
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
    numeral_twins_free(&made);
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
