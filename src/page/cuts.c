/* For each wide component, and each of a few slants, the cheapest path through each
 * column of its middle row is found in two sweeps, from the top down and from the bottom
 * up. Where that cost is least among its neighbours, a cut may lie. Of all those of all
 * slants the ones that cross least ink are taken, as long as they do not cross each other
 * and leave something between them. A slanted path follows a 1 that leans on its
 * neighbour, where a straight one would cut off its foot. */
#include "page/cuts.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum {
    MOST_CUTS = 24,
    MOST_FOUND = 128, /* of all slants, before they are chosen from */
    INK_COST = 16,    /* of a pixel of full ink */
    STEP_COST = 1,    /* of ground, and again of a step aside: paths prefer their slant */
    N_WAYS = 7
};

/* How a path may go: its slant in columns for a row (handwriting leans up to about 45
 * degrees to the right, and half of that to the left), and the cost of a step aside from
 * it. */
typedef struct way {
    double slant;
    uint32_t side;
} way;

static const way WAYS[N_WAYS] = {{0, 4},     {-0.35, 4}, {0, 24},    {-0.25, 24},
                                 {0.25, 24}, {-0.5, 24}, {-0.75, 24}};

/* In heights of the line: narrower components are one digit, and no cut lies nearer to
 * their ends than the second. In strokes as high as the line: the least ink on each side
 * of a cut. In strokes: the most ink that a cut may cross. */
static const double WIDE = 0.45, LEAST_WIDTH = 0.05, LEAST_PIECE = 0.1, MOST_INK = 2.8;

/* A path from top to bottom: its column in each row, 0 .. width; what it crosses. */
typedef struct seam {
    uint16_t *path;
    double ink;  /* in strokes */
    size_t runs; /* how many times it enters ink */
} seam;

/* What is known of the component under way. */
typedef struct seams {
    const numeral_image *ink;
    const uint32_t *labels;
    uint32_t label;
    numeral_page_box box;
    size_t height, width;
    uint32_t *down, *up; /* height × width: cost of the cheapest path to here */
    uint32_t *mass;      /* height × (width + 1): its pixels left of each column */
    uint16_t *paths;     /* MOST_FOUND × height */
    seam found[MOST_FOUND], cuts[MOST_CUTS];
    size_t n_found, n;
} seams;

static uint32_t cheapest_before(const uint32_t *row, size_t x, size_t width,
                                uint32_t side)
{
    uint32_t best = row[x];
    if (x > 0 && row[x - 1] + side < best) {
        best = row[x - 1] + side;
    }
    if (x + 1 < width && row[x + 1] + side < best) {
        best = row[x + 1] + side;
    }
    return best;
}

/* How far a slanted path lies aside in row y. */
static ptrdiff_t aside(const seams *s, double slant, size_t y)
{
    double away = slant * ((double)y - (double)(s->height / 2));
    return (ptrdiff_t)(away < 0 ? away - 0.5 : away + 0.5);
}

/* Full ink is 255, whatever is not the component's 0. */
static uint32_t ink_at(const seams *s, size_t y, ptrdiff_t x)
{
    if (x < 0 || x >= (ptrdiff_t)s->width) {
        return 0;
    }
    size_t at = (s->box.top + y) * s->ink->width + s->box.left + (size_t)x;
    return s->labels[at] == s->label ? s->ink->pixels[at] : 0;
}

static void sweep(seams *s, way how)
{
    size_t height = s->height, width = s->width;
    for (size_t i = 0; i < height; i++) {
        size_t below = height - 1 - i;
        ptrdiff_t left = aside(s, how.slant, i), left_below = aside(s, how.slant, below);
        for (size_t x = 0; x < width; x++) {
            uint32_t here =
                STEP_COST + ink_at(s, i, (ptrdiff_t)x + left) * INK_COST / 255;
            s->down[i * width + x] =
                here +
                (i ? cheapest_before(s->down + (i - 1) * width, x, width, how.side) : 0);
            here =
                STEP_COST + ink_at(s, below, (ptrdiff_t)x + left_below) * INK_COST / 255;
            s->up[below * width + x] =
                here +
                (i ? cheapest_before(s->up + (below + 1) * width, x, width, how.side)
                   : 0);
        }
    }
}

/* The neighbour (x - 1, x, x + 1) in `row` that a cheapest path to x came from. */
static size_t back(const uint32_t *row, size_t x, size_t width, uint32_t side)
{
    uint32_t best = cheapest_before(row, x, width, side);
    if (row[x] == best) {
        return x;
    }
    return x > 0 && row[x - 1] + side == best ? x - 1 : x + 1;
}

