/* Why a digit was read as it was: the steps it went through, the neighbours that decided
 * with their distances and shares of the vote, and the votes of the classes. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "plot/chart.h"
#include "plot/page.h"
#include "plot/table.h"

enum { MOST_STEPS = 8, MOST_NEIGHBOURS = 200, MOST_BARS = 6, ROW_CELLS = 7 };
static const double STEP = 112, NEIGHBOUR = 84, CELL = 114, GAP = 14, LINE = 15;
static const double SECTION = 26, BAR_LINE = 22, BAR = 320, WIDEST_NAME = 150;
static const numeral_font HEADING = {13.5, true, NUMERAL_INK, NUMERAL_ALIGN_LEFT, 0, 1};
static const numeral_font NAME = {12, false, NUMERAL_INK, NUMERAL_ALIGN_CENTRE, 0, 1};
static const numeral_font AGREES = {12.5, true, NUMERAL_BLUE, NUMERAL_ALIGN_CENTRE, 0, 1};
static const numeral_font DIFFERS = {12.5, true, NUMERAL_VERMILION, NUMERAL_ALIGN_CENTRE,
                                     0,    1};
static const numeral_font DETAIL = {10.5, false, NUMERAL_GREY, NUMERAL_ALIGN_CENTRE,
                                    0,    1};

static numeral_status check_decision(const numeral_decision *decision, numeral_error *err)
{
    if (decision->n_steps == 0 || decision->n_steps > MOST_STEPS ||
        decision->neighbours.n > MOST_NEIGHBOURS || decision->n_classes == 0 ||
        decision->n_classes > 256) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "why: %zu steps, %zu neighbours, %zu classes: expected 1 to "
                            "%d, 0 to %d, 1 to 256",
                            decision->n_steps, decision->neighbours.n,
                            decision->n_classes, MOST_STEPS, MOST_NEIGHBOURS);
    }
    for (size_t i = 0; i < decision->n_classes; i++) {
        if (!(decision->votes[i] >= 0 && decision->votes[i] <= 1)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "why: the vote of class %zu is %g: expected 0 to 1", i,
                                decision->votes[i]);
        }
    }
    for (size_t i = 0; i < decision->n_steps; i++) {
        const numeral_named_image *step = &decision->steps[i];
        numeral_digits shape = {step->pixels, 1, step->height, step->width};
        numeral_status status = numeral_check_digits(&shape, "why", err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return decision->neighbours.n > 0
               ? numeral_check_digits(&decision->neighbours, "why", err)
               : NUMERAL_OK;
}

/* Draws an image as large as fits a square, centred in it at the bottom. */
static void draw_fitted(numeral_canvas *canvas, double x, double y, double side,
                        const uint8_t *pixels, size_t height, size_t width,
                        numeral_stroke rim)
{
    double longest = (double)(height > width ? height : width);
    double zoom = side / longest;
    zoom = zoom >= 1 ? floor(zoom) : zoom;
    double wide = zoom * (double)width, high = zoom * (double)height;
    numeral_box box = {floor(x + (side - wide) / 2), floor(y + side - high), wide, high};
    numeral_draw_digit(canvas, box, pixels, height, width);
    double out = rim.width / 2;
    numeral_canvas_frame(canvas,
                         (numeral_box){box.x - out, box.y - out, box.width + 2 * out,
                                       box.height + 2 * out},
                         rim);
}

static void draw_steps(const numeral_decision *decision, double x, double y,
                       numeral_canvas *canvas)
{
    numeral_font name = NAME;
    name.max_width = STEP + GAP - 4;
    for (size_t i = 0; i < decision->n_steps; i++) {
        const numeral_named_image *step = &decision->steps[i];
        draw_fitted(canvas, x, y, STEP, step->pixels, step->height, step->width,
                    (numeral_stroke){NUMERAL_PALE, 1, 0});
        numeral_canvas_text(canvas, x + STEP / 2, y + STEP + 5, name, step->name);
        x += STEP + GAP;
    }
}

/* `distance` with as many digits as tell it: integers whole. */
static void distance_text(double distance, char out[NUMERAL_NUMBER_BYTES])
{
    if (distance == floor(distance) && distance >= 0 && distance < 1e15) {
        numeral_count_text((uint64_t)distance, out);
    } else {
        snprintf(out, NUMERAL_NUMBER_BYTES, "%.6g", distance);
    }
}

static void draw_neighbour(const numeral_decision *decision, size_t at, double x,
                           double y, numeral_canvas *canvas)
{
    const numeral_digits *digits = &decision->neighbours;
    bool agrees = decision->labels[at] == decision->answer;
    draw_fitted(canvas, x + (CELL - NEIGHBOUR) / 2, y, NEIGHBOUR,
                digits->pixels + at * digits->height * digits->width, digits->height,
                digits->width,
                (numeral_stroke){agrees ? NUMERAL_BLUE : NUMERAL_VERMILION, 2, 0});
    char number[NUMERAL_NUMBER_BYTES], text[200];
    numeral_font label = agrees ? AGREES : DIFFERS, detail = DETAIL;
    label.max_width = detail.max_width = CELL + GAP - 6;
    double middle = x + CELL / 2, line = y + NEIGHBOUR + 5;
    snprintf(text, sizeof text, "%s %.160s", agrees ? "✓" : "✗",
             numeral_label_text(decision->label_names, decision->labels[at], number));
    numeral_canvas_text(canvas, middle, line, label, text);
    line += LINE + 1;
    distance_text(decision->distances[at], number);
    snprintf(text, sizeof text, "distance %s", number);
    numeral_canvas_text(canvas, middle, line, detail, text);
    if (decision->weights) {
        line += LINE;
        snprintf(text, sizeof text, "%.1f %% of the vote", 100 * decision->weights[at]);
        numeral_canvas_text(canvas, middle, line, detail, text);
    }
    if (decision->rows) {
        line += LINE;
        snprintf(text, sizeof text, "row %lld", (long long)decision->rows[at]);
        numeral_canvas_text(canvas, middle, line, detail, text);
    }
}

