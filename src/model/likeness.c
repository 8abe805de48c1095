/* Likeness as a share of training digits (conformal prediction's p-value: Vovk,
 * Gammerman & Shafer 2005): a digit's strangeness is the distance of its nearest row, or
 * of a digit of another hand; more where something that is no digit is near
 * (background.h), and where its strokes are thick, as filled things lie nearer to digits
 * than they look; its likeness is the share of left-out training digits that are as
 * strange. Down to a tenth that share is read off the sample's deciles, below it a
 * generalised Pareto distribution of the logarithm goes on (Pickands 1975), so that a
 * sample of thousands tells shares of one in thousands. Its place is found in the last
 * twentieth, by moments (Hosking & Wallis 1987): at the tenth, where one begins to look
 * at strokes and background, the distribution has a bend. */
#include "model/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "framing/shape.h"
#include "model/background.h"
#include "model/distortion.h"
#include "model/sample.h"

enum { LEVELS = NUMERAL_LIKENESS_LEVELS };
enum {
    MOST = 8000, /* the share that 1 in 500 stands for is known to a fifth of it */
    MOST_BACKGROUND = 6400,
    MOST_DRAWN = 4000,
    WIDE = 128, /* rows of more numbers take longer to search: */
    MOST_WIDE = 1000,
    LESS = 4,             /* fewer by this beside them */
    FEWEST = 40,          /* fewer digits say nothing about unusual ones */
    FEWEST_BY_NUMBER = 4, /* as many for each number of a row that a stage was fitted to:
                             where fewer are, it has drawn them together */
    ENOUGH = 50,          /* of a tail, to tell its shape */
    MANY = 200,           /* of a twentieth, to tell more than the tenth that it ends */
    LEAST_SIDE = 8
};

/* Chosen on left-out training digits and things that are none (docs/refusal.md). */
static const double STROKE_POWER = 0.1, DISTORTION_POWER = 0.15;
/* Of files that know no distortion: their levels were measured with it. */
static const double OLD_BACKGROUND_POWER = 0.5;
/* What is nearer than this share of the usual distortion is a copy. */
static const double LEAST_DISTORTION = 0.1;
/* Strokes and the background are looked at for digits farther off than all but this
 * share. */
static const double LOOKED_AT = 0.1;
/* A digit of another hand stands for a row that is so much farther away; rows of the
 * model stand for those nearer than this share of the distance from which on one looks.
 */
static const double DRAWN_FARTHER = 1.05, DRAWN_FROM = 0.9;
/* The background makes no more of a digit at less or more than these shares of the usual
 * distance: what is far from it may be as far from digits, as clothes are. */
static const double CLOSEST = 0.5, FARTHEST = 1.15;
/* Chosen on left-out training digits and things that are none (docs/refusal.md). */
const double numeral_least_likeness = 0.001, numeral_several_likeness = 0.02;
const double numeral_background_power = 0.7;
/* Below that, a share is a guess that says no more. */
static const double LEAST = 1e-9;

const char *numeral_refused_name(numeral_refused why)
{
    static const char *const names[NUMERAL_REFUSED_COUNT] = {
        "", "blank", "several digits", "no digit"};
    return why >= 0 && why < NUMERAL_REFUSED_COUNT ? names[why] : "";
}

bool numeral_likeness_sees_strokes(const numeral_model *model)
{
    return model->pipeline.height >= LEAST_SIDE && model->pipeline.width >= LEAST_SIDE;
}

bool numeral_strangeness_looks(const numeral_model *model, double distance)
{
    const numeral_likeness *is = &model->likeness;
    return is->known && distance > is->far;
}

/* How much stranger its strokes make a digit, as a logarithm. */
static double by_stroke(const numeral_model *model, const uint8_t *image)
{
    double usual = model->likeness.stroke, stroke = 1;
    if (image && usual > 0) {
        stroke =
            numeral_shape_stroke(image, model->pipeline.height, model->pipeline.width) /
            usual;
    }
    /* a picture of hairs is no nearer to digits than it is far */
    return STROKE_POWER * numeral_log(stroke > 0.5 ? stroke : 0.5);
}

