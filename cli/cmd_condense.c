/* numeral condense: a model of fewer rows that answers the same. */
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/condense.h>
#include <numeral/tools/picture.h>

#include "json_file.h"
#include "pictures.h"
#include "tables.h"

enum { MOST_POINTS = 24, STEPS = 10 };

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
    cli_session session; /* data: --test's */
    const char *path;
    char *recipe; /* of the whole model */
    char *data_name;
    numeral_condensation plan;
    point points[MOST_POINTS];
    size_t n_points;
    size_t bytes_before, bytes_after;
} condensing;

static int out_of_memory(void)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    return cli_fail(&err);
}

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
    bool same = false;
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

/* Takes rows plan[from..to) away from a model that has lost the first `from`. */
static int drop_rows(condensing *c, size_t from, size_t to)
{
    numeral_error err;
    const numeral_condensation *plan = &c->plan;
    size_t *now = calloc(plan->n_rows, sizeof *now);
    size_t *rows = calloc(to - from + 1, sizeof *rows);
    int status = now && rows ? CLI_DONE : out_of_memory();
    if (status == CLI_DONE) {
        for (size_t i = 0; i < from; i++) {
            now[plan->rows[i]] = SIZE_MAX;
        }
        size_t next = 0;
        for (size_t row = 0; row < plan->n_rows; row++) {
            now[row] = now[row] == SIZE_MAX ? SIZE_MAX : next++;
        }
        for (size_t i = from; i < to; i++) {
            rows[i - from] = now[plan->rows[i]];
        }
        if (numeral_model_drop(c->session.model, rows, to - from, &c->session.setting.run,
                               &err) != NUMERAL_OK) {
            status = cli_fail(&err);
        }
    }
    free(now);
    free(rows);
    return status;
}

