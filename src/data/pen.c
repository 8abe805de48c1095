/* The built-in digits: made, not scanned, so that numeral can always show what it does.
 *
 * Each row has a random stream of its own, so rows may be drawn by any thread. Which
 * shapes there are is in pen_strokes.c, how a hand varies them in pen_shape.c, how a pen
 * inks them in pen_ink.c. */
#include <numeral/dataset.h>
#include <numeral/tools/command.h>

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "data/pen.h"
#include "data/set.h"

enum { SIDE = 28 }; /* as MNIST's */
enum {
    GRAIN = 64
}; /* digits a thread takes at a time: much more work than taking them */

typedef struct sheet {
    uint64_t seed, split;
    size_t first;
    uint8_t *pixels;
    const numeral_label *labels;
} sheet;

/* Stream 0 of a split shuffles its labels; stream 1 + row draws a row. */
static uint64_t stream_of(uint64_t split, uint64_t number)
{
    return (split + 1) << 48 | number;
}

static void draw_rows(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const sheet *s = context;
    for (size_t row = s->first + begin; row < s->first + end; row++) {
        numeral_random random =
            numeral_random_seed(s->seed, stream_of(s->split, 1 + row));
        numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
        size_t n_dots = numeral_pen_shape(&random, s->labels[row], dots);
        numeral_pen_ink(&random, dots, n_dots, s->pixels + row * SIDE * SIDE);
    }
}

static void draw_labels(const sheet *s, size_t n, numeral_label *labels)
{
    numeral_random random = numeral_random_seed(s->seed, stream_of(s->split, 0));
    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)numeral_random_below(&random, i + 1);
        labels[i] = labels[j];
        labels[j] = (numeral_label)(i % 10);
    }
}

numeral_status numeral_dataset_pen(size_t n, uint64_t seed, numeral_split split,
                                   numeral_dataset *out, numeral_error *err)
{
    return numeral_dataset_pen_threads(n, seed, split, 0, out, err);
}

numeral_status numeral_dataset_pen_threads(size_t n, uint64_t seed, numeral_split split,
                                           int threads, numeral_dataset *out,
                                           numeral_error *err)
{
    return numeral_pen_rows(n, seed, split, threads, 0, n, out, err);
}

numeral_status numeral_pen_rows(size_t n, uint64_t seed, numeral_split split, int threads,
                                size_t begin, size_t end, numeral_dataset *out,
                                numeral_error *err)
{
    if (n == 0 || n > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "pen: %zu digits asked for, expected 1 to %lu", n,
                            (unsigned long)UINT32_MAX);
    }
    static const char *const names[] = {"pen", "pen:train", "pen:test"};
    numeral_dataset data = {.n_images = n, .height = SIDE, .width = SIDE};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_dataset_rename(&data, names[split], "", err));
    TRY_ALLOC(data.pixels = numeral_allocate_zero(n, (size_t)SIDE * SIDE, err));
    TRY_ALLOC(data.labels = numeral_allocate_zero(n, sizeof *data.labels, err));
    sheet s = {seed, (uint64_t)split, begin, data.pixels, data.labels};
    draw_labels(&s, n, data.labels);
    numeral_parallel_for(end - begin, GRAIN, threads, draw_rows, &s);
    *out = data;
    return NUMERAL_OK;
done:
    numeral_dataset_free(&data);
    return status;
}
