/* What a recipe makes of digits, as planes of numbers: the images behind each transform,
 * the features where they lie, what projections leave. */
#include <string.h>

#include "base/fail.h"
#include "base/run.h"
#include "explain/feature_groups.h"
#include "model/classes.h"

/* As many digits as projections are fitted to: a picture of the components needs no
 * more, and fitting takes seconds then. */
enum { MOST_ROWS = 10000 };

/* The images behind transforms first .. last - 1 (0: as given), which have one size. */
static numeral_status add_images(numeral_planes_work *w, size_t digit, size_t first,
                                 size_t last, numeral_error *err)
{
    const numeral_pipeline *pipeline = &w->front;
    const uint8_t *image = w->data->pixels + digit * pipeline->height * pipeline->width;
    size_t n = last - first, height, width;
    char number[NUMERAL_LABEL_BYTES];
    double *values;
    numeral_status status;
    uint8_t *pixels = numeral_arena_take(&w->arena, pipeline->widest, 1, err);
    const char **names = numeral_arena_take(&w->arena, n, sizeof *names, err);
    TRY_ALLOC(pixels && names);
    for (size_t i = 0; i < n; i++) {
        size_t at = first + i;
        names[i] = at ? numeral_arena_own(
                            &w->arena,
                            numeral_part_text(&pipeline->transforms[at - 1], err), err)
                      : "as given";
        TRY_ALLOC(names[i]);
    }
    /* The first image tells the size of all. */
    numeral_pipeline_image(pipeline, first, image, w->scratch, &height, &width, pixels);
    TRY(numeral_planes_add(
        w,
        (numeral_planes){
            .title = numeral_arena_printf(
                &w->arena, err, "Digit %zu, labelled %.100s: %zu × %zu pixels", digit,
                numeral_dataset_label_name(w->data, w->data->labels[digit], number),
                height, width),
            .n = n,
            .height = height,
            .width = width,
            .names = names},
        &values, err));
    for (size_t at = first; at < last; at++) {
        numeral_pipeline_image(pipeline, at, image, w->scratch, &height, &width, pixels);
        for (size_t i = 0; i < height * width; i++) {
            *values++ = pixels[i];
        }
    }
done:
    return status;
}

/* A group of images for each size that they have on the way. */
static numeral_status add_transforms(numeral_planes_work *w, size_t digit,
                                     numeral_error *err)
{
    const numeral_pipeline *pipeline = &w->front;
    size_t height = pipeline->height, width = pipeline->width, first = 0;
    numeral_status status;
    for (size_t at = 0; at < pipeline->n_transforms; at++) {
        const numeral_part *part = &pipeline->transforms[at];
        const numeral_transform *transform = numeral_transform_of(part->entry);
        size_t was_height = height, was_width = width;
        if (transform->shape) {
            transform->shape(part->values, &height, &width);
        }
        if (height != was_height || width != was_width) {
            TRY(add_images(w, digit, first, at + 1, err));
            first = at + 1;
        }
    }
    TRY(add_images(w, digit, first, pipeline->n_transforms + 1, err));
done:
    return status;
}

/* "45° ↘": where plane `at` of `n` points. */
static char *direction_name(numeral_planes_work *w, size_t at, size_t n,
                            numeral_error *err)
{
    static const char *const arrows[] = {" →", " ↘", " ↓", " ↙", " ←", " ↖", " ↑", " ↗"};
    return numeral_arena_printf(&w->arena, err, "%.3g°%s", 360 * (double)at / (double)n,
                                8 * at % n == 0 ? arrows[8 * at / n] : "");
}

static numeral_status add_feature(numeral_planes_work *w, size_t feature,
                                  const double *vector, numeral_error *err)
{
    const numeral_part *part = &w->pipeline.features[feature];
    numeral_feature_shape shape = numeral_planes_shape(w, feature);
    size_t n = numeral_planes_dims(w, feature);
    double *values;
    numeral_status status;
    char *title = numeral_arena_own(&w->arena, numeral_part_text(part, err), err);
    const char **names = numeral_arena_take(&w->arena, shape.planes, sizeof *names, err);
    TRY_ALLOC(title && names);
    title = shape.height == 1
                ? numeral_arena_printf(&w->arena, err, "%s: %zu numbers", title, n)
                : numeral_arena_printf(&w->arena, err, "%s: %zu numbers, %zu × %zu × %zu",
                                       title, n, shape.planes, shape.height, shape.width);
    for (size_t i = 0; i < shape.planes && shape.directions; i++) {
        TRY_ALLOC(names[i] = direction_name(w, i, shape.planes, err));
    }
    TRY(numeral_planes_add(w,
                           (numeral_planes){.title = title,
                                            .subtitle = part->entry->help,
                                            .n = shape.planes,
                                            .height = shape.height,
                                            .width = shape.width,
                                            .names = shape.directions ? names : NULL,
                                            .common_scale = true,
                                            .columns = shape.planes % 4 == 0 ? 4 : 0},
                           &values, err));
    memcpy(values, vector, n * sizeof *values);
done:
    return status;
}

/* Numbers behind each projection, as strips; `now` and `next` hold pipeline.widest. */
static numeral_status add_projections(numeral_planes_work *w, double *now, double *next,
                                      numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < w->pipeline.n_projections; i++) {
        const numeral_part *part = &w->pipeline.projections[i];
        const numeral_fitted *fitted = &w->pipeline.fitted[i];
        const char *name =
            numeral_arena_own(&w->arena, numeral_part_text(part, err), err);
        double *values;
        TRY_ALLOC(name);
        numeral_projection_of(part->entry)->apply(part->values, fitted, now, next);
        TRY(numeral_planes_add(w,
                               (numeral_planes){.title = numeral_arena_printf(
                                                    &w->arena, err, "%s: %zu numbers",
                                                    name, fitted->out_dims),
                                                .subtitle = part->entry->help,
                                                .n = 1,
                                                .height = 1,
                                                .width = fitted->out_dims},
                               &values, err));
        memcpy(values, next, fitted->out_dims * sizeof *values);
        double *kept = now;
        now = next;
        next = kept;
    }
