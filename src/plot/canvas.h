/* A page to draw on. Charts see only this; cairo and pango stay behind it.
 *
 * Units are 1/96 inch, y grows downwards. A chart first measures its texts, then opens
 * the page of the size it needs, then draws. Drawing cannot fail where it stands: the
 * first failure is kept and reported by numeral_canvas_finish. Every text's box is
 * recorded, so that a test can prove that none leaves the page or overlaps another. */
#ifndef NUMERAL_PLOT_CANVAS_H
#define NUMERAL_PLOT_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/tools/picture.h>

typedef struct numeral_canvas numeral_canvas;

typedef struct numeral_box {
    double x, y, width, height;
} numeral_box;

typedef struct numeral_point {
    double x, y;
} numeral_point;

typedef enum numeral_align {
    NUMERAL_ALIGN_LEFT,
    NUMERAL_ALIGN_CENTRE,
    NUMERAL_ALIGN_RIGHT
} numeral_align;

/* How a text is set. Beyond max_width it is broken into at most max_lines lines (0 stands
 * for 1; a line break in the text counts where there may be more), and what is left is
 * cut with an ellipsis; max_width 0 sets one line. */
typedef struct numeral_font {
    double size;
    bool bold;
    uint32_t colour; /* 0xRRGGBB */
    numeral_align align;
    double max_width;
    int max_lines;
} numeral_font;

typedef enum numeral_marker {
    NUMERAL_MARKER_CIRCLE,
    NUMERAL_MARKER_SQUARE,
    NUMERAL_MARKER_TRIANGLE,
    NUMERAL_MARKER_DIAMOND,
    NUMERAL_MARKER_CROSS,
    NUMERAL_MARKER_COUNT
} numeral_marker;

typedef struct numeral_stroke {
    uint32_t colour;
    double width;
    double dash; /* length of dashes and gaps; 0: a solid line */
} numeral_stroke;

/* NUMERAL_ERROR_MEMORY; NUMERAL_ERROR_UNSUPPORTED when built without cairo. */
numeral_status numeral_canvas_create(numeral_picture_format format, numeral_canvas **out,
                                     numeral_error *err);
void numeral_canvas_destroy(numeral_canvas *canvas);

/* Width and height of `text` as it would be set. */
numeral_box numeral_canvas_measure(numeral_canvas *canvas, numeral_font font,
                                   const char *text);

/* Opens the page, white. NUMERAL_ERROR_LIMIT when it is larger than a picture may be. */
numeral_status numeral_canvas_open(numeral_canvas *canvas, double width, double height,
                                   const char *title, numeral_error *err);

void numeral_canvas_fill(numeral_canvas *canvas, numeral_box box, uint32_t colour);
void numeral_canvas_frame(numeral_canvas *canvas, numeral_box box, numeral_stroke stroke);
void numeral_canvas_line(numeral_canvas *canvas, const numeral_point *points, size_t n,
                         numeral_stroke stroke);
/* A filled sign of about `size` across, with a thin white rim unless it is small. */
void numeral_canvas_mark(numeral_canvas *canvas, numeral_point at, numeral_marker marker,
                         double size, uint32_t colour);
/* height × width pixels, each an entry of `colours`, sharp when enlarged. */
void numeral_canvas_image(numeral_canvas *canvas, numeral_box box, const uint8_t *pixels,
                          size_t height, size_t width, const uint32_t colours[256]);
/* Text with its top at y; x is its left, centre or right as font.align says. */
void numeral_canvas_text(numeral_canvas *canvas, double x, double y, numeral_font font,
                         const char *text);
/* One line of text whose capitals are centred on y. */
void numeral_canvas_label(numeral_canvas *canvas, double x, double y, numeral_font font,
                          const char *text);

/* Closes the page and gives its bytes, or the first failure. */
numeral_status numeral_canvas_finish(numeral_canvas *canvas, numeral_picture *out,
                                     numeral_error *err);

/* The page's size and the texts set on it so far, for tests. */
numeral_box numeral_canvas_page(const numeral_canvas *canvas);
size_t numeral_canvas_n_texts(const numeral_canvas *canvas);
numeral_box numeral_canvas_text_box(const numeral_canvas *canvas, size_t at);
/* Whether the text at `at` had to be cut with an ellipsis. */
bool numeral_canvas_text_cut(const numeral_canvas *canvas, size_t at);

#endif