/* The classes with the most votes, in falling order; classes without votes left out. */
static size_t rank_classes(const numeral_decision *decision, size_t best[MOST_BARS])
{
    bool taken[256] = {false};
    size_t n = 0;
    for (; n < MOST_BARS; n++) {
        size_t found = decision->n_classes;
        for (size_t i = 0; i < decision->n_classes; i++) {
            bool more = found == decision->n_classes ||
                        decision->votes[i] > decision->votes[found];
            if (!taken[i] && decision->votes[i] > 0 && more) {
                found = i;
            }
        }
        if (found == decision->n_classes) {
            break;
        }
        taken[found] = true;
        best[n] = found;
    }
    return n;
}

static void draw_votes(const numeral_decision *decision, const size_t *best, size_t n,
                       double x, double y, numeral_canvas *canvas)
{
    char text[NUMERAL_NUMBER_BYTES];
    numeral_font name = NAME, share = NAME;
    name.align = NUMERAL_ALIGN_RIGHT;
    name.max_width = WIDEST_NAME + 1;
    share.align = NUMERAL_ALIGN_LEFT;
    double widest = 0;
    for (size_t i = 0; i < n; i++) {
        const char *label =
            numeral_label_text(decision->label_names, decision->classes[best[i]], text);
        widest = fmax(widest, numeral_canvas_measure(canvas, name, label).width);
    }
    double left = x + fmin(ceil(widest), WIDEST_NAME) + 8;
    for (size_t i = 0; i < n; i++) {
        double vote = decision->votes[best[i]], middle = y + ((double)i + 0.5) * BAR_LINE;
        uint8_t label = decision->classes[best[i]];
        numeral_canvas_label(canvas, left - 8, middle, name,
                             numeral_label_text(decision->label_names, label, text));
        numeral_box bar = {left, middle - 7, fmax(BAR * vote, 1), 14};
        numeral_canvas_fill(canvas, bar,
                            label == decision->answer ? NUMERAL_BLUE : NUMERAL_VERMILION);
        snprintf(text, sizeof text, "%.1f %%", 100 * vote);
        numeral_canvas_label(canvas, left + bar.width + 8, middle, share, text);
    }
}

static numeral_status draw_decision(const void *data, numeral_canvas *canvas,
                                    numeral_error *err)
{
    const numeral_decision *decision = data;
    numeral_status status = check_decision(decision, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    size_t best[MOST_BARS], n_bars = rank_classes(decision, best);
    size_t n = decision->neighbours.n;
    size_t columns = n < ROW_CELLS ? n : ROW_CELLS;
    size_t rows = n > 0 ? (n - 1) / ROW_CELLS + 1 : 0;
    double lines = 2 + (decision->weights != NULL) + (decision->rows != NULL);
    double cell_height = NEIGHBOUR + 8 + lines * LINE;
    double steps_height = STEP + 5 + LINE + GAP;
    double neighbours_height = n > 0 ? SECTION + (double)rows * (cell_height + GAP) : 0;
    double width = fmax((double)decision->n_steps * (STEP + GAP) - GAP,
                        (double)columns * (CELL + GAP) - GAP);
    numeral_box body;
    status = numeral_page_open(
        canvas, decision->title, decision->subtitle, fmax(width, WIDEST_NAME + BAR + 80),
        SECTION + steps_height + neighbours_height + SECTION + (double)n_bars * BAR_LINE,
        &body, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    double y = body.y;
    numeral_canvas_text(canvas, body.x, y, HEADING, "The digit");
    draw_steps(decision, body.x, y + SECTION, canvas);
    y += SECTION + steps_height;
    if (n > 0) {
        numeral_canvas_text(
            canvas, body.x, y, HEADING,
            "Its nearest neighbours (✓ votes for the answer, ✗ against it)");
        for (size_t i = 0; i < n; i++) {
            draw_neighbour(decision, i, body.x + (double)(i % ROW_CELLS) * (CELL + GAP),
                           y + SECTION + (double)(i / ROW_CELLS) * (cell_height + GAP),
                           canvas);
        }
        y += neighbours_height;
    }
    numeral_canvas_text(canvas, body.x, y, HEADING, "Votes");
    draw_votes(decision, best, n_bars, body.x, y + SECTION, canvas);
    return NUMERAL_OK;
}

const numeral_chart numeral_chart_decision = {
    .entry = {.name = "why",
              .help = "the neighbours that decided, their distances and votes",
              .source = ""},
    .draw = draw_decision,
};

numeral_status numeral_draw_decision(const numeral_decision *decision,
                                     numeral_picture_format format, numeral_picture *out,
                                     numeral_error *err)
{
    return numeral_chart_picture(&numeral_chart_decision, decision, format, out, err);
}
