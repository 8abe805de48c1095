/* The gradient kernel: from a digit to its feature in fixed point. Each instruction set's
 * file includes this and compiles it with its own flags: integers, and IEEE + × ÷ √ on
 * floats in a fixed order, give the same bits everywhere.
 *
 * - Moments are exact integers; the shear and the shift follow in float64.
 * - A shear has one fraction down and one for each row across, so deskewing is two
 * blends, in i16 with pixels × 32: a + (b - a)·f, f in 1/32768, rounded.
 * - Sobel sums stay within 4·8160 = 32,640.
 * - With a = |gx|, b = |gy|, m = min(a, b): a - m goes to the plane along x, b - m to the
 *   one along y, m to the diagonal, where √2 follows after pooling.
 * - Pooling down: weights × 6,400 / 32,768; they sum to at most 5.013, so that sums stay
 *   within 5.013·6400/32768·32640 + 15 < 32,767. Across: i32, at most 5.013·6400·32767 <
 *   2^31. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/gradient.h"

enum {
    SIDE = NUMERAL_GRADIENT_SIDE,
    RING = SIDE + 2, /* lines that hold gradients */
    LINE = 32,       /* the same, padded */
    MARGIN = 32,     /* zeros on both sides of a line that is shifted */
    WIDE = MARGIN + SIDE + MARGIN + 4,
    GRID = 7,
    PLANES = 8,
};

/* round(6400·exp(-(i - 1 - centre)²/8)), centre = 13.5 + (place - 3)·3.6. */
static const int16_t pool_weights[GRID][LINE] = {
    {1156, 2573, 4460, 6020, 6328, 5181, 3304, 1641, 634, 191, 45, 8, 1, 0, 0, 0,
     0,    0,    0,    0,    0,    0,    0,    0,    0,   0,   0,  0, 0, 0, 0, 0},
    {8, 45, 191, 634, 1641, 3304, 5181, 6328, 6020, 4460, 2573, 1156, 405, 110, 23, 4,
     0, 0,  0,   0,   0,    0,    0,    0,    0,    0,    0,    0,    0,   0,   0,  0},
    {0,   0,  0,  3, 17, 83, 318, 956, 2237, 4076, 5784, 6392, 5502, 3688, 1925, 783,
     248, 61, 12, 2, 0,  0,  0,   0,   0,    0,    0,    0,    0,    0,    0,    0},
    {0,    0,    0,    0,   0,   0,  1, 6, 33, 146, 509, 1384, 2930, 4831, 6203, 6203,
     4831, 2930, 1384, 509, 146, 33, 6, 1, 0,  0,   0,   0,    0,    0,    0,    0},
    {0,    0,    0,    0,    0,    0,    0,   0,   0,  0,  2, 12, 61, 248, 783, 1925,
     3688, 5502, 6392, 5784, 4076, 2237, 956, 318, 83, 17, 3, 0,  0,  0,   0,   0},
    {0,   0,   0,    0,    0,    0,    0,    0,    0,    0,    0,   0,   0,  0, 4, 23,
     110, 405, 1156, 2573, 4460, 6020, 6328, 5181, 3304, 1641, 634, 191, 45, 8, 0, 0},
    {0, 0, 0, 0,  0,   0,   0,    0,    0,    0,    0,    0,    0,    0,    0, 0,
     0, 1, 8, 45, 191, 634, 1641, 3304, 5181, 6328, 6020, 4460, 2573, 1156, 0, 0},
};

static inline int16_t scaled(int16_t value, int16_t factor)
{
    return (int16_t)((((int32_t)value * factor >> 14) + 1) >> 1); /* vpmulhrsw */
}

typedef struct shear {
    double x, y, slope; /* centre of mass, and across for each pixel down */
} shear;

/* False for a blank image. */
static bool find_shear(const uint8_t *image, shear *out)
{
    int64_t mass = 0, sx = 0, sy = 0, sxy = 0, syy = 0;
    for (int y = 0; y < SIDE; y++) {
        int32_t line = 0, across = 0;
        for (int x = 0; x < SIDE; x++) {
            line += image[y * SIDE + x];
            across += image[y * SIDE + x] * x;
        }
        mass += line;
        sx += across;
        sy += (int64_t)line * y;
        sxy += (int64_t)across * y;
        syy += (int64_t)line * y * y;
    }
    if (mass == 0) {
        return false;
    }
    /* mass² times the covariances: at most (255·784·27)² < 2^45 */
    int64_t cxy = mass * sxy - sx * sy, cyy = mass * syy - sy * sy;
    out->x = (double)sx / (double)mass;
    out->y = (double)sy / (double)mass;
    out->slope = cyy > 0 ? (double)cxy / (double)cyy : 0;
    return true;
}

/* Splits a shift into whole pixels and a fraction in 1/32768. */
static int split_shift(double shift, int16_t *fraction)
{
    double whole = floor(shift);
    int steps = (int)((shift - whole) * 32768 + 0.5);
    *fraction = (int16_t)(steps > 32767 ? 32767 : steps);
    /* beyond 1000 pixels nothing is in sight, and an int holds it */
    return whole < -1000 ? -1000 : whole > 1000 ? 1000 : (int)whole;
}

/* Line `y` of the image into the middle of `wide`, × 32; zeros beyond the image. */
static void load_line(const uint8_t *image, int y, int16_t *wide)
{
    if (y < 0 || y >= SIDE) {
        memset(wide + MARGIN, 0, SIDE * sizeof *wide);
        return;
    }
    for (int x = 0; x < SIDE; x++) {
        wide[MARGIN + x] = (int16_t)(image[y * SIDE + x] * 32);
    }
}

