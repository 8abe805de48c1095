/* A feature view being made, for the files that make its parts. */
#ifndef NUMERAL_EXPLAIN_FEATURE_PLANES_H
#define NUMERAL_EXPLAIN_FEATURE_PLANES_H

#include <numeral/tools/explain.h>

#include "base/arena.h"
#include "pipeline/pipeline.h"

/* Bytes of a plane's name and of a group's title. */
enum { NUMERAL_VIEW_NAME = 32, NUMERAL_VIEW_TITLE = 512 };

/* `public` comes first, so that it can be handed out. */
typedef struct numeral_view_work {
    numeral_feature_view public;
    numeral_arena keep;
    const numeral_dataset *data;
    numeral_pipeline pipeline;
    numeral_pipeline front; /* without the projections; borrows */
    numeral_planes *groups;
    double *scratch;
} numeral_view_work;

/* A further group of n planes; its numbers are returned, zero, to be filled. */
double *numeral_view_group(numeral_view_work *v, const char *title, const char *note,
                           size_t n, size_t height, size_t width, numeral_error *err);
/* Names for the planes of the last group, NUMERAL_VIEW_NAME bytes each. */
char *numeral_view_label(numeral_view_work *v, numeral_error *err);
/* The part as a recipe has it. */
numeral_status numeral_view_part(const numeral_part *part, char *out, size_t bytes,
                                 numeral_error *err);
/* How a feature lies in the plane: one row where it has no place in it. */
numeral_feature_shape numeral_view_shape(const numeral_view_work *v, size_t feature);

/* Adds the components of the first linear projection, if there is one. */
numeral_status numeral_view_components(numeral_view_work *v, numeral_error *err);

#endif
