/* Digits first, small things after: what is about as high as the page's digits is joined
 * into lines, and so are broken digits that stand beside some; specks beside or above a
 * digit of a line are taken along, as they may be the bar of a five. */
#include "page/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/pieces.h"

enum { STRONG = 128 }; /* a component without such ink is a shade or a smear */

/* A mark as high as digits with the gaps around it takes eight by eight pixels at least;
 * no page holds more marks than the second, and none has so many specks beside as well
 * that the product is more than the third. More is cloth, print or noise. */
enum { MARK_PIXELS = 64, MOST_MARKS = 16384, MOST_PAIRS = 200000000 };

/* In heights of a digit. A gap of two digits still is a space inside a number; comb cells
 * and generous writers stay below. A box printed around a digit is from LEAST_AROUND to
 * MOST_AROUND times as high, and wider by the first: by judgement. */
static const double WIDEST_GAP = 2.0, LEAST_HEIGHT = 0.45, MOST_HEIGHT = 2.6,
                    SMALL_GAP = 0.3, LEAST_AROUND = 1.2, MOST_AROUND = 2.2,
                    MOST_BOTH = 1.35, LEAST_ONE = 0.6, MOST_ONE = 1.4;

static double height_of(const numeral_component *c)
{
    return (double)(c->box.bottom - c->box.top);
}

typedef struct measure {
    double height, weight;
} measure;

static int by_height(const void *a, const void *b)
{
    double x = ((const measure *)a)->height, y = ((const measure *)b)->height;
    return (x > y) - (x < y);
}

/* The height that half of all ink height lies below, of components that may be digits:
 * weighted by height, so that many specks do not outvote the digits. */
static double usual_height(measure *all, size_t n)
{
    double sum = 0, half = 0;
    qsort(all, n, sizeof *all, by_height);
    for (size_t i = 0; i < n; i++) {
        half += all[i].weight / 2;
    }
    size_t at = 0;
    for (; at + 1 < n && (sum += all[at].weight) < half;) {
        at++;
    }
    return n ? all[at].height : 0;
}

/* A digit is at least three strokes high (MNIST's: seven), and not much wider. */
static bool may_be_digit(const numeral_component *c, size_t stroke)
{
    double height = height_of(c), width = (double)(c->box.right - c->box.left);
    return c->strongest >= STRONG && height >= 3 * (double)stroke &&
           width <= 12 * height && c->pixels >= 2 * stroke * stroke;
}

/* A thing as high as the page's digits may be a 1 of a finer stroke than most: strokes
 * are measured down the page, and slanted ones look wider so. */
static bool may_be_one(const numeral_component *c, size_t stroke, double usual)
{
    double height = height_of(c);
    return c->strongest >= STRONG && height >= 3 * (double)stroke &&
           height >= LEAST_ONE * usual && height <= MOST_ONE * usual &&
           3 * (double)c->pixels >= (double)stroke * height;
}

typedef struct grouping {
    const numeral_components *components;
    uint32_t *parents; /* of a union-find over components */
    uint32_t *order;   /* components that may be digits, from left to right */
    size_t n;
    double height;
} grouping;

static uint32_t root_of(uint32_t *parents, uint32_t i)
{
    while (parents[i] != i) {
        parents[i] = parents[parents[i]];
        i = parents[i];
    }
    return i;
}

static void unite(uint32_t *parents, uint32_t i, uint32_t j)
{
    uint32_t x = root_of(parents, i), y = root_of(parents, j);
    parents[x > y ? x : y] = x < y ? x : y;
}

/* Whether b, which begins right of a, stands on a's line. */
static bool side_by_side(const numeral_page_box *a, const numeral_page_box *b)
{
    double top = (double)(a->top > b->top ? a->top : b->top);
    double bottom = (double)(a->bottom < b->bottom ? a->bottom : b->bottom);
    double ha = (double)(a->bottom - a->top), hb = (double)(b->bottom - b->top);
    double lower = ha < hb ? ha : hb, higher = ha < hb ? hb : ha;
    double gap = (double)b->left - (double)a->right;
    return bottom - top >= 0.5 * lower && gap <= WIDEST_GAP * higher &&
           lower >= 0.35 * higher;
}

typedef struct place {
    size_t left;
    uint32_t component;
} place;

