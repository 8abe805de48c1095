/* The frame is a part of the ink whose convex hull is a quadrilateral; its sides are then
 * fitted anew by the median of slopes (Theil 1950, Sen 1968), which strokes that cross
 * the frame and gaps in it do not move. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/components.h"
#include "page/even.h"
#include "page/register.h"

enum {
    COARSE = 700, /* longer side of the copy on which parts are looked for */
    FAINT = 60,   /* print may be fainter than ink */
    MOST_PARTS = 8,
    PROBES = 72, /* places along a side */
    SLOPES = PROBES * (PROBES - 1) / 2
};

/* Shares: of the picture that a frame encloses, of its hull that the quadrilateral fills,
 * of a side's probes that meet its line. */
static const double LEAST_AREA = 1.0 / 12, FILLED = 0.85, COVERED = 0.6,
                    BOTH = 0.35; /* of the greater contrast of a line, the smaller */
static const double EDGE = 2.5;  /* pixels from a run of ink to its ground */

/* Each pixel the strongest of `factor` × `factor`: thin lines stay, small gaps close. */
static numeral_status shrink(const numeral_image *ink, size_t factor, numeral_image *out,
                             numeral_error *err)
{
    size_t height = (ink->height + factor - 1) / factor;
    size_t width = (ink->width + factor - 1) / factor;
    numeral_status status = numeral_image_create(height, width, out, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    memset(out->pixels, 0, height * width);
    for (size_t y = 0; y < ink->height; y++) {
        uint8_t *to = out->pixels + y / factor * width;
        for (size_t x = 0; x < ink->width; x++) {
            uint8_t value = ink->pixels[y * ink->width + x];
            if (value > to[x / factor]) {
                to[x / factor] = value;
            }
        }
    }
    return NUMERAL_OK;
}

/* Adds a point to a chain that bends one way only (Andrew 1979). */
static size_t extend(numeral_point *chain, size_t n, numeral_point p)
{
    while (n >= 2 && numeral_turn_of(chain[n - 2], chain[n - 1], p) <= 0) {
        n--;
    }
    chain[n] = p;
    return n + 1;
}

/* The hull of a part, clockwise, of its outer pixels in each row; room for 2 × rows + 2.
 */
static size_t find_hull(const numeral_components *parts, size_t part, numeral_point *hull,
                        numeral_point *chain)
{
    numeral_page_box b = parts->items[part].box;
    size_t n_right = 0, n_left = 0;
    for (size_t y = b.top; y < b.bottom; y++) {
        const uint32_t *row = parts->labels + y * parts->width;
        size_t left = b.left, right = b.right;
        while (left < right && row[left] != part + 1) {
            left++;
        }
        while (right > left && row[right - 1] != part + 1) {
            right--;
        }
        if (left < right) {
            double at = (double)y + 0.5;
            n_right = extend(hull, n_right, (numeral_point){at, (double)right - 0.5});
            /* mirrored, so that the left side bends the same way */
            n_left = extend(chain, n_left, (numeral_point){at, -((double)left + 0.5)});
        }
    }
    for (size_t i = n_left; i > 0; i--) {
        hull[n_right++] = (numeral_point){chain[i - 1].y, -chain[i - 1].x};
    }
    return n_right;
}

static double area_of(const numeral_point *hull, size_t n)
{
    double sum = 0;
    for (size_t i = 1; i + 1 < n; i++) {
        sum += numeral_turn_of(hull[0], hull[i], hull[i + 1]);
    }
    return sum / 2;
}

/* The corner that lies farthest from the diagonal, of those between two. */
static size_t farthest(const numeral_point *hull, size_t n, size_t from, size_t to,
                       double *most)
{
    size_t best = from;
    *most = 0;
    for (size_t i = (from + 1) % n; i != to; i = (i + 1) % n) {
        double turn = numeral_turn_of(hull[from], hull[i], hull[to]);
        if (turn > *most) {
            *most = turn;
            best = i;
        }
    }
    return best;
}

/* The largest quadrilateral of the hull's corners; gives its area. O(n³). */
static double largest_quad(const numeral_point *hull, size_t n, numeral_point out[4])
{
    double best = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 2; j < n; j++) {
            double one, other;
            size_t a = farthest(hull, n, i, j, &one), b = farthest(hull, n, j, i, &other);
            if (one > 0 && other > 0 && one + other > best) {
                best = one + other;
                out[0] = hull[i];
                out[1] = hull[a];
                out[2] = hull[j];
                out[3] = hull[b];
            }
        }
    }
    return best / 2;
}