/* How much stranger what is no digit makes it, the nearer that is. */
static double by_background(const numeral_model *model, double background)
{
    double share = background / model->likeness.usual;
    share = share < CLOSEST ? CLOSEST : share < FARTHEST ? share : FARTHEST;
    return -(model->likeness.distortion > 0 ? numeral_background_power
                                            : OLD_BACKGROUND_POWER) *
           numeral_log(share);
}

/* How much stranger what it takes to bend it to its nearest row makes it. */
static double by_distortion(const numeral_model *model, double distortion)
{
    double usual = model->likeness.distortion;
    double share = usual > 0 && distortion > 0 ? distortion / usual : 1;
    return DISTORTION_POWER *
           numeral_log(share > LEAST_DISTORTION ? share : LEAST_DISTORTION);
}

double numeral_strangeness(const numeral_model *model, double distance,
                           const numeral_asides *asides, const uint8_t *image)
{
    const numeral_likeness *is = &model->likeness;
    if (!numeral_strangeness_looks(model, distance)) {
        return distance;
    }
    if (is->drawn.n && asides->drawn * DRAWN_FARTHER < distance) {
        distance = asides->drawn * DRAWN_FARTHER;
    }
    double power = by_stroke(model, image) + by_distortion(model, asides->distortion) +
                   (is->background.n ? by_background(model, asides->background) : 0);
    return distance * numeral_exp(power);
}

/* The share of the tail that lies beyond z = log(strangeness / its begin). */
static double tail(const numeral_likeness *is, double z)
{
    double x = is->shape * z / is->spread;
    if (x > -1e-6 && x < 1e-6) { /* the limit: an exponential distribution */
        return numeral_exp(-z / is->spread);
    }
    return x <= -1 ? 0 : numeral_exp(-numeral_log(1 + x) / is->shape);
}

double numeral_likeness_of(const numeral_likeness *is, double strangeness)
{
    const double *levels = is->levels;
    if (!is->known || !(strangeness > levels[0])) {
        return 1;
    }
    for (int i = 1; i < LEVELS; i++) {
        if (strangeness < levels[i]) {
            double part = (strangeness - levels[i - 1]) / (levels[i] - levels[i - 1]);
            return 1 - (i - 1 + part) / LEVELS;
        }
    }
    double share = tail(is, numeral_log(strangeness / levels[LEVELS - 1])) / LEVELS;
    return share > LEAST ? share : LEAST;
}

