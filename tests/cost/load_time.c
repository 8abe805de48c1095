/* Prints the shortest of several times that loading a model takes, and mapping it, in
 * milliseconds. */
#include <stdio.h>
#include <time.h>

#include <numeral/numeral.h>

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return 1e3 * (double)moment.tv_sec + 1e-6 * (double)moment.tv_nsec;
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 24 };
    numeral_error err = {0};
    numeral_registry *registry = NULL;
    double best[2] = {1e9, 1e9};
    numeral_status status = numeral_registry_create(&registry, &err);
    for (int i = 0; i < ROUNDS && status == NUMERAL_OK && argc > 1; i++) {
        numeral_model *model = NULL;
        double start = now();
        status = i % 2 ? numeral_model_map(argv[1], registry, &model, &err)
                       : numeral_model_load(argv[1], registry, &model, &err);
        double took = now() - start;
        best[i % 2] = took < best[i % 2] ? took : best[i % 2];
        numeral_model_destroy(model);
    }
    numeral_registry_destroy(registry);
    if (status != NUMERAL_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("%.3f %.3f\n", best[0], best[1]);
    return 0;
}
