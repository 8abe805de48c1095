/* The fast path: the kernel makes the feature of an image in i16, the integer map the row
 * of that. An error bound of each is in kernel/gradient.h and quantise/fixed_map.h. */
#include "pipeline/fast_path.h"

#include <string.h>

#include "feature/feature_entries.h"
#include "projection/linear_map.h"
#include "transform/transform_entries.h"

enum { STRIDE = 448 }; /* 392 values, padded to whole lines of 64 bytes */

static bool has_defaults(const numeral_part *part)
{
    for (size_t i = 0; i < part->entry->n_parameters; i++) {
        if (part->values[i] != part->entry->parameters[i].standard) {
            return false;
        }
    }
    return true;
}

bool numeral_fast_path_serves(size_t height, size_t width, const numeral_part *transforms,
                              size_t n_transforms, const numeral_part *features,
                              size_t n_features)
{
    return height == NUMERAL_GRADIENT_SIDE && width == NUMERAL_GRADIENT_SIDE &&
           n_transforms == 1 && n_features == 1 &&
           transforms[0].entry == &numeral_transform_deskew.entry &&
           features[0].entry == &numeral_feature_gradient.entry &&
           has_defaults(&transforms[0]) && has_defaults(&features[0]);
}

numeral_status numeral_fast_path_join(numeral_fast_path *path,
                                      const numeral_projection *projection,
                                      const numeral_fitted *fitted,
                                      const numeral_quantiser *quantiser,
                                      numeral_error *err)
{
    if (projection->apply != numeral_linear_map_apply || quantiser->dtype == NUMERAL_U8 ||
        fitted->in_dims != NUMERAL_GRADIENT_DIMS) {
        return NUMERAL_OK;
    }
    numeral_status status = numeral_fixed_map_create(
        fitted->arrays[NUMERAL_LINEAR_MATRIX], fitted->arrays[NUMERAL_LINEAR_MEAN],
        fitted->in_dims, fitted->out_dims, quantiser, &path->map, err);
    /* numbers out of the map's range are no fault: float64 serves them */
    return status == NUMERAL_ERROR_ARGUMENT ? NUMERAL_OK : status;
}

void numeral_fast_path_free(numeral_fast_path *path)
{
    numeral_fixed_map_free(&path->map);
    *path = (numeral_fast_path){0};
}

size_t numeral_fast_path_scratch(size_t n_dims)
{
    return STRIDE * sizeof(int16_t) / sizeof(double) + numeral_round_up(n_dims, 8);
}

void numeral_fast_path_vector(const numeral_fast_path *path, const uint8_t *image,
                              double *scratch, double *out)
{
    int16_t *feature = (int16_t *)(void *)scratch;
    path->gradient(image, feature);
    for (size_t i = 0; i < NUMERAL_GRADIENT_DIMS; i++) {
        out[i] = feature[i] / 32767.0;
    }
}

void numeral_fast_path_row(const numeral_fast_path *path, const uint8_t *image,
                           double *scratch, void *out)
{
    int16_t *feature = (int16_t *)(void *)scratch;
    int64_t *sums = (int64_t *)(void *)(feature + STRIDE);
    path->gradient(image, feature);
    memset(feature + NUMERAL_GRADIENT_DIMS, 0,
           (STRIDE - NUMERAL_GRADIENT_DIMS) * sizeof *feature);
    numeral_fixed_map_apply(&path->map, feature, sums, out);
}
