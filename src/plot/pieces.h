/* Pieces that charts about one digit share: images in squares, differences, paragraphs
 * with tables. */
#ifndef NUMERAL_PLOT_PIECES_H
#define NUMERAL_PLOT_PIECES_H

#include "plot/canvas.h"

/* Draws an image as large as fits a square, centred in it at the bottom, framed. */
void numeral_draw_fitted(numeral_canvas *canvas, double x, double y, double side,
                         const numeral_named_image *image, numeral_stroke rim);

/* A row of squares of digits: 28 pixels enlarged four times, their names below, seven in
 * a row of a page of about 870 units. */
#define NUMERAL_SQUARE 112.0
#define NUMERAL_SQUARE_GAP 14.0
#define NUMERAL_SQUARE_LINE 146.0
enum { NUMERAL_SQUARES = 7 };
void numeral_draw_squares(numeral_canvas *canvas, double x, double y,
                          const numeral_named_image *images, size_t n);

/* Colours of numbers with a sign: level 128 is zero and white, 1 is blue, 255 orange. */
void numeral_signed_colours(uint32_t colours[256]);

/* Draws a difference of images (-255..255) like that; orange: the digit has more ink. */
numeral_status numeral_draw_difference(numeral_canvas *canvas, double x, double y,
                                       double side, const int16_t *values, size_t height,
                                       size_t width, numeral_error *err);

/* How wide a table is, and how high a paragraph of `width` is; drawing it. */
double numeral_figures_width(const numeral_figures *figures, numeral_canvas *canvas);
double numeral_paragraph_height(const numeral_paragraph *paragraph, double width,
                                numeral_canvas *canvas);
void numeral_paragraph_draw(const numeral_paragraph *paragraph, double x, double y,
                            double width, numeral_canvas *canvas);

#endif
