/* The map by neighbours: labels come to lie together, the same bytes each time. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>
#include <numeral/tools/picture.h>

enum { N = 600, K = 15 };

static numeral_dataset digits;
static numeral_answers graph;
static const numeral_run one = {.threads = 1};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    numeral_registry *registry;
    numeral_recipe *recipe;
    numeral_model *model;
    numeral_search search = {.k = K, .radius = INFINITY, .run = one};
    CHECK_OK(numeral_registry_create(&registry, &err), err);
    CHECK_OK(numeral_dataset_pen(N, 1, NUMERAL_SPLIT_TRAIN, &digits, &err), err);
    CHECK_OK(numeral_recipe_parse(registry, "deskew,pixels", &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &digits, 3, &one, &model, NULL, &err), err);
    CHECK_OK(numeral_model_search(model, NULL, &search, &graph, &err), err);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
    numeral_registry_destroy(registry);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_answers_free(&graph);
    numeral_dataset_free(&digits);
    return 0;
}

/* How many points have the label of the point that is nearest on the map. */
static size_t same_label(const double *x, const double *y)
{
    size_t same = 0;
    for (size_t i = 0; i < N; i++) {
        size_t best = i;
        double least = INFINITY;
        for (size_t j = 0; j < N; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], square = dx * dx + dy * dy;
            if (j != i && square < least) {
                least = square;
                best = j;
            }
        }
        same += digits.labels[best] == digits.labels[i];
    }
    return same;
}

static void begin(double *x, double *y)
{
    numeral_error err;
    numeral_digits images = {digits.pixels, N, digits.height, digits.width};
    CHECK_OK(numeral_map_components(&images, x, y, &err), err);
}

static void labels_lie_together(void **state)
{
    (void)state;
    numeral_error err;
    double x[N], y[N];
    begin(x, y);
    size_t before = same_label(x, y);
    CHECK_OK(
        numeral_map_neighbours(graph.ids, graph.distances, N, K, 7, &one, x, y, &err),
        err);
    size_t after = same_label(x, y);
    if (before > N / 2 || after < N * 9 / 10) {
        fail_msg("%zu of %d by components, %zu by neighbours", before, N, after);
    }
}

static void the_seed_alone_decides(void **state)
{
    (void)state;
    double maps[3][2][N];
    static const uint64_t seeds[] = {7, 7, 8};
    for (size_t i = 0; i < 3; i++) {
        numeral_error err;
        numeral_run run = {.threads = i == 0 ? 1 : 4};
        begin(maps[i][0], maps[i][1]);
        CHECK_OK(numeral_map_neighbours(graph.ids, graph.distances, N, K, seeds[i], &run,
                                        maps[i][0], maps[i][1], &err),
                 err);
    }
    assert_memory_equal(maps[0], maps[1], sizeof maps[0]);
    assert_memory_not_equal(maps[0], maps[2], sizeof maps[0]);
}

/* Two pairs that begin crossed: each point must end nearest to its neighbour. A third
 * pair coincides, in data and on the map. */
static void pairs_find_each_other(void **state)
{
    (void)state;
    const int64_t ids[] = {1, -1, 0, -1, 3, -1, 2, 2, 5, -1, 4, -1};
    const double distances[] = {4, INFINITY, 4, INFINITY, 9, INFINITY,
                                9, 9,        0, INFINITY, 0, INFINITY};
    double x[] = {0, 3, 0, 3, 1, 1}, y[] = {0, 3, 3, 0, 1, 1};
    numeral_error err;
    CHECK_OK(numeral_map_neighbours(ids, distances, 6, 2, 1, NULL, x, y, &err), err);
    for (size_t i = 0; i < 6; i++) {
        size_t best = i;
        double least = INFINITY;
        for (size_t j = 0; j < 6; j++) {
            double square = (x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j]);
            if (j != i && square < least) {
                least = square;
                best = j;
            }
        }
        assert_true(isfinite(x[i]) && isfinite(y[i]));
        assert_int_equal(best, i ^ 1);
    }
}

static void lone_points_are_placed(void **state)
{
    (void)state;
    const int64_t none[] = {-1, -1, -1};
    const double distances[] = {INFINITY, INFINITY, INFINITY};
    double x[] = {5, 5, 5}, y[] = {1, 1, 1};
    numeral_error err;
    CHECK_OK(numeral_map_neighbours(none, distances, 3, 1, 1, &one, x, y, &err), err);
    assert_true(isfinite(x[0]) && x[0] != x[1]);
    CHECK_OK(numeral_map_neighbours(none, distances, 1, 1, 1, &one, x, y, &err), err);
    assert_true(isfinite(x[0]));
}

static void refuse(const int64_t *ids, const double *distances, size_t n, double first,
                   const char *words)
{
    double x[] = {first, 1}, y[] = {0, 1};
    numeral_error err = {0};
    assert_int_equal(numeral_map_neighbours(ids, distances, n, 1, 1, &one, x, y, &err),
                     NUMERAL_ERROR_ARGUMENT);
    assert_string_equal(err.text, words);
    assert_true(y[0] == 0 && x[1] == 1 && y[1] == 1);
}

static void wrong_graphs_are_refused(void **state)
{
    (void)state;
    const int64_t good[] = {1, 0}, beyond[] = {1, 2}, below[] = {-2, 0};
    const double fine[] = {1, 1}, negative[] = {1, -1}, endless[] = {INFINITY, 1};
    refuse(good, fine, 0, 0,
           "map: 0 points with 1 neighbours each: expected at least one of both");
    refuse(beyond, fine, 2, 0, "map: neighbour 2 of point 1: expected -1 to 1");
    refuse(below, fine, 2, 0, "map: neighbour -2 of point 0: expected -1 to 1");
    refuse(good, negative, 2, 0,
           "map: distance -1 of point 1: expected a finite one, 0 or more");
    refuse(good, endless, 2, 0,
           "map: distance inf of point 0: expected a finite one, 0 or more");
    refuse(good, fine, 2, INFINITY, "map: point 0 is (inf, 0): expected finite numbers");
}

static bool stop_later(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context;
    assert_string_equal(what, "laying out the map");
    return done < total / 2;
}

static void cancelling_leaves_the_points(void **state)
{
    (void)state;
    const int64_t ids[] = {1, 0};
    const double distances[] = {1, 1};
    double x[] = {0, 1}, y[] = {0, 1};
    const numeral_progress progress = {stop_later, NULL};
    numeral_run run = {.threads = 1, .progress = &progress};
    numeral_error err;
    assert_int_equal(numeral_map_neighbours(ids, distances, 2, 1, 1, &run, x, y, &err),
                     NUMERAL_ERROR_CANCELLED);
    assert_string_equal(err.text, "laying out the map was cancelled");
    assert_true(x[0] == 0 && y[0] == 0 && x[1] == 1 && y[1] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lie_together),
        cmocka_unit_test(the_seed_alone_decides),
        cmocka_unit_test(pairs_find_each_other),
        cmocka_unit_test(lone_points_are_placed),
        cmocka_unit_test(wrong_graphs_are_refused),
        cmocka_unit_test(cancelling_leaves_the_points),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
