/* Votes on lists worked by hand. */
#include <string.h>

#include "unit/pattern.h"

#include "vote/vote_entries.h"

enum { MAX_PLACES = 16 };

/* Scores of three classes for neighbours at 1, 2, 3 ... times `step`. */
static size_t vote(const numeral_vote *rule, const double *parameters,
                   const char *classes, double step, double *scores)
{
    double distances[MAX_PLACES];
    uint16_t numbers[MAX_PLACES];
    size_t n = strlen(classes);
    for (size_t i = 0; i < n; i++) {
        distances[i] = step * (double)(i + 1);
        numbers[i] = (uint16_t)(classes[i] - '0');
    }
    double room[6];
    numeral_ballot ballot = {n, distances, numbers, 3, room};
    double share;
    numeral_part part = {.kind = NUMERAL_KIND_VOTE, .entry = &rule->entry};
    for (size_t i = 0; i < rule->entry.n_parameters; i++) {
        part.values[i] = parameters[i];
    }
    numeral_vote_score(&part, &ballot, scores);
    size_t winner = numeral_vote_winner(&ballot, scores, NUMERAL_TIES_NEAREST, &share);
    assert_true(share > 0 && share <= 1);
    return winner;
}

static void uniform_and_distance(void **state)
{
    (void)state;
    double scores[3];
    const double heads[] = {1, 3, 0}, inverse[] = {1, 1.0 / 2 + 1.0 / 3 + 1.0 / 4, 0};
    assert_int_equal(vote(&numeral_vote_uniform, NULL, "0111", 1, scores), 1);
    assert_all_near(scores, heads, 3, 0);
    assert_int_equal(vote(&numeral_vote_distance, NULL, "0111", 1, scores), 1);
    assert_all_near(scores, inverse, 3, 1e-15);
}

/* Three neighbours, two of them copies: they alone vote. */
static void copies_overrule(void **state)
{
    (void)state;
    const double distances[] = {0, 0, 1}, expected[] = {0, 1, 1};
    const uint16_t classes[] = {2, 1, 0};
    double scores[3];
    const numeral_ballot ballot = {3, distances, classes, 3, NULL};
    const numeral_part part = {.kind = NUMERAL_KIND_VOTE,
                               .entry = &numeral_vote_distance.entry};
    numeral_vote_score(&part, &ballot, scores);
    assert_all_near(scores, expected, 3, 0);
    assert_int_equal(numeral_vote_need(&part, 7, 100), 7);
}

static void ties_go_to_the_nearest_or_smallest(void **state)
{
    (void)state;
    static const struct {
        double scores[3];
        size_t nearest, smallest;
        double share;
    } cases[] = {
        {{0, 2, 2}, 2, 1, 0.5},  {{2, 2, 1}, 1, 0, 0.4},   {{2, 1, 2}, 2, 0, 0.4},
        {{1, 0, 3}, 2, 2, 0.75}, {{5, 1, 2}, 0, 0, 0.625}, {{1, 6, 1}, 1, 1, 0.75},
        {{0, 0, 0}, 2, 0, 0},
    };
    const double distances[] = {1, 2, 2};
    const uint16_t classes[] = {2, 1, 0};
    const numeral_ballot ballot = {3, distances, classes, 3, NULL};
    const numeral_ballot first = {1, distances, classes, 3, NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int ties = 0; ties < 2; ties++) {
            double share = -1;
            assert_int_equal(
                numeral_vote_winner(&ballot, cases[i].scores, (numeral_ties)ties, &share),
                ties == NUMERAL_TIES_NEAREST ? cases[i].nearest : cases[i].smallest);
            assert_true(share == cases[i].share);
        }
    }
    /* tied ones of which one only is among the neighbours; and no number at all */
    double share;
    assert_int_equal(numeral_vote_winner(&first, (const double[]){2, 1, 2},
                                         NUMERAL_TIES_NEAREST, &share),
                     2);
    assert_int_equal(numeral_vote_winner(&ballot, (const double[]){NAN, NAN, NAN},
                                         NUMERAL_TIES_NEAREST, &share),
                     2);
    assert_true(share == 0);
}

static void rank_counts_down(void **state)
{
    (void)state;
    double scores[3];
    const double expected[] = {5 + 2, 4 + 1, 3};
    assert_int_equal(vote(&numeral_vote_rank, NULL, "01201", 1, scores), 0);
    assert_all_near(scores, expected, 3, 0);
}

static void gaussian_is_a_bell(void **state)
{
    (void)state;
    double scores[3], width = 0.5;
    /* σ = 2, distances 1 to 4. */
    const double expected[] = {exp(-0.125), exp(-0.5) + exp(-1.125), exp(-2)};
    assert_int_equal(vote(&numeral_vote_gaussian, &width, "0112", 1, scores), 1);
    assert_all_near(scores, expected, 3, 1e-15);
    const double copies[] = {2, 1, 0};
    assert_int_equal(vote(&numeral_vote_gaussian, &width, "010", 0, scores), 0);
    assert_all_near(scores, copies, 3, 0);
}

