/* A metric of one's own, in a program of one's own: trains on pen digits and counts
 * errors. It is the sum of absolute differences, each capped, so that a few pixels far
 * off count little.
 *
 *     cc own_metric.c -lnumeral -o own_metric && ./own_metric
 */
#include <math.h>
#include <numeral/numeral.h>
#include <stdio.h>

static double capped(const double *parameters, const double *a, const double *b,
                     size_t n_dims)
{
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        double difference = fabs(a[i] - b[i]);
        sum += difference < parameters[0] ? difference : parameters[0];
    }
    return sum;
}

static const numeral_parameter parameters[] = {
    {"cap", NUMERAL_PARAMETER_REAL, 1, 255, 64, NULL, "most that one pixel counts"},
};
static const numeral_user_metric metric = {.name = "capped",
                                           .help = "sum of capped differences",
                                           .parameters = parameters,
                                           .n_parameters = 1,
                                           .translation = true,
                                           .distance = capped};

int main(void)
{
    numeral_error err = {NUMERAL_OK, ""};
    numeral_registry *registry = NULL;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    numeral_dataset train = {0}, test = {0};
    numeral_answers answers = {0};
    if (numeral_registry_create(&registry, &err) == NUMERAL_OK &&
        numeral_registry_add_metric(registry, &metric, &err) == NUMERAL_OK &&
        numeral_recipe_parse(registry, "deskew,pixels --metric capped=100", &recipe,
                             &err) == NUMERAL_OK &&
        numeral_dataset_pen(1000, 1, NUMERAL_SPLIT_TRAIN, &train, &err) == NUMERAL_OK &&
        numeral_dataset_pen(200, 1, NUMERAL_SPLIT_TEST, &test, &err) == NUMERAL_OK &&
        numeral_model_fit(recipe, &train, 0, NULL, &model, NULL, &err) == NUMERAL_OK &&
        numeral_model_predict(model, &test, NULL, &answers, &err) == NUMERAL_OK) {
        size_t errors = 0;
        for (size_t i = 0; i < answers.n; i++) {
            errors += answers.labels[i] != test.labels[i];
        }
        printf("%zu errors in %zu digits\n", errors, answers.n);
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_recipe_destroy(recipe);
    numeral_registry_destroy(registry);
    return err.status == NUMERAL_OK ? 0 : 1;
}
