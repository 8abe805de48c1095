/* What a recipe makes of digits, as planes of numbers: the images behind each transform,
 * the features where they lie, what projections leave, and the directions that the first
 * linear projection looks along (Turk & Pentland 1991 showed faces so). */
#include <stdio.h>
#include <string.h>

#include <numeral/explain.h>

#include "base/fail.h"
#include "model/keep.h"
#include "model/pipeline.h"
#include "projection/linear_map.h"

enum {
    MOST_ROWS = 10000,
    MOST_COMPONENTS = 16,
    MOST_STRIPS = 8,
    NAME_BYTES = 32,
    TITLE_BYTES = 512
};

/* A view being made; `public` comes first, so that it can be handed out. */
typedef struct view {
    numeral_feature_view public;
    numeral_keep keep;
    const numeral_dataset *data;
    numeral_pipeline pipeline;
    numeral_pipeline front; /* without the projections; borrows */
    numeral_planes *groups;
    double *scratch;
} view;

/* A further group of n planes; its numbers are returned, zero, to be filled. */
static double *add_group(view *v, const char *title, const char *note, size_t n,
                         size_t height, size_t width, numeral_error *err)
{
    char *texts = numeral_keep_take(&v->keep, 2, TITLE_BYTES, err);
    double *values =
        texts ? numeral_keep_take(&v->keep, n * height * width, sizeof *values, err)
              : NULL;
    if (values) {
        snprintf(texts, TITLE_BYTES, "%s", title);
        snprintf(texts + TITLE_BYTES, TITLE_BYTES, "%s", note);
        v->groups[v->public.n_groups++] =
            (numeral_planes){.title = texts,
                             .subtitle = *note ? texts + TITLE_BYTES : NULL,
                             .n = n,
                             .height = height,
                             .width = width,
                             .values = values};
    }
    return values;
}

/* Names for the planes of the last group, NAME_BYTES each. */
static char *add_names(view *v, numeral_error *err)
{
    numeral_planes *group = &v->groups[v->public.n_groups - 1];
    const char **names = numeral_keep_take(&v->keep, group->n, sizeof *names, err);
    char *texts = names ? numeral_keep_take(&v->keep, group->n, NAME_BYTES, err) : NULL;
    for (size_t i = 0; i < group->n && texts; i++) {
        names[i] = texts + i * NAME_BYTES;
    }
    group->names = texts ? names : NULL;
    return texts;
}

static numeral_status part_text(const numeral_part *part, char *out, size_t bytes,
                                numeral_error *err)
{
    numeral_buffer text = {.max_bytes = 4096};
    numeral_status status = numeral_part_print(part, &text, err);
    if (status == NUMERAL_OK) {
        snprintf(out, bytes, "%.*s", (int)text.size, (const char *)text.data);
    }
    numeral_buffer_free(&text);
    return status;
}

static const numeral_feature *feature_of(const numeral_part *part)
{
    return (const numeral_feature *)part->entry;
}

static size_t dims_of(const view *v, size_t feature)
{
    const numeral_part *part = &v->pipeline.features[feature];
    return feature_of(part)->dims(part->values, v->pipeline.image_height,
                                  v->pipeline.image_width);
}

/* A row of numbers where they have no place in the plane. */
static numeral_feature_shape shape_of(const view *v, size_t feature)
{
    const numeral_part *part = &v->pipeline.features[feature];
    numeral_feature_shape strip = {1, 1, dims_of(v, feature), false};
    return feature_of(part)->shape
               ? feature_of(part)->shape(part->values, v->pipeline.image_height,
                                         v->pipeline.image_width)
               : strip;
}

