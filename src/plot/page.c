/* Colours, signs, headings and digits as all charts show them. Sizes are in units of the
 * page, 1/96 inch. */
#include "plot/page.h"

#include <math.h>
#include <stdio.h>

#include "base/fail.h"

static const numeral_font TITLE = {17, true, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 3};
static const numeral_font SUBTITLE = {12.5, false, NUMERAL_GREY, NUMERAL_ALIGN_LEFT,
                                      0,    6};
static const double NARROWEST = 420, TITLE_GAP = 5, HEADING_GAP = 16;

uint32_t numeral_series_colour(size_t at)
{
    /* Okabe & Ito without yellow, which is lost on white; then two of Tol's (2021). */
    static const uint32_t colours[] = {
        NUMERAL_BLUE, NUMERAL_VERMILION, NUMERAL_GREEN, NUMERAL_ORANGE, NUMERAL_PURPLE,
        NUMERAL_SKY,  0x000000,          0x882255,      0x999933,       0x999999};
    return colours[at % (sizeof colours / sizeof *colours)];
}

numeral_marker numeral_series_marker(size_t at)
{
    return (numeral_marker)((at + at / 10) % NUMERAL_MARKER_COUNT);
}

uint32_t numeral_shade(uint32_t full, double share)
{
    uint32_t colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double channel = full >> shift & 255;
        colour |= (uint32_t)lround(255 + (channel - 255) * share) << shift;
    }
    return colour;
}

numeral_status numeral_page_open(numeral_canvas *canvas, const char *title,
                                 const char *subtitle, const char *note, double width,
                                 double height, numeral_box *body, numeral_error *err)
{
    char both[1024];
    if (note && *note) {
        snprintf(both, sizeof both, "%.700s%s%s", subtitle ? subtitle : "",
                 subtitle && *subtitle ? "\n" : "", note);
        subtitle = both;
    }
    subtitle = subtitle && *subtitle ? subtitle : NULL;
    double inner = ceil(width > NARROWEST ? width : NARROWEST);
    numeral_font title_font = TITLE, subtitle_font = SUBTITLE;
    title_font.max_width = subtitle_font.max_width = inner;
    double y = NUMERAL_MARGIN;
    double title_height = numeral_canvas_measure(canvas, title_font, title).height;
    double subtitle_height =
        subtitle ? numeral_canvas_measure(canvas, subtitle_font, subtitle).height : 0;
    double heading = title_height + (subtitle ? TITLE_GAP : 0) + subtitle_height;
    double top = ceil(y + heading + HEADING_GAP);
    numeral_status status;
    TRY(numeral_canvas_open(canvas, inner + 2 * NUMERAL_MARGIN,
                            top + ceil(height) + NUMERAL_MARGIN, title, err));
    numeral_canvas_text(canvas, NUMERAL_MARGIN, y, title_font, title);
    if (subtitle) {
        numeral_canvas_text(canvas, NUMERAL_MARGIN, y + title_height + TITLE_GAP,
                            subtitle_font, subtitle);
    }
    *body = (numeral_box){NUMERAL_MARGIN, top, inner, ceil(height)};
done:
    return status;
}

double numeral_labels_width(numeral_canvas *canvas, numeral_font font,
                            numeral_label_names names, const numeral_label *labels,
                            size_t n)
{
    double widest = 0;
    for (size_t i = 0; i < n; i++) {
        char number[NUMERAL_NUMBER_BYTES];
        const char *text = numeral_label_text(names, labels[i], number);
        widest = fmax(widest, numeral_canvas_measure(canvas, font, text).width);
    }
    return ceil(widest);
}

double numeral_digit_zoom(size_t height, size_t width, double target)
{
    double longest = (double)(height > width ? height : width);
    double zoom = floor(target / longest);
    if (zoom >= 1) {
        return zoom;
    }
    /* An image beyond twice the target is made smaller. */
    return longest <= 2 * target ? 1 : 2 * target / longest;
}

void numeral_draw_digit(numeral_canvas *canvas, numeral_box box, const uint8_t *pixels,
                        size_t height, size_t width)
{
    uint32_t colours[256];
    for (uint32_t level = 0; level < 256; level++) {
        colours[level] = UINT32_C(0x010101) * (255 - level);
    }
    numeral_canvas_image(canvas, box, pixels, height, width, colours);
}
