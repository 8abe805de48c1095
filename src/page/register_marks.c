/* Marks are what stays solid when thin things are worn away; of those the best four. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/components.h"
#include "page/even.h"
#include "page/extreme.h"
#include "page/register.h"

enum {
    COARSE = 1200,      /* longer side of the copy on which marks are looked for */
    GROUND_PART = 16,   /* the closing reaches so many parts of it, and marks do not */
    TAKEN = 115,        /* of 255: of the ground's light that a mark takes at least */
    WORN = 2,           /* print no wider than twice that goes */
    LEAST_SIDE = 4,     /* of a worn mark */
    MOST_SIDE_PART = 9, /* of the shorter side of the picture */
    MOST_MARKS = 32
};

/* Shares: of its box that a mark fills (a disc: 0.79, a square at ten degrees: 0.76), of
 * the larger of two sides or sizes the smaller, of the picture that the four span. */
static const double FILLED = 0.62, ALIKE_SIDES = 0.6, ALIKE_MARKS = 0.4,
                    ALIKE_OPPOSITE = 0.55, LEAST_AREA = 0.1;

typedef struct mark {
    numeral_page_box box;
    double size;
    numeral_point middle;
} mark;

void numeral_register_order(numeral_point corners[4])
{
    int first = 0;
    numeral_point turned[4];
    for (int i = 1; i < 4; i++) {
        if (corners[i].y + corners[i].x < corners[first].y + corners[first].x) {
            first = i;
        }
    }
    for (int i = 0; i < 4; i++) {
        turned[i] = corners[(first + i) % 4];
    }
    memcpy(corners, turned, sizeof turned);
}

/* 255 where at least TAKEN of the ground's light is taken, worn. */
static numeral_status find_solid(const numeral_image *small, numeral_image *out,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_image ground = {0}, map = {0};
    size_t n = small->height * small->width;
    size_t longer = small->height > small->width ? small->height : small->width;
    TRY(numeral_image_create(small->height, small->width, &ground, err));
    TRY(numeral_image_create(small->height, small->width, &map, err));
    memcpy(ground.pixels, small->pixels, n);
    TRY(numeral_page_close(&ground, longer / GROUND_PART + 2, err));
    for (size_t i = 0; i < n; i++) {
        unsigned under = ground.pixels[i], grey = small->pixels[i];
        map.pixels[i] = under >= 32 && (under - grey) * 255 >= TAKEN * under ? 0 : 255;
    }
    TRY(numeral_page_dilate(&map, WORN, err)); /* of the ground: the marks shrink */
    for (size_t i = 0; i < n; i++) {
        map.pixels[i] = (uint8_t)(255 - map.pixels[i]);
    }
    *out = map;
    map = (numeral_image){0};
done:
    numeral_image_free(&ground);
    numeral_image_free(&map);
    return status;
}

/* Keeps the MOST_MARKS largest, in falling size. */
static void keep(mark *marks, size_t *n, mark one)
{
    size_t at = *n < MOST_MARKS ? (*n)++ : MOST_MARKS - 1;
    if (at == MOST_MARKS - 1 && *n == MOST_MARKS && marks[at].size > one.size) {
        return;
    }
    for (; at > 0 && marks[at - 1].size < one.size; at--) {
        marks[at] = marks[at - 1];
    }
    marks[at] = one;
}

static size_t list_marks(const numeral_components *solid, mark *marks)
{
    size_t n = 0;
    size_t shorter = solid->height < solid->width ? solid->height : solid->width;
    memset(marks, 0, MOST_MARKS * sizeof *marks);
    for (size_t i = 0; i < solid->n; i++) {
        const numeral_component *c = &solid->items[i];
        size_t height = c->box.bottom - c->box.top, width = c->box.right - c->box.left;
        double low = (double)(height < width ? height : width);
        double high = (double)(height < width ? width : height);
        if (low >= LEAST_SIDE && high * MOST_SIDE_PART <= (double)shorter &&
            low >= ALIKE_SIDES * high &&
            (double)c->pixels >= FILLED * (double)(height * width)) {
            keep(marks, &n,
                 (mark){c->box,
                        (double)c->pixels,
                        {(double)(c->box.top + c->box.bottom) / 2,
                         (double)(c->box.left + c->box.right) / 2}});
        }
    }
    return n;
}

/* The middle of a mark's ink on the picture itself, `factor` of whose pixels are one of
 * the copy's: dark pixels in its box, which is grown by what was worn. */
