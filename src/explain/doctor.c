/* What looks wrong with a picture of a digit: each measure of it beside the range that it
 * has in the training data. The ranges are quantiles over a sample of training rows; for
 * distances each row is left out of its own search (leave-one-out), as the digit itself
 * is no training row either. A warning that explains another silences it: two digits side
 * by side have thin strokes and are like no digit, but what is wrong is that they are
 * two. */
#include <math.h>
#include <string.h>

#include <numeral/tools/explain.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/run.h"
#include "explain/norms.h"
#include "framing/shape.h"
#include "model/model.h"

enum { MOST_SHOWN = 512, MOST_STEPS = 5 };

/* Shares of training digits that each end of a range leaves outside. */
static const double TAIL = 0.003, DISTANCE_TAIL = 0.005, SOME = 0.05;
/* Of the usual size and contrast, what still reads well. */
static const double LEAST_SIZE = 0.5, LEAST_CONTRAST = 0.15;

typedef struct made {
    numeral_checkup public;
    numeral_arena arena;
    numeral_framing framing;
    numeral_named_image steps[MOST_STEPS];
    const numeral_model *model;
    const numeral_run *run;
    const numeral_image *image;
    bool luminance;
    numeral_norms norms;
} made;

static void *take(made *m, size_t count, size_t size, numeral_error *err)
{
    return numeral_arena_take(&m->arena, count, size, err);
}

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

