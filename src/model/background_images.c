/* Pictures of things that are no digits: letters, scribbles, line drawings and filled
 * shapes that are drawn; training images in the mirror, upside down and on their side;
 * parts of one, and two together, as cuts through a line of digits leave them. Readers of
 * strings are taught to refuse such "outliers" (Liu, Sako & Fujisawa 2004). And digits as
 * other hands write them. Each has a random stream of its own. */
#include "model/background_images.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "data/pen.h"

enum { PEN_SIDE = 28, GRAIN = 16 };
/* Away from those of the sets of drawn digits. */
static const uint64_t streams = (uint64_t)1 << 60, digit_streams = (uint64_t)1 << 61;

typedef struct worker {
    numeral_status status;
    numeral_error err;
    uint8_t *one, *other; /* an image each */
    numeral_image sheet;
} worker;

typedef struct job {
    const numeral_model *model;
    size_t height, width;
    bool digits; /* drawn, not what is none */
    uint8_t *images;
    worker *workers;
} job;

static void take_row(const job *j, numeral_random *random, uint8_t *out)
{
    size_t row = (size_t)numeral_random_below(random, j->model->n_rows);
    if (!numeral_model_copy_image(j->model, row, out)) {
        memset(out, 0, j->height * j->width);
    }
}

/* A way of laying an image on its back or side: pixel (y, x) of it comes from there. */
typedef enum turn { MIRRORED, UPSIDE_DOWN, TO_LEFT, TO_RIGHT } turn;

static void lay(const job *j, turn how, const uint8_t *in, uint8_t *out)
{
    size_t height = j->height, width = j->width;
    if (height != width && how >= TO_LEFT) {
        how = how == TO_LEFT ? MIRRORED : UPSIDE_DOWN;
    }
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t from = how == MIRRORED      ? y * width + width - 1 - x
                          : how == UPSIDE_DOWN ? (height - 1 - y) * width + x
                          : how == TO_LEFT     ? x * width + width - 1 - y
                                               : (height - 1 - x) * width + y;
            out[y * width + x] = in[from];
        }
    }
}

/* The rows or columns from `begin` to `end` that hold ink. */
static void find_ink(const job *j, const uint8_t *image, bool rows, size_t *begin,
                     size_t *end)
{
    size_t n = rows ? j->height : j->width, across = rows ? j->width : j->height;
    *begin = n;
    *end = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t most = 0;
        for (size_t k = 0; k < across; k++) {
            uint8_t ink = image[rows ? i * j->width + k : k * j->width + i];
            most = ink > most ? ink : most;
        }
        if (most > 0) {
            *begin = *begin < i ? *begin : i;
            *end = i + 1;
        }
    }
}

/* Lays the image on the sheet, its column `from` to `end` at column `at`. */
static void paste(const job *j, const uint8_t *image, size_t from, size_t end, size_t at,
                  numeral_image *sheet)
{
    size_t top = (sheet->height - j->height) / 2;
    for (size_t y = 0; y < j->height; y++) {
        for (size_t x = from; x < end; x++) {
            uint8_t *to = sheet->pixels + (top + y) * sheet->width + at + x - from;
            uint8_t ink = image[y * j->width + x];
            *to = ink > *to ? ink : *to;
        }
    }
}

static void wipe(numeral_image *sheet)
{
    memset(sheet->pixels, 0, sheet->height * sheet->width);
}

/* Three to seven tenths of a digit, from one side. */
static void cut_part(const job *j, numeral_random *random, worker *w)
{
    bool rows = numeral_random_below(random, 3) == 0;
    double share = 0.3 + 0.4 * numeral_random_unit(random);
    bool first = numeral_random_below(random, 2) == 0;
    size_t begin, end;
    find_ink(j, w->one, rows, &begin, &end);
    size_t cut = begin + (size_t)(share * (double)(end > begin ? end - begin : 0));
    for (size_t y = 0; y < j->height; y++) {
        for (size_t x = 0; x < j->width; x++) {
            if (((rows ? y : x) < cut) != first) {
                w->one[y * j->width + x] = 0;
            }
        }
    }
    wipe(&w->sheet);
    paste(j, w->one, 0, j->width, j->width, &w->sheet);
}

/* A digit and the next, or a part of it, touching or nearly. */
static void join_two(const job *j, numeral_random *random, worker *w)
{
    enum { NEAR = 7 };
    size_t begin, end, next, last;
    find_ink(j, w->one, false, &begin, &end);
    find_ink(j, w->other, false, &next, &last);
    wipe(&w->sheet);
    if (end <= begin || last <= next) {
        return;
    }
    if (numeral_random_below(random, 2) == 0) {
        size_t keep =
            (size_t)((0.3 + 0.7 * numeral_random_unit(random)) * (double)(last - next));
        last = next + (keep > 2 ? keep : last - next > 2 ? 2 : last - next);
    }
    size_t shift = (size_t)numeral_random_below(random, NEAR) * j->width / PEN_SIDE;
    size_t back = NEAR / 2 * j->width / PEN_SIDE;
    size_t at = j->width / 2 + (end - begin) + shift;
    paste(j, w->one, begin, end, j->width / 2, &w->sheet);
    paste(j, w->other, next, last, at > back ? at - back : at, &w->sheet);
}