/* Writes down column `at` of the slanted plane in row y. */
static void note(const seams *s, double slant, size_t y, size_t at, uint16_t *path)
{
    ptrdiff_t x = (ptrdiff_t)at + aside(s, slant, y);
    ptrdiff_t width = (ptrdiff_t)s->width;
    path[y] = (uint16_t)(x < 0 ? 0 : x > width ? width : x);
}

/* Writes the path through (middle, x), and weighs what it crosses. */
static void trace(const seams *s, way how, size_t x, double stroke, seam *out)
{
    size_t middle = s->height / 2, at = x;
    uint32_t sum = 0, last = 0;
    note(s, how.slant, middle, x, out->path);
    for (size_t y = middle; y-- > 0;) {
        at = back(s->down + y * s->width, at, s->width, how.side);
        note(s, how.slant, y, at, out->path);
    }
    at = x;
    for (size_t y = middle + 1; y < s->height; y++) {
        at = back(s->up + y * s->width, at, s->width, how.side);
        note(s, how.slant, y, at, out->path);
    }
    out->runs = 0;
    for (size_t y = 0; y < s->height; y++) {
        uint32_t ink = ink_at(s, y, out->path[y]);
        out->runs += ink > 0 && last == 0;
        sum += ink;
        last = ink;
    }
    out->ink = sum / 255.0 / stroke;
}

/* Finds columns of the middle row whose path is cheaper than that of all columns within
 * half a stroke, ink below the limit. */
static void find(seams *s, way how, double stroke, double line_height)
{
    size_t middle = s->height / 2, near = (size_t)(stroke / 2) + 1;
    size_t least = (size_t)(LEAST_WIDTH * line_height) + 1;
    const uint32_t *down = s->down + middle * s->width, *up = s->up + middle * s->width;
    sweep(s, how);
    for (size_t x = least; x + least < s->width && s->n_found < MOST_FOUND; x++) {
        uint32_t here = down[x] + up[x];
        size_t first = x < near ? 0 : x - near;
        size_t end = x + near + 1 < s->width ? x + near + 1 : s->width;
        bool lowest = true;
        for (size_t i = first; i < end && lowest; i++) {
            uint32_t other = down[i] + up[i];
            lowest = other > here || (other == here && i >= x);
        }
        if (lowest) {
            seam *found = &s->found[s->n_found];
            found->path = s->paths + s->n_found * s->height;
            trace(s, how, x, stroke, found);
            s->n_found += found->ink <= MOST_INK;
        }
    }
}

/* The component's pixels between two paths; NULL are its ends. 0 where they cross. */
static size_t mass_between(const seams *s, const uint16_t *left, const uint16_t *right)
{
    size_t sum = 0;
    for (size_t y = 0; y < s->height; y++) {
        const uint32_t *row = s->mass + y * (s->width + 1);
        size_t begin = left ? left[y] : 0, end = right ? right[y] : s->width;
        if (begin > end) {
            return 0;
        }
        sum += row[end] - row[begin];
    }
    return sum;
}

static void weigh(seams *s)
{
    for (size_t y = 0; y < s->height; y++) {
        uint32_t *row = s->mass + y * (s->width + 1);
        row[0] = 0;
        for (size_t x = 0; x < s->width; x++) {
            size_t at = (s->box.top + y) * s->ink->width + s->box.left + x;
            row[x + 1] = row[x] + (s->labels[at] == s->label);
        }
    }
}

static int by_ink(const void *a, const void *b)
{
    const seam *left = a, *right = b;
    double a_cost = left->ink * (double)left->runs,
           b_cost = right->ink * (double)right->runs;
    if (a_cost != b_cost) {
        return a_cost < b_cost ? -1 : 1;
    }
    return (left->path > right->path) - (left->path < right->path);
}

/* Takes a cut in among the others, from left to right, if there is room for it. */
static void take(seams *s, const seam *cut, double least)
{
    for (size_t at = 0; at <= s->n && s->n < MOST_CUTS; at++) {
        const uint16_t *left = at ? s->cuts[at - 1].path : NULL;
        const uint16_t *right = at < s->n ? s->cuts[at].path : NULL;
        if ((double)mass_between(s, left, cut->path) >= least &&
            (double)mass_between(s, cut->path, right) >= least) {
            memmove(s->cuts + at + 1, s->cuts + at, (s->n - at) * sizeof *s->cuts);
            s->cuts[at] = *cut;
            s->n++;
            return;
        }
    }
}

static void choose(seams *s, double stroke, double line_height)
{
    s->n_found = s->n = 0;
    weigh(s);
    for (size_t i = 0; i < N_WAYS; i++) {
        find(s, WAYS[i], stroke, line_height);
    }
    qsort(s->found, s->n_found, sizeof *s->found, by_ink);
    for (size_t i = 0; i < s->n_found; i++) {
        take(s, &s->found[i], LEAST_PIECE * stroke * line_height);
    }
}