/* out[(y + 2)·(LINE + 2) + x + 2] is pixel (y, x) of the upright image; the rest is zero.
 */
static void deskew(const uint8_t *image, const shear *s, int16_t *out)
{
    int16_t above[WIDE] = {0}, below[WIDE] = {0}, down, across;
    int first = split_shift(s->y - 13.5, &down);
    for (int y = 0; y < SIDE; y++) {
        int shift = split_shift(s->x - 13.5 + s->slope * (y - 13.5), &across);
        if (shift < -SIDE - 1 || shift > SIDE) {
            continue;
        }
        load_line(image, first + y, above);
        load_line(image, first + y + 1, below);
        /* between two lines, then between two columns of that */
        for (int x = MARGIN; x < MARGIN + SIDE; x++) {
            above[x] = (int16_t)(above[x] + scaled((int16_t)(below[x] - above[x]), down));
        }
        const int16_t *from = above + MARGIN + shift;
        int16_t *to = out + (y + 2) * (LINE + 2) + 2;
        for (int x = 0; x < SIDE; x++) {
            to[x] = (int16_t)(from[x] + scaled((int16_t)(from[x + 1] - from[x]), across));
        }
    }
}

/* Line y of the ring: its gradients in eight planes of one line each. `at` is the place
 * of the ring's pixel (y, 0) in the upright image, LINE + 2 to a line. */
static void split_line(const int16_t *at, int16_t planes[PLANES][LINE])
{
    enum { STEP = LINE + 2 };
    int16_t smooth[LINE + 2], slope[LINE + 2];
    for (int x = 0; x < LINE + 2; x++) {
        int16_t a = at[x - 1 - STEP], b = at[x - 1], c = at[x - 1 + STEP];
        smooth[x] = (int16_t)(a + 2 * b + c);
        slope[x] = (int16_t)(c - a);
    }
    for (int x = 0; x < LINE; x++) {
        int16_t gx = (int16_t)(smooth[x + 2] - smooth[x]);
        int16_t gy = (int16_t)(slope[x] + 2 * slope[x + 1] + slope[x + 2]);
        int16_t a = (int16_t)(gx < 0 ? -gx : gx), b = (int16_t)(gy < 0 ? -gy : gy);
        int16_t m = a < b ? a : b;
        /* all ones where the gradient points left or up, so that masks choose the plane
         */
        int16_t left = (int16_t) - (gx < 0), up = (int16_t) - (gy < 0);
        int16_t along = (int16_t)(a - m), down = (int16_t)(b - m);
        planes[0][x] = (int16_t)(along & ~left);
        planes[4][x] = (int16_t)(along & left);
        planes[2][x] = (int16_t)(down & ~up);
        planes[6][x] = (int16_t)(down & up);
        planes[1][x] = (int16_t)(m & ~left & ~up);
        planes[3][x] = (int16_t)(m & left & ~up);
        planes[5][x] = (int16_t)(m & left & up);
        planes[7][x] = (int16_t)(m & ~left & up);
    }
}

static void pool_down(const int16_t *upright, int16_t pooled[GRID][PLANES][LINE])
{
    int16_t planes[PLANES][LINE];
    for (int y = 0; y < RING; y++) {
        split_line(upright + (y + 1) * (LINE + 2) + 1, planes);
        for (int row = 0; row < GRID; row++) {
            int16_t weight = pool_weights[row][y];
            if (weight == 0) {
                continue;
            }
            int16_t *to = pooled[row][0];
            const int16_t *from = planes[0];
            for (int i = 0; i < PLANES * LINE; i++) {
                to[i] = (int16_t)(to[i] + scaled(from[i], weight));
            }
        }
    }
}

static void pool_across(const int16_t pooled[GRID][PLANES][LINE], float *values)
{
    for (int plane = 0; plane < PLANES; plane++) {
        float factor = plane % 2 ? 0x1.6a09e6p+0f : 1.0f; /* √2 on diagonals */
        for (int row = 0; row < GRID; row++) {
            const int16_t *line = pooled[row][plane];
            for (int column = 0; column < GRID; column++) {
                int32_t sum = 0;
                for (int x = 0; x < LINE; x++) {
                    sum += line[x] * pool_weights[column][x];
                }
                values[(plane * GRID + row) * GRID + column] = (float)sum * factor;
            }
        }
    }
}

/* Roots at unit length; eight running sums keep the order of addition. */
static void root_and_scale(const float *values, int16_t *out)
{
    float sums[8] = {0};
    for (int i = 0; i < NUMERAL_GRADIENT_DIMS; i += 8) {
        for (int j = 0; j < 8; j++) {
            sums[j] += values[i + j];
        }
    }
    float total = ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
                  ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    float scale = total > 0 ? 32767.0f / sqrtf(total) : 0;
    for (int i = 0; i < NUMERAL_GRADIENT_DIMS; i++) {
        out[i] = (int16_t)(int32_t)(sqrtf(values[i]) * scale + 0.5f);
    }
}

static void make_gradient(const uint8_t *image, int16_t *out)
{
    shear s;
    if (!find_shear(image, &s)) {
        memset(out, 0, NUMERAL_GRADIENT_DIMS * sizeof *out);
        return;
    }
    int16_t upright[(SIDE + 5) * (LINE + 2)] = {0};
    int16_t pooled[GRID][PLANES][LINE] = {0};
    float values[NUMERAL_GRADIENT_DIMS];
    deskew(image, &s, upright);
    pool_down(upright, pooled);
    pool_across((const int16_t(*)[PLANES][LINE])pooled, values);
    root_and_scale(values, out);
}
