/* Building the exact index: projection, clusters, bounds, then the rows by cluster. */
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/exact.h"

enum {
    ROWS_PER_CLUSTER = 84,
    ROWS_PER_DIRECT_CLUSTER = 156,
    MIN_CLUSTERS = 8,
    MOST_CLUSTERS = 2048,
    MAGNITUDES = 1 << 15
};

enum { FIRST_HALF, SECOND_HALF, TAIL, N_PARTS }; /* of the coordinates */

static const double TABLE_SHARE = 0.55;
static const double CLIPPED = 1e-5; /* share of values beyond what a step can hold */

typedef struct builder {
    numeral_exact *exact;
    const numeral_rows *rows;
    int threads;
    int32_t *y;        /* n_rows × n_head */
    int16_t *fine;     /* n_rows × n_head */
    uint32_t *cluster; /* n_rows */
    /* for each worker */
    size_t n_workers;
    uint8_t *row;
    uint16_t *pairs;
    int16_t *values;
    uint32_t *magnitudes; /* N_PARTS histograms of |y| */
    double *fine_errors;
    int64_t *keys; /* max_cluster_rows for each */
    /* the arrays of the index, writable */
    int32_t *offsets;
    float *errors;
    uint8_t *first, *stored;
    int8_t *second, *tails;
    uint32_t *ids;
} builder;

/* An array that the index owns. */
static void *own(numeral_exact *exact, size_t count, size_t size, numeral_error *err)
{
    void *memory = numeral_allocate_zero(count, size, err);
    if (memory) {
        exact->memory[exact->n_memory++] = memory;
        exact->head.bytes += count * size;
    }
    return memory;
}

void numeral_exact_destroy(numeral_index *index)
{
    numeral_exact *exact = (numeral_exact *)index;
    if (!exact) {
        return;
    }
    for (size_t i = 0; i < exact->n_memory; i++) {
        numeral_release(exact->memory[i]);
    }
    numeral_release(exact->cluster_groups);
    numeral_release(exact->group_rows);
    numeral_release(exact->group_valid);
    numeral_release(exact->positions);
    numeral_release(exact->spreads);
    numeral_related_destroy(exact->related);
    numeral_release(exact->odd);
    numeral_release(exact->reaches);
    numeral_exact_scratch_destroy(atomic_load(&exact->spare));
    numeral_release(exact);
}

static size_t round_up(size_t value, size_t step)
{
    return (value + step - 1) / step * step;
}

void numeral_exact_shape(numeral_exact *exact)
{
    size_t dims = exact->head.n_dims;
    exact->shrink = (numeral_exact_shrink){1.0, 1.0, 1.0, 1.0};
    exact->n_pairs = (dims + 1) / 2;
    exact->stride = numeral_row_bytes(exact->head.dtype, dims);
    exact->n_head = dims <= EXACT_HALF ? EXACT_HALF : EXACT_MAX_HEAD;
    size_t rest = dims > EXACT_MAX_HEAD ? dims - EXACT_MAX_HEAD : 0;
    rest = round_up(rest, EXACT_HALF);
    exact->n_tail = rest > EXACT_MAX_TAIL ? EXACT_MAX_TAIL : rest;
    exact->n_out = exact->n_head + exact->n_tail;
    exact->ordered = exact->head.dtype != NUMERAL_I16 && dims <= EXACT_MAX_HEAD;
    exact->direct = exact->ordered && exact->head.metric->family == NUMERAL_METRIC_L2;
}

/* As many as leave the tables of bounds TABLE_SHARE of the rows' bytes. */
static size_t fewer_clusters(const numeral_exact *exact, size_t n)
{
    double rows = (double)exact->head.n_rows, room = TABLE_SHARE * rows;
    room *= (double)exact->stride;
    n = n < MOST_CLUSTERS ? n : MOST_CLUSTERS;
    while (n > MIN_CLUSTERS &&
           (double)n * (4.0 * (double)n + rows / NUMERAL_GROUP_POINTS) > room) {
        n -= 8;
    }
    return n;
}

