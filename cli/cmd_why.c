/* numeral why: why one digit was read as it was. */
#include <stdlib.h>
#include <string.h>

#include "json_file.h"
#include "pictures.h"
#include "why.h"

/* One line of pictures each: what a screen holds beside the words. */
enum { MOST_SHOWN = 8, MOST_STAGES = 24 };

static const cli_option options[] = {
    {"output", 'o', "FILE", "draw it: a .png, .svg or .pdf (default: tell it here)"},
};

/* Everything there is to show. */
typedef struct told {
    cli_digit digit;
    numeral_explanation *why;
    cli_why_words words;
} told;

static numeral_status print_images(const told *t, const char *title,
                                   const numeral_named_image *images, size_t n,
                                   const numeral_label *labels, numeral_error *err)
{
    return cli_digit_print(title, images, n, t->why->height, t->why->width, labels,
                           &t->digit.info, err);
}

static numeral_status print_stages(const told *t, numeral_error *err)
{
    numeral_named_image images[MOST_STAGES];
    size_t n = cli_why_steps(&t->digit, t->why, images, MOST_STAGES);
    return print_images(t, "The digit on its way in", images, n, NULL, err);
}

static numeral_status print_voters(const told *t, numeral_error *err)
{
    const numeral_explanation *why = t->why;
    size_t n = why->n_voters < MOST_SHOWN ? why->n_voters : MOST_SHOWN;
    numeral_named_image images[MOST_SHOWN];
    char rows[MOST_SHOWN][32];
    numeral_label labels[MOST_SHOWN];
    for (size_t i = 0; i < n; i++) {
        const numeral_voter *voter = &why->voters[i];
        snprintf(rows[i], sizeof rows[i], "row %zu", voter->row);
        labels[i] = voter->label;
        images[i] =
            (numeral_named_image){rows[i], voter->image, why->height, why->width, false};
    }
    return print_images(t, "Its nearest training digits, with their labels", images, n,
                        labels, err);
}

/* The nearest digit of the answer and of the runner-up, each with the sizes of what
 * differs. */
static numeral_status print_comparison(const told *t, numeral_error *err)
{
    const numeral_explanation *why = t->why;
    size_t size = why->difference_height * why->difference_width;
    const numeral_voter *voters[] = {&why->own, &why->rival};
    const int16_t *differences[] = {why->own_difference, why->rival_difference};
    size_t n = why->has_runner_up ? 2 : 1;
    numeral_named_image images[4];
    char names[2][64], number[NUMERAL_LABEL_BYTES];
    numeral_status status = NUMERAL_OK;
    uint8_t *sizes = malloc(2 * size);
    if (!sizes) {
        return cli_no_memory(err);
    }
    /* images 0 and 2 are digits, 1 and 3 how far the one explained is from them */
    for (size_t v = 0; v < n; v++) {
        snprintf(names[v], sizeof names[v], "nearest %.40s",
                 cli_label_name(&t->digit.info, voters[v]->label, number));
        for (size_t i = 0; i < size; i++) {
            sizes[v * size + i] = (uint8_t)abs(differences[v][i]);
        }
        images[2 * v] = (numeral_named_image){names[v], voters[v]->image, why->height,
                                              why->width, false};
        images[2 * v + 1] =
            (numeral_named_image){"what differs", sizes + v * size,
                                  why->difference_height, why->difference_width, false};
    }
    status = print_images(t, "The answer and the runner-up", images, 2 * n, NULL, err);
    free(sizes);
    return status;
}

static void print_words(const char *words)
{
    if (words[0]) {
        cli_print_wrapped(words, 0, 0);
    }
}

static void print_table(const cli_table *table)
{
    putchar('\n');
    cli_table_print(table, 2);
    putchar('\n');
}

static void print_headline(const told *t)
{
    char number[NUMERAL_LABEL_BYTES];
    print_words(t->words.headline);
    if (t->digit.has_label) {
        cli_print("Its true label is %s%s.\n",
                  cli_label_name(&t->digit.info, t->digit.label, number),
                  t->digit.label == t->why->label ? ", as read" : ": a mistake");
    }
}

static numeral_status print_all(const told *t, numeral_error *err)
{
    numeral_status status;
    putchar('\n');
    TRY(print_stages(t, err));
    TRY(print_voters(t, err));
    print_words(t->words.vote);
    print_table(&t->words.voters);
    cli_table_print(&t->words.counts, 2);
    putchar('\n');
    print_words(t->words.gate);
    if (t->words.gate[0]) {
        putchar('\n');
    }
    if (t->words.rerank[0]) {
        print_words(t->words.rerank);
        print_table(&t->words.terms);
    }
    TRY(print_comparison(t, err));
    print_words(t->words.rival);
    cli_print("\nrecipe: ");
    cli_print_wrapped(t->digit.info.recipe, 8, 8);
done:
    return status;
}

static numeral_status tell(const cli_session *session, const told *t, numeral_error *err)
{
    const char *path = cli_value(session->arguments, "output");
    numeral_picture picture = {0};
    numeral_status status = NUMERAL_OK;
    if (session->text) {
        print_headline(t);
    }
    if (session->text && !path) {
        TRY(print_all(t, err));
    }
    if (path) {
        TRY(cli_why_draw(&t->digit, t->why, &t->words, cli_picture_format(path), &picture,
                         err));
        TRY(cli_picture_save(&picture, path, "the explanation", session, err));
    }
    if (session->json) {
        answer_of of = cli_digit_answer(&t->digit);
        TRY(cli_json_write(answer_why(&of, t->why), session->json, err));
    }
done:
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    numeral_status status;
    told *t = calloc(1, sizeof *t);
    if (!t) {
        return cli_no_memory(err);
    }
    TRY(cli_digit_open(session, &t->digit, err));
    TRY(numeral_model_explain(session->model, &t->digit.image, t->digit.frame,
                              &session->run, &t->why, err));
    cli_progress_clear();
    cli_why_write(&t->digit, t->why, &t->words);
    status = tell(session, t, err);
done:
    numeral_explanation_destroy(t->why);
    cli_digit_free(&t->digit);
    free(t);
    return status;
}

const cli_command cli_cmd_why = {
    .name = "why",
    .arguments = "[MODEL] INPUT",
    .summary = "Show why a digit is read as it is: the neighbours that decided, their "
               "distances and votes, and what the second look adds up.",
    .details =
        "INPUT is one image, one digit of DATA, or - for standard input. Without MODEL\n"
        "it is read by the default one: see numeral predict --help.\n\n"
        "  numeral why digits.model mnist:test[115]\n"
        "  numeral why digits.model photo.png -o why.png\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_PICTURE,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
