/* What looks wrong with a picture of a digit: each measure of it beside the range that it
 * has in the training data. The ranges are quantiles over a sample of training rows; for
 * distances each row is left out of its own search (leave-one-out), as the digit itself
 * is no training row either. A warning that explains another silences it: two digits side
 * by side have thin strokes and are like no digit, but what is wrong is that they are
 * two. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/run.h"
#include "explain/measures.h"
#include "explain/norms.h"
#include "framing/shrink.h"
#include "model/frame_choice.h"
#include "model/hold.h"

/* Pictures are shown with at most 512 pixels a side: more is not seen on a page. */
enum { MOST_SHOWN = 512, MOST_STEPS = 5 };

/* Shares of training digits that each end of a range leaves outside. Small, as all the
 * ranges together warn of clean digits: of less than 5 in 100 (test_doctor). */
static const double TAIL = 0.003, DISTANCE_TAIL = 0.005;
/* A digit reads badly as it is if it is farther off than all but this share. */
static const double SOME = 0.05;
/* What else is unusual about it is told if it is farther off than all but this share. */
static const double HARMFUL = 0.02, SPARED = 1.25;
/* Of the usual size and contrast, what still reads well: training digits are clean scans,
 * and framing makes up for less. */
static const double LEAST_SIZE = 0.5, LEAST_CONTRAST = 0.15;

typedef struct doctor {
    numeral_checkup public; /* first, so that it can be handed out */
    numeral_arena arena;
    numeral_framing framing;
    numeral_named_image steps[MOST_STEPS];
    const numeral_model *model;
    const numeral_run *run;
    const numeral_image *image;
    bool luminance;
    numeral_norms norms;
} doctor;

/* What is said of it -------------------------------------------------------------------
 */

/* Each check's words, for a measure within its range, below and above it. */
static const struct {
    const char *name, *measure, *fine, *low, *high;
} texts[NUMERAL_CHECK_COUNT] = {
    [NUMERAL_CHECK_INK] =
        {"ink", "ink in the frame, in pixels", "There is ink.",
         "No ink was found: the picture is blank, its ink too faint, or "
         "it fills the picture. Leave empty paper around the digit.",
         ""},
    [NUMERAL_CHECK_POLARITY] =
        {"polarity", "distance as read, times that with dark and light swapped",
         "Ink and paper are told apart.", "",
         "With dark and light swapped it is much more like a "
         "digit: paper was taken for ink. Leave more empty paper "
         "around the digit, or swap them in the picture."},
    [NUMERAL_CHECK_BORDER] = {"border",
                              "ink on the picture's edge, in pixels of the frame",
                              "The digit keeps clear of the picture's edge.", "",
                              "It touches the picture's edge, so a part of it may be cut "
                              "off. Leave empty paper all around."},
    [NUMERAL_CHECK_SIZE] = {"size", "longer side of the digit, in pixels of the picture",
                            "There are pixels enough.",
                            "It has too few pixels, so that its strokes run together. "
                            "Take the picture from nearer, or scan it finer.",
                            ""},
    [NUMERAL_CHECK_CONTRAST] = {"contrast", "of the ink against its paper, 0 to 255",
                                "The ink stands out from its paper.",
                                "The ink is hardly darker than its paper. Use a darker "
                                "pen or more light.",
                                ""},
    [NUMERAL_CHECK_SEVERAL] = {"one digit", "separate figures in the picture",
                               "It is one figure.", "",
                               "There are several figures. Cut the picture so that it "
                               "holds one digit."},
    [NUMERAL_CHECK_WIDTH] = {"shape", "width of the digit by its height",
                             "It is as wide as digits are.", "",
                             "It is much wider than digits are: digits that touch each "
                             "other, a stretched picture, or one on its side?"},
    [NUMERAL_CHECK_STROKE] =
        {"stroke width", "in pixels of the frame", "Its strokes are as wide as usual.",
         "Its strokes are thinner than those it was trained on. Use a "
         "thicker pen, or write smaller with the same one.",
         "Its strokes are thicker than those it was trained on. Use a "
         "thinner pen, or write larger with the same one."},
    [NUMERAL_CHECK_DISTANCE] = {"likeness", "distance to the nearest training digit",
                                "It is as near to training digits as they are to each "
                                "other.",
                                "",
                                "It is like no training digit: perhaps it is none, or it "
                                "is written in a way that the training data lacks."},
};

