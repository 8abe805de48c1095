/* From an allograph to the way of one hand's pen.
 *
 * The points are moved one by one (a hand never hits the same place twice) and stroke by
 * stroke (a pen put down again lands beside its mark), then all together: a smooth random
 * bending of the plane (a cubic polynomial in x and y: elastic distortion, Simard et al.
 * 2003, with so long a wave that letters stay legible), width, slant and rotation. A
 * Catmull-Rom spline runs through them, a slow random walk makes it tremble and varies
 * its width, and the pen leaves the paper lightly. Only + - * / and a polynomial in place
 * of sine, so that every machine draws the same digit. */
#include <stdbool.h>

#include "data/pen.h"

typedef struct point {
    double x, y;
} point;

/* Coefficients of x'(u, v) and y'(u, v) in u, v, u², uv, v², u³, u²v, uv², v³, with u
 * and v in -1..1 over the digit. */
enum { N_TERMS = 9 };
typedef struct warp {
    double x[N_TERMS], y[N_TERMS];
} warp;

static double normal(numeral_random *random, double deviation)
{
    return deviation * numeral_random_normal(random);
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

const numeral_pen_allograph *numeral_pen_choose(numeral_random *random,
                                                numeral_label label)
{
    uint64_t total = 0;
    for (size_t i = 0; i < numeral_pen_allograph_count; i++) {
        if (numeral_pen_allographs[i].digit == label) {
            total += numeral_pen_allographs[i].weight;
        }
    }
    uint64_t pick = numeral_random_below(random, total);
    for (size_t i = 0;; i++) {
        const numeral_pen_allograph *allograph = &numeral_pen_allographs[i];
        if (allograph->digit != label) {
            continue;
        }
        if (pick < allograph->weight) {
            return allograph;
        }
        pick -= allograph->weight;
    }
}

/* Linear terms carry width, slant and rotation; the others bend. */
static warp draw_warp(numeral_random *random)
{
    double bend = 0.5 + numeral_random_unit(random);
    warp w;
    for (int i = 0; i < N_TERMS; i++) {
        double deviation = (i < 5 ? 0.075 : 0.055) * bend;
        w.x[i] = normal(random, deviation);
        w.y[i] = normal(random, deviation);
    }
    double width = clamp(1.2 + normal(random, 0.27), 0.6, 2.0);
    double slant = clamp(0.22 + normal(random, 0.27), -0.6, 1.0);
    double turn = clamp(normal(random, 0.08), -0.3, 0.3);
    double sine = turn * (1.0 - turn * turn / 6.0);
    double cosine = 1.0 - turn * turn / 2.0;
    w.x[0] += width * cosine;
    w.x[1] += -slant * cosine - sine;
    w.y[0] += width * sine;
    w.y[1] += cosine - slant * sine;
    return w;
}

static double evaluate(const double *terms, double u, double v)
{
    double low = terms[0] * u + terms[1] * v;
    double square = terms[2] * u * u + terms[3] * u * v + terms[4] * v * v;
    double cube =
        u * u * (terms[5] * u + terms[6] * v) + v * v * (terms[7] * u + terms[8] * v);
    return low + square + cube;
}

static point move_point(const warp *w, double x, double y)
{
    double u = (x - 32.0) / 50.0;
    double v = (y - 50.0) / 50.0;
    return (point){evaluate(w->x, u, v), evaluate(w->y, u, v)};
}

/* The spline's tangent at point i, zero-sided at corners and ends. */
static point tangent(const point *points, size_t i, bool ends)
{
    if (ends) {
        return (point){0, 0};
    }
    return (point){(points[i + 1].x - points[i - 1].x) / 2.0,
                   (points[i + 1].y - points[i - 1].y) / 2.0};
}

static point hermite(point a, point b, point at_a, point at_b, double t)
{
    double t2 = t * t;
    double t3 = t2 * t;
    double ha = 2 * t3 - 3 * t2 + 1;
    double hb = 3 * t2 - 2 * t3;
    double ga = t3 - 2 * t2 + t;
    double gb = t3 - t2;
    return (point){ha * a.x + hb * b.x + ga * at_a.x + gb * at_b.x,
                   ha * a.y + hb * b.y + ga * at_a.y + gb * at_b.y};
}

/* A first-order random walk that forgets: tremor and pressure change slowly. */
static double wander(numeral_random *random, double before, double deviation)
{
    return 0.8 * before + normal(random, 0.6 * deviation);
}

typedef struct hand {
    numeral_random *random;
    double tremor, pressure; /* deviations */
    double dx, dy, force;    /* where the walks are */
} hand;

static numeral_pen_dot touch(hand *h, point at, double width, bool begins)
{
    h->dx = wander(h->random, h->dx, h->tremor);
    h->dy = wander(h->random, h->dy, h->tremor);
    h->force = wander(h->random, h->force, h->pressure);
    double force = clamp(1.0 + h->force, 0.6, 1.5);
    return (numeral_pen_dot){(float)(at.x + h->dx), (float)(at.y + h->dy),
                             (float)(width * force), begins};
}

static bool is_end(const uint8_t *turns, size_t i)
{
    return i == 0 || turns[i] != PEN_SMOOTH || turns[i - 1] == PEN_LIFT;
}

static size_t trace(hand *h, const point *points, const uint8_t *turns, size_t n,
                    numeral_pen_dot *dots)
{
    size_t n_dots = 0;
    for (size_t i = 0; i < n; i++) {
        bool begins = i == 0 || turns[i - 1] == PEN_LIFT;
        if (begins) {
            dots[n_dots++] = touch(h, points[i], 0.9, true);
            continue;
        }
        point at_a = tangent(points, i - 1, is_end(turns, i - 1));
        point at_b = tangent(points, i, is_end(turns, i));
        for (int step = 1; step <= NUMERAL_PEN_STEPS; step++) {
            double t = (double)step / NUMERAL_PEN_STEPS;
            bool lifts = turns[i] == PEN_LIFT && step == NUMERAL_PEN_STEPS;
            point at = hermite(points[i - 1], points[i], at_a, at_b, t);
            dots[n_dots++] = touch(h, at, lifts ? 0.8 : 1.0, false);
        }
    }
    return n_dots;
}

size_t numeral_pen_write(numeral_random *random, const numeral_pen_allograph *allograph,
                         numeral_pen_dot *dots)
{
    warp w = draw_warp(random);
    double care = 1.5 + 4.5 * numeral_random_unit(random);
    point points[NUMERAL_PEN_MAX_POINTS];
    uint8_t turns[NUMERAL_PEN_MAX_POINTS];
    double shift_x = 0;
    double shift_y = 0;
    for (size_t i = 0; i < allograph->n_points; i++) {
        const numeral_pen_point *from = &allograph->points[i];
        double x = from->x + shift_x + normal(random, care);
        double y = from->y + shift_y + normal(random, care);
        points[i] = move_point(&w, x, y);
        turns[i] = from->turn;
        if (from->turn == PEN_CORNER && numeral_random_below(random, 4) == 0) {
            turns[i] = PEN_SMOOTH; /* a hasty hand rounds its corners */
        }
        if (from->turn == PEN_LIFT) {
            shift_x = normal(random, 3.0);
            shift_y = normal(random, 3.0);
        }
    }
    hand h = {.random = random,
              .tremor = 0.004 + 0.012 * numeral_random_unit(random),
              .pressure = 0.15};
    return trace(&h, points, turns, allograph->n_points, dots);
}

size_t numeral_pen_shape(numeral_random *random, numeral_label label,
                         numeral_pen_dot *dots)
{
    return numeral_pen_write(random, numeral_pen_choose(random, label), dots);
}

size_t numeral_pen_letter(numeral_random *random, numeral_pen_dot *dots)
{
    uint64_t pick = numeral_random_below(random, numeral_pen_letter_count);
    return numeral_pen_write(random, &numeral_pen_letters[pick], dots);
}

size_t numeral_pen_scribble(numeral_random *random, numeral_pen_dot *dots)
{
    enum { FEWEST = 3, MORE = 5, STRIDE = 32 };
    numeral_pen_point points[NUMERAL_PEN_MAX_POINTS];
    size_t strokes = numeral_random_below(random, 3) == 0 ? 2 : 1, n = 0;
    for (size_t stroke = 0; stroke < strokes; stroke++) {
        size_t end = n + FEWEST + (size_t)numeral_random_below(random, MORE);
        double x = 100 * numeral_random_unit(random);
        double y = 100 * numeral_random_unit(random);
        for (; n < end; n++) {
            points[n] = (numeral_pen_point){(uint8_t)x, (uint8_t)y,
                                            n + 1 < end ? PEN_SMOOTH : PEN_LIFT};
            x = clamp(x + normal(random, STRIDE), 0, 100);
            y = clamp(y + normal(random, STRIDE), 0, 100);
        }
    }
    const numeral_pen_allograph scribble = {points, (uint8_t)n, 0, 1};
    return numeral_pen_write(random, &scribble, dots);
}

/* Sides of a ring, whose sides are smooth, a box, a triangle, a bow, a line. */
typedef struct trait {
    uint8_t sides;
    bool smooth, closed;
    int8_t x[8], y[8]; /* from -10 to 10 */
} trait;

static const trait traits[] = {
    {8, true, true, {0, 7, 10, 7, 0, -7, -10, -7}, {-10, -7, 0, 7, 10, 7, 0, -7}},
    {4, false, true, {-10, 10, 10, -10}, {-10, -10, 10, 10}},
    {3, false, true, {0, 10, -10}, {-10, 10, 10}},
    {3, true, false, {-10, 0, 10}, {-4, 5, -4}},
    {2, false, false, {-10, 10}, {0, 0}},
    {2, false, false, {0, 0}, {-10, 10}},
    {2, false, false, {-8, 8}, {-8, 8}},
    {3, false, false, {-10, 0, 10}, {-8, 4, -8}},
};
enum { TRAITS = sizeof traits / sizeof *traits, FRAMES = 3, MOST_TRAIT = 9 };

/* Appends a trait around (x, y), `wide` and `tall` to each side; returns how many points
 * there are now. */
static size_t append(const trait *t, double x, double y, double wide, double tall,
                     numeral_pen_point *points, size_t n)
{
    size_t count = t->sides + (t->closed ? 1U : 0U);
    for (size_t i = 0; i < count; i++) {
        points[n++] = (numeral_pen_point){
            (uint8_t)clamp(x + wide * t->x[i % t->sides] / 10, 0, 100),
            (uint8_t)clamp(y + tall * t->y[i % t->sides] / 10, 0, 100),
            i + 1 == count ? PEN_LIFT
            : t->smooth    ? PEN_SMOOTH
                           : PEN_CORNER};
    }
    return n;
}

static double within(numeral_random *random, double low, double high)
{
    return low + (high - low) * numeral_random_unit(random);
}

size_t numeral_pen_figure(numeral_random *random, numeral_pen_dot *dots)
{
    enum { FEWEST = 1, MORE = 4 };
    numeral_pen_point points[NUMERAL_PEN_MAX_POINTS];
    double wide = within(random, 20, 50), tall = within(random, 25, 50);
    size_t inner = FEWEST + (size_t)numeral_random_below(random, MORE);
    const trait *frame = &traits[numeral_random_below(random, FRAMES)];
    size_t n = append(frame, 50, 50, wide, tall, points, 0);
    for (size_t i = 0; i < inner && n + MOST_TRAIT <= NUMERAL_PEN_MAX_POINTS; i++) {
        const trait *t = &traits[numeral_random_below(random, TRAITS)];
        double part = within(random, 0.15, numeral_random_below(random, 3) ? 0.5 : 1.1);
        /* one after the other: arguments have no order that compilers agree on */
        double y = 50 + within(random, -0.6, 0.6) * tall;
        double x = 50 + within(random, -0.6, 0.6) * wide;
        n = append(t, x, y, part * wide, part * tall, points, n);
    }
    const numeral_pen_allograph figure = {points, (uint8_t)n, 0, 1};
    return numeral_pen_write(random, &figure, dots);
}
