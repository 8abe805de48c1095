/* Building the exact index: projection, clusters, bounds, then the rows by cluster.
 *
 * Rows are projected twice, once for the coordinates that clusters are made of and once
 * when all have their places, so that no more than the head is held for all of them.
 * Workers share nothing but their own counts and largest errors, and whatever is rounded
 * is rounded from exact integers: the index does not depend on threads or machines. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "index/exact/exact.h"

enum {
    MIN_CLUSTERS = 8,     /* one block of the centroids' kernel */
    MOST_CLUSTERS = 2048, /* of a million rows twice as many are 7 % faster to search,
                           * take a fifth more memory and half as long again to build */
    MAGNITUDES = 1 << 15, /* the upper half of a positive float32 */
    GRAIN = 256           /* rows that a worker takes at once */
};

enum { FIRST_HALF, SECOND_HALF, TAIL, N_BANDS }; /* of the coordinates */

/* Most that the tables of bounds may take of the rows' bytes: it keeps an index of 60,000
 * feature rows of 64 bytes at 1.76 times those (docs/exact.md). */
static const double TABLE_SHARE = 0.55;
/* Share of values beyond what a step can hold. Clipping gives the clusters of those rows
 * a larger error (at 1e-3 three times as many rows pass the tails); never to clip would
 * let one outlier coarsen all rows. */
static const double CLIPPED = 1e-5;

typedef struct builder {
    numeral_exact *exact;
    const numeral_rows *rows;  /* what the index is built over: derived rows, or */
    const numeral_rows *given; /* those that it is to keep */
    const numeral_exact *like; /* as in the options */
    int threads;
    int32_t *y;        /* n_rows × n_head */
    int16_t *fine;     /* n_rows × n_head */
    uint32_t *cluster; /* n_rows */
    /* for each worker */
    size_t n_workers;
    uint8_t *row;
    uint16_t *pairs;
    int16_t *values;
    uint32_t *magnitudes; /* N_BANDS histograms of |y| */
    double *fine_errors;
    int64_t *keys; /* max_cluster_rows for each */
    /* the arrays of the index, writable */
    int32_t *offsets;
    float *errors;
    uint8_t *first, *stored;
    int8_t *second, *tails;
    uint32_t *ids;
} builder;

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
    size_t per = exact->ending->rows_per_cluster;
    size_t n = options->n_clusters ? options->n_clusters : exact->head.n_rows / per;
    n = n < MIN_CLUSTERS ? MIN_CLUSTERS : numeral_round_up(n, 8);
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

static size_t band_of(const numeral_exact *exact, size_t output)
{
    return output < EXACT_HALF ? FIRST_HALF : output < exact->n_head ? SECOND_HALF : TAIL;
}

static void project_rows(void *context, size_t begin, size_t end, int worker)
{
    builder *b = context;
    const numeral_exact *exact = b->exact;
    uint32_t *counts = b->magnitudes + (size_t)worker * N_BANDS * MAGNITUDES;
    int32_t y[EXACT_MAX_OUT];
    for (size_t row = begin; row < end; row++) {
        project_row(b, row, worker, y);
        memcpy(b->y + row * exact->n_head, y, exact->n_head * sizeof *y);
        for (size_t i = 0; i < exact->n_out; i++) {
            counts[band_of(exact, i) * MAGNITUDES + magnitude_of(y[i])]++;
        }
    }
}

