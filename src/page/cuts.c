/* For each wide component, and each of a few ways to go, the cheapest path through each
 * column of its middle row is found in two sweeps, from the top down and from the bottom
 * up. Where that cost is least among its neighbours, a cut may lie. Those that cross
 * least ink are taken, as long as something lies between each two. A slanted path follows
 * a 1 that leans on its neighbour, where a straight one would cut off its foot; a rigid
 * one goes along a long contact, where a free one would rather cross a stroke. */
#include "page/cuts.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum {
    MOST_CUTS = 12,
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
 * of a cut. In strokes: the most ink that a cut may cross.
 * LEAST_APART trades lines that can be spelt at all (bench/page_weights.py counts them)
 * against candidates: of 320 lines of training digits 308 at 0.18, 305 at 0.3, 304 at
 * 0.4, by 1,300, 800 and 560 candidates a page. */
static const double WIDE = 0.45, LEAST_WIDTH = 0.05, LEAST_APART = 0.25, MOST_INK = 2.8;

/* A path from top to bottom: its column in each row, 0 .. width; what it crosses. */
typedef struct seam {
    uint16_t *path;
    double ink;  /* in strokes */
    size_t runs; /* how many times it enters ink */
    size_t left; /* pixels left of it */
} seam;

/* What is known of the component under way. */
typedef struct seams {
    const numeral_image *ink;
    const uint32_t *labels;
    uint32_t label;
    numeral_page_box box;
    size_t height, width;
    uint32_t *cost;      /* height × width: what a path pays for each pixel */
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

/* What a path pays for a pixel, beside its step: grey is cheap, for a valley of grey lies
 * between two strokes that meet, and the path shall follow it rather than cross a stroke.
 * Of 400 strings of training digits with one touching pair 355 were right with the first
 * power of ink, 365 with the second, 367 with the third, 364 with the fourth. */
static uint32_t cost_at(const seams *s, size_t y, ptrdiff_t x)
{
    uint32_t ink = ink_at(s, y, x);
    return ink * ink / 255 * ink * INK_COST / (255 * 255);
}

/* The costs of all pixels, for all ways. */
static void price(seams *s)
{
    for (size_t y = 0; y < s->height; y++) {
        for (size_t x = 0; x < s->width; x++) {
            s->cost[y * s->width + x] = cost_at(s, y, (ptrdiff_t)x);
        }
    }
}

/* The cheapest ways to each place of a row from the row before, but for what is paid
 * there. */
static void step(const uint32_t *restrict before, size_t width, uint32_t side,
                 uint32_t *restrict row)
{
    row[0] = STEP_COST + cheapest_before(before, 0, width, side);
    for (size_t x = 1; x + 1 < width; x++) {
        uint32_t left = before[x - 1] + side, right = before[x + 1] + side;
        uint32_t best = left < right ? left : right;
        row[x] = STEP_COST + (best < before[x] ? best : before[x]);
    }
    row[width - 1] = STEP_COST + cheapest_before(before, width - 1, width, side);
}

/* Pays for the pixels of row y, which lies `aside` of the plane's. */
static void pay(const seams *s, size_t y, ptrdiff_t aside, uint32_t *restrict row)
{
    ptrdiff_t width = (ptrdiff_t)s->width;
    const uint32_t *restrict cost = s->cost + y * s->width;
    ptrdiff_t end = aside > 0 ? width - aside : width;
    for (ptrdiff_t x = aside < 0 ? -aside : 0; x < end; x++) {
        row[x] += cost[x + aside];
    }
}

static void sweep_row(const seams *s, way how, size_t y, const uint32_t *before,
                      uint32_t *row)
{
    if (before) {
        step(before, s->width, how.side, row);
    } else {
        for (size_t x = 0; x < s->width; x++) {
            row[x] = STEP_COST;
        }
    }
    pay(s, y, aside(s, how.slant, y), row);
}

static void sweep(seams *s, way how)
{
    size_t height = s->height, width = s->width;
    for (size_t y = 0; y < height; y++) {
        uint32_t *row = s->down + y * width;
        sweep_row(s, how, y, y ? row - width : NULL, row);
    }
    for (size_t y = height; y-- > 0;) {
        uint32_t *row = s->up + y * width;
        sweep_row(s, how, y, y + 1 < height ? row + width : NULL, row);
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

/* The component's pixels right of one path and left of another; NULL are its ends. */
static size_t mass_between(const seams *s, const uint16_t *left, const uint16_t *right)
{
    size_t sum = 0;
    for (size_t y = 0; y < s->height; y++) {
        const uint32_t *row = s->mass + y * (s->width + 1);
        size_t begin = left ? left[y] : 0, end = right ? right[y] : s->width;
        sum += begin < end ? row[end] - row[begin] : 0;
    }
    return sum;
}

/* What a cut costs: a contact is crossed in one place, a loop in two. */
static double cost_of(const seam *cut)
{
    return cut->ink * (double)cut->runs;
}

static int by_cost(const void *a, const void *b)
{
    const seam *left = a, *right = b;
    double left_cost = cost_of(left), right_cost = cost_of(right);
    if (left_cost != right_cost) {
        return left_cost < right_cost ? -1 : 1;
    }
    return (left->path > right->path) - (left->path < right->path);
}

/* By what lies left of them; of equal ones the cheaper first. */
static int by_place(const void *a, const void *b)
{
    const seam *left = a, *right = b;
    return left->left != right->left ? (left->left < right->left ? -1 : 1)
                                     : by_cost(a, b);
}

/* Whether the pixels that part a cut from each one taken, and from the component's ends,
 * are enough for it to be another cut. */
static bool is_apart(const seams *s, const seam *cut, double least)
{
    bool apart =
        (double)cut->left >= least && (double)mass_between(s, cut->path, NULL) >= least;
    for (size_t i = 0; i < s->n && apart; i++) {
        const uint16_t *other = s->cuts[i].path;
        apart = (double)(mass_between(s, other, cut->path) +
                         mass_between(s, cut->path, other)) >= least;
    }
    return apart;
}

/* Finds the cuts of a component, from left to right. */
static void choose(seams *s, double stroke, double line_height)
{
    s->n_found = s->n = 0;
    price(s);
    for (size_t i = 0; i < N_WAYS; i++) {
        find(s, WAYS[i], stroke, line_height);
    }
    qsort(s->found, s->n_found, sizeof *s->found, by_cost);
    for (size_t i = 0; i < s->n_found && s->n < MOST_CUTS; i++) {
        s->found[i].left = mass_between(s, NULL, s->found[i].path);
        if (is_apart(s, &s->found[i], LEAST_APART * stroke * line_height)) {
            s->cuts[s->n++] = s->found[i];
        }
    }
    qsort(s->cuts, s->n, sizeof *s->cuts, by_place);
}

/* Regions. */

static void grow(numeral_page_box *box, size_t y, size_t left, size_t right)
{
    box->top = y < box->top ? y : box->top;
    box->bottom = y + 1 > box->bottom ? y + 1 : box->bottom;
    box->left = left < box->left ? left : box->left;
    box->right = right > box->right ? right : box->right;
}

/* The pixels between two paths, and the box around them. */
static numeral_region region_between(const seams *s, const uint16_t *left,
                                     const uint16_t *right)
{
    numeral_region region = {.box = {SIZE_MAX, SIZE_MAX, 0, 0}};
    for (size_t y = 0; y < s->height; y++) {
        const uint32_t *row = s->mass + y * (s->width + 1);
        size_t begin = left ? left[y] : 0, end = right ? right[y] : s->width;
        if (begin >= end || row[begin] == row[end]) {
            continue;
        }
        region.pixels += row[end] - row[begin];
        while (row[begin + 1] == row[begin]) {
            begin++;
        }
        while (row[end - 1] == row[end]) {
            end--;
        }
        grow(&region.box, s->box.top + y, s->box.left + begin, s->box.left + end);
    }
    return region;
}

/* A region lies between two borders where the second is hardly anywhere left of the
 * first. */
static bool bound_region(const seams *s, const uint16_t *left, const uint16_t *right,
                         double least)
{
    return (double)mass_between(s, left, right) >= least &&
           (!left || !right || (double)mass_between(s, right, left) < least / 4);
}

/* Adds the borders of a component, and the regions between them. */
static numeral_status add_component(seams *s, uint32_t member, double least,
                                    numeral_cuts *out, numeral_error *err)
{
    size_t begin = out->n, n = s->n + 1;
    out->borders[out->n++] = (numeral_border){.member = member};
    for (size_t i = 0; i < s->n; i++) {
        uint16_t *path = numeral_arena_take(&out->arena, s->height, sizeof *path, err);
        if (!path) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(path, s->cuts[i].path, s->height * sizeof *path);
        out->borders[out->n++] =
            (numeral_border){member, path, s->cuts[i].ink, s->cuts[i].runs};
    }
    for (size_t i = 0; i < n; i++) {
        const uint16_t *left = out->borders[begin + i].path;
        out->of[begin + i] = out->n_regions;
        for (size_t j = i + 1; j <= n; j++) {
            const uint16_t *right = j < n ? out->borders[begin + j].path : NULL;
            if ((i == 0 && j == n) || bound_region(s, left, right, least)) {
                numeral_region region = region_between(s, left, right);
                region.first = (uint32_t)(begin + i);
                region.last = (uint32_t)(begin + j);
                out->regions[out->n_regions++] = region;
            }
        }
    }
    return NUMERAL_OK;
}

typedef struct room {
    size_t pixels, height, borders;
} room;

/* What the largest component needs, and how many borders there may be. */
static room room_needed(const numeral_components *components,
                        const numeral_page_lines *lines)
{
    room most = {1, 1, 1 + lines->n};
    for (size_t i = 0; i < lines->starts[lines->n]; i++) {
        numeral_page_box b = components->items[lines->members[i]].box;
        size_t height = b.bottom - b.top, pixels = height * (b.right - b.left + 1);
        most.pixels = pixels > most.pixels ? pixels : most.pixels;
        most.height = height > most.height ? height : most.height;
        most.borders += MOST_CUTS + 1;
    }
    return most;
}

numeral_status numeral_page_cut(const numeral_image *ink,
                                const numeral_components *components,
                                const numeral_page_lines *lines, size_t stroke,
                                numeral_cuts *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    room need = room_needed(components, lines);
    numeral_cuts cuts = {0};
    seams s = {.ink = ink, .labels = components->labels};
    TRY_ALLOC(s.cost = numeral_allocate(need.pixels, sizeof *s.cost, err));
    TRY_ALLOC(s.down = numeral_allocate(need.pixels, sizeof *s.down, err));
    TRY_ALLOC(s.up = numeral_allocate(need.pixels, sizeof *s.up, err));
    TRY_ALLOC(s.mass = numeral_allocate(need.pixels, sizeof *s.mass, err));
    TRY_ALLOC(s.paths = numeral_allocate(MOST_FOUND * need.height, sizeof *s.paths, err));
    TRY_ALLOC(cuts.borders = numeral_allocate(need.borders, sizeof *cuts.borders, err));
    TRY_ALLOC(cuts.of = numeral_allocate(need.borders + 1, sizeof *cuts.of, err));
    TRY_ALLOC(cuts.starts = numeral_allocate(lines->n + 1, sizeof *cuts.starts, err));
    TRY_ALLOC(cuts.regions = numeral_allocate(need.borders * (MOST_CUTS + 2) / 2,
                                              sizeof *cuts.regions, err));
    for (size_t line = 0; line < lines->n; line++) {
        double height = lines->heights[line], unit = (double)stroke * height;
        cuts.starts[line] = cuts.n;
        for (size_t i = lines->starts[line]; i < lines->starts[line + 1]; i++) {
            uint32_t component = lines->members[i];
            s.label = component + 1;
            s.box = components->items[component].box;
            s.height = s.box.bottom - s.box.top;
            s.width = s.box.right - s.box.left;
            s.n = 0;
            weigh(&s);
            if ((double)s.width > WIDE * height && s.width < UINT16_MAX) {
                choose(&s, (double)stroke, height);
            }
            TRY(add_component(&s, (uint32_t)i, LEAST_APART * unit, &cuts, err));
        }
        cuts.of[cuts.n] = cuts.n_regions;
        cuts.borders[cuts.n++] =
            (numeral_border){.member = (uint32_t)lines->starts[line + 1]};
    }
    cuts.starts[lines->n] = cuts.n;
    cuts.of[cuts.n] = cuts.n_regions;
    *out = cuts;
    cuts = (numeral_cuts){0};
done:
    numeral_release(s.cost);
    numeral_release(s.down);
    numeral_release(s.up);
    numeral_release(s.mass);
    numeral_release(s.paths);
    numeral_cuts_free(&cuts);
    return status;
}

void numeral_cuts_free(numeral_cuts *cuts)
{
    numeral_release(cuts->borders);
    numeral_release(cuts->starts);
    numeral_release(cuts->regions);
    numeral_release(cuts->of);
    numeral_arena_free(&cuts->arena);
    *cuts = (numeral_cuts){0};
}