static numeral_point exact_middle(const numeral_image *grey, bool light, const mark *m,
                                  size_t factor)
{
    size_t grow = (WORN + 1) * factor;
    size_t top = m->box.top * factor, left = m->box.left * factor;
    size_t bottom = m->box.bottom * factor + grow, right = m->box.right * factor + grow;
    top -= top < grow ? top : grow;
    left -= left < grow ? left : grow;
    bottom = bottom < grey->height ? bottom : grey->height;
    right = right < grey->width ? right : grey->width;
    unsigned low = 255, high = 0;
    uint64_t n = 0, sum_y = 0, sum_x = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t y = top; y < bottom; y++) {
            for (size_t x = left; x < right; x++) {
                unsigned level = grey->pixels[y * grey->width + x];
                level = light ? 255 - level : level;
                low = level < low ? level : low;
                high = level > high ? level : high;
                if (pass && 2 * level <= low + high) {
                    n++;
                    sum_y += 2 * y + 1;
                    sum_x += 2 * x + 1;
                }
            }
        }
    }
    double twice = 2 * (double)n;
    return (numeral_point){(double)sum_y / twice, (double)sum_x / twice};
}

/* Puts four points in clockwise order around their middle, the first staying first; false
 * where they are no convex quadrilateral of even sides. */
static bool arrange(numeral_point p[4])
{
    static const int orders[6][4] = {{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3},
                                     {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1}};
    numeral_point q[4];
    numeral_homography map;
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 4; j++) {
            q[j] = p[orders[i][j]];
        }
        if (numeral_homography_of(q, &map)) {
            double sides[4];
            for (int j = 0; j < 4; j++) {
                sides[j] = numeral_distance_of(q[j], q[(j + 1) % 4]);
            }
            memcpy(p, q, sizeof q);
            return sides[0] >= ALIKE_OPPOSITE * sides[2] &&
                   sides[2] >= ALIKE_OPPOSITE * sides[0] &&
                   sides[1] >= ALIKE_OPPOSITE * sides[3] &&
                   sides[3] >= ALIKE_OPPOSITE * sides[1];
        }
    }
    return false;
}

/* The four marks, in falling size, that span most, weighed by how alike they are. */
static double best_four(const mark *marks, size_t n, size_t four[4], numeral_point out[4])
{
    double best = 0;
    for (size_t a = 0; a < n; a++) {
        for (size_t d = a + 3; d < n && marks[d].size >= ALIKE_MARKS * marks[a].size;
             d++) {
            for (size_t b = a + 1; b < d; b++) {
                for (size_t c = b + 1; c < d; c++) {
                    numeral_point p[4] = {marks[a].middle, marks[b].middle,
                                          marks[c].middle, marks[d].middle};
                    if (!arrange(p)) {
                        continue;
                    }
                    double area = (numeral_turn_of(p[0], p[1], p[2]) +
                                   numeral_turn_of(p[0], p[2], p[3])) /
                                  2;
                    double worth = area * marks[d].size / marks[a].size;
                    if (worth > best) {
                        best = worth;
                        memcpy(four, (size_t[4]){a, b, c, d}, 4 * sizeof *four);
                        memcpy(out, p, sizeof p);
                    }
                }
            }
        }
    }
    return best;
}

numeral_status numeral_register_marks(const numeral_image *grey, bool light,
                                      numeral_point corners[4], bool *found,
                                      numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_image small = {0}, solid = {0};
    numeral_components parts = {0};
    mark marks[MOST_MARKS];
    size_t longer = grey->height > grey->width ? grey->height : grey->width;
    size_t factor = (longer + COARSE - 1) / COARSE, n, four[4];
    *found = false;
    if (grey->height < factor || grey->width < factor) {
        return NUMERAL_OK;
    }
    TRY(numeral_page_reduce(grey, factor, &small, err));
    for (size_t i = 0; light && i < small.height * small.width; i++) {
        small.pixels[i] = (uint8_t)(255 - small.pixels[i]);
    }
    TRY(find_solid(&small, &solid, err));
    TRY(numeral_components_find(&solid, 128, &parts, err));
    n = list_marks(&parts, marks);
    if (best_four(marks, n, four, corners) >
        LEAST_AREA * (double)(small.height * small.width)) {
        for (size_t i = 0; i < 4; i++) {
            corners[i] = exact_middle(grey, light, &marks[four[i]], factor);
        }
        *found = arrange(corners);
        numeral_register_order(corners);
    }
done:
    numeral_image_free(&small);
    numeral_image_free(&solid);
    numeral_components_free(&parts);
    return status;
}
