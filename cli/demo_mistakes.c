/* The demo's look at mistakes: misread digits beside the training digits they are like.
 */
#include "demo.h"

#include <stdlib.h>
#include <string.h>

#include "pictures.h"

enum { MOST = 5, COLUMNS = 4, CAPTION_BYTES = 64 }; /* a screen of 80 columns */

/* The cells of the grid: in each row a misread digit, then its neighbours. */
typedef struct gallery {
    size_t n, n_pixels;
    uint8_t *pixels; /* MOST × COLUMNS images */
    char text[MOST * COLUMNS][CAPTION_BYTES];
    const char *captions[MOST * COLUMNS];
} gallery;

static void add(gallery *out, const uint8_t *image, const char *before,
                const numeral_dataset *names, numeral_label label)
{
    char number[NUMERAL_LABEL_BYTES];
    memcpy(out->pixels + out->n * out->n_pixels, image, out->n_pixels);
    snprintf(out->text[out->n], CAPTION_BYTES, "%s%.10s", before,
             numeral_dataset_label_name(names, label, number));
    out->captions[out->n] = out->text[out->n];
    out->n++;
}

static void add_mistake(gallery *out, const numeral_dataset *train,
                        const numeral_dataset *test, const numeral_answers *answers,
                        size_t at)
{
    char number[NUMERAL_LABEL_BYTES], before[40];
    snprintf(before, sizeof before, "%.10s, read as ",
             numeral_dataset_label_name(test, test->labels[at], number));
    add(out, test->pixels + at * out->n_pixels, before, test, answers->labels[at]);
    for (size_t i = 0; i + 1 < COLUMNS; i++) {
        int64_t id = i < answers->k ? answers->ids[at * answers->k + i] : -1;
        if (id < 0) { /* an empty cell keeps the rows of the grid */
            add(out, test->pixels + at * out->n_pixels, "", test, test->labels[at]);
            memset(out->pixels + (out->n - 1) * out->n_pixels, 0, out->n_pixels);
            out->captions[out->n - 1] = "";
        } else {
            add(out, train->pixels + (size_t)id * out->n_pixels, "like ", train,
                train->labels[id]);
        }
    }
}

numeral_status cli_demo_mistakes(const numeral_dataset *train,
                                 const numeral_dataset *test,
                                 const numeral_answers *answers, numeral_error *err)
{
    gallery shown = {.n_pixels = test->height * test->width};
    numeral_status status = NUMERAL_OK;
    if (train->height != test->height || train->width != test->width) {
        return NUMERAL_OK; /* images of two sizes make no grid */
    }
    shown.pixels = malloc(MOST * COLUMNS * shown.n_pixels);
    if (!shown.pixels) {
        return cli_no_memory(err);
    }
    for (size_t i = 0; i < answers->n && shown.n < MOST * COLUMNS; i++) {
        if (answers->labels[i] != test->labels[i]) {
            add_mistake(&shown, train, test, answers, i);
        }
    }
    if (shown.n > 0) {
        numeral_grid grid = {.title = "Misread digits, each beside the training digits "
                                      "that it is most like",
                             .digits = {shown.pixels, shown.n, test->height, test->width},
                             .captions = shown.captions,
                             .columns = COLUMNS};
        putchar('\n');
        status = cli_picture_print(&grid, err);
        putchar('\n');
    }
    free(shown.pixels);
    return status;
}