static void add_finding(made *m, numeral_check check, double value, double low,
                        double high)
{
    numeral_checkup *c = &m->public;
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

/* The picture -------------------------------------------------------------------------
 */

static void add_step(made *m, const char *name, const numeral_image *image,
                     bool luminance)
{
    m->steps[m->public.n_steps++] = (numeral_named_image){
        name, image->pixels, image->height, image->width, luminance};
}

static numeral_status keep_image(made *m, numeral_image *image, numeral_error *err)
{
    return numeral_arena_own(&m->arena, image->pixels, err) ? NUMERAL_OK
                                                            : NUMERAL_ERROR_MEMORY;
}

/* The part of the picture within the ink's box. */
static numeral_status cut_box(made *m, numeral_image *out, numeral_error *err)
{
    const numeral_framing *f = &m->framing;
    size_t top = f->top > 0 ? (size_t)f->top : 0;
    size_t left = f->left > 0 ? (size_t)f->left : 0;
    size_t bottom = (size_t)fmin(ceil(f->bottom), (double)m->image->height);
    size_t right = (size_t)fmin(ceil(f->right), (double)m->image->width);
    bottom = bottom > top ? bottom : top + 1;
    right = right > left ? right : left + 1;
    numeral_image box = {0};
    numeral_status status = numeral_image_create(bottom - top, right - left, &box, err);
    for (size_t y = 0; status == NUMERAL_OK && y < box.height; y++) {
        memcpy(box.pixels + y * box.width,
               m->image->pixels + (top + y) * m->image->width + left, box.width);
    }
    if (status == NUMERAL_OK) {
        status = numeral_image_shrink(&box, MOST_SHOWN, out, err);
    }
    numeral_image_free(&box);
    return status == NUMERAL_OK ? keep_image(m, out, err) : status;
}

static numeral_status show_steps(made *m, numeral_error *err)
{
    const numeral_explanation *why = m->public.why;
    numeral_image framed = {why->height, why->width,
                            (uint8_t *)(uintptr_t)why->stages[1].pixels};
    m->public.steps = m->steps;
    m->steps[m->public.n_steps++] = why->stages[0];
    m->steps[0].name = "as read";
    m->steps[0].luminance = m->luminance;
    if (!why->framed) {
        add_step(m, "taken as it is", &framed, false);
        return NUMERAL_OK;
    }
    if (!m->framing.blank) {
        numeral_image box = {0};
        add_step(m, "ink alone", &m->framing.ink, false);
        numeral_status status = cut_box(m, &box, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        add_step(m, "its box", &box, m->luminance);
        add_step(m, "scaled", &m->framing.scaled, false);
    }
    add_step(m, "centred", &framed, false);
    return NUMERAL_OK;
}

static numeral_status mean_digit(made *m, uint8_t label, numeral_error *err)
{
    size_t size = m->public.why->height * m->public.why->width, n = 0;
    uint8_t *mean = take(m, 1, size, err);
    uint8_t *image = numeral_allocate(1, size, err);
    uint64_t *sums = numeral_allocate_zero(size, sizeof *sums, err);
    if (mean && image && sums) {
        for (size_t row = 0; row < m->model->n_rows; row++) {
            if (m->model->labels[row] != label) {
                continue;
            }
            numeral_model_get_image(m->model, row, image);
            for (size_t i = 0; i < size; i++) {
                sums[i] += image[i];
            }
            n++;
        }
        for (size_t i = 0; i < size && n > 0; i++) {
            mean[i] = (uint8_t)((sums[i] + n / 2) / n);
        }
        m->public.mean_labels[m->public.n_means] = label;
        m->public.means[m->public.n_means++] = mean;
    }
    bool done = mean && image && sums;
    numeral_release(image);
    numeral_release(sums);
    return done ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* The judgements ----------------------------------------------------------------------
 */

static double line_ink(const numeral_image *ink, size_t from, size_t step, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ink->pixels[from + i * step] / 255.0;
    }
    return sum;
}

/* Ink along those edges of the ink map that are the picture's own. */
static double ink_on_edge(const made *m)
{
    const numeral_framing *f = &m->framing;
    const numeral_image *ink = &f->ink;
    size_t h = ink->height, w = ink->width;
    double sum = f->ink_top == 0 ? line_ink(ink, 0, 1, w) : 0;
    sum += f->ink_left == 0 ? line_ink(ink, 0, w, h) : 0;
    if ((double)f->ink_top + f->pitch * (double)h >= (double)m->image->height) {
        sum += line_ink(ink, (h - 1) * w, 1, w);
    }
    if ((double)f->ink_left + f->pitch * (double)w >= (double)m->image->width) {
        sum += line_ink(ink, w - 1, w, h);
    }
    double side = fmax(f->bottom - f->top, f->right - f->left) / f->pitch;
    double inner =
        (double)(m->public.why->height < m->public.why->width ? m->public.why->height
                                                              : m->public.why->width) *
        20 / 28;
    return side > 0 ? sum * inner / side : 0;
}

/* The digit with dark and light swapped: within its box where it was framed. */
static void turn(const made *m, uint8_t *out)
{
    const numeral_explanation *why = m->public.why;
    const uint8_t *framed = why->stages[1].pixels;
    size_t height = why->height, width = why->width;
    const numeral_image *scaled = &m->framing.scaled;
    if (!why->framed) {
        for (size_t i = 0; i < height * width; i++) {
            out[i] = (uint8_t)(255 - framed[i]);
        }
        return;
    }
    double mass = 0, y_mass = 0, x_mass = 0;
    size_t h = scaled->height, w = scaled->width;
    for (size_t i = 0; i < h * w; i++) {
        double value = 255 - scaled->pixels[i];
        mass += value;
        y_mass += value * (double)(i / w);
        x_mass += value * (double)(i % w);
    }
    memset(out, 0, height * width);
    double down = mass > 0 ? floor((double)height / 2 - y_mass / mass + 0.5) : 0;
    double right = mass > 0 ? floor((double)width / 2 - x_mass / mass + 0.5) : 0;
    for (size_t i = 0; i < h * w; i++) {
        double y = (double)(i / w) + down, x = (double)(i % w) + right;
        if (y >= 0 && x >= 0 && y < (double)height && x < (double)width) {
            out[(size_t)y * width + (size_t)x] = (uint8_t)(255 - scaled->pixels[i]);
        }
    }
}

static numeral_status check_polarity(made *m, const numeral_norms *norm, double distance,
                                     numeral_error *err)
{
    const numeral_explanation *why = m->public.why;
    double turned;
    uint8_t *image = take(m, why->height, why->width, err);
    if (!image) {
        return NUMERAL_ERROR_MEMORY;
    }
    turn(m, image);
    numeral_status status =
        numeral_norms_distances(m->model, image, 1, NULL, m->run, &turned, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    /* Only where it reads badly as it is and well turned round. */
    bool far = distance > numeral_norms_high_end(norm->distance, norm->n, SOME);
    double reach = numeral_norms_high_end(norm->distance, norm->n, DISTANCE_TAIL);
    double ratio = turned > 0 ? distance / turned : INFINITY;
    double high = fmax(1, numeral_norms_high_end(norm->turned, norm->n_turned, 0));
    bool swapped = far && turned <= reach;
    add_finding(m, NUMERAL_CHECK_POLARITY, swapped ? ratio : fmin(ratio, high), -INFINITY,
                high);
    return NUMERAL_OK;
}

static void check_picture(made *m, const numeral_norms *norm, const numeral_shape *shape)
{
    bool framed = m->public.why->framed;
    const numeral_framing *f = &m->framing;
    double side = fmax(f->bottom - f->top, f->right - f->left);
    size_t n = norm->n;
    add_finding(m, NUMERAL_CHECK_BORDER, framed ? ink_on_edge(m) : shape->edge, -INFINITY,
                fmax(1, numeral_norms_high_end(norm->edge, n, TAIL)));
    add_finding(m, NUMERAL_CHECK_SIZE, framed ? side : numeral_shape_longer_side(shape),
                LEAST_SIZE * numeral_norms_low_end(norm->size, n, TAIL), INFINITY);
    add_finding(
        m, NUMERAL_CHECK_CONTRAST,
        framed ? f->contrast
               : numeral_shape_brightest(m->public.why->stages[1].pixels,
                                         m->public.why->height * m->public.why->width),
        LEAST_CONTRAST * numeral_norms_low_end(norm->contrast, n, TAIL), INFINITY);
}

static numeral_status check_shape(made *m, const numeral_norms *norm,
                                  const numeral_shape *shape, double distance,
                                  numeral_error *err)
{
    const numeral_image *ink = &m->framing.ink;
    numeral_shape parts = *shape;
    size_t n = norm->n;
    if (m->public.why->framed) {
        numeral_status status =
            numeral_shape_measure(ink->pixels, ink->height, ink->width, &parts, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    add_finding(m, NUMERAL_CHECK_SEVERAL, (double)(parts.digits ? parts.digits : 1), 1,
                1);
    add_finding(m, NUMERAL_CHECK_WIDTH, numeral_shape_width_by_height(shape), -INFINITY,
                numeral_norms_high_end(norm->width, n, TAIL));
    add_finding(m, NUMERAL_CHECK_STROKE, shape->stroke,
                numeral_norms_low_end(norm->stroke, n, TAIL),
                numeral_norms_high_end(norm->stroke, n, TAIL));
    add_finding(m, NUMERAL_CHECK_DISTANCE, distance, -INFINITY,
                numeral_norms_high_end(norm->distance, n, DISTANCE_TAIL));
    return NUMERAL_OK;
}

static numeral_status judge(made *m, numeral_error *err)
{
    const numeral_explanation *why = m->public.why;
    const numeral_norms *norm = &m->norms;
    numeral_shape shape;
    double distance = why->voters[0].length;
    numeral_status status = numeral_shape_measure(why->stages[1].pixels, why->height,
                                                  why->width, &shape, err);
    if (status == NUMERAL_OK) {
        add_finding(m, NUMERAL_CHECK_INK, shape.mass, 1, INFINITY);
    }
    if (status != NUMERAL_OK || is_warning(&m->public.findings[0])) {
        return status;
    }
    status = check_polarity(m, norm, distance, err);
    if (status == NUMERAL_OK) {
        check_picture(m, norm, &shape);
        status = check_shape(m, norm, &shape, distance, err);
    }
    return status;
}

static numeral_status examine(made *m, numeral_frame frame, uint64_t seed,
                              numeral_error *err)
{
    numeral_checkup *c = &m->public;
    numeral_status status =
        numeral_model_explain(m->model, m->image, frame, m->run, &c->why, err);
    if (status == NUMERAL_OK && c->why->framed) {
        uint8_t *framed = take(m, c->why->height, c->why->width, err);
        status = framed
                     ? numeral_image_frame_steps(m->image, c->why->height, c->why->width,
                                                 framed, &m->framing, err)
                     : NUMERAL_ERROR_MEMORY;
    }
    if (status == NUMERAL_OK) {
        status = show_steps(m, err);
    }
    if (status == NUMERAL_OK) {
        status = mean_digit(m, c->why->label, err);
    }
    if (status == NUMERAL_OK && c->why->has_runner_up) {
        status = mean_digit(m, c->why->runner_up, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_norms_measure(m->model, seed, m->run, &m->arena, &m->norms, err);
        c->n_sample = m->norms.n;
    }
    if (status == NUMERAL_OK) {
        status = judge(m, err);
    }
    if (status == NUMERAL_OK) {
        silence_explained(c);
    }
    return status;
}

numeral_status numeral_model_examine(const numeral_model *model,
                                     const numeral_image *image, numeral_frame frame,
                                     bool luminance, uint64_t seed,
                                     const numeral_run *run, numeral_checkup **out,
                                     numeral_error *err)
{
    made *m = numeral_allocate_zero(1, sizeof *m, err);
    if (!m) {
        return NUMERAL_ERROR_MEMORY;
    }
    m->model = model;
    m->image = image;
    m->luminance = luminance;
    m->run = numeral_run_or_default(run);
    numeral_status status = examine(m, frame, seed, err);
    if (status != NUMERAL_OK) {
        numeral_checkup_destroy(&m->public);
        return status;
    }
    *out = &m->public;
    return NUMERAL_OK;
}

void numeral_checkup_destroy(numeral_checkup *checkup)
{
    made *m = (made *)checkup;
    if (m) {
        numeral_explanation_destroy(m->public.why);
        numeral_framing_free(&m->framing);
        numeral_arena_free(&m->arena);
        numeral_release(m);
    }
}