/* Checks whose warnings explain those of a check, as bits. */
#define BIT(check) (1U << (check))
static const unsigned explained_by[NUMERAL_CHECK_COUNT] = {
    [NUMERAL_CHECK_BORDER] = BIT(NUMERAL_CHECK_POLARITY),
    [NUMERAL_CHECK_CONTRAST] = BIT(NUMERAL_CHECK_POLARITY),
    [NUMERAL_CHECK_SEVERAL] = BIT(NUMERAL_CHECK_POLARITY),
    [NUMERAL_CHECK_WIDTH] = BIT(NUMERAL_CHECK_POLARITY) | BIT(NUMERAL_CHECK_SEVERAL) |
                            BIT(NUMERAL_CHECK_BORDER) | BIT(NUMERAL_CHECK_SIZE),
    [NUMERAL_CHECK_STROKE] = BIT(NUMERAL_CHECK_POLARITY) | BIT(NUMERAL_CHECK_SEVERAL) |
                             BIT(NUMERAL_CHECK_BORDER) | BIT(NUMERAL_CHECK_SIZE) |
                             BIT(NUMERAL_CHECK_WIDTH),
    [NUMERAL_CHECK_DISTANCE] = BIT(NUMERAL_CHECK_DISTANCE) - 1,
};

static void add_finding(numeral_checkup *c, numeral_check check, double value, double low,
                        double high)
{
    numeral_verdict verdict = value < low    ? NUMERAL_VERDICT_LOW
                              : value > high ? NUMERAL_VERDICT_HIGH
                                             : NUMERAL_VERDICT_FINE;
    const char *words = verdict == NUMERAL_VERDICT_LOW    ? texts[check].low
                        : verdict == NUMERAL_VERDICT_HIGH ? texts[check].high
                                                          : texts[check].fine;
    c->checks[c->n_findings] = check;
    c->findings[c->n_findings++] = (numeral_finding){
        texts[check].name, texts[check].measure, value, low, high, verdict, words};
}

static bool is_warning(const numeral_finding *finding)
{
    return finding->verdict == NUMERAL_VERDICT_LOW ||
           finding->verdict == NUMERAL_VERDICT_HIGH;
}

/* A measure that is a little unusual does no harm in a digit which is near to training
 * digits nevertheless: the ends of its range are then farther by SPARED. */
static void add_harmful(numeral_checkup *c, numeral_check check, double value, double low,
                        double high, bool strange)
{
    add_finding(c, check, value, strange ? low : low / SPARED,
                strange ? high : high * SPARED);
}

