/* Flood fill with an own stack. */
#include "framing/connected.h"

#include <string.h>

enum { GROUND = NUMERAL_MARK_GROUND, INK = NUMERAL_MARK_INK, KEPT = NUMERAL_MARK_KEPT };
enum { LINE = NUMERAL_MARK_LINE, SEEN, SMALL };
enum { MOST_COMPONENTS = 64 };

/* Less than this share of all ink is a speck: a broken stroke's pieces are larger, dust
 * and scanner noise smaller. */
static const double SPECK = 0.04;
/* Beside something larger, specks that are this share of the ink are none: a page's
 * digits, of which the boldest must not be taken for all. */
static const double MANY = 0.5;
/* Of the ink besides it, a part at the edge that may be a neighbour's. */
static const double FRAGMENT = 0.5;
/* A ruled line spans at least this share of a side; a scan turned a little ends short. */
static const double SPAN = 0.9;

/* How tall, by the ink's box, one of several digits is at least: side by side about as
 * tall as all, one above the other at most half as tall, less what the gap takes. */
static const double SIDE_BY_SIDE = 0.5, ONE_ABOVE_THE_OTHER = 0.4;

static void take_in(const numeral_ink_map *map, numeral_component *c, size_t at, size_t y,
                    size_t x)
{
    c->mass += map->values[at];
    c->top = y < c->top ? y : c->top;
    c->left = x < c->left ? x : c->left;
    c->bottom = y + 1 > c->bottom ? y + 1 : c->bottom;
    c->right = x + 1 > c->right ? x + 1 : c->right;
    c->hinted |= !map->hint || map->hint[at];
}

/* Pushes the pixel if it has the mark; it is marked then, so that none is pushed twice
 * and the stack needs no more places than there are pixels. */
static size_t push(const numeral_ink_map *map, size_t at, uint8_t from, uint8_t to,
                   size_t depth)
{
    if (map->marks[at] == from) {
        map->marks[at] = to;
        map->stack[depth++] = (uint32_t)at;
    }
    return depth;
}

/* Pushes what lies around a pixel, row by row. */
static size_t push_around(const numeral_ink_map *map, size_t y, size_t x, uint8_t from,
                          uint8_t to, size_t depth)
{
    bool left = x > 0, right = x + 1 < map->width;
    size_t last = y + 1 < map->height ? y + 1 : y;
    for (size_t row = y ? y - 1 : y; row <= last; row++) {
        size_t at = row * map->width + x;
        depth = left ? push(map, at - 1, from, to, depth) : depth;
        depth = push(map, at, from, to, depth);
        depth = right ? push(map, at + 1, from, to, depth) : depth;
    }
    return depth;
}

numeral_component numeral_component_take(const numeral_ink_map *map, size_t start,
                                         uint8_t to)
{
    numeral_component c = {.top = map->height, .left = map->width};
    uint8_t from = map->marks[start];
    size_t all = map->height * map->width, depth = push(map, start, from, to, 0);
    while (depth) {
        uint32_t at = map->stack[--depth];
        size_t y = at / (uint32_t)map->width, x = at % (uint32_t)map->width;
        take_in(map, &c, at, y, x);
        depth = push_around(map, y, x, from, to, depth);
        /* those that were taken are listed from the stack's end down: there is room */
        map->stack[all - ++c.n] = at;
    }
    return c;
}

/* Gives another mark to the component that was taken last. */
static void mark_again(const numeral_ink_map *map, const numeral_component *c, uint8_t to)
{
    const uint32_t *taken = map->stack + map->height * map->width - c->n;
    for (size_t i = 0; i < c->n; i++) {
        map->marks[taken[i]] = to;
    }
}

/* How many of the tall components follow one another along x (or y) without overlap:
 * taken greedily by their ends, which is the most there can be. */
static size_t count_in_line(const numeral_component *all, size_t n, bool along_x,
                            size_t least)
{
    bool used[MOST_COMPONENTS] = {false};
    size_t count = 0, end = 0;
    for (;; count++) {
        size_t next = n, best = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            size_t begins = along_x ? all[i].left : all[i].top;
            size_t ends = along_x ? all[i].right : all[i].bottom;
            bool tall = all[i].bottom - all[i].top >= least;
            if (!used[i] && tall && begins >= end && ends < best) {
                next = i;
                best = ends;
            }
        }
        if (next == n) {
            return count;
        }
        used[next] = true;
        end = best;
    }
}