static void choose_clusters(numeral_exact *exact, const numeral_exact_options *options)
{
    size_t per = exact->direct ? ROWS_PER_DIRECT_CLUSTER : ROWS_PER_CLUSTER;
    size_t n = options->n_clusters ? options->n_clusters : exact->head.n_rows / per;
    n = n < MIN_CLUSTERS ? MIN_CLUSTERS : round_up(n, 8);
    n = options->n_clusters ? n : fewer_clusters(exact, n);
    exact->n_clusters = n > EXACT_MAX_CLUSTERS ? EXACT_MAX_CLUSTERS : n;
}

/* Row `row` projected by `worker` into y (n_out). */
static void project_row(const builder *b, size_t row, int worker, int32_t *y)
{
    const numeral_exact *exact = b->exact;
    uint8_t *stored = b->row + (size_t)worker * exact->stride;
    size_t at = (size_t)worker * (exact->n_pairs + 1);
    numeral_row_store(exact->head.dtype, numeral_rows_at(b->rows, row),
                      exact->head.n_dims, exact->stride, stored);
    numeral_exact_project(exact, stored, b->pairs + at, b->values + 2 * at, y);
}

/* Magnitudes are counted by the upper half of their float32: 7 bits of mantissa. */
static uint32_t magnitude_of(int32_t y)
{
    float size = fabsf((float)y);
    uint32_t bits;
    memcpy(&bits, &size, 4);
    return bits >> 16;
}

static size_t part_of(const numeral_exact *exact, size_t output)
{
    return output < EXACT_HALF ? FIRST_HALF : output < exact->n_head ? SECOND_HALF : TAIL;
}

static void project_rows(void *context, size_t begin, size_t end, int worker)
{
    builder *b = context;
    const numeral_exact *exact = b->exact;
    uint32_t *counts = b->magnitudes + (size_t)worker * N_PARTS * MAGNITUDES;
    int32_t y[EXACT_MAX_OUT];
    for (size_t row = begin; row < end; row++) {
        project_row(b, row, worker, y);
        memcpy(b->y + row * exact->n_head, y, exact->n_head * sizeof *y);
        for (size_t i = 0; i < exact->n_out; i++) {
            counts[part_of(exact, i) * MAGNITUDES + magnitude_of(y[i])]++;
        }
    }
}

/* The step with which all but `share` of the counted values lie within ±127. */
static double step_for(const builder *b, size_t which, double share)
{
    uint64_t total = 0, above = 0;
    uint32_t counts_at = MAGNITUDES - 1;
    size_t n_values =
        b->exact->head.n_rows * (which == TAIL ? b->exact->n_tail : EXACT_HALF);
    uint64_t allowed = (uint64_t)((double)n_values * share);
    for (;; counts_at--) {
        for (size_t w = 0; w < b->n_workers; w++) {
            total += b->magnitudes[(N_PARTS * w + which) * MAGNITUDES + counts_at];
        }
        above = total;
        if (above > allowed || counts_at == 0) {
            break;
        }
    }
    uint32_t bits = (counts_at + 1) << 16;
    float largest;
    memcpy(&largest, &bits, 4);
    double step = ceil((double)largest / 127.0);
    return step < 1.0 ? 1.0 : step;
}

static void choose_steps(builder *b)
{
    numeral_exact *exact = b->exact;
    exact->numbers.step_head = exact->ordered ? 1.0 : step_for(b, FIRST_HALF, CLIPPED);
    exact->numbers.step_tail = exact->n_tail ? step_for(b, TAIL, CLIPPED) : 1.0;
    if (exact->n_head > EXACT_HALF && !exact->ordered) {
        double step = step_for(b, SECOND_HALF, CLIPPED);
        while (exact->second_bits < EXACT_MAX_SECOND_BITS &&
               numeral_exact_second_step(exact) >= 2.0 * step) {
            exact->second_bits++;
        }
    }
    double most = 0.0;
    for (size_t row = 0; row < exact->head.n_rows; row++) {
        double sum = 0.0;
        for (size_t i = 0; i < exact->n_head; i++) {
            double y = b->y[row * exact->n_head + i];
            sum += y * y;
        }
        most = sum > most ? sum : most;
    }
    /* The fine norm of a row: at most 7990 and the rounding, √64 / 2. */
    double scale = most > 0.0 ? 7990.0 / sqrt(most) : 1.0;
    exact->numbers.fine_scale = exact->ordered ? exp2(floor(log2(scale))) : scale;
}