done:
    return status;
}

static numeral_status add_digit(numeral_planes_work *w, size_t digit, numeral_error *err)
{
    const numeral_run one = {.threads = 1};
    const uint8_t *image = w->data->pixels + digit * w->front.height * w->front.width;
    double *now, *next;
    numeral_status status;
    TRY_ALLOC(now = numeral_arena_take(&w->arena, w->pipeline.widest, sizeof *now, err));
    TRY_ALLOC(next =
                  numeral_arena_take(&w->arena, w->pipeline.widest, sizeof *next, err));
    TRY(add_transforms(w, digit, err));
    TRY(numeral_pipeline_vectors(&w->front, image, 1, &one, now, err));
    for (size_t i = 0, at = 0; i < w->pipeline.n_features; i++) {
        TRY(add_feature(w, i, now + at, err));
        at += numeral_planes_dims(w, i);
    }
    TRY(add_projections(w, now, next, err));
done:
    return status;
}

/* Fits the projections to rows spread evenly over the data. */
static numeral_status fit(numeral_planes_work *w, const numeral_recipe *recipe,
                          uint64_t seed, const numeral_run *run, numeral_error *err)
{
    const numeral_dataset *data = w->data;
    size_t n = data->n_images < MOST_ROWS ? data->n_images : MOST_ROWS;
    uint16_t *classes = NULL;
    numeral_classes *seen = NULL;
    numeral_fit_seconds seconds = {0};
    numeral_dataset sample = {0};
    numeral_status status;
    size_t *ids;
    TRY_ALLOC(ids = numeral_allocate(n, sizeof *ids, err));
    for (size_t i = 0; i < n; i++) {
        ids[i] = (size_t)((uint64_t)i * data->n_images / n);
    }
    TRY(numeral_dataset_select(data, ids, n, &sample, err));
    TRY_ALLOC(seen = numeral_classes_of(sample.labels, n, NULL, 0, err));
    TRY_ALLOC(classes = numeral_allocate(n, sizeof *classes, err));
    for (size_t i = 0; i < n; i++) {
        classes[i] = seen->of_label[sample.labels[i]];
    }
    numeral_fit_images to = {sample.pixels, classes, n, seen->n, seed, run};
    TRY(numeral_pipeline_fit(&w->pipeline, recipe, &to, NULL, &seconds, err));
    w->public.n_fitted = n;
done:
    numeral_release(ids);
    numeral_release(classes);
    numeral_release(seen);
    numeral_dataset_free(&sample);
    return status;
}

static numeral_status prepare(numeral_planes_work *w, const numeral_recipe *recipe,
                              size_t n_digits, uint64_t seed, const numeral_run *run,
                              numeral_error *err)
{
    /* A digit has a group for each size of its image, feature and projection; behind all
     * digits come the components. */
    size_t most = n_digits * (2 * NUMERAL_MAX_STEPS + 1 + NUMERAL_MAX_TERMS) + 1;
    numeral_status status;
    TRY(numeral_pipeline_plan(recipe, w->data->height, w->data->width, w->data->columns,
                              &w->pipeline, err));
    w->front = w->pipeline;
    w->front.n_projections = 0;
    TRY(numeral_pipeline_finish(&w->front, err));
    TRY(w->pipeline.n_projections > 0 ? fit(w, recipe, seed, run, err)
                                      : numeral_pipeline_finish(&w->pipeline, err));
    TRY_ALLOC(w->groups = numeral_arena_take(&w->arena, most, sizeof *w->groups, err));
    TRY_ALLOC(w->scratch = numeral_arena_take(&w->arena, w->front.scratch,
                                              sizeof *w->scratch, err));
    w->public.groups = w->groups;
done:
    return status;
}

static numeral_status check_data(const numeral_dataset *data, size_t n_digits,
                                 numeral_error *err)
{
    if (n_digits < 1 || n_digits > NUMERAL_MAX_PLANE_DIGITS ||
        n_digits > data->n_images) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu of %zu digits to look at: expected 1 to %d",
                            data->name, n_digits, data->n_images,
                            NUMERAL_MAX_PLANE_DIGITS);
    }
    return data->labels
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%s: has no labels; fitting needs them", data->name);
}

numeral_status numeral_recipe_planes(const numeral_recipe *recipe,
                                     const numeral_dataset *data, size_t n_digits,
                                     uint64_t seed, const numeral_run *run,
                                     numeral_feature_planes **out, numeral_error *err)
{
    numeral_planes_work *w = NULL;
    numeral_status status;
    TRY(check_data(data, n_digits, err));
    TRY_ALLOC(w = numeral_allocate_zero(1, sizeof *w, err));
    w->data = data;
    TRY(prepare(w, recipe, n_digits, seed, numeral_run_or_default(run), err));
    for (size_t digit = 0; digit < n_digits; digit++) {
        TRY(add_digit(w, digit, err));
    }
    TRY(numeral_planes_components(w, err));
    *out = &w->public;
    w = NULL;
done:
    numeral_feature_planes_destroy(w ? &w->public : NULL);
    return status;
}

void numeral_feature_planes_destroy(numeral_feature_planes *planes)
{
    numeral_planes_work *w = (numeral_planes_work *)(void *)planes;
    if (w) {
        numeral_pipeline_free(&w->pipeline);
        numeral_arena_free(&w->arena);
        numeral_release(w);
    }
}
