/* Images in squares, differences, and paragraphs with tables. */
#include "plot/pieces.h"

#include <math.h>

#include "base/memory.h"
#include "plot/page.h"

static const double LINE = 19, COLUMN_GAP = 22, HEADING_LINE = 24, AFTER = 14;
static const numeral_font HEADING = {13.5, true, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
static const numeral_font WORDS = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 12};
static const numeral_font CAPTION = {
    12, false, NUMERAL_INK, NUMERAL_ALIGN_CENTRE, NUMERAL_SQUARE + NUMERAL_SQUARE_GAP - 4,
    1};
static const numeral_font CELL = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};

/* As large as fits the square, whole multiples where it is enlarged, at least a line. */
static numeral_box fit_box(double x, double y, double side, size_t height, size_t width)
{
    double zoom = side / (double)(height > width ? height : width);
    zoom = zoom >= 1 ? floor(zoom) : zoom;
    double wide = fmax(zoom * (double)width, 1), high = fmax(zoom * (double)height, 1);
    return (numeral_box){floor(x + (side - wide) / 2), floor(y + side - high), wide,
                         high};
}

static void draw_rim(numeral_canvas *canvas, numeral_box box, numeral_stroke rim)
{
    double out = rim.width / 2;
    numeral_canvas_frame(canvas,
                         (numeral_box){box.x - out, box.y - out, box.width + 2 * out,
                                       box.height + 2 * out},
                         rim);
}

void numeral_draw_fitted(numeral_canvas *canvas, double x, double y, double side,
                         const numeral_named_image *image, numeral_stroke rim)
{
    size_t height = image->height, width = image->width;
    numeral_box box = fit_box(x, y, side, height, width);
    if (image->luminance) {
        uint32_t colours[256];
        for (uint32_t level = 0; level < 256; level++) {
            colours[level] = UINT32_C(0x010101) * level;
        }
        numeral_canvas_image(canvas, box, image->pixels, height, width, colours);
    } else {
        numeral_draw_digit(canvas, box, image->pixels, height, width);
    }
    draw_rim(canvas, box, rim);
}

void numeral_draw_squares(numeral_canvas *canvas, double x, double y,
                          const numeral_named_image *images, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double left =
            x + (double)(i % NUMERAL_SQUARES) * (NUMERAL_SQUARE + NUMERAL_SQUARE_GAP);
        double top = y + (double)(i / NUMERAL_SQUARES) * NUMERAL_SQUARE_LINE;
        numeral_draw_fitted(canvas, left, top, NUMERAL_SQUARE, &images[i],
                            (numeral_stroke){NUMERAL_PALE, 1, 0});
        numeral_canvas_text(canvas, left + NUMERAL_SQUARE / 2, top + NUMERAL_SQUARE + 5,
                            CAPTION, images[i].name);
    }
}

void numeral_signed_colours(uint32_t colours[256])
{
    for (int level = 0; level < 256; level++) {
        double share = fmin(fabs((double)level - 128) / 127.0, 1);
        colours[level] = numeral_shade(level < 128 ? 0x00568A : 0xA64400, share);
    }
}

numeral_status numeral_draw_difference(numeral_canvas *canvas, double x, double y,
                                       double side, const int16_t *values, size_t height,
                                       size_t width, numeral_error *err)
{
    uint32_t colours[256];
    uint8_t *levels = numeral_allocate(height, width, err);
    if (!levels) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < height * width; i++) {
        levels[i] = (uint8_t)(128 + values[i] / 2); /* -255..255 to 1..255 */
    }
    numeral_box box = fit_box(x, y, side, height, width);
    numeral_signed_colours(colours);
    numeral_canvas_image(canvas, box, levels, height, width, colours);
    draw_rim(canvas, box, (numeral_stroke){NUMERAL_PALE, 1, 0});
    numeral_release(levels);
    return NUMERAL_OK;
}

static numeral_font cell_font(size_t row)
{
    numeral_font font = CELL;
    font.bold = row == 0;
    return font;
}

static double column_width(const numeral_figures *figures, size_t column,
                           numeral_canvas *canvas)
{
    double width = 0;
    for (size_t i = 0; i < figures->n_rows; i++) {
        const char *text = figures->cells[i * figures->n_columns + column];
        width =
            fmax(width, ceil(numeral_canvas_measure(canvas, cell_font(i), text).width));
    }
    return width;
}

double numeral_figures_width(const numeral_figures *figures, numeral_canvas *canvas)
{
    double width = 0;
    for (size_t j = 0; j < figures->n_columns; j++) {
        width += column_width(figures, j, canvas) + (j ? COLUMN_GAP : 0);
    }
    return width;
}

static void draw_figures(const numeral_figures *figures, double x, double y,
                         numeral_canvas *canvas)
{
    double width = numeral_figures_width(figures, canvas);
    for (size_t j = 0; j < figures->n_columns; j++) {
        double column = column_width(figures, j, canvas);
        for (size_t i = 0; i < figures->n_rows; i++) {
            numeral_font font = cell_font(i);
            font.align = j ? NUMERAL_ALIGN_RIGHT : NUMERAL_ALIGN_LEFT;
            const char *text = figures->cells[i * figures->n_columns + j];
            if (text[0]) {
                numeral_canvas_label(canvas, j ? x + column : x,
                                     y + ((double)i + 0.5) * LINE, font, text);
            }
        }
        x += column + COLUMN_GAP;
    }
    numeral_point rule[] = {{x - COLUMN_GAP - width, y + LINE},
                            {x - COLUMN_GAP, y + LINE}};
    numeral_canvas_line(canvas, rule, 2, (numeral_stroke){NUMERAL_PALE, 1, 0});
}

static double words_height(const numeral_paragraph *paragraph, double width,
                           numeral_canvas *canvas)
{
    numeral_font font = WORDS;
    font.max_width = width;
    return paragraph->words && paragraph->words[0]
               ? ceil(numeral_canvas_measure(canvas, font, paragraph->words).height) + 8
               : 0;
}

double numeral_paragraph_height(const numeral_paragraph *paragraph, double width,
                                numeral_canvas *canvas)
{
    const numeral_figures *figures = paragraph->figures;
    return (paragraph->heading ? HEADING_LINE : 0) +
           words_height(paragraph, width, canvas) +
           (figures ? (double)figures->n_rows * LINE : 0) + AFTER;
}

void numeral_paragraph_draw(const numeral_paragraph *paragraph, double x, double y,
                            double width, numeral_canvas *canvas)
{
    if (paragraph->heading) {
        numeral_canvas_text(canvas, x, y, HEADING, paragraph->heading);
        y += HEADING_LINE;
    }
    if (paragraph->words && paragraph->words[0]) {
        numeral_font font = WORDS;
        font.max_width = width;
        numeral_canvas_text(canvas, x, y, font, paragraph->words);
        y += words_height(paragraph, width, canvas);
    }
    if (paragraph->figures) {
        draw_figures(paragraph->figures, x, y, canvas);
    }
}
