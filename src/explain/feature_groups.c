/* Groups of planes: their memory, their texts and the shapes of features. */
#include "explain/feature_groups.h"

#include "base/fail.h"

numeral_status numeral_planes_add(numeral_planes_work *w, numeral_planes group,
                                  double **values, numeral_error *err)
{
    size_t bytes = group.height * group.width * sizeof(double);
    double *numbers = numeral_arena_take(&w->arena, group.n, bytes, err);
    const char *note = group.subtitle ? group.subtitle : "";
    const char *copy = numeral_arena_printf(&w->arena, err, "%s", note);
    if (!group.title || !numbers || !copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    group.subtitle = *copy ? copy : NULL;
    group.values = *values = numbers;
    w->groups[w->public.n_groups++] = group;
    return NUMERAL_OK;
}

size_t numeral_planes_dims(const numeral_planes_work *w, size_t feature)
{
    const numeral_part *part = &w->pipeline.features[feature];
    return numeral_feature_of(part->entry)
        ->dims(part->values, w->pipeline.image_height, w->pipeline.image_width);
}

numeral_feature_shape numeral_planes_shape(const numeral_planes_work *w, size_t feature)
{
    const numeral_part *part = &w->pipeline.features[feature];
    const numeral_feature *entry = numeral_feature_of(part->entry);
    return entry->shape
               ? entry->shape(part->values, w->pipeline.image_height,
                              w->pipeline.image_width)
               : (numeral_feature_shape){1, 1, numeral_planes_dims(w, feature), false};
}
