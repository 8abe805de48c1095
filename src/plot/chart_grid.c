/* Digits in rows and columns, each with its label below; mistakes stand out by a thick
 * frame, a sign and bold letters, not by colour alone. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "plot/chart_entries.h"
#include "plot/chart_grid.h"
#include "plot/page.h"

/* Digits of 28 pixels are enlarged twice. */
static const double TARGET = 56, GAP = 10, LINE = 15, WIDEST_CAPTION = 150;
static const double WIDEST_PAGE = 860;

static const numeral_font LABEL = {12, false, NUMERAL_INK, NUMERAL_ALIGN_CENTRE, 0, 1};
static const numeral_font MISTAKE = {12, true, NUMERAL_VERMILION, NUMERAL_ALIGN_CENTRE,
                                     0,  1};
static const numeral_font CAPTION = {10.5, false, NUMERAL_GREY, NUMERAL_ALIGN_CENTRE,
                                     0,    1};

typedef struct grid_layout {
    size_t columns, rows;
    double image_width, image_height;
    double cell_width, cell_height;
} grid_layout;

static double widest_caption(const numeral_grid *grid, numeral_canvas *canvas)
{
    double widest = 0;
    char line[NUMERAL_CAPTION_BYTES];
    for (size_t i = 0; i < grid->digits.n; i++) {
        if (grid->labels || grid->predicted) {
            numeral_grid_label(grid, i, false, line);
            widest = fmax(widest, numeral_canvas_measure(canvas, MISTAKE, line).width);
        }
        if (grid->captions && grid->captions[i]) {
            widest = fmax(
                widest, numeral_canvas_measure(canvas, CAPTION, grid->captions[i]).width);
        }
    }
    return fmin(ceil(widest), WIDEST_CAPTION);
}

/* About one and a half times as wide as high, full rows where that comes near it. */
static size_t choose_columns(size_t n, double cell_width, double cell_height)
{
    size_t fit = (size_t)fmax(1, floor((WIDEST_PAGE + GAP) / (cell_width + GAP)));
    size_t best = (size_t)ceil(sqrt(1.6 * (double)n * cell_height / cell_width));
    best = best < fit ? best : fit;
    if (n <= best) {
        return n;
    }
    for (size_t columns = best; 4 * columns >= 3 * best && columns > 0; columns--) {
        if (n % columns == 0) {
            return columns;
        }
    }
    return best;
}

static grid_layout lay_out(const numeral_grid *grid, double target,
                           numeral_canvas *canvas)
{
    const numeral_digits *digits = &grid->digits;
    double zoom = numeral_digit_zoom(digits->height, digits->width, target);
    grid_layout layout = {.image_width = zoom * (double)digits->width,
                          .image_height = zoom * (double)digits->height};
    double lines = (grid->labels || grid->predicted) + (grid->captions != NULL);
    layout.cell_width = fmax(layout.image_width, widest_caption(grid, canvas));
    layout.cell_height = layout.image_height + (lines > 0 ? 4 + lines * LINE : 0);
    layout.columns =
        grid->columns ? grid->columns
                      : choose_columns(digits->n, layout.cell_width, layout.cell_height);
    layout.columns = layout.columns < digits->n ? layout.columns : digits->n;
    layout.rows = (digits->n - 1) / layout.columns + 1;
    return layout;
}

static void draw_cell(const numeral_grid *grid, const grid_layout *layout, size_t at,
                      double x, double y, numeral_canvas *canvas)
{
    const numeral_digits *digits = &grid->digits;
    bool mistake = numeral_grid_mistake(grid, at);
    double middle = x + layout->cell_width / 2;
    numeral_box box = {floor(middle - layout->image_width / 2), y, layout->image_width,
                       layout->image_height};
    numeral_draw_digit(canvas, box, digits->pixels + at * digits->height * digits->width,
                       digits->height, digits->width);
    double rim = mistake ? 1.5 : 0.5;
    numeral_box frame = {box.x - rim, box.y - rim, box.width + 2 * rim,
                         box.height + 2 * rim};
    numeral_canvas_frame(canvas, frame,
                         mistake ? (numeral_stroke){NUMERAL_VERMILION, 3, 0}
                                 : (numeral_stroke){NUMERAL_PALE, 1, 0});
    double below = y + layout->image_height + 4;
    if (grid->labels || grid->predicted) {
        char line[NUMERAL_CAPTION_BYTES];
        numeral_grid_label(grid, at, false, line);
        numeral_font font = mistake ? MISTAKE : LABEL;
        font.max_width = layout->cell_width + 2;
        numeral_canvas_text(canvas, middle, below, font, line);
        below += LINE;
    }
    if (grid->captions && grid->captions[at]) {
        numeral_font font = CAPTION;
        font.max_width = layout->cell_width + 2;
        numeral_canvas_text(canvas, middle, below, font, grid->captions[at]);
    }
}

numeral_status numeral_grid_draw(const numeral_grid *grid, double target,
                                 numeral_canvas *canvas, numeral_error *err)
{
    char key[NUMERAL_CAPTION_BYTES];
    numeral_box body;
    numeral_status status;
    TRY(numeral_check_digits(&grid->digits, "grid", err));
    grid_layout layout = lay_out(grid, target, canvas);
    double width = (double)layout.columns * (layout.cell_width + GAP) - GAP;
    double height = (double)layout.rows * (layout.cell_height + GAP) - GAP;
    numeral_grid_key(grid, false, key);
    TRY(numeral_page_open(canvas, grid->title, grid->subtitle, key, width, height, &body,
                          err));
    for (size_t i = 0; i < grid->digits.n; i++) {
        double x = body.x + (double)(i % layout.columns) * (layout.cell_width + GAP);
        double y = body.y + (double)(i / layout.columns) * (layout.cell_height + GAP);
        draw_cell(grid, &layout, i, x, y, canvas);
    }
done:
    return status;
}

static numeral_status draw_grid(const void *data, numeral_canvas *canvas,
                                numeral_error *err)
{
    return numeral_grid_draw(data, TARGET, canvas, err);
}

const numeral_chart numeral_chart_grid = {
    .entry = {.name = "grid",
              .help = "digits with true and predicted labels, mistakes marked",
              .source = ""},
    .draw = draw_grid,
};