static int count_test_errors(condensing *c, point *at)
{
    numeral_error err;
    numeral_answers answers = {0};
    const numeral_dataset *data = &c->session.data;
    if (numeral_model_predict(c->session.model, data, &c->session.setting.run, &answers,
                              &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    at->test_errors = 0;
    for (size_t i = 0; i < data->n_images; i++) {
        at->test_errors += answers.labels[i] != data->labels[i];
    }
    numeral_answers_free(&answers);
    return CLI_DONE;
}

/* Makes the model smaller, from point to point where each is tested. */
static int shrink(condensing *c)
{
    int status = CLI_DONE;
    size_t dropped = 0;
    bool test = c->session.data.n_images > 0;
    for (size_t i = 0; i < c->n_points && status == CLI_DONE; i++) {
        point *at = &c->points[i];
        bool needed = test || i + 1 == c->n_points;
        if (needed && at->dropped > dropped) {
            status = drop_rows(c, dropped, at->dropped);
            dropped = at->dropped;
        }
        if (status == CLI_DONE && test) {
            status = count_test_errors(c, at);
        }
    }
    return status;
}

static void print_summary(const condensing *c)
{
    const numeral_condensation *plan = &c->plan;
    char before[32], after[32];
    cli_table table = {.n_columns = c->session.data.n_images ? 5 : 4};
    printf("data     %s\n", c->data_name);
    printf("recipe   %s\n", c->recipe);
    printf("rows     %s of %s, %.1f %%\n\n", cli_count(plan->n_rows - plan->n, after),
           cli_count(plan->n_rows, before),
           100 * (double)(plan->n_rows - plan->n) / (double)plan->n_rows);
    cli_table_row(&table);
    cli_table_cell(&table, "rows");
    cli_table_cell(&table, "share %%");
    cli_table_cell(&table, "errors");
    cli_table_cell(&table, "changed");
    if (c->session.data.n_images) {
        cli_table_cell(&table, "test errors");
    }
    for (size_t i = 0; i < c->n_points; i++) {
        const point *at = &c->points[i];
        size_t rows = plan->n_rows - at->dropped;
        cli_table_row(&table);
        cli_table_cell(&table, "%zu", rows);
        cli_table_cell(&table, "%.1f", 100 * (double)rows / (double)plan->n_rows);
        cli_table_cell(&table, "%zu", at->errors);
        cli_table_cell(&table, "%zu", at->changed);
        if (c->session.data.n_images) {
            cli_table_cell(&table, "%zu", at->test_errors);
        }
    }
    cli_table_print(&table, 0);
    char text[400], more[200] = "";
    if (c->session.data.n_images) {
        snprintf(more, sizeof more,
                 " test errors: of %zu digits of %.60s, by the whole recipe.",
                 c->session.data.n_images, c->session.data.name);
    }
    snprintf(
        text, sizeof text,
        "errors, changed: of all %s training digits, each answered by the rows left, "
        "but not by itself, and by votes alone.%s",
        before, more);
    putchar('\n');
    cli_print_wrapped(text, 0, 0);
    printf("\n%s: %.1f MB, was %.1f MB\n", c->path, (double)c->bytes_after / 1e6,
           (double)c->bytes_before / 1e6);
}

static int write_json(const condensing *c)
{
    const numeral_condensation *plan = &c->plan;
    json_t *points = json_array();
    for (size_t i = 0; i < c->n_points; i++) {
        const point *at = &c->points[i];
        json_t *test = c->session.data.n_images
                           ? json_integer((json_int_t)at->test_errors)
                           : json_null();
        json_array_append_new(points,
                              json_pack("{s:I, s:I, s:I, s:o}", "rows",
                                        (json_int_t)(plan->n_rows - at->dropped),
                                        "errors", (json_int_t)at->errors, "changed",
                                        (json_int_t)at->changed, "test_errors", test));
    }
    json_t *test =
        c->session.data.n_images ? cli_json_text(c->session.data.name) : json_null();
    return cli_json_write(json_pack("{s:o, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:o}",
                                    "data", cli_json_text(c->data_name), "recipe",
                                    c->recipe, "n_rows", (json_int_t)plan->n_rows, "kept",
                                    (json_int_t)(plan->n_rows - plan->n), "edited",
                                    (json_int_t)plan->n_edited, "test", test,
                                    "bytes_before", (json_int_t)c->bytes_before, "bytes",
                                    (json_int_t)c->bytes_after, "points", points),
                          c->session.setting.json);
}

static int draw(const condensing *c, const char *path)
{
    numeral_error err;
    numeral_picture picture = {0};
    numeral_picture_format format;
    double rows[MOST_POINTS], left_out[MOST_POINTS], test[MOST_POINTS];
    const numeral_condensation *plan = &c->plan;
    for (size_t i = 0; i < c->n_points; i++) {
        rows[i] = (double)(plan->n_rows - c->points[i].dropped);
        left_out[i] = 100 * (double)c->points[i].errors / (double)plan->n_rows;
        test[i] = 100 * (double)c->points[i].test_errors /
                  (double)(c->session.data.n_images ? c->session.data.n_images : 1);
    }
    numeral_series series[] = {
        {"training digits", "each left out, votes alone", c->n_points, rows, left_out},
        {"test digits", "the whole recipe", c->n_points, rows, test}};
    numeral_curves curves = {.title = "Errors of models with fewer rows",
                             .subtitle = c->recipe,
                             .x_name = "training rows kept",
                             .y_name = "errors, %",
                             .series = series,
                             .n_series = c->session.data.n_images ? 2 : 1,
                             .from_zero = true};
    if (numeral_picture_format_of(path, &format, &err) != NUMERAL_OK ||
        numeral_draw_curves(&curves, format, &picture, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return cli_picture_save(&picture, path, curves.title, &c->session.setting);
}

/* Everything that may be wrong, before long work. */
static int open_all(const cli_arguments *arguments, condensing *c,
                    numeral_condense_request *request)
{
    numeral_error err;
    double rows;
    numeral_picture_format format;
    const char *plot = cli_value(arguments, "plot"), *test = cli_value(arguments, "test");
    c->path = cli_value(arguments, "output");
    if (!c->path) {
        return cli_fail_usage("condense needs -o MODEL, the file to write");
    }
    if (plot && numeral_picture_format_of(plot, &format, &err) != NUMERAL_OK) {
        return cli_fail_usage("%s", err.text);
    }
    int status = cli_integer(arguments, "rows", 1, 4e9, 0, &rows);
    if (status == CLI_DONE) {
        status = cli_session_open(arguments, &c->session);
    }
    if (status == CLI_DONE && test) {
        status = cli_session_data(&c->session, test, NUMERAL_SPLIT_TEST, true);
    }
    *request = (numeral_condense_request){cli_is_set(arguments, "edit"), (size_t)rows,
                                          c->session.setting.run};
    return status;
}

static int condense(condensing *c, const numeral_condense_request *request)
{
    numeral_error err;
    numeral_model_info info;
    numeral_model_get_info(c->session.model, &info);
    c->recipe = strdup(info.recipe);
    c->data_name = strdup(info.data);
    c->bytes_before = info.bytes;
    if (!c->recipe || !c->data_name) {
        return out_of_memory();
    }
    if (numeral_condense_plan(c->session.model, request, &c->plan, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    choose_points(c);
    int status = shrink(c);
    if (status == CLI_DONE &&
        numeral_model_save(c->session.model, c->path, &err) != NUMERAL_OK) {
        status = cli_fail(&err);
    }
    if (status == CLI_DONE) {
        numeral_model_get_info(c->session.model, &info);
        c->bytes_after = info.bytes;
    }
    return status;
}

static int run(const cli_arguments *arguments)
{
    condensing c = {0};
    numeral_condense_request request;
    const char *plot = cli_value(arguments, "plot");
    int status = open_all(arguments, &c, &request);
    if (status == CLI_DONE) {
        status = condense(&c, &request);
    }
    cli_progress_clear();
    if (status == CLI_DONE && c.session.setting.text) {
        print_summary(&c);
    }
    if (status == CLI_DONE && plot) {
        status = draw(&c, plot);
    }
    if (status == CLI_DONE && c.session.setting.json) {
        status = write_json(&c);
    }
    numeral_condensation_free(&c.plan);
    free(c.recipe);
    free(c.data_name);
    cli_session_close(&c.session);
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
    .recipe = CLI_RECIPE_FITTED,
    .run = run,
};
