/* Digits as text: for terminals, pipes and logs. */
#include "base/fail.h"
#include "plot/text_tools.h"
#include "plot/words.h"

enum { GAP = 2 };

typedef struct text_layout {
    numeral_text_mode mode;
    size_t line;          /* columns of a line */
    size_t columns, rows; /* characters of one digit */
    size_t across;        /* digits in a row */
} text_layout;

/* Digits are as large as lets four stand in 80 columns as text, five as pixels. */
static text_layout lay_out(const numeral_grid *grid, const numeral_text_options *options)
{
    const numeral_digits *digits = &grid->digits;
    bool known = numeral_text_chafa_serves(options->environment);
    text_layout layout = {
        .mode = options->mode == NUMERAL_TEXT_TERMINAL && !known ? NUMERAL_TEXT_UNICODE
                                                                 : options->mode,
        .line = options->columns ? options->columns : NUMERAL_TEXT_COLUMNS};
    layout.columns = layout.mode == NUMERAL_TEXT_TERMINAL ? 14 : 18;
    if (layout.columns > layout.line) {
        layout.columns = layout.line;
    }
    /* Long images are made narrower, so that they are at most 20 lines high. */
    size_t rows = (layout.columns * digits->height + digits->width) / (2 * digits->width);
    if (rows > 20) {
        layout.columns = 40 * digits->width / digits->height;
        layout.columns = layout.columns > 0 ? layout.columns : 1;
        rows = 20;
    }
    layout.rows = rows > 0 ? rows : 1;
    size_t fit = (layout.line + GAP) / (layout.columns + GAP);
    fit = fit > 0 ? fit : 1;
    layout.across = grid->columns && grid->columns < fit ? grid->columns : fit;
    return layout;
}

/* Appends `text` centred in a cell; a mistake is bold and orange where there are
 * colours. */
static numeral_status append_centred(numeral_buffer *out, const text_layout *layout,
                                     const char *text, bool mistake, numeral_error *err)
{
    bool coloured = mistake && layout->mode == NUMERAL_TEXT_TERMINAL;
    size_t width = numeral_text_width(layout->mode, text);
    size_t left = width < layout->columns ? (layout->columns - width) / 2 : 0;
    numeral_status status;
    TRY(numeral_text_spaces(out, left, err));
    if (coloured) {
        TRY(numeral_text_put(out, "\033[1;38;5;208m", err));
    }
    TRY(numeral_text_append(out, layout->mode, text, layout->columns - left, true, err));
    if (coloured) {
        TRY(numeral_text_put(out, "\033[0m", err));
    }
done:
    return status;
}

/* Ends a line without the spaces at its end. */
static numeral_status end_line(numeral_buffer *out, numeral_error *err)
{
    while (out->size > 0 && out->data[out->size - 1] == ' ') {
        out->size--;
    }
    return numeral_buffer_append(out, "\n", 1, err);
}

static numeral_status append_captions(numeral_buffer *out, const numeral_grid *grid,
                                      const text_layout *layout, size_t first, size_t n,
                                      bool labels, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = first; i < first + n; i++) {
        char line[NUMERAL_CAPTION_BYTES];
        const char *text = line;
        if (labels) {
            numeral_grid_label(grid, i, layout->mode == NUMERAL_TEXT_PLAIN, line);
        } else {
            text = grid->captions[i] ? grid->captions[i] : "";
        }
        TRY(numeral_text_spaces(out, i > first ? GAP : 0, err));
        TRY(append_centred(out, layout, text, labels && numeral_grid_mistake(grid, i),
                           err));
    }
    TRY(end_line(out, err));
done:
    return status;
}

static numeral_status append_blocks(numeral_buffer *out, const numeral_grid *grid,
                                    const text_layout *layout, size_t first, size_t n,
                                    numeral_error *err)
{
    const numeral_digits *digits = &grid->digits;
    size_t bytes = digits->height * digits->width;
    numeral_status status = NUMERAL_OK;
    for (size_t row = 0; row < layout->rows; row++) {
        for (size_t i = 0; i < n; i++) {
            TRY(numeral_text_spaces(out, i > 0 ? GAP : 0, err));
            TRY(numeral_text_digit_row(
                out, layout->mode, digits->pixels + (first + i) * bytes, digits->height,
                digits->width, layout->columns, layout->rows, row, err));
        }
        TRY(end_line(out, err));
    }
done:
    return status;
}

static numeral_status append_images(numeral_buffer *out, const numeral_grid *grid,
                                    const text_layout *layout,
                                    const numeral_text_options *options, size_t first,
                                    size_t n, numeral_error *err)
{
    const numeral_digits *digits = &grid->digits;
    if (layout->mode == NUMERAL_TEXT_TERMINAL) {
        numeral_text_strip strip = {
            .pixels = digits->pixels + first * digits->height * digits->width,
            .n = n,
            .height = digits->height,
            .width = digits->width,
            .columns = layout->columns,
            .rows = layout->rows,
            .gap = GAP,
        };
        return numeral_text_chafa(out, &strip, options->environment, err);
    }
    return append_blocks(out, grid, layout, first, n, err);
}

static numeral_status append_heading(numeral_buffer *out, const numeral_grid *grid,
                                     const text_layout *layout, numeral_error *err)
{
    char key[NUMERAL_CAPTION_BYTES];
    numeral_status status;
    numeral_grid_key(grid, layout->mode == NUMERAL_TEXT_PLAIN, key);
    const char *const texts[] = {grid->title, grid->subtitle, key};
    for (size_t i = 0; i < 3; i++) {
        TRY(numeral_text_wrap(out, layout->mode, texts[i] ? texts[i] : "", layout->line,
                              err));
    }
    TRY(numeral_text_put(out, "\n", err));
done:
    return status;
}

numeral_status numeral_text_grid(const numeral_grid *grid,
                                 const numeral_text_options *options, char **out,
                                 numeral_error *err)
{
    size_t n = grid->digits.n;
    numeral_buffer text = {.max_bytes = NUMERAL_TEXT_MAX_BYTES};
    numeral_status status;
    TRY(numeral_check_digits(&grid->digits, "grid", err));
    text_layout layout = lay_out(grid, options);
    TRY(append_heading(&text, grid, &layout, err));
    for (size_t first = 0; first < n; first += layout.across) {
        size_t across = n - first < layout.across ? n - first : layout.across;
        TRY(append_images(&text, grid, &layout, options, first, across, err));
        if (grid->labels || grid->predicted) {
            TRY(append_captions(&text, grid, &layout, first, across, true, err));
        }
        if (grid->captions) {
            TRY(append_captions(&text, grid, &layout, first, across, false, err));
        }
    }
done:
    return numeral_text_finish(status, &text, out, err);
}
