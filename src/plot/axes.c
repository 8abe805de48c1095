/* Ticks at round numbers (1, 2 or 5 times a power of ten), and fields with axes. Labels
 * that would touch are left out; grid lines stay. */
#include "plot/axes.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "plot/page.h"

static const numeral_font TICK = {11, false, NUMERAL_GREY, NUMERAL_ALIGN_RIGHT, 0, 1};
static const numeral_font NAME = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
/* Units of the page: what a tick's text and an axis's name take beside the box. */
static const double TICK_GAP = 6, NAME_HEIGHT = 20, TICK_HEIGHT = 22;

/* The smallest of 1, 2, 5 times a power of ten that is at least `wish`. */
static double round_step(double wish)
{
    double power = pow(10, floor(log10(wish)));
    double share = wish / power;
    return power * (share <= 1.0001 ? 1 : share <= 2.0001 ? 2 : share <= 5.0001 ? 5 : 10);
}

numeral_axis numeral_axis_linear(double low, double high, bool whole)
{
    if (!(high > low)) {
        double room = low != 0 ? fabs(low) * 0.1 : 1;
        low -= whole ? 1 : room;
        high += whole ? 1 : room;
    }
    /* About eight ticks; where whole numbers are counted, up to twenty, so that each k
     * has its own. */
    double step = round_step((high - low) / (whole ? 20 : 8));
    step = whole && step < 1 ? 1 : step;
    numeral_axis axis = {.low = low, .high = high};
    if (!whole) {
        axis.low = floor(low / step + 1e-9) * step;
        axis.high = ceil(high / step - 1e-9) * step;
    }
    axis.decimals = (int)fmax(0, ceil(-log10(step) - 1e-9));
    double first = ceil(axis.low / step - 1e-9);
    for (double at = first; at * step <= axis.high + step * 1e-6; at++) {
        if (axis.n_ticks < NUMERAL_MAX_TICKS) {
            axis.ticks[axis.n_ticks++] = at * step;
        }
    }
    return axis;
}

numeral_axis numeral_axis_logarithmic(double low, double high)
{
    numeral_axis axis = {.logarithmic = true};
    axis.low = pow(10, floor(log10(low) + 1e-9));
    axis.high = pow(10, ceil(log10(high) - 1e-9));
    if (axis.high <= axis.low) {
        axis.high = axis.low * 10;
    }
    /* Every power of ten has a tick, of more than eight decades every second, ... */
    double decades = round(log10(axis.high / axis.low));
    double stride = pow(10, ceil(decades / 8));
    axis.decimals = axis.low < 1 ? (int)round(-log10(axis.low)) : 0;
    for (double tick = axis.low; tick <= axis.high * 1.001; tick *= stride) {
        if (axis.n_ticks < NUMERAL_MAX_TICKS) {
            axis.ticks[axis.n_ticks++] = tick;
        }
    }
    return axis;
}

static void tick_text(const numeral_axis *axis, double tick,
                      char out[NUMERAL_NUMBER_BYTES])
{
    if (fabs(tick) >= 1e15 || (tick != 0 && fabs(tick) < 1e-6)) {
        numeral_text_format(out, NUMERAL_NUMBER_BYTES, "%.2g", tick);
    } else if (tick >= 10000 && axis->decimals == 0) {
        numeral_count_text((uint64_t)llround(tick), out);
    } else if (axis->logarithmic) {
        numeral_text_format(out, NUMERAL_NUMBER_BYTES, "%g", tick);
    } else {
        /* A true minus sign, and no "-0". */
        numeral_text_format(out, NUMERAL_NUMBER_BYTES, "%s%.*f", tick < -1e-12 ? "−" : "",
                            axis->decimals, fabs(tick));
    }
}

