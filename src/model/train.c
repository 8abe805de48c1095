/* Training: the stages are fitted, then it is measured what the model's answers are
 * worth. MNIST's own training set was measured once for each preset; sets of up to 500
 * digits are measured here by folds of their own, as nothing else says how well so few
 * do. */
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/run.h"
#include "model/confidence.h"
#include "model/fit.h"
#include "model/likeness.h"

enum { FEW = 500, FEWEST = 20, FOLDS = 5 };

/* Failures of folds (of so few digits that a stage cannot be fitted to the rest) leave
 * the model without calibration, as those of recipes that are no preset. */
static numeral_status measure_folds(numeral_model *model, const numeral_dataset *data,
                                    const numeral_run *run, numeral_error *err)
{
    const numeral_run quiet = {.threads = run->threads};
    numeral_error why;
    numeral_status status = numeral_model_calibrate(model, data, FOLDS, &quiet, &why);
    return status == NUMERAL_ERROR_MEMORY ? numeral_fail(err, status, "%s", why.text)
                                          : NUMERAL_OK;
}

static numeral_status measure(numeral_model *model, const numeral_dataset *data,
                              const numeral_run *run, numeral_error *err)
{
    bool is_preset = false;
    numeral_status status;
    TRY(numeral_likeness_measure(model, run, &model->likeness, err));
    if (model->n_rows > FEW) {
        TRY(numeral_confidence_by_preset(model, run, err));
    } else if (model->n_rows >= FEWEST) {
        TRY(numeral_confidence_is_preset(model, &is_preset, err));
        if (is_preset) {
            TRY(measure_folds(model, data, run, err));
        }
    }
done:
    return status;
}

numeral_status numeral_model_fit(const numeral_recipe *recipe,
                                 const numeral_dataset *data, uint64_t seed,
                                 const numeral_run *run, numeral_model **out,
                                 numeral_fit_report *report, numeral_error *err)
{
    double start = numeral_clock_seconds();
    numeral_fit_report times = {0};
    numeral_model *model = NULL;
    numeral_status status;
    run = numeral_run_or_default(run);
    TRY(numeral_model_fit_stages(recipe, data, seed, run, &model, &times, err));
    TRY(measure(model, data, run, err));
    if (report) {
        times.total = numeral_clock_seconds() - start;
        *report = times;
    }
    *out = model;
    model = NULL;
done:
    numeral_model_destroy(model);
    return status;
}

numeral_status numeral_model_train(const numeral_dataset *data, const char *recipe,
                                   const numeral_run *run, numeral_model **out,
                                   numeral_error *err)
{
    const char *text = recipe ? recipe : "accurate";
    numeral_recipe *parsed = NULL;
    numeral_status status = NUMERAL_OK;
    if (numeral_registry_find(NULL, NUMERAL_KIND_PRESET, text)) {
        TRY(numeral_recipe_preset(NULL, text, &parsed, err));
    } else {
        TRY(numeral_recipe_parse(NULL, text, &parsed, err));
    }
    TRY(numeral_model_fit(parsed, data, 0, run, out, NULL, err));
done:
    numeral_recipe_destroy(parsed);
    return status;
}