static int compare_numbers(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* How far from the begin, in parts of the spread, a share of a tail lies. */
static double reach(double share, double shape)
{
    return shape > -1e-6 && shape < 1e-6
               ? -numeral_log(share)
               : (numeral_exp(-shape * numeral_log(share)) - 1) / shape;
}

static double within(double shape)
{
    return shape < -0.45 ? -0.45 : shape > 0.45 ? 0.45 : shape;
}

/* Spread and shape of what lies beyond sorted[first], as logarithms, by their moments. */
static void take_moments(const double *sorted, size_t first, size_t n, double *spread,
                         double *shape)
{
    double sum = 0, squares = 0;
    for (size_t i = first; i < n; i++) {
        double z = numeral_log(sorted[i] / sorted[first]);
        sum += z;
        squares += z * z;
    }
    double mean = sum / (double)(n - first);
    double variance = squares / (double)(n - first) - mean * mean;
    /* a few digits tell how far their tail reaches, but not how it is bent */
    double ratio = n - first >= ENOUGH && variance > 0 ? mean * mean / variance : 1;
    *shape = within(0.5 * (1 - ratio));
    *spread = mean * (1 - *shape);
}

/* The shape of a tail that reaches `ratio` times as far at the least likeness as where it
 * is looked at for several. */
static double find_shape(double ratio)
{
    enum { STEPS = 40 };
    double low = within(-1), high = within(1);
    for (int i = 0; i < STEPS; i++) {
        double middle = (low + high) / 2;
        if (reach(LEVELS * numeral_least_likeness, middle) <
            ratio * reach(LEVELS * numeral_several_likeness, middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

/* The last level is where the tail begins in the file: it goes from there through two
 * places of the tail that is fitted to the last twentieth. */
static void fit_tail(const double *sorted, size_t n, numeral_likeness *out)
{
    enum { TWENTIETHS = 20 };
    size_t first = n * (TWENTIETHS - 1) / TWENTIETHS;
    if (n - first >= MANY) {
        double spread, shape;
        take_moments(sorted, first, n, &spread, &shape);
        double begin = numeral_log(sorted[first] / out->levels[LEVELS - 1]);
        double early =
            begin + spread * reach(TWENTIETHS * numeral_several_likeness, shape);
        double late = begin + spread * reach(TWENTIETHS * numeral_least_likeness, shape);
        out->shape = early > 0 ? find_shape(late / early) : 0;
        out->spread = late / reach(LEVELS * numeral_least_likeness, out->shape);
    } else {
        take_moments(sorted, n * (LEVELS - 1) / LEVELS, n, &out->spread, &out->shape);
    }
    out->known = isfinite(out->spread) && out->spread > 1e-4;
}

static void fit(double *strangeness, size_t n, numeral_likeness *out)
{
    qsort(strangeness, n, sizeof *strangeness, compare_numbers);
    for (size_t i = 0; i < LEVELS; i++) {
        out->levels[i] = strangeness[i * n / LEVELS];
    }
    out->known = out->levels[LEVELS - 1] > 0 && isfinite(strangeness[n - 1]);
    for (size_t i = 1; i < LEVELS; i++) { /* digits that many rows repeat */
        out->known &= out->levels[i] > out->levels[i - 1];
    }
    if (out->known) {
        fit_tail(strangeness, n, out);
    }
}

/* The distances of the sample, and from where on strokes are measured. */
static void take_distances(const numeral_model *model, const numeral_sample *sample,
                           double *out, double *sorted, numeral_likeness *likeness)
{
    for (size_t i = 0; i < sample->n; i++) {
        out[i] = sorted[i] = numeral_sample_length(model, sample, i);
    }
    qsort(sorted, sample->n, sizeof *sorted, compare_numbers);
    likeness->far = sorted[(size_t)((1 - LOOKED_AT) * (double)sample->n)];
}

/* The median stroke of the sample; 0 where its images are not kept or too small. */
static double usual_stroke(const numeral_model *model, const numeral_sample *sample,
                           uint8_t *image, double *strokes)
{
    size_t height = model->pipeline.height, width = model->pipeline.width, n = 0;
    if (!numeral_likeness_sees_strokes(model)) {
        return 0;
    }
    for (size_t i = 0; i < sample->n; i++) {
        if (numeral_model_copy_image(model, (size_t)sample->rows[i], image)) {
            strokes[n++] = numeral_shape_stroke(image, height, width);
        }
    }
    qsort(strokes, n, sizeof *strokes, compare_numbers);
    return n ? strokes[n / 2] : 0;
}

/* The rows beside, and how far they are from each of the sample that is far from the
 * others; 0 for those that are not. */
static numeral_status measure_beside(numeral_model *with, size_t less,
                                     const numeral_run *run, const numeral_sample *sample,
                                     const double *distances, double *sorted,
                                     numeral_asides *out, numeral_error *err)
{
    numeral_likeness *is = &with->likeness;
    size_t stride =
               numeral_row_bytes(with->pipeline.quantiser.dtype, with->pipeline.n_dims),
           n = 0;
    uint8_t *vectors = NULL;
    numeral_status status = NUMERAL_OK;
    memset(out, 0, sample->n * sizeof *out);
    for (size_t i = 0; i < sample->n; i++) {
        n += numeral_strangeness_looks(with, distances[i]);
    }
    if (n == 0 || !numeral_likeness_sees_strokes(with)) {
        goto done;
    }
    TRY(numeral_background_make(with, MOST_BACKGROUND / less, is->far, run,
                                &is->background, err));
    TRY(numeral_drawn_make(with, MOST_DRAWN / less, DRAWN_FROM * is->far, run, &is->drawn,
                           err));
    TRY_ALLOC(vectors = numeral_allocate(n, stride, err));
    for (size_t i = 0, at = 0; i < sample->n; i++) {
        if (numeral_strangeness_looks(with, distances[i])) {
            TRY(numeral_index_get_row(with->index, sample->rows[i],
                                      vectors + at++ * stride, err));
        }
    }
    numeral_rows rows = {vectors, with->pipeline.quantiser.dtype, n,
                         with->pipeline.n_dims, stride};
    TRY(numeral_beside_search(with, &rows, run->threads, out, err));
    for (size_t i = 0; i < n; i++) {
        sorted[i] = out[i].background;
    }
    for (size_t i = sample->n, left = n; i-- > 0;) {
        bool looked = numeral_strangeness_looks(with, distances[i]);
        out[i] = looked ? out[--left] : (numeral_asides){0};
    }
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    is->usual = sorted[n / 2];
    if (!(is->usual > 0)) { /* it is empty, or holds digits themselves */
        numeral_beside_free(&is->background);
    }
done:
    numeral_release(vectors);
    return status;
}

/* What it costs to bend each of the sample that is far from the others to its nearest
 * row, and what that usually is; nothing without a background, which images speak for. */
static numeral_status measure_distortion(numeral_model *with,
                                         const numeral_sample *sample,
                                         const double *distances, uint8_t *image,
                                         double *sorted, numeral_asides *out,
                                         numeral_error *err)
{
    size_t n = 0;
    void *scratch = NULL;
    numeral_status status = NUMERAL_OK;
    if (with->likeness.background.n == 0) {
        return status;
    }
    TRY_ALLOC(scratch = numeral_allocate(1, numeral_distortion_scratch(with), err));
    for (size_t i = 0; i < sample->n; i++) {
        if (numeral_strangeness_looks(with, distances[i]) &&
            numeral_model_copy_image(with, (size_t)sample->rows[i], image)) {
            out[i].distortion =
                numeral_distortion(with, image, sample->ids[i * sample->k], scratch);
            sorted[n++] = out[i].distortion;
        }
    }
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    with->likeness.distortion = n > 0 ? sorted[n / 2] : 0;
done:
    numeral_release(scratch);
    return status;
}

numeral_status numeral_likeness_measure(const numeral_model *model,
                                        const numeral_run *run, numeral_likeness *out,
                                        numeral_error *err)
{
    size_t less = model->pipeline.n_dims > WIDE ? LESS : 1;
    numeral_sample sample = {0};
    numeral_asides *asides = NULL;
    double *strangeness = NULL, *sorted = NULL;
    uint8_t *image = NULL;
    numeral_model with = *model; /* as it will be */
    numeral_status status = NUMERAL_OK;
    with.likeness = (numeral_likeness){0};
    if (model->n_rows < FEWEST ||
        (model->pipeline.n_projections > 0 &&
         model->n_rows < FEWEST_BY_NUMBER * model->pipeline.n_dims)) {
        *out = with.likeness;
        return status;
    }
    TRY(numeral_sample_take(model, less > 1 ? MOST_WIDE : MOST, 1, NULL, run, &sample,
                            err));
    TRY_ALLOC(strangeness = numeral_allocate(sample.n, sizeof *strangeness, err));
    TRY_ALLOC(asides = numeral_allocate(sample.n, sizeof *asides, err));
    TRY_ALLOC(sorted = numeral_allocate(sample.n, sizeof *sorted, err));
    TRY_ALLOC(image =
                  numeral_allocate(model->pipeline.height, model->pipeline.width, err));
    take_distances(model, &sample, strangeness, sorted, &with.likeness);
    with.likeness.stroke = usual_stroke(model, &sample, image, sorted);
    with.likeness.known = true;
    TRY(measure_beside(&with, less, run, &sample, strangeness, sorted, asides, err));
    TRY(measure_distortion(&with, &sample, strangeness, image, sorted, asides, err));
    for (size_t i = 0; i < sample.n; i++) {
        bool seen = with.likeness.stroke > 0 &&
                    numeral_strangeness_looks(&with, strangeness[i]) &&
                    numeral_model_copy_image(model, (size_t)sample.rows[i], image);
        strangeness[i] =
            numeral_strangeness(&with, strangeness[i], &asides[i], seen ? image : NULL);
    }
    fit(strangeness, sample.n, &with.likeness);
    if (with.likeness.known) {
        *out = with.likeness;
        with.likeness.background = with.likeness.drawn = (numeral_beside){0};
    } else {
        *out = (numeral_likeness){0};
    }
done:
    numeral_beside_free(&with.likeness.background);
    numeral_beside_free(&with.likeness.drawn);
    numeral_sample_free(&sample);
    numeral_release(strangeness);
    numeral_release(asides);
    numeral_release(sorted);
    numeral_release(image);
    return status;
}

/* The order in which the file has them. */
enum { SPREAD, SHAPE, FAR, STROKE, N_NUMBERS };

numeral_status numeral_likeness_save(const numeral_model *model, numeral_tensors *tensors,
                                     numeral_error *err)
{
    const numeral_likeness *is = &model->likeness;
    numeral_status status = NUMERAL_OK;
    if (is->known) {
        TRY(numeral_tensors_add(tensors, "likeness.levels", NUMERAL_TENSOR_F64, LEVELS, 0,
                                is->levels, err));
        TRY(numeral_tensors_add(tensors, "likeness.tail", NUMERAL_TENSOR_F64, N_NUMBERS,
                                0, &is->spread, err));
        TRY(numeral_beside_save(model, tensors, err));
    }
    if (is->known && is->distortion > 0) {
        TRY(numeral_tensors_add(tensors, "likeness.distortion", NUMERAL_TENSOR_F64, 1, 0,
                                &is->distortion, err));
    }
done:
    return status;
}

static bool is_sound(const numeral_likeness *is)
{
    bool sound = isfinite(is->levels[0]) && isfinite(is->spread) && is->spread > 0 &&
                 is->shape >= -0.5 && is->shape <= 0.5 && isfinite(is->far) &&
                 is->far >= 0 && isfinite(is->stroke) && is->stroke >= 0 &&
                 is->levels[LEVELS - 1] > 0;
    for (size_t i = 1; i < LEVELS; i++) {
        sound &= isfinite(is->levels[i]) && is->levels[i] > is->levels[i - 1];
    }
    return sound;
}

/* 0 in older files. */
static numeral_status load_distortion(const numeral_tensors *tensors,
                                      numeral_likeness *out, numeral_error *err)
{
    const numeral_tensor *usual = NULL;
    numeral_status status = NUMERAL_OK;
    if (!numeral_tensors_find(tensors, "likeness.distortion")) {
        return status;
    }
    TRY(numeral_tensors_require(tensors, "likeness.distortion", NUMERAL_TENSOR_F64, 1, 0,
                                &usual, err));
    out->distortion = *(const double *)usual->data;
    if (!(out->distortion > 0) || !isfinite(out->distortion)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "likeness.distortion: expected a cost above 0"));
    }
done:
    return status;
}

numeral_status numeral_likeness_load(numeral_model *model, const numeral_tensors *tensors,
                                     numeral_error *err)
{
    const numeral_tensor *levels = NULL, *numbers = NULL;
    numeral_likeness is = {.known = true};
    numeral_status status = NUMERAL_OK;
    if (!numeral_tensors_find(tensors, "likeness.levels")) {
        return status; /* an older file */
    }
    TRY(numeral_tensors_require(tensors, "likeness.levels", NUMERAL_TENSOR_F64, LEVELS, 0,
                                &levels, err));
    TRY(numeral_tensors_require(tensors, "likeness.tail", NUMERAL_TENSOR_F64, N_NUMBERS,
                                0, &numbers, err));
    memcpy(is.levels, levels->data, sizeof is.levels);
    const double *values = numbers->data;
    is.spread = values[SPREAD];
    is.shape = values[SHAPE];
    is.far = values[FAR];
    is.stroke = values[STROKE];
    if (!is_sound(&is)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "likeness: expected ascending levels, a spread above 0, a shape "
                         "from -0.5 to 0.5, a distance and a stroke"));
    }
    TRY(load_distortion(tensors, &is, err));
    model->likeness = is;
    TRY(numeral_beside_load(model, tensors, err));
done:
    return status;
}
