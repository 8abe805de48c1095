/* numeral condense: a model of fewer rows that answers the same. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <numeral/tools/condense.h>

#include "json_file.h"
#include "pictures.h"
#include "tables.h"

enum { MOST_POINTS = 24, STEPS = 10 }; /* a curve of tenths, and room for the rest */

static const cli_option options[] = {
    {"output", 'o', "MODEL", "the model file to write"},
    {"rows", 0, "N",
     "go on until N rows are left (default: until an answer would change)"},
    {"edit", 0, NULL, "first drop rows that their neighbours read as another label"},
    {"test", 0, "DATA", "also count the errors on this, by the whole recipe"},
    {"plot", 0, "FILE", "draw the errors against the rows: a .png, .svg or .pdf"},
};

/* One place of the curve. */
typedef struct point {
    size_t dropped; /* rows */
    size_t errors, changed;
    size_t test_errors;
} point;

typedef struct condensing {
    const cli_session *session; /* data: --test's, if any */
    const char *path;
    char *recipe; /* of the whole model */
    char *data_name;
    numeral_condensation plan;
    point points[MOST_POINTS];
    size_t n_points;
    size_t bytes_before, bytes_after;
} condensing;

static void add_point(condensing *c, size_t dropped)
{
    const numeral_condensation *plan = &c->plan;
    if (c->n_points && c->points[c->n_points - 1].dropped >= dropped) {
        return;
    }
    c->points[c->n_points++] =
        (point){dropped, plan->errors[dropped], plan->changed[dropped], 0};
}

/* The whole model, every tenth of its rows, the last of the same answers, and the end. */
static void choose_points(condensing *c)
{
    const numeral_condensation *plan = &c->plan;
    bool same = false; /* whether the last place of the same answers is in */
    for (size_t step = 0; step < STEPS; step++) {
        size_t dropped = plan->n_rows * step / STEPS;
        if (!same && dropped > plan->n_same) {
            add_point(c, plan->n_same);
            same = true;
        }
        if (dropped < plan->n) {
            add_point(c, dropped);
        }
    }
    add_point(c, plan->n_same);
    add_point(c, plan->n);
}

static numeral_status count_test_errors(condensing *c, point *at, numeral_error *err)
{
    numeral_answers answers = {0};
    const numeral_dataset *data = &c->session->data;
    numeral_status status;
    TRY(numeral_model_predict(c->session->model, data, &c->session->run, &answers, err));
    at->test_errors = 0;
    for (size_t i = 0; i < data->n_images; i++) {
        at->test_errors += answers.labels[i] != data->labels[i];
    }
done:
    numeral_answers_free(&answers);
    return status;
}

/* Makes the model smaller, from point to point where each is tested. */
static numeral_status shrink(condensing *c, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t dropped = 0;
    bool test = c->session->data.n_images > 0;
    for (size_t i = 0; i < c->n_points; i++) {
        point *at = &c->points[i];
        /* without test digits only the last place is made; the plan knows the rest */
        bool needed = test || i + 1 == c->n_points;
        if (needed && at->dropped > dropped) {
            TRY(numeral_model_remove(c->session->model, c->plan.rows + dropped,
                                     at->dropped - dropped, err));
            dropped = at->dropped;
        }
        if (test) {
            TRY(count_test_errors(c, at, err));
        }
    }
    TRY(numeral_model_compact(c->session->model, &c->session->run, err));
done:
    return status;
}

static void print_summary(const condensing *c)
{
    const numeral_condensation *plan = &c->plan;
    char before[32], after[32];
    const numeral_dataset *test = &c->session->data;
    cli_table table = {0};
    cli_print("data     %s\n", c->data_name);
    cli_print("recipe   %s\n", c->recipe);
    cli_print("rows     %s of %s, %.1f %%\n\n", cli_count(plan->n_rows - plan->n, after),
              cli_count(plan->n_rows, before),
              100 * (double)(plan->n_rows - plan->n) / (double)plan->n_rows);
    cli_table_row(&table, "rows\tshare %%\terrors\tchanged%s",
                  test->n_images ? "\ttest errors" : "");
    for (size_t i = 0; i < c->n_points; i++) {
        const point *at = &c->points[i];
        size_t rows = plan->n_rows - at->dropped;
        cli_table_row(&table, "%zu\t%.1f\t%zu\t%zu", rows,
                      100 * (double)rows / (double)plan->n_rows, at->errors, at->changed);
        if (test->n_images) {
            cli_table_cell(&table, "%zu", at->test_errors);
        }
    }
    cli_table_print(&table, 0);
    char text[400], more[200] = "";
    if (test->n_images) {
        snprintf(more, sizeof more,
                 " test errors: of %zu digits of %.60s, by the whole recipe.",
                 test->n_images, test->name);
    }
    snprintf(
        text, sizeof text,
        "errors, changed: of all %s training digits, each answered by the rows left, "
        "but not by itself, and by votes alone.%s",
        before, more);
    putchar('\n');
    cli_print_wrapped(text, 0, 0);
    cli_print("\n%s: %.1f MB, was %.1f MB\n", c->path, (double)c->bytes_after / 1e6,
              (double)c->bytes_before / 1e6);
}

