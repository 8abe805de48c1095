/* The registry of everything built in: one line for each kind's table. It stands in the
 * last folder because it sees all others. */
#include "base/registry.h"
#include "data/format.h"
#include "feature/feature.h"
#include "index/index.h"
#include "metric/metric.h"
#include "plot/chart.h"
#include "projection/projection.h"
#include "recipe/presets.h"
#include "rerank/rerank.h"
#include "transform/transform.h"
#include "vote/vote.h"

const numeral_built_in numeral_built_ins[NUMERAL_KIND_COUNT] = {
    [NUMERAL_KIND_TRANSFORM] = {numeral_transforms, &numeral_n_transforms},
    [NUMERAL_KIND_FEATURE] = {numeral_features, &numeral_n_features},
    [NUMERAL_KIND_PROJECTION] = {numeral_projections, &numeral_n_projections},
    [NUMERAL_KIND_METRIC] = {numeral_metrics, &numeral_n_metrics},
    [NUMERAL_KIND_INDEX] = {numeral_indexes, &numeral_n_indexes},
    [NUMERAL_KIND_RERANK] = {numeral_reranks, &numeral_n_reranks},
    [NUMERAL_KIND_VOTE] = {numeral_votes, &numeral_n_votes},
    [NUMERAL_KIND_FORMAT] = {numeral_formats, &numeral_n_formats},
    [NUMERAL_KIND_CHART] = {numeral_charts, &numeral_n_charts},
    [NUMERAL_KIND_PRESET] = {numeral_presets, &numeral_n_presets},
};
