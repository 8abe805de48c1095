/* Fitting the stages of a model, without what is measured of its answers. */
#ifndef NUMERAL_MODEL_FIT_H
#define NUMERAL_MODEL_FIT_H

#include "model/model.h"

/* numeral_model_fit without likeness and confidence: for folds and studies, which ask for
 * labels alone. */
numeral_status numeral_model_fit_stages(const numeral_recipe *recipe,
                                        const numeral_dataset *data, uint64_t seed,
                                        const numeral_run *run, numeral_model **out,
                                        numeral_fit_report *report, numeral_error *err);

#endif
