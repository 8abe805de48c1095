/* Digits as points of a plane. Each class has a colour and a sign; where there is room, a
 * digit itself is shown, in the colour of its class, so that places can be read. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

static const double WIDTH = 760, HEIGHT = 600, LEGEND_LINE = 22, INNER = 20;
/* Shown digits stand apart by nearly twice their size, so that points between them are
 * seen. */
static const double THUMB = 34, APART = 64;
static const numeral_font LEGEND = {12, false, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
enum { MOST_POINTS = 100000, MOST_THUMBS = 400 };
enum { MOST_LABELS = NUMERAL_MAX_LABEL + 1, MOST_IN_LEGEND = 256 };

typedef struct map_layout {
    size_t *place; /* of each label among those that occur, ascending */
    bool *occurs;  /* up to MOST_LABELS */
    double x_low, y_low, x_scale, y_scale;
    numeral_box box;
} map_layout;

static numeral_status check_map(const numeral_map *map, map_layout *layout,
                                numeral_error *err)
{
    if (map->n == 0 || map->n > MOST_POINTS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "map: %zu points: expected 1 to %d", map->n, MOST_POINTS);
    }
    double x_high = -INFINITY, y_high = -INFINITY;
    layout->x_low = layout->y_low = INFINITY;
    for (size_t i = 0; i < map->n; i++) {
        if (!isfinite(map->x[i]) || !isfinite(map->y[i])) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "map: point %zu is (%g, %g): expected finite numbers", i,
                                map->x[i], map->y[i]);
        }
        layout->occurs[map->labels[i]] = true;
        layout->x_low = fmin(layout->x_low, map->x[i]);
        layout->y_low = fmin(layout->y_low, map->y[i]);
        x_high = fmax(x_high, map->x[i]);
        y_high = fmax(y_high, map->y[i]);
    }
    layout->x_scale = x_high > layout->x_low ? 1 / (x_high - layout->x_low) : 0;
    layout->y_scale = y_high > layout->y_low ? 1 / (y_high - layout->y_low) : 0;
    for (size_t label = 0, place = 0; label < MOST_LABELS; label++) {
        layout->place[label] = place;
        place += layout->occurs[label];
    }
    return NUMERAL_OK;
}

static numeral_point place_point(const numeral_map *map, const map_layout *layout,
                                 size_t at)
{
    double x = (map->x[at] - layout->x_low) * layout->x_scale;
    double y = (map->y[at] - layout->y_low) * layout->y_scale;
    return (numeral_point){layout->box.x + INNER + x * (layout->box.width - 2 * INNER),
                           layout->box.y + INNER +
                               (1 - y) * (layout->box.height - 2 * INNER)};
}

/* Lays the legend out in lines, and draws it where `draw`. Returns its height. */
static double lay_legend(const numeral_map *map, const map_layout *layout, double left,
                         double top, double width, bool draw, numeral_canvas *canvas)
{
    double x = 0, y = 0;
    for (size_t label = 0; label < MOST_LABELS; label++) {
        if (!layout->occurs[label] || layout->place[label] >= MOST_IN_LEGEND) {
            continue;
        }
        char number[NUMERAL_NUMBER_BYTES];
        numeral_font font = LEGEND;
        font.max_width = 160;
        const char *text =
            numeral_label_text(map->label_names, (numeral_label)label, number);
        double item = 18 + numeral_canvas_measure(canvas, font, text).width + 18;
        if (x > 0 && x + item > width) {
            x = 0;
            y += LEGEND_LINE;
        }
        if (draw) {
            size_t place = layout->place[label];
            double middle = top + y + LEGEND_LINE / 2;
            numeral_canvas_mark(canvas, (numeral_point){left + x + 6, middle},
                                numeral_series_marker(place), 11,
                                numeral_series_colour(place));
            numeral_canvas_label(canvas, left + x + 18, middle, font, text);
        }
        x += item;
    }
    return y + LEGEND_LINE;
}