static int by_left(const void *a, const void *b)
{
    size_t x = ((const place *)a)->left, y = ((const place *)b)->left;
    return (x > y) - (x < y);
}

/* Sorts component numbers from left to right. */
static void sort_by_left(const numeral_components *components, uint32_t *numbers,
                         size_t n, place *scratch)
{
    for (size_t i = 0; i < n; i++) {
        const numeral_page_box *box = &components->items[numbers[i]].box;
        scratch[i] = (place){box->left + box->right, numbers[i]};
    }
    qsort(scratch, n, sizeof *scratch, by_left);
    for (size_t i = 0; i < n; i++) {
        numbers[i] = scratch[i].component;
    }
}

static void join_lines(grouping *g)
{
    for (size_t i = 0; i < g->n; i++) {
        const numeral_component *a = &g->components->items[g->order[i]];
        for (size_t j = i + 1; j < g->n; j++) {
            const numeral_component *b = &g->components->items[g->order[j]];
            if (side_by_side(&a->box, &b->box)) {
                unite(g->parents, g->order[i], g->order[j]);
            }
        }
    }
}

/* Whether a thing stands beside a digit; if so, they are one line. */
static bool join_thing(const grouping *g, const numeral_page_box *thing, uint32_t root,
                       const numeral_page_box *other, uint32_t other_root)
{
    bool first = thing->left < other->left;
    bool beside = side_by_side(first ? thing : other, first ? other : thing);
    if (beside) {
        unite(g->parents, root, other_root);
    }
    return beside;
}

/* Puts broken digits on the lines that they stand on, or beside others which do. */
static void join_things(grouping *g, numeral_page_thing *things, size_t n)
{
    size_t placed = 0, before;
    do {
        before = placed;
        for (size_t i = placed; i < n; i++) {
            numeral_page_thing thing = things[i];
            bool beside = false;
            for (size_t j = 0; j < g->n; j++) {
                beside |= join_thing(g, &thing.box, thing.root,
                                     &g->components->items[g->order[j]].box, g->order[j]);
            }
            for (size_t j = 0; j < placed; j++) {
                beside |=
                    join_thing(g, &thing.box, thing.root, &things[j].box, things[j].root);
            }
            if (beside) {
                things[i] = things[placed];
                things[placed++] = thing;
            }
        }
    } while (placed > before);
}

/* Pieces that share the root of a digit belong to its line. */
static void take_pieces_along(grouping *g, size_t *counts, uint8_t *roles)
{
    memset(counts, 0, g->components->n * sizeof *counts);
    for (size_t i = 0; i < g->n; i++) {
        counts[root_of(g->parents, g->order[i])]++;
    }
    for (uint32_t i = 0; i < g->components->n; i++) {
        if (roles[i] == NUMERAL_PAGE_SPECK && counts[root_of(g->parents, i)]) {
            roles[i] = NUMERAL_PAGE_WRITING;
        }
    }
}

/* Whether a small thing lies at a digit's height; or a piece above or below one, with
 * which it is no higher than a digit: where the bar of a five stands off, what is left
 * may be half as high. */
static bool at_height_of(const grouping *g, const numeral_page_box *small,
                         const numeral_page_box *host)
{
    double top = (double)host->top, bottom = (double)host->bottom, height = bottom - top;
    double middle = (double)(small->top + small->bottom) / 2;
    if (middle > top - 0.25 * height && middle < bottom + 0.1 * height) {
        return true;
    }
    double gap = fmax((double)small->top - bottom, top - (double)small->bottom);
    double both = fmax(bottom, (double)small->bottom) - fmin(top, (double)small->top);
    return gap <= SMALL_GAP * g->height && both <= MOST_BOTH * g->height;
}

/* The digit that a small thing lies beside, above or below. */
static bool find_host(const grouping *g, const numeral_component *small, uint32_t *host)
{
    double nearest = SMALL_GAP;
    bool found = false;
    for (size_t i = 0; i < g->n; i++) {
        const numeral_component *c = &g->components->items[g->order[i]];
        double height = height_of(c);
        double across =
            small->box.left > c->box.right   ? (double)(small->box.left - c->box.right)
            : c->box.left > small->box.right ? (double)(c->box.left - small->box.right)
                                             : 0;
        if (across < nearest * height && at_height_of(g, &small->box, &c->box)) {
            nearest = across / height;
            *host = g->order[i];
            found = true;
        }
    }
    return found;
}

