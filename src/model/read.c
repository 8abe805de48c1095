/* Reading images from memory, without a set of digits around them: the reader's verdicts
 * in structs that own nothing. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/run.h"
#include "model/hold.h"
#include "model/reader.h"

static void give(const numeral_model *model, const numeral_read_verdict *v,
                 numeral_reading *out)
{
    size_t n = v->n_voters;
    *out = (numeral_reading){.label = model->classes->labels[v->winner],
                             .name = model->classes->names[v->winner],
                             .confidence = v->confidence,
                             .decided = v->decided,
                             .likeness = v->likeness,
                             .refused = v->refused};
    out->n_neighbours = n < NUMERAL_READING_NEIGHBOURS ? n : NUMERAL_READING_NEIGHBOURS;
    for (size_t i = 0; i < out->n_neighbours; i++) {
        out->neighbours[i] = (numeral_neighbour){
            .row = v->ids[i],
            .distance = v->distances[i],
            .label = model->labels[v->ids[i]],
        };
    }
}

static numeral_status take_block(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    numeral_reading *out = context;
    (void)err;
    for (size_t i = 0; i < reader->n; i++) {
        give(reader->model, &reader->verdicts[i], &out[first + i]);
    }
    return NUMERAL_OK;
}

static numeral_status check_images(const uint8_t *pixels, size_t n, size_t height,
                                   size_t width, size_t stride, numeral_error *err)
{
    size_t bytes;
    if (!pixels || height == 0 || width == 0 || stride < width) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "image: %zu x %zu pixels at %p with a stride of %zu bytes: "
                            "expected sizes above 0 and a stride of a row at least",
                            height, width, (const void *)pixels, stride);
    }
    if (!numeral_size_multiply(height, stride, &bytes) || bytes > NUMERAL_MAX_PIXELS ||
        !numeral_size_multiply(n, bytes, &bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "image: %zu x %zu pixels are more than %zu", height, stride,
                            NUMERAL_MAX_PIXELS);
    }
    return NUMERAL_OK;
}

/* Brings the images to the model's frame; `tight` holds one of them without what lies
 * between its rows. */
static numeral_status frame_images(const numeral_model *model, const uint8_t *pixels,
                                   size_t n, size_t stride, const numeral_image *tight,
                                   uint8_t *out, uint8_t *digits, numeral_error *err)
{
    size_t frame_bytes = model->pipeline.height * model->pipeline.width;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        for (size_t y = 0; y < tight->height; y++, pixels += stride) {
            memcpy(tight->pixels + y * tight->width, pixels, tight->width);
        }
        status = numeral_model_frame_image(model, tight, false, out + i * frame_bytes,
                                           digits + i, err);
    }
    return status;
}

numeral_status numeral_model_read_batch(const numeral_model *model, const uint8_t *pixels,
                                        size_t n, size_t height, size_t width,
                                        size_t stride, const numeral_run *run,
                                        numeral_reading *out, numeral_error *err)
{
    numeral_image tight = {height, width, NULL};
    uint8_t *framed = NULL, *digits;
    numeral_reader reader = {0};
    numeral_model now = {0};
    numeral_status status = NUMERAL_OK;
    size_t frame_bytes;
    run = numeral_run_or_default(run);
    TRY(check_images(pixels, n, height, width, stride, err));
    TRY(numeral_model_hold(model, &now, err));
    TRY_ALLOC(tight.pixels = numeral_allocate(height, width, err));
    frame_bytes = now.pipeline.height * now.pipeline.width;
    TRY_ALLOC(framed = numeral_allocate(n, frame_bytes + 1, err));
    digits = framed + n * frame_bytes;
    TRY(frame_images(&now, pixels, n, stride, &tight, framed, digits, err));
    TRY(numeral_reader_open(&reader, &now, NUMERAL_READ_ANSWER, n, 0, run, err));
    TRY(numeral_reader_read_all(&reader, framed, digits, false, n, "reading digits", run,
                                take_block, out, err));
done:
    numeral_reader_free(&reader);
    numeral_release(framed);
    numeral_release(tight.pixels);
    numeral_model_let_go(&now);
    return status;
}

numeral_status numeral_model_read(const numeral_model *model, const uint8_t *pixels,
                                  size_t height, size_t width, size_t stride,
                                  const numeral_run *run, numeral_reading *out,
                                  numeral_error *err)
{
    return numeral_model_read_batch(model, pixels, 1, height, width, stride, run, out,
                                    err);
}
