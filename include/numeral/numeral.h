/* libnumeral: handwritten digits read by k-nearest neighbours. This header is the tour;
 * each part's own header is its manual.
 *
 *     #include <numeral/numeral.h>
 *     #include <stdio.h>
 *
 *     int main(void)
 *     {
 *         numeral_dataset train, test; // labelled images
 *         numeral_recipe *recipe;      // what turns an image into an answer
 *         numeral_model *model;        // the recipe, fitted
 *         numeral_reading digit;       // what it says of one image
 *         numeral_answers answers;     // of many: labels, votes, neighbours, times
 *         numeral_scores scores;       // accuracy, precision, recall, F1, confusion
 *         numeral_error err;
 *         if (numeral_dataset_load("pen:train[0:1000]", NULL, &train, &err) ||
 *             numeral_dataset_load("pen:test[0:200]", NULL, &test, &err) ||
 *             numeral_recipe_parse(NULL, "deskew,pixels -k 3", &recipe, &err) ||
 *             numeral_model_fit(recipe, &train, 0, NULL, &model, NULL, &err) ||
 *             numeral_model_read(model, test.pixels, 28, 28, 28, NULL, &digit, &err) ||
 *             numeral_model_predict(model, &test, NULL, &answers, &err) ||
 *             numeral_scores_compute(test.labels, answers.labels, answers.n, &scores,
 *                                    &err)) {
 *             fprintf(stderr, "%s\n", err.text);
 *             return 1;
 *         }
 *         printf("the first is a %s; accuracy %.3f\n", digit.name, scores.accuracy);
 *         numeral_scores_free(&scores);
 *         numeral_answers_free(&answers);
 *         numeral_model_destroy(model);
 *         numeral_recipe_destroy(recipe);
 *         numeral_dataset_free(&test);
 *         numeral_dataset_free(&train);
 *         return 0;
 *     }
 *
 * Each call returns a numeral_status, 0 when all is well; see numeral/error.h. NULL for a
 * registry, options or a run stands for the defaults. What `create`, `fit` and `load`
 * give behind a pointer ends with the `_destroy` of its name, a struct they fill with
 * `_free`.
 *
 * Pictures, reports, studies, audits and explanations are in numeral/tools/. */
#ifndef NUMERAL_NUMERAL_H
#define NUMERAL_NUMERAL_H

#include <numeral/dataset.h>
#include <numeral/dynamic.h>
#include <numeral/error.h>
#include <numeral/extend.h>
#include <numeral/form.h>
#include <numeral/image.h>
#include <numeral/index.h>
#include <numeral/model.h>
#include <numeral/page.h>
#include <numeral/recipe.h>
#include <numeral/registry.h>
#include <numeral/runtime.h>
#include <numeral/scores.h>
#include <numeral/shards.h>
#include <numeral/taught.h>

#endif