static void draw_points(const numeral_map *map, const map_layout *layout,
                        numeral_canvas *canvas)
{
    /* All signs together cover about as much of the field, however many there are. */
    double size = fmin(9, fmax(3, 220 / sqrt((double)map->n)));
    for (size_t i = 0; i < map->n; i++) {
        size_t place = layout->place[map->labels[i]];
        numeral_canvas_mark(canvas, place_point(map, layout, i),
                            numeral_series_marker(place), size,
                            numeral_series_colour(place));
    }
}

static void draw_thumb(const numeral_map *map, numeral_point at, size_t id,
                       uint32_t colour, numeral_canvas *canvas)
{
    uint32_t colours[256];
    for (uint32_t level = 0; level < 256; level++) {
        colours[level] = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            uint32_t channel = colour >> shift & 255;
            colours[level] |= (255 - level * (255 - channel) / 255) << shift;
        }
    }
    const numeral_digits *digits = &map->digits;
    double longest =
        (double)(digits->height > digits->width ? digits->height : digits->width);
    double wide = THUMB * (double)digits->width / longest;
    double high = THUMB * (double)digits->height / longest;
    numeral_box box = {at.x - wide / 2, at.y - high / 2, wide, high};
    numeral_canvas_image(canvas, box,
                         digits->pixels + id * digits->height * digits->width,
                         digits->height, digits->width, colours);
    numeral_canvas_frame(canvas, box, (numeral_stroke){colour, 1, 0});
}

/* Takes the points in turn; a digit is shown where none is near yet. */
static void draw_thumbs(const numeral_map *map, const map_layout *layout,
                        numeral_canvas *canvas)
{
    numeral_point shown[MOST_THUMBS];
    size_t n_shown = 0;
    for (size_t i = 0; i < map->n && n_shown < MOST_THUMBS; i++) {
        numeral_point here = place_point(map, layout, i);
        bool free_place = true;
        for (size_t j = 0; j < n_shown && free_place; j++) {
            free_place =
                fabs(shown[j].x - here.x) >= APART || fabs(shown[j].y - here.y) >= APART;
        }
        if (free_place) {
            draw_thumb(map, here, i, numeral_series_colour(layout->place[map->labels[i]]),
                       canvas);
            shown[n_shown++] = here;
        }
    }
}

static numeral_status draw_map(const void *data, numeral_canvas *canvas,
                               numeral_error *err)
{
    const numeral_map *map = data;
    map_layout layout = {0};
    numeral_box body;
    numeral_status status;
    TRY_ALLOC(layout.place =
                  numeral_allocate_zero(MOST_LABELS, sizeof *layout.place, err));
    TRY_ALLOC(layout.occurs =
                  numeral_allocate_zero(MOST_LABELS, sizeof *layout.occurs, err));
    TRY(check_map(map, &layout, err));
    if (map->digits.pixels) {
        TRY(numeral_check_digits(&map->digits, "map", err));
    }
    double legend = lay_legend(map, &layout, 0, 0, WIDTH, false, canvas) + 8;
    TRY(numeral_page_open(canvas, map->title, map->subtitle, NULL, WIDTH, legend + HEIGHT,
                          &body, err));
    lay_legend(map, &layout, body.x, body.y, WIDTH, true, canvas);
    layout.box = (numeral_box){body.x, body.y + legend, body.width, HEIGHT};
    numeral_canvas_frame(canvas, layout.box, (numeral_stroke){NUMERAL_PALE, 1, 0});
    draw_points(map, &layout, canvas);
    if (map->digits.pixels) {
        draw_thumbs(map, &layout, canvas);
    }
done:
    numeral_release(layout.place);
    numeral_release(layout.occurs);
    return status;
}

const numeral_chart numeral_chart_map = {
    .entry = {.name = "map",
              .help = "digits as points of a plane, coloured by label",
              .source = ""},
    .draw = draw_map,
};
