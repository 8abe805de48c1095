/* The image distortion model's kernels for vectors of 16-bit lanes: one text, which each
 * instruction set's file includes behind its own words for
 *
 *   vec, LANES                          LANES 16-bit lanes
 *   load, store                         unaligned
 *   minimum(a, b)                       of unsigned lanes
 *   energies(query, reference)          LANES pixels: (Δgx² + Δgy²) >> 3, of i8 pairs;
 *                                       |Δ| <= 126, so that two squares fit i16
 *   halves(bytes)                       LANES bytes, (b + 1) >> 1
 *   twelfths(sums)                      (s·85 + 2^14) >> 15, clipped to ±63
 *   shift_left(a, n)
 *
 * Costs are made in two steps for two displacements at a time: the sums of three energies
 * one above the other go to a buffer, from which three neighbours are added as they are
 * read again at three places, so that no lane has to move. The buffer and the rows of the
 * cost map stay in the first-level cache. */
#include <stdbool.h>
#include <string.h>

#include "kernel/idm.h"
#include "kernel/idm_planes.h"

enum {
    COLUMNS = 32,          /* NUMERAL_IDM_BLOCK, and the two that their context needs */
    ROWS = 10,             /* of costs in one go */
    BUFFER = COLUMNS + 16, /* values of a buffer's row; those behind COLUMNS are 0 */
    MOST_SHIFTS = (2 * NUMERAL_IDM_MAX_WARP + 1) * (2 * NUMERAL_IDM_MAX_WARP + 1) + 1
};

typedef struct buffers {
    uint16_t sums[2][ROWS][BUFFER];
} buffers;

/* Sums of three rows of energies for LANES columns of n_rows rows. */
static inline void add_rows(const int8_t *query, const int8_t *const references[2],
                            size_t stride, size_t n_rows, size_t column, buffers *out)
{
    /* three rows of energies slide down: above + here + below is a column of the context,
     * at most 3·3,969 */
    vec first = load(query), second = load(query + stride);
    vec above[2], here[2];
    for (int i = 0; i < 2; i++) {
        above[i] = energies(first, load(references[i]));
        here[i] = energies(second, load(references[i] + stride));
    }
    for (size_t y = 0; y < n_rows; y++) {
        size_t at = (y + 2) * stride;
        vec line = load(query + at);
        for (int i = 0; i < 2; i++) {
            vec below = energies(line, load(references[i] + at));
            store(out->sums[i][y] + column, above[i] + here[i] + below);
            above[i] = here[i];
            here[i] = below;
        }
    }
}

static inline vec add_neighbours(const uint16_t *sums)
{
    return load(sums) + load(sums + 1) + load(sums + 2);
}

static inline void keep_minima(const buffers *from, size_t n_rows, uint16_t *cost,
                               size_t cost_stride)
{
    for (size_t y = 0; y < n_rows; y++) {
        for (size_t x = 0; x < COLUMNS; x += LANES) {
            uint16_t *to = cost + y * cost_stride + x;
            vec least = minimum(add_neighbours(from->sums[0][y] + x),
                                add_neighbours(from->sums[1][y] + x));
            store(to, minimum(least, load(to)));
        }
    }
}

/* All displacements as steps in a map; an even number, the last one perhaps twice. */
static size_t list_shifts(const numeral_idm_shape *shape, int warp, ptrdiff_t *shifts)
{
    size_t n = 0;
    for (ptrdiff_t dy = -warp; dy <= warp; dy++) {
        for (ptrdiff_t dx = -warp; dx <= warp; dx++) {
            shifts[n++] = (dy * (ptrdiff_t)shape->stride + dx) * 2;
        }
    }
    shifts[n] = shifts[n - 1];
    return n + n % 2;
}

/* Σ of n_rows × COLUMNS values, COLUMNS / 2 at most 35,721·2·ROWS each. */
static uint64_t sum_costs(const uint16_t *cost, size_t n_rows, size_t cost_stride)
{
    uint32_t lanes[COLUMNS / 2] = {0};
    uint64_t sum = 0;
    for (size_t y = 0; y < n_rows; y++) {
        for (size_t x = 0; x < COLUMNS / 2; x++) {
            lanes[x] += (uint32_t)cost[y * cost_stride + x] +
                        cost[y * cost_stride + COLUMNS / 2 + x];
        }
    }
    for (size_t x = 0; x < COLUMNS / 2; x++) {
        sum += lanes[x];
    }
    return sum;
}

/* `query` and `reference` point at the top left of the context. */
static uint64_t cost_block(const numeral_idm_shape *shape, const int8_t *query,
                           const int8_t *reference, const ptrdiff_t *shifts,
                           size_t n_shifts, size_t n_rows, size_t columns, buffers *space,
                           uint16_t *cost)
{
    size_t stride = shape->stride * 2;
    for (size_t y = 0; y < n_rows; y++) {
        memset(cost + y * shape->cost_stride, 0xff, COLUMNS * sizeof *cost);
    }
    /* two displacements share each load of the query and of the cost map */
    for (size_t s = 0; s < n_shifts; s += 2) {
        for (size_t x = 0; x < COLUMNS; x += LANES) {
            const int8_t *const references[2] = {reference + shifts[s] + 2 * x,
                                                 reference + shifts[s + 1] + 2 * x};
            add_rows(query + 2 * x, references, stride, n_rows, x, space);
        }
        keep_minima(space, n_rows, cost, shape->cost_stride);
    }
    /* behind the image's edge there is no cost */
    for (size_t y = 0; y < n_rows; y++) {
        memset(cost + y * shape->cost_stride + columns, 0,
               (COLUMNS - columns) * sizeof *cost);
    }
    return sum_costs(cost, n_rows, shape->cost_stride);
}

