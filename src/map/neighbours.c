/* A plane in which near neighbours stay near: layout of a k-NN graph (LargeVis: Tang,
 * Liu, Zhang & Mei 2016; UMAP: McInnes, Healy & Melville 2018).
 *
 * Each point's distances become memberships e^-((d - nearest)/σ), σ such that they sum to
 * log2 k (UMAP); the two directions of an edge are joined as a + b - ab. Edges are then
 * drawn as often as they are strong: each time its ends attract each other, and the first
 * end repels NEGATIVES points drawn at random, by the gradient of the likelihood under
 * 1/(1 + distance²) (LargeVis), which needs + - × ÷ only. One thread, in a fixed order.
 */
#include <math.h>
#include <string.h>

#include <numeral/tools/picture.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/run.h"

/* As in the two papers' own programs: five points repel for one that attracts (LargeVis),
 * 500 rounds or, above 10,000 points, 200, and no step is longer than 4 (UMAP). Fifty
 * bisections exhaust a double. */
enum { NEGATIVES = 5, MANY_POINTS = 10000, MANY_ROUNDS = 200, FEW_ROUNDS = 500 };
enum { BISECTIONS = 50, STREAM = 0x6d6170 /* of the seed's random numbers; any */ };
/* The start spans 10 (UMAP), so that steps of 4 can still cross it. */
static const double SPAN = 10, JITTER = 1e-3, LONGEST = 4, NEARLY_ZERO = 1e-3;

typedef struct edge {
    uint32_t from, to;
    double period, due; /* in rounds; the strongest edge is drawn once a round */
} edge;

typedef struct layout {
    const int64_t *ids;
    const double *distances;
    size_t n, k;
    double *weights; /* n × k memberships; 0 where there is no neighbour */
    double *points;  /* n × 2 */
    edge *edges;
    size_t n_edges;
    numeral_random random;
} layout;

static numeral_status check_graph(const int64_t *ids, const double *distances, size_t n,
                                  size_t k, const double *x, const double *y,
                                  numeral_error *err)
{
    if (n == 0 || n > UINT32_MAX || k == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "map: %zu points with %zu neighbours each: expected at least "
                            "one of both",
                            n, k);
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "map: point %zu is (%g, %g): expected finite numbers", i,
                                x[i], y[i]);
        }
        for (size_t j = i * k; j < (i + 1) * k; j++) {
            bool none = ids[j] == -1;
            if (!none && (ids[j] < 0 || (uint64_t)ids[j] >= n)) {
                return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                    "map: neighbour %lld of point %zu: expected -1 to "
                                    "%zu",
                                    (long long)ids[j], i, n - 1);
            }
            if (!none && (!isfinite(distances[j]) || distances[j] < 0)) {
                return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                    "map: distance %g of point %zu: expected a finite "
                                    "one, 0 or more",
                                    distances[j], i);
            }
        }
    }
    return NUMERAL_OK;
}

static bool is_edge(const layout *of, size_t from, size_t at)
{
    int64_t to = of->ids[from * of->k + at];
    return to >= 0 && (size_t)to != from;
}

/* Fills the memberships of point `from` for this σ, and gives their sum. */
static double memberships(layout *of, size_t from, double nearest, double sigma)
{
    double sum = 0;
    for (size_t at = 0; at < of->k; at++) {
        size_t cell = from * of->k + at;
        double excess = is_edge(of, from, at) ? of->distances[cell] - nearest : INFINITY;
        of->weights[cell] = excess <= 0 ? 1 : numeral_exp(-excess / sigma);
        sum += of->weights[cell];
    }
    return sum;
}

/* Bisects σ on a scale of ratios, around the mean distance. */
static void weigh_point(layout *of, size_t from)
{
    double nearest = INFINITY, mean = 0;
    size_t n = 0;
    for (size_t at = 0; at < of->k; at++) {
        if (is_edge(of, from, at)) {
            nearest = fmin(nearest, of->distances[from * of->k + at]);
            mean += of->distances[from * of->k + at];
            n++;
        }
    }
    double wanted = numeral_log((double)n) / numeral_log(2);
    double low = 1e-3, high = 1e3, scale = n && mean > 0 ? mean / (double)n : 1;
    for (int step = 0; step < BISECTIONS && n > 0; step++) {
        double middle = sqrt(low * high);
        if (memberships(of, from, nearest, scale * middle) > wanted) {
            high = middle;
        } else {
            low = middle;
        }
    }
    memberships(of, from, nearest, scale * sqrt(low * high));
}

/* The membership of `to` in the list of `from`; *listed says whether it stands there. */
static double weight_of(const layout *of, size_t from, size_t to, bool *listed)
{
    *listed = false;
    for (size_t at = 0; at < of->k && !*listed; at++) {
        if (of->ids[from * of->k + at] == (int64_t)to) {
            *listed = true;
            return of->weights[from * of->k + at];
        }
    }
    return 0;
}

static void add_edge(layout *of, size_t from, size_t to, double weight)
{
    of->edges[of->n_edges++] = (edge){(uint32_t)from, (uint32_t)to, weight, 0};
}

