/* How the limit of likeness and the power of the background are chosen
 * (docs/refusal.md), on training digits alone: a model of the first 50,000 rows of
 * MNIST's training set reads the other 10,000, half of them to choose by and half to
 * check what was chosen, and things that are no digits, likewise. A kind of things is
 * judged by a background that lacks it, as what people bring is of other kinds.
 *
 *     refusal_choice PRESET
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "base/run.h"
#include "bench/bad_digits.h"
#include "bench/refused_things.h"
#include "model/background.h"
#include "model/distortion.h"
#include "model/likeness.h"

enum { N_THINGS = 9600, N_PEN = 5000, N_DRAWN = 6400, N_BACKGROUNDS = N_THING_KINDS + 1 };
/* Backgrounds that lack a kind, and the whole one. */
enum { WHOLE = N_THING_KINDS };
/* Limits lose 5 and 10 of 5,000. */
static const size_t lost[] = {5, 10};
static const double powers[] = {0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2};
static const double limits[] = {0.0005, 0.001, 0.002};
enum { N_LOST = 2, N_POWERS = 8, N_LIMITS = 3 };

/* How strange pictures are; 0 of those that are not looked at, as they are near. */
typedef struct look {
    size_t n;
    double *strangeness; /* where what is no digit is as far as it usually is */
    /* how much more each background makes of it, at power 1; at first its distance */
    double (*factor)[N_BACKGROUNDS];
    /* as the model reads them: */
    double *likeness;
    bool *refused; /* blank, or several digits, whatever the limit */
} look;

static const numeral_run run = {.threads = 0};

static numeral_beside choose_rows(const numeral_model *model, const bool *keep)
{
    numeral_error err;
    const numeral_beside *all = &model->likeness.background;
    size_t stride =
        numeral_row_bytes(model->pipeline.quantiser.dtype, model->pipeline.n_dims);
    numeral_part spec, metric;
    numeral_beside b = {.rows = must_have(all->n, stride)};
    for (size_t i = 0; i < all->n; i++) {
        if (keep[i]) {
            memcpy(b.rows + b.n++ * stride, all->rows + i * stride, stride);
        }
    }
    numeral_rows rows = {b.rows, model->pipeline.quantiser.dtype, b.n,
                         model->pipeline.n_dims, stride};
    must(numeral_index_parse("brute", "l2", NULL, &spec, &metric, &err), &err);
    must(numeral_index_build(&rows, &spec, &model->recipe.metric, &run, &b.index, &err),
         &err);
    return b;
}

/* The numbers that the rows of the background were drawn with: it draws them anew, and
 * those that it left out are passed over. */
static void find_numbers(const numeral_model *model, size_t *numbers)
{
    numeral_error err;
    const numeral_beside *all = &model->likeness.background;
    size_t stride =
        numeral_row_bytes(model->pipeline.quantiser.dtype, model->pipeline.n_dims);
    uint8_t *images = must_have(N_DRAWN, model->pipeline.height * model->pipeline.width);
    uint8_t *rows = must_have(N_DRAWN, stride);
    size_t at = 0;
    must(numeral_background_draw(model, N_DRAWN, &run, images, &err), &err);
    must(numeral_pipeline_rows(&model->pipeline, images, N_DRAWN, stride, &run, rows,
                               &err),
         &err);
    for (size_t i = 0; i < N_DRAWN && at < all->n; i++) {
        if (memcmp(rows + i * stride, all->rows + at * stride, stride) == 0) {
            numbers[at++] = i;
        }
    }
    if (at < all->n) {
        fprintf(stderr, "the background was drawn otherwise\n");
        exit(1);
    }
    free(images);
    free(rows);
}

static void make_backgrounds(const numeral_model *model, numeral_beside *out)
{
    size_t n = model->likeness.background.n;
    size_t *numbers = must_have(n, sizeof *numbers);
    bool *keep = must_have(n, sizeof *keep);
    find_numbers(model, numbers);
    for (size_t b = 0; b < N_BACKGROUNDS; b++) {
        for (size_t i = 0; i < n; i++) {
            keep[i] = b == WHOLE || !thing_is(&thing_kinds[b], numbers[i]);
        }
        out[b] = choose_rows(model, keep);
    }
    free(numbers);
    free(keep);
}

static void judge_by_reading(const numeral_model *model, const numeral_dataset *data,
                             look *out)
{
    numeral_error err;
    numeral_answers answers = {0};
    must(numeral_model_predict(model, data, &run, &answers, &err), &err);
    for (size_t i = 0; i < out->n; i++) {
        out->likeness[i] = answers.likeness[i];
        out->refused[i] = answers.refused[i] == NUMERAL_REFUSED_BLANK ||
                          answers.refused[i] == NUMERAL_REFUSED_SEVERAL;
    }
    numeral_answers_free(&answers);
}

/* The far ones' strangeness where what is no digit is as far as it usually is;
 * out->factor becomes the distances of each background. */