/* The part's quadrilateral, if it is large enough and fills the hull. */
static double quad_of(const numeral_components *parts, size_t part, numeral_point *hull,
                      numeral_point *chain, numeral_point out[4])
{
    size_t n = find_hull(parts, part, hull, chain);
    double hull_area = area_of(hull, n);
    if (hull_area < LEAST_AREA * (double)(parts->height * parts->width)) {
        return 0;
    }
    double area = largest_quad(hull, n, out);
    return area >= FILLED * hull_area ? area : 0;
}

/* Between four pixels; 0 beyond the edges. */
static double value_at(const numeral_image *image, double y, double x)
{
    double top = floor(y - 0.5), left = floor(x - 0.5);
    if (top < 0 || left < 0 || top + 1 >= (double)image->height ||
        left + 1 >= (double)image->width) {
        return 0;
    }
    double down = y - 0.5 - top, across = x - 0.5 - left;
    const uint8_t *at = image->pixels + (size_t)top * image->width + (size_t)left;
    return (at[0] * (1 - across) + at[1] * across) * (1 - down) +
           (at[image->width] * (1 - across) + at[image->width + 1] * across) * down;
}

/* A page on which sides are looked for: its ink, and its grey levels. */
typedef struct sheet {
    const numeral_image *ink, *grey;
    bool light;
    size_t factor;  /* by which the corners' first guess is coarser */
    double *slopes; /* room for SLOPES */
} sheet;

/* A straight line: a point and a direction of length 1. */
typedef struct straight {
    numeral_point at, way;
} straight;

static numeral_point place_at(straight line, double along, double off)
{
    return (numeral_point){line.at.y + along * line.way.y + off * line.way.x,
                           line.at.x + along * line.way.x - off * line.way.y};
}

/* Whether a run of ink is a line's: darker than the ground on both of its sides. At the
 * edge of the paper, or of a shadow, one side is as dark. */
static bool is_line(const sheet *s, straight line, double along, double begin, double end)
{
    double levels[3], places[3] = {begin - EDGE, 0, end + EDGE};
    places[1] = (begin + end) / 2;
    for (int i = 0; i < 3; i++) {
        numeral_point p = place_at(line, along, places[i]);
        levels[i] = value_at(s->grey, p.y, p.x);
        levels[i] = s->light ? 255 - levels[i] : levels[i];
    }
    double one = levels[0] - levels[1], other = levels[2] - levels[1];
    return one > 0 && other > 0 && one >= other * BOTH && other >= one * BOTH;
}

/* Where, on the normal through a place of the side, the middle of the nearest line is, in
 * pixels off it; false where there is none within reach. */
static bool probe(const sheet *s, straight line, double along, double reach,
                  double *offset)
{
    double best = reach + 1, begin = 0;
    bool inside = false;
    for (double d = -reach - 1; d <= reach + 1; d += 0.5) {
        numeral_point p = place_at(line, along, d);
        bool now = d <= reach && value_at(s->ink, p.y, p.x) >= FAINT;
        double middle = (begin + d - 0.5) / 2;
        if (now && !inside) {
            begin = d;
        }
        if (!now && inside && fabs(middle) < fabs(best) &&
            is_line(s, line, along, begin, d - 0.5)) {
            best = middle;
        }
        inside = now;
    }
    *offset = best;
    return fabs(best) <= reach;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median_of(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return values[n / 2];
}

/* Lays the line through the middles of the ink along a side; false where most of the side
 * shows none. */
static bool fit_side(const sheet *s, numeral_point from, numeral_point to, double reach,
                     straight *out)
{
    double length = numeral_distance_of(from, to), places[PROBES], offsets[PROBES];
    double levels[PROBES];
    straight line = {from, {(to.y - from.y) / length, (to.x - from.x) / length}};
    size_t n = 0, n_slopes = 0, n_near = 0;
    for (int i = 0; i < PROBES; i++) {
        places[n] = length * (0.02 + 0.96 * (i + 0.5) / PROBES);
        n += probe(s, line, places[n], reach, &offsets[n]);
    }
    if ((double)n < COVERED * PROBES) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            s->slopes[n_slopes++] = (offsets[i] - offsets[j]) / (places[i] - places[j]);
        }
    }
    double slope = median_of(s->slopes, n_slopes);
    for (size_t i = 0; i < n; i++) {
        levels[i] = offsets[i] - slope * places[i];
    }
    double level = median_of(levels, n), near = 2 + length / 400;
    for (size_t i = 0; i < n; i++) {
        n_near += fabs(offsets[i] - slope * places[i] - level) <= near;
    }
    double end = level + slope * length;
    numeral_point a = {from.y + level * line.way.x, from.x - level * line.way.y};
    numeral_point b = {to.y + end * line.way.x, to.x - end * line.way.y};
    double fitted = numeral_distance_of(a, b);
    *out = (straight){a, {(b.y - a.y) / fitted, (b.x - a.x) / fitted}};
    return (double)n_near >= COVERED * PROBES;
}

