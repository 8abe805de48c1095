/* Two parts of one set, one behind the other. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/idx_set.h"

enum { N_LABELS = 256 };

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_label_names(const numeral_dataset *a, const numeral_dataset *b)
{
    for (size_t i = 0; i < N_LABELS; i++) {
        if (!same_text(a->label_names ? a->label_names[i] : NULL,
                       b->label_names ? b->label_names[i] : NULL)) {
            return false;
        }
    }
    return true;
}

static numeral_status check_alike(const numeral_dataset *a, const numeral_dataset *b,
                                  const char *name, numeral_error *err)
{
    if (a->height != b->height || a->width != b->width) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: its parts differ in size: train is %zu × %zu, test %zu "
                            "× %zu",
                            name, a->height, a->width, b->height, b->width);
    }
    if (!a->labels != !b->labels || !same_label_names(a, b)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: its parts have different labels", name);
    }
    return NUMERAL_OK;
}

/* Moves the input paths of both to one list. */
static void move_inputs(numeral_dataset *a, numeral_dataset *b, char **inputs)
{
    memcpy(inputs, a->inputs, a->n_images * sizeof *inputs);
    memcpy(inputs + a->n_images, b->inputs, b->n_images * sizeof *inputs);
    numeral_release(a->inputs);
    numeral_release(b->inputs);
    a->inputs = NULL;
    b->inputs = NULL;
}

numeral_status numeral_dataset_join(numeral_dataset *a, numeral_dataset *b,
                                    const char *name, numeral_dataset *out,
                                    numeral_error *err)
{
    numeral_dataset made = {.height = a->height,
                            .width = a->width,
                            .n_images = a->n_images + b->n_images,
                            .framed = a->framed,
                            .rescaled = a->rescaled + b->rescaled};
    size_t bytes = a->height * a->width;
    char **inputs = NULL;
    numeral_status status = check_alike(a, b, name, err);
    if (status != NUMERAL_OK) {
        goto fail;
    }
    status = NUMERAL_ERROR_MEMORY;
    made.pixels = numeral_allocate(made.n_images, bytes, err);
    if (!made.pixels) {
        goto fail;
    }
    if (a->labels && !(made.labels = numeral_allocate(made.n_images, 1, err))) {
        goto fail;
    }
    if (a->inputs && b->inputs &&
        !(inputs = numeral_allocate(made.n_images, sizeof *inputs, err))) {
        goto fail;
    }
    memcpy(made.pixels, a->pixels, a->n_images * bytes);
    memcpy(made.pixels + a->n_images * bytes, b->pixels, b->n_images * bytes);
    if (made.labels) {
        memcpy(made.labels, a->labels, a->n_images);
        memcpy(made.labels + a->n_images, b->labels, b->n_images);
    }
    if (inputs) {
        move_inputs(a, b, inputs);
        made.inputs = inputs;
    }
    made.label_names = a->label_names;
    a->label_names = NULL;
    *out = made;
    made = (numeral_dataset){0};
    status = NUMERAL_OK;
fail:
    numeral_dataset_free(&made);
    numeral_dataset_free(a);
    numeral_dataset_free(b);
    return status;
}
