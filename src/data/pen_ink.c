/* Ink: every line between two dots is a capsule whose radius runs from one dot's to the
 * other's; a pixel's darkness falls linearly over the pen's soft edge with its distance
 * from the nearest capsule, which is what scaling a large black and white scan down to
 * 20 × 20 gives (LeCun et al. 1998), and which is how MNIST was made. */
#include <math.h>
#include <string.h>

#include "data/pen.h"

enum { BOX = 20, FRAME = 28 };

typedef struct pen {
    float radius; /* pixels, where a dot's width is 1 */
    float edge;   /* pixels from full ink to none */
} pen;

static float smaller(float a, float b)
{
    return a < b ? a : b;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The dots' box, moved and scaled to fill BOX with the pen's own width inside it. */
static void fit(numeral_pen_dot *dots, size_t n_dots, const pen *p)
{
    float left = dots[0].x;
    float right = left;
    float top = dots[0].y;
    float bottom = top;
    float widest = 0;
    for (size_t i = 0; i < n_dots; i++) {
        left = smaller(left, dots[i].x);
        right = larger(right, dots[i].x);
        top = smaller(top, dots[i].y);
        bottom = larger(bottom, dots[i].y);
        widest = larger(widest, dots[i].width);
    }
    float margin = widest * p->radius + p->edge / 2;
    float room = (float)BOX - 2 * margin;
    float scale = room / larger(larger(right - left, bottom - top), 0.1f);
    for (size_t i = 0; i < n_dots; i++) {
        dots[i].x = margin + (dots[i].x - left) * scale;
        dots[i].y = margin + (dots[i].y - top) * scale;
        dots[i].width *= p->radius;
    }
}

static int limit(float value)
{
    return value < 0 ? 0 : value > BOX - 1 ? BOX - 1 : (int)value;
}

/* Raises `field` (how deep a pixel's middle lies under the ink's rim) by one capsule. */
static void draw_line(const numeral_pen_dot *a, const numeral_pen_dot *b, float edge,
                      float *field)
{
    float reach = larger(a->width, b->width) + edge;
    int left = limit(smaller(a->x, b->x) - reach);
    int right = limit(larger(a->x, b->x) + reach);
    int top = limit(smaller(a->y, b->y) - reach);
    int bottom = limit(larger(a->y, b->y) + reach);
    float dx = b->x - a->x;
    float dy = b->y - a->y;
    float square = larger(dx * dx + dy * dy, 1e-6f);
    float inverse = 1.0f / square;
    for (int y = top; y <= bottom; y++) {
        float py = (float)y + 0.5f - a->y;
        for (int x = left; x <= right; x++) {
            float px = (float)x + 0.5f - a->x;
            float t = larger(0.0f, smaller(1.0f, (px * dx + py * dy) * inverse));
            float ex = px - t * dx;
            float ey = py - t * dy;
            float depth = a->width + t * (b->width - a->width) - sqrtf(ex * ex + ey * ey);
            field[y * BOX + x] = larger(field[y * BOX + x], depth);
        }
    }
}

static uint8_t shade(float depth, float edge)
{
    float ink = larger(0.0f, smaller(1.0f, depth / edge + 0.5f));
    return (uint8_t)(ink * 255.0f + 0.5f);
}

/* Where a box's row or column 0 goes, so that `moment` / `mass` falls on the middle and
 * all `extent` inked ones on the paper. */
static size_t place(uint64_t moment, uint64_t mass, size_t extent)
{
    uint64_t middle = mass ? (moment + mass / 2) / mass : BOX / 2;
    uint64_t start = middle < FRAME / 2 ? FRAME / 2 - middle : 0;
    return start > FRAME - extent ? FRAME - extent : (size_t)start;
}

static void frame(const uint8_t *box, uint8_t *pixels)
{
    uint64_t mass = 0;
    uint64_t moment_x = 0;
    uint64_t moment_y = 0;
    size_t width = 0;
    size_t height = 0;
    for (size_t y = 0; y < BOX; y++) {
        for (size_t x = 0; x < BOX; x++) {
            uint64_t ink = box[y * BOX + x];
            mass += ink;
            moment_x += ink * x;
            moment_y += ink * y;
            width = ink && x >= width ? x + 1 : width;
            height = ink ? y + 1 : height;
        }
    }
    size_t left = place(moment_x, mass, width);
    size_t top = place(moment_y, mass, height);
    memset(pixels, 0, (size_t)FRAME * FRAME);
    for (size_t y = 0; y < height; y++) {
        memcpy(pixels + (top + y) * FRAME + left, box + y * BOX, width);
    }
}

void numeral_pen_ink(numeral_random *random, numeral_pen_dot *dots, size_t n_dots,
                     uint8_t *pixels)
{
    double thin = numeral_random_unit(random);
    double thick = numeral_random_unit(random);
    double soft = numeral_random_unit(random);
    pen p = {(float)(0.8 + 0.6 * thin + 0.8 * thick * thick), (float)(0.9 + 0.7 * soft)};
    fit(dots, n_dots, &p);
    float field[BOX * BOX];
    for (size_t i = 0; i < BOX * BOX; i++) {
        field[i] = -(float)BOX;
    }
    for (size_t i = 1; i < n_dots; i++) {
        if (!dots[i].begins) {
            draw_line(&dots[i - 1], &dots[i], p.edge, field);
        }
    }
    uint8_t box[BOX * BOX];
    for (size_t i = 0; i < BOX * BOX; i++) {
        box[i] = shade(field[i], p.edge);
    }
    frame(box, pixels);
}