/* The next pixel with the mark from `at` on; behind the last where there is none. */
static size_t next_marked(const numeral_ink_map *map, uint8_t mark, size_t at)
{
    size_t n = map->height * map->width;
    const uint8_t *found = at < n ? memchr(map->marks + at, mark, n - at) : NULL;
    return found ? (size_t)(found - map->marks) : n;
}

size_t numeral_components_digits(const numeral_ink_map *map, uint8_t from, uint8_t to,
                                 double mass, size_t tall)
{
    numeral_component found[MOST_COMPONENTS];
    size_t n = 0;
    size_t all = map->height * map->width;
    for (size_t i = 0; n < MOST_COMPONENTS && (i = next_marked(map, from, i)) < all;
         i++) {
        found[n] = numeral_component_take(map, i, to);
        n += found[n].mass >= mass;
    }
    size_t beside = count_in_line(found, n, true, (size_t)(SIDE_BY_SIDE * (double)tall));
    size_t above =
        count_in_line(found, n, false, (size_t)(ONE_ABOVE_THE_OTHER * (double)tall));
    return beside > above ? beside : above;
}

static bool touches_edge(const numeral_ink_map *map, const numeral_component *c)
{
    return !c->top || !c->left || c->bottom == map->height || c->right == map->width;
}

static bool is_line(const numeral_ink_map *map, const numeral_component *c)
{
    return touches_edge(map, c) &&
           ((double)(c->bottom - c->top) >= SPAN * (double)map->height ||
            (double)(c->right - c->left) >= SPAN * (double)map->width);
}

/* Whether it can be a digit beside lines: at least a quarter of the shorter side. */
static bool is_large(const numeral_ink_map *map, const numeral_component *c)
{
    size_t tall = c->bottom - c->top, wide = c->right - c->left;
    return 4 * (tall > wide ? tall : wide) >=
           (map->height < map->width ? map->height : map->width);
}

/* Marks lines as LINE, other components as SEEN; whether one of these is large. */
static bool tell_lines(const numeral_ink_map *map)
{
    size_t n = map->height * map->width;
    bool large = false;
    for (size_t i = 0; (i = next_marked(map, INK, i)) < n; i++) {
        numeral_component c = numeral_component_take(map, i, SEEN);
        if (!c.hinted) {
            mark_again(map, &c, GROUND);
        } else if (!map->keeps_lines && is_line(map, &c)) {
            mark_again(map, &c, LINE);
        } else {
            large |= is_large(map, &c);
        }
    }
    return large;
}

void numeral_components_keep(const numeral_ink_map *map)
{
    size_t n = map->height * map->width;
    /* without another component of size, what looked like a line is the digit itself */
    uint8_t line_is = tell_lines(map) ? LINE : SEEN;
    double all = 0, small = 0;
    bool kept = false;
    for (size_t i = 0; i < n; i++) {
        map->marks[i] = map->marks[i] == LINE ? line_is : map->marks[i];
    }
    for (size_t i = 0; (i = next_marked(map, SEEN, i)) < n; i++) {
        all += map->values[i];
    }
    for (size_t i = 0; (i = next_marked(map, SEEN, i)) < n; i++) {
        numeral_component c = numeral_component_take(map, i, INK);
        bool fragment = map->drops_edge && touches_edge(map, &c) &&
                        c.mass < FRAGMENT * (all - c.mass);
        bool is_small = c.mass < SPECK * all;
        mark_again(map, &c, fragment ? GROUND : is_small ? SMALL : KEPT);
        small += is_small && !fragment ? c.mass : 0;
        kept |= !is_small && !fragment;
    }
    uint8_t small_is = kept && small > MANY * all ? KEPT : GROUND;
    for (size_t i = 0; i < n; i++) {
        map->marks[i] = map->marks[i] == SMALL ? small_is : map->marks[i];
    }
}
