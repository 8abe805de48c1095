/* Explanations: they are of the real prediction, and their sums come out. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

#include <numeral/numeral.h>
#include <numeral/tools/explain.h>

enum { N_TEST = 60, PIXELS = 28 * 28 };

static numeral_registry *registry;
static numeral_dataset train, test;
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) == NUMERAL_OK &&
                   numeral_dataset_pen(600, 1, NUMERAL_SPLIT_TRAIN, &train, &err) ==
                       NUMERAL_OK &&
                   numeral_dataset_pen(N_TEST, 1, NUMERAL_SPLIT_TEST, &test, &err) ==
                       NUMERAL_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    return 0;
}

static numeral_model *fit(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &two, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

static numeral_explanation *explain(const numeral_model *model, size_t at)
{
    numeral_error err;
    numeral_explanation *why = NULL;
    numeral_image image = {28, 28, test.pixels + at * PIXELS};
    const numeral_run *run = at % 2 ? &two : NULL; /* NULL: the defaults */
    CHECK_OK(numeral_model_explain(model, &image, NUMERAL_FRAME_AUTO, run, &why, &err),
             err);
    return why;
}

/* The answer and the voters are predict's, bit for bit. */
static void check_answer(const numeral_explanation *why, const numeral_answers *answers,
                         size_t at)
{
    const double *votes = answers->votes + at * answers->n_classes;
    assert_int_equal(why->label, answers->labels[at]);
    assert_true(why->confidence == answers->confidence[at]);
    assert_int_equal(why->n_classes, answers->n_classes);
    assert_memory_equal(why->votes, votes, answers->n_classes * sizeof *votes);
    assert_int_equal(why->n_voters, answers->k);
    for (size_t i = 0; i < answers->k; i++) {
        assert_int_equal(why->voters[i].row, answers->ids[at * answers->k + i]);
        assert_true(why->voters[i].distance == answers->distances[at * answers->k + i]);
        assert_int_equal(why->voters[i].label, train.labels[why->voters[i].row]);
        assert_memory_equal(why->voters[i].image,
                            train.pixels + why->voters[i].row * PIXELS, PIXELS);
    }
}

/* Adding up the voters gives the counts, whose shares are the vote. */
static void check_vote(const numeral_explanation *why)
{
    double all = 0, best = 0;
    for (size_t c = 0; c < why->n_classes; c++) {
        double sum = 0;
        for (size_t i = 0; i < why->n_voters; i++) {
            sum += why->voters[i].label == why->classes[c] ? why->voters[i].weight : 0;
        }
        if (why->additive) {
            assert_true(sum == why->counts[c]);
        }
        all += why->counts[c];
        best = fmax(best, why->counts[c]);
    }
    assert_true(why->vote_confidence == best / all);
    for (size_t c = 0; c < why->n_classes && why->decider != NUMERAL_DECIDER_RERANK;
         c++) {
        assert_true(why->votes[c] == why->counts[c] / all);
    }
    if (why->decider != NUMERAL_DECIDER_RERANK) {
        assert_int_equal(why->label, why->vote_label);
    }
}

/* Adding up the terms gives the totals, and e^-total the votes; the winner is least. */
static void check_second_look(const numeral_explanation *why)
{
    double all = 0, least = why->totals[0];
    for (size_t c = 0; c < why->n_classes; c++) {
        double sum = 0;
        for (size_t t = 0; t < why->n_terms && why->terms[t].asked; t++) {
            const numeral_rerank_term *term = &why->terms[t];
            double own = why->product ? log(fmax(term->scores[c], 1e-300))
                                      : term->scores[c] / term->unit;
            assert_true(fabs(term->terms[c] - term->weight * own) < 1e-9);
            sum += term->terms[c];
        }
        assert_true(sum == why->totals[c]);
        least = fmin(least, sum);
    }
    for (size_t c = 0; c < why->n_classes; c++) {
        all += exp(least - why->totals[c]);
    }
    for (size_t c = 0; c < why->n_classes; c++) {
        assert_true(fabs(why->votes[c] - exp(least - why->totals[c]) / all) < 1e-9);
        if (why->classes[c] == why->label) {
            assert_true(why->totals[c] == least);
        }
    }
}