static void refine_rows(void *context, size_t begin, size_t end, int worker)
{
    builder *b = context;
    size_t dims = b->exact->n_head;
    for (size_t row = begin; row < end; row++) {
        double error;
        numeral_exact_fine(b->exact, b->y + row * dims, b->fine + row * dims, &error);
        double *most = &b->fine_errors[worker];
        *most = error > *most ? error : *most;
    }
}

static numeral_status allocate_scratch(builder *b, numeral_error *err)
{
    const numeral_exact *exact = b->exact;
    size_t n = exact->head.n_rows, w = b->n_workers;
    b->y = numeral_allocate(n * exact->n_head, sizeof *b->y, err);
    b->fine = numeral_allocate(n * exact->n_head, sizeof *b->fine, err);
    b->cluster = numeral_allocate(n, sizeof *b->cluster, err);
    b->row = numeral_allocate(w, exact->stride, err);
    b->pairs = numeral_allocate(w * (exact->n_pairs + 1), sizeof *b->pairs, err);
    b->values = numeral_allocate(w * (exact->n_pairs + 1), 2 * sizeof *b->values, err);
    b->magnitudes =
        numeral_allocate_zero(w * N_PARTS * MAGNITUDES, sizeof *b->magnitudes, err);
    b->fine_errors = numeral_allocate_zero(w, sizeof *b->fine_errors, err);
    bool ready = b->y && b->fine && b->cluster && b->row && b->pairs && b->values &&
                 b->magnitudes && b->fine_errors;
    return ready ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

static void release_scratch(builder *b)
{
    numeral_release(b->y);
    numeral_release(b->fine);
    numeral_release(b->cluster);
    numeral_release(b->row);
    numeral_release(b->pairs);
    numeral_release(b->values);
    numeral_release(b->magnitudes);
    numeral_release(b->fine_errors);
    numeral_release(b->keys);
}

static numeral_status make_coordinates(builder *b, const numeral_run *run,
                                       numeral_error *err)
{
    numeral_exact *exact = b->exact;
    size_t matrix_values = exact->n_pairs * exact->n_out * 2;
    int16_t *matrix = own(exact, matrix_values, sizeof *matrix, err);
    exact->matrix = matrix;
    exact->offsets = b->offsets = own(exact, exact->n_out, sizeof *b->offsets, err);
    if (!matrix || !b->offsets) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status =
        numeral_exact_basis(exact, b->rows, matrix, b->offsets, run, err);
    if (!status) {
        status = allocate_scratch(b, err);
    }
    if (status) {
        return status;
    }
    numeral_parallel_for(exact->head.n_rows, 256, b->threads, project_rows, b);
    choose_steps(b);
    numeral_parallel_for(exact->head.n_rows, 256, b->threads, refine_rows, b);
    for (size_t w = 0; w < b->n_workers; w++) {
        double error = b->fine_errors[w], most = exact->numbers.fine_error;
        exact->numbers.fine_error = error > most ? error : most;
    }
    numeral_release(b->y);
    b->y = NULL;
    return NUMERAL_OK;
}

/* Positions: by cluster, within a cluster by row id. */
static void order_rows(builder *b, uint32_t *cluster_rows)
{
    numeral_exact *exact = b->exact;
    size_t n = exact->head.n_rows;
    for (size_t row = 0; row < n; row++) {
        cluster_rows[b->cluster[row] + 1]++;
    }
    for (size_t c = 0; c < exact->n_clusters; c++) {
        uint32_t rows = cluster_rows[c + 1];
        exact->n_groups += (rows + NUMERAL_GROUP_POINTS - 1) / NUMERAL_GROUP_POINTS;
        cluster_rows[c + 1] += cluster_rows[c];
    }
    for (size_t row = n; row-- > 0;) {
        b->ids[--cluster_rows[b->cluster[row] + 1]] = (uint32_t)row;
    }
    /* Each entry is now its cluster's begin; move them back to the ends before. */
    memmove(cluster_rows, cluster_rows + 1, exact->n_clusters * sizeof *cluster_rows);
    cluster_rows[exact->n_clusters] = (uint32_t)n;
}

/* Within each cluster, groups of near rows. */
static void group_rows(void *context, size_t begin, size_t end, int worker)
{
    builder *b = context;
    const numeral_exact *exact = b->exact;
    for (size_t c = begin; c < end; c++) {
        uint32_t from = exact->cluster_rows[c], n = exact->cluster_rows[c + 1] - from;
        numeral_exact_order(b->fine, exact->n_head, NUMERAL_GROUP_POINTS, n,
                            b->ids + from,
                            b->keys + (size_t)worker * exact->max_cluster_rows);
    }
}

static numeral_status lay_groups(builder *b, numeral_error *err)
{
    numeral_exact *exact = b->exact;
    numeral_status status = numeral_exact_derive(exact, err);
    if (status) {
        return status;
    }
    b->keys =
        numeral_allocate(b->n_workers * exact->max_cluster_rows, sizeof *b->keys, err);
    if (!b->keys) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_parallel_for(exact->n_clusters, 4, b->threads, group_rows, b);
    numeral_exact_place_ids(exact);
    return NUMERAL_OK;
}

static numeral_status make_clusters(builder *b, const numeral_run *run,
                                    numeral_error *err)
{
    numeral_exact *exact = b->exact;
    size_t n = exact->n_clusters;
    int16_t *centroids = own(exact, n * exact->n_head, sizeof *centroids, err);
    int32_t *norms = own(exact, n, sizeof *norms, err);
    uint32_t *table = own(exact, n * n, sizeof *table, err);
    uint32_t *cluster_rows = own(exact, n + 1, sizeof *cluster_rows, err);
    exact->ids = b->ids = own(exact, exact->head.n_rows, sizeof *b->ids, err);
    exact->centroids = centroids;
    exact->centroid_norms = norms;
    exact->table = table;
    exact->cluster_rows = cluster_rows;
    if (!centroids || !norms || !table || !cluster_rows || !b->ids) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status =
        numeral_exact_cluster(exact, b->fine, centroids, norms, b->cluster, run, err);
    if (!status) {
        order_rows(b, cluster_rows);
        status = lay_groups(b, err);
    }
    if (!status) {
        exact->leaf_stride = numeral_exact_leaf_stride(exact->n_groups);
        uint8_t *leaves = own(exact, n, exact->leaf_stride, err);
        exact->leaves = leaves;
        status =
            leaves ? numeral_exact_table(exact, b->fine, b->ids, table, leaves, run, err)
                   : NUMERAL_ERROR_MEMORY;
    }
    numeral_release(b->fine);
    b->fine = NULL;
    return status;
}

/* Half a point's squared norm in wrapping 16 bits: what a scan starts with. */
static void fill_group(uint8_t *group, size_t point, const uint8_t *coarse,
                       uint16_t start)
{
    memcpy(group + 2 * point, &start, 2);
    for (size_t i = 0; i < EXACT_HALF; i++) {
        group[32 * (i / 2 + 1) + 2 * point + i % 2] = coarse[i];
    }
}

static uint32_t coarse_norm(const uint8_t *coarse)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i++) {
        int c = coarse[i] - 128;
        sum += (uint32_t)(c * c);
    }
    return sum;
}

