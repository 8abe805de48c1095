/* Planes of numbers as pictures. Where a plane has numbers of both signs, white is zero,
 * blue below it and orange above it; else white is zero and darker is more. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "plot/chart_entries.h"
#include "plot/chart_planes.h"
#include "plot/page.h"
#include "plot/pieces.h"

/* As in the other charts: 28 pixels four times, at most 860 units wide. */
static const double TARGET = 112, GAP = 16, LINE = 15, WIDEST_PAGE = 860;
static const double STRIP_HEIGHT = 28, WIDEST_CELL = 32; /* of rows of numbers */
static const double WIDE_TARGET = 190; /* of planes twice as wide as high */
static const numeral_font NAME = {12, false, NUMERAL_INK, NUMERAL_ALIGN_CENTRE, 0, 1};
static const numeral_font RANGE = {10.5, false, NUMERAL_GREY, NUMERAL_ALIGN_CENTRE, 0, 1};

static double most_of(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs(values[i]));
    }
    return most;
}

static numeral_status check_planes(const numeral_planes *planes,
                                   numeral_plane_layout *layout, numeral_error *err)
{
    numeral_digits shape = {NULL, planes->n, planes->height, planes->width};
    numeral_status status = numeral_check_digits(&shape, "planes", err);
    if (status != NUMERAL_OK) {
        return status;
    }
    size_t n = planes->n * planes->height * planes->width;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(planes->values[i])) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "planes: value %zu is %g: expected a finite number", i,
                                planes->values[i]);
        }
        layout->two_way = layout->two_way || planes->values[i] < 0;
    }
    layout->most = most_of(planes->values, n);
    return NUMERAL_OK;
}

static void range_text(const double *values, size_t n, char out[2 * NUMERAL_NUMBER_BYTES])
{
    double low = values[0], high = values[0];
    for (size_t i = 1; i < n; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    numeral_text_format(out, 2 * NUMERAL_NUMBER_BYTES, "%s%.3g to %s%.3g",
                        low < 0 ? "−" : "", fabs(low), high < 0 ? "−" : "", fabs(high));
}

static void size_images(const numeral_planes *planes, numeral_plane_layout *layout)
{
    double width = (double)planes->width;
    double target = planes->width >= 2 * planes->height ? WIDE_TARGET : TARGET;
    double zoom = numeral_digit_zoom(planes->height, planes->width, target);
    layout->image_width = zoom * width;
    layout->image_height = zoom * (double)planes->height;
    if (planes->height == 1) {
        double across = fmin(WIDEST_CELL, floor(WIDEST_PAGE / width));
        layout->image_width = across >= 1 ? across * width : WIDEST_PAGE;
        layout->image_height = STRIP_HEIGHT;
    }
}

static void lay_out(const numeral_planes *planes, numeral_plane_layout *layout,
                    numeral_canvas *canvas)
{
    size_images(planes, layout);
    double widest = layout->image_width;
    for (size_t i = 0; i < planes->n; i++) {
        char range[2 * NUMERAL_NUMBER_BYTES];
        size_t size = planes->height * planes->width;
        range_text(planes->values + i * size, size, range);
        widest = fmax(widest, numeral_canvas_measure(canvas, RANGE, range).width);
    }
    layout->cell_width = ceil(widest);
    layout->cell_height = layout->image_height + 5 + (planes->names ? 2 : 1) * LINE;
    size_t fit = (size_t)fmax(1, (WIDEST_PAGE + GAP) / (layout->cell_width + GAP));
    layout->columns = planes->columns ? planes->columns : fit;
    layout->columns = layout->columns < planes->n ? layout->columns : planes->n;
    double columns = (double)layout->columns;
    double rows = (double)((planes->n - 1) / layout->columns + 1);
    layout->width = columns * (layout->cell_width + GAP) - GAP;
    layout->height = rows * (layout->cell_height + GAP) - GAP;
}

static void draw_plane(const numeral_planes *planes, const numeral_plane_layout *layout,
                       size_t at, double x, double y, uint8_t *levels,
                       numeral_canvas *canvas)
{
    uint32_t colours[256];
    size_t size = planes->height * planes->width;
    const double *values = planes->values + at * size;
    double most = planes->common_scale ? layout->most : most_of(values, size);
    /* One-way planes are blue: the lower half of the scale, turned round. */
    double sign = layout->two_way ? 127 : -127;
    numeral_signed_colours(colours);
    for (size_t i = 0; i < size; i++) {
        levels[i] = (uint8_t)lround(128 + (most > 0 ? sign * values[i] / most : 0));
    }
    double middle = x + layout->cell_width / 2;
    numeral_box box = {floor(middle - layout->image_width / 2), y, layout->image_width,
                       layout->image_height};
    numeral_canvas_image(canvas, box, levels, planes->height, planes->width, colours);
    numeral_box frame = {box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1};
    numeral_canvas_frame(canvas, frame, (numeral_stroke){NUMERAL_PALE, 1, 0});
    double below = y + layout->image_height + 5;
    numeral_font name = NAME;
    name.max_width = layout->cell_width + 8;
    if (planes->names) {
        if (planes->names[at]) {
            numeral_canvas_text(canvas, middle, below, name, planes->names[at]);
        }
        below += LINE;
    }
    char range[2 * NUMERAL_NUMBER_BYTES];
    range_text(values, size, range);
    numeral_canvas_text(canvas, middle, below, RANGE, range);
}

numeral_status numeral_planes_lay(const numeral_planes *planes, numeral_canvas *canvas,
                                  numeral_plane_layout *out, numeral_error *err)
{
    numeral_plane_layout layout = {0};
    numeral_status status = check_planes(planes, &layout, err);
    if (status == NUMERAL_OK) {
        lay_out(planes, &layout, canvas);
        *out = layout;
    }
    return status;
}

numeral_status numeral_planes_draw(const numeral_planes *planes,
                                   const numeral_plane_layout *layout, double x, double y,
                                   numeral_canvas *canvas, numeral_error *err)
{
    uint8_t *levels = numeral_allocate(planes->height, planes->width, err);
    if (!levels) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < planes->n; i++) {
        double column = (double)(i % layout->columns),
               row = (double)(i / layout->columns);
        draw_plane(planes, layout, i, x + column * (layout->cell_width + GAP),
                   y + row * (layout->cell_height + GAP), levels, canvas);
    }
    numeral_release(levels);
    return NUMERAL_OK;
}

static numeral_status draw_planes(const void *data, numeral_canvas *canvas,
                                  numeral_error *err)
{
    const numeral_planes *planes = data;
    numeral_plane_layout layout;
    numeral_box body;
    char note[120];
    numeral_status status;
    TRY(numeral_planes_lay(planes, canvas, &layout, err));
    snprintf(note, sizeof note, "%s%s",
             layout.two_way ? "White is zero, blue below it, orange above it"
                            : "White is zero, darker is more",
             planes->common_scale ? "; one scale for all" : "; each on its own scale");
    TRY(numeral_page_open(canvas, planes->title, planes->subtitle, note, layout.width,
                          layout.height, &body, err));
    TRY(numeral_planes_draw(planes, &layout, body.x, body.y, canvas, err));
done:
    return status;
}

const numeral_chart numeral_chart_planes = {
    .entry = {.name = "features",
              .help = "planes of numbers: gradient maps, components, differences",
              .source = ""},
    .draw = draw_planes,
};
