/* Re-ranking by the image distortion model with composite references.
 *
 * The digit's gradients are laid over each candidate's, every pixel free to move by up to
 * `warp` (Keysers, Deselaers, Gollan & Ney 2007). Of each class the `best` candidates by
 * total cost are kept, and the class's score is the sum of the pixel-wise minimum of
 * their cost maps: several neighbours may explain a digit piece by piece. A class
 * without candidates gets `absent` times the largest score.
 *
 * A candidate is given up as soon as its cost so far exceeds the total that it would have
 * to beat, which leaves the result as it is. */
#include <math.h>
#include <string.h>

#include "kernel/idm.h"
#include "rerank/rerank_entries.h"

enum { VIEW, WARP, BEST, ABSENT, WEIGHT };
/* Cost rows in one go: as many as the kernels make at once, three goes for 28 pixels. */
enum { MAX_BEST = 16, ROWS_AT_ONCE = 10 };

static const numeral_parameter parameters_of_idm[] = {
    {"view", NUMERAL_PARAMETER_CHOICE, 0, NUMERAL_VIEW_COUNT - 1, NUMERAL_VIEW_DESKEW,
     numeral_view_names, "how the images are looked at"},
    {"warp", NUMERAL_PARAMETER_INTEGER, 0, NUMERAL_IDM_MAX_WARP, 2, NULL,
     "how far a pixel may move, in each direction"},
    {"best", NUMERAL_PARAMETER_INTEGER, 1, MAX_BEST, 4, NULL,
     "candidates of each class that explain the digit together"},
    {"absent", NUMERAL_PARAMETER_REAL, 1, 100, 1.3, NULL,
     "score of a class without candidates, times the largest"},
    NUMERAL_RERANK_COMMON,
};

/* The best candidates of one class, smallest total first. */
typedef struct shortlist {
    size_t n;
    uint64_t totals[MAX_BEST];
    uint16_t *maps[MAX_BEST];
} shortlist;

typedef struct idm_scratch {
    uint8_t *image;
    int8_t *query, *reference;
    int16_t *gradient;
    shortlist *lists;
    uint16_t *maps;
    uint16_t *spare; /* the map that is being made */
    size_t n_maps;   /* handed out of `maps` */
} idm_scratch;

/* At most `best` maps of each class and one spare are in use at a time, and never more
 * than one for each candidate and the spare. */
static size_t most_maps(const double *parameters, const numeral_rerank_base *base,
                        size_t n)
{
    size_t most = base->n_classes * (size_t)parameters[BEST];
    return (most < n ? most : n) + 1;
}

static size_t map_values(const numeral_idm_shape *shape)
{
    return numeral_round_up(shape->cost_values, 32);
}

static size_t scratch_bytes(const double *parameters, const numeral_rerank_base *base,
                            size_t n)
{
    numeral_idm_shape shape = numeral_idm_shape_make(base->height, base->width);
    size_t maps = most_maps(parameters, base, n);
    return numeral_scratch_bytes(base->height * base->width, 1) +
           2 * numeral_scratch_bytes(shape.map_bytes, 1) +
           numeral_scratch_bytes(shape.scratch_values, sizeof(int16_t)) +
           numeral_scratch_bytes(base->n_classes, sizeof(shortlist)) +
           numeral_scratch_bytes(maps * map_values(&shape), sizeof(uint16_t));
}

static idm_scratch take(const double *parameters, const numeral_rerank_base *base,
                        const numeral_idm_shape *shape, size_t n, void *memory)
{
    idm_scratch s = {0};
    size_t maps = most_maps(parameters, base, n);
    s.image = numeral_scratch_take(&memory,
                                   numeral_scratch_bytes(base->height * base->width, 1));
    s.query = numeral_scratch_take(&memory, numeral_scratch_bytes(shape->map_bytes, 1));
    s.reference =
        numeral_scratch_take(&memory, numeral_scratch_bytes(shape->map_bytes, 1));
    s.gradient = numeral_scratch_take(
        &memory, numeral_scratch_bytes(shape->scratch_values, sizeof(int16_t)));
    s.lists = numeral_scratch_take(
        &memory, numeral_scratch_bytes(base->n_classes, sizeof(shortlist)));
    s.maps = numeral_scratch_take(
        &memory, numeral_scratch_bytes(maps * map_values(shape), sizeof(uint16_t)));
    memset(s.lists, 0, base->n_classes * sizeof *s.lists);
    s.spare = s.maps;
    s.n_maps = 1;
    return s;
}