static void raise_error(float *most, double error)
{
    float rounded = nextafterf((float)error, INFINITY);
    *most = rounded > *most ? rounded : *most;
}

static void lay_point(builder *b, size_t cluster, size_t position, const int32_t *y)
{
    const numeral_exact *exact = b->exact;
    size_t in_cluster = position - exact->cluster_rows[cluster];
    size_t group = exact->cluster_groups[cluster] + in_cluster / NUMERAL_GROUP_POINTS;
    size_t point = in_cluster % NUMERAL_GROUP_POINTS;
    uint8_t coarse[EXACT_MAX_HEAD];
    double errors[2], tail = 0.0;
    numeral_exact_coarse(exact, y, coarse, errors);
    uint32_t norm = coarse_norm(coarse);
    fill_group(b->first + group * NUMERAL_GROUP_BYTES, point, coarse,
               (uint16_t)(norm / 2));
    for (size_t i = EXACT_HALF; i < exact->n_head; i++) {
        b->second[position * EXACT_HALF + i - EXACT_HALF] = (int8_t)(coarse[i] - 128);
    }
    if (exact->n_tail) {
        numeral_exact_tail(exact, y, b->tails + position * exact->n_tail, &tail);
    }
    double head = errors[1] * exact->numbers.step_head;
    float *most = b->errors + 3 * cluster;
    raise_error(most, errors[0]);
    raise_error(most + 1, errors[1]);
    raise_error(most + 2, sqrt(head * head + tail * tail) * (1.0 + 1e-12));
}

