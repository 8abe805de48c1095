/* The inequalities between l2 and other metrics. D is the metric's distance of q and x,
 * d = q - x, m_j the most that |d_j| can be for any row of the index, M the greatest m_j.
 *
 * rows as they are:
 *   l1          Σd² ≤ M·Σ|d|, and Σd² ≤ (Σ|d|)²; of u8 rows see below
 *   linf        |d_j| ≤ min(D, m_j)
 *   lp          p ≤ 2: Σd² ≤ M^(2-p)·Σ|d|^p, and the p-norm is not below the 2-norm;
 *               p > 2: |d_j| ≤ min(D, m_j), and Hölder: ‖d‖₂ ≤ n^(1/2-1/p)·‖d‖_p, n being
 *               how many d_j can differ from 0
 *   hamming     Σd² ≤ M²·D
 *   jaccard     D = differ/either and either ≤ ink(q) + differ, so that
 *               differ ≤ D·ink(q)/(1-D), and Σd² ≤ M²·differ
 *   braycurtis  Σ|q+x| ≤ 2Σ|q| + Σ|d|, so that Σ|d| ≤ 2D·Σ|q|/(1-D)
 * rows derived:
 *   cosine      x/|x|: |u-v|² = 2(1-cos); rows without length become 0
 *   correlation the same of x - mean
 *   hellinger   √(x/Σx): |u-v| = √2·D
 *   l1 of u8    √x: (√a-√b)² ≤ |√a-√b|·(√a+√b) = |a-b|; braycurtis of u8 so too
 *   chi2        √|x|: (√a-√b)² ≤ (a-b)²/(a+b), for (√a+√b)² ≥ a+b
 *   canberra    1 where x is not 0: a place where one of two is 0 counts 1
 *
 * Distances come from float64 sums; SLACK covers what their rounding (and the cancelling
 * in correlation, below 1e-8 for integers up to 2^15 in 4,096 dimensions) takes away. */
#include "index/exact/metric_bound.h"

#include <math.h>

#include "metric/metric_entries.h"

static const double SLACK = 1e-8;
static const double INFLATE = 1.0 + 1e-9;

static double reach_l1(const numeral_query_context *context, double bound)
{
    return fmin(bound, sqrt(context->greatest * bound));
}

/* √Σ min(bound, m_j)². */
static double reach_box(const numeral_query_context *context, double bound)
{
    double sum = 0;
    for (size_t j = 0; j < context->n_dims; j++) {
        double most = context->most[j] < bound ? context->most[j] : bound;
        sum += most * most;
    }
    return sqrt(sum);
}

static double reach_lp(const numeral_query_context *context, double bound)
{
    double p = context->parameters[0];
    if (p > 2) {
        double norm = pow(context->n_free, 0.5 - 1 / p) * bound;
        return fmin(norm, reach_box(context, bound * INFLATE));
    }
    double sum = pow(context->greatest, 2 - p) * pow(bound, p);
    return fmin(bound, sqrt(sum));
}

static double reach_hamming(const numeral_query_context *context, double bound)
{
    return context->greatest * sqrt(bound);
}

static double reach_jaccard(const numeral_query_context *context, double bound)
{
    double differ = bound * INFLATE * context->n_ink / (1 - bound * INFLATE);
    return bound * INFLATE < 1 ? reach_hamming(context, differ) : INFINITY;
}

/* The most that Σ|d| can be within a bound by braycurtis. */
static double most_l1(const numeral_query_context *context, double bound)
{
    double share = bound * INFLATE;
    return share < 1 ? 2 * share * context->sum / (1 - share) : INFINITY;
}

static double reach_braycurtis(const numeral_query_context *context, double bound)
{
    return reach_l1(context, most_l1(context, bound));
}

static double reach_cosine(const numeral_query_context *context, double bound)
{
    (void)context;
    return sqrt(2 * (bound + SLACK));
}

static double reach_hellinger(const numeral_query_context *context, double bound)
{
    (void)context;
    return sqrt(2.0) * (bound + SLACK);
}

static double reach_root(const numeral_query_context *context, double bound)
{
    (void)context;
    return sqrt(bound + SLACK);
}

static double reach_braycurtis_roots(const numeral_query_context *context, double bound)
{
    return reach_root(context, most_l1(context, bound));
}

static void scale_to_one(double *values, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        sum += values[j] * values[j];
    }
    double length = sqrt(sum);
    for (size_t j = 0; j < n && length > 0; j++) {
        values[j] /= length;
    }
}

static void derive_unit(const double *row, size_t n, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = row[j];
    }
    scale_to_one(out, n);
}

static void derive_centred(const double *row, size_t n, double *out)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        sum += row[j];
    }
    for (size_t j = 0; j < n; j++) {
        out[j] = row[j] - sum / (double)n;
    }
    scale_to_one(out, n);
}

static void derive_shares(const double *row, size_t n, double *out)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        sum += row[j] > 0 ? row[j] : 0;
    }
    for (size_t j = 0; j < n; j++) {
        out[j] = row[j] > 0 ? sqrt(row[j] / sum) : 0;
    }
}

static void derive_roots(const double *row, size_t n, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = sqrt(fabs(row[j]));
    }
}

static void derive_ink(const double *row, size_t n, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = row[j] != 0;
    }
}

/* Rows without negative values. */
static const numeral_inequality of_u8[] = {
    {&numeral_metric_l1, derive_roots, false, reach_root},
    {&numeral_metric_braycurtis, derive_roots, false, reach_braycurtis_roots},
};

static const numeral_inequality inequalities[] = {
    {&numeral_metric_l1, NULL, false, reach_l1},
    {&numeral_metric_linf, NULL, false, reach_box},
    {&numeral_metric_lp, NULL, false, reach_lp},
    {&numeral_metric_hamming, NULL, false, reach_hamming},
    {&numeral_metric_jaccard, NULL, false, reach_jaccard},
    {&numeral_metric_braycurtis, NULL, false, reach_braycurtis},
    {&numeral_metric_cosine, derive_unit, true, reach_cosine},
    {&numeral_metric_correlation, derive_centred, true, reach_cosine},
    {&numeral_metric_hellinger, derive_shares, false, reach_hellinger},
    {&numeral_metric_chi2, derive_roots, false, reach_root},
    {&numeral_metric_canberra, derive_ink, false, reach_root},
};

const numeral_inequality *numeral_inequality_find(const numeral_metric *metric,
                                                  numeral_dtype dtype)
{
    for (size_t i = 0; dtype == NUMERAL_U8 && i < sizeof of_u8 / sizeof *of_u8; i++) {
        if (of_u8[i].metric == metric) {
            return &of_u8[i];
        }
    }
    for (size_t i = 0; i < sizeof inequalities / sizeof *inequalities; i++) {
        if (inequalities[i].metric == metric) {
            return &inequalities[i];
        }
    }
    return NULL;
}
