/* The mean digit of each class: a grid of large pictures. */
#include <stdio.h>

#include "base/fail.h"
#include "plot/chart_entries.h"
#include "plot/chart_grid.h"
#include "plot/words.h"

static const double TARGET = 112; /* digits of 28 pixels are enlarged four times */
enum { MOST_CLASSES = 256, TEXT_BYTES = 48 };

static numeral_status draw_means(const void *data, numeral_canvas *canvas,
                                 numeral_error *err)
{
    const numeral_class_means *means = data;
    char texts[MOST_CLASSES][TEXT_BYTES];
    const char *captions[MOST_CLASSES];
    if (means->digits.n > MOST_CLASSES) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "means: %zu classes: expected at most 256", means->digits.n);
    }
    for (size_t i = 0; i < means->digits.n && means->counts; i++) {
        char number[NUMERAL_NUMBER_BYTES];
        snprintf(texts[i], TEXT_BYTES, "mean of %s",
                 numeral_count_text(means->counts[i], number));
        captions[i] = texts[i];
    }
    numeral_grid grid = {.title = means->title,
                         .subtitle = means->subtitle,
                         .digits = means->digits,
                         .labels = means->labels,
                         .captions = means->counts ? captions : NULL,
                         .label_names = means->label_names};
    return numeral_grid_draw(&grid, TARGET, canvas, err);
}

const numeral_chart numeral_chart_means = {
    .entry = {.name = "means", .help = "the mean digit of each class", .source = ""},
    .draw = draw_means,
};