static void lay_clusters(void *context, size_t begin, size_t end, int worker)
{
    builder *b = context;
    const numeral_exact *exact = b->exact;
    int32_t y[EXACT_MAX_OUT];
    for (size_t c = begin; c < end; c++) {
        for (size_t p = exact->cluster_rows[c]; p < exact->cluster_rows[c + 1]; p++) {
            project_row(b, b->ids[p], worker, y);
            lay_point(b, c, p, y);
            if (exact->direct) {
                continue;
            }
            numeral_row_store(exact->head.dtype, numeral_rows_at(b->rows, b->ids[p]),
                              exact->head.n_dims, exact->stride,
                              b->stored + p * exact->stride);
        }
    }
}

static numeral_status lay_rows(builder *b, numeral_error *err)
{
    numeral_exact *exact = b->exact;
    size_t n = exact->head.n_rows;
    exact->errors = b->errors = own(exact, 3 * exact->n_clusters, sizeof *b->errors, err);
    exact->first = b->first = own(exact, exact->n_groups, NUMERAL_GROUP_BYTES, err);
    if (exact->n_head > EXACT_HALF) {
        exact->second = b->second = own(exact, n, EXACT_HALF, err);
    }
    if (exact->n_tail) {
        exact->tails = b->tails = own(exact, n, exact->n_tail, err);
    }
    if (!exact->direct) {
        exact->rows = b->stored = own(exact, n, exact->stride, err);
    }
    if (!b->errors || !b->first || (!exact->direct && !b->stored) ||
        (exact->n_tail && !b->tails) || (exact->n_head > EXACT_HALF && !b->second)) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_parallel_for(exact->n_clusters, 4, b->threads, lay_clusters, b);
    numeral_exact_spread(exact);
    return exact->direct ? numeral_exact_derive_direct(exact, err) : NUMERAL_OK;
}

numeral_status numeral_exact_build(const numeral_rows *rows,
                                   const numeral_exact_options *options,
                                   const numeral_index *head, const numeral_run *run,
                                   numeral_exact **out, numeral_error *err)
{
    if (rows->n_rows >= UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "exact: %zu rows are more than this index holds",
                            rows->n_rows);
    }
    numeral_exact *exact = numeral_allocate_zero(1, sizeof *exact, err);
    if (!exact) {
        return NUMERAL_ERROR_MEMORY;
    }
    exact->head = *head;
    exact->head.bytes = sizeof *exact;
    numeral_exact_shape(exact);
    choose_clusters(exact, options);
    int threads = run ? run->threads : 1;
    builder b = {.exact = exact,
                 .rows = rows,
                 .threads = threads,
                 .n_workers = (size_t)numeral_thread_count(threads)};
    numeral_status status = make_coordinates(&b, run, err);
    if (!status) {
        status = make_clusters(&b, run, err);
    }
    if (!status) {
        status = lay_rows(&b, err);
    }
    release_scratch(&b);
    if (status) {
        numeral_exact_destroy(&exact->head);
        return status;
    }
    exact->numbers.n_clusters = (double)exact->n_clusters;
    exact->numbers.n_groups = (double)exact->n_groups;
    *out = exact;
    return NUMERAL_OK;
}