static numeral_status ink(const job *j, numeral_random *random, numeral_pen_dot *dots,
                          size_t n, uint8_t *out, numeral_error *err)
{
    uint8_t pixels[PEN_SIDE * PEN_SIDE];
    numeral_image picture = {PEN_SIDE, PEN_SIDE, pixels};
    numeral_pen_ink(random, dots, n, pixels);
    if (j->height == PEN_SIDE && j->width == PEN_SIDE) {
        memcpy(out, pixels, sizeof pixels);
        return NUMERAL_OK;
    }
    return numeral_image_frame(&picture, j->height, j->width, out, err);
}

/* The kinds take turns. */
static numeral_status draw(const job *j, size_t number, worker *w, uint8_t *out)
{
    enum { SCRIBBLE = 2, FIGURE = 4, SHAPE = 6, SILHOUETTE = 10 };
    enum { MIRROR = 12, TURN, PART, TWO, KINDS };
    numeral_random random = numeral_random_seed(j->model->seed, streams + number);
    size_t kind = number % KINDS;
    if (kind < SHAPE) {
        numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
        size_t n = kind < SCRIBBLE ? numeral_pen_letter(&random, dots)
                   : kind < FIGURE ? numeral_pen_scribble(&random, dots)
                                   : numeral_pen_figure(&random, dots);
        return ink(j, &random, dots, n, out, &w->err);
    }
    if (kind < MIRROR) {
        if (kind < SILHOUETTE) {
            numeral_background_shape(&random, &w->sheet);
        } else {
            numeral_background_silhouette(&random, &w->sheet);
        }
        return numeral_image_frame(&w->sheet, j->height, j->width, out, &w->err);
    }
    take_row(j, &random, w->one);
    if (kind == MIRROR || kind == TURN) {
        turn how = kind == MIRROR
                       ? MIRRORED
                       : (turn)(UPSIDE_DOWN + numeral_random_below(&random, 3));
        lay(j, how, w->one, out);
        return NUMERAL_OK;
    }
    if (kind == PART) {
        cut_part(j, &random, w);
    } else {
        take_row(j, &random, w->other);
        join_two(j, &random, w);
    }
    return numeral_image_frame(&w->sheet, j->height, j->width, out, &w->err);
}

static numeral_status draw_digit(const job *j, size_t number, worker *w, uint8_t *out)
{
    numeral_random random = numeral_random_seed(j->model->seed, digit_streams + number);
    numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
    size_t n = numeral_pen_shape(&random, numeral_drawn_label(number), dots);
    return ink(j, &random, dots, n, out, &w->err);
}

static void draw_some(void *context, size_t begin, size_t end, int number)
{
    const job *j = context;
    worker *w = &j->workers[number];
    for (size_t i = begin; i < end && w->status == NUMERAL_OK; i++) {
        uint8_t *out = j->images + i * j->height * j->width;
        w->status = j->digits ? draw_digit(j, i, w, out) : draw(j, i, w, out);
    }
}

static numeral_status draw_all(const numeral_model *model, bool digits, size_t n,
                               const numeral_run *run, uint8_t *images,
                               numeral_error *err)
{
    size_t workers = (size_t)numeral_thread_count(run->threads);
    job j = {model, model->pipeline.height, model->pipeline.width, digits, images, NULL};
    size_t bytes = j.height * j.width;
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(j.workers = numeral_allocate_zero(workers, sizeof *j.workers, err));
    for (size_t i = 0; i < workers; i++) {
        TRY_ALLOC(j.workers[i].one = numeral_allocate(2, bytes, err));
        j.workers[i].other = j.workers[i].one + bytes;
        TRY(numeral_image_create(2 * j.height, 3 * j.width, &j.workers[i].sheet, err));
    }
    numeral_parallel_for(n, GRAIN, (int)workers, draw_some, &j);
    for (size_t i = 0; i < workers; i++) {
        if (j.workers[i].status != NUMERAL_OK) {
            TRY(numeral_fail(err, j.workers[i].status, "%s", j.workers[i].err.text));
        }
    }
done:
    for (size_t i = 0; i < workers && j.workers; i++) {
        numeral_release(j.workers[i].one);
        numeral_image_free(&j.workers[i].sheet);
    }
    numeral_release(j.workers);
    return status;
}

numeral_status numeral_background_draw(const numeral_model *model, size_t n,
                                       const numeral_run *run, uint8_t *images,
                                       numeral_error *err)
{
    return draw_all(model, false, n, run, images, err);
}

numeral_label numeral_drawn_label(size_t number)
{
    return (numeral_label)(number % 10);
}

numeral_status numeral_drawn_draw(const numeral_model *model, size_t n,
                                  const numeral_run *run, uint8_t *images,
                                  numeral_error *err)
{
    return draw_all(model, true, n, run, images, err);
}
