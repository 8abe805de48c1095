/* Why a digit was read as it was: the steps it went through, the neighbours that decided
 * with their distances and shares of the vote, and the votes of the classes. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/text.h"
#include "plot/chart_entries.h"
#include "plot/page.h"
#include "plot/pieces.h"

enum { MOST_STEPS = 28, MOST_NEIGHBOURS = 200, MOST_BARS = 6 };
enum { MOST_COMPARISONS = 4, MOST_PARAGRAPHS = 8 };
/* Neighbours are smaller than the steps, three times their 28 pixels. */
static const double STEP = NUMERAL_SQUARE, GAP = NUMERAL_SQUARE_GAP, NEIGHBOUR = 84,
                    CELL = 114, LINE = 15;
static const double SECTION = 26, READABLE = 560,
                    SIGHT_STEP = 2 * NUMERAL_SQUARE + NUMERAL_SQUARE_GAP + 40,
                    SIGHT_GAP = 40, BAR_LINE = 22, BAR = 320, WIDEST_NAME = 150;
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
        decision->n_classes > NUMERAL_MAX_LABEL + 1 ||
        decision->n_comparisons > MOST_COMPARISONS ||
        decision->n_paragraphs > MOST_PARAGRAPHS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "why: %zu steps, %zu neighbours, %zu classes, %zu "
                            "comparisons, %zu paragraphs: expected 1 to %d, 0 to %d, 1 "
                            "to 65,536, 0 to %d, 0 to %d",
                            decision->n_steps, decision->neighbours.n,
                            decision->n_classes, decision->n_comparisons,
                            decision->n_paragraphs, MOST_STEPS, MOST_NEIGHBOURS,
                            MOST_COMPARISONS, MOST_PARAGRAPHS);
    }
    for (size_t i = 0; i < decision->n_classes; i++) {
        if (!(decision->votes[i] >= 0 && decision->votes[i] <= 1)) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "why: the vote of class %zu is %g: expected 0 to 1", i,
                                decision->votes[i]);
        }
    }
    numeral_status status;
    TRY(numeral_check_images(decision->steps, decision->n_steps, "why", err));
    if (decision->neighbours.n > 0) {
        TRY(numeral_check_digits(&decision->neighbours, "why", err));
    }
done:
    return status;
}

/* `distance` with as many digits as tell it: integers whole. */
static void distance_text(double distance, char out[NUMERAL_NUMBER_BYTES])
{
    if (distance == floor(distance) && distance >= 0 && distance < 1e15) {
        numeral_count_text((uint64_t)distance, out);
    } else {
        numeral_text_format(out, NUMERAL_NUMBER_BYTES, "%.6g", distance);
    }
}