/* Gives each component its role; what belongs to a line gets that line's root. */
static void give_roles(grouping *g, size_t stroke, uint8_t *roles)
{
    const numeral_components *all = g->components;
    size_t n = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        const numeral_component *c = &all->items[i];
        double height = height_of(c);
        bool digit = (may_be_digit(c, stroke) && height >= LEAST_HEIGHT * g->height) ||
                     may_be_one(c, stroke, g->height);
        roles[i] = height > MOST_HEIGHT * g->height ? NUMERAL_PAGE_LARGE
                   : digit                          ? NUMERAL_PAGE_WRITING
                                                    : NUMERAL_PAGE_SPECK;
        if (roles[i] == NUMERAL_PAGE_WRITING) {
            g->order[n++] = i;
        }
    }
    g->n = n;
}

/* Whether what is as high as a digit lies within. */
static bool surrounds(const numeral_page_box *a, const numeral_page_box *b)
{
    double higher = (double)(a->bottom - a->top) / (double)(b->bottom - b->top);
    double wider = (double)(a->right - a->left) / (double)(b->right - b->left);
    return a->top < b->top && a->left < b->left && a->bottom > b->bottom &&
           a->right > b->right && higher >= LEAST_AROUND && higher <= MOST_AROUND &&
           wider >= LEAST_AROUND;
}

/* Leaves out what is left of boxes printed around digits. */
static void leave_frames_out(grouping *g, uint8_t *roles)
{
    const numeral_component *all = g->components->items;
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < g->n && roles[g->order[i]] == NUMERAL_PAGE_WRITING; k++) {
            if (surrounds(&all[g->order[i]].box, &all[g->order[k]].box)) {
                roles[g->order[i]] = NUMERAL_PAGE_FRAME;
            }
        }
    }
    for (size_t i = 0; i < g->n; i++) {
        if (roles[g->order[i]] == NUMERAL_PAGE_WRITING) {
            g->order[n++] = g->order[i];
        }
    }
    g->n = n;
}

static void take_small_along(grouping *g, size_t stroke, uint8_t *roles)
{
    for (uint32_t i = 0; i < g->components->n; i++) {
        const numeral_component *c = &g->components->items[i];
        uint32_t host;
        if (roles[i] == NUMERAL_PAGE_SPECK && c->strongest >= STRONG &&
            c->pixels * 2 >= stroke * stroke && find_host(g, c, &host)) {
            g->parents[i] = root_of(g->parents, host);
            roles[i] = NUMERAL_PAGE_WRITING;
        }
    }
}

typedef struct band {
    double top;
    uint32_t root;
} band;

static int by_top(const void *a, const void *b)
{
    double x = ((const band *)a)->top, y = ((const band *)b)->top;
    return (x > y) - (x < y);
}

static bool is_texture(const grouping *g, size_t n_marks)
{
    const numeral_components *all = g->components;
    size_t most = all->height * all->width / MARK_PIXELS + 1;
    return n_marks > most || n_marks > MOST_MARKS || g->n * all->n > MOST_PAIRS;
}

static size_t count_writing(const uint8_t *roles, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += roles[i] == NUMERAL_PAGE_WRITING;
    }
    return sum;
}

/* Lists the lines from top to bottom by the mean middle of their components. */
static size_t list_bands(grouping *g, band *bands, size_t *counts, double *middles,
                         const uint8_t *roles)
{
    size_t n = 0;
    const numeral_components *all = g->components;
    memset(counts, 0, all->n * sizeof *counts);
    memset(middles, 0, all->n * sizeof *middles);
    for (uint32_t i = 0; i < all->n; i++) {
        if (roles[i] == NUMERAL_PAGE_WRITING) {
            uint32_t root = root_of(g->parents, i);
            counts[root]++;
            middles[root] +=
                (double)(all->items[i].box.top + all->items[i].box.bottom) / 2;
        }
    }
    for (uint32_t i = 0; i < all->n; i++) {
        if (counts[i]) {
            bands[n++] = (band){middles[i] / (double)counts[i], i};
        }
    }
    qsort(bands, n, sizeof *bands, by_top);
    return n;
}

/* Fills `out` from the groups. `counts` has how many each root's has, and becomes where
 * the next of them goes. */