static numeral_status write_json(const condensing *c, numeral_error *err)
{
    const numeral_condensation *plan = &c->plan;
    json_t *points = json_array();
    for (size_t i = 0; i < c->n_points; i++) {
        const point *at = &c->points[i];
        json_t *test = c->session->data.n_images
                           ? json_integer((json_int_t)at->test_errors)
                           : json_null();
        json_array_append_new(points,
                              json_pack("{s:I, s:I, s:I, s:o}", "rows",
                                        (json_int_t)(plan->n_rows - at->dropped),
                                        "errors", (json_int_t)at->errors, "changed",
                                        (json_int_t)at->changed, "test_errors", test));
    }
    json_t *test =
        c->session->data.n_images ? answer_text(c->session->data.name) : json_null();
    return cli_json_write(json_pack("{s:o, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:o}",
                                    "data", answer_text(c->data_name), "recipe",
                                    c->recipe, "n_rows", (json_int_t)plan->n_rows, "kept",
                                    (json_int_t)(plan->n_rows - plan->n), "edited",
                                    (json_int_t)plan->n_edited, "test", test,
                                    "bytes_before", (json_int_t)c->bytes_before, "bytes",
                                    (json_int_t)c->bytes_after, "points", points),
                          c->session->json, err);
}

static numeral_status draw(const condensing *c, const char *path, numeral_error *err)
{
    numeral_picture picture = {0};
    double rows[MOST_POINTS], left_out[MOST_POINTS], test[MOST_POINTS];
    const numeral_condensation *plan = &c->plan;
    for (size_t i = 0; i < c->n_points; i++) {
        rows[i] = (double)(plan->n_rows - c->points[i].dropped);
        left_out[i] = 100 * (double)c->points[i].errors / (double)plan->n_rows;
        test[i] = 100 * (double)c->points[i].test_errors /
                  (double)(c->session->data.n_images ? c->session->data.n_images : 1);
    }
    numeral_series series[] = {
        {"training digits", "each left out, votes alone", c->n_points, rows, left_out},
        {"test digits", "the whole recipe", c->n_points, rows, test}};
    numeral_curves curves = {.title = "Errors of models with fewer rows",
                             .subtitle = c->recipe,
                             .x_name = "training rows kept",
                             .y_name = "errors, %",
                             .series = series,
                             .n_series = c->session->data.n_images ? 2 : 1,
                             .from_zero = true};
    numeral_status status =
        numeral_draw_curves(&curves, cli_picture_format(path), &picture, err);
    return status == NUMERAL_OK
               ? cli_picture_save(&picture, path, curves.title, c->session, err)
               : status;
}

/* 0 where it cannot be asked: standard input, a pipe. */
static size_t file_bytes(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 ? (size_t)about.st_size : 0;
}

static numeral_status condense(condensing *c, const numeral_condense_request *request,
                               numeral_error *err)
{
    numeral_model *model = c->session->model;
    numeral_model_info info;
    numeral_status status;
    numeral_model_get_info(model, &info);
    /* borrowed texts end when rows are dropped */
    c->recipe = strdup(info.recipe);
    c->data_name = strdup(info.data);
    c->bytes_before = file_bytes(c->session->arguments->inputs[0]);
    TRY(c->recipe && c->data_name ? NUMERAL_OK : cli_no_memory(err));
    TRY(numeral_condense_plan(model, request, &c->plan, err));
    choose_points(c);
    TRY(shrink(c, err));
    TRY(numeral_model_save(model, c->path, err));
    c->bytes_after = file_bytes(c->path);
done:
    return status;
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *plot = cli_value(arguments, "plot"), *test = cli_value(arguments, "test");
    condensing c = {.session = session, .path = cli_value(arguments, "output")};
    size_t rows;
    numeral_status status;
    TRY(cli_integer(arguments, "rows", 1, 4e9, 0, &rows, err));
    TRY(cli_session_model(session, 0, err));
    if (test) {
        TRY(cli_session_data(session, test, NUMERAL_SPLIT_TEST, true, err));
    }
    numeral_condense_request request = {cli_is_set(arguments, "edit"), rows,
                                        session->run};
    TRY(condense(&c, &request, err));
    cli_progress_clear();
    if (session->text) {
        print_summary(&c);
    }
    if (plot) {
        TRY(draw(&c, plot, err));
    }
    if (session->json) {
        TRY(write_json(&c, err));
    }
done:
    numeral_condensation_free(&c.plan);
    free(c.recipe);
    free(c.data_name);
    return status;
}

const cli_command cli_cmd_condense = {
    .name = "condense",
    .arguments = "MODEL -o MODEL",
    .summary = "Make a smaller model that answers the same.",
    .details =
        "Rows are taken away, those far from any other label first, as long as no\n"
        "training digit's answer changes: what the votes of its nearest other digits\n"
        "give. With --rows more are taken, changing as few answers as may be.\n\n"
        "  numeral condense digits.model -o small.model\n"
        "  numeral condense digits.model --edit --rows 5000 --test mnist:test \\\n"
        "      --plot rows.png -o small.model\n",
    .min_inputs = 1,
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .output = CLI_WRITES_MODEL,
    .needs_output = true,
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
