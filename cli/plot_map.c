/* numeral plot: the map of data, by components or by a recipe's nearest neighbours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/study.h>

#include "plots.h"

enum { MAP_NEIGHBOURS = 15 }; /* as UMAP takes (McInnes et al. 2018) */
static const char MAP_RECIPE[] = "deskew,pixels"; /* learns nothing from labels */

/* The digits shown, and where they lie. */
typedef struct map_work {
    numeral_dataset data;
    numeral_digits images;
    size_t *ids;
    double *points; /* x of all, then y of all */
    numeral_recipe *recipe;
    numeral_model *model;
    numeral_answers found;
} map_work;

static void free_work(map_work *work)
{
    numeral_answers_free(&work->found);
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
        return cli_no_memory(err);
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
static numeral_status lay_out_graph(map_work *work, const cli_session *session,
                                    numeral_error *err)
{
    size_t n = work->images.n;
    numeral_search search = {
        .k = MAP_NEIGHBOURS, .radius = INFINITY, .run = session->run};
    numeral_status status;
    TRY(numeral_recipe_set(work->recipe, "k", "1", err));
    TRY(numeral_model_fit(work->recipe, &work->data, session->seed, &session->run,
                          &work->model, NULL, err));
    TRY(numeral_model_search(work->model, NULL, &search, &work->found, err));
    status = numeral_map_neighbours(work->found.ids, work->found.distances, n,
                                    work->found.k, session->seed, &session->run,
                                    work->points, work->points + n, err);
done:
    return status;
}

static numeral_status draw_points(const map_work *work, const cli_plot_input *input,
                                  numeral_picture *out, numeral_error *err)
{
    size_t n = work->images.n;
    char subtitle[1500], shown[32], all[32];
    int used =
        snprintf(subtitle, sizeof subtitle, "%s of %s digits by ", cli_count(n, shown),
                 cli_count(input->session->data.n_images, all));
    if (work->model) {
        numeral_model_info info;
        numeral_model_get_info(work->model, &info);
        const char *learner = numeral_recipe_label_learner(work->recipe);
        snprintf(subtitle + used, sizeof subtitle - (size_t)used,
                 "their %zu nearest neighbours: %.*s, %s%s%s%s\n"
                 "Neighbourhoods mean something; far distances and the axes do not",
                 work->found.k, (int)strcspn(info.recipe, " "), info.recipe, info.metric,
                 learner ? " (" : "", learner ? learner : "",
                 learner ? " has seen the labels)" : "");
    } else {
        snprintf(subtitle + used, sizeof subtitle - (size_t)used,
                 "the two principal components of their pixels");
    }
    numeral_map map = {.title = input->title,
                       .subtitle = subtitle,
                       .n = n,
                       .x = work->points,
                       .y = work->points + n,
                       .labels = work->data.labels,
                       .digits = work->images,
                       .label_names = input->names};
    return numeral_draw_map(&map, input->format, out, err);
}

static numeral_status draw_map(const cli_plot_input *input, numeral_picture *out,
                               numeral_error *err)
{
    const cli_session *session = input->session;
    const char *layout = cli_value(session->arguments, "layout");
    bool components = layout && strcmp(layout, "components") == 0;
    map_work work = {0};
    size_t n, all = session->data.n_images;
    numeral_status status;
    TRY(cli_integer(session->arguments, "n", 1, 1e5, 3000, &n, err));
    if (layout && !components && strcmp(layout, "neighbours") != 0) {
        return cli_usage(err, "--layout %.100s: expected neighbours or components",
                         layout);
    }
    TRY(cli_recipe_read(session, NULL, MAP_RECIPE, &work.recipe, err));
    TRY(choose_digits(&session->data, n < all ? n : all, &work, err));
    TRY(numeral_map_components(&work.images, work.points, work.points + work.images.n,
                               err));
    if (!components) {
        TRY(lay_out_graph(&work, session, err));
    }
    status = draw_points(&work, input, out, err);
done:
    free_work(&work);
    return status;
}

const cli_plot cli_plot_map = {.name = "map", .title = "Map", .draw = draw_map};
