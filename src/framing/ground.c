/* Trimmed least squares (Rousseeuw 1984's idea, iterated from a robust start): the ground
 * is the majority, ink is what does not fit. Normal equations of six terms, solved by
 * elimination without pivoting, which positive definite matrices allow; a small ridge
 * keeps them so. Only + - × ÷ in a fixed order. */
#include "framing/ground.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { TERMS = NUMERAL_GROUND_TERMS, PLANE = 3 };
enum { ROUNDS = 8 };   /* at most: they end when the ground is settled */
enum { BINS = 1024 };  /* of quarters of a grey level */
enum { SMALL = 12 };   /* smaller pictures have too few pixels for the bend */
enum { SAMPLES = 64 }; /* pixels looked at along the shorter side, or twice that */

static const double ANY = 1e9;      /* a reach that takes every pixel */
static const double SEPARATE = 0.8; /* see split() */
static const double SETTLED = 0.05; /* grey levels: far below one */

typedef struct normal {
    double a[TERMS][TERMS], b[TERMS];
} normal;

static double across(double at, size_t size)
{
    return size > 1 ? 2 * at / (double)(size - 1) - 1 : 0;
}

/* The first `count` terms that fit best; the others become zero. */
static void solve(normal *n, int count, double out[TERMS])
{
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < i; j++) {
            n->a[j][i] = n->a[i][j];
        }
        n->a[i][i] += 1e-6 * (1 + n->a[0][0]) * (i > 0);
    }
    for (int k = 0; k < count; k++) {
        for (int i = k + 1; i < count; i++) {
            double factor = n->a[i][k] / n->a[k][k];
            for (int j = k; j < count; j++) {
                n->a[i][j] -= factor * n->a[k][j];
            }
            n->b[i] -= factor * n->b[k];
        }
    }
    memset(out, 0, TERMS * sizeof *out);
    for (int i = count - 1; i >= 0; i--) {
        double sum = n->b[i];
        for (int j = i + 1; j < count; j++) {
            sum -= n->a[i][j] * out[j];
        }
        out[i] = sum / n->a[i][i];
    }
}

numeral_ground_row numeral_ground_along(const numeral_ground *ground, size_t height,
                                        size_t width, double y)
{
    const double *t = ground->terms;
    double v = across(y, height), shift = width > 1 ? 1 : 0;
    double step = width > 1 ? 2 / (double)(width - 1) : 0;
    double flat = t[0] + t[2] * v + t[5] * v * v, tilt = t[1] + t[4] * v;
    return (numeral_ground_row){flat - tilt * shift + t[3] * shift,
                                step * (tilt - 2 * t[3] * shift), t[3] * step * step};
}

static double away(double a, double b)
{
    return fabs(a - b);
}

typedef struct histogram {
    uint32_t counts[BINS], n;
} histogram;

static void count(histogram *h, double quarters)
{
    h->counts[quarters < BINS - 1 ? (int)quarters : BINS - 1]++;
    h->n++;
}

/* The value below which half of the histogram lies, in bins. */
static double middle(const histogram *h)
{
    uint32_t seen = 0;
    double wanted = 0.5 * h->n;
    for (int i = 0; i < BINS; i++) {
        if (seen + h->counts[i] >= wanted && h->counts[i]) {
            return i + (wanted - seen) / h->counts[i];
        }
        seen += h->counts[i];
    }
    return 0;
}

/* The pixels that are fitted to. */
typedef struct sample {
    const double *values;
    size_t height, width;
    double *across;             /* where each column lies, -1..1 */
    double *near, *near_values; /* working memory: a row each */
    size_t margin;              /* only pixels at most this far from the edge; 0: all */
    size_t step;                /* only every step-th pixel across and down */
} sample;

static sample take(const double *values, size_t height, size_t width, double *scratch)
{
    size_t side = height < width ? height : width;
    for (size_t x = 0; x < width; x++) {
        scratch[x] = across((double)x, width);
    }
    return (sample){.values = values,
                    .height = height,
                    .width = width,
                    .across = scratch,
                    .near = scratch + width,
                    .near_values = scratch + 2 * width,
                    .step = 1 + (side - 1) / SAMPLES}; /* a few thousand tell as much */
}

/* A part of a row. */
typedef struct part {
    const double *values; /* of the row */
    size_t begin, end;
} part;

/* The parts of row y in the sample: one or two. */
static int parts_of(const sample *s, size_t y, part out[2])
{
    const double *row = s->values + y * s->width;
    bool inner = s->margin && y >= s->margin && y + s->margin < s->height &&
                 2 * s->margin < s->width;
    out[0] = (part){row, 0, inner ? s->margin : s->width};
    size_t again = inner ? s->width - s->margin + s->step - 1 : 0;
    out[1] = (part){row, again - again % s->step, s->width};
    return inner ? 2 : 1;
}

