/* What all charts share: colours, the title, digits. */
#ifndef NUMERAL_PLOT_PAGE_H
#define NUMERAL_PLOT_PAGE_H

#include "plot/canvas.h"
#include "plot/words.h"

/* Okabe & Ito (2008), and greys. */
#define NUMERAL_BLUE UINT32_C(0x0072B2)
#define NUMERAL_VERMILION UINT32_C(0xD55E00)
#define NUMERAL_GREEN UINT32_C(0x009E73)
#define NUMERAL_ORANGE UINT32_C(0xE69F00)
#define NUMERAL_PURPLE UINT32_C(0xCC79A7)
#define NUMERAL_SKY UINT32_C(0x56B4E9)
#define NUMERAL_INK UINT32_C(0x1A1A1A)
#define NUMERAL_GREY UINT32_C(0x595959)
#define NUMERAL_PALE UINT32_C(0xD0D0D0)
#define NUMERAL_WHITE UINT32_C(0xFFFFFF)

/* Space around everything on a page. */
#define NUMERAL_MARGIN 20.0

/* The colour and the sign of series or class `at`; both repeat, the pair after 50. */
uint32_t numeral_series_colour(size_t at);
numeral_marker numeral_series_marker(size_t at);

/* From white to `full` as share goes from 0 to 1. */
uint32_t numeral_shade(uint32_t full, double share);

/* Opens a page around a body of this size, wide enough for the heading, and draws the
 * title, the subtitle and a note under it (either NULL or "": none). *body is where the
 * body's top left corner lies and the size it may use (at least that asked for). */
numeral_status numeral_page_open(numeral_canvas *canvas, const char *title,
                                 const char *subtitle, const char *note, double width,
                                 double height, numeral_box *body, numeral_error *err);

/* How wide the widest of n labels is. */
double numeral_labels_width(numeral_canvas *canvas, numeral_font font,
                            numeral_label_names names, const numeral_label *labels,
                            size_t n);

/* How large digits are drawn: whole multiples where they are small. */
double numeral_digit_zoom(size_t height, size_t width, double target);
/* Draws a grey image (255 is ink) as ink on white paper. */
void numeral_draw_digit(numeral_canvas *canvas, numeral_box box, const uint8_t *pixels,
                        size_t height, size_t width);

#endif