/* What the gate says follows from what it is said to have seen. */
static void check_gate(const numeral_explanation *why)
{
    const numeral_gate_trace *gate = &why->gate;
    bool same = gate->wanted > 0 &&
                (gate->n_same >= gate->wanted || gate->n_same >= why->n_candidates);
    double best = gate->means[gate->best], second = gate->means[gate->second];
    for (size_t c = 0; c < why->n_classes; c++) {
        assert_true(gate->means[c] >= best);
        assert_true(c == gate->best || gate->means[c] >= second);
    }
    bool close = second < gate->margin * best || second == best;
    numeral_decider right = same                         ? NUMERAL_DECIDER_UNANIMOUS
                            : gate->wanted == 0 || close ? NUMERAL_DECIDER_RERANK
                                                         : NUMERAL_DECIDER_MARGIN;
    assert_int_equal(why->decider, right);
}

static void check_rivals(const numeral_model *model, const numeral_explanation *why,
                         size_t at)
{
    numeral_error err;
    numeral_answers all = {0};
    numeral_dataset one = {0};
    CHECK_OK(numeral_dataset_select(&test, &at, 1, &one, &err), err);
    CHECK_OK(numeral_model_neighbours(model, &one, 600, &two, &all, &err), err);
    size_t own = 0, rival = 0;
    while (train.labels[all.ids[own]] != why->label) {
        own++;
    }
    while (train.labels[all.ids[rival]] != why->runner_up) {
        rival++;
    }
    assert_true(why->has_runner_up && why->runner_up != why->label);
    assert_int_equal(why->own.row, all.ids[own]);
    assert_int_equal(why->rival.row, all.ids[rival]);
    assert_true(why->rival.distance == all.distances[rival]);
    numeral_answers_free(&all);
    numeral_dataset_free(&one);
}

static void check_recipe(const char *text, size_t deciders[4])
{
    numeral_error err;
    numeral_model *model = fit(text);
    numeral_answers answers = {0};
    CHECK_OK(numeral_model_predict(model, &test, &two, &answers, &err), err);
    for (size_t i = 0; i < N_TEST; i++) {
        numeral_explanation *why = explain(model, i);
        check_answer(why, &answers, i);
        check_vote(why);
        deciders[why->decider]++;
        if (why->decider != NUMERAL_DECIDER_VOTE) {
            check_gate(why);
        }
        if (why->decider == NUMERAL_DECIDER_RERANK) {
            check_second_look(why);
        }
        if (i < 5) {
            check_rivals(model, why, i);
        }
        numeral_explanation_destroy(why);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
}

static void explanations_are_of_the_prediction(void **state)
{
    (void)state;
    static const char *const recipes[] = {
        "pixels",
        "pixels -k 9 --weights distance",
        "pixels -k 9 --weights rank --ties smallest",
        "pixels -k 9 --weights gaussian=0.7 --metric l1",
        "pixels --weights classmean=2:50",
        "blur=0.6,pixels --metric cosine -k 4",
        "resize=14,pixels,unit --metric lp=3 -k 4",
        "deskew,gradient,nda=16 --dtype i8 -k 5 --weights distance --gate 10 --rerank "
        "idm=moments+ridge",
        "deskew,gradient,pca=20 -k 5 --gate 0 --rerank ridge=stop=0.4+idm=weight=2",
        "gradient,pca=20 --candidates 5 --gate 20:1.05 --combine sum --rerank "
        "ridge+idm=weight=0.5+tangent",
    };
    size_t deciders[4] = {0};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        check_recipe(recipes[i], deciders);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_true(deciders[i] > 0);
    }
}

static void every_preset_is_explained(void **state)
{
    (void)state;
    numeral_error err;
    size_t deciders[4] = {0};
    static const char *const presets[] = {"pixels", "fast", "accurate"};
    for (size_t i = 0; i < 3; i++) {
        numeral_recipe *recipe = NULL;
        CHECK_OK(numeral_recipe_preset(registry, presets[i], &recipe, &err), err);
        char *text = numeral_recipe_print(recipe);
        check_recipe(text, deciders);
        numeral_free(text);
        numeral_recipe_destroy(recipe);
    }
}