static void grow(numeral_page_box *box, size_t y, size_t x)
{
    box->top = y < box->top ? y : box->top;
    box->bottom = y + 1 > box->bottom ? y + 1 : box->bottom;
    box->left = x < box->left ? x : box->left;
    box->right = x + 1 > box->right ? x + 1 : box->right;
}

/* Gives the pixels of a component the numbers of its pieces, from `first` on. `new` is
 * the label image of pieces, which begins as zeros. */
static void label_pieces(const seams *s, uint32_t component, size_t first,
                         numeral_piece *items, uint32_t *fresh)
{
    numeral_page_box box = s->box;
    size_t width = s->ink->width;
    for (size_t i = 0; i <= s->n; i++) {
        items[first + i] = (numeral_piece){.box = {SIZE_MAX, SIZE_MAX, 0, 0},
                                           .component = component,
                                           .cut = i ? s->cuts[i - 1].ink : 0,
                                           .cut_runs = i ? s->cuts[i - 1].runs : 0};
    }
    for (size_t y = box.top; y < box.bottom; y++) {
        for (size_t x = box.left; x < box.right; x++) {
            size_t at = y * width + x, piece = first;
            if (s->labels[at] != s->label) {
                continue;
            }
            for (size_t i = 0; i < s->n; i++) {
                piece += s->cuts[i].path[y - box.top] + box.left <= x;
            }
            fresh[at] = (uint32_t)piece + 1;
            items[piece].pixels++;
            grow(&items[piece].box, y, x);
        }
    }
}

typedef struct room {
    size_t pixels, height, pieces;
} room;

/* What the largest component that is cut needs, and how many pieces there may be. */
static room room_needed(const numeral_components *components,
                        const numeral_page_lines *lines)
{
    room most = {1, 1, 1};
    for (size_t i = 0; i < lines->starts[lines->n]; i++) {
        numeral_page_box b = components->items[lines->members[i]].box;
        size_t height = b.bottom - b.top, pixels = height * (b.right - b.left + 1);
        most.pixels = pixels > most.pixels ? pixels : most.pixels;
        most.height = height > most.height ? height : most.height;
        most.pieces += MOST_CUTS + 1;
    }
    return most;
}

numeral_status numeral_page_cut(const numeral_image *ink, numeral_components *components,
                                const numeral_page_lines *lines, size_t stroke,
                                numeral_pieces *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    room need = room_needed(components, lines);
    size_t n_pixels = ink->height * ink->width;
    numeral_pieces pieces = {0};
    seams s = {.ink = ink,
               .labels = components->labels,
               .down = numeral_allocate(need.pixels, sizeof *s.down, err),
               .up = numeral_allocate(need.pixels, sizeof *s.up, err),
               .mass = numeral_allocate(need.pixels, sizeof *s.mass, err),
               .paths = numeral_allocate(MOST_FOUND * need.height, sizeof *s.paths, err)};
    uint32_t *fresh = numeral_allocate_zero(n_pixels, sizeof *fresh, err);
    pieces.items = numeral_allocate(need.pieces, sizeof *pieces.items, err);
    pieces.starts = numeral_allocate(lines->n + 1, sizeof *pieces.starts, err);
    TRY(s.down && s.up && s.mass && s.paths && fresh && pieces.items && pieces.starts
            ? NUMERAL_OK
            : NUMERAL_ERROR_MEMORY);
    for (size_t line = 0; line < lines->n; line++) {
        pieces.starts[line] = pieces.n;
        for (size_t i = lines->starts[line]; i < lines->starts[line + 1]; i++) {
            uint32_t component = lines->members[i];
            s.label = component + 1;
            s.box = components->items[component].box;
            s.height = s.box.bottom - s.box.top;
            s.width = s.box.right - s.box.left;
            s.n = 0;
            if ((double)s.width > WIDE * lines->heights[line] && s.width < UINT16_MAX) {
                choose(&s, (double)stroke, lines->heights[line]);
            }
            label_pieces(&s, component, pieces.n, pieces.items, fresh);
            pieces.n += s.n + 1;
        }
    }
    pieces.starts[lines->n] = pieces.n;
    memcpy(components->labels, fresh, n_pixels * sizeof *fresh);
    pieces.labels = components->labels;
    *out = pieces;
    pieces = (numeral_pieces){0};
done:
    numeral_release(s.down);
    numeral_release(s.up);
    numeral_release(s.mass);
    numeral_release(s.paths);
    numeral_release(fresh);
    numeral_pieces_free(&pieces);
    return status;
}

void numeral_pieces_free(numeral_pieces *pieces)
{
    numeral_release(pieces->items);
    numeral_release(pieces->starts);
    *pieces = (numeral_pieces){0};
}
