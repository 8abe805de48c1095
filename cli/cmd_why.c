/* numeral why: why one digit was read as it was. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

#include "one_digit.h"
#include "pictures.h"
#include "why_json.h"
#include "why_picture.h"
#include "why_words.h"

enum { MOST_SHOWN = 8, MOST_STAGES = 24 };

static const cli_option options[] = {
    {"output", 'o', "FILE", "write a .png, .svg or .pdf (default: tell it here)"},
};

/* Everything there is to show. */
typedef struct told {
    numeral_model_info info;
    cli_digit digit;
    numeral_explanation *why;
    cli_why_words words;
} told;

static int out_of_memory(void)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    return cli_fail(&err);
}

/* Text: the pictures of the digit -------------------------------------------------- */

static int print_images(const char *title, const uint8_t *pixels, size_t n, const told *t,
                        const uint8_t *labels, const char *const *captions)
{
    const char *names[256];
    numeral_grid grid = {.title = title,
                         .digits = {pixels, n, t->why->height, t->why->width},
                         .labels = labels,
                         .captions = captions,
                         .label_names = cli_label_names(&t->info, names)};
    int status = cli_picture_print(&grid);
    putchar('\n');
    return status;
}

static int print_stages(const told *t)
{
    const numeral_explanation *why = t->why;
    size_t size = why->height * why->width;
    size_t n = why->n_stages < MOST_STAGES ? why->n_stages : MOST_STAGES;
    const char *names[MOST_STAGES];
    uint8_t *pixels = malloc(n * size);
    if (!pixels) {
        return out_of_memory();
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = why->stages[i].name;
        cli_digit_fit(&why->stages[i], i == 0 && t->digit.luminance, why->height,
                      why->width, pixels + i * size);
    }
    int status = print_images("The digit on its way in", pixels, n, t, NULL, names);
    free(pixels);
    return status;
}

static int print_voters(const told *t)
{
    const numeral_explanation *why = t->why;
    size_t size = why->height * why->width;
    size_t n = why->n_voters < MOST_SHOWN ? why->n_voters : MOST_SHOWN;
    const char *captions[MOST_SHOWN];
    char rows[MOST_SHOWN][32];
    uint8_t labels[MOST_SHOWN], *pixels = malloc(n * size);
    if (!pixels) {
        return out_of_memory();
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(pixels + i * size, why->voters[i].image, size);
        labels[i] = why->voters[i].label;
        snprintf(rows[i], sizeof rows[i], "row %zu", why->voters[i].row);
        captions[i] = rows[i];
    }
    int status = print_images("Its nearest training digits, with their labels", pixels, n,
                              t, labels, captions);
    free(pixels);
    return status;
}

/* The sizes of a difference, as an image of the frame. */
static void show_difference(const numeral_explanation *why, const int16_t *difference,
                            uint8_t *scratch, uint8_t *out)
{
    for (size_t i = 0; i < why->difference_height * why->difference_width; i++) {
        scratch[i] = (uint8_t)abs(difference[i]);
    }
    numeral_named_image image = {.pixels = scratch,
                                 .height = why->difference_height,
                                 .width = why->difference_width};
    cli_digit_fit(&image, false, why->height, why->width, out);
}