/* For raw pixels the squares of the difference are the distance. */
static void differences_add_up(void **state)
{
    (void)state;
    numeral_model *model = fit("pixels");
    numeral_explanation *why = explain(model, 3);
    double own = 0, rival = 0;
    assert_int_equal(why->difference_height * why->difference_width, PIXELS);
    for (size_t i = 0; i < PIXELS; i++) {
        own += why->own_difference[i] * why->own_difference[i];
        rival += why->rival_difference[i] * why->rival_difference[i];
    }
    assert_true(own == why->own.distance && rival == why->rival.distance);
    assert_true(why->own.length == sqrt(own));
    numeral_explanation_destroy(why);
    numeral_model_destroy(model);
}

static void stages_are_shown(void **state)
{
    (void)state;
    static const char *const names[] = {"as given", "framed", "deskew", "resize=14",
                                        "moments view"};
    numeral_error err;
    numeral_model *model = fit("deskew,resize=14,gradient,pca=8 --rerank idm=moments");
    numeral_explanation *why = explain(model, 0);
    assert_int_equal(why->n_stages, 5);
    for (size_t i = 0; i < 5; i++) {
        size_t side = i == 3 ? 14 : 28;
        assert_string_equal(why->stages[i].name, names[i]);
        assert_int_equal(why->stages[i].height, side);
        assert_int_equal(why->stages[i].width, side);
    }
    assert_false(why->framed);
    assert_memory_equal(why->stages[0].pixels, test.pixels, PIXELS);
    assert_memory_equal(why->stages[1].pixels, test.pixels, PIXELS);
    numeral_explanation_destroy(why);
    /* a large picture is framed, and shown smaller */
    numeral_image large = {0};
    uint8_t framed[PIXELS];
    CHECK_OK(numeral_image_create(900, 1100, &large, &err), err);
    memset(large.pixels, 220, 900 * 1100);
    for (size_t y = 200; y < 700; y++) {
        memset(large.pixels + y * 1100 + 500, 30, 60);
    }
    CHECK_OK(numeral_image_frame(&large, 28, 28, framed, &err), err);
    CHECK_OK(numeral_model_explain(model, &large, NUMERAL_FRAME_MNIST, &two, &why, &err),
             err);
    assert_true(why->framed);
    assert_int_equal(why->stages[0].width, 367);
    assert_int_equal(why->stages[0].height, 300);
    assert_memory_equal(why->stages[1].pixels, framed, PIXELS);
    numeral_explanation_destroy(why);
    numeral_image_free(&large);
    numeral_model_destroy(model);
}

static void wrong_sizes_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels --frame keep");
    numeral_explanation *why = NULL;
    numeral_image image = {14, 56, test.pixels};
    CHECK_FAILS(
        numeral_model_explain(model, &image, NUMERAL_FRAME_AUTO, &two, &why, &err),
        NUMERAL_ERROR_ARGUMENT, err,
        "an image of 14 x 56, but the model (--frame keep) reads 28 x 28");
    assert_null(why);
    numeral_explanation_destroy(NULL);
    numeral_model_destroy(model);
}

/* One class: nothing to be told from. */
static void a_single_class(void **state)
{
    (void)state;
    numeral_error err;
    numeral_label *labels = train.labels;
    numeral_label ones[600];
    for (size_t i = 0; i < 600; i++) {
        ones[i] = 1;
    }
    train.labels = ones;
    numeral_model *model = fit("pixels --rerank ridge");
    train.labels = labels;
    numeral_explanation *why = NULL;
    numeral_image image = {28, 28, test.pixels};
    CHECK_OK(numeral_model_explain(model, &image, NUMERAL_FRAME_AUTO, &two, &why, &err),
             err);
    assert_int_equal(why->label, 1);
    assert_false(why->has_runner_up);
    assert_null(why->rival_difference);
    numeral_explanation_destroy(why);
    numeral_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explanations_are_of_the_prediction),
        cmocka_unit_test(every_preset_is_explained),
        cmocka_unit_test(differences_add_up),
        cmocka_unit_test(stages_are_shown),
        cmocka_unit_test(wrong_sizes_are_refused),
        cmocka_unit_test(a_single_class),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
