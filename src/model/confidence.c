/* Confidence by logistic regression (Platt 1999) on two numbers of each answer, apart for
 * the three ways in which answers come about: how far its votes are ahead, and how far
 * away its voters are. Neighbours of one mind say nothing about doubt but by how near
 * they are; after a second look the votes say nearly all. What runs per answer is
 * IEEE + - × ÷ and our own exp and log. */
#include "model/confidence.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fail.h"

/* Votes beyond a thousand to one, and distances beyond a hundred units, say no more: few
 * answers lie there, so that the map would only be guessed. Beyond z = 30 a double can no
 * more tell a chance from 1. */
static const double least_ratio = 1e-3, most_ratio = 1e3, farthest = 100, surest = 30;

static double margin_of(const double *votes, size_t n_classes, size_t winner)
{
    double other = 0;
    for (size_t c = 0; c < n_classes; c++) {
        other = c != winner && votes[c] > other ? votes[c] : other;
    }
    double ratio = votes[winner] > 0 ? other / votes[winner] : most_ratio;
    ratio = ratio > least_ratio ? ratio : least_ratio;
    return -numeral_log(ratio < most_ratio ? ratio : most_ratio);
}

numeral_evidence numeral_evidence_of(const numeral_model *model,
                                     const numeral_read_verdict *verdict)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    size_t n = verdict->n_voters;
    double distance = n ? verdict->distances[n - 1] : INFINITY;
    double units = numeral_metric_unsquared(metric, distance) / model->map.unit;
    return (numeral_evidence){
        verdict->decided, margin_of(verdict->votes, model->n_classes, verdict->winner),
        units < farthest ? units : farthest, /* NaN, too, is far */
    };
}

double numeral_confidence_of(const numeral_confidence_map *map,
                             const numeral_evidence *evidence)
{
    const double *weights = map->weights[evidence->decided];
    double z =
        weights[0] + weights[1] * evidence->margin + weights[2] * evidence->distance;
    z = z > surest ? surest : z < -surest ? -surest : z;
    return 1 / (1 + numeral_exp(-z));
}

numeral_status numeral_confidence_save(const numeral_model *model,
                                       numeral_tensors *tensors, numeral_error *err)
{
    if (!model->calibration) {
        return NUMERAL_OK;
    }
    numeral_status status;
    TRY(numeral_tensors_add(tensors, "confidence.unit", NUMERAL_TENSOR_F64, 1, 0,
                            &model->map.unit, err));
    TRY(numeral_tensors_add(tensors, "confidence.weights", NUMERAL_TENSOR_F64,
                            NUMERAL_DECIDED_COUNT, 3, model->map.weights, err));
done:
    return status;
}

/* More votes never lower a confidence, nor do nearer voters. */
static numeral_status check_map(const numeral_confidence_map *map, numeral_error *err)
{
    if (!(map->unit > 0) || !isfinite(map->unit)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "confidence.unit is not positive");
    }
    for (size_t way = 0; way < NUMERAL_DECIDED_COUNT; way++) {
        const double *weights = map->weights[way];
        if (!isfinite(weights[0]) || !isfinite(weights[1]) || !isfinite(weights[2]) ||
            weights[1] < 0 || weights[2] > 0) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "confidence.weights: row %zu is (%g, %g, %g), expected "
                                "finite numbers, the second not below and the third not "
                                "above 0",
                                way, weights[0], weights[1], weights[2]);
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_confidence_load(numeral_model *model,
                                       const numeral_tensors *tensors, numeral_error *err)
{
    const numeral_tensor *unit = NULL, *weights = NULL;
    numeral_confidence_map map;
    numeral_status status = NUMERAL_OK;
    if (!model->calibration) {
        return status;
    }
    TRY(numeral_tensors_require(tensors, "confidence.unit", NUMERAL_TENSOR_F64, 1, 0,
                                &unit, err));
    TRY(numeral_tensors_require(tensors, "confidence.weights", NUMERAL_TENSOR_F64,
                                NUMERAL_DECIDED_COUNT, 3, &weights, err));
    map.unit = *(const double *)unit->data;
    memcpy(map.weights, weights->data, sizeof map.weights);
    TRY(check_map(&map, err));
    model->map = map;
done:
    return status;
}
