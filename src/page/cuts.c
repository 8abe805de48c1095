/* For each wide component the cheapest path through each column of its middle row is
 * found in two sweeps, from the top down and from the bottom up. Where that cost is least
 * among its neighbours, a cut may lie. */
#include "page/cuts.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum {
    MOST_CUTS = 24,
    INK_COST = 16, /* of a pixel of full ink */
    STEP_COST = 1, /* of ground, and again of a step aside: paths prefer to be straight */
    SIDE_COST = 4
};

/* In heights of the line: narrower components are one digit; a cut leaves at least so
 * much on each side. In strokes: the most ink that a cut may cross. */
static const double WIDE = 0.45, LEAST_PIECE = 0.1, MOST_INK = 2.8;

typedef struct seams {
    size_t height, width;
    uint32_t *down, *up; /* height × width: cost of the cheapest path to here */
    uint16_t *paths;     /* MOST_CUTS × height: column of each cut in each row */
    double inks[MOST_CUTS];
    size_t n;
} seams;

static uint32_t cheapest_before(const uint32_t *row, size_t x, size_t width)
{
    uint32_t best = row[x];
    if (x > 0 && row[x - 1] + SIDE_COST < best) {
        best = row[x - 1] + SIDE_COST;
    }
    if (x + 1 < width && row[x + 1] + SIDE_COST < best) {
        best = row[x + 1] + SIDE_COST;
    }
    return best;
}

static uint32_t cost_of(const numeral_image *ink, const uint32_t *labels, uint32_t label,
                        size_t y, size_t x)
{
    size_t at = y * ink->width + x;
    return labels[at] == label ? STEP_COST + (uint32_t)ink->pixels[at] * INK_COST / 255
                               : STEP_COST;
}

static void sweep(const numeral_image *ink, const uint32_t *labels, uint32_t label,
                  numeral_page_box box, seams *s)
{
    size_t height = s->height, width = s->width;
    for (size_t i = 0; i < height; i++) {
        size_t below = height - 1 - i;
        for (size_t x = 0; x < width; x++) {
            uint32_t here = cost_of(ink, labels, label, box.top + i, box.left + x);
            s->down[i * width + x] =
                here + (i ? cheapest_before(s->down + (i - 1) * width, x, width) : 0);
            here = cost_of(ink, labels, label, box.top + below, box.left + x);
            s->up[below * width + x] =
                here + (i ? cheapest_before(s->up + (below + 1) * width, x, width) : 0);
        }
    }
}

/* The neighbour (x - 1, x, x + 1) in `row` that a cheapest path to x came from. */
static size_t back(const uint32_t *row, size_t x, size_t width)
{
    uint32_t best = cheapest_before(row, x, width);
    if (row[x] == best) {
        return x;
    }
    return x > 0 && row[x - 1] + SIDE_COST == best ? x - 1 : x + 1;
}

/* Writes the path through (middle, x), and gives the ink on it, in pixels of full ink. */
static double trace(const numeral_image *ink, const uint32_t *labels, uint32_t label,
                    numeral_page_box box, const seams *s, size_t x, uint16_t *path)
{
    size_t middle = s->height / 2, at = x;
    double sum = 0;
    path[middle] = (uint16_t)x;
    for (size_t y = middle; y-- > 0;) {
        at = back(s->down + y * s->width, at, s->width);
        path[y] = (uint16_t)at;
    }
    at = x;
    for (size_t y = middle + 1; y < s->height; y++) {
        at = back(s->up + y * s->width, at, s->width);
        path[y] = (uint16_t)at;
    }
    for (size_t y = 0; y < s->height; y++) {
        size_t pixel = (box.top + y) * ink->width + box.left + path[y];
        sum += labels[pixel] == label ? ink->pixels[pixel] / 255.0 : 0;
    }
    return sum;
}

/* Chooses cuts: columns of the middle row whose path is cheaper than that of all columns
 * within a stroke, ink below the limit, from left to right. */
static void choose(const numeral_image *ink, const uint32_t *labels, uint32_t label,
                   numeral_page_box box, double stroke, double line_height, seams *s)
{
    size_t middle = s->height / 2, last = 0, near = (size_t)(stroke / 2) + 1;
    size_t least = (size_t)(LEAST_PIECE * line_height) + 1;
    const uint32_t *down = s->down + middle * s->width, *up = s->up + middle * s->width;
    s->n = 0;
    for (size_t x = least; x + least < s->width && s->n < MOST_CUTS; x++) {
        uint32_t here = down[x] + up[x];
        size_t first = x < near ? 0 : x - near;
        size_t end = x + near + 1 < s->width ? x + near + 1 : s->width;
        bool lowest = true;
        for (size_t i = first; i < end && lowest; i++) {
            uint32_t other = down[i] + up[i];
            lowest = other > here || (other == here && i >= x);
        }
        if (!lowest || (s->n && x < last + least)) {
            continue;
        }
        uint16_t *path = s->paths + s->n * s->height;
        double strokes = trace(ink, labels, label, box, s, x, path) / stroke;
        if (strokes <= MOST_INK) {
            s->inks[s->n++] = strokes;
            last = x;
        }
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
static void label_pieces(const uint32_t *labels, uint32_t label, numeral_page_box box,
                         size_t width, const seams *s, uint32_t component, size_t first,
                         numeral_piece *items, uint32_t *fresh)
{
    for (size_t i = 0; i <= s->n; i++) {
        items[first + i] = (numeral_piece){.box = {SIZE_MAX, SIZE_MAX, 0, 0},
                                           .component = component,
                                           .cut = i ? s->inks[i - 1] : 0};
    }
    for (size_t y = box.top; y < box.bottom; y++) {
        for (size_t x = box.left; x < box.right; x++) {
            size_t at = y * width + x, piece = first;
            if (labels[at] != label) {
                continue;
            }
            for (size_t i = 0; i < s->n; i++) {
                piece += s->paths[i * s->height + y - box.top] + box.left <= x;
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
        size_t height = b.bottom - b.top, pixels = height * (b.right - b.left);
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
    seams s = {.down = numeral_allocate(need.pixels, sizeof *s.down, err),
               .up = numeral_allocate(need.pixels, sizeof *s.up, err),
               .paths = numeral_allocate(MOST_CUTS * need.height, sizeof *s.paths, err)};
    uint32_t *fresh = numeral_allocate_zero(n_pixels, sizeof *fresh, err);
    pieces.items = numeral_allocate(need.pieces, sizeof *pieces.items, err);
    pieces.starts = numeral_allocate(lines->n + 1, sizeof *pieces.starts, err);
    TRY(s.down && s.up && s.paths && fresh && pieces.items && pieces.starts
            ? NUMERAL_OK
            : NUMERAL_ERROR_MEMORY);
    for (size_t line = 0; line < lines->n; line++) {
        pieces.starts[line] = pieces.n;
        for (size_t i = lines->starts[line]; i < lines->starts[line + 1]; i++) {
            uint32_t component = lines->members[i];
            numeral_page_box box = components->items[component].box;
            s.height = box.bottom - box.top;
            s.width = box.right - box.left;
            s.n = 0;
            if ((double)s.width > WIDE * lines->heights[line] && s.width < UINT16_MAX) {
                sweep(ink, components->labels, component + 1, box, &s);
                choose(ink, components->labels, component + 1, box, (double)stroke,
                       lines->heights[line], &s);
            }
            label_pieces(components->labels, component + 1, box, ink->width, &s,
                         component, pieces.n, pieces.items, fresh);
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
