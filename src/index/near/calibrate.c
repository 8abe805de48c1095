/* How far the bounds of the near index may shrink, found when it is built.
 *
 * Rows of the index, evenly spread over its clusters, are searched for among the others,
 * first with the true bounds, then with shrunk ones; a neighbour is missed when fewer
 * rows come back that lie within the true distance of the last. On the even rows of the
 * sample the factors are chosen, one stage after the other, each as small as its share of
 * the allowed misses permits (bisection); clusters come first and get the most, for there
 * the most work is saved. On the odd rows the recall is then measured, and the factors
 * are relaxed until it is what was wished. Counts of misses alone decide, so that the
 * result does not depend on threads or instruction sets. */
#include <math.h>

#include <numeral/scores.h>

#include "base/memory.h"
#include "index/index_entries.h"
#include "index/near/near.h"

enum {
    SAMPLE_ROWS = 2048, /* of each half: a recall@10 of 0.999 is 20 misses, enough to
                         * measure it by; more make building slower */
    FACTOR_UNIT = 256,  /* factors are whole numbers of 256ths: 8 searches for each */
    LEAST_FACTOR = 64,  /* a quarter of a bound is where bisection begins */
    RELAX = 2 /* 256ths by which all factors grow where the recall is too low: finer
               * steps take more searches, coarser ones give away speed */
};

/* Of the misses that the wish allows, what the choice may use; the rest is for the
 * queries that are not like the rows. */
static const double USED = 0.8;
/* What may be missed when clusters, first half, head and tails have had their turn. */
static const double SHARES[4] = {0.6, 0.8, 0.9, 1.0};

/* One half of the sample. */
typedef struct half {
    numeral_rows rows;
    uint8_t *data;
    int64_t *leave_out;
    double *limits; /* the distance of each row's last true neighbour */
    uint64_t neighbours;
} half;

typedef struct calibration {
    numeral_exact *exact;
    const numeral_run *run;
    half halves[2];
    size_t k;
    int64_t *ids;
    double *distances;
    uint64_t missed, squares; /* of the last search: neighbours, and Σ of their squares */
    numeral_status status;
    numeral_error *err;
} calibration;

static bool take_half(calibration *c, size_t which, size_t n)
{
    const numeral_index *head = &c->exact->head;
    half *h = &c->halves[which];
    size_t bytes = head->n_dims * numeral_dtype_bytes(head->dtype);
    h->data = numeral_allocate(n, bytes, c->err);
    h->leave_out = numeral_allocate(n, sizeof *h->leave_out, c->err);
    h->limits = numeral_allocate(n, sizeof *h->limits, c->err);
    if (!h->data || !h->leave_out || !h->limits) {
        return false;
    }
    h->rows = (numeral_rows){h->data, head->dtype, n, head->n_dims, bytes};
    for (size_t i = 0; i < n; i++) {
        size_t position = (2 * i + which) * head->n_rows / (2 * n);
        uint32_t id = c->exact->ids[position];
        h->leave_out[i] = id;
        numeral_index_exact.get_row(head, id, h->data + i * bytes);
    }
    return true;
}

static bool take_sample(calibration *c)
{
    size_t n = c->exact->head.n_rows / 2;
    n = n < 1 ? 1 : n < SAMPLE_ROWS ? n : SAMPLE_ROWS;
    c->k = c->k < c->exact->head.n_rows ? c->k : c->exact->head.n_rows;
    c->ids = numeral_allocate(n, c->k * sizeof *c->ids, c->err);
    c->distances = numeral_allocate(n, c->k * sizeof *c->distances, c->err);
    return c->ids && c->distances && take_half(c, 0, n) && take_half(c, 1, n);
}

static void release_sample(calibration *c)
{
    for (size_t which = 0; which < 2; which++) {
        numeral_release(c->halves[which].data);
        numeral_release(c->halves[which].leave_out);
        numeral_release(c->halves[which].limits);
    }
    numeral_release(c->ids);
    numeral_release(c->distances);
}

static bool search_half(calibration *c, const half *h)
{
    numeral_search search = {.k = c->k,
                             .radius = INFINITY,
                             .leave_out = h->leave_out,
                             .run = {.threads = c->run->threads}};
    c->status = numeral_exact_search(&c->exact->head, &h->rows, &search, c->ids,
                                     c->distances, c->err);
    return c->status == NUMERAL_OK;
}

/* The truth: every factor is 1. */
static bool learn_limits(calibration *c, half *h)
{
    if (!search_half(c, h)) {
        return false;
    }
    for (size_t q = 0; q < h->rows.n_rows; q++) {
        size_t found = c->k;
        while (found > 0 && c->ids[q * c->k + found - 1] < 0) {
            found--;
        }
        h->neighbours += found;
        h->limits[q] = found ? c->distances[q * c->k + found - 1] : 0.0;
    }
    return true;
}

