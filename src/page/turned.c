/* A digit that lies on its side is unlike the model's, whichever way the lines of its
 * page were taken to run. */
#include "page/turned.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum {
    LEAST_ASKED = 6, /* fewer components may all be 0, 1 or 8, or none a digit */
    MOST_ASKED = 48
};

/* How far components lie from the model's digits, turned, in their distances as they lie.
 * Of the synthetic pages of training digits, of two and of eight lines, that were asked,
 * none of 24 that lay upright had a way below 1.2, and all 42 others had one below 0.95.
 */
static const double LIKELY = 0.95, POSSIBLE = 1.1;

/* The image of a square frame turned by a quarter, clockwise. */
static void turn_square(const uint8_t *in, size_t side, uint8_t *out)
{
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            out[x * side + side - 1 - y] = in[y * side + x];
        }
    }
}

/* Candidates that are one component, whole. */
static bool stands_alone(const numeral_page_stages *w, const numeral_candidate *c)
{
    const numeral_border *borders = w->cuts.borders;
    return !borders[c->first].path && !borders[c->last].path && c->loose == 0;
}

static size_t list_asked(const numeral_page_stages *w, uint32_t which[MOST_ASKED])
{
    size_t n = 0, alone = 0;
    for (size_t i = 0; i < w->candidates.n; i++) {
        alone += stands_alone(w, &w->candidates.items[i]);
    }
    size_t step = alone / MOST_ASKED + 1, seen = 0;
    for (size_t i = 0; i < w->candidates.n && n < MOST_ASKED; i++) {
        if (stands_alone(w, &w->candidates.items[i]) && seen++ % step == 0) {
            which[n++] = (uint32_t)i;
        }
    }
    return n;
}

/* Sums for each way how far the nearest neighbours lie. */
static numeral_status add_distances(void *context, numeral_reader *reader, size_t first,
                                    numeral_error *err)
{
    double *sums = context;
    (void)err;
    for (size_t i = 0; i < reader->n; i++) {
        sums[(first + i) % NUMERAL_PAGE_WAYS] += sqrt(reader->verdicts[i].distances[0]);
    }
    return NUMERAL_OK;
}

/* Of several that are likely only the likeliest is. */
static void judge_ways(const double sums[NUMERAL_PAGE_WAYS],
                       numeral_page_way ways[NUMERAL_PAGE_WAYS])
{
    size_t best = 1;
    for (size_t way = 1; way < NUMERAL_PAGE_WAYS; way++) {
        best = sums[way] < sums[best] ? way : best;
        ways[way] = sums[way] < POSSIBLE * sums[0] ? NUMERAL_PAGE_WAY_POSSIBLE
                                                   : NUMERAL_PAGE_WAY_NO;
    }
    if (sums[best] < LIKELY * sums[0]) {
        for (size_t way = 1; way < NUMERAL_PAGE_WAYS; way++) {
            ways[way] = way == best ? NUMERAL_PAGE_WAY_LIKELY : NUMERAL_PAGE_WAY_NO;
        }
    }
}

numeral_status numeral_page_ways(const numeral_page_stages *w, const numeral_run *run,
                                 numeral_page_way ways[NUMERAL_PAGE_WAYS],
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t side = w->model->pipeline.width, bytes = side * side;
    uint32_t which[MOST_ASKED];
    size_t n = side == w->model->pipeline.height ? list_asked(w, which) : 0;
    double sums[NUMERAL_PAGE_WAYS] = {0};
    uint8_t *images = NULL;
    for (size_t way = 0; way < NUMERAL_PAGE_WAYS; way++) {
        ways[way] = way == 0 ? NUMERAL_PAGE_WAY_NO : NUMERAL_PAGE_WAY_POSSIBLE;
    }
    if (n < LEAST_ASKED) {
        return NUMERAL_OK;
    }
    TRY_ALLOC(images = numeral_allocate(n * NUMERAL_PAGE_WAYS, bytes, err));
    for (size_t i = 0; i < n; i++) {
        const uint8_t *upright = w->candidates.images + which[i] * bytes;
        uint8_t *to = images + i * NUMERAL_PAGE_WAYS * bytes;
        memcpy(to, upright, bytes);
        for (size_t way = 1; way < NUMERAL_PAGE_WAYS; way++) {
            turn_square(to + (way - 1) * bytes, side, to + way * bytes);
        }
    }
    TRY(numeral_page_stages_read(w, images, n * NUMERAL_PAGE_WAYS,
                                 NUMERAL_READ_NEIGHBOURS, add_distances, sums, run, err));
    judge_ways(sums, ways);
done:
    numeral_release(images);
    return status;
}
