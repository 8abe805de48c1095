/* libnumeral: handwritten digits read by k-nearest neighbours. This header is the tour;
 * each part's own header is its manual.
 *
 *     numeral_registry *registry; // every transform, metric, vote ... there is
 *     numeral_registry_create(&registry, &err);
 *     numeral_dataset train; // labelled images
 *     numeral_dataset_load("mnist:train", &(numeral_load){0}, &train, &err);
 *     numeral_recipe *recipe; // what turns an image into an answer
 *     numeral_recipe_parse(registry, "pixels -k 3", &recipe, &err);
 *     numeral_model *model; // the recipe, fitted
 *     numeral_model_fit(recipe, &train, 0, &(numeral_run){0}, &model, NULL, &err);
 *     numeral_answers answers; // labels, confidences, votes, neighbours
 *     numeral_model_predict(model, &test, &(numeral_run){0}, &answers, &err);
 *     numeral_scores scores; // accuracy, precision, recall, F1, confusion
 *     numeral_scores_compute(test.labels, answers.labels, answers.n, &scores, &err);
 *
 * Each call returns a numeral_status; see numeral/error.h. What `create`, `fit` and
 * `load` give, the `_destroy` or `_free` of its name ends. */
#ifndef NUMERAL_NUMERAL_H
#define NUMERAL_NUMERAL_H

#include <numeral/dataset.h>
#include <numeral/dynamic.h>
#include <numeral/error.h>
#include <numeral/extend.h>
#include <numeral/image.h>
#include <numeral/index.h>
#include <numeral/model.h>
#include <numeral/recipe.h>
#include <numeral/registry.h>
#include <numeral/runtime.h>
#include <numeral/scores.h>

#endif
