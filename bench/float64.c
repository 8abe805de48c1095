/* What quantisation costs: reads TEST by a recipe as it is, and by the same recipe in
 * float64 without quantisation (brute force, slow), and counts the labels that differ.
 *
 *     float64 TRAIN TEST RECIPE
 *     float64 mnist:train mnist:test[0:1000] 'pixels -k 3'
 */
#include <stdio.h>
#include <stdlib.h>

#include <numeral/numeral.h>

#include "tests/unit/float64_reference.h"

int main(int argc, char **argv)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    numeral_dataset train = {0}, test = {0};
    numeral_answers answers = {0};
    numeral_run run = {0};
    numeral_load load = {.split = NUMERAL_SPLIT_TRAIN, .need_labels = true};
    numeral_label *labels = NULL;
    int status = 1;
    if (argc != 4) {
        fprintf(stderr, "usage: float64 TRAIN TEST RECIPE\n");
        return 2;
    }
    if (numeral_recipe_parse(NULL, argv[3], &recipe, &err) != NUMERAL_OK ||
        numeral_dataset_load(argv[1], &load, &train, &err) != NUMERAL_OK) {
        goto done;
    }
    load = (numeral_load){
        .split = NUMERAL_SPLIT_TEST, .height = train.height, .width = train.width};
    if (numeral_dataset_load(argv[2], &load, &test, &err) != NUMERAL_OK ||
        !(labels = malloc((test.n_images + 1) * sizeof *labels)) ||
        numeral_model_fit(recipe, &train, 0, &run, &model, NULL, &err) != NUMERAL_OK ||
        numeral_model_predict(model, &test, &run, &answers, &err) != NUMERAL_OK ||
        read_in_float64(recipe, &train, &test, 0, &run, labels, &err) != NUMERAL_OK) {
        goto done;
    }
    size_t differ = 0;
    for (size_t i = 0; i < test.n_images; i++) {
        differ += labels[i] != answers.labels[i];
    }
    printf("%zu of %zu labels of %s differ without quantisation\n", differ, test.n_images,
           test.name);
    status = 0;
done:
    if (status != 0) {
        fprintf(stderr, "float64: %s\n", err.text);
    }
    free(labels);
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
    numeral_dataset_free(&test);
    numeral_dataset_free(&train);
    numeral_recipe_destroy(recipe);
    return status;
}