static void class_mean_takes_the_nearest(void **state)
{
    (void)state;
    double scores[3];
    const double two[] = {2, 100};
    /* Squares 1 4 9 16: class 0 has 1 and 16, class 1 has 4 and 9, class 2 none. */
    const double expected[] = {16 / 8.5, 16 / 6.5, 1};
    assert_int_equal(vote(&numeral_vote_class_mean, two, "0110", 1, scores), 1);
    assert_all_near(scores, expected, 3, 1e-15);
    const double copies[] = {1, 1, 1};
    assert_int_equal(vote(&numeral_vote_class_mean, two, "0110", 0, scores), 0);
    assert_all_near(scores, copies, 3, 0);
    assert_int_equal(numeral_vote_class_mean.need(two, 5, 60000), 100);
    assert_int_equal(numeral_vote_class_mean.need(two, 500, 60000), 500);
    assert_int_equal(numeral_vote_class_mean.need(two, 5, 7), 7);
}

static void class_mean_is_settled_by_hand(void **state)
{
    (void)state;
    static const struct {
        double m, distances[4];
        const char *classes;
        size_t winner; /* 3: not settled */
    } cases[] = {
        {2, {2, 2}, "00", 3},         /* another may have 2, 2 as well */
        {2, {2, 2, 3}, "001", 0},     /* none may: 8 against 18 */
        {2, {1, 2, 3, 4}, "0110", 1}, /* 13 against 17 */
        {2, {1, 5, 5, 7}, "0110", 3}, /* 50 twice */
        {3, {1, 2, 3, 4}, "0011", 3}, /* none has three */
        {2, {1, 1, 2, 2}, "2200", 2}, {1, {0}, "1", 3}, {1, {0, 3}, "10", 1},
        {2, {1, 2, 2}, "011", 3},     /* 8 against 1 and what is to come, 4 or more */
        {2, {1, 2, 2, 3}, "0112", 1}, /* ... or 9 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint16_t classes[4];
        double room[6];
        size_t n = strlen(cases[i].classes), winner = 3;
        for (size_t j = 0; j < n; j++) {
            classes[j] = (uint16_t)(cases[i].classes[j] - '0');
        }
        const double parameters[] = {cases[i].m, 100};
        const numeral_ballot ballot = {n, cases[i].distances, classes, 3, room};
        assert_int_equal(numeral_vote_class_mean.settled(parameters, &ballot, &winner),
                         cases[i].winner < 3);
        if (cases[i].winner < 3) {
            assert_int_equal(winner, cases[i].winner);
        }
    }
}

/* Whatever the first neighbours settle, all of them say; and most are settled. */
static void class_mean_is_settled_early(void **state)
{
    (void)state;
    enum { ALL = 40, FIRST = 12, CLASSES = 4, ROUNDS = 3000 };
    const double parameters[] = {3, ALL};
    uint32_t random = 1;
    size_t n_settled = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double distances[ALL], scores[CLASSES], room[2 * CLASSES], share;
        uint16_t classes[ALL];
        for (size_t i = 0; i < ALL; i++) {
            random = random * 1664525u + 1013904223u;
            /* steps of 0 make ties */
            distances[i] = (i ? distances[i - 1] : 0) + (double)(random >> 30);
            classes[i] = (uint16_t)(random >> 10 & random >> 20 & (CLASSES - 1));
        }
        numeral_ballot all = {ALL, distances, classes, CLASSES, room};
        numeral_ballot first = {FIRST, distances, classes, CLASSES, room};
        size_t winner = CLASSES;
        if (numeral_vote_class_mean.settled(parameters, &first, &winner)) {
            numeral_vote_class_mean.score_all(parameters, &all, scores);
            for (int ties = 0; ties < 2; ties++) {
                assert_int_equal(
                    numeral_vote_winner(&all, scores, (numeral_ties)ties, &share),
                    winner);
            }
            n_settled++;
        }
    }
    assert_in_range(n_settled, ROUNDS / 4, ROUNDS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uniform_and_distance),
        cmocka_unit_test(copies_overrule),
        cmocka_unit_test(ties_go_to_the_nearest_or_smallest),
        cmocka_unit_test(rank_counts_down),
        cmocka_unit_test(gaussian_is_a_bell),
        cmocka_unit_test(class_mean_takes_the_nearest),
        cmocka_unit_test(class_mean_is_settled_by_hand),
        cmocka_unit_test(class_mean_is_settled_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
