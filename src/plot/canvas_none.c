/* The canvas of a build without cairo: creating one fails, so that every chart ends there
 * with one clear sentence. The rest is never reached. */
#include "numeral_config.h"

#ifndef NUMERAL_HAVE_CAIRO

#include "plot/canvas.h"

#include "base/fail.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

numeral_status numeral_canvas_create(numeral_picture_format format, numeral_canvas **out,
                                     numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "pictures need cairo and pango, which this build does not have");
}

void numeral_canvas_destroy(numeral_canvas *canvas)
{
}

numeral_box numeral_canvas_measure(numeral_canvas *canvas, numeral_font font,
                                   const char *text)
{
    return (numeral_box){0};
}

numeral_status numeral_canvas_open(numeral_canvas *canvas, double width, double height,
                                   const char *title, numeral_error *err)
{
    return NUMERAL_ERROR_UNSUPPORTED;
}

void numeral_canvas_fill(numeral_canvas *canvas, numeral_box box, uint32_t colour)
{
}

void numeral_canvas_frame(numeral_canvas *canvas, numeral_box box, numeral_stroke stroke)
{
}

void numeral_canvas_line(numeral_canvas *canvas, const numeral_point *points, size_t n,
                         numeral_stroke stroke)
{
}

void numeral_canvas_mark(numeral_canvas *canvas, numeral_point at, numeral_marker marker,
                         double size, uint32_t colour)
{
}

void numeral_canvas_image(numeral_canvas *canvas, numeral_box box, const uint8_t *pixels,
                          size_t height, size_t width, const uint32_t colours[256])
{
}

void numeral_canvas_text(numeral_canvas *canvas, double x, double y, numeral_font font,
                         const char *text)
{
}

void numeral_canvas_label(numeral_canvas *canvas, double x, double y, numeral_font font,
                          const char *text)
{
    numeral_canvas_text(canvas, x, y, font, text);
}

numeral_status numeral_canvas_finish(numeral_canvas *canvas, numeral_picture *out,
                                     numeral_error *err)
{
    return NUMERAL_ERROR_UNSUPPORTED;
}

numeral_box numeral_canvas_page(const numeral_canvas *canvas)
{
    return (numeral_box){0};
}

size_t numeral_canvas_n_texts(const numeral_canvas *canvas)
{
    return 0;
}

numeral_box numeral_canvas_text_box(const numeral_canvas *canvas, size_t at)
{
    return (numeral_box){0};
}

bool numeral_canvas_text_cut(const numeral_canvas *canvas, size_t at)
{
    return false;
}

#endif
