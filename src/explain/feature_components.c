/* The directions that a recipe's first linear projection looks along, as images of the
 * features (eigenfaces: Turk & Pentland 1991). */
#include "base/fail.h"
#include "explain/feature_groups.h"
#include "projection/linear_map.h"

/* What fits a page without scrolling: images in two or three rows, or strips in one
 * column. */
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

numeral_status numeral_planes_components(numeral_planes_work *w, numeral_error *err)
{
    size_t at = find_linear(&w->pipeline);
    if (at == w->pipeline.n_projections) {
        return NUMERAL_OK;
    }
    const numeral_fitted *map = &w->pipeline.fitted[at];
    numeral_feature_shape shape = {1, 1, map->in_dims, false};
    if (w->pipeline.n_features == 1) {
        shape = numeral_planes_shape(w, 0);
    }
    size_t across = shape.planes;
    while (across * across > 2 * shape.planes) {
        across--; /* about twice as wide as high */
    }
    size_t down = (shape.planes - 1) / across + 1;
    size_t height = down * (shape.height + 1) - 1, width = across * (shape.width + 1) - 1;
    size_t most = height == 1 ? MOST_STRIPS : MOST_COMPONENTS;
    size_t n = map->out_dims < most ? map->out_dims : most;
    const char *name = numeral_arena_own(
        &w->arena, numeral_part_text(&w->pipeline.projections[at], err), err);
    const char **names = numeral_arena_take(&w->arena, n, sizeof *names, err);
    double *values;
    numeral_status status;
    TRY_ALLOC(name && names);
    for (size_t i = 0; i < n; i++) {
        TRY_ALLOC(names[i] = numeral_arena_printf(&w->arena, err, "%zu", i + 1));
    }
    TRY(numeral_planes_add(
        w,
        (numeral_planes){.title = numeral_arena_printf(
                             &w->arena, err, "%s: the first %zu of %zu components", name,
                             n, map->out_dims),
                         .subtitle = shape.planes > 1 ? "The weight of each number in "
                                                        "them, the planes side by side"
                                                      : "The weight of each number in "
                                                        "them",
                         .n = n,
                         .height = height,
                         .width = width,
                         .names = names},
        &values, err));
    for (size_t i = 0; i < n; i++) {
        lay_component(map, i, &shape, across, width, values + i * height * width);
    }
done:
    return status;
}
