/* Bar charts as text: `name bar value`, eighths of a block wide where Unicode may be
 * used. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "plot/text_tools.h"

enum { MOST_BAR = 50, LEAST_BAR = 4 }; /* columns: longer is not read more easily */

typedef struct bar_layout {
    numeral_text_mode mode;
    size_t line, names, texts, bar; /* columns */
    double maximum;
} bar_layout;

static numeral_status check_bars(const numeral_bar *bars, size_t n, numeral_error *err)
{
    if (n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "bars: nothing to draw");
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(bars[i].value) || bars[i].value < 0) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "bars: value %zu is %g: expected 0 or more", i,
                                bars[i].value);
        }
    }
    return NUMERAL_OK;
}

/* Names and values take what they need, up to two fifths and a quarter of the line. */
static bar_layout lay_out(const numeral_bar *bars, size_t n, double maximum,
                          const numeral_text_options *options)
{
    bar_layout layout = {.mode = options->mode,
                         .line =
                             options->columns ? options->columns : NUMERAL_TEXT_COLUMNS,
                         .maximum = maximum};
    for (size_t i = 0; i < n; i++) {
        size_t name = numeral_text_width(layout.mode, bars[i].name);
        size_t text = bars[i].text ? numeral_text_width(layout.mode, bars[i].text) : 0;
        layout.names = name > layout.names ? name : layout.names;
        layout.texts = text > layout.texts ? text : layout.texts;
        if (maximum <= 0 && bars[i].value > layout.maximum) {
            layout.maximum = bars[i].value;
        }
    }
    size_t most_name = layout.line * 2 / 5, most_text = layout.line / 4;
    layout.names = layout.names < most_name ? layout.names : most_name;
    layout.texts = layout.texts < most_text ? layout.texts : most_text;
    size_t taken = layout.names + layout.texts + 2;
    layout.bar = taken + LEAST_BAR <= layout.line ? layout.line - taken : 0;
    layout.bar = layout.bar < MOST_BAR ? layout.bar : MOST_BAR;
    return layout;
}

static numeral_status append_bar(numeral_buffer *out, const bar_layout *layout,
                                 double value, numeral_error *err)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    double share = layout->maximum > 0 ? fmin(value / layout->maximum, 1) : 0;
    bool plain = layout->mode == NUMERAL_TEXT_PLAIN;
    size_t steps = plain ? 1 : 8;
    size_t length = (size_t)llround(share * (double)(layout->bar * steps));
    if (length == 0 && value > 0 && layout->bar > 0) {
        length = 1;
    }
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < layout->bar; i++) {
        size_t left = length > i * steps ? length - i * steps : 0;
        TRY(numeral_text_put(
            out, plain ? (left > 0 ? "#" : "") : eighths[left < 8 ? left : 8], err));
    }
done:
    return status;
}

static numeral_status append_line(numeral_buffer *out, const bar_layout *layout,
                                  const numeral_bar *bar, numeral_error *err)
{
    numeral_status status;
    TRY(numeral_text_append(out, layout->mode, bar->name, layout->names, true, err));
    TRY(numeral_text_spaces(out, 1, err));
    TRY(append_bar(out, layout, bar->value, err));
    if (bar->text) {
        TRY(numeral_text_spaces(out, 1, err));
        TRY(numeral_text_append(out, layout->mode, bar->text, layout->texts, false, err));
    }
    TRY(numeral_text_put(out, "\n", err));
done:
    return status;
}

numeral_status numeral_text_bars(const numeral_bar *bars, size_t n, double maximum,
                                 const numeral_text_options *options, char **out,
                                 numeral_error *err)
{
    numeral_buffer text = {.max_bytes = NUMERAL_TEXT_MAX_BYTES};
    numeral_status status;
    TRY(check_bars(bars, n, err));
    bar_layout layout = lay_out(bars, n, maximum, options);
    for (size_t i = 0; i < n; i++) {
        TRY(append_line(&text, &layout, &bars[i], err));
    }
done:
    return numeral_text_finish(status, &text, out, err);
}
