/* Each stage has a file of its own; here they follow each other. */
#include "page/stages.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/confidence.h"
#include "page/leave_out.h"
#include "page/polarity.h"
#include "page/pressure.h"

void numeral_page_stages_free(numeral_page_stages *w)
{
    numeral_image_free(&w->ink.map);
    numeral_image_free(&w->level);
    numeral_page_rules_free(&w->rules);
    numeral_components_free(&w->components);
    numeral_page_lines_free(&w->lines);
    numeral_cuts_free(&w->cuts);
    numeral_candidates_free(&w->candidates);
    numeral_release(w->readings);
    *w = (numeral_page_stages){0};
}

/* From grey levels to candidates. */
static numeral_status find_candidates(numeral_page_stages *w, const numeral_image *grey,
                                      numeral_error *err)
{
    numeral_status status;
    int slope = 0;
    TRY(numeral_page_even(grey, numeral_page_is_dark(grey), &w->ink, err));
    TRY(numeral_page_find_slope(&w->ink.map, w->ink.stroke, &slope, err));
    TRY(numeral_page_turn_level(&w->ink.map, slope, &w->level, &w->lie, err));
    if (w->ink.stroke) {
        TRY(numeral_page_even_pressure(&w->level, w->ink.stroke, err));
        TRY(numeral_page_take_printed(&w->level, &w->ink.stroke, &w->rules, err));
    }
    TRY(numeral_components_find(&w->level, NUMERAL_PAGE_INK, &w->components, err));
    TRY(numeral_page_find_lines(&w->components, w->ink.stroke, &w->lines, err));
    TRY(numeral_page_cut(&w->level, &w->components, &w->lines, w->ink.stroke, &w->cuts,
                         err));
    TRY(numeral_candidates_list(&w->components, &w->lines, &w->cuts, w->ink.stroke,
                                &w->candidates, err));
done:
    return status;
}

typedef struct judging {
    numeral_page_stages *w;
    const uint32_t *which; /* the candidates that are read */
    double unit;
} judging;

/* Takes the verdicts on a block of candidates. */
static numeral_status judge(void *context, numeral_reader *reader, size_t first,
                            numeral_error *err)
{
    const judging *j = context;
    const numeral_model *model = j->w->model;
    (void)err;
    for (size_t i = 0; i < reader->n; i++) {
        const numeral_read_verdict *verdict = &reader->verdicts[i];
        uint32_t at = j->which[first + i];
        numeral_lattice_judge(&j->w->candidates.items[at], verdict, j->unit,
                              model->classes->labels[verdict->winner], model->n_classes,
                              &j->w->readings[at]);
    }
    return NUMERAL_OK;
}

numeral_status numeral_page_stages_read(const numeral_page_stages *w,
                                        const uint8_t *images, size_t n,
                                        numeral_read_depth depth,
                                        numeral_reader_sink sink, void *context,
                                        const numeral_run *run, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_reader reader = {0};
    if (n == 0) {
        return NUMERAL_OK;
    }
    TRY(numeral_reader_open(&reader, w->model, depth, n, 1, run, err));
    TRY(numeral_reader_read_all(&reader, images, NULL, false, n, "reading digits", run,
                                sink, context, err));
done:
    numeral_reader_free(&reader);
    return status;
}

/* Reads n candidates (their numbers), which have images. */
static numeral_status read_which(numeral_page_stages *w, const uint32_t *which, size_t n,
                                 numeral_read_depth depth, numeral_reader_sink sink,
                                 void *context, const numeral_run *run,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t bytes = w->model->pipeline.height * w->model->pipeline.width;
    uint8_t *images;
    TRY_ALLOC(images = numeral_allocate(n + 1, bytes, err));
    for (size_t i = 0; i < n; i++) {
        memcpy(images + i * bytes, w->candidates.images + which[i] * bytes, bytes);
    }
    TRY(numeral_page_stages_read(w, images, n, depth, sink, context, run, err));
done:
    numeral_release(images);
    return status;
}

/* Frames and judges the candidates that are cut, or those that are not. Most are no
 * digits, all of which the gate would leave open: no second look. */
