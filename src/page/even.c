/* Two looks: one at a small copy, whose closing spans a quarter of the page, finds how
 * wide strokes are; one at the page itself closes by four strokes. */
#include "page/even.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/components.h"
#include "page/extreme.h"
#include "page/runs.h"

enum {
    COARSE = 400, /* longer side of the first look, which finds how wide strokes are */
    BLOCK = 64,   /* noise is measured in squares of that side */
    LEVELS = 256,
    MIDDLE = 128,        /* half of strong ink */
    LEAST_STRENGTH = 24, /* of 255: what takes less light than a tenth is no ink */
    STROKES = 4          /* the square that closes is so many strokes wide */
};

/* The level that half of `n` counted values lie at or below. */
static unsigned median_of(const uint32_t counts[LEVELS], size_t n)
{
    size_t sum = 0;
    unsigned level = 0;
    while (level + 1 < LEVELS && (sum += counts[level]) * 2 < n) {
        level++;
    }
    return level;
}

/* Adds the n levels of a row to counts; in four parts, for neighbours are often equal,
 * and a count must not wait for the one before. */
static void count_levels(const uint8_t *row, size_t n, uint32_t counts[4][LEVELS])
{
    size_t x = 0;
    for (; x + 4 <= n; x += 4) {
        counts[0][row[x]]++;
        counts[1][row[x + 1]]++;
        counts[2][row[x + 2]]++;
        counts[3][row[x + 3]]++;
    }
    for (; x < n; x++) {
        counts[0][row[x]]++;
    }
}

static void add_parts(uint32_t counts[4][LEVELS])
{
    for (unsigned level = 0; level < LEVELS; level++) {
        counts[0][level] += counts[1][level] + counts[2][level] + counts[3][level];
    }
}

static void add_rows(const uint8_t *restrict above, const uint8_t *restrict at,
                     const uint8_t *restrict below, size_t width, uint16_t *restrict sums)
{
    for (size_t x = 0; x < width; x++) {
        sums[x] = (uint16_t)(above[x] + at[x] + below[x]);
    }
}

/* The ninth part of three sums, rounded down: they are below 2,296, so that 7,282 /
 * 65,536 is as good. */
static void mean_row(const uint16_t *restrict sums, size_t n, uint8_t *restrict to)
{
    for (size_t x = 0; x < n; x++) {
        uint16_t sum = (uint16_t)(sums[x] + sums[x + 1] + sums[x + 2]);
        to[x] = (uint8_t)((sum * 7282u) >> 16);
    }
}

/* A third of the sum of three rows, then of three columns: the mean of 3 × 3. */
static void smooth(const numeral_image *in, numeral_image *out, uint16_t *row)
{
    size_t height = in->height, width = in->width;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *at = in->pixels + y * width;
        const uint8_t *above = y ? at - width : at;
        const uint8_t *below = y + 1 < height ? at + width : at;
        uint8_t *to = out->pixels + y * width;
        add_rows(above, at, below, width, row);
        to[0] = (uint8_t)(row[0] / 3);
        to[width - 1] = (uint8_t)(row[width - 1] / 3);
        if (width > 2) {
            mean_row(row, width - 2, to + 1);
        }
    }
}

/* The ground under the ink: the page smoothed, so that no bright grain of noise sets it,
 * and closed by a square of side 2·reach + 1. */