static numeral_ground_row row_of(const sample *s, const numeral_ground *ground, size_t y)
{
    return numeral_ground_along(ground, s->height, s->width, (double)y);
}

static double off(const part *p, const numeral_ground_row *row, size_t x)
{
    return away(p->values[x], numeral_ground_level(row, (double)(int)x));
}

/* Median distance of the pixels from the ground, as a standard deviation (× 1.4826); of
 * those within `reach` alone. */
static double spread(const sample *s, const numeral_ground *ground, double reach)
{
    histogram h = {0};
    part parts[2];
    for (size_t y = 0; y < s->height; y += s->step) {
        numeral_ground_row row = row_of(s, ground, y);
        int n = parts_of(s, y, parts);
        for (const part *p = parts; p < parts + n; p++) {
            for (size_t x = p->begin; x < p->end; x += s->step) {
                double distance = off(p, &row, x);
                if (distance <= reach) {
                    count(&h, 4 * distance);
                }
            }
        }
    }
    return 1.4826 * middle(&h) / 4;
}

/* Where the pixels of row y that lie within `reach` of the ground are, and their values:
 * the first n of s->near and s->near_values. */
static size_t find_near(const sample *s, const numeral_ground *ground, double reach,
                        size_t y)
{
    numeral_ground_row row = row_of(s, ground, y);
    part parts[2];
    size_t n = 0;
    int n_parts = parts_of(s, y, parts);
    for (const part *p = parts; p < parts + n_parts; p++) {
        for (size_t x = p->begin; x < p->end; x += s->step) {
            s->near[n] = s->across[x]; /* written over where it is not near */
            s->near_values[n] = p->values[x];
            n += off(p, &row, x) <= reach;
        }
    }
    return n;
}

/* Sums over the pixels near the ground, in their order, of products of the terms and of
 * these with the values. */
static void sum_plane(const sample *s, const numeral_ground *ground, double reach,
                      normal *out)
{
    double sum_x = 0, sum_xx = 0, sum_y = 0, sum_xy = 0, sum_yy = 0;
    double sum_v = 0, sum_xv = 0, sum_yv = 0;
    size_t all = 0;
    for (size_t row = 0; row < s->height; row += s->step) {
        size_t n = find_near(s, ground, reach, row);
        double y = across((double)row, s->height);
        all += n;
        for (size_t i = 0; i < n; i++) {
            double x = s->near[i], v = s->near_values[i];
            sum_x += x;
            sum_xx += x * x;
            sum_y += y;
            sum_xy += y * x;
            sum_yy += y * y;
            sum_v += v;
            sum_xv += x * v;
            sum_yv += y * v;
        }
    }
    *out = (normal){.a = {{(double)all}, {sum_x, sum_xx}, {sum_y, sum_xy, sum_yy}},
                    .b = {sum_v, sum_xv, sum_yv}};
}

/* Two and two of the sums, as processors take them. */
typedef double pair __attribute__((vector_size(16)));

/* The terms are 1, x; y, x²; xy, y². A product that two places have is summed once. */
static void sum_surface(const sample *s, const numeral_ground *ground, double reach,
                        normal *out)
{
    pair by_x[3] = {0}, by_y[2] = {0}, by_xx[2] = {0}, by_xy = {0}, by_yy = {0};
    pair second = {0}, by_v[3] = {0};
    size_t all = 0;
    for (size_t row = 0; row < s->height; row += s->step) {
        size_t n = find_near(s, ground, reach, row);
        double y = across((double)row, s->height);
        all += n;
        for (size_t i = 0; i < n; i++) {
            double x = s->near[i], v = s->near_values[i];
            pair a = {1, x}, b = {y, x * x}, c = {x * y, y * y};
            by_x[0] += x * a;
            by_x[1] += x * b;
            by_x[2] += x * c;
            second += b;
            by_y[0] += y * b;
            by_y[1] += y * c;
            by_xx[0] += b[1] * b;
            by_xx[1] += b[1] * c;
            by_xy += c[0] * c;
            by_yy += c[1] * c;
            by_v[0] += v * a;
            by_v[1] += v * b;
            by_v[2] += v * c;
        }
    }
    double x = by_x[0][0], y = second[0], xx = by_x[0][1], xy = by_x[1][0];
    double yy = by_y[0][0];
    *out = (normal){
        .a = {{(double)all},
              {x, xx},
              {y, xy, yy},
              {xx, by_x[1][1], by_y[0][1], by_xx[0][1]},
              {xy, by_x[2][0], by_y[1][0], by_xx[1][0], by_xy[0]},
              {yy, by_x[2][1], by_y[1][1], by_xx[1][1], by_xy[1], by_yy[1]}},
        .b = {by_v[0][0], by_v[0][1], by_v[1][0], by_v[1][1], by_v[2][0], by_v[2][1]}};
}

