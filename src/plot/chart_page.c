/* A page as it was read: the picture, pale, with a box around each digit, its label and
 * confidence above it; what was refused in another colour. */
#include "base/fail.h"
#include "plot/chart_entries.h"
#include "plot/page.h"

enum { MOST_MARKS = 10000 };
/* A page is drawn so wide at least, so that the labels of small pictures can be read. */
static const double LEAST_WIDTH = 480, LABEL_SIZE = 12, NOTE_SIZE = 8;

static numeral_status check(const numeral_marked_page *m, numeral_error *err)
{
    if (!m->pixels || m->height == 0 || m->width == 0 || m->n_marks > MOST_MARKS) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "page: %zu x %zu pixels and %zu marks: expected a picture and "
            "at most %d",
            m->height, m->width, m->n_marks, MOST_MARKS);
    }
    return NUMERAL_OK;
}

/* The picture's greys drawn towards white, so that marks stand out on it. */
static void pale_greys(uint32_t colours[256])
{
    for (uint32_t grey = 0; grey < 256; grey++) {
        uint32_t pale = 90 + grey * 165 / 255;
        colours[grey] = pale << 16 | pale << 8 | pale;
    }
}

static void draw_mark(const numeral_mark *mark, double x, double y, double zoom,
                      numeral_canvas *canvas)
{
    uint32_t colour = mark->refused ? NUMERAL_VERMILION : NUMERAL_BLUE;
    numeral_box box = {x + (double)mark->left * zoom, y + (double)mark->top * zoom,
                       (double)(mark->right - mark->left) * zoom,
                       (double)(mark->bottom - mark->top) * zoom};
    numeral_canvas_frame(canvas, box, (numeral_stroke){colour, 1, 0});
    double middle = box.x + box.width / 2, above = box.y - 6;
    numeral_font label = {LABEL_SIZE, true, colour, NUMERAL_ALIGN_CENTRE, 0, 1};
    if (mark->note) {
        numeral_font note = {NOTE_SIZE, false, colour, NUMERAL_ALIGN_CENTRE, 0, 1};
        numeral_canvas_label(canvas, middle, above, note, mark->note);
        above -= NOTE_SIZE + 6;
    }
    numeral_canvas_label(canvas, middle, above, label, mark->label);
}

static numeral_status draw(const void *data, numeral_canvas *canvas, numeral_error *err)
{
    const numeral_marked_page *m = data;
    uint32_t colours[256];
    double zoom = (double)m->width < LEAST_WIDTH ? LEAST_WIDTH / (double)m->width : 1;
    double width = (double)m->width * zoom, height = (double)m->height * zoom;
    numeral_box body;
    numeral_status status;
    TRY(check(m, err));
    TRY(numeral_page_open(canvas, m->title, m->subtitle, NULL, width, height, &body,
                          err));
    pale_greys(colours);
    numeral_canvas_image(canvas, (numeral_box){body.x, body.y, width, height}, m->pixels,
                         m->height, m->width, colours);
    for (size_t i = 0; i < m->n_marks; i++) {
        draw_mark(&m->marks[i], body.x, body.y, zoom, canvas);
    }
done:
    return status;
}

const numeral_chart numeral_chart_page = {
    .entry = {.name = "page",
              .help = "a page as it was read: boxes, labels, what was refused",
              .source = ""},
    .draw = draw,
};
