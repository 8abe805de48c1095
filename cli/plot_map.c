/* numeral plot: the map of data, by components or by a recipe's nearest neighbours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/picture.h>
#include <numeral/tools/study.h>

#include "pictures.h"
#include "plots.h"

enum { MAP_NEIGHBOURS = 15 };
static const char MAP_RECIPE[] = "deskew,pixels"; /* learns nothing from labels */

int cli_plot_recipe(const cli_arguments *arguments, const numeral_registry *registry,
                    const char *standard, numeral_recipe **out)
{
    numeral_error err;
    const char *text = cli_value(arguments, "recipe");
    const char *preset = cli_value(arguments, "preset");
    if (text && preset) {
        return cli_fail_usage("--recipe and --preset exclude each other");
    }
    numeral_status status =
        preset ? numeral_recipe_preset(registry, preset, out, &err)
               : numeral_recipe_parse(registry, text ? text : standard, out, &err);
    return status == NUMERAL_OK ? CLI_DONE : cli_fail_usage("%s", err.text);
}

/* The digits shown, and where they lie. */
typedef struct map_work {
    numeral_dataset data;
    numeral_digits images;
    size_t *ids;
    double *points; /* x of all, then y of all */
    numeral_recipe *recipe;
    numeral_model *model;
    numeral_answers near;
} map_work;

static void free_work(map_work *work)
{
    numeral_answers_free(&work->near);
    numeral_model_destroy(work->model);
    numeral_recipe_destroy(work->recipe);
    numeral_dataset_free(&work->data);
    free(work->points);
    free(work->ids);
}

/* n digits, evenly spread over the data. */
static numeral_status choose_digits(const numeral_dataset *all, size_t n, map_work *work,
                                    numeral_error *err)
{
    work->ids = calloc(n + 1, sizeof *work->ids);
    work->points = calloc(n + 1, 2 * sizeof *work->points);
    if (!work->ids || !work->points) {
        *err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"};
        return err->status;
    }
    for (size_t i = 0; i < n; i++) {
        work->ids[i] = (size_t)((uint64_t)i * all->n_images / n);
    }
    numeral_status status = numeral_dataset_select(all, work->ids, n, &work->data, err);
    work->images =
        (numeral_digits){work->data.pixels, n, work->data.height, work->data.width};
    return status;
}

/* From the components on: a start that keeps the whole in order. */
static numeral_status lay_out_graph(map_work *work, const cli_setting *setting,
                                    numeral_error *err)
{
    size_t n = work->images.n;
    numeral_search search = {
        .k = MAP_NEIGHBOURS, .radius = INFINITY, .run = setting->run};
    numeral_status status = numeral_recipe_set(work->recipe, "k", "1", err);
    if (status == NUMERAL_OK) {
        status = numeral_model_fit(work->recipe, &work->data, setting->seed,
                                   &setting->run, &work->model, NULL, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_model_search(work->model, NULL, &search, &work->near, err);
    }
    return status == NUMERAL_OK
               ? numeral_map_neighbours(work->near.ids, work->near.distances, n,
                                        work->near.k, setting->seed, &setting->run,
                                        work->points, work->points + n, err)
               : status;
}

static numeral_status draw_map(const map_work *work, const cli_session *session,
                               const char *title, numeral_picture_format format,
                               numeral_picture *out, numeral_error *err)
{
    size_t n = work->images.n;
    char subtitle[1500], shown[32], all[32];
    const char *names[256];
    int used = snprintf(subtitle, sizeof subtitle, "%s of %s digits by ",
                        cli_count(n, shown), cli_count(session->data.n_images, all));
    if (work->model) {
        numeral_model_info info;
        numeral_model_get_info(work->model, &info);
        const char *learner = numeral_recipe_label_learner(work->recipe);
        snprintf(subtitle + used, sizeof subtitle - (size_t)used,
                 "their %zu nearest neighbours: %.*s, %s%s%s%s\n"
                 "Neighbourhoods mean something; far distances and the axes do not",
                 work->near.k, (int)strcspn(info.recipe, " "), info.recipe, info.metric,
                 learner ? " (" : "", learner ? learner : "",
                 learner ? " has seen the labels)" : "");
    } else {
        snprintf(subtitle + used, sizeof subtitle - (size_t)used,
                 "the two principal components of their pixels");
    }
    numeral_map map = {.title = title,
                       .subtitle = subtitle,
                       .n = n,
                       .x = work->points,
                       .y = work->points + n,
                       .labels = work->data.labels,
                       .digits = work->images,
                       .label_names = cli_picture_names(session, names)};
    return numeral_draw_map(&map, format, out, err);
}

static int study_map(const cli_arguments *arguments, const cli_session *session,
                     const char *title, numeral_picture_format format,
                     numeral_picture *out)
{
    numeral_error err;
    map_work work = {0};
    double n;
    const char *layout = cli_value(arguments, "layout");
    bool components = layout && strcmp(layout, "components") == 0;
    int status = cli_integer(arguments, "n", 1, 1e5, 3000, &n);
    if (status == CLI_DONE && layout && !components &&
        strcmp(layout, "neighbours") != 0) {
        status = cli_fail_usage("--layout %s: expected neighbours or components", layout);
    }
    if (status == CLI_DONE) {
        status = cli_plot_recipe(arguments, session->registry, MAP_RECIPE, &work.recipe);
    }
    if (status == CLI_DONE) {
        size_t all = session->data.n_images;
        size_t shown = n < (double)all ? (size_t)n : all;
        if (choose_digits(&session->data, shown, &work, &err) != NUMERAL_OK ||
            numeral_map_components(&work.images, work.points, work.points + work.images.n,
                                   &err) != NUMERAL_OK ||
            (!components &&
             lay_out_graph(&work, &session->setting, &err) != NUMERAL_OK) ||
            draw_map(&work, session, title, format, out, &err) != NUMERAL_OK) {
            status = cli_fail(&err);
        }
    }
    free_work(&work);
    return status;
}

const cli_plot cli_plot_map = {
    .name = "map", .title = "Map", .whole = true, .study = study_map};