static bool meet(straight a, straight b, numeral_point *out)
{
    double det = a.way.x * b.way.y - a.way.y * b.way.x;
    if (fabs(det) < 0.3) { /* the sides of a frame meet at more than 17 degrees */
        return false;
    }
    double along = ((b.at.x - a.at.x) * b.way.y - (b.at.y - a.at.y) * b.way.x) / det;
    *out = (numeral_point){a.at.y + along * a.way.y, a.at.x + along * a.way.x};
    return true;
}

/* Fits the four sides on the full picture, twice: the second time closer. */
static bool refine(const sheet *s, numeral_point corners[4])
{
    straight sides[4];
    numeral_homography map;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 4; i++) {
            numeral_point from = corners[i], to = corners[(i + 1) % 4];
            double reach =
                pass ? 4 + (double)s->factor
                     : 4 * (double)s->factor + numeral_distance_of(from, to) / 60;
            if (!fit_side(s, from, to, reach, &sides[i])) {
                return false;
            }
        }
        for (int i = 0; i < 4; i++) {
            if (!meet(sides[(i + 3) % 4], sides[i], &corners[i])) {
                return false;
            }
        }
    }
    return numeral_homography_of(corners, &map);
}

/* The parts with the largest quadrilaterals, in falling area. */
typedef struct choice {
    size_t n;
    double areas[MOST_PARTS + 1];
    numeral_point quads[MOST_PARTS + 1][4];
} choice;

static void choose(choice *best, double area, numeral_point quad[4])
{
    size_t at = best->n;
    for (; at > 0 && best->areas[at - 1] < area; at--) {
        best->areas[at] = best->areas[at - 1];
        memcpy(best->quads[at], best->quads[at - 1], sizeof best->quads[at]);
    }
    best->areas[at] = area;
    memcpy(best->quads[at], quad, sizeof best->quads[at]);
    best->n += best->n < MOST_PARTS;
}

numeral_status numeral_register_frame(const numeral_image *grey, bool light,
                                      numeral_point corners[4], bool *found,
                                      numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_page_ink ink = {0};
    numeral_image small = {0};
    numeral_components parts = {0};
    choice best = {0};
    numeral_point *hull = NULL, *chain = NULL;
    double *slopes = numeral_allocate(SLOPES, sizeof *slopes, err);
    size_t longer = grey->height > grey->width ? grey->height : grey->width;
    size_t factor = (longer + COARSE - 1) / COARSE;
    sheet page = {&ink.map, grey, light, factor, slopes};
    *found = false;
    TRY_ALLOC(slopes);
    TRY(numeral_page_even(grey, light, &ink, err));
    TRY(shrink(&ink.map, factor, &small, err));
    TRY(numeral_components_find(&small, FAINT, &parts, err));
    hull = numeral_allocate(2 * small.height + 4, sizeof *hull, err);
    chain = numeral_allocate(2 * small.height + 4, sizeof *chain, err);
    TRY(hull && chain ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    for (size_t i = 0; i < parts.n; i++) {
        numeral_page_box b = parts.items[i].box;
        numeral_point quad[4];
        double around = (double)((b.bottom - b.top) * (b.right - b.left));
        if (around < LEAST_AREA * (double)(small.height * small.width)) {
            continue;
        }
        double area = quad_of(&parts, i, hull, chain, quad);
        if (area > 0) {
            choose(&best, area, quad);
        }
    }
    for (size_t i = 0; i < best.n && !*found; i++) {
        for (int j = 0; j < 4; j++) {
            corners[j] = (numeral_point){best.quads[i][j].y * (double)factor,
                                         best.quads[i][j].x * (double)factor};
        }
        *found = refine(&page, corners);
    }
    if (*found) {
        numeral_register_order(corners);
    }
done:
    numeral_release(slopes);
    numeral_release(hull);
    numeral_release(chain);
    numeral_image_free(&ink.map);
    numeral_image_free(&small);
    numeral_components_free(&parts);
    return status;
}
