/* Fitting the map from evidence to confidence: for each way in which answers come about a
 * logistic regression by Newton's method, with Platt's targets (1999), which stand for
 * one more answer of each kind and keep it finite where all were right. Weights of the
 * wrong sign are noise and become 0. */
#include <math.h>

#include "base/elementary.h"
#include "linalg/cholesky.h"
#include "model/confidence.h"

/* Fewer than 5 mistakes do not tell where mistakes lie; the base alone is fitted then. 60
 * steps are far more than the 4 to 6 that Newton's method takes on folds of MNIST. */
enum { FEWEST = 5, MOST_STEPS = 60, N_WEIGHTS = 3 };

/* The answers of one way, and which weights are free. */
typedef struct fit {
    const numeral_evidence *evidence;
    const bool *right;
    size_t n;
    numeral_decided way;
    double target[2]; /* of wrong answers, of right ones */
    bool is_free[N_WEIGHTS];
} fit;

static void inputs_of(const numeral_evidence *evidence, double x[N_WEIGHTS])
{
    x[0] = 1;
    x[1] = evidence->margin;
    x[2] = evidence->distance;
}

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* log(1 + e^z) without overflow. */
static double softplus(double z)
{
    return z > 0 ? z + numeral_log(1 + numeral_exp(-z)) : numeral_log(1 + numeral_exp(z));
}

/* The negative log-likelihood; with `slope` and `curve` its derivatives too. A little of
 * each weight's square keeps inputs that never change from running away. */
static double loss_of(const fit *f, const double *weights, double *slope, double *curve)
{
    const double little = 1e-6; /* far below what one answer adds */
    double loss = 0;
    for (size_t a = 0; slope && a < N_WEIGHTS; a++) {
        slope[a] = 2 * little * weights[a];
        for (size_t b = 0; b < N_WEIGHTS; b++) {
            curve[a * N_WEIGHTS + b] = a == b ? 2 * little : 0;
        }
    }
    for (size_t i = 0; i < f->n; i++) {
        if (f->evidence[i].decided != f->way) {
            continue;
        }
        double x[N_WEIGHTS], target = f->target[f->right[i]];
        inputs_of(&f->evidence[i], x);
        double z = dot(weights, x), p = 1 / (1 + numeral_exp(-z));
        loss += softplus(z) - target * z;
        for (size_t a = 0; slope && a < N_WEIGHTS; a++) {
            slope[a] += (p - target) * x[a];
            for (size_t b = a; b < N_WEIGHTS; b++) {
                curve[a * N_WEIGHTS + b] += p * (1 - p) * x[a] * x[b];
            }
        }
    }
    return loss + little * dot(weights, weights);
}

/* Weights that are not free keep their value: their row becomes that of a unit matrix. */
static void hold(const fit *f, double *slope, double *curve)
{
    for (size_t a = 0; a < N_WEIGHTS; a++) {
        for (size_t b = a; b < N_WEIGHTS; b++) {
            if (!f->is_free[a] || !f->is_free[b]) {
                curve[a * N_WEIGHTS + b] = a == b;
            }
        }
        slope[a] = f->is_free[a] ? slope[a] : 0;
    }
}

/* Newton's steps, each halved until the loss falls. */
static void descend(const fit *f, double *weights)
{
    for (int step = 0; step < MOST_STEPS; step++) {
        double slope[N_WEIGHTS], curve[N_WEIGHTS * N_WEIGHTS], next[N_WEIGHTS];
        double loss = loss_of(f, weights, slope, curve), size = 1, lower = loss;
        hold(f, slope, curve);
        if (!numeral_cholesky_factor(curve, N_WEIGHTS)) {
            return;
        }
        numeral_cholesky_solve(curve, N_WEIGHTS, slope);     /* the whole step now */
        for (int half = 0; half < 40; half++, size *= 0.5) { /* to 1e-12 of it */
            for (size_t a = 0; a < N_WEIGHTS; a++) {
                next[a] = weights[a] - size * slope[a];
            }
            lower = loss_of(f, next, NULL, NULL);
            if (lower < loss) {
                break;
            }
        }
        if (!(lower < loss)) {
            return; /* as low as rounding lets it be */
        }
        for (size_t a = 0; a < N_WEIGHTS; a++) {
            weights[a] = next[a];
        }
        if (loss - lower < 1e-10 * loss) {
            return;
        }
    }
}

/* How many answers of one way (or of all, with way COUNT) are right, and how many not. */
static void count(const numeral_evidence *evidence, const bool *right, size_t n,
                  numeral_decided way, size_t out[2])
{
    out[0] = out[1] = 0;
    for (size_t i = 0; i < n; i++) {
        out[right[i]] += way == NUMERAL_DECIDED_COUNT || evidence[i].decided == way;
    }
}

static double log_odds(const size_t counts[2])
{
    return numeral_log(((double)counts[1] + 1) / ((double)counts[0] + 1));
}

/* Whether input `a` differs among the answers of the way; where it does not (the votes of
 * neighbours of one mind), the base says it all. */
static bool varies(const fit *f, size_t a)
{
    double first[N_WEIGHTS], x[N_WEIGHTS];
    bool found = false;
    for (size_t i = 0; i < f->n; i++) {
        if (f->evidence[i].decided == f->way) {
            inputs_of(&f->evidence[i], found ? x : first);
            if (found && x[a] != first[a]) {
                return true;
            }
            found = true;
        }
    }
    return false;
}

static void fit_way(const numeral_evidence *evidence, const bool *right, size_t n,
                    numeral_decided way, double *weights)
{
    size_t counts[2];
    count(evidence, right, n, way, counts);
    weights[0] = log_odds(counts);
    weights[1] = weights[2] = 0;
    if (counts[0] < FEWEST || counts[1] < FEWEST) {
        return;
    }
    fit f = {
        evidence,
        right,
        n,
        way,
        {1 / ((double)counts[0] + 2), ((double)counts[1] + 1) / ((double)counts[1] + 2)},
        {true, true, true}};
    f.is_free[1] = varies(&f, 1);
    f.is_free[2] = varies(&f, 2);
    descend(&f, weights);
    /* weights of the wrong sign are held at 0, one after the other, and the rest refitted
     */
    for (size_t a = 1; a < N_WEIGHTS; a++) {
        bool wrong = a == 1 ? weights[a] < 0 : weights[a] > 0;
        if (wrong) {
            f.is_free[a] = false;
            weights[a] = 0;
            descend(&f, weights);
        }
    }
    weights[1] = weights[1] > 0 ? weights[1] : 0; /* the last descent may pass 0 */
    weights[2] = weights[2] < 0 ? weights[2] : 0;
}

void numeral_confidence_fit(const numeral_evidence *evidence, const bool *right, size_t n,
                            numeral_confidence_map *out)
{
    for (int way = 0; way < NUMERAL_DECIDED_COUNT; way++) {
        size_t counts[2];
        fit_way(evidence, right, n, (numeral_decided)way, out->weights[way]);
        count(evidence, right, n, (numeral_decided)way, counts);
        if (counts[0] + counts[1] == 0) { /* never met: as sure as all are */
            count(evidence, right, n, NUMERAL_DECIDED_COUNT, counts);
            out->weights[way][0] = log_odds(counts);
        }
    }
}
