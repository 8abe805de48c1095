/* The directions that a recipe's first linear projection looks along, as images of the
 * features (eigenfaces: Turk & Pentland 1991). */
#include <stdio.h>

#include "explain/feature_planes.h"
#include "projection/linear_map.h"

enum { MOST_COMPONENTS = 16, MOST_STRIPS = 8 };

/* The first linear projection: those before it leave each number in its place;
 * n_projections where there is none. */
static size_t find_linear(const numeral_pipeline *pipeline)
{
    size_t at = 0;
    while (at < pipeline->n_projections &&
           numeral_projection_of(pipeline->projections[at].entry)->check !=
               numeral_linear_map_check) {
        at++;
    }
    return at;
}

/* Component `at` as one image: its planes in rows of `across`, a line apart. */
static void lay_component(const numeral_fitted *map, size_t at,
                          const numeral_feature_shape *shape, size_t across,
                          size_t image_width, double *image)
{
    const double *matrix = map->arrays[NUMERAL_LINEAR_MATRIX];
    for (size_t i = 0; i < map->in_dims; i++) {
        size_t plane = i / (shape->height * shape->width);
        size_t y =
            i / shape->width % shape->height + plane / across * (shape->height + 1);
        size_t x = i % shape->width + plane % across * (shape->width + 1);
        image[y * image_width + x] = matrix[i * map->out_dims + at];
    }
}

numeral_status numeral_view_components(numeral_view_work *v, numeral_error *err)
{
    size_t at = find_linear(&v->pipeline);
    if (at == v->pipeline.n_projections) {
        return NUMERAL_OK;
    }
    const numeral_fitted *map = &v->pipeline.fitted[at];
    numeral_feature_shape shape = {1, 1, map->in_dims, false};
    if (v->pipeline.n_features == 1) {
        shape = numeral_view_shape(v, 0);
    }
    size_t across = shape.planes;
    while (across * across > 2 * shape.planes) {
        across--; /* about twice as wide as high */
    }
    size_t down = (shape.planes - 1) / across + 1;
    size_t height = down * (shape.height + 1) - 1, width = across * (shape.width + 1) - 1;
    size_t most = height == 1 ? MOST_STRIPS : MOST_COMPONENTS;
    size_t n = map->out_dims < most ? map->out_dims : most;
    char name[NUMERAL_VIEW_TITLE / 2], title[NUMERAL_VIEW_TITLE],
        note[NUMERAL_VIEW_TITLE];
    numeral_status status =
        numeral_view_part(&v->pipeline.projections[at], name, sizeof name, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    snprintf(title, sizeof title, "%s: the first %zu of %zu components", name, n,
             map->out_dims);
    snprintf(note, sizeof note, "The weight of each number in them%s",
             shape.planes > 1 ? ", the planes side by side" : "");
    double *values = numeral_view_group(v, title, note, n, height, width, err);
    char *names = values ? numeral_view_label(v, err) : NULL;
    for (size_t i = 0; i < n && names; i++) {
        snprintf(names + i * NUMERAL_VIEW_NAME, NUMERAL_VIEW_NAME, "%zu", i + 1);
        lay_component(map, i, &shape, across, width, values + i * height * width);
    }
    return names ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}