static uint64_t cost_rows(const numeral_idm_shape *shape, const int8_t *query,
                          const int8_t *reference, int warp, size_t first, size_t end,
                          uint16_t *cost)
{
    ptrdiff_t shifts[MOST_SHIFTS];
    size_t n_shifts = list_shifts(shape, warp, shifts);
    buffers space = {0};
    uint64_t sum = 0;
    for (size_t y = first; y < end; y += ROWS) {
        size_t n_rows = end - y < ROWS ? end - y : ROWS;
        size_t corner =
            ((y + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
        for (size_t x = 0; x < shape->width + 2; x += NUMERAL_IDM_BLOCK) {
            size_t left = shape->width + 2 - x;
            sum += cost_block(shape, query + corner + 2 * x, reference + corner + 2 * x,
                              shifts, n_shifts, n_rows,
                              left < NUMERAL_IDM_BLOCK ? left : NUMERAL_IDM_BLOCK, &space,
                              cost + y * shape->cost_stride + x);
        }
    }
    return sum;
}

/* The rows of an image that hold ink, and in `planes` and maps those that feel them: 4
 * more below in planes of column filters, 8 more in the plane of pixels. */
typedef struct ink_rows {
    size_t first, end;
} ink_rows;

static bool is_blank(const uint8_t *pixels, size_t n)
{
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= pixels[i];
    }
    return any == 0;
}

static ink_rows find_ink(const numeral_idm_shape *shape, const uint8_t *image)
{
    ink_rows rows = {0, shape->height};
    while (rows.first < rows.end &&
           is_blank(image + rows.first * shape->width, shape->width)) {
        rows.first++;
    }
    while (rows.first < rows.end &&
           is_blank(image + (rows.end - 1) * shape->width, shape->width)) {
        rows.end--;
    }
    return rows;
}

/* One row of pixels, halved. */
static inline void halve_row(const uint8_t *image, size_t width, int16_t *out)
{
    if (width < LANES) {
        for (size_t x = 0; x < width; x++) {
            out[x] = (int16_t)((image[x] + 1) >> 1);
        }
        return;
    }
    for (size_t x = 0; x + LANES < width; x += LANES) {
        store(out + x, halves(image + x));
    }
    store(out + width - LANES, halves(image + width - LANES));
}

static void lay_pixels(const numeral_idm_shape *shape, const uint8_t *image,
                       ink_rows rows, int16_t *pixels)
{
    size_t stride = shape->plane_stride;
    memset(pixels + rows.first * stride, 0,
           (rows.end - rows.first + 8) * stride * sizeof *pixels);
    for (size_t y = rows.first; y < rows.end; y++) {
        halve_row(image + y * shape->width, shape->width, pixels + (y + 4) * stride + 4);
    }
}

/* b - a + 6·(d - c) */
static inline vec slope_of(vec a, vec b, vec c, vec d)
{
    vec inner = d - c;
    return b - a + shift_left(inner + inner + inner, 1);
}

/* ends + 8·sides + 14·middle */
static inline vec smooth_of(vec ends, vec sides, vec middle)
{
    return ends + shift_left(sides + middle + middle, 3) - shift_left(middle, 1);
}

static inline void filter_column(const int16_t *pixels, size_t stride, int16_t *smooth,
                                 int16_t *slope)
{
    vec a = load(pixels), b = load(pixels + 4 * stride);
    vec c = load(pixels + stride), d = load(pixels + 3 * stride);
    store(smooth, smooth_of(a + b, c + d, load(pixels + 2 * stride)));
    store(slope, slope_of(a, b, c, d));
}

/* LANES pairs of the map. */
static inline vec filter_row(const int16_t *s, const int16_t *d)
{
    vec gx = twelfths(slope_of(load(s), load(s + 4), load(s + 1), load(s + 3)));
    vec gy = twelfths(
        smooth_of(load(d) + load(d + 4), load(d + 1) + load(d + 3), load(d + 2)));
    return (gx & 255) | shift_left(gy, 8);
}

static void gradient(const numeral_idm_shape *shape, const uint8_t *image,
                     int16_t *scratch, int8_t *map)
{
    size_t stride = shape->plane_stride;
    numeral_idm_planes planes = numeral_idm_planes_at(shape, scratch);
    ink_rows rows = find_ink(shape, image);
    memset(map, 0, shape->map_bytes);
    if (rows.first == rows.end) {
        return;
    }
    /* down the columns into two planes, then along the rows into pairs of the map */
    lay_pixels(shape, image, rows, planes.pixels);
    for (size_t i = rows.first * stride; i < (rows.end + 4) * stride; i += LANES) {
        filter_column(planes.pixels + i, stride, planes.smooth + i, planes.slope + i);
    }
    for (size_t y = rows.first; y < rows.end + 4; y++) {
        int8_t *out =
            map + ((y + NUMERAL_IDM_PAD - 2) * shape->stride + NUMERAL_IDM_PAD - 2) * 2;
        for (size_t x = 0; x < stride - 16; x += LANES) {
            size_t at = y * stride + x;
            store(out + 2 * x, filter_row(planes.smooth + at, planes.slope + at));
        }
    }
}
