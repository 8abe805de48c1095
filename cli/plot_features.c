/* numeral plot: what a recipe makes of the first digits of data. */
#include "plots.h"

#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

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

static int study_features(const cli_arguments *arguments, const cli_session *session,
                          const char *title, numeral_picture_format format,
                          numeral_picture *out)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_feature_planes *planes = NULL;
    double n;
    int status = cli_integer(arguments, "n", 1, NUMERAL_MAX_PLANE_DIGITS, 1, &n);
    if (status == CLI_DONE) {
        status = cli_plot_recipe(arguments, session->registry, FEATURES_RECIPE, &recipe);
    }
    if (status == CLI_DONE &&
        (numeral_recipe_planes(recipe, &session->data, (size_t)n, session->setting.seed,
                               &session->setting.run, &planes, &err) != NUMERAL_OK ||
         draw_planes(planes, recipe, title, format, out, &err) != NUMERAL_OK)) {
        status = cli_fail(&err);
    }
    numeral_feature_planes_destroy(planes);
    numeral_recipe_destroy(recipe);
    return status;
}

const cli_plot cli_plot_features = {
    .name = "features", .title = "Features", .study = study_features};