static int print_comparison(const told *t)
{
    const numeral_explanation *why = t->why;
    size_t size = why->height * why->width;
    uint8_t *pixels = malloc(4 * size);
    uint8_t *scratch = malloc(why->difference_height * why->difference_width);
    if (!pixels || !scratch) {
        free(pixels);
        free(scratch);
        return out_of_memory();
    }
    char own[64], rival[64], number[4];
    snprintf(own, sizeof own, "nearest %.40s",
             cli_label_name(&t->info, why->label, number));
    snprintf(rival, sizeof rival, "nearest %.40s",
             cli_label_name(&t->info, why->runner_up, number));
    const char *captions[] = {own, "what differs", rival, "what differs"};
    memcpy(pixels, why->own.image, size);
    show_difference(why, why->own_difference, scratch, pixels + size);
    if (why->has_runner_up) {
        memcpy(pixels + 2 * size, why->rival.image, size);
        show_difference(why, why->rival_difference, scratch, pixels + 3 * size);
    }
    int status = print_images("The answer and the runner-up", pixels,
                              why->has_runner_up ? 4 : 2, t, NULL, captions);
    free(pixels);
    free(scratch);
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

static void print_truth(const told *t)
{
    char number[4];
    if (t->digit.has_label) {
        printf("Its true label is %s%s.\n",
               cli_label_name(&t->info, t->digit.label, number),
               t->digit.label == t->why->label ? ", as read" : ": a mistake");
    }
}

static int print_all(const told *t)
{
    print_words(t->words.headline);
    print_truth(t);
    putchar('\n');
    int status = print_stages(t);
    if (status == CLI_DONE) {
        status = print_voters(t);
    }
    if (status != CLI_DONE) {
        return status;
    }
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
    status = print_comparison(t);
    print_words(t->words.rival);
    printf("\nrecipe: ");
    cli_print_wrapped(t->info.recipe, 8, 8);
    return status;
}

static int save(const cli_session *session, const told *t, const char *path)
{
    numeral_error err;
    numeral_picture picture = {0};
    numeral_picture_format format;
    if (numeral_picture_format_of(path, &format, &err) != NUMERAL_OK ||
        cli_why_draw(&t->info, t->why, &t->digit, &t->words, format, &picture, &err) !=
            NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_picture_save(&picture, path, "the explanation", &session->setting);
}

static int tell(const cli_arguments *arguments, const cli_session *session, told *t)
{
    const char *path = cli_value(arguments, "output");
    int status = CLI_DONE;
    if (session->setting.text && path) {
        print_words(t->words.headline);
        print_truth(t);
    } else if (session->setting.text) {
        status = print_all(t);
    }
    if (status == CLI_DONE && path) {
        status = save(session, t, path);
    }
    if (status == CLI_DONE && session->setting.json) {
        status = cli_json_write(cli_why_json(&t->info, t->why, &t->digit),
                                session->setting.json);
    }
    return status;
}

static int run(const cli_arguments *arguments)
{
    numeral_error err;
    numeral_picture_format format;
    cli_session session = {0};
    told *t = calloc(1, sizeof *t);
    const char *path = cli_value(arguments, "output");
    if (!t) {
        return out_of_memory();
    }
    int status = CLI_DONE;
    if (path && numeral_picture_format_of(path, &format, &err) != NUMERAL_OK) {
        status = cli_fail_usage("%s", err.text);
    }
    if (status == CLI_DONE) {
        status = cli_session_open(arguments, &session);
    }
    if (status == CLI_DONE) {
        status = cli_digit_load(&session, arguments->inputs[1], &t->digit);
    }
    if (status == CLI_DONE) {
        numeral_model_get_info(session.model, &t->info);
        if (numeral_model_explain(session.model, &t->digit.image, t->digit.frame,
                                  &session.setting.run, &t->why, &err) != NUMERAL_OK) {
            status = cli_fail(&err);
        }
    }
    if (status == CLI_DONE) {
        cli_progress_clear();
        cli_why_write(&t->info, t->why, t->digit.name, &t->words);
        status = tell(arguments, &session, t);
    }
    numeral_explanation_destroy(t->why);
    cli_digit_free(&t->digit);
    free(t);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_why = {
    .name = "why",
    .arguments = "MODEL INPUT",
    .summary = "Show why a digit is read as it is: the neighbours that decided, their "
               "distances and votes, and what the second look adds up.",
    .details = "INPUT is one image, one digit of DATA, or - for standard input.\n\n"
               "  numeral why digits.model mnist:test[115]\n"
               "  numeral why digits.model photo.png -o why.png\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