static double widest_tick(const numeral_axis *axis, numeral_canvas *canvas)
{
    double widest = 0;
    for (size_t i = 0; i < axis->n_ticks; i++) {
        char text[NUMERAL_NUMBER_BYTES];
        tick_text(axis, axis->ticks[i], text);
        widest = fmax(widest, numeral_canvas_measure(canvas, TICK, text).width);
    }
    return widest;
}

numeral_rim numeral_field_rim(const numeral_field *field, numeral_canvas *canvas)
{
    double half_tick = widest_tick(&field->x, canvas) / 2;
    return (numeral_rim){
        .left = ceil(fmax(widest_tick(&field->y, canvas) + TICK_GAP, half_tick)),
        .top = field->y_name ? NAME_HEIGHT + 4 : 6,
        .right = ceil(half_tick),
        .bottom = TICK_HEIGHT + (field->x_name ? NAME_HEIGHT : 0),
    };
}

static double share_of(const numeral_axis *axis, double value)
{
    return axis->logarithmic ? log(value / axis->low) / log(axis->high / axis->low)
                             : (value - axis->low) / (axis->high - axis->low);
}

numeral_point numeral_field_point(const numeral_field *field, double x, double y)
{
    return (numeral_point){
        field->box.x + share_of(&field->x, x) * field->box.width,
        field->box.y + (1 - share_of(&field->y, y)) * field->box.height,
    };
}

static void draw_x_ticks(const numeral_field *field, numeral_canvas *canvas)
{
    numeral_font font = TICK;
    font.align = NUMERAL_ALIGN_CENTRE;
    double bottom = field->box.y + field->box.height, last_right = -1e9;
    for (size_t i = 0; i < field->x.n_ticks; i++) {
        char text[NUMERAL_NUMBER_BYTES];
        tick_text(&field->x, field->x.ticks[i], text);
        double x = numeral_field_point(field, field->x.ticks[i], field->y.low).x;
        numeral_point line[] = {{x, field->box.y}, {x, bottom}};
        numeral_canvas_line(canvas, line, 2, (numeral_stroke){0xE6E6E6, 1, 0});
        double half = numeral_canvas_measure(canvas, font, text).width / 2;
        if (x - half > last_right + 4) { /* too narrow for every text: leave some out */
            numeral_canvas_text(canvas, x, bottom + 8, font, text);
            last_right = x + half;
        }
    }
}

static void draw_y_ticks(const numeral_field *field, numeral_canvas *canvas)
{
    double right = field->box.x + field->box.width, last_y = 1e9;
    for (size_t i = 0; i < field->y.n_ticks; i++) {
        char text[NUMERAL_NUMBER_BYTES];
        tick_text(&field->y, field->y.ticks[i], text);
        double y = numeral_field_point(field, field->x.low, field->y.ticks[i]).y;
        numeral_point line[] = {{field->box.x, y}, {right, y}};
        numeral_canvas_line(canvas, line, 2, (numeral_stroke){0xE6E6E6, 1, 0});
        if (y < last_y - 14) {
            numeral_canvas_label(canvas, field->box.x - TICK_GAP, y, TICK, text);
            last_y = y;
        }
    }
}

void numeral_field_draw(const numeral_field *field, numeral_canvas *canvas)
{
    draw_x_ticks(field, canvas);
    draw_y_ticks(field, canvas);
    const numeral_box *box = &field->box;
    numeral_point lines[] = {{box->x, box->y},
                             {box->x, box->y + box->height},
                             {box->x + box->width, box->y + box->height}};
    numeral_canvas_line(canvas, lines, 3, (numeral_stroke){NUMERAL_GREY, 1, 0});
    if (field->y_name) {
        numeral_canvas_text(canvas, NUMERAL_MARGIN, box->y - NAME_HEIGHT - 4, NAME,
                            field->y_name);
    }
    if (field->x_name) {
        numeral_font font = NAME;
        font.align = NUMERAL_ALIGN_CENTRE;
        numeral_canvas_text(canvas, box->x + box->width / 2,
                            box->y + box->height + TICK_HEIGHT + 3, font, field->x_name);
    }
}
