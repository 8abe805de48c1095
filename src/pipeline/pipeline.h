/* The stages of one digit: u8 image -> transforms -> features -> projections -> integers.
 */
#ifndef NUMERAL_PIPELINE_PIPELINE_H
#define NUMERAL_PIPELINE_PIPELINE_H

#include "feature/feature.h"
#include "pipeline/fast_path.h"
#include "projection/projection.h"
#include "quantise/quantise.h"
#include "recipe/recipe.h"
#include "transform/transform.h"

/* A recipe's stages, sized for one frame and fitted. */
typedef struct numeral_pipeline {
    size_t height, width; /* the frame */
    float *columns;       /* what levels stand for, as in numeral_dataset, or NULL */
    size_t n_transforms, n_features, n_projections;
    numeral_part transforms[NUMERAL_MAX_STEPS];
    numeral_part features[NUMERAL_MAX_TERMS];
    numeral_part projections[NUMERAL_MAX_STEPS];
    numeral_fitted fitted[NUMERAL_MAX_STEPS];
    numeral_quantiser quantiser;
    size_t image_height, image_width; /* behind the transforms */
    size_t feature_dims;              /* of all features together */
    size_t n_dims;                    /* of a row */
    numeral_fast_path fast;           /* fixed point, where it serves */
    size_t widest;                    /* doubles of the largest plane or vector */
    size_t scratch;                   /* doubles that one thread needs */
} numeral_pipeline;

/* Sizes everything, for images or (columns not NULL, height 1) numbers, whose columns are
 * copied; projections get their sizes when they are fitted or loaded. */
numeral_status numeral_pipeline_plan(const numeral_recipe *recipe, size_t height,
                                     size_t width, const float *columns,
                                     numeral_pipeline *out, numeral_error *err);
/* Takes the float64 stages where the fast path would serve; before fitting. */
void numeral_pipeline_use_float64(numeral_pipeline *pipeline);
/* Opens the fast path for rows, when projections and quantiser have their numbers. */
numeral_status numeral_pipeline_join(numeral_pipeline *pipeline, numeral_error *err);
/* What a pipeline is fitted to. */
typedef struct numeral_fit_images {
    const uint8_t *images;   /* n × height × width */
    const uint16_t *classes; /* of each image, 0 .. n_classes - 1 */
    size_t n, n_classes;
    uint64_t seed;
    const numeral_run *run;
} numeral_fit_images;

/* Seconds spent, added up. */
typedef struct numeral_fit_seconds {
    double features, fit;
} numeral_fit_seconds;

/* Fits projections and quantiser. With `vectors` not NULL the float64 rows are handed
 * over (n × n_dims). */
numeral_status numeral_pipeline_fit(numeral_pipeline *pipeline,
                                    const numeral_recipe *recipe,
                                    const numeral_fit_images *to, double **vectors,
                                    numeral_fit_seconds *seconds, numeral_error *err);
/* Closes the sizes when every projection has its numbers. */
numeral_status numeral_pipeline_finish(numeral_pipeline *pipeline, numeral_error *err);
void numeral_pipeline_free(numeral_pipeline *pipeline);

/* Whether a row is the image itself, byte for byte. */
bool numeral_pipeline_is_pixels(const numeral_pipeline *pipeline);

/* The image behind the first n_transforms transforms, rounded to 0..255, and its size.
 * `scratch`: pipeline->scratch doubles, `out`: pipeline->widest bytes. */
void numeral_pipeline_image(const numeral_pipeline *pipeline, size_t n_transforms,
                            const uint8_t *image, double *scratch, size_t *height,
                            size_t *width, uint8_t *out);

/* n images to float64 vectors (n × n_dims) or to rows of `stride` bytes, zero-padded. */
numeral_status numeral_pipeline_vectors(const numeral_pipeline *pipeline,
                                        const uint8_t *images, size_t n,
                                        const numeral_run *run, double *out,
                                        numeral_error *err);
numeral_status numeral_pipeline_rows(const numeral_pipeline *pipeline,
                                     const uint8_t *images, size_t n, size_t stride,
                                     const numeral_run *run, void *out,
                                     numeral_error *err);

#endif