/* The measures beside their ranges, in the order of numeral_check. */
static void judge(numeral_checkup *c, const numeral_measures *is,
                  const numeral_norms *norm)
{
    size_t n = norm->n;
    add_finding(c, NUMERAL_CHECK_INK, is->ink, 1, INFINITY);
    if (is_warning(&c->findings[0])) {
        return;
    }
    /* Swapped only where it reads badly as it is and well the other way round. */
    double reach = numeral_norms_high_end(norm->distance, n, DISTANCE_TAIL);
    bool swapped = is->distance > numeral_norms_high_end(norm->distance, n, SOME) &&
                   is->swapped <= reach;
    double ratio = is->swapped > 0 ? is->distance / is->swapped : INFINITY;
    double high = fmax(1, numeral_norms_high_end(norm->swapped, norm->n_swapped, 0));
    add_finding(c, NUMERAL_CHECK_POLARITY, swapped ? ratio : fmin(ratio, high), -INFINITY,
                high);
    bool strange = is->distance > numeral_norms_high_end(norm->distance, n, HARMFUL);
    add_finding(c, NUMERAL_CHECK_BORDER, is->edge, -INFINITY,
                fmax(1, numeral_norms_high_end(norm->edge, n, TAIL)));
    add_finding(c, NUMERAL_CHECK_SIZE, is->size,
                LEAST_SIZE * numeral_norms_low_end(norm->size, n, TAIL), INFINITY);
    add_finding(c, NUMERAL_CHECK_CONTRAST, is->contrast,
                LEAST_CONTRAST * numeral_norms_low_end(norm->contrast, n, TAIL),
                INFINITY);
    add_finding(c, NUMERAL_CHECK_SEVERAL, is->figures, 1, 1);
    add_harmful(c, NUMERAL_CHECK_WIDTH, is->width, -INFINITY,
                numeral_norms_high_end(norm->width, n, TAIL), strange);
    add_harmful(c, NUMERAL_CHECK_STROKE, is->stroke,
                numeral_norms_low_end(norm->stroke, n, TAIL),
                numeral_norms_high_end(norm->stroke, n, TAIL), strange);
    add_finding(c, NUMERAL_CHECK_DISTANCE, is->distance, -INFINITY, reach);
}

/* Checks that explain others come before them, so that one round is enough. */
static void silence_explained(numeral_checkup *c)
{
    unsigned warned = 0;
    for (size_t i = 0; i < c->n_findings; i++) {
        numeral_finding *finding = &c->findings[i];
        if (is_warning(finding) && explained_by[c->checks[i]] & warned) {
            finding->verdict = NUMERAL_VERDICT_EXPLAINED;
        } else if (is_warning(finding)) {
            warned |= BIT(c->checks[i]);
            c->n_warnings++;
        }
    }
}

/* What is shown of it -------------------------------------------------------------------
 */

static void add_step(doctor *d, const char *name, const numeral_image *image,
                     bool luminance)
{
    d->steps[d->public.n_steps++] = (numeral_named_image){
        name, image->pixels, image->height, image->width, luminance};
}

/* The part of the picture within the ink's box. */
static numeral_status cut_box(doctor *d, numeral_image *out, numeral_error *err)
{
    const numeral_framing *f = &d->framing;
    const numeral_image *image = d->image;
    size_t top = f->top > 0 ? (size_t)f->top : 0;
    size_t left = f->left > 0 ? (size_t)f->left : 0;
    size_t bottom = (size_t)fmin(ceil(f->bottom), (double)image->height);
    size_t right = (size_t)fmin(ceil(f->right), (double)image->width);
    bottom = bottom > top ? bottom : top + 1;
    right = right > left ? right : left + 1;
    numeral_image box = {0};
    numeral_status status;
    TRY(numeral_image_create(bottom - top, right - left, &box, err));
    for (size_t y = 0; y < box.height; y++) {
        memcpy(box.pixels + y * box.width,
               image->pixels + (top + y) * image->width + left, box.width);
    }
    TRY(numeral_image_shrink(&box, MOST_SHOWN, out, err));
    TRY_ALLOC(numeral_arena_own(&d->arena, out->pixels, err));
done:
    numeral_image_free(&box);
    return status;
}