static numeral_status judge_those(numeral_page_stages *w, bool cut, judging *j,
                                  uint32_t *which, const numeral_run *run,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t n = 0;
    for (size_t i = 0; i < w->candidates.n; i++) {
        if (numeral_candidate_is_cut(&w->candidates.items[i], &w->cuts) == cut) {
            which[n++] = (uint32_t)i;
        }
    }
    j->which = which;
    TRY(numeral_candidates_frame(&w->level, &w->components, &w->lines, &w->cuts,
                                 w->model->pipeline.height, w->model->pipeline.width,
                                 which, n, run, &w->candidates, err));
    TRY(read_which(w, which, n, NUMERAL_READ_VOTE, judge, j, run, err));
done:
    return status;
}

/* Judges what is whole first: of a component that is a digit for sure the pieces, many
 * times as many, are left out unless `all` are wanted. */
static numeral_status judge_candidates(numeral_page_stages *w, bool all,
                                       const numeral_run *run, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    judging j = {.w = w, .unit = w->model->map.unit};
    size_t n = w->candidates.n;
    uint32_t *which = NULL;
    TRY_ALLOC(w->readings = numeral_allocate(n + 1, sizeof *w->readings, err));
    TRY_ALLOC(which = numeral_allocate(n + 1, sizeof *which, err));
    if (n > 0 && !(j.unit > 0)) {
        TRY(numeral_confidence_unit(w->model, run, &j.unit, err));
    }
    TRY(judge_those(w, false, &j, which, run, err));
    if (!all) {
        TRY(numeral_candidates_leave_out(
            &w->cuts, &w->lines, w->model->pipeline.height * w->model->pipeline.width,
            &w->candidates, w->readings, err));
    }
    TRY(judge_those(w, true, &j, which, run, err));
done:
    numeral_release(which);
    return status;
}

typedef struct answering {
    numeral_page_stages *w;
    const uint32_t *which;
} answering;

static numeral_status answer(void *context, numeral_reader *reader, size_t first,
                             numeral_error *err)
{
    const answering *a = context;
    (void)err;
    for (size_t i = 0; i < reader->n; i++) {
        numeral_lattice_answer(&reader->verdicts[i], a->w->model->n_classes,
                               &a->w->readings[a->which[first + i]]);
    }
    return NUMERAL_OK;
}

numeral_status numeral_page_stages_answer(numeral_page_stages *w, const uint32_t *which,
                                          size_t n, const numeral_run *run,
                                          numeral_error *err)
{
    answering a = {w, which};
    return read_which(w, which, n, NUMERAL_READ_ANSWER, answer, &a, run, err);
}

numeral_status numeral_page_check(const numeral_image *image,
                                  const numeral_page_options *options, numeral_error *err)
{
    if (!image->pixels || image->height < 8 || image->width < 8) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "a page of %zu x %zu pixels is too small to hold a digit",
                            image->height, image->width);
    }
    if (options->expect > NUMERAL_PAGE_MOST_EXPECT) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "a line of %zu digits cannot be expected, at most of %d",
                            options->expect, NUMERAL_PAGE_MOST_EXPECT);
    }
    return NUMERAL_OK;
}

numeral_status numeral_page_stages_run(const numeral_model *model,
                                       const numeral_image *grey, size_t factor,
                                       size_t height, size_t width, bool all,
                                       const numeral_run *run, numeral_page_stages *out,
                                       numeral_error *err)
{
    *out = (numeral_page_stages){
        .model = model, .factor = factor, .height = height, .width = width};
    numeral_status status = find_candidates(out, grey, err);
    return status == NUMERAL_OK ? judge_candidates(out, all, run, err) : status;
}

numeral_page_box numeral_page_stages_box(const numeral_page_stages *w,
                                         numeral_page_box box)
{
    numeral_page_box b = numeral_page_box_on_page(&w->lie, box, w->height / w->factor,
                                                  w->width / w->factor);
    return (numeral_page_box){b.top * w->factor, b.left * w->factor, b.bottom * w->factor,
                              b.right * w->factor};
}
