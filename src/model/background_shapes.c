/* Filled shapes: two to four patches, each over those before, plain, shaded, striped or
 * blotched; every other one the same on both sides, as things that people make are. And
 * silhouettes, whose width changes from top to bottom. */
#include "model/background_images.h"

#include <math.h>

/* What lies within 1 of the middle in u and v: an ellipse, or a parallelogram that may
 * be narrower at one end, down to a triangle. */
typedef enum outline { ROUND, SQUARE, TAPERED, OUTLINES } outline;
typedef enum cover { PLAIN, SHADED, STRIPED, BLOTCHED, COVERS } cover;

typedef struct patch {
    outline outline;
    cover cover;
    double y, x, u_y, u_x, v_y, v_x;
    double taper;                /* -1 to 1: how much wider it gets as u grows */
    double grey, slope;          /* in the middle, and what it gains to the right */
    double waves_u, waves_v, at; /* of stripes and blotches */
} patch;

static double between(numeral_random *random, double low, double high)
{
    return low + (high - low) * numeral_random_unit(random);
}

static patch choose_patch(numeral_random *random)
{
    double tall = between(random, 0.15, 0.7), wide = between(random, 0.15, 0.6);
    patch p = {.outline = (outline)numeral_random_below(random, OUTLINES)};
    p.cover = (cover)numeral_random_below(random, COVERS);
    p.y = between(random, -0.4, 0.4);
    p.x = between(random, -0.4, 0.4);
    p.u_y = 1 / tall;
    p.v_x = 1 / wide;
    p.u_x = between(random, -0.7, 0.7) / wide;
    p.v_y = between(random, -0.4, 0.4) / tall;
    p.taper = between(random, -1, 1);
    p.grey = between(random, 80, 255);
    p.slope = between(random, -80, 80);
    p.waves_u = between(random, 0.5, 3);
    p.waves_v = p.cover == STRIPED ? 0 : between(random, 0.5, 3);
    p.at = numeral_random_unit(random);
    return p;
}

/* A wave of straight flanks, from -1 to 1. */
static double wave(double phase)
{
    double part = phase - floor(phase);
    return part < 0.5 ? 4 * part - 1 : 3 - 4 * part;
}

static bool holds(const patch *p, double u, double v)
{
    double half = p->outline == TAPERED ? (1 + p->taper * u) / 2 : 1;
    return p->outline == ROUND ? u * u + v * v < 1 : u * u < 1 && v * v < half * half;
}

/* Its grey where it covers (u, v). */
static double cover_at(const patch *p, double u, double v)
{
    double grey = p->grey;
    if (p->cover == SHADED) {
        grey += p->slope * v;
    } else if (p->cover != PLAIN) {
        grey += p->slope * wave(p->waves_u * u + p->at) * wave(p->waves_v * v + 0.5);
    }
    return grey < 40 ? 40 : grey > 255 ? 255 : grey;
}

/* Its grey at (y, x), both from -1 to 1; 0 outside. */
static double grey_at(const patch *p, double y, double x)
{
    double u = p->u_y * (y - p->y) + p->u_x * (x - p->x);
    double v = p->v_y * (y - p->y) + p->v_x * (x - p->x);
    return holds(p, u, v) ? cover_at(p, u, v) : 0;
}

enum { MOST_PATCHES = 4, MOST_KNOTS = 9 };

/* Patches, or a silhouette with patches on it. */
typedef struct shape {
    patch patches[MOST_PATCHES];
    size_t n;
    bool same; /* on both sides */
    /* How far it reaches to either side at n_knots heights; 0: patches alone. */
    size_t n_knots;
    double sides[2][MOST_KNOTS], tall, slant;
    patch body;
} shape;

/* The last that covers the place lies on top. */
static double top_grey(const shape *s, double y, double x)
{
    double grey = 0;
    for (size_t i = s->n; i-- > 0 && grey == 0;) {
        grey = grey_at(&s->patches[i], y, x);
        if (s->same && grey == 0) {
            grey = grey_at(&s->patches[i], y, -x);
        }
    }
    return grey;
}

/* Of a silhouette: its body, and what lies on it. */
static double silhouette_grey(const shape *s, double y, double x)
{
    double u = y / s->tall, v = x - s->slant * y;
    double at = (u + 1) / 2 * (double)(s->n_knots - 1);
    if (at < 0 || at >= (double)(s->n_knots - 1)) {
        return 0;
    }
    size_t knot = (size_t)at;
    const double *side = s->sides[v > 0];
    double reach = side[knot] + (at - (double)knot) * (side[knot + 1] - side[knot]);
    if (fabs(v) >= reach) {
        return 0;
    }
    double grey = top_grey(s, y, x);
    return grey > 0 ? grey : cover_at(&s->body, u, v);
}

static void paint(const shape *s, numeral_image *sheet)
{
    enum { TIMES = 2 };
    for (size_t at = 0; at < sheet->height * sheet->width; at++) {
        double sum = 0;
        for (size_t part = 0; part < TIMES * TIMES; part++) {
            double y =
                (double)(at / sheet->width) + ((double)(part / TIMES) + 0.5) / TIMES;
            double x =
                (double)(at % sheet->width) + ((double)(part % TIMES) + 0.5) / TIMES;
            y = 2.5 * y / (double)sheet->height - 1.25;
            x = (2.5 * x - 1.25 * (double)sheet->width) / (double)sheet->height;
            sum += s->n_knots ? silhouette_grey(s, y, x) : top_grey(s, y, x);
        }
        sheet->pixels[at] = (uint8_t)(sum / (TIMES * TIMES) + 0.5);
    }
}

static void choose_patches(numeral_random *random, size_t n, shape *s)
{
    s->n = n;
    s->same = numeral_random_below(random, 2) == 0;
    for (size_t i = 0; i < n; i++) {
        s->patches[i] = choose_patch(random);
    }
}

void numeral_background_shape(numeral_random *random, numeral_image *sheet)
{
    shape s = {0};
    choose_patches(random, 2 + (size_t)numeral_random_below(random, MOST_PATCHES - 1),
                   &s);
    paint(&s, sheet);
}

void numeral_background_silhouette(numeral_random *random, numeral_image *sheet)
{
    enum { FEWEST_KNOTS = 4, ON_IT = 3 };
    shape s = {.tall = between(random, 0.5, 1)};
    s.body = choose_patch(random);
    s.n_knots = FEWEST_KNOTS +
                (size_t)numeral_random_below(random, MOST_KNOTS - FEWEST_KNOTS + 1);
    bool both = numeral_random_below(random, 10) < 7;
    double wide = between(random, 0.2, 0.6);
    for (size_t i = 0; i < s.n_knots; i++) {
        s.sides[0][i] = wide * between(random, 0.2, 1.8);
        s.sides[1][i] = both ? s.sides[0][i] : wide * between(random, 0.2, 1.8);
    }
    s.slant = both ? 0 : between(random, -0.3, 0.3);
    choose_patches(random, (size_t)numeral_random_below(random, ON_IT), &s);
    paint(&s, sheet);
}
