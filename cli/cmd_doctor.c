/* numeral doctor: what happens to one's own picture on the way in, and what looks wrong.
 */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

#include "doctor_json.h"
#include "doctor_words.h"
#include "pictures.h"
#include "why_picture.h"

enum { MOST_IMAGES = 8, NAME_BYTES = 64 };

static const cli_option options[] = {
    {"output", 'o', "FILE", "write a .png, .svg or .pdf (default: tell it here)"},
};

typedef struct told {
    numeral_model_info info;
    cli_digit digit;
    numeral_checkup *checkup;
    cli_doctor_words words;
    numeral_named_image means[3]; /* the digit itself first */
    char mean_names[2][NAME_BYTES];
} told;

static int out_of_memory(void)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    return cli_fail(&err);
}

static void name_means(told *t)
{
    const numeral_checkup *checkup = t->checkup;
    t->means[0] = checkup->steps[checkup->n_steps - 1];
    t->means[0].name = "this one";
    for (size_t i = 0; i < checkup->n_means; i++) {
        char number[4];
        snprintf(t->mean_names[i], NAME_BYTES, "mean %.50s",
                 cli_label_name(&t->info, checkup->mean_labels[i], number));
        t->means[i + 1] =
            (numeral_named_image){t->mean_names[i], checkup->means[i],
                                  checkup->why->height, checkup->why->width, false};
    }
}

static int print_images(const told *t, const char *title,
                        const numeral_named_image *images, size_t n)
{
    size_t height = t->checkup->why->height, width = t->checkup->why->width;
    const char *captions[MOST_IMAGES];
    uint8_t *pixels = malloc(n * height * width);
    if (!pixels) {
        return out_of_memory();
    }
    for (size_t i = 0; i < n; i++) {
        captions[i] = images[i].name;
        cli_digit_fit(&images[i], images[i].luminance, height, width,
                      pixels + i * height * width);
    }
    numeral_grid grid = {
        .title = title, .digits = {pixels, n, height, width}, .captions = captions};
    int status = cli_picture_print(&grid);
    putchar('\n');
    free(pixels);
    return status;
}

static void print_warnings(const told *t)
{
    for (size_t i = 0; i < t->checkup->n_findings; i++) {
        const numeral_finding *finding = &t->checkup->findings[i];
        if (cli_doctor_warns(finding)) {
            char line[800];
            snprintf(line, sizeof line, "%s %s. %s", finding->name, t->words.notes[i],
                     finding->words);
            printf("! ");
            cli_print_wrapped(line, 2, 2);
        }
    }
}

static int print_all(const told *t)
{
    const numeral_checkup *checkup = t->checkup;
    putchar('\n');
    int status =
        print_images(t, "The picture on its way in", checkup->steps, checkup->n_steps);
    if (status == CLI_DONE) {
        status = print_images(t, "Beside the mean training digits", t->means,
                              checkup->n_means + 1);
    }
    if (status == CLI_DONE) {
        cli_table_print(&t->words.table, 2);
        printf("\nUsual is what %zu training digits show.\n", checkup->n_sample);
        for (size_t i = 0; i < checkup->n_findings; i++) {
            char line[300];
            snprintf(line, sizeof line, "%s: %s.", checkup->findings[i].name,
                     checkup->findings[i].measure);
            cli_print_wrapped(line, 0, 2);
        }
    }
    return status;
}

static int save(const cli_session *session, const told *t, const char *path)
{
    numeral_error err;
    numeral_picture picture = {0};
    numeral_picture_format format;
    numeral_gauge gauges[NUMERAL_CHECK_COUNT];
    char subtitle[1300];
    const numeral_checkup *checkup = t->checkup;
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        bool wrong = cli_doctor_warns(finding);
        gauges[i] =
            (numeral_gauge){.name = finding->name,
                            .note = t->words.notes[i],
                            .value = finding->value,
                            .low = finding->low,
                            .high = finding->high,
                            .wrong = wrong,
                            .follows = finding->verdict == NUMERAL_VERDICT_EXPLAINED,
                            .words = wrong ? finding->words : NULL};
    }
    snprintf(subtitle, sizeof subtitle, "%s\nRecipe: %.400s", t->words.headline,
             t->info.recipe);
    numeral_examination examination = {.title = "What becomes of the picture",
                                       .subtitle = subtitle,
                                       .steps = checkup->steps,
                                       .n_steps = checkup->n_steps,
                                       .means = t->means,
                                       .n_means = checkup->n_means + 1,
                                       .gauges = gauges,
                                       .n_gauges = checkup->n_findings};
    if (numeral_picture_format_of(path, &format, &err) != NUMERAL_OK ||
        numeral_draw_examination(&examination, format, &picture, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_picture_save(&picture, path, "the check-up", &session->setting);
}

static int tell(const cli_arguments *arguments, const cli_session *session, told *t)
{
    const char *path = cli_value(arguments, "output");
    int status = CLI_DONE;
    name_means(t);
    if (session->setting.text) {
        cli_print_wrapped(t->words.headline, 0, 0);
        print_warnings(t);
    }
    if (session->setting.text && !path) {
        status = print_all(t);
    }
    if (status == CLI_DONE && path) {
        status = save(session, t, path);
    }
    if (status == CLI_DONE && session->setting.json) {
        status = cli_json_write(cli_doctor_json(&t->info, t->checkup, &t->digit),
                                session->setting.json);
    }
    return status;
}

static int examine(const cli_arguments *arguments, cli_session *session, told *t)
{
    numeral_error err;
    numeral_picture_format format;
    const char *path = cli_value(arguments, "output");
    if (path && numeral_picture_format_of(path, &format, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    int status = cli_session_open(arguments, session);
    if (status == CLI_DONE) {
        status = cli_digit_load(session, arguments->inputs[1], &t->digit);
    }
    if (status != CLI_DONE) {
        return status;
    }
    numeral_model_get_info(session->model, &t->info);
    if (numeral_model_examine(session->model, &t->digit.image, t->digit.frame,
                              t->digit.luminance, session->setting.seed,
                              &session->setting.run, &t->checkup, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    cli_progress_clear();
    cli_doctor_write(&t->info, t->checkup, &t->digit, &t->words);
    return tell(arguments, session, t);
}

static int run(const cli_arguments *arguments)
{
    cli_session session = {0};
    told *t = calloc(1, sizeof *t);
    if (!t) {
        return out_of_memory();
    }
    int status = examine(arguments, &session, t);
    numeral_checkup_destroy(t->checkup);
    cli_digit_free(&t->digit);
    free(t);
    cli_session_close(&session);
    return status;
}

const cli_command cli_cmd_doctor = {
    .name = "doctor",
    .arguments = "MODEL INPUT",
    .summary = "Show what happens to a picture on its way in, beside the training data, "
               "and say what looks wrong with it.",
    .details = "INPUT is one image, one digit of DATA, or - for standard input.\n\n"
               "  numeral doctor digits.model photo.png\n"
               "  numeral doctor digits.model photo.png -o doctor.png\n",
    .min_inputs = 2,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
