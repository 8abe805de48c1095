/* What a recipe makes of digits, as planes of numbers: the images behind each transform,
 * the features where they lie, what projections leave. */
#include "explain/feature_planes.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

enum { MOST_ROWS = 10000 };

double *numeral_view_group(numeral_view_work *v, const char *title, const char *note,
                           size_t n, size_t height, size_t width, numeral_error *err)
{
    char *texts = numeral_arena_take(&v->keep, 2, NUMERAL_VIEW_TITLE, err);
    double *values =
        texts ? numeral_arena_take(&v->keep, n * height * width, sizeof *values, err)
              : NULL;
    if (values) {
        snprintf(texts, NUMERAL_VIEW_TITLE, "%s", title);
        snprintf(texts + NUMERAL_VIEW_TITLE, NUMERAL_VIEW_TITLE, "%s", note);
        v->groups[v->public.n_groups++] =
            (numeral_planes){.title = texts,
                             .subtitle = *note ? texts + NUMERAL_VIEW_TITLE : NULL,
                             .n = n,
                             .height = height,
                             .width = width,
                             .values = values};
    }
    return values;
}

char *numeral_view_label(numeral_view_work *v, numeral_error *err)
{
    numeral_planes *group = &v->groups[v->public.n_groups - 1];
    const char **names = numeral_arena_take(&v->keep, group->n, sizeof *names, err);
    char *texts =
        names ? numeral_arena_take(&v->keep, group->n, NUMERAL_VIEW_NAME, err) : NULL;
    for (size_t i = 0; i < group->n && texts; i++) {
        names[i] = texts + i * NUMERAL_VIEW_NAME;
    }
    group->names = texts ? names : NULL;
    return texts;
}

numeral_status numeral_view_part(const numeral_part *part, char *out, size_t bytes,
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
    return numeral_feature_of(part->entry);
}

static size_t dims_of(const numeral_view_work *v, size_t feature)
{
    const numeral_part *part = &v->pipeline.features[feature];
    return feature_of(part)->dims(part->values, v->pipeline.image_height,
                                  v->pipeline.image_width);
}

numeral_feature_shape numeral_view_shape(const numeral_view_work *v, size_t feature)
{
    const numeral_part *part = &v->pipeline.features[feature];
    numeral_feature_shape strip = {1, 1, dims_of(v, feature), false};
    return feature_of(part)->shape
               ? feature_of(part)->shape(part->values, v->pipeline.image_height,
                                         v->pipeline.image_width)
               : strip;
}

/* The images behind transforms first .. last - 1 (0: as given), which have one size. */
static numeral_status add_images(numeral_view_work *v, size_t digit, size_t first,
                                 size_t last, numeral_error *err)
{
    const numeral_pipeline *pipeline = &v->front;
    char title[NUMERAL_VIEW_TITLE], number[4];
    size_t height, width;
    const uint8_t *image = v->data->pixels + digit * pipeline->height * pipeline->width;
    uint8_t *pixels = numeral_arena_take(&v->keep, pipeline->widest, 1, err);
    if (!pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_pipeline_image(pipeline, first, image, v->scratch, &height, &width, pixels);
    snprintf(title, sizeof title, "Digit %zu, labelled %.100s: %zu × %zu pixels", digit,
             numeral_dataset_label_name(v->data, v->data->labels[digit], number), height,
             width);
    double *values = numeral_view_group(v, title, "", last - first, height, width, err);
    char *names = values ? numeral_view_label(v, err) : NULL;
    if (!names) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t at = first; at < last; at++, names += NUMERAL_VIEW_NAME) {
        numeral_pipeline_image(pipeline, at, image, v->scratch, &height, &width, pixels);
        for (size_t i = 0; i < height * width; i++) {
            *values++ = pixels[i];
        }
        numeral_status status = at ? numeral_view_part(&pipeline->transforms[at - 1],
                                                       names, NUMERAL_VIEW_NAME, err)
                                   : NUMERAL_OK;
        if (status != NUMERAL_OK) {
            return status;
        }
        if (at == 0) {
            snprintf(names, NUMERAL_VIEW_NAME, "as given");
        }
    }
    return NUMERAL_OK;
}