static numeral_status find_ground(const numeral_image *grey, size_t reach,
                                  numeral_image *out, numeral_error *err)
{
    numeral_status status;
    uint16_t *row = numeral_allocate(grey->width, sizeof *row, err);
    numeral_image ground = {0};
    TRY(row ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY(numeral_image_create(grey->height, grey->width, &ground, err));
    smooth(grey, &ground, row);
    TRY(numeral_page_close(&ground, reach, err));
    *out = ground;
    ground = (numeral_image){0};
done:
    numeral_release(row);
    numeral_image_free(&ground);
    return status;
}

/* How much of the light `under` a row it takes. */
static void take_row(const uint8_t *restrict under, size_t n, uint8_t *restrict row)
{
    for (size_t x = 0; x < n; x++) {
        row[x] = (uint8_t)((under[x] > row[x] ? under[x] : row[x]) - row[x]);
    }
}

/* That as a share of the light. */
static void share_row(const uint8_t *restrict under, size_t n,
                      const uint32_t *restrict parts_of, uint8_t *restrict row)
{
    for (size_t x = 0; x < n; x++) {
        row[x] = (uint8_t)((row[x] * parts_of[under[x]]) >> 16);
    }
}

/* Turns `map` from grey levels to the share of the ground's light that is taken, 255 for
 * all of it: never more, for no more is taken than is there. The first of two loops goes
 * by vectors, and neither guesses which of two levels of noise is darker. */
static void take_from_ground(const numeral_image *ground, numeral_image *map)
{
    size_t width = map->width;
    uint32_t parts_of[LEVELS]; /* 255 / ground, in 65,536ths */
    for (unsigned level = 0; level < LEVELS; level++) {
        parts_of[level] = (255u << 16) / (level < 16 ? 16 : level);
    }
    for (size_t y = 0; y < map->height; y++) {
        take_row(ground->pixels + y * width, width, map->pixels + y * width);
        share_row(ground->pixels + y * width, width, parts_of, map->pixels + y * width);
    }
}

/* A square of the map: its rows and columns. */
static numeral_page_box square_at(const numeral_image *map, size_t at)
{
    size_t across = (map->width + BLOCK - 1) / BLOCK;
    size_t top = at / across * BLOCK, left = at % across * BLOCK;
    return (numeral_page_box){top, left,
                              top + BLOCK < map->height ? top + BLOCK : map->height,
                              left + BLOCK < map->width ? left + BLOCK : map->width};
}

/* Takes off what noise, and the closing's own lift, make of bare ground: twice the middle
 * value of each square. Where ink fills a square, its middle is no ground; so none may
 * pass twice what half of all squares keep to (a shadow at most doubles noise). */
static numeral_status take_noise(numeral_image *map, numeral_error *err)
{
    size_t n = (map->height + BLOCK - 1) / BLOCK * ((map->width + BLOCK - 1) / BLOCK);
    uint8_t *middles = numeral_allocate(n, 1, err);
    uint32_t all[LEVELS] = {0};
    if (!middles) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t counts[4][LEVELS] = {{0}};
        numeral_page_box b = square_at(map, i);
        for (size_t y = b.top; y < b.bottom; y++) {
            count_levels(map->pixels + y * map->width + b.left, b.right - b.left, counts);
        }
        add_parts(counts);
        middles[i] =
            (uint8_t)median_of(counts[0], (b.bottom - b.top) * (b.right - b.left));
        all[middles[i]]++;
    }
    unsigned most = 2 * median_of(all, n) + 2;
    for (size_t i = 0; i < n; i++) {
        numeral_page_box b = square_at(map, i);
        unsigned noise = 2 * (middles[i] < most ? middles[i] : most) + 2;
        for (size_t y = b.top; y < b.bottom; y++) {
            uint8_t *row = map->pixels + y * map->width;
            for (size_t x = b.left; x < b.right; x++) {
                row[x] = (uint8_t)(row[x] > noise ? row[x] - noise : 0);
            }
        }
    }
    numeral_release(middles);
    return NUMERAL_OK;
}

static bool at_edge(const numeral_component *c, const numeral_image *map)
{
    return c->box.top == 0 || c->box.left == 0 || c->box.bottom == map->height ||
           c->box.right == map->width;
}

/* What nine tenths of the ink do not pass, where ink is what takes at least half as much
 * light as the thousandth of the page that takes most. */
static unsigned strong_of(const uint32_t counts[LEVELS])
{
    size_t n = 0, sum = 0, inked = 0;
    for (unsigned level = 0; level < LEVELS; level++) {
        n += counts[level];
    }
    unsigned top = LEVELS - 1;
    while (top > 0 && (sum += counts[top]) * 1000 < n) {
        top--;
    }
    for (unsigned level = top / 2 + 1; level < LEVELS; level++) {
        inked += counts[level];
    }
    unsigned strong = LEVELS - 1;
    for (sum = 0; strong > top / 2 && (sum += counts[strong]) * 10 < inked;) {
        strong--;
    }
    return strong;
}

/* Whether something of at least this level reaches the map's edge. */
static bool reaches_edge(const numeral_image *map, unsigned least)
{
    size_t height = map->height, width = map->width;
    bool reaches = false;
    for (size_t x = 0; x < width; x++) {
        reaches |= map->pixels[x] >= least;
        reaches |= map->pixels[(height - 1) * width + x] >= least;
    }
    for (size_t y = 0; y < height; y++) {
        reaches |= map->pixels[y * width] >= least;
        reaches |= map->pixels[y * width + width - 1] >= least;
    }
    return reaches;
}

