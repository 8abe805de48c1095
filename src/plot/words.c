/* Labels, counts and captions as text, and what digits may be drawn at all. */
#include "plot/words.h"

#include <stdio.h>

#include "base/fail.h"

numeral_status numeral_check_digits(const numeral_digits *digits, const char *chart,
                                    numeral_error *err)
{
    if (digits->n == 0 || digits->height == 0 || digits->width == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: nothing to draw: %zu images of %zu × %zu pixels", chart,
                            digits->n, digits->height, digits->width);
    }
    if (digits->height > 4096 || digits->width > 4096) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: images of %zu × %zu pixels are too large to draw: at "
                            "most 4096 a side",
                            chart, digits->height, digits->width);
    }
    return NUMERAL_OK;
}

numeral_status numeral_check_images(const numeral_named_image *images, size_t n,
                                    const char *chart, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n; i++) {
        numeral_digits shape = {images[i].pixels, 1, images[i].height, images[i].width};
        TRY(numeral_check_digits(&shape, chart, err));
    }
done:
    return status;
}

/* The place of a label among the named ones; n: it is not there. */
static size_t place_of(numeral_label_names names, numeral_label label)
{
    size_t from = 0, to = names.n;
    while (names.labels && from < to) {
        size_t middle = from + (to - from) / 2;
        if (names.labels[middle] < label) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return !names.labels                                   ? label
           : from < names.n && names.labels[from] == label ? from
                                                           : names.n;
}

const char *numeral_label_text(numeral_label_names names, numeral_label label,
                               char number[NUMERAL_NUMBER_BYTES])
{
    size_t at = place_of(names, label);
    if (at < names.n && names.names[at]) {
        return names.names[at];
    }
    snprintf(number, NUMERAL_NUMBER_BYTES, "%u", (unsigned)label);
    return number;
}

const char *numeral_count_text(uint64_t count, char number[NUMERAL_NUMBER_BYTES])
{
    char plain[NUMERAL_NUMBER_BYTES];
    size_t length =
        (size_t)snprintf(plain, sizeof plain, "%llu", (unsigned long long)count);
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            number[at++] = ',';
        }
        number[at++] = plain[i];
    }
    number[at] = '\0';
    return number;
}

bool numeral_grid_mistake(const numeral_grid *grid, size_t at)
{
    return grid->labels && grid->predicted && grid->labels[at] != grid->predicted[at];
}

void numeral_grid_label(const numeral_grid *grid, size_t at, bool ascii,
                        char out[NUMERAL_CAPTION_BYTES])
{
    char first[NUMERAL_NUMBER_BYTES], second[NUMERAL_NUMBER_BYTES];
    const numeral_label *shown = grid->labels ? grid->labels : grid->predicted;
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