/* The step with which all but `share` of the counted values lie within ±127. */
static double step_for(const builder *b, size_t band, double share)
{
    uint64_t total = 0, above = 0;
    uint32_t counts_at = MAGNITUDES - 1;
    size_t n_values =
        b->exact->head.n_rows * (band == TAIL ? b->exact->n_tail : EXACT_HALF);
    uint64_t allowed = (uint64_t)((double)n_values * share);
    /* Down from the greatest magnitude, until too many would be clipped. */
    for (;; counts_at--) {
        for (size_t w = 0; w < b->n_workers; w++) {
            total += b->magnitudes[(N_BANDS * w + band) * MAGNITUDES + counts_at];
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
    /* The second half's own step is the first's, halved while its values permit. */
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
    /* Whole values of y stay whole where the scale is a power of two. */
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
    size_t n = exact->head.n_rows, w = b->n_workers, pairs = exact->n_pairs + 1;
    numeral_status status;
    TRY_ALLOC(b->y = numeral_allocate(n * exact->n_head, sizeof *b->y, err));
    TRY_ALLOC(b->fine = numeral_allocate(n * exact->n_head, sizeof *b->fine, err));
    TRY_ALLOC(b->cluster = numeral_allocate(n, sizeof *b->cluster, err));
    TRY_ALLOC(b->row = numeral_allocate(w, exact->stride, err));
    TRY_ALLOC(b->pairs = numeral_allocate(w * pairs, sizeof *b->pairs, err));
    TRY_ALLOC(b->values = numeral_allocate(w * pairs, 2 * sizeof *b->values, err));
    TRY_ALLOC(b->magnitudes = numeral_allocate_zero(w * N_BANDS * MAGNITUDES,
                                                    sizeof *b->magnitudes, err));
    TRY_ALLOC(b->fine_errors = numeral_allocate_zero(w, sizeof *b->fine_errors, err));
done:
    return status;
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

/* Fills the matrix, all steps and scales, and the fine coordinates. */
static numeral_status make_coordinates(builder *b, const numeral_run *run,
                                       numeral_error *err)
{
    numeral_exact *exact = b->exact;
    size_t n = exact->head.n_rows;
    int16_t *matrix;
    numeral_status status;
    TRY_ALLOC(exact->matrix = matrix = numeral_exact_own(
                  exact, exact->n_pairs * exact->n_out * 2, sizeof *matrix, err));
    TRY_ALLOC(exact->offsets = b->offsets =
                  numeral_exact_own(exact, exact->n_out, sizeof *b->offsets, err));
    if (!b->like ||
        !numeral_exact_basis_like(exact, b->like, b->rows, matrix, b->offsets)) {
        TRY(numeral_exact_basis(exact, b->rows, matrix, b->offsets, run, err));
    }
    TRY(allocate_scratch(b, err));
    numeral_parallel_for(n, GRAIN, b->threads, project_rows, b);
    choose_steps(b);
    numeral_parallel_for(n, GRAIN, b->threads, refine_rows, b);
    for (size_t w = 0; w < b->n_workers; w++) {
        exact->numbers.fine_error = fmax(exact->numbers.fine_error, b->fine_errors[w]);
    }
    numeral_release(b->y);
    b->y = NULL;
done:
    return status;
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
    numeral_status status;
    TRY(numeral_exact_derive(exact, err));
    TRY_ALLOC(b->keys = numeral_allocate(b->n_workers * exact->max_cluster_rows,
                                         sizeof *b->keys, err));
    numeral_parallel_for(exact->n_clusters, 4, b->threads, group_rows, b);
    numeral_exact_place_ids(exact);
done:
    return status;
}

/* Fills centroids, places and the tables of bounds. */
static numeral_status make_clusters(builder *b, const numeral_run *run,
                                    numeral_error *err)
{
    numeral_exact *e = b->exact;
    size_t n = e->n_clusters;
    int16_t *centroids;
    int32_t *norms;
    uint32_t *table, *cluster_rows;
    uint8_t *leaves;
    numeral_status status;
    TRY_ALLOC(e->centroids = centroids =
                  numeral_exact_own(e, n * e->n_head, sizeof *centroids, err));
    TRY_ALLOC(e->centroid_norms = norms = numeral_exact_own(e, n, sizeof *norms, err));
    TRY_ALLOC(e->table = table = numeral_exact_own(e, n * n, sizeof *table, err));
    TRY_ALLOC(e->cluster_rows = cluster_rows =
                  numeral_exact_own(e, n + 1, sizeof *cluster_rows, err));
    TRY_ALLOC(e->ids = b->ids =
                  numeral_exact_own(e, e->head.n_rows, sizeof *b->ids, err));
    TRY(numeral_exact_cluster(e, b->fine, centroids, norms, b->cluster, run, err));
    order_rows(b, cluster_rows);
    TRY(lay_groups(b, err));
    e->leaf_stride = numeral_exact_leaf_stride(e->n_groups);
    TRY_ALLOC(e->leaves = leaves = numeral_exact_own(e, n, e->leaf_stride, err));
    TRY(numeral_exact_bisectors(e, b->fine, b->ids, table, leaves, run, err));
    numeral_release(b->fine);
    b->fine = NULL;
done:
    return status;
}

/* Half a point's squared norm in wrapping 16 bits: what a scan starts with. */
static void fill_group(uint8_t *group, size_t point, const uint8_t *coarse,
                       uint16_t start)
{
    group[2 * point] = (uint8_t)start; /* lowest byte first, as in files */
    group[2 * point + 1] = (uint8_t)(start >> 8);
    for (size_t i = 0; i < EXACT_HALF; i++) {
        group[numeral_exact_group_at(point, i)] = coarse[i];
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
    /* The cluster's errors are those of its worst row. */
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
            if (b->stored) {
                numeral_row_store(exact->head.dtype, numeral_rows_at(b->given, b->ids[p]),
                                  exact->head.n_dims, exact->stride,
                                  b->stored + p * exact->stride);
            }
        }
    }
}

static numeral_status lay_rows(builder *b, numeral_error *err)
{
    numeral_exact *e = b->exact;
    size_t n = e->head.n_rows;
    numeral_status status;
    TRY_ALLOC(e->errors = b->errors =
                  numeral_exact_own(e, 3 * e->n_clusters, sizeof *b->errors, err));
    TRY_ALLOC(e->first = b->first =
                  numeral_exact_own(e, e->n_groups, NUMERAL_GROUP_BYTES, err));
    if (e->n_head > EXACT_HALF) {
        TRY_ALLOC(e->second = b->second = numeral_exact_own(e, n, EXACT_HALF, err));
    }
    if (e->n_tail) {
        TRY_ALLOC(e->tails = b->tails = numeral_exact_own(e, n, e->n_tail, err));
    }
    if (e->ending->keeps_rows) {
        TRY_ALLOC(e->rows = b->stored = numeral_exact_own(e, n, e->stride, err));
    }
    numeral_parallel_for(e->n_clusters, 4, b->threads, lay_clusters, b);
    status = numeral_exact_complete(e, err);
done:
    return status;
}

/* Builds over b->rows, keeping b->given. */
static numeral_status build(builder *b, const numeral_run *run, numeral_error *err)
{
    numeral_exact *exact = b->exact;
    numeral_status status;
    TRY(make_coordinates(b, run, err));
    TRY(make_clusters(b, run, err));
    TRY(lay_rows(b, err));
    exact->numbers.n_clusters = (double)exact->n_clusters;
    exact->numbers.n_groups = (double)exact->n_groups;
done:
    release_scratch(b);
    return status;
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
    numeral_exact *exact = NULL;
    numeral_rows derived = *rows;
    void *data = NULL;
    int threads = run ? run->threads : 1;
    builder b = {.rows = rows,
                 .given = rows,
                 .like = options->like,
                 .threads = threads,
                 .n_workers = (size_t)numeral_thread_count(threads)};
    numeral_status status;
    TRY(numeral_exact_create(head, &exact, err));
    choose_clusters(exact, options);
    b.exact = exact;
    TRY(numeral_metric_bound_create(head, &exact->metric_bound, err));
    if (exact->metric_bound && exact->metric_bound->inequality->derive) {
        TRY(numeral_metric_bound_rows(exact->metric_bound, rows, threads, &data, err));
        derived.data = data;
        derived.stride = rows->n_dims * numeral_dtype_bytes(rows->dtype);
        b.rows = &derived;
    }
    TRY(build(&b, run, err));
    if (exact->metric_bound) {
        TRY(numeral_metric_bound_measure(exact, err));
    }
    *out = exact;
    exact = NULL;
done:
    numeral_release(data);
    numeral_exact_destroy((numeral_index *)exact);
    return status;
}