/* How strong the ink is of what does not hang on the map's edge: the rim of a dark table
 * takes more light than any pen. 0: there is none. */
static numeral_status find_strong(const numeral_image *map, unsigned *out,
                                  numeral_error *err)
{
    uint32_t counts[4][LEVELS] = {{0}}, inner[LEVELS] = {0};
    size_t n = map->height * map->width;
    numeral_components all = {0};
    numeral_status status = NUMERAL_OK;
    count_levels(map->pixels, n, counts);
    add_parts(counts);
    unsigned strong = strong_of(counts[0]);
    if (strong >= LEAST_STRENGTH && reaches_edge(map, strong / 2)) {
        TRY(numeral_components_find(map, (uint8_t)(strong / 2), &all, err));
        for (size_t i = 0; i < n; i++) {
            uint32_t label = all.labels[i];
            inner[map->pixels[i]] += !label || !at_edge(&all.items[label - 1], map);
        }
        unsigned within = strong_of(inner);
        strong = within >= LEAST_STRENGTH ? within : strong;
    }
    *out = strong < LEAST_STRENGTH ? 0 : strong;
done:
    numeral_components_free(&all);
    return status;
}

/* Strong ink becomes 255; *any is whether there is ink at all. */
static numeral_status stretch(numeral_image *map, bool *any, numeral_error *err)
{
    size_t n = map->height * map->width;
    unsigned strong = 0;
    numeral_status status = find_strong(map, &strong, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    *any = strong > 0;
    uint8_t stretched[LEVELS] = {0};
    for (unsigned level = 0; level < LEVELS && strong; level++) {
        unsigned value = level * 255 / strong;
        stretched[level] = (uint8_t)(value > 255 ? 255 : value);
    }
    for (size_t i = 0; i < n;) {
        i += numeral_page_bare(map->pixels + i, n - i, 1);
        for (size_t end = i + 8 < n ? i + 8 : n; i < end; i++) {
            map->pixels[i] = stretched[map->pixels[i]];
        }
    }
    return NUMERAL_OK;
}

/* The usual width of strokes, of the pixels counted by the shorter of the two runs,
 * across and down, that they lie in: the median, pixels in runs half as long again as
 * nearly all runs left out. So neither the many pixels of a stain or a shadow nor the
 * many short runs of noise decide. */
static unsigned usual_stroke(const uint32_t counts[LEVELS])
{
    size_t runs = 0, seen = 0, pixels = 0;
    for (unsigned length = 1; length < LEVELS; length++) {
        runs += (counts[length] + length - 1) / length;
    }
    unsigned most = 1;
    while (most + 1 < LEVELS && seen * 100 < runs * 95) {
        seen += (counts[most] + most - 1) / most;
        most++;
    }
    most = most + most / 2 < LEVELS ? most + most / 2 : LEVELS - 1;
    for (unsigned length = 1; length <= most; length++) {
        pixels += counts[length];
    }
    return median_of(counts, pixels);
}

/* Takes out what hangs on the map's edge, unless nearly nothing else is there: shadows of
 * the photographer, the table beside the page and rules reach it, digits seldom do. */
static numeral_status leave_edge_out(numeral_image *map, numeral_error *err)
{
    numeral_components all = {0};
    numeral_status status = numeral_components_find(map, MIDDLE, &all, err);
    size_t inner = 0;
    for (size_t i = 0; i < all.n; i++) {
        inner += at_edge(&all.items[i], map) ? 0 : all.items[i].pixels;
    }
    for (size_t i = 0; inner * 2000 > map->height * map->width &&
                       i < map->height * map->width && status == NUMERAL_OK;
         i++) {
        if (all.labels[i] && at_edge(&all.items[all.labels[i] - 1], map)) {
            map->pixels[i] = 0;
        }
    }
    numeral_components_free(&all);
    return status;
}

typedef struct lengths {
    uint8_t *down; /* of each pixel's run down the page, at most 255 */
    size_t width;
} lengths;

static void note_length(void *context, size_t x, size_t begin, size_t end)
{
    const lengths *l = context;
    uint8_t length = (uint8_t)(end - begin < 255 ? end - begin : 255);
    for (size_t y = begin; y < end; y++) {
        l->down[y * l->width + x] = length;
    }
}

/* Counts the pixels of ink by the shorter of their two runs. */
numeral_status numeral_page_measure_stroke(const numeral_image *map, size_t *out,
                                           numeral_error *err)
{
    size_t height = map->height, width = map->width, n = 0;
    lengths l = {numeral_allocate(height, width, err), width};
    uint32_t counts[LEVELS] = {0};
    numeral_status status = l.down ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    TRY(status);
    TRY(numeral_page_runs_down(map, MIDDLE, note_length, &l, err));
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = map->pixels + y * width;
        for (size_t begin = 0; begin < width;) {
            begin += numeral_page_bare(row + begin, width - begin, MIDDLE);
            size_t end = begin;
            while (end < width && row[end] >= MIDDLE) {
                end++;
            }
            for (size_t i = begin; i < end; i++) {
                size_t across = end - begin, other = l.down[y * width + i];
                counts[across < other ? across : other]++;
            }
            n += end - begin;
            begin = end + 1;
        }
    }
    *out = n ? usual_stroke(counts) : 0;
done:
    numeral_release(l.down);
    return status;
}