/* Fits `count` terms to the pixels within `reach` of the ground as it is. */
static void refit(const sample *s, numeral_ground *ground, int count, double reach)
{
    normal n;
    (count == PLANE ? sum_plane : sum_surface)(s, ground, reach, &n);
    if (n.a[0][0] >= TERMS) {
        solve(&n, count, ground->terms);
    }
}

static double median(const sample *s)
{
    histogram h = {0};
    part parts[2];
    for (size_t y = 0; y < s->height; y += s->step) {
        int n = parts_of(s, y, parts);
        for (const part *p = parts; p < parts + n; p++) {
            for (size_t x = p->begin; x < p->end; x += s->step) {
                count(&h, 4 * p->values[x]);
            }
        }
    }
    return middle(&h) / 4;
}

static bool settled(const double a[TERMS], const double b[TERMS])
{
    double most = 0;
    for (int i = 0; i < TERMS; i++) {
        double change = away(a[i], b[i]);
        most = change > most ? change : most;
    }
    return most < SETTLED;
}

static void rounds(const sample *s, numeral_ground *ground, int count, int n)
{
    double before[TERMS];
    for (int i = 0; i < n; i++) {
        /* 2.5 deviations hold 99 % of a Gaussian ground; 3 levels where there is no noise
         */
        double reach = 2.5 * spread(s, ground, ANY);
        memcpy(before, ground->terms, sizeof before);
        refit(s, ground, count, reach < 3 ? 3 : reach);
        if (settled(before, ground->terms)) {
            break;
        }
    }
}

size_t numeral_ground_scratch(size_t width)
{
    return 3 * width;
}

void numeral_ground_fit(const double *values, size_t height, size_t width,
                        double *scratch, numeral_ground *out)
{
    size_t side = height < width ? height : width;
    sample all = take(values, height, width, scratch), border = all;
    /* digits seldom cover the border: its plane is a start that ink does not pull */
    border.margin = side / 8 + 1;
    *out = (numeral_ground){.terms = {median(&border)}};
    rounds(&border, out, PLANE, ROUNDS / 2);
    rounds(&all, out, PLANE, ROUNDS / 2);
    if (side >= SMALL) {
        rounds(&all, out, TERMS, ROUNDS);
    }
    out->noise = spread(&all, out, ANY);
}

typedef struct classes {
    double threshold, darker, lighter; /* means of those below and above */
    bool light_is_more;
} classes;

/* Otsu's threshold; false where the classes explain less than SEPARATE of the variance:
 * a Gaussian is explained to 0.64, a ramp to 0.75. */
static bool split(const double *values, size_t n, classes *out)
{
    enum { LEVELS = 256 };
    double counts[LEVELS] = {0}, total = 0, squares = 0, below = 0, sum = 0, best = 0;
    for (size_t i = 0; i < n; i++) {
        counts[(size_t)values[i]] += 1;
        total += values[i];
        squares += values[i] * values[i];
    }
    double all = (double)n, variance = squares / all - total / all * (total / all);
    for (int i = 0; i + 1 < LEVELS; i++) {
        below += counts[i];
        sum += counts[i] * (i + 0.5);
        if (below <= 0 || below >= all) {
            continue;
        }
        double dark = sum / below, light = (total + 0.5 * all - sum) / (all - below);
        double between =
            below / all * (1 - below / all) * (light - dark) * (light - dark);
        if (between > best) {
            best = between;
            *out = (classes){i + 1, dark, light, 2 * below < all};
        }
    }
    return best > SEPARATE * variance;
}

bool numeral_ground_fit_class(const double *values, size_t height, size_t width,
                              double *scratch, numeral_ground *out)
{
    classes found;
    if (!split(values, height * width, &found)) {
        return false;
    }
    double ground = found.light_is_more ? found.lighter : found.darker;
    double reach = away(ground, found.threshold);
    sample all = take(values, height, width, scratch);
    *out = (numeral_ground){.terms = {ground}};
    refit(&all, out, PLANE, reach);
    refit(&all, out, PLANE, reach);
    out->noise = spread(&all, out, reach);
    return true;
}
