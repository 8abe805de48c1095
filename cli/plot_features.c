/* numeral plot: what a recipe makes of the first digits of data. */
#include <numeral/tools/explain.h>

#include "plots.h"

static const char FEATURES_RECIPE[] = "deskew,gradient";

static numeral_status draw_planes(const numeral_feature_planes *planes,
                                  const numeral_recipe *recipe, const char *title,
                                  numeral_picture_format format, numeral_picture *out,
                                  numeral_error *err)
{
    char subtitle[700], count[32];
    char *text = numeral_recipe_print(recipe);
    int used = snprintf(subtitle, sizeof subtitle, "%.500s", text ? text : "");
    numeral_free(text);
    if (planes->n_fitted) {
        snprintf(subtitle + used, sizeof subtitle - (size_t)used,
                 "; projections fitted to %s digits", cli_count(planes->n_fitted, count));
    }
    numeral_stages stages = {title, subtitle, planes->n_groups, planes->groups};
    return numeral_draw_stages(&stages, format, out, err);
}

static numeral_status draw_features(const cli_plot_input *input, numeral_picture *out,
                                    numeral_error *err)
{
    const cli_session *session = input->session;
    numeral_recipe *recipe = NULL;
    numeral_feature_planes *planes = NULL;
    size_t n;
    numeral_status status;
    TRY(cli_integer(session->arguments, "n", 1, NUMERAL_MAX_PLANE_DIGITS, 1, &n, err));
    TRY(cli_recipe_read(session, NULL, FEATURES_RECIPE, &recipe, err));
    TRY(numeral_recipe_planes(recipe, &session->data, n, session->seed, &session->run,
                              &planes, err));
    status = draw_planes(planes, recipe, input->title, input->format, out, err);
done:
    numeral_feature_planes_destroy(planes);
    numeral_recipe_destroy(recipe);
    return status;
}

const cli_plot cli_plot_features = {.name = "features",
                                    .title = "Features",
                                    .split = NUMERAL_SPLIT_TRAIN,
                                    .draw = draw_features};
