/* Likeness as a share of training digits (conformal prediction's p-value: Vovk,
 * Gammerman & Shafer 2005): a digit's strangeness is the distance of its nearest row,
 * more where its strokes are thick, as filled things lie nearer to digits than they look;
 * its likeness is the share of left-out training digits that are as strange. Down to a
 * tenth that share is read off the sample's deciles, below it a generalised Pareto
 * distribution of the logarithm goes on (Pickands 1975), fitted by moments (Hosking &
 * Wallis 1987), so that a sample of thousands tells shares of one in thousands. */
#include "model/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "framing/shape.h"
#include "model/sample.h"

enum { LEVELS = NUMERAL_LIKENESS_LEVELS };
enum {
    MOST = 4000,      /* known to 3 % of distance at one in a thousand */
    MOST_WIDE = 1000, /* of rows of more than WIDE numbers, which take longer to search */
    WIDE = 128,
    FEWEST = 40,          /* fewer digits say nothing about unusual ones */
    FEWEST_BY_NUMBER = 4, /* as many for each number of a row that a stage was fitted to:
                             where fewer are, it has drawn them together */
    LEAST_SIDE = 8
};

/* Chosen on left-out training digits and things that are none (docs/refusal.md). */
static const double STROKE_POWER = 0.2;
/* Strokes are measured of digits farther off than all but this share. */
static const double LOOKED_AT = 0.05;
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

bool numeral_strangeness_sees_image(const numeral_model *model, double distance)
{
    const numeral_likeness *is = &model->likeness;
    return is->known && is->stroke > 0 && distance > is->far;
}

double numeral_strangeness(const numeral_model *model, double distance,
                           const uint8_t *image)
{
    if (!image || !numeral_strangeness_sees_image(model, distance)) {
        return distance;
    }
    double stroke =
        numeral_shape_stroke(image, model->pipeline.height, model->pipeline.width) /
        model->likeness.stroke;
    /* a picture of hairs is no nearer to digits than it is far */
    return stroke > 0.5 ? distance * numeral_exp(STROKE_POWER * numeral_log(stroke))
                        : distance * numeral_exp(STROKE_POWER * numeral_log(0.5));
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

/* The moments of what lies beyond the last level, as logarithms. */
static void fit_tail(const double *sorted, size_t n, numeral_likeness *out)
{
    size_t first = n * (LEVELS - 1) / LEVELS, count = 0;
    double begin = out->levels[LEVELS - 1], sum = 0, squares = 0;
    for (size_t i = first; i < n; i++, count++) {
        double z = numeral_log(sorted[i] / begin);
        sum += z;
        squares += z * z;
    }
    double mean = sum / (double)count;
    double variance = squares / (double)count - mean * mean;
    /* a few digits tell how far their tail reaches, but not how it is bent */
    double ratio = count >= 50 && variance > 0 ? mean * mean / variance : 1;
    double shape = 0.5 * (1 - ratio);
    out->shape = shape < -0.45 ? -0.45 : shape > 0.45 ? 0.45 : shape;
    out->spread = mean * (1 - out->shape);
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

numeral_status numeral_likeness_measure(const numeral_model *model,
                                        const numeral_run *run, numeral_likeness *out,
                                        numeral_error *err)
{
    size_t most = model->pipeline.n_dims > WIDE ? MOST_WIDE : MOST;
    numeral_sample sample = {0};
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
    TRY(numeral_sample_take(model, most, 1, NULL, run, &sample, err));
    TRY_ALLOC(strangeness = numeral_allocate(sample.n, sizeof *strangeness, err));
    TRY_ALLOC(sorted = numeral_allocate(sample.n, sizeof *sorted, err));
    TRY_ALLOC(image =
                  numeral_allocate(model->pipeline.height, model->pipeline.width, err));
    take_distances(model, &sample, strangeness, sorted, &with.likeness);
    with.likeness.stroke = usual_stroke(model, &sample, image, sorted);
    with.likeness.known = true;
    for (size_t i = 0; i < sample.n; i++) {
        bool seen = numeral_strangeness_sees_image(&with, strangeness[i]) &&
                    numeral_model_copy_image(model, (size_t)sample.rows[i], image);
        strangeness[i] = numeral_strangeness(&with, strangeness[i], seen ? image : NULL);
    }
    fit(strangeness, sample.n, &with.likeness);
    *out = with.likeness;
done:
    numeral_sample_free(&sample);
    numeral_release(strangeness);
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
    model->likeness = is;
done:
    return status;
}
