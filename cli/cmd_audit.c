/* numeral audit: doubtful labels and digits that are there twice. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/audit.h>
#include <numeral/tools/picture.h>

#include "audit_output.h"
#include "pictures.h"

/* Knows no labels, so that a wrong one cannot defend itself. */
#define DEFAULT_RECIPE "deskew,gradient,pca=64 --dtype i8 -k 10"

static const cli_option options[] = {
    {"against", 0, "DATA", "look for twins between DATA and this, not within DATA"},
    {"output", 'o', "FILE", "draw the doubtful digits: a .png, .svg or .pdf"},
    {"twins-output", 0, "FILE", "draw the twins, pair by pair"},
    {"csv", 0, "FILE", "write all doubtful digits"},
    {"twins-csv", 0, "FILE", "write all twins"},
    {"n", 'n', "N", "how many to print and to draw (default: 20)"},
    {"most", 0, "X",
     "the greatest difference of twins: |a - b| / sqrt(|a| |b|) (default: 0.1)"},
    {"recipe", 0, "STAGES", "how digits are compared (default: " DEFAULT_RECIPE ")"},
};

static int check_pictures(const cli_arguments *arguments)
{
    static const char *const names[] = {"output", "twins-output"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        numeral_error err;
        numeral_picture_format format;
        const char *path = cli_value(arguments, names[i]);
        if (path && numeral_picture_format_of(path, &format, &err) != NUMERAL_OK) {
            return cli_fail_usage("%s", err.text);
        }
    }
    return CLI_DONE;
}

static int make_recipe(const cli_arguments *arguments, const numeral_registry *registry,
                       numeral_recipe **out)
{
    numeral_error err;
    const char *text = cli_value(arguments, "recipe");
    if (numeral_recipe_parse(registry, text ? text : DEFAULT_RECIPE, out, &err) !=
        NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    return cli_apply_recipe_options(arguments, *out);
}

static int load(const cli_audit *audit, const char *text, bool need_labels,
                numeral_dataset *out)
{
    numeral_error err;
    numeral_load how = {.split = NUMERAL_SPLIT_ALL,
                        .need_labels = need_labels,
                        .seed = audit->setting.seed,
                        .run = audit->setting.run};
    return numeral_dataset_load(text, &how, out, &err) == NUMERAL_OK ? CLI_DONE
                                                                     : cli_fail(&err);
}

static int find(cli_audit *audit, const numeral_recipe *recipe)
{
    numeral_error err;
    const numeral_run *run = &audit->setting.run;
    const numeral_dataset *against = audit->against.n_images ? &audit->against : NULL;
    if (numeral_audit_labels(&audit->data, recipe, audit->setting.seed, run,
                             &audit->doubts, &err) != NUMERAL_OK ||
        numeral_audit_twins(&audit->data, against, audit->most, run, &audit->twins,
                            &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return CLI_DONE;
}

static int write_files(const cli_arguments *arguments, const cli_audit *audit)
{
    const char *sheet = cli_value(arguments, "output");
    const char *pairs = cli_value(arguments, "twins-output");
    const char *csv = cli_value(arguments, "csv");
    const char *twins = cli_value(arguments, "twins-csv");
    int status = sheet ? cli_audit_draw_doubts(audit, sheet) : CLI_DONE;
    if (status == CLI_DONE && pairs) {
        status = cli_audit_draw_twins(audit, pairs);
    }
    if (status == CLI_DONE && csv) {
        status = cli_audit_write_doubts(audit, csv);
    }
    if (status == CLI_DONE && twins) {
        status = cli_audit_write_twins(audit, twins);
    }
    return status == CLI_DONE && audit->setting.json ? cli_audit_write_json(audit)
                                                     : status;
}

static int open_audit(const cli_arguments *arguments, cli_audit *audit)
{
    double n;
    const char *against = cli_value(arguments, "against");
    int status = cli_setting_read(arguments, &audit->setting);
    if (status == CLI_DONE) {
        status = cli_integer(arguments, "n", 1, 1000, 20, &n);
        audit->n_shown = (size_t)n;
    }
    if (status == CLI_DONE) {
        status = cli_number(arguments, "most", 0, 2, 0.1, &audit->most);
    }
    if (status == CLI_DONE) {
        status = check_pictures(arguments);
    }
    if (status == CLI_DONE) {
        status = load(audit, arguments->inputs[0], true, &audit->data);
    }
    if (status == CLI_DONE && against) {
        status = load(audit, against, false, &audit->against);
    }
    return status;
}

static int run(const cli_arguments *arguments)
{
    cli_audit audit = {0};
    numeral_registry *registry = NULL;
    numeral_recipe *recipe = NULL;
    int status = cli_registry_create(arguments, &registry);
    if (status == CLI_DONE) {
        status = make_recipe(arguments, registry, &recipe);
    }
    if (status == CLI_DONE) {
        status = open_audit(arguments, &audit);
    }
    if (status == CLI_DONE) {
        audit.recipe = numeral_recipe_print(recipe);
        status = find(&audit, recipe);
    }
    cli_progress_clear();
    if (status == CLI_DONE && audit.setting.text) {
        status = cli_audit_print(&audit);
    }
    if (status == CLI_DONE) {
        status = write_files(arguments, &audit);
    }
    numeral_free(audit.recipe);
    numeral_doubts_free(&audit.doubts);
    numeral_twins_free(&audit.twins);
    numeral_dataset_free(&audit.data);
    numeral_dataset_free(&audit.against);
    numeral_recipe_destroy(recipe);
    numeral_registry_destroy(registry);
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
        "  numeral audit mnist:train -o doubtful.png --csv doubtful.csv\n"
        "  numeral audit mnist:test --against mnist:train --twins-output twins.png\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_ALL,
    .run = run,
};
