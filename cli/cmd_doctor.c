/* numeral doctor: what happens to one's own picture on the way in, and what looks wrong.
 */
#include <stdlib.h>

#include "doctor_page.h"
#include "doctor_words.h"
#include "json_file.h"
#include "page_output.h"
#include "pictures.h"

enum { NAME_BYTES = 64 };

static const cli_option options[] = {
    {"output", 'o', "FILE", "draw it: a .png, .svg or .pdf (default: tell it here)"},
};

typedef struct told {
    cli_digit digit;
    numeral_checkup *checkup;
    cli_doctor_words words;
    bool is_page;
    numeral_page page;            /* if it is one */
    numeral_named_image means[3]; /* the digit itself first */
    char mean_names[2][NAME_BYTES];
} told;

static void name_means(told *t)
{
    const numeral_checkup *checkup = t->checkup;
    t->means[0] = checkup->steps[checkup->n_steps - 1];
    t->means[0].name = "this one";
    for (size_t i = 0; i < checkup->n_means; i++) {
        char number[NUMERAL_LABEL_BYTES];
        snprintf(t->mean_names[i], NAME_BYTES, "mean %.50s",
                 cli_label_name(&t->digit.info, checkup->mean_labels[i], number));
        t->means[i + 1] =
            (numeral_named_image){t->mean_names[i], checkup->means[i],
                                  checkup->why->height, checkup->why->width, false};
    }
}

static numeral_status print_images(const told *t, const char *title,
                                   const numeral_named_image *images, size_t n,
                                   numeral_error *err)
{
    return cli_digit_print(title, images, n, t->checkup->why->height,
                           t->checkup->why->width, NULL, &t->digit.info, err);
}

static void print_warnings(const told *t)
{
    for (size_t i = 0; i < t->checkup->n_findings; i++) {
        const numeral_finding *finding = &t->checkup->findings[i];
        if (answer_finding_warns(finding)) {
            char line[800];
            snprintf(line, sizeof line, "%s %s. %s", finding->name, t->words.notes[i],
                     finding->words);
            cli_print("! ");
            cli_print_wrapped(line, 2, 2);
        }
    }
}

static numeral_status print_all(const told *t, numeral_error *err)
{
    const numeral_checkup *checkup = t->checkup;
    numeral_status status;
    putchar('\n');
    TRY(print_images(t, "The picture on its way in", checkup->steps, checkup->n_steps,
                     err));
    TRY(print_images(t, "Beside the mean training digits", t->means, checkup->n_means + 1,
                     err));
    cli_table_print(&t->words.table, 2);
    cli_print("\nUsual is what %zu training digits show.\n", checkup->n_sample);
    for (size_t i = 0; i < checkup->n_findings; i++) {
        char line[300];
        snprintf(line, sizeof line, "%s: %s.", checkup->findings[i].name,
                 checkup->findings[i].measure);
        cli_print_wrapped(line, 0, 2);
    }
done:
    return status;
}

static numeral_status save(const cli_session *session, const told *t, const char *path,
                           numeral_error *err)
{
    numeral_picture picture = {0};
    numeral_gauge gauges[NUMERAL_CHECK_COUNT];
    char subtitle[CLI_VERDICT_BYTES + 420];
    const numeral_checkup *checkup = t->checkup;
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        bool wrong = answer_finding_warns(finding);
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
             t->digit.info.recipe);
    numeral_examination examination = {.title = "What becomes of the picture",
                                       .subtitle = subtitle,
                                       .steps = checkup->steps,
                                       .n_steps = checkup->n_steps,
                                       .means = t->means,
                                       .n_means = checkup->n_means + 1,
                                       .gauges = gauges,
                                       .n_gauges = checkup->n_findings};
    numeral_status status =
        numeral_draw_examination(&examination, cli_picture_format(path), &picture, err);
    return status == NUMERAL_OK
               ? cli_picture_save(&picture, path, "the check-up", session, err)
               : status;
}

static numeral_status tell(const cli_session *session, const told *t, numeral_error *err)
{
    const char *path = cli_value(session->arguments, "output");
    numeral_status status = NUMERAL_OK;
    if (session->text && t->is_page) {
        cli_doctor_print_page(&t->digit, &t->page);
    } else if (session->text) {
        cli_print_wrapped(t->words.headline, 0, 0);
        print_warnings(t);
    }
    if (session->text && !path && !t->is_page) {
        TRY(print_all(t, err));
    }
    if (path && t->is_page) {
        const cli_marked marked = {t->digit.name, &t->digit.image, t->page.lines,
                                   t->page.n_lines, "lines"};
        TRY(cli_page_draw(session, path, &marked, &t->digit.info, err));
    } else if (path) {
        TRY(save(session, t, path, err));
    }
    if (session->json) {
        answer_of of = cli_digit_answer(&t->digit);
        json_t *told_all = answer_doctor(&of, t->checkup);
        if (t->is_page) {
            json_object_set_new(told_all, "page",
                                answer_page(of.info, of.input, 1, &t->page));
        }
        TRY(cli_json_write(told_all, session->json, err));
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
    TRY(numeral_model_examine(session->model, &t->digit.image, t->digit.frame,
                              t->digit.luminance, session->seed, &session->run,
                              &t->checkup, err));
    TRY(cli_doctor_find_page(session, &t->digit, t->checkup, &t->page, &t->is_page, err));
    cli_progress_clear();
    cli_doctor_write(&t->digit, t->checkup, &t->words);
    name_means(t);
    status = tell(session, t, err);
done:
    numeral_checkup_destroy(t->checkup);
    if (t->is_page) {
        numeral_page_free(&t->page);
    }
    cli_digit_free(&t->digit);
    free(t);
    return status;
}

const cli_command cli_cmd_doctor = {
    .name = "doctor",
    .arguments = "[MODEL] INPUT",
    .summary = "Show what happens to a picture on its way in, beside the training data, "
               "and say what looks wrong with it.",
    .details =
        "INPUT is one image, one digit of DATA, or - for standard input. Without MODEL\n"
        "it is read by the default one: see numeral predict --help. Of a page it is "
        "told\n"
        "how it is read as one, and what is doubtful there.\n\n"
        "  numeral doctor digits.model photo.png\n"
        "  numeral doctor digits.model photo.png -o doctor.png\n",
    .min_inputs = 1,
    .max_inputs = 2,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_PICTURE,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
