/* Re-ranking by tangent distance: a class's score is the mean distance of its `best`
 * candidates (Simard, LeCun & Denker 1993). */
#include <math.h>

#include "metric/tangent.h"
#include "rerank/rerank_entries.h"

enum { VIEW, SIDES, SPRING, BEST, ABSENT, WEIGHT };
enum { MAX_BEST = 16, PLANES = 2 * (NUMERAL_TANGENTS + 1) + 1 };

static const numeral_parameter parameters_of_tangent[] = {
    {"view", NUMERAL_PARAMETER_CHOICE, 0, NUMERAL_VIEW_COUNT - 1, NUMERAL_VIEW_DESKEW,
     numeral_view_names, "how the images are looked at"},
    {"sides", NUMERAL_PARAMETER_INTEGER, 1, 2, 2, NULL,
     "1: the digit alone is deformed; 2: the candidate too"},
    {"spring", NUMERAL_PARAMETER_REAL, 0.000001, 100, 0.01, NULL, "price of deforming"},
    {"best", NUMERAL_PARAMETER_INTEGER, 1, MAX_BEST, 3, NULL,
     "candidates of each class that are counted"},
    {"absent", NUMERAL_PARAMETER_REAL, 1, 100, 1.3, NULL,
     "score of a class without candidates, times the largest"},
    NUMERAL_RERANK_COMMON,
};

/* The smallest distances of one class, ascending. */
typedef struct nearest {
    size_t n;
    double distances[MAX_BEST];
} nearest;

static void push(nearest *list, size_t best, double distance)
{
    size_t at = list->n;
    if (at == best) {
        if (distance >= list->distances[best - 1]) {
            return;
        }
        at--;
    } else {
        list->n++;
    }
    for (; at > 0 && list->distances[at - 1] > distance; at--) {
        list->distances[at] = list->distances[at - 1];
    }
    list->distances[at] = distance;
}

static size_t scratch_bytes(const double *parameters, const numeral_rerank_base *base,
                            size_t n)
{
    (void)parameters, (void)n;
    size_t lists = numeral_scratch_bytes(base->n_classes, sizeof(nearest));
    size_t plane = numeral_tangent_plane(base->height, base->width);
    return lists + numeral_scratch_bytes(PLANES * plane, sizeof(double)) +
           numeral_scratch_bytes(base->height * base->width, 1);
}

static void score(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    size_t plane = numeral_tangent_plane(base->height, base->width);
    size_t best = (size_t)parameters[BEST];
    numeral_view view = (numeral_view)parameters[VIEW];
    nearest *lists = numeral_scratch_take(
        &scratch, numeral_scratch_bytes(base->n_classes, sizeof *lists));
    double *query = numeral_scratch_take(
        &scratch, numeral_scratch_bytes(PLANES * plane, sizeof *query));
    double *reference = query + (NUMERAL_TANGENTS + 1) * plane;
    double *spare = reference + (NUMERAL_TANGENTS + 1) * plane;
    uint8_t *image = scratch;
    for (size_t c = 0; c < base->n_classes; c++) {
        lists[c].n = 0;
    }
    numeral_tangent_prepare(digit->images[view], base->height, base->width, spare, query);
    for (size_t i = 0; i < digit->n_candidates; i++) {
        size_t row = (size_t)digit->ids[i];
        numeral_sparse_get(base->images[view], row, image);
        numeral_tangent_prepare(image, base->height, base->width, spare, reference);
        double distance = numeral_tangent_distance(
            query, reference, plane, parameters[SIDES] == 2, parameters[SPRING], spare);
        push(&lists[base->classes[row]], best, distance);
    }
    for (size_t c = 0; c < base->n_classes; c++) {
        double sum = 0;
        for (size_t i = 0; i < lists[c].n; i++) {
            sum += lists[c].distances[i];
        }
        scores[c] = lists[c].n ? sum / (double)lists[c].n : INFINITY;
    }
    numeral_scores_fill_absent(scores, base->n_classes, parameters[ABSENT]);
}

const numeral_rerank numeral_rerank_tangent = {
    .entry = {.name = "tangent",
              .help = "tangent distance: images moved along their small deformations",
              .source = "Simard, LeCun & Denker 1993",
              .parameters = parameters_of_tangent,
              .n_parameters =
                  sizeof parameters_of_tangent / sizeof *parameters_of_tangent},
    .view_parameter = VIEW,
    .scratch_bytes = scratch_bytes,
    .score = score,
};