/* Fills the spare map, from the middle, where the ink is; false where the total reaches
 * `limit` on the way. */
static bool make_map(const numeral_idm_kernels *kernels, const numeral_idm_shape *shape,
                     const idm_scratch *s, int warp, uint64_t limit, uint64_t *total)
{
    *total = 0;
    size_t rows = shape->height + 2, n = (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    for (size_t i = 0; i < n; i++) {
        size_t first = (n / 2 + i) % n * ROWS_AT_ONCE;
        size_t end = rows - first < ROWS_AT_ONCE ? rows : first + ROWS_AT_ONCE;
        *total +=
            kernels->cost_rows(shape, s->query, s->reference, warp, first, end, s->spare);
        if (*total >= limit) {
            return false;
        }
    }
    return true;
}

/* Puts the spare map into `list` in place of its worst, or beside the others. */
static void keep(idm_scratch *s, size_t values, size_t best, shortlist *list,
                 uint64_t total)
{
    uint16_t *free_map;
    if (list->n == best) {
        free_map = list->maps[best - 1];
    } else {
        free_map = s->maps + s->n_maps++ * values;
        list->n++;
    }
    size_t at = list->n - 1;
    for (; at > 0 && list->totals[at - 1] > total; at--) {
        list->totals[at] = list->totals[at - 1];
        list->maps[at] = list->maps[at - 1];
    }
    list->totals[at] = total;
    list->maps[at] = s->spare;
    s->spare = free_map;
}

/* Σ over pixels of the smallest cost of any map. */
static double composite(const shortlist *list, size_t n_values, uint16_t *out)
{
    memcpy(out, list->maps[0], n_values * sizeof *out);
    for (size_t m = 1; m < list->n; m++) {
        const uint16_t *map = list->maps[m];
        for (size_t i = 0; i < n_values; i++) {
            out[i] = map[i] < out[i] ? map[i] : out[i];
        }
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < n_values; i++) {
        sum += out[i];
    }
    return (double)sum;
}

static void score(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    const numeral_idm_kernels *kernels = numeral_idm_kernels_get(numeral_cpu_active());
    numeral_idm_shape shape = numeral_idm_shape_make(base->height, base->width);
    idm_scratch s = take(parameters, base, &shape, digit->n_candidates, scratch);
    numeral_view view = (numeral_view)parameters[VIEW];
    size_t best = (size_t)parameters[BEST];
    kernels->gradient(&shape, digit->images[view], s.gradient, s.query);
    /* Nearest first, so that the limits are low soon and most candidates are given up. */
    for (size_t i = 0; i < digit->n_candidates; i++) {
        size_t row = (size_t)digit->ids[i];
        shortlist *list = &s.lists[base->classes[row]];
        uint64_t total, limit = list->n == best ? list->totals[best - 1] : UINT64_MAX;
        numeral_sparse_get(base->images[view], row, s.image);
        kernels->gradient(&shape, s.image, s.gradient, s.reference);
        if (make_map(kernels, &shape, &s, (int)parameters[WARP], limit, &total)) {
            keep(&s, map_values(&shape), best, list, total);
        }
    }
    for (size_t c = 0; c < base->n_classes; c++) {
        scores[c] =
            s.lists[c].n ? composite(&s.lists[c], shape.cost_values, s.spare) : INFINITY;
    }
    numeral_scores_fill_absent(scores, base->n_classes, parameters[ABSENT]);
}

const numeral_rerank numeral_rerank_idm = {
    .entry = {.name = "idm",
              .help = "image distortion model: gradients matched pixel by pixel",
              .source = "Keysers, Deselaers, Gollan & Ney 2007",
              .parameters = parameters_of_idm,
              .n_parameters = sizeof parameters_of_idm / sizeof *parameters_of_idm},
    .view_parameter = VIEW,
    .scratch_bytes = scratch_bytes,
    .score = score,
};
