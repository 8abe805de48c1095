/* Images brought to the model's frame. Those of its own size that look like its training
 * images are read as they are; all others are strangers, framed as MNIST was made. A set
 * is made in one way: where nearly all of its images have ink of one polarity, all have,
 * and where none of its levels is above 16, say, 16 is its white (few_levels.h). */
#include <string.h>

#include <numeral/shards.h>

#include "base/fail.h"
#include "base/run.h"
#include "base/threads.h"
#include "data/columns.h"
#include "model/few_levels.h"
#include "model/frame_choice.h"
#include "model/hold.h"

/* Of so many framed images this share agrees on what the ink of all is. */
enum { LEAST_SET = 20 };
static const double AGREED = 0.9;

bool numeral_model_takes(const numeral_model *model, const numeral_image *image,
                         bool framed)
{
    numeral_frame frame = model->recipe.frame;
    if (image->height != model->pipeline.height ||
        image->width != model->pipeline.width) {
        return false;
    }
    return framed || model->pipeline.columns || frame == NUMERAL_FRAME_KEEP ||
           (frame == NUMERAL_FRAME_AUTO &&
            (!model->clear_border ||
             numeral_image_has_clear_border(image->pixels, image->height, image->width)));
}

/* The white of a set that the model takes but for its few levels; 0: it takes these, too.
 */
static unsigned white_of_taken(const numeral_model *model, const numeral_dataset *data)
{
    unsigned white = data->framed || model->recipe.frame == NUMERAL_FRAME_KEEP ||
                             model->pipeline.columns || data->columns
                         ? 0
                         : numeral_few_levels(data);
    return white && numeral_model_has_all_levels(model) ? white : 0;
}

bool numeral_model_takes_data(const numeral_model *model, const numeral_dataset *data)
{
    numeral_image image = {data->height, data->width, data->pixels};
    for (size_t i = 0; i < data->n_images; i++) {
        if (!numeral_model_takes(model, &image, data->framed)) {
            return false;
        }
        image.pixels += data->height * data->width;
    }
    return white_of_taken(model, data) == 0;
}

static numeral_status refuse_size(const numeral_model *model, const numeral_image *image,
                                  numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "an image of %zu x %zu, but the model (%s) reads "
                        "%zu x %zu",
                        image->height, image->width,
                        model->pipeline.columns ? "of numbers" : "--frame keep",
                        model->pipeline.height, model->pipeline.width);
}

static uint8_t count_of(const numeral_frame_about *about)
{
    return (uint8_t)(about->digits < UINT8_MAX ? about->digits : UINT8_MAX);
}

numeral_status numeral_model_frame_image(const numeral_model *model,
                                         const numeral_image *image, bool framed,
                                         uint8_t *out, uint8_t *digits,
                                         numeral_error *err)
{
    numeral_frame_about about = {0};
    numeral_status status = NUMERAL_OK;
    if (numeral_model_takes(model, image, framed)) {
        memcpy(out, image->pixels, model->pipeline.height * model->pipeline.width);
    } else if (model->recipe.frame == NUMERAL_FRAME_KEEP || model->pipeline.columns) {
        return refuse_size(model, image, err);
    } else {
        status =
            numeral_frame_choose(model, image, (numeral_making){0}, out, &about, err);
    }
    if (digits) {
        *digits = count_of(&about);
    }
    return status;
}

/* A set that is framed. */
typedef struct job {
    const numeral_model *model;
    const numeral_dataset *data;
    uint8_t *out, *digits;
    uint8_t *seen; /* of each image: TAKEN as it is, or LIGHT ink, in a TIGHT crop */
    numeral_making making;
    numeral_status *status; /* of each worker */
    numeral_error *errors;
} job;

enum { LIGHT = 1, TIGHT = 2, TAKEN = 4 };

static numeral_image image_of(const job *j, size_t i)
{
    const numeral_dataset *data = j->data;
    return (numeral_image){data->height, data->width,
                           data->pixels + i * data->height * data->width};
}

static numeral_status frame_one(const job *j, size_t i, numeral_error *err)
{
    const numeral_model *model = j->model;
    size_t bytes = model->pipeline.height * model->pipeline.width;
    numeral_image image = image_of(j, i);
    numeral_frame_about about = {0};
    numeral_status status = NUMERAL_OK;
    j->seen[i] = TAKEN;
    if (numeral_model_takes(model, &image, j->data->framed)) {
        memcpy(j->out + i * bytes, image.pixels, bytes);
    } else if (model->recipe.frame == NUMERAL_FRAME_KEEP || model->pipeline.columns) {
        return refuse_size(model, &image, err);
    } else {
        status = numeral_frame_choose(model, &image, j->making, j->out + i * bytes,
                                      &about, err);
        j->seen[i] = (uint8_t)((about.light ? LIGHT : 0) | (about.tight ? TIGHT : 0));
    }
    j->digits[i] = count_of(&about);
    return status;
}

/* Whether what is known of the set since the first round may change the image. */
static bool deviates(const job *j, size_t i)
{
    unsigned wanted = j->making.polarity == NUMERAL_POLARITY_LIGHT ? LIGHT : 0;
    return j->seen[i] != TAKEN && (j->making.tight || (j->seen[i] & LIGHT) != wanted);
}

static void frame_some(void *context, size_t begin, size_t end, int worker)
{
    const job *j = context;
    bool first = j->making.polarity == NUMERAL_POLARITY_ANY;
    for (size_t i = begin; i < end && j->status[worker] == NUMERAL_OK; i++) {
        if (first || deviates(j, i)) {
            j->status[worker] = frame_one(j, i, &j->errors[worker]);
        }
    }
}