/* Rows that came back within the limit are neighbours, whichever of equals they are. */
static size_t count_hits(const calibration *c, const half *h, size_t q)
{
    size_t hits = 0;
    for (size_t i = 0; i < c->k; i++) {
        hits += c->ids[q * c->k + i] >= 0 && c->distances[q * c->k + i] <= h->limits[q];
    }
    return hits;
}

static bool count_misses(calibration *c, const half *h)
{
    if (!search_half(c, h)) {
        return false;
    }
    size_t expected = (size_t)(h->neighbours / h->rows.n_rows);
    c->missed = c->squares = 0;
    for (size_t q = 0; q < h->rows.n_rows; q++) {
        uint64_t missed = expected - count_hits(c, h, q);
        c->missed += missed;
        c->squares += missed * missed;
    }
    return true;
}

/* The least factor with which no more than `allowed` are missed. */
static bool shrink_stage(calibration *c, double *factor, double allowed)
{
    int low = LEAST_FACTOR - 1, high = FACTOR_UNIT;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *factor = (double)middle / FACTOR_UNIT;
        if (!count_misses(c, &c->halves[0])) {
            return false;
        }
        if ((double)c->missed <= allowed) {
            high = middle;
        } else {
            low = middle;
        }
    }
    *factor = (double)high / FACTOR_UNIT;
    return true;
}

static double relax(double factor)
{
    double wider = factor + (double)RELAX / FACTOR_UNIT;
    return wider < 1.0 ? wider : 1.0;
}

static bool choose_factors(calibration *c, double allowed)
{
    numeral_exact_shrink *shrink = &c->exact->shrink;
    double *const factors[4] = {&shrink->clusters, &shrink->first, &shrink->head,
                                &shrink->all};
    for (size_t i = 0; i < 4; i++) {
        if (!shrink_stage(c, factors[i], SHARES[i] * allowed)) {
            return false;
        }
    }
    return true;
}

static bool confirm(calibration *c, double allowed)
{
    numeral_exact_shrink *shrink = &c->exact->shrink;
    const half *h = &c->halves[1];
    while (count_misses(c, h)) {
        double least =
            fmin(fmin(shrink->clusters, shrink->first), fmin(shrink->head, shrink->all));
        if ((double)c->missed <= allowed || least >= 1.0) {
            return true;
        }
        *shrink = (numeral_exact_shrink){relax(shrink->clusters), relax(shrink->first),
                                         relax(shrink->head), relax(shrink->all)};
    }
    return false;
}

/* Misses come in clusters: a row that loses one neighbour often loses more. Their number
 * is divided by how much wider that makes the spread of a row's misses (Kish 1965). */
static double independent(const calibration *c, const half *h)
{
    double rows = (double)h->rows.n_rows, all = (double)h->neighbours;
    if (all == 0) {
        return 0; /* one row alone */
    }
    double share = (double)c->missed / all, mean = (double)c->missed / rows;
    double spread = (double)c->squares / rows - mean * mean;
    double usual = all / rows * share * (1.0 - share);
    return spread > usual ? all * usual / spread : all;
}

static void fill_numbers(const calibration *c, numeral_near_numbers *numbers)
{
    const half *h = &c->halves[1];
    const numeral_exact_shrink *shrink = &c->exact->shrink;
    double interval[2], n = independent(c, h);
    numbers->neighbours = (double)h->neighbours;
    numbers->hits = (double)(h->neighbours - c->missed);
    numbers->recall = h->neighbours ? numbers->hits / numbers->neighbours : 1.0;
    numeral_wilson95((size_t)(n * numbers->recall + 0.5), (size_t)(n + 0.5), interval);
    numbers->low = interval[0];
    numbers->high = interval[1];
    numbers->n_measured = (double)h->rows.n_rows;
    numbers->clusters = shrink->clusters;
    numbers->first = shrink->first;
    numbers->head = shrink->head;
    numbers->all = shrink->all;
}

numeral_status numeral_near_calibrate(numeral_exact *exact, numeral_near_numbers *numbers,
                                      const numeral_run *run, numeral_error *err)
{
    calibration c = {.exact = exact,
                     .run = run,
                     .k = (size_t)numbers->k,
                     .status = NUMERAL_ERROR_MEMORY,
                     .err = err};
    double allowed = 1.0 - numbers->wished;
    bool done = take_sample(&c) && learn_limits(&c, &c.halves[0]) &&
                learn_limits(&c, &c.halves[1]) &&
                choose_factors(&c, USED * allowed * (double)c.halves[0].neighbours) &&
                confirm(&c, allowed * (double)c.halves[1].neighbours);
    if (done) {
        fill_numbers(&c, numbers);
    }
    release_sample(&c);
    return done ? NUMERAL_OK : c.status;
}