static void write_lines(grouping *g, const band *bands, size_t n, size_t *counts,
                        measure *measures, place *places, numeral_page_lines *out)
{
    const numeral_components *all = g->components;
    out->n = n;
    out->starts[0] = 0;
    for (size_t line = 0; line < n; line++) {
        out->starts[line + 1] = out->starts[line] + counts[bands[line].root];
        counts[bands[line].root] = out->starts[line];
    }
    for (uint32_t i = 0; i < all->n; i++) {
        if (out->roles[i] == NUMERAL_PAGE_WRITING) {
            out->members[counts[root_of(g->parents, i)]++] = i;
        }
    }
    for (size_t line = 0; line < n; line++) {
        uint32_t *members = out->members + out->starts[line];
        size_t n_members = out->starts[line + 1] - out->starts[line], tall = 0;
        for (size_t i = 0; i < n_members; i++) {
            double height = height_of(&all->items[members[i]]);
            if (height >= LEAST_HEIGHT * g->height) {
                measures[tall++] = (measure){height, height};
            }
        }
        out->heights[line] = usual_height(measures, tall);
        sort_by_left(all, members, n_members, places);
    }
}

numeral_status numeral_page_find_lines(const numeral_components *components,
                                       size_t stroke, numeral_page_lines *out,
                                       numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t n = components->n, room = n + 1, tall = 0, n_things = 0;
    numeral_page_lines lines = {0};
    grouping g = {.components = components};
    measure *measures = numeral_allocate(room, sizeof *measures, err);
    place *places = numeral_allocate(room, sizeof *places, err);
    band *bands = numeral_allocate(room, sizeof *bands, err);
    size_t *counts = numeral_allocate(room, sizeof *counts, err);
    double *middles = numeral_allocate(room, sizeof *middles, err);
    numeral_page_thing *things = numeral_allocate(room, sizeof *things, err);
    g.parents = numeral_allocate(room, sizeof *g.parents, err);
    g.order = numeral_allocate(room, sizeof *g.order, err);
    lines.members = numeral_allocate(room, sizeof *lines.members, err);
    lines.starts = numeral_allocate(room, sizeof *lines.starts, err);
    lines.heights = numeral_allocate(room, sizeof *lines.heights, err);
    lines.roles = numeral_allocate(room, 1, err);
    TRY(measures && places && bands && counts && middles && things && g.parents &&
                g.order && lines.members && lines.starts && lines.heights && lines.roles
            ? NUMERAL_OK
            : NUMERAL_ERROR_MEMORY);
    for (uint32_t i = 0; i < n; i++) {
        g.parents[i] = i;
        if (may_be_digit(&components->items[i], stroke)) {
            double height = height_of(&components->items[i]);
            measures[tall++] = (measure){height, height};
        }
    }
    lines.height = g.height = usual_height(measures, tall);
    give_roles(&g, stroke, lines.roles);
    bool texture = is_texture(&g, g.n);
    if (!texture) {
        leave_frames_out(&g, lines.roles);
        sort_by_left(components, g.order, g.n, places);
        join_lines(&g);
        TRY(numeral_page_join_pieces(components, lines.roles, stroke, g.height, g.parents,
                                     things, &n_things, err));
        join_things(&g, things, n_things);
        take_pieces_along(&g, counts, lines.roles);
        take_small_along(&g, stroke, lines.roles);
        texture = is_texture(&g, count_writing(lines.roles, n));
    }
    if (texture) {
        memset(lines.roles, NUMERAL_PAGE_TEXTURE, n);
    }
    size_t n_bands = list_bands(&g, bands, counts, middles, lines.roles);
    write_lines(&g, bands, n_bands, counts, measures, places, &lines);
    *out = lines;
    lines = (numeral_page_lines){0};
done:
    numeral_release(measures);
    numeral_release(places);
    numeral_release(bands);
    numeral_release(counts);
    numeral_release(middles);
    numeral_release(things);
    numeral_release(g.parents);
    numeral_release(g.order);
    numeral_page_lines_free(&lines);
    return status;
}

void numeral_page_lines_free(numeral_page_lines *lines)
{
    numeral_release(lines->members);
    numeral_release(lines->starts);
    numeral_release(lines->heights);
    numeral_release(lines->roles);
    *lines = (numeral_page_lines){0};
}
