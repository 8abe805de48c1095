/* Groups of planes under headings, one below the other: what a recipe makes of digits. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plot/chart_entries.h"
#include "plot/chart_planes.h"
#include "plot/page.h"

static const double HEADING_LINE = 20, NOTE_LINE = 18, APART = 26, NARROWEST = 480;
static const numeral_font HEADING = {13.5, true, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
static const numeral_font NOTE = {12, false, NUMERAL_GREY, NUMERAL_ALIGN_LEFT, 0, 1};
static const char LEGEND[] = "White is zero and darker is more; where numbers have both "
                             "signs, blue is below zero and orange above it";
enum { MOST_GROUPS = 500 };

static double heading_height(const numeral_planes *group)
{
    return (group->title ? HEADING_LINE : 0) + (group->subtitle ? NOTE_LINE : 0) + 4;
}

static double draw_heading(const numeral_planes *group, double x, double y, double width,
                           numeral_canvas *canvas)
{
    numeral_font heading = HEADING, note = NOTE;
    heading.max_width = note.max_width = width;
    if (group->title) {
        numeral_canvas_text(canvas, x, y, heading, group->title);
    }
    if (group->subtitle) {
        numeral_canvas_text(canvas, x, y + (group->title ? HEADING_LINE : 0), note,
                            group->subtitle);
    }
    return heading_height(group);
}

static numeral_status draw_stages(const void *data, numeral_canvas *canvas,
                                  numeral_error *err)
{
    const numeral_stages *stages = data;
    size_t n = stages->n_groups;
    double width = NARROWEST, height = -APART;
    numeral_plane_layout *layouts = NULL;
    numeral_box body;
    numeral_status status;
    if (n < 1 || n > MOST_GROUPS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "stages: %zu groups: expected 1 to %d", n, MOST_GROUPS);
    }
    TRY_ALLOC(layouts = numeral_allocate(n, sizeof *layouts, err));
    for (size_t i = 0; i < n; i++) {
        TRY(numeral_planes_lay(&stages->groups[i], canvas, &layouts[i], err));
        width = fmax(width, layouts[i].width);
        height += heading_height(&stages->groups[i]) + layouts[i].height + APART;
    }
    TRY(numeral_page_open(canvas, stages->title, stages->subtitle, LEGEND, width, height,
                          &body, err));
    for (size_t i = 0; i < n; i++) {
        const numeral_planes *group = &stages->groups[i];
        body.y += draw_heading(group, body.x, body.y, body.width, canvas);
        TRY(numeral_planes_draw(group, &layouts[i], body.x, body.y, canvas, err));
        body.y += layouts[i].height + APART;
    }
done:
    numeral_release(layouts);
    return status;
}

const numeral_chart numeral_chart_stages = {
    .entry = {.name = "stages",
              .help = "planes of numbers under headings: what a recipe makes of digits",
              .source = ""},
    .draw = draw_stages,
};