static numeral_status add_transforms(numeral_view_work *v, size_t digit,
                                     numeral_error *err)
{
    const numeral_pipeline *pipeline = &v->front;
    size_t height = pipeline->height, width = pipeline->width, first = 0;
    for (size_t at = 0; at < pipeline->n_transforms; at++) {
        const numeral_part *part = &pipeline->transforms[at];
        const numeral_transform *transform = numeral_transform_of(part->entry);
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
static void direction_name(size_t at, size_t n, char out[NUMERAL_VIEW_NAME])
{
    static const char *const arrows[] = {"→", "↘", "↓", "↙", "←", "↖", "↑", "↗"};
    bool has_arrow = 8 * at % n == 0;
    snprintf(out, NUMERAL_VIEW_NAME, "%.3g°%s%s", 360 * (double)at / (double)n,
             has_arrow ? " " : "", has_arrow ? arrows[8 * at / n] : "");
}

static numeral_status add_feature(numeral_view_work *v, size_t feature,
                                  const double *vector, numeral_error *err)
{
    const numeral_part *part = &v->pipeline.features[feature];
    numeral_feature_shape shape = numeral_view_shape(v, feature);
    size_t n = dims_of(v, feature);
    char name[NUMERAL_VIEW_TITLE / 2], title[NUMERAL_VIEW_TITLE];
    numeral_status status = numeral_view_part(part, name, sizeof name, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (shape.height == 1) {
        snprintf(title, sizeof title, "%s: %zu numbers", name, n);
    } else {
        snprintf(title, sizeof title, "%s: %zu numbers, %zu × %zu × %zu", name, n,
                 shape.planes, shape.height, shape.width);
    }
    double *values = numeral_view_group(v, title, part->entry->help, shape.planes,
                                        shape.height, shape.width, err);
    if (!values) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(values, vector, n * sizeof *values);
    numeral_planes *group = &v->groups[v->public.n_groups - 1];
    group->common_scale = true;
    group->columns = shape.planes % 4 == 0 ? 4 : 0;
    char *names = shape.directions ? numeral_view_label(v, err) : NULL;
    for (size_t i = 0; i < shape.planes && names; i++) {
        direction_name(i, shape.planes, names + i * NUMERAL_VIEW_NAME);
    }
    return shape.directions && !names ? NUMERAL_ERROR_MEMORY : NUMERAL_OK;
}

/* Numbers behind each projection, as strips; `now` and `next` hold pipeline.widest. */
static numeral_status add_projections(numeral_view_work *v, double *now, double *next,
                                      numeral_error *err)
{
    for (size_t i = 0; i < v->pipeline.n_projections; i++) {
        const numeral_part *part = &v->pipeline.projections[i];
        const numeral_fitted *fitted = &v->pipeline.fitted[i];
        char name[NUMERAL_VIEW_TITLE / 2], title[NUMERAL_VIEW_TITLE];
        numeral_status status = numeral_view_part(part, name, sizeof name, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        numeral_projection_of(part->entry)->apply(part->values, fitted, now, next);
        snprintf(title, sizeof title, "%s: %zu numbers", name, fitted->out_dims);
        double *values =
            numeral_view_group(v, title, part->entry->help, 1, 1, fitted->out_dims, err);
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

static numeral_status add_digit(numeral_view_work *v, size_t digit, numeral_error *err)
{
    const numeral_run one = {.threads = 1};
    double *now = numeral_arena_take(&v->keep, 2 * v->pipeline.widest, sizeof *now, err);
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

/* Fits the projections to rows spread evenly over the data. */
static numeral_status fit(numeral_view_work *v, const numeral_recipe *recipe,
                          uint64_t seed, const numeral_run *run, numeral_error *err)
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

static numeral_status prepare(numeral_view_work *v, const numeral_recipe *recipe,
                              size_t n_digits, uint64_t seed, const numeral_run *run,
                              numeral_error *err)
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
    v->groups = numeral_arena_take(&v->keep, most, sizeof *v->groups, err);
    v->public.groups = v->groups;
    v->scratch = numeral_arena_take(&v->keep, v->front.scratch, sizeof *v->scratch, err);
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
    numeral_view_work *v =
        status == NUMERAL_OK ? numeral_allocate_zero(1, sizeof *v, err) : NULL;
    if (!v) {
        return status == NUMERAL_OK ? NUMERAL_ERROR_MEMORY : status;
    }
    v->data = data;
    status = prepare(v, recipe, n_digits, seed, run, err);
    for (size_t digit = 0; digit < n_digits && status == NUMERAL_OK; digit++) {
        status = add_digit(v, digit, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_view_components(v, err);
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
    numeral_view_work *v = (numeral_view_work *)(void *)made;
    if (v) {
        numeral_pipeline_free(&v->pipeline);
        numeral_arena_free(&v->keep);
        numeral_release(v);
    }
}
