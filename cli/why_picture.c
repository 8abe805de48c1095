/* An explanation as a picture: what `why` says, beside the images it speaks of. */
#include "why.h"

#include <stdlib.h>
#include <string.h>

/* As many steps as a decision takes; two lines of neighbours. */
enum { MOST_STEPS = 28, MOST_NEIGHBOURS = 14, MOST_PARAGRAPHS = 4, NOTE_BYTES = 80 };

/* What a picture points into. */
typedef struct sheet {
    numeral_named_image steps[MOST_STEPS];
    numeral_label labels[MOST_NEIGHBOURS];
    double distances[MOST_NEIGHBOURS], weights[MOST_NEIGHBOURS];
    int64_t rows[MOST_NEIGHBOURS];
    const char *cells[2][CLI_TABLE_ROWS * CLI_TABLE_COLUMNS];
    numeral_figures figures[2];
    numeral_paragraph paragraphs[MOST_PARAGRAPHS];
    numeral_digit_difference comparisons[2];
    char names[2][NOTE_BYTES], notes[2][NOTE_BYTES];
    uint8_t *pixels; /* of the neighbours */
} sheet;

static const numeral_figures *lay_table(const cli_table *table, sheet *s, size_t at)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        for (size_t j = 0; j < table->n_columns; j++) {
            s->cells[at][i * table->n_columns + j] = table->cells[i][j];
        }
    }
    s->figures[at] = (numeral_figures){table->n_rows, table->n_columns, s->cells[at]};
    return &s->figures[at];
}

static size_t lay_neighbours(const numeral_explanation *why, sheet *s)
{
    size_t size = why->height * why->width;
    size_t n = why->n_voters < MOST_NEIGHBOURS ? why->n_voters : MOST_NEIGHBOURS;
    double all = 0; /* bars are shares of all votes, also of those not shown */
    for (size_t i = 0; i < why->n_voters; i++) {
        all += why->voters[i].weight;
    }
    for (size_t i = 0; i < n; i++) {
        const numeral_voter *voter = &why->voters[i];
        memcpy(s->pixels + i * size, voter->image, size);
        s->labels[i] = voter->label;
        s->distances[i] = voter->distance;
        s->rows[i] = (int64_t)voter->row;
        s->weights[i] = all > 0 ? voter->weight / all : 0;
    }
    return n;
}

static void compare(const numeral_model_info *info, const numeral_explanation *why,
                    size_t at, const numeral_voter *voter, const int16_t *difference,
                    sheet *s)
{
    char number[NUMERAL_LABEL_BYTES], distance[32];
    snprintf(s->names[at], NOTE_BYTES, "nearest %.60s",
             cli_label_name(info, voter->label, number));
    snprintf(s->notes[at], NOTE_BYTES, "row %zu, distance %s", voter->row,
             cli_figure(voter->distance, distance));
    s->comparisons[at] = (numeral_digit_difference){
        s->names[at],         s->notes[at], at == 0,    voter->image,
        why->height,          why->width,   difference, why->difference_height,
        why->difference_width};
}

static size_t lay_paragraphs(const cli_why_words *words, sheet *s)
{
    size_t n = 0;
    s->paragraphs[n++] = (numeral_paragraph){"How the vote was counted", words->vote,
                                             lay_table(&words->counts, s, 0)};
    if (words->gate[0]) {
        s->paragraphs[n++] = (numeral_paragraph){"The gate", words->gate, NULL};
    }
    if (words->rerank[0]) {
        s->paragraphs[n++] = (numeral_paragraph){"The second look", words->rerank,
                                                 lay_table(&words->terms, s, 1)};
    }
    s->paragraphs[n++] =
        (numeral_paragraph){"The answer and the runner-up", words->rival, NULL};
    return n;
}

static void write_heading(const cli_digit *digit, const numeral_explanation *why,
                          const cli_why_words *words, char title[700],
                          char subtitle[3000])
{
    const numeral_model_info *info = &digit->info;
    char read[NUMERAL_LABEL_BYTES], truth[NUMERAL_LABEL_BYTES], about[64] = "";
    if (digit->has_label) {
        snprintf(about, sizeof about, "Its true label is %.40s. ",
                 cli_label_name(info, digit->label, truth));
    }
    snprintf(title, 700, "Why %.500s is read as %.100s", digit->name,
             cli_label_name(info, why->label, read));
    snprintf(subtitle, 3000, "%s%.1500s\nRecipe: %.1000s", about, words->headline,
             info->recipe);
}

numeral_status cli_why_draw(const cli_digit *digit, const numeral_explanation *why,
                            const cli_why_words *words, numeral_picture_format format,
                            numeral_picture *out, numeral_error *err)
{
    const numeral_model_info *info = &digit->info;
    char title[700], subtitle[3000];
    numeral_status status;
    sheet *s = calloc(1, sizeof *s);
    uint8_t *pixels = malloc(MOST_NEIGHBOURS * why->height * why->width);
    TRY(s && pixels ? NUMERAL_OK : cli_no_memory(err));
    s->pixels = pixels;
    write_heading(digit, why, words, title, subtitle);
    numeral_decision picture = {.title = title,
                                .subtitle = subtitle,
                                .steps = s->steps,
                                .n_steps =
                                    cli_why_steps(digit, why, s->steps, MOST_STEPS),
                                .labels = s->labels,
                                .distances = s->distances,
                                .weights = why->additive ? s->weights : NULL,
                                .rows = s->rows,
                                .answer = why->label,
                                .n_classes = why->n_classes,
                                .classes = why->classes,
                                .votes = why->votes,
                                .label_names = cli_label_names(info),
                                .comparisons = s->comparisons,
                                .n_comparisons = why->has_runner_up ? 2 : 1,
                                .n_paragraphs = lay_paragraphs(words, s),
                                .paragraphs = s->paragraphs};
    picture.neighbours =
        (numeral_digits){pixels, lay_neighbours(why, s), why->height, why->width};
    compare(info, why, 0, &why->own, why->own_difference, s);
    if (why->has_runner_up) {
        compare(info, why, 1, &why->rival, why->rival_difference, s);
    }
    status = numeral_draw_decision(&picture, format, out, err);
done:
    free(pixels);
    free(s);
    return status;
}