/* The images behind transforms first .. last - 1 (0: as given), which have one size. */
static numeral_status add_images(view *v, size_t digit, size_t first, size_t last,
                                 numeral_error *err)
{
    const numeral_pipeline *pipeline = &v->front;
    char title[TITLE_BYTES], number[4];
    size_t height, width;
    const uint8_t *image = v->data->pixels + digit * pipeline->height * pipeline->width;
    uint8_t *pixels = numeral_keep_take(&v->keep, pipeline->widest, 1, err);
    if (!pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_pipeline_image(pipeline, first, image, v->scratch, &height, &width, pixels);
    snprintf(title, sizeof title, "Digit %zu, labelled %.100s: %zu × %zu pixels", digit,
             numeral_dataset_label_name(v->data, v->data->labels[digit], number), height,
             width);
    double *values = add_group(v, title, "", last - first, height, width, err);
    char *names = values ? add_names(v, err) : NULL;
    if (!names) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t at = first; at < last; at++, names += NAME_BYTES) {
        numeral_pipeline_image(pipeline, at, image, v->scratch, &height, &width, pixels);
        for (size_t i = 0; i < height * width; i++) {
            *values++ = pixels[i];
        }
        numeral_status status =
            at ? part_text(&pipeline->transforms[at - 1], names, NAME_BYTES, err)
               : NUMERAL_OK;
        if (status != NUMERAL_OK) {
            return status;
        }
        if (at == 0) {
            snprintf(names, NAME_BYTES, "as given");
        }
    }
    return NUMERAL_OK;
}

static numeral_status add_transforms(view *v, size_t digit, numeral_error *err)
{
    const numeral_pipeline *pipeline = &v->front;
    size_t height = pipeline->height, width = pipeline->width, first = 0;
    for (size_t at = 0; at < pipeline->n_transforms; at++) {
        const numeral_part *part = &pipeline->transforms[at];
        const numeral_transform *transform = (const numeral_transform *)part->entry;
        size_t was_height = height, was_width = width;
        if (transform->shape) {
            transform->shape(part->values, &height, &width);
        }
        if (height != was_height || width != was_width) {
            numeral_status status = add_images(v, digit, first, at + 1, err);
            if (status != NUMERAL_OK) {
                return status;
            }
            first = at + 1;
        }
    }
    return add_images(v, digit, first, pipeline->n_transforms + 1, err);
}

/* "45° ↘": where plane `at` of `n` points. */
static void direction_name(size_t at, size_t n, char out[NAME_BYTES])
{
    static const char *const arrows[] = {"→", "↘", "↓", "↙", "←", "↖", "↑", "↗"};
    bool has_arrow = 8 * at % n == 0;
    snprintf(out, NAME_BYTES, "%.3g°%s%s", 360 * (double)at / (double)n,
             has_arrow ? " " : "", has_arrow ? arrows[8 * at / n] : "");
}

