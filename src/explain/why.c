/* Why a digit was read as it was. The model's reader reads it; then the same functions
 * that made its verdict are called once more on the one row, keeping what they compute on
 * the way. */
#include "explain/why.h"

#include <string.h>

#include "base/fail.h"
#include "base/run.h"
#include "framing/shrink.h"
#include "model/frame_choice.h"
#include "model/hold.h"

enum { MOST_GIVEN = 512 }; /* pixels a side: more is not seen on a page */

static numeral_status frame_image(numeral_why *m, const numeral_image *image,
                                  numeral_frame frame, numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    size_t height = pipeline->height, width = pipeline->width;
    bool anew = frame == NUMERAL_FRAME_MNIST;
    uint8_t *framed = numeral_arena_take(&m->arena, height, width, err);
    if (!framed) {
        return NUMERAL_ERROR_MEMORY;
    }
    m->framed = framed;
    m->public.height = height;
    m->public.width = width;
    m->public.framed = anew || !numeral_model_takes(m->model, image, false);
    return anew ? numeral_frame_choose(m->model, image, (numeral_making){0}, framed,
                                       &(numeral_frame_about){0}, err)
                : numeral_model_frame_image(m->model, image, false, framed, NULL, err);
}

static numeral_status answer(numeral_why *m, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    const numeral_model *model = m->model;
    double *votes = numeral_arena_take(&m->arena, model->n_classes, sizeof *votes, err);
    numeral_status status;
    TRY_ALLOC(votes);
    TRY(numeral_reader_open(&m->reader, model, NUMERAL_READ_ANSWER, 1, 0, m->run, err));
    TRY(numeral_reader_read(&m->reader, m->framed, NULL, 1, err));
    const numeral_read_verdict *verdict = &m->reader.verdicts[0];
    memcpy(votes, verdict->votes, model->n_classes * sizeof *votes);
    e->label = model->classes->labels[verdict->winner];
    e->confidence = verdict->confidence;
    e->n_classes = model->n_classes;
    e->classes = model->classes->labels;
    e->votes = votes;
done:
    return status;
}

static void add_stage(numeral_why *m, const char *name, const uint8_t *pixels,
                      size_t height, size_t width)
{
    m->stages[m->public.n_stages++] =
        (numeral_named_image){name, pixels, height, width, false};
}

static numeral_status add_transforms(numeral_why *m, double *scratch, numeral_error *err)
{
    const numeral_pipeline *pipeline = &m->model->pipeline;
    for (size_t i = 0; i < pipeline->n_transforms; i++) {
        size_t height, width;
        const char *name = numeral_arena_own(
            &m->arena, numeral_part_text(&pipeline->transforms[i], err), err);
        uint8_t *pixels = numeral_arena_take(&m->arena, pipeline->widest, 1, err);
        if (!name || !pixels) {
            return NUMERAL_ERROR_MEMORY;
        }
        numeral_pipeline_image(pipeline, i + 1, m->framed, scratch, &height, &width,
                               pixels);
        add_stage(m, name, pixels, height, width);
    }
    return NUMERAL_OK;
}

/* The views that re-rankers of this model look at. */
static numeral_status add_views(numeral_why *m, double *scratch, numeral_error *err)
{
    static const char *const names[NUMERAL_VIEW_COUNT] = {"raw", "deskew view",
                                                          "moments view"};
    size_t height = m->public.height, width = m->public.width;
    for (int view = NUMERAL_VIEW_RAW + 1; view < NUMERAL_VIEW_COUNT; view++) {
        if (m->model->views[view].n == 0) {
            continue;
        }
        uint8_t *pixels = numeral_arena_take(&m->arena, height, width, err);
        if (!pixels) {
            return NUMERAL_ERROR_MEMORY;
        }
        numeral_view_make((numeral_view)view, m->framed, height, width, scratch, pixels);
        add_stage(m, names[view], pixels, height, width);
    }
    return NUMERAL_OK;
}

static numeral_status show_stages(numeral_why *m, const numeral_image *image,
                                  double *scratch, numeral_error *err)
{
    size_t most = 2 + m->model->pipeline.n_transforms + NUMERAL_VIEW_COUNT;
    numeral_image given = {0};
    numeral_status status;
    TRY_ALLOC(m->stages = numeral_arena_take(&m->arena, most, sizeof *m->stages, err));
    TRY(numeral_image_shrink(image, MOST_GIVEN, &given, err));
    TRY_ALLOC(numeral_arena_own(&m->arena, given.pixels, err));
    m->public.stages = m->stages;
    add_stage(m, "as given", given.pixels, given.height, given.width);
    add_stage(m, "framed", m->framed, m->public.height, m->public.width);
    TRY(add_transforms(m, scratch, err));
    TRY(add_views(m, scratch, err));
done:
    return status;
}

static numeral_status explain(numeral_why *m, const numeral_image *image,
                              numeral_frame frame, numeral_error *err)
{
    double *scratch;
    numeral_status status;
    TRY_ALLOC(scratch = numeral_arena_take(&m->arena, m->model->pipeline.scratch,
                                           sizeof *scratch, err));
    TRY(frame_image(m, image, frame, err));
    TRY(answer(m, err));
    /* From here on the answer stands; the rest tells how it came about. */
    TRY(show_stages(m, image, scratch, err));
    TRY(numeral_why_vote(m, err));
    TRY(numeral_why_second_look(m, err));
    TRY(numeral_why_find_rivals(m, err));
    TRY(numeral_why_compare(m, scratch, err));
done:
    numeral_reader_free(&m->reader);
    return status;
}

numeral_status numeral_model_explain(const numeral_model *model,
                                     const numeral_image *image, numeral_frame frame,
                                     const numeral_run *run, numeral_explanation **out,
                                     numeral_error *err)
{
    numeral_model now = {0};
    numeral_status status;
    numeral_why *m = numeral_allocate_zero(1, sizeof *m, err);
    TRY_ALLOC(m);
    TRY(numeral_model_hold(model, &now, err));
    m->model = &now;
    m->run = numeral_run_or_default(run);
    TRY(explain(m, image, frame, err));
    *out = &m->public;
    m = NULL;
done:
    numeral_explanation_destroy(m ? &m->public : NULL);
    numeral_model_let_go(&now);
    return status;
}

void numeral_explanation_destroy(numeral_explanation *explanation)
{
    numeral_why *m = (numeral_why *)explanation;
    if (m) {
        numeral_arena_free(&m->arena);
        numeral_release(m);
    }
}