static numeral_status frame_round(job *j, const numeral_run *run, numeral_error *err)
{
    int workers = numeral_thread_count(run->threads);
    numeral_parallel_for(j->data->n_images, 8, workers, frame_some, j);
    for (int i = 0; i < workers; i++) {
        if (j->status[i] != NUMERAL_OK) {
            return numeral_fail(err, j->status[i], "%s", j->errors[i].text);
        }
    }
    return NUMERAL_OK;
}

static bool nearly_all(size_t some, size_t all)
{
    return (double)some >= AGREED * (double)all;
}

/* What nearly all say. */
static numeral_making agreement(const job *j)
{
    numeral_making making = {0};
    size_t n = 0, light = 0, tight = 0;
    for (size_t i = 0; i < j->data->n_images; i++) {
        n += j->seen[i] != TAKEN;
        light += (j->seen[i] & LIGHT) != 0;
        tight += (j->seen[i] & TIGHT) != 0;
    }
    if (n >= LEAST_SET && (nearly_all(light, n) || nearly_all(n - light, n))) {
        making.polarity =
            nearly_all(light, n) ? NUMERAL_POLARITY_LIGHT : NUMERAL_POLARITY_DARK;
        making.tight = nearly_all(tight, n);
    }
    return making;
}

static numeral_status frame_all(job *j, const numeral_run *run, numeral_error *err)
{
    size_t n = j->data->n_images, workers = (size_t)numeral_thread_count(run->threads);
    numeral_status status;
    TRY_ALLOC(j->seen = numeral_allocate(n, 1, err));
    TRY_ALLOC(j->status = numeral_allocate_zero(workers, sizeof *j->status, err));
    TRY_ALLOC(j->errors = numeral_allocate_zero(workers, sizeof *j->errors, err));
    TRY(frame_round(j, run, err));
    j->making = agreement(j);
    if (j->making.polarity != NUMERAL_POLARITY_ANY) {
        TRY(frame_round(j, run, err));
    }
done:
    numeral_release(j->seen);
    numeral_release(j->status);
    numeral_release(j->errors);
    return status;
}

/* Numbers of other columns than the model's, as levels of its own. */
static numeral_status take_numbers(const numeral_model *model,
                                   const numeral_dataset *data, numeral_framed *out,
                                   numeral_error *err)
{
    size_t n = model->pipeline.height * model->pipeline.width;
    uint8_t *levels = numeral_allocate(data->n_images, n, err);
    if (!levels) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_columns_convert(data->columns, model->pipeline.columns, n, data->n_images,
                            data->pixels, levels);
    *out = (numeral_framed){levels, NULL, levels};
    return NUMERAL_OK;
}

static numeral_status frame_strangers(const numeral_model *model,
                                      const numeral_dataset *data, const numeral_run *run,
                                      numeral_framed *out, numeral_error *err)
{
    size_t frame_bytes = model->pipeline.height * model->pipeline.width;
    unsigned white = numeral_few_levels(data);
    numeral_dataset stretched = *data;
    job j = {.model = model, .data = &stretched};
    uint8_t *levels = NULL;
    numeral_status status;
    TRY_ALLOC(j.out = numeral_allocate(data->n_images, frame_bytes + 1, err));
    j.digits = j.out + data->n_images * frame_bytes;
    if (white) {
        TRY_ALLOC(levels = numeral_stretch_levels(data, white, err));
        stretched.pixels = levels;
    }
    TRY(frame_all(&j, numeral_run_or_default(run), err));
    *out = (numeral_framed){j.out, j.digits, j.out};
    j.out = NULL;
done:
    numeral_release(levels);
    numeral_release(j.out);
    if (status != NUMERAL_OK && status != NUMERAL_ERROR_MEMORY) {
        numeral_fail_prefix(err, data->name);
    }
    return status;
}

/* All of it is of the model's size and making, but perhaps for its levels. */
static numeral_status take_all(const numeral_model *model, const numeral_dataset *data,
                               numeral_framed *out, numeral_error *err)
{
    unsigned white = white_of_taken(model, data);
    if (white) {
        uint8_t *levels = numeral_stretch_levels(data, white, err);
        if (!levels) {
            return NUMERAL_ERROR_MEMORY;
        }
        *out = (numeral_framed){levels, NULL, levels};
    }
    return NUMERAL_OK;
}

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, const numeral_run *run,
                                   numeral_framed *out, numeral_error *err)
{
    size_t bytes = data->height * data->width, n_taken = 0;
    size_t frame_bytes = model->pipeline.height * model->pipeline.width;
    numeral_image image = {data->height, data->width, data->pixels};
    *out = (numeral_framed){data->pixels, NULL, NULL};
    if (bytes == frame_bytes &&
        !numeral_columns_alike(data->columns, model->pipeline.columns, bytes)) {
        return take_numbers(model, data, out, err);
    }
    while (n_taken < data->n_images && numeral_model_takes(model, &image, data->framed)) {
        image.pixels = data->pixels + ++n_taken * bytes;
    }
    return n_taken == data->n_images ? take_all(model, data, out, err)
                                     : frame_strangers(model, data, run, out, err);
}

static numeral_status frame_picture(void *context, const numeral_image *in, size_t height,
                                    size_t width, uint8_t *out, numeral_error *err)
{
    const numeral_model *model = context;
    numeral_model now = {0};
    numeral_frame_about about;
    numeral_status status;
    if (model->pipeline.height != height || model->pipeline.width != width) {
        return numeral_image_frame(in, height, width, out, err);
    }
    TRY(numeral_model_hold(model, &now, err));
    TRY(numeral_frame_choose(&now, in, (numeral_making){0}, out, &about, err));
done:
    numeral_model_let_go(&now);
    return status;
}

numeral_framer numeral_model_framer(const numeral_model *model)
{
    return (numeral_framer){frame_picture, (void *)(uintptr_t)model};
}
