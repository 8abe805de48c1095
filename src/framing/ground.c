/* Trimmed least squares (Rousseeuw 1984's idea, iterated from a robust start): the ground
 * is the majority, ink is what does not fit. Normal equations of six terms, solved by
 * elimination without pivoting, which positive definite matrices allow; a small ridge
 * keeps them so. Only + - × ÷ in a fixed order. */
#include "framing/ground.h"

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

static void fill_terms(double y, double x, double out[TERMS])
{
    const double terms[TERMS] = {1, x, y, x * x, x * y, y * y};
    memcpy(out, terms, sizeof terms);
}

static void add(normal *n, const double t[TERMS], double value)
{
    for (int i = 0; i < TERMS; i++) {
        for (int j = 0; j <= i; j++) {
            n->a[i][j] += t[i] * t[j];
        }
        n->b[i] += t[i] * value;
    }
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
    return a > b ? a - b : b - a;
}

/* The value below which `share` of the histogram lies, in bins. */
static double quantile(const size_t counts[BINS], double share)
{
    size_t total = 0, seen = 0;
    for (int i = 0; i < BINS; i++) {
        total += counts[i];
    }
    double wanted = share * (double)total;
    for (int i = 0; i < BINS; i++) {
        if ((double)(seen + counts[i]) >= wanted && counts[i]) {
            return i + (wanted - (double)seen) / (double)counts[i];
        }
        seen += counts[i];
    }
    return 0;
}

/* The pixels that are fitted to. */
typedef struct sample {
    const double *values;
    size_t height, width;
    size_t margin; /* only pixels at most this far from the edge; 0: all */
    size_t step;   /* only every step-th pixel across and down */
} sample;

static bool skipped(const sample *s, size_t y, size_t x)
{
    return s->margin && y >= s->margin && y + s->margin < s->height && x >= s->margin &&
           x + s->margin < s->width;
}

/* Median distance of the pixels from the ground, as a standard deviation (× 1.4826); of
 * those within `reach` alone. */
static double spread(const sample *s, const numeral_ground *ground, double reach)
{
    size_t counts[BINS] = {0};
    for (size_t y = 0; y < s->height; y += s->step) {
        numeral_ground_row row =
            numeral_ground_along(ground, s->height, s->width, (double)y);
        for (size_t x = 0; x < s->width; x += s->step) {
            if (skipped(s, y, x)) {
                continue;
            }
            double level = numeral_ground_level(&row, (double)x);
            double distance = away(s->values[y * s->width + x], level);
            if (distance <= reach) {
                counts[4 * distance < BINS - 1 ? (size_t)(4 * distance) : BINS - 1]++;
            }
        }
    }
    return 1.4826 * quantile(counts, 0.5) / 4;
}

/* Fits `count` terms to the pixels within `reach` of the ground as it is. */
static void refit(const sample *s, numeral_ground *ground, int count, double reach)
{
    normal n = {0};
    for (size_t y = 0; y < s->height; y += s->step) {
        numeral_ground_row row =
            numeral_ground_along(ground, s->height, s->width, (double)y);
        for (size_t x = 0; x < s->width; x += s->step) {
            double value = s->values[y * s->width + x];
            double level = numeral_ground_level(&row, (double)x);
            if (!skipped(s, y, x) && away(value, level) <= reach) {
                double t[TERMS];
                fill_terms(across((double)y, s->height), across((double)x, s->width), t);
                add(&n, t, value);
            }
        }
    }
    if (n.a[0][0] >= TERMS) {
        solve(&n, count, ground->terms);
    }
}

static double median(const sample *s)
{
    size_t counts[BINS] = {0};
    for (size_t y = 0; y < s->height; y += s->step) {
        for (size_t x = 0; x < s->width; x += s->step) {
            if (!skipped(s, y, x)) {
                counts[(size_t)(4 * s->values[y * s->width + x])]++;
            }
        }
    }
    return quantile(counts, 0.5) / 4;
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

void numeral_ground_fit(const double *values, size_t height, size_t width,
                        numeral_ground *out)
{
    size_t side = height < width ? height : width;
    size_t step = 1 + (side - 1) / SAMPLES; /* a few thousand pixels tell as much */
    /* digits seldom cover the border: its plane is a start that ink does not pull */
    sample border = {values, height, width, side / 8 + 1, step};
    sample all = {values, height, width, 0, step};
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
                              numeral_ground *out)
{
    classes found;
    if (!split(values, height * width, &found)) {
        return false;
    }
    double ground = found.light_is_more ? found.lighter : found.darker;
    double reach = away(ground, found.threshold);
    size_t side = height < width ? height : width;
    sample all = {values, height, width, 0, 1 + (side - 1) / SAMPLES};
    *out = (numeral_ground){.terms = {ground}};
    refit(&all, out, PLANE, reach);
    refit(&all, out, PLANE, reach);
    out->noise = spread(&all, out, reach);
    return true;
}