static void measure(const numeral_model *model, const numeral_dataset *data,
                    const numeral_beside *backgrounds, look *out)
{
    numeral_error err;
    size_t n = data->n_images, bytes = data->height * data->width;
    size_t stride =
        numeral_row_bytes(model->pipeline.quantiser.dtype, model->pipeline.n_dims);
    uint8_t *vectors = must_have(n, stride);
    numeral_rows rows = {vectors, model->pipeline.quantiser.dtype, n,
                         model->pipeline.n_dims, stride};
    numeral_search how = {.k = 1, .radius = INFINITY, .run = run};
    int64_t *ids = must_have(n, sizeof *ids);
    double *distances = must_have(n, sizeof *distances);
    numeral_asides *asides = must_have(n, sizeof *asides);
    void *scratch = aligned_alloc(64, (numeral_distortion_scratch(model) + 63) / 64 * 64);
    numeral_model with = *model;
    if (!scratch) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    must(numeral_pipeline_rows(&model->pipeline, data->pixels, n, stride, &run, vectors,
                               &err),
         &err);
    must(numeral_index_search(model->index, &rows, &how, ids, distances, &err), &err);
    for (size_t b = 0; b < N_BACKGROUNDS; b++) {
        with.likeness.background = backgrounds[b];
        must(numeral_beside_search(&with, &rows, 0, asides, &err), &err);
        for (size_t i = 0; i < n; i++) {
            out->factor[i][b] = asides[i].background;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t *image = data->pixels + i * bytes;
        double distance = sqrt(distances[i]);
        bool looks = numeral_strangeness_looks(model, distance);
        asides[i].background = model->likeness.usual;
        asides[i].distortion =
            looks ? numeral_distortion(model, image, ids[i], scratch) : 0;
        out->strangeness[i] =
            looks ? numeral_strangeness(model, distance, &asides[i], image) : 0;
    }
    free(vectors);
    free(ids);
    free(distances);
    free(asides);
    free(scratch);
}

static look look_at(const numeral_model *model, const numeral_dataset *data,
                    const numeral_beside *backgrounds)
{
    size_t n = data->n_images;
    look l = {n, must_have(n, sizeof(double)), must_have(n, sizeof *l.factor),
              must_have(n, sizeof(double)), must_have(n, sizeof(bool))};
    judge_by_reading(model, data, &l);
    measure(model, data, backgrounds, &l);
    return l;
}

static int compare_numbers(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* What is usual: the median of the far digits to choose by. */
static double usual_of(const look *digits, size_t background)
{
    double *sorted = must_have(digits->n, sizeof *sorted), middle;
    size_t n = 0;
    for (size_t i = 0; i < digits->n / 2; i++) {
        if (digits->strangeness[i] > 0) {
            sorted[n++] = digits->factor[i][background];
        }
    }
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    middle = sorted[n / 2];
    free(sorted);
    return middle;
}

/* Turns distances into how much stranger they make, at power 1. */
static void take_factors(const numeral_model *model, const double *usual, look *l)
{
    numeral_model with = *model;
    for (size_t i = 0; i < l->n; i++) {
        for (size_t b = 0; b < N_BACKGROUNDS && l->strangeness[i] > 0; b++) {
            numeral_asides is = {.background = l->factor[i][b], .drawn = INFINITY};
            double far = 2 * model->likeness.far;
            with.likeness.usual = usual[b];
            double near = numeral_strangeness(&with, far, &is, NULL);
            is.background = usual[b];
            l->factor[i][b] = pow(near / numeral_strangeness(&with, far, &is, NULL),
                                  1 / numeral_background_power);
        }
    }
}

static double strangeness_of(const look *l, size_t i, size_t background, double power)
{
    return l->refused[i] ? INFINITY
           : l->strangeness[i] > 0
               ? l->strangeness[i] * pow(l->factor[i][background], power)
               : 0;
}

/* What all but `lost` of the digits to choose by stay below. */
static double limit_of(const look *digits, size_t background, double power, size_t n_lost)
{
    size_t n = digits->n / 2;
    double *sorted = must_have(n, sizeof *sorted), limit;
    for (size_t i = 0; i < n; i++) {
        sorted[i] = strangeness_of(digits, i, background, power);
    }
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    limit = sqrt(sorted[n - n_lost] * sorted[n - n_lost - 1]);
    free(sorted);
    return limit;
}

/* The share, in percent, of those from `begin` to `end` of a kind (NULL: all) that are
 * above a limit. */
static double share(const look *l, size_t begin, size_t end, const thing_kind *kind,
                    size_t background, double power, double limit)
{
    size_t n = 0, above = 0;
    for (size_t i = begin; i < end; i++) {
        if (!kind || thing_is(kind, i)) {
            above += strangeness_of(l, i, background, power) > limit;
            n++;
        }
    }
    return 100.0 * (double)above / (double)n;
}

typedef struct looks {
    look digits, bad, pen, things;
} looks;

/* Per kind, of the half to choose by or to check by; the mean of the limits. */
static double kind_share(const looks *all, size_t kind, bool check, double power)
{
    double sum = 0;
    size_t half = all->things.n / 2;
    for (size_t i = 0; i < N_LOST; i++) {
        double limit = limit_of(&all->digits, kind, power, lost[i]);
        sum += share(&all->things, check ? half : 0, check ? 2 * half : half,
                     &thing_kinds[kind], kind, power, limit);
    }
    return sum / N_LOST;
}

static double whole_share(const looks *all, const look *of, size_t begin, size_t end,
                          double power)
{
    double sum = 0;
    for (size_t i = 0; i < N_LOST; i++) {
        double limit = limit_of(&all->digits, WHOLE, power, lost[i]);
        sum += share(of, begin, end, NULL, WHOLE, power, limit);
    }
    return sum / N_LOST;
}

static void print_powers(const looks *all)
{
    printf("refused at limits that lose 0.1 and 0.2 %% of the digits to choose by, their "
           "mean, each kind\nby a background without it, %%\npower  chosen  checked  ");
    for (size_t k = 0; k < N_THING_KINDS; k++) {
        printf(" %-8.8s", thing_kinds[k].name + (k == 5 || k == 6 ? 7 : 0));
    }
    printf(" | digits  bad   pen\n");
    for (size_t p = 0; p < N_POWERS; p++) {
        double sums[2] = {0, 0}, kinds[N_THING_KINDS];
        for (size_t k = 0; k < N_THING_KINDS; k++) {
            double checked = kind_share(all, k, true, powers[p]);
            kinds[k] = kind_share(all, k, false, powers[p]);
            sums[0] += kinds[k];
            sums[1] += checked;
        }
        printf("%5.1f %7.1f %8.1f  ", powers[p], sums[0] / N_THING_KINDS,
               sums[1] / N_THING_KINDS);
        for (size_t k = 0; k < N_THING_KINDS; k++) {
            printf(" %-8.1f", kinds[k]);
        }
        printf(
            " | %5.2f %5.2f %5.2f\n",
            whole_share(all, &all->digits, all->digits.n / 2, all->digits.n, powers[p]),
            whole_share(all, &all->bad, 0, all->bad.n, powers[p]),
            whole_share(all, &all->pen, 0, all->pen.n, powers[p]));
    }
}

static double refused_below(const look *l, size_t begin, size_t end, double limit)
{
    size_t n = 0;
    for (size_t i = begin; i < end; i++) {
        n += l->refused[i] || l->likeness[i] < limit;
    }
    return 100.0 * (double)n / (double)(end - begin);
}

static void print_limits(const looks *all)
{
    size_t n = all->digits.n;
    printf("refused by the model as it is, %%\nlimit   chosen  checked  things  bad   "
           "pen\n");
    for (size_t i = 0; i < N_LIMITS; i++) {
        printf("%.4f %7.2f %8.2f %7.1f %5.2f %5.2f\n", limits[i],
               refused_below(&all->digits, 0, n / 2, limits[i]),
               refused_below(&all->digits, n / 2, n, limits[i]),
               refused_below(&all->things, 0, all->things.n, limits[i]),
               refused_below(&all->bad, 0, all->bad.n, limits[i]),
               refused_below(&all->pen, 0, all->pen.n, limits[i]));
    }
}

int main(int argc, char **argv)
{
    numeral_error err;
    numeral_dataset rows = {0}, held = {0}, bad = {0}, pen = {0}, things = {0};
    numeral_model *model = NULL;
    numeral_beside backgrounds[N_BACKGROUNDS];
    double usual[N_BACKGROUNDS];
    looks all;
    if (argc != 2) {
        fprintf(stderr, "usage: refusal_choice PRESET\n");
        return 2;
    }
    load_set("mnist:train[0:50000]", &rows);
    load_set("mnist:train[50000:60000]", &held);
    load_set("mnist:train[50000:55000]", &bad);
    load_set("pen:train[0:5000]", &pen);
    must(numeral_model_train(&rows, argv[1], &run, &model, &err), &err);
    draw_things(&held, N_THINGS, &things);
    bad_digits_replace(model, &bad);
    make_backgrounds(model, backgrounds);
    all.digits = look_at(model, &held, backgrounds);
    all.bad = look_at(model, &bad, backgrounds);
    all.pen = look_at(model, &pen, backgrounds);
    all.things = look_at(model, &things, backgrounds);
    for (size_t b = 0; b < N_BACKGROUNDS; b++) {
        usual[b] = usual_of(&all.digits, b);
    }
    look *each[] = {&all.digits, &all.bad, &all.pen, &all.things};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        take_factors(model, usual, each[i]);
    }
    print_powers(&all);
    print_limits(&all);
    return 0;
}