/* Each edge in both directions; those too weak to be drawn once are left out. */
static void join_edges(layout *of, size_t rounds)
{
    double most = 0;
    for (size_t from = 0; from < of->n; from++) {
        for (size_t at = 0; at < of->k; at++) {
            if (!is_edge(of, from, at)) {
                continue;
            }
            bool mutual;
            size_t to = (size_t)of->ids[from * of->k + at];
            double there = of->weights[from * of->k + at];
            double back = weight_of(of, to, from, &mutual);
            double weight = there + back - there * back;
            add_edge(of, from, to, weight);
            if (!mutual) {
                add_edge(of, to, from, weight);
            }
            most = fmax(most, weight);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < of->n_edges; i++) {
        edge one = of->edges[i];
        if (one.period * (double)rounds >= most) {
            one.period = one.due = most / one.period;
            of->edges[kept++] = one;
        }
    }
    of->n_edges = kept;
}

/* Brings the start to SPAN around its middle, and points that coincide a little apart. */
static void place_start(layout *of, const double *x, const double *y)
{
    double middle[2] = {0, 0}, most = 0;
    for (size_t i = 0; i < of->n; i++) {
        middle[0] += x[i] / (double)of->n;
        middle[1] += y[i] / (double)of->n;
    }
    for (size_t i = 0; i < of->n; i++) {
        of->points[2 * i] = x[i] - middle[0];
        of->points[2 * i + 1] = y[i] - middle[1];
        most = fmax(most, fmax(fabs(of->points[2 * i]), fabs(of->points[2 * i + 1])));
    }
    for (size_t i = 0; i < 2 * of->n; i++) {
        of->points[i] = (most > 0 ? SPAN / most * of->points[i] : 0) +
                        JITTER * numeral_random_normal(&of->random);
    }
}

static double limited(double step)
{
    return step < -LONGEST ? -LONGEST : step > LONGEST ? LONGEST : step;
}

static void attract(double *a, double *b, double rate)
{
    double dx = a[0] - b[0], dy = a[1] - b[1];
    double pull = -2 / (1 + dx * dx + dy * dy);
    double step_x = rate * limited(pull * dx), step_y = rate * limited(pull * dy);
    a[0] += step_x;
    a[1] += step_y;
    b[0] -= step_x;
    b[1] -= step_y;
}

static void repel(double *a, const double *b, double rate)
{
    double dx = a[0] - b[0], dy = a[1] - b[1];
    double square = dx * dx + dy * dy;
    double push = 2 / ((NEARLY_ZERO + square) * (1 + square));
    a[0] += rate * limited(push * dx);
    a[1] += rate * limited(push * dy);
}

static void draw_round(layout *of, double round, double rate)
{
    for (size_t i = 0; i < of->n_edges; i++) {
        edge *one = &of->edges[i];
        if (one->due > round) {
            continue;
        }
        one->due += one->period;
        double *from = of->points + 2 * (size_t)one->from;
        attract(from, of->points + 2 * (size_t)one->to, rate);
        for (int drawn = 0; drawn < NEGATIVES; drawn++) {
            uint64_t other = numeral_random_below(&of->random, of->n);
            if (other != one->from) {
                repel(from, of->points + 2 * other, rate);
            }
        }
    }
}

numeral_status numeral_map_neighbours(const int64_t *ids, const double *distances,
                                      size_t n, size_t k, uint64_t seed,
                                      const numeral_run *run, double *x, double *y,
                                      numeral_error *err)
{
    const numeral_progress *progress = numeral_run_or_default(run)->progress;
    layout of = {.ids = ids, .distances = distances, .n = n, .k = k};
    size_t rounds = n <= MANY_POINTS ? FEW_ROUNDS : MANY_ROUNDS, cells = 0;
    numeral_status status;
    TRY(check_graph(ids, distances, n, k, x, y, err));
    if (!numeral_size_multiply(n, k, &cells)) {
        cells = SIZE_MAX; /* refused below, with its message */
    }
    of.random = numeral_random_seed(seed, STREAM);
    TRY_ALLOC(of.weights = numeral_allocate(cells, sizeof *of.weights, err));
    TRY_ALLOC(of.points = numeral_allocate(n, 2 * sizeof *of.points, err));
    TRY_ALLOC(of.edges = numeral_allocate(cells, 2 * sizeof *of.edges, err));
    for (size_t i = 0; i < n; i++) {
        weigh_point(&of, i);
    }
    join_edges(&of, rounds);
    place_start(&of, x, y);
    for (size_t round = 0; round < rounds; round++) {
        TRY(numeral_progress_report(progress, "laying out the map", round, rounds, err));
        draw_round(&of, (double)(round + 1), 1 - (double)round / (double)rounds);
    }
    for (size_t i = 0; i < n; i++) {
        x[i] = of.points[2 * i];
        y[i] = of.points[2 * i + 1];
    }
done:
    numeral_release(of.edges);
    numeral_release(of.points);
    numeral_release(of.weights);
    return status;
}
