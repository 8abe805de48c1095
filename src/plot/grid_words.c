#include "plot/grid_words.h"

#include <stdio.h>

#include "plot/words.h"

bool numeral_grid_mistake(const numeral_grid *grid, size_t at)
{
    return grid->labels && grid->predicted && grid->labels[at] != grid->predicted[at];
}

void numeral_grid_label(const numeral_grid *grid, size_t at, bool ascii,
                        char out[NUMERAL_CAPTION_BYTES])
{
    char first[NUMERAL_NUMBER_BYTES], second[NUMERAL_NUMBER_BYTES];
    const uint8_t *shown = grid->labels ? grid->labels : grid->predicted;
    if (numeral_grid_mistake(grid, at)) {
        snprintf(out, NUMERAL_CAPTION_BYTES, "%s %.80s %s %.80s", ascii ? "x" : "✗",
                 numeral_label_text(grid->label_names, grid->labels[at], first),
                 ascii ? "->" : "→",
                 numeral_label_text(grid->label_names, grid->predicted[at], second));
    } else {
        snprintf(out, NUMERAL_CAPTION_BYTES, "%.160s",
                 numeral_label_text(grid->label_names, shown[at], first));
    }
}

void numeral_grid_key(const numeral_grid *grid, bool ascii,
                      char out[NUMERAL_CAPTION_BYTES])
{
    char right[NUMERAL_NUMBER_BYTES], all[NUMERAL_NUMBER_BYTES];
    size_t n_right = 0;
    for (size_t i = 0; i < grid->digits.n; i++) {
        n_right += !numeral_grid_mistake(grid, i);
    }
    const char *sign = ascii ? "x true -> read" : "✗ true → read";
    if (grid->labels && grid->predicted && n_right == 0) {
        snprintf(out, NUMERAL_CAPTION_BYTES, "Below each: %s", sign);
    } else if (grid->labels && grid->predicted) {
        snprintf(out, NUMERAL_CAPTION_BYTES,
                 "%s of %s read correctly; a mistake is marked %s",
                 numeral_count_text(n_right, right),
                 numeral_count_text(grid->digits.n, all), sign);
    } else {
        snprintf(out, NUMERAL_CAPTION_BYTES, "%s",
                 grid->predicted ? "Below each: what it was read as"
                 : grid->labels  ? "Below each: its label"
                                 : "");
    }
}