static numeral_status show_steps(doctor *d, numeral_error *err)
{
    const numeral_explanation *why = d->public.why;
    numeral_image framed = {why->height, why->width,
                            (uint8_t *)(uintptr_t)why->stages[1].pixels};
    d->public.steps = d->steps;
    d->steps[d->public.n_steps++] = why->stages[0];
    d->steps[0].name = "as read";
    d->steps[0].luminance = d->luminance;
    if (!why->framed) {
        add_step(d, "taken as it is", &framed, false);
        return NUMERAL_OK;
    }
    if (!d->framing.blank) {
        numeral_image box = {0};
        add_step(d, "ink alone", &d->framing.ink, false);
        numeral_status status = cut_box(d, &box, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        add_step(d, "its box", &box, d->luminance);
        add_step(d, "scaled", &d->framing.scaled, false);
    }
    add_step(d, "centred", &framed, false);
    return NUMERAL_OK;
}

static numeral_status mean_digit(doctor *d, numeral_label label, numeral_error *err)
{
    size_t size = d->public.why->height * d->public.why->width, n = 0;
    uint8_t *mean, *image = NULL;
    uint64_t *sums = NULL;
    numeral_status status;
    TRY_ALLOC(mean = numeral_arena_take(&d->arena, size, 1, err));
    TRY_ALLOC(image = numeral_allocate(size, 1, err));
    TRY_ALLOC(sums = numeral_allocate_zero(size, sizeof *sums, err));
    for (size_t row = 0; row < d->model->n_ids; row++) {
        if (d->model->labels[row] != label ||
            !numeral_model_copy_image(d->model, row, image)) {
            continue; /* of another label, or gone */
        }
        for (size_t i = 0; i < size; i++) {
            sums[i] += image[i];
        }
        n++;
    }
    for (size_t i = 0; i < size && n > 0; i++) {
        mean[i] = (uint8_t)((sums[i] + n / 2) / n);
    }
    d->public.mean_labels[d->public.n_means] = label;
    d->public.means[d->public.n_means++] = mean;
done:
    numeral_release(image);
    numeral_release(sums);
    return status;
}

static numeral_status examine(doctor *d, numeral_frame frame, uint64_t seed,
                              numeral_error *err)
{
    numeral_checkup *c = &d->public;
    numeral_measures measures;
    numeral_status status;
    TRY(numeral_model_explain(d->model, d->image, frame, d->run, &c->why, err));
    if (c->why->framed) { /* once more, for the steps on the way */
        size_t height = c->why->height, width = c->why->width;
        uint8_t *framed;
        numeral_frame_about about;
        TRY_ALLOC(framed = numeral_arena_take(&d->arena, height, width, err));
        TRY(numeral_frame_choose(d->model, d->image, (numeral_making){0}, framed, &about,
                                 err));
        TRY(numeral_frame_picture_steps(d->image, about.way, height, width, framed,
                                        &d->framing, err));
    }
    TRY(show_steps(d, err));
    TRY(mean_digit(d, c->why->label, err));
    if (c->why->has_runner_up) {
        TRY(mean_digit(d, c->why->runner_up, err));
    }
    TRY(numeral_norms_measure(d->model, seed, d->run, &d->arena, &d->norms, err));
    c->n_sample = d->norms.n;
    TRY(numeral_measures_take(d->model, d->image, c->why, &d->framing, d->run, &measures,
                              err));
    judge(c, &measures, &d->norms);
    silence_explained(c);
done:
    return status;
}

numeral_status numeral_model_examine(const numeral_model *model,
                                     const numeral_image *image, numeral_frame frame,
                                     bool luminance, uint64_t seed,
                                     const numeral_run *run, numeral_checkup **out,
                                     numeral_error *err)
{
    numeral_model now = {0};
    numeral_status status;
    doctor *d = numeral_allocate_zero(1, sizeof *d, err);
    TRY_ALLOC(d);
    TRY(numeral_model_hold(model, &now, err));
    d->model = &now;
    d->image = image;
    d->luminance = luminance;
    d->run = numeral_run_or_default(run);
    TRY(examine(d, frame, seed, err));
    *out = &d->public;
    d = NULL;
done:
    numeral_checkup_destroy(d ? &d->public : NULL);
    numeral_model_let_go(&now);
    return status;
}

void numeral_checkup_destroy(numeral_checkup *checkup)
{
    doctor *d = (doctor *)checkup;
    if (d) {
        numeral_explanation_destroy(d->public.why);
        numeral_framing_free(&d->framing);
        numeral_arena_free(&d->arena);
        numeral_release(d);
    }
}
