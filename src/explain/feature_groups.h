/* Groups of planes being made: what a recipe makes of digits, for the files that show
 * each part of it. */
#ifndef NUMERAL_EXPLAIN_FEATURE_GROUPS_H
#define NUMERAL_EXPLAIN_FEATURE_GROUPS_H

#include <numeral/tools/explain.h>

#include "base/arena.h"
#include "pipeline/pipeline.h"

/* `public` comes first, so that it can be handed out. */
typedef struct numeral_planes_work {
    numeral_feature_planes public;
    numeral_arena arena;
    const numeral_dataset *data;
    numeral_pipeline pipeline;
    numeral_pipeline front; /* without the projections; borrows */
    numeral_planes *groups;
    double *scratch; /* of one thread */
} numeral_planes_work;

/* Adds a group like `group`, whose title is the arena's (NULL: memory ran out), and whose
 * subtitle is copied; gives its numbers, zero, to be filled. */
numeral_status numeral_planes_add(numeral_planes_work *w, numeral_planes group,
                                  double **values, numeral_error *err);
/* How many numbers a feature gives, and how they lie in the plane: in one row where they
 * have no place in it. */
size_t numeral_planes_dims(const numeral_planes_work *w, size_t feature);
numeral_feature_shape numeral_planes_shape(const numeral_planes_work *w, size_t feature);

/* Adds the components of the first linear projection, if there is one. */
numeral_status numeral_planes_components(numeral_planes_work *w, numeral_error *err);

#endif
