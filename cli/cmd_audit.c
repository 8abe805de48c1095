/* numeral audit: doubtful labels and digits that are there twice. */
#include <string.h>

#include "audit_output.h"

/* Knows no labels, so that a wrong one cannot defend itself. */
#define DEFAULT_RECIPE "deskew,gradient,pca=64 --dtype i8 -k 10"

static const cli_option options[] = {
    {"output", 'o', "FILE",
     "all doubtful digits as a .csv, or the first drawn as a .png, .svg or .pdf; may be "
     "given more than once"},
    {"twins", 0, "FILE", "the same for twins"},
    {"against", 0, "DATA", "look for twins between DATA and this, not within DATA"},
    {"n", 'n', "N", "how many to print and to draw (default: 20)"},
    {"most", 0, "X",
     "the greatest difference of twins: |a - b| / sqrt(|a| |b|) (default: 0.1)"},
    {"recipe", 0, "RECIPE", "how digits are compared (default: " DEFAULT_RECIPE ")"},
    {"k", 'k', "K", "how many nearest others must all have another label"},
};

static bool is_csv(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, ".csv") == 0;
}

/* Goes through the files of an option: checks their names, or writes them. */
static numeral_status each_file(const cli_audit *audit, const char *option,
                                cli_audit_what what, bool write, numeral_error *err)
{
    const char *path;
    numeral_picture_format format;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; (path = cli_value_at(audit->session->arguments, option, i)); i++) {
        if (!is_csv(path) &&
            numeral_picture_format_of(path, &format, NULL) != NUMERAL_OK) {
            return cli_usage(err, "%.400s: the name must end in .csv, .png, .svg or .pdf",
                             path);
        }
        if (write) {
            TRY(is_csv(path) ? cli_audit_write_csv(audit, what, path, err)
                             : cli_audit_draw(audit, what, path, err));
        }
    }
done:
    return status;
}

static numeral_status files(const cli_audit *audit, bool write, numeral_error *err)
{
    numeral_status status = each_file(audit, "output", CLI_AUDIT_DOUBTS, write, err);
    return status == NUMERAL_OK ? each_file(audit, "twins", CLI_AUDIT_TWINS, write, err)
                                : status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *against = cli_value(arguments, "against");
    cli_audit audit = {.session = session};
    numeral_recipe *recipe = NULL;
    numeral_status status;
    TRY(cli_recipe_read(session, NULL, DEFAULT_RECIPE, &recipe, err));
    TRY(cli_integer(arguments, "n", 1, 1000, 20, &audit.n_shown, err));
    TRY(cli_number(arguments, "most", 0, 2, 0.1, &audit.most, err));
    TRY(files(&audit, false, err)); /* a wrong name must not cost minutes */
    TRY(cli_session_data(session, arguments->inputs[0], NUMERAL_SPLIT_ALL, true, err));
    if (against) {
        TRY(cli_load(session, against, (numeral_load){0}, &audit.against, err));
    }
    audit.recipe = numeral_recipe_print(recipe);
    TRY(audit.recipe ? NUMERAL_OK : cli_no_memory(err));
    TRY(numeral_audit_labels(&session->data, recipe, session->seed, &session->run,
                             &audit.doubts, err));
    TRY(numeral_audit_twins(&session->data, against ? &audit.against : NULL, audit.most,
                            &session->run, &audit.twins, err));
    cli_progress_clear();
    if (session->text) {
        TRY(cli_audit_print(&audit, err));
    }
    TRY(files(&audit, true, err));
    if (session->json) {
        TRY(cli_audit_write_json(&audit, err));
    }
done:
    numeral_free(audit.recipe);
    numeral_doubts_free(&audit.doubts);
    numeral_twins_free(&audit.twins);
    numeral_dataset_free(&audit.against);
    numeral_recipe_destroy(recipe);
    return status;
}

const cli_command cli_cmd_audit = {
    .name = "audit",
    .arguments = "DATA",
    .summary = "Point at doubtful labels, and at digits that are there twice.",
    .details =
        "A label is doubtful when all k nearest other digits have another one. The most\n"
        "doubtful come first: those whose own label is farthest away compared with the\n"
        "other. Twins are digits whose nearest other digit has nearly the same pixels.\n"
        "Both are only pointed at; a person must look.\n\n"
        "  numeral audit mnist:train -o doubtful.png -o doubtful.csv\n"
        "  numeral audit mnist:test --against mnist:train --twins twins.png\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_ALL,
    .searches_only = true,
    .run = run,
};
