/* Votes on lists worked by hand. */
#include <string.h>

#include "unit/pattern.h"

#include "kernel/guard.h"
#include "vote/vote_entries.h"

/* What a vote reads and writes, each array against a page that may not be touched. */
typedef struct booth {
    guarded distances, classes, scratch, scores;
} booth;

static booth open_booth(size_t n, size_t n_classes)
{
    return (booth){guard(n * sizeof(double), AT_END), guard(n * sizeof(uint16_t), AT_END),
                   guard(2 * n_classes * sizeof(double), AT_END),
                   guard(n_classes * sizeof(double), AT_END)};
}

static void close_booth(booth *b)
{
    unguard(&b->distances), unguard(&b->classes), unguard(&b->scratch);
    unguard(&b->scores);
}

static numeral_ballot ballot_in(const booth *b, const double *distances,
                                const char *classes, size_t n_classes)
{
    size_t n = strlen(classes);
    for (size_t i = 0; i < n; i++) {
        ((uint16_t *)(void *)b->classes.data)[i] = (uint16_t)(classes[i] - '0');
    }
    memcpy(b->distances.data, distances, n * sizeof *distances);
    return (numeral_ballot){n, (void *)b->distances.data, (void *)b->classes.data,
                            n_classes, (void *)b->scratch.data};
}

/* Scores of three classes for neighbours at 1, 2, 3 ... times `step`. */
static size_t vote(const numeral_vote *rule, const double *parameters,
                   const char *classes, double step, double *scores)
{
    double distances[16], share;
    size_t n = strlen(classes);
    for (size_t i = 0; i < n; i++) {
        distances[i] = step * (double)(i + 1);
    }
    booth b = open_booth(n, 3);
    numeral_ballot ballot = ballot_in(&b, distances, classes, 3);
    numeral_part part = {.kind = NUMERAL_KIND_VOTE, .entry = &rule->entry};
    for (size_t i = 0; i < rule->entry.n_parameters; i++) {
        part.values[i] = parameters[i];
    }
    double *found = (void *)b.scores.data;
    numeral_vote_score(&part, &ballot, found);
    size_t winner = numeral_vote_winner(&ballot, found, NUMERAL_TIES_NEAREST, &share);
    assert_true(share > 0 && share <= 1);
    memcpy(scores, found, 3 * sizeof *scores);
    close_booth(&b);
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
    const double single[] = {0, 1, 1}, alone[] = {0, 0, 1};
    const numeral_ballot another = {3, single, classes, 3, NULL};
    numeral_vote_score(&part, &another, scores);
    assert_all_near(scores, alone, 3, 0);
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
    assert_int_equal(vote(&numeral_vote_gaussian, &width, "0112", 0.25, scores), 1);
    assert_all_near(scores, expected, 3, 1e-15); /* whatever the unit */
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
        {2, {1, 3, 3, 4}, "0112", 3}, /* 18 against 1 and 16, of 0 or of 2 */
        {2, {1, 3, 3, 4}, "2110", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t winner = 3;
        booth b = open_booth(strlen(cases[i].classes), 3);
        const double parameters[] = {cases[i].m, 100};
        const numeral_ballot ballot =
            ballot_in(&b, cases[i].distances, cases[i].classes, 3);
        assert_int_equal(numeral_vote_class_mean.settled(parameters, &ballot, &winner),
                         cases[i].winner < 3);
        if (cases[i].winner < 3) {
            assert_int_equal(winner, cases[i].winner);
        }
        close_booth(&b);
    }
}

/* As they are documented. */
static void parameters_have_ranges(void **state)
{
    (void)state;
    static const double mean[][3] = {{1, 100, 3}, {1, 1000, 100}},
                        width[] = {0.05, 1000, 0.5};
    const numeral_parameter *p = numeral_vote_class_mean.entry.parameters;
    for (size_t i = 0; i < 2; i++) {
        assert_true(p[i].minimum == mean[i][0] && p[i].maximum == mean[i][1] &&
                    p[i].standard == mean[i][2]);
    }
    p = numeral_vote_gaussian.entry.parameters;
    assert_true(p->minimum == width[0] && p->maximum == width[1] &&
                p->standard == width[2]);
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
        cmocka_unit_test(parameters_have_ranges),
        cmocka_unit_test(class_mean_is_settled_by_hand),
        cmocka_unit_test(class_mean_is_settled_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
