/* What an explained digit is told from: the nearest row of the answer and of the
 * runner-up, and where they differ. */
#include <math.h>

#include "base/fail.h"
#include "explain/why.h"

/* The nearest row that has `label`, or (`other`) that has another one, or *row = -1; all
 * other rows are skipped. A class may have lost its last row. */
static numeral_status find_row(numeral_why *m, numeral_label label, bool other,
                               int64_t *row, double *distance, numeral_error *err)
{
    const numeral_model *model = m->model;
    uint64_t *skip = numeral_allocate_zero((model->n_ids + 63) / 64, sizeof *skip, err);
    numeral_search search = {.k = 1,
                             .radius = INFINITY,
                             .run = {.threads = m->run->threads},
                             .skip = skip,
                             .n_skip = model->n_ids};
    numeral_status status;
    TRY_ALLOC(skip);
    /* All rows but the wanted ones are passed over. */
    for (size_t i = 0; i < model->n_ids; i++) {
        bool wanted = (model->labels[i] == label) != other;
        skip[i / 64] |= (uint64_t)!wanted << i % 64;
    }
    TRY(numeral_index_search(model->index, &m->reader.vectors, &search, row, distance,
                             err));
done:
    numeral_release(skip);
    return status;
}

/* The class with the second-most votes, if it has any. */
static bool second_class(const numeral_explanation *e, numeral_label *label)
{
    size_t second = e->n_classes;
    for (size_t c = 0; c < e->n_classes; c++) {
        bool more = second == e->n_classes || e->votes[c] > e->votes[second];
        if (e->classes[c] != e->label && e->votes[c] > 0 && more) {
            second = c;
        }
    }
    *label = second < e->n_classes ? e->classes[second] : 0;
    return second < e->n_classes;
}

numeral_status numeral_why_find_rivals(numeral_why *m, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    size_t pixels = e->height * e->width;
    int64_t row = -1;
    double distance = 0;
    uint8_t *images = numeral_arena_take(&m->arena, 2, pixels, err);
    numeral_label label;
    numeral_status status;
    TRY_ALLOC(images);
    TRY(find_row(m, e->label, false, &row, &distance, err));
    if (row < 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "the index finds no row of label %u",
                         e->label));
    }
    numeral_why_fill_voter(m, (size_t)row, distance, &e->own, images);
    row = -1;
    if (second_class(e, &label)) {
        TRY(find_row(m, label, false, &row, &distance, err));
    }
    if (row < 0 && e->n_classes > 1) {
        TRY(find_row(m, e->label, true, &row, &distance, err));
    }
    e->has_runner_up = row >= 0;
    if (e->has_runner_up) {
        numeral_why_fill_voter(m, (size_t)row, distance, &e->rival, images + pixels);
        e->runner_up = e->rival.label;
    }
done:
    return status;
}

static int16_t *difference(numeral_why *m, const uint8_t *image, double *scratch,
                           numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    size_t n = pipeline->image_height * pipeline->image_width, height, width;
    uint8_t *planes = numeral_allocate(2, pipeline->widest, err);
    int16_t *out = planes ? numeral_arena_take(&m->arena, n, sizeof *out, err) : NULL;
    if (out) {
        uint8_t *other = planes + pipeline->widest;
        numeral_pipeline_image(pipeline, pipeline->n_transforms, m->framed, scratch,
                               &height, &width, planes);
        numeral_pipeline_image(pipeline, pipeline->n_transforms, image, scratch, &height,
                               &width, other);
        for (size_t i = 0; i < n; i++) {
            out[i] = (int16_t)(planes[i] - other[i]);
        }
    }
    numeral_release(planes);
    return out;
}

numeral_status numeral_why_compare(numeral_why *m, double *scratch, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    e->difference_height = m->model->pipeline.image_height;
    e->difference_width = m->model->pipeline.image_width;
    e->own_difference = difference(m, e->own.image, scratch, err);
    if (e->own_difference && e->has_runner_up) {
        e->rival_difference = difference(m, e->rival.image, scratch, err);
    }
    return e->own_difference && (e->rival_difference || !e->has_runner_up)
               ? NUMERAL_OK
               : NUMERAL_ERROR_MEMORY;
}