static numeral_status add_feature(view *v, size_t feature, const double *vector,
                                  numeral_error *err)
{
    const numeral_part *part = &v->pipeline.features[feature];
    numeral_feature_shape shape = shape_of(v, feature);
    size_t n = dims_of(v, feature);
    char name[TITLE_BYTES / 2], title[TITLE_BYTES];
    numeral_status status = part_text(part, name, sizeof name, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (shape.height == 1) {
        snprintf(title, sizeof title, "%s: %zu numbers", name, n);
    } else {
        snprintf(title, sizeof title, "%s: %zu numbers, %zu × %zu × %zu", name, n,
                 shape.planes, shape.height, shape.width);
    }
    double *values = add_group(v, title, part->entry->help, shape.planes, shape.height,
                               shape.width, err);
    if (!values) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(values, vector, n * sizeof *values);
    numeral_planes *group = &v->groups[v->public.n_groups - 1];
    group->common_scale = true;
    group->columns = shape.planes % 4 == 0 ? 4 : 0;
    char *names = shape.directions ? add_names(v, err) : NULL;
    for (size_t i = 0; i < shape.planes && names; i++) {
        direction_name(i, shape.planes, names + i * NAME_BYTES);
    }
    return shape.directions && !names ? NUMERAL_ERROR_MEMORY : NUMERAL_OK;
}

/* Numbers behind each projection, as strips; `now` and `next` hold pipeline.widest. */
static numeral_status add_projections(view *v, double *now, double *next,
                                      numeral_error *err)
{
    for (size_t i = 0; i < v->pipeline.n_projections; i++) {
        const numeral_part *part = &v->pipeline.projections[i];
        const numeral_fitted *fitted = &v->pipeline.fitted[i];
        char name[TITLE_BYTES / 2], title[TITLE_BYTES];
        numeral_status status = part_text(part, name, sizeof name, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        ((const numeral_projection *)part->entry)->apply(part->values, fitted, now, next);
        snprintf(title, sizeof title, "%s: %zu numbers", name, fitted->out_dims);
        double *values =
            add_group(v, title, part->entry->help, 1, 1, fitted->out_dims, err);
        if (!values) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(values, next, fitted->out_dims * sizeof *values);
        double *kept = now;
        now = next;
        next = kept;
    }
    return NUMERAL_OK;
}

static numeral_status add_digit(view *v, size_t digit, numeral_error *err)
{
    const numeral_run one = {.threads = 1};
    double *now = numeral_keep_take(&v->keep, 2 * v->pipeline.widest, sizeof *now, err);
    if (!now) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = add_transforms(v, digit, err);
    if (status == NUMERAL_OK) {
        status = numeral_pipeline_vectors(
            &v->front, v->data->pixels + digit * v->front.height * v->front.width, 1,
            &one, now, err);
    }
    size_t at = 0;
    for (size_t i = 0; i < v->pipeline.n_features && status == NUMERAL_OK; i++) {
        status = add_feature(v, i, now + at, err);
        at += dims_of(v, i);
    }
    return status == NUMERAL_OK ? add_projections(v, now, now + v->pipeline.widest, err)
                                : status;
}

/* The first projection that weighs all features, if those before it leave each number in
 * its place; n_projections where there is none. */
static size_t find_linear(const numeral_pipeline *pipeline)
{
    size_t at = 0;
    while (at < pipeline->n_projections &&
           ((const numeral_projection *)pipeline->projections[at].entry)->check !=
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

static numeral_status add_components(view *v, numeral_error *err)
{
    size_t at = find_linear(&v->pipeline);
    if (at == v->pipeline.n_projections) {
        return NUMERAL_OK;
    }
    const numeral_fitted *map = &v->pipeline.fitted[at];
    numeral_feature_shape shape = {1, 1, map->in_dims, false};
    if (v->pipeline.n_features == 1) {
        shape = shape_of(v, 0);
    }
    size_t across = shape.planes;
    while (across * across > 2 * shape.planes) {
        across--; /* about twice as wide as high */
    }
    size_t down = (shape.planes - 1) / across + 1;
    size_t height = down * (shape.height + 1) - 1, width = across * (shape.width + 1) - 1;
    size_t most = height == 1 ? MOST_STRIPS : MOST_COMPONENTS;
    size_t n = map->out_dims < most ? map->out_dims : most;
    char name[TITLE_BYTES / 2], title[TITLE_BYTES], note[TITLE_BYTES];
    numeral_status status =
        part_text(&v->pipeline.projections[at], name, sizeof name, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    snprintf(title, sizeof title, "%s: the first %zu of %zu components", name, n,
             map->out_dims);
    snprintf(note, sizeof note, "The weight of each number in them%s",
             shape.planes > 1 ? ", the planes side by side" : "");
    double *values = add_group(v, title, note, n, height, width, err);
    char *names = values ? add_names(v, err) : NULL;
    for (size_t i = 0; i < n && names; i++) {
        snprintf(names + i * NAME_BYTES, NAME_BYTES, "%zu", i + 1);
        lay_component(map, i, &shape, across, width, values + i * height * width);
    }
    return names ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Fits the projections to rows spread evenly over the data. */
static numeral_status fit(view *v, const numeral_recipe *recipe, uint64_t seed,
                          const numeral_run *run, numeral_error *err)
{
    const numeral_dataset *data = v->data;
    size_t n = data->n_images < MOST_ROWS ? data->n_images : MOST_ROWS, n_classes = 0;
    uint8_t class_of[256] = {0};
    bool seen[256] = {false};
    double seconds = 0;
    numeral_dataset sample = {0};
    size_t *ids = numeral_allocate(n, sizeof *ids, err);
    if (!ids) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        ids[i] = (size_t)((uint64_t)i * data->n_images / n);
        seen[data->labels[ids[i]]] = true;
    }
    for (size_t label = 0; label < 256; label++) {
        class_of[label] = (uint8_t)n_classes;
        n_classes += seen[label];
    }
    numeral_status status = numeral_dataset_select(data, ids, n, &sample, err);
    numeral_release(ids);
    if (status == NUMERAL_OK) {
        for (size_t i = 0; i < n; i++) {
            sample.labels[i] = class_of[sample.labels[i]];
        }
        status =
            numeral_pipeline_fit(&v->pipeline, recipe, sample.pixels, sample.labels, n,
                                 n_classes, seed, run, NULL, &seconds, &seconds, err);
    }
    numeral_dataset_free(&sample);
    v->public.n_fitted = n;
    return status;
}

static numeral_status prepare(view *v, const numeral_recipe *recipe, size_t n_digits,
                              uint64_t seed, const numeral_run *run, numeral_error *err)
{
    numeral_status status =
        numeral_pipeline_plan(recipe, v->data->height, v->data->width, &v->pipeline, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    v->front = v->pipeline;
    v->front.n_projections = 0;
    status = numeral_pipeline_finish(&v->front, err);
    if (status == NUMERAL_OK) {
        status = v->pipeline.n_projections > 0
                     ? fit(v, recipe, seed, run, err)
                     : numeral_pipeline_finish(&v->pipeline, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    size_t most = n_digits * (2 * NUMERAL_MAX_STEPS + 1 + NUMERAL_MAX_TERMS) + 1;
    v->groups = numeral_keep_take(&v->keep, most, sizeof *v->groups, err);
    v->public.groups = v->groups;
    v->scratch = numeral_keep_take(&v->keep, v->front.scratch, sizeof *v->scratch, err);
    return v->groups && v->scratch ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

static numeral_status check_data(const numeral_dataset *data, size_t n_digits,
                                 numeral_error *err)
{
    if (n_digits < 1 || n_digits > NUMERAL_MAX_VIEWED || n_digits > data->n_images) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu of %zu digits to look at: expected 1 to %d",
                            data->name, n_digits, data->n_images, NUMERAL_MAX_VIEWED);
    }
    return data->labels
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%s: has no labels; fitting needs them", data->name);
}

numeral_status numeral_recipe_view(const numeral_recipe *recipe,
                                   const numeral_dataset *data, size_t n_digits,
                                   uint64_t seed, const numeral_run *run,
                                   numeral_feature_view **out, numeral_error *err)
{
    numeral_status status = check_data(data, n_digits, err);
    view *v = status == NUMERAL_OK ? numeral_allocate_zero(1, sizeof *v, err) : NULL;
    if (!v) {
        return status == NUMERAL_OK ? NUMERAL_ERROR_MEMORY : status;
    }
    v->data = data;
    status = prepare(v, recipe, n_digits, seed, run, err);
    for (size_t digit = 0; digit < n_digits && status == NUMERAL_OK; digit++) {
        status = add_digit(v, digit, err);
    }
    if (status == NUMERAL_OK) {
        status = add_components(v, err);
    }
    if (status == NUMERAL_OK) {
        *out = &v->public;
    } else {
        numeral_feature_view_free(&v->public);
    }
    return status;
}

void numeral_feature_view_free(numeral_feature_view *made)
{
    view *v = (view *)(void *)made;
    if (v) {
        numeral_pipeline_free(&v->pipeline);
        numeral_keep_free(&v->keep);
        numeral_release(v);
    }
}