/* Copies levels, those of light ink turned into those of dark ink. */
static void copy_dark(const uint8_t *restrict in, size_t n, bool light,
                      uint8_t *restrict out)
{
    uint8_t flip = light ? 255 : 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = in[i] ^ flip;
    }
}

static numeral_status even(const numeral_image *grey, bool light, size_t reach,
                           numeral_page_ink *out, numeral_error *err)
{
    numeral_status status;
    numeral_image ground = {0}, map = {0};
    size_t n = grey->height * grey->width;
    bool any = false;
    TRY(numeral_image_create(grey->height, grey->width, &map, err));
    copy_dark(grey->pixels, n, light, map.pixels);
    TRY(find_ground(&map, reach, &ground, err));
    take_from_ground(&ground, &map);
    TRY(take_noise(&map, err));
    out->stroke = 0;
    TRY(stretch(&map, &any, err));
    if (any) {
        TRY(numeral_page_measure_stroke(&map, &out->stroke, err));
    }
    out->map = map;
    map = (numeral_image){0};
done:
    numeral_image_free(&ground);
    numeral_image_free(&map);
    return status;
}

/* The mean of squares of `factor` pixels. */
numeral_status numeral_page_reduce(const numeral_image *in, size_t factor,
                                   numeral_image *out, numeral_error *err)
{
    numeral_status status =
        numeral_image_create(in->height / factor, in->width / factor, out, err);
    for (size_t y = 0; status == NUMERAL_OK && y < out->height; y++) {
        for (size_t x = 0; x < out->width; x++) {
            size_t sum = 0;
            for (size_t i = 0; i < factor; i++) {
                const uint8_t *row =
                    in->pixels + (y * factor + i) * in->width + x * factor;
                for (size_t j = 0; j < factor; j++) {
                    sum += row[j];
                }
            }
            out->pixels[y * out->width + x] = (uint8_t)(sum / (factor * factor));
        }
    }
    return status;
}

/* Half the side of the square that closes. The first look, at a small copy, uses a
 * quarter of the page, which no stroke fills; the second the strokes that it saw. */
static numeral_status find_reach(const numeral_image *grey, bool light, size_t *out,
                                 numeral_error *err)
{
    size_t longer = grey->height > grey->width ? grey->height : grey->width;
    size_t shorter = grey->height < grey->width ? grey->height : grey->width;
    size_t factor = (longer + COARSE - 1) / COARSE;
    factor = factor > shorter ? shorter : factor;
    numeral_image small = {0};
    numeral_page_ink seen = {0};
    numeral_status status;
    TRY(numeral_page_reduce(grey, factor, &small, err));
    TRY(even(&small, light, shorter / factor / 8 + 2, &seen, err));
    TRY(leave_edge_out(&seen.map, err));
    TRY(numeral_page_measure_stroke(&seen.map, &seen.stroke, err));
    *out = (STROKES * (seen.stroke + 1) * factor) / 2 + 2;
    *out = *out > shorter / 4 + 2 ? shorter / 4 + 2 : *out;
done:
    numeral_image_free(&small);
    numeral_image_free(&seen.map);
    return status;
}

numeral_status numeral_page_even(const numeral_image *grey, bool light,
                                 numeral_page_ink *out, numeral_error *err)
{
    size_t reach;
    numeral_status status = find_reach(grey, light, &reach, err);
    return status == NUMERAL_OK ? even(grey, light, reach, out, err) : status;
}