static void draw_neighbour(const numeral_decision *decision, size_t at, double x,
                           double y, numeral_canvas *canvas)
{
    const numeral_digits *digits = &decision->neighbours;
    bool agrees = decision->labels[at] == decision->answer;
    numeral_named_image image = {.pixels =
                                     digits->pixels + at * digits->height * digits->width,
                                 .height = digits->height,
                                 .width = digits->width};
    numeral_draw_fitted(
        canvas, x + (CELL - NEIGHBOUR) / 2, y, NEIGHBOUR, &image,
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
        numeral_text_format(text, sizeof text, "%.1f %% of the vote",
                            100 * decision->weights[at]);
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
    size_t n = 0;
    for (; n < MOST_BARS; n++) {
        size_t found = decision->n_classes;
        for (size_t i = 0; i < decision->n_classes; i++) {
            bool more = found == decision->n_classes ||
                        decision->votes[i] > decision->votes[found];
            bool taken = false;
            for (size_t j = 0; j < n; j++) {
                taken = taken || best[j] == i;
            }
            if (!taken && decision->votes[i] > 0 && more) {
                found = i;
            }
        }
        if (found == decision->n_classes) {
            break;
        }
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
    numeral_label labels[MOST_BARS];
    for (size_t i = 0; i < n; i++) {
        labels[i] = decision->classes[best[i]];
    }
    double widest = numeral_labels_width(canvas, name, decision->label_names, labels, n);
    double left = x + fmin(widest, WIDEST_NAME) + 8;
    for (size_t i = 0; i < n; i++) {
        double vote = decision->votes[best[i]], middle = y + ((double)i + 0.5) * BAR_LINE;
        numeral_canvas_label(canvas, left - 8, middle, name,
                             numeral_label_text(decision->label_names, labels[i], text));
        numeral_box bar = {left, middle - 7, fmax(BAR * vote, 1), 14};
        numeral_canvas_fill(canvas, bar,
                            labels[i] == decision->answer ? NUMERAL_BLUE
                                                          : NUMERAL_VERMILION);
        numeral_text_format(text, sizeof text, "%.1f %%", 100 * vote);
        numeral_canvas_label(canvas, left + bar.width + 8, middle, share, text);
    }
}

/* Each training digit beside what differs, two squares to a comparison. */
static numeral_status draw_comparisons(const numeral_decision *decision, double x,
                                       double y, numeral_canvas *canvas,
                                       numeral_error *err)
{
    numeral_font detail = DETAIL;
    detail.max_width = 2 * STEP + GAP;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < decision->n_comparisons; i++) {
        const numeral_digit_difference *one = &decision->comparisons[i];
        numeral_named_image image = {
            .pixels = one->pixels, .height = one->height, .width = one->width};
        numeral_font name = one->agrees ? AGREES : DIFFERS;
        name.max_width = STEP + GAP - 4;
        double left = x + (double)i * SIGHT_STEP;
        numeral_draw_fitted(
            canvas, left, y, STEP, &image,
            (numeral_stroke){one->agrees ? NUMERAL_BLUE : NUMERAL_VERMILION, 2, 0});
        TRY(numeral_draw_difference(canvas, left + STEP + GAP, y, STEP, one->difference,
                                    one->difference_height, one->difference_width, err));
        numeral_canvas_text(canvas, left + STEP / 2, y + STEP + 5, name, one->name);
        numeral_canvas_text(canvas, left + 1.5 * STEP + GAP, y + STEP + 5, NAME,
                            "what differs");
        if (one->note) {
            numeral_canvas_text(canvas, left + STEP + GAP / 2, y + STEP + 6 + LINE,
                                detail, one->note);
        }
    }
done:
    return status;
}

/* Where the sections of the page begin, from the body's top. */
typedef struct decision_layout {
    size_t n_bars, best[MOST_BARS];
    double width, cell_height, neighbours, comparisons, votes, paragraphs, height;
} decision_layout;

static size_t rows_of(size_t n)
{
    return n > 0 ? (n - 1) / NUMERAL_SQUARES + 1 : 0;
}

static decision_layout lay_out(const numeral_decision *decision, numeral_canvas *canvas)
{
    decision_layout at = {0};
    size_t n = decision->neighbours.n;
    size_t steps =
        decision->n_steps < NUMERAL_SQUARES ? decision->n_steps : NUMERAL_SQUARES;
    size_t cells = n < NUMERAL_SQUARES ? n : NUMERAL_SQUARES;
    double lines = 2 + (decision->weights != NULL) + (decision->rows != NULL);
    at.n_bars = rank_classes(decision, at.best);
    at.cell_height = NEIGHBOUR + 8 + lines * LINE;
    at.width = fmax(WIDEST_NAME + BAR + 80, (double)steps * (STEP + GAP) - GAP);
    at.width = fmax(at.width, (double)cells * (CELL + GAP) - GAP);
    at.width = fmax(at.width, (double)decision->n_comparisons * SIGHT_STEP - SIGHT_GAP);
    /* Wide enough for every table; words alone are set as wide as lines read well. */
    for (size_t i = 0; i < decision->n_paragraphs; i++) {
        const numeral_figures *figures = decision->paragraphs[i].figures;
        at.width =
            fmax(at.width, figures ? numeral_figures_width(figures, canvas) : READABLE);
    }
    at.neighbours = SECTION + (double)rows_of(decision->n_steps) * NUMERAL_SQUARE_LINE;
    at.comparisons = at.neighbours;
    if (n > 0) {
        at.comparisons += SECTION + (double)rows_of(n) * (at.cell_height + GAP);
    }
    at.votes = at.comparisons +
               (decision->n_comparisons ? SECTION + STEP + 2 * LINE + 5 + GAP : 0);
    at.paragraphs = at.votes + SECTION + (double)at.n_bars * BAR_LINE + GAP;
    at.height = at.paragraphs;
    for (size_t i = 0; i < decision->n_paragraphs; i++) {
        at.height += numeral_paragraph_height(&decision->paragraphs[i], at.width, canvas);
    }
    at.height -= GAP;
    return at;
}

static void draw_neighbours(const numeral_decision *decision, const decision_layout *at,
                            double x, double y, numeral_canvas *canvas)
{
    numeral_canvas_text(canvas, x, y, HEADING,
                        "Its nearest neighbours (✓ votes for the answer, ✗ against it)");
    for (size_t i = 0; i < decision->neighbours.n; i++) {
        draw_neighbour(decision, i, x + (double)(i % NUMERAL_SQUARES) * (CELL + GAP),
                       y + SECTION +
                           (double)(i / NUMERAL_SQUARES) * (at->cell_height + GAP),
                       canvas);
    }
}

static numeral_status draw_decision(const void *data, numeral_canvas *canvas,
                                    numeral_error *err)
{
    const numeral_decision *decision = data;
    numeral_box body;
    numeral_status status;
    TRY(check_decision(decision, err));
    decision_layout at = lay_out(decision, canvas);
    TRY(numeral_page_open(canvas, decision->title, decision->subtitle, NULL, at.width,
                          at.height, &body, err));
    double x = body.x, y = body.y;
    numeral_canvas_text(canvas, x, y, HEADING, "The digit");
    numeral_draw_squares(canvas, x, y + SECTION, decision->steps, decision->n_steps);
    if (decision->neighbours.n > 0) {
        draw_neighbours(decision, &at, x, y + at.neighbours, canvas);
    }
    if (decision->n_comparisons > 0) {
        numeral_canvas_text(canvas, x, y + at.comparisons, HEADING,
                            "The nearest of each (orange: the digit has more ink there, "
                            "blue: less)");
        TRY(draw_comparisons(decision, x, y + at.comparisons + SECTION, canvas, err));
    }
    numeral_canvas_text(canvas, x, y + at.votes, HEADING, "Votes");
    draw_votes(decision, at.best, at.n_bars, x, y + at.votes + SECTION, canvas);
    y += at.paragraphs;
    for (size_t i = 0; i < decision->n_paragraphs; i++) {
        numeral_paragraph_draw(&decision->paragraphs[i], x, y, at.width, canvas);
        y += numeral_paragraph_height(&decision->paragraphs[i], at.width, canvas);
    }
done:
    return status;
}

const numeral_chart numeral_chart_decision = {
    .entry = {.name = "why",
              .help = "the neighbours that decided, their distances and votes",
              .source = ""},
    .draw = draw_decision,
};
