/* eval MODEL OTHER: two models on the same digits, and whether chance explains the gap.
 */
#include "results.h"

numeral_status cli_comparison_make(const cli_evaluation *evaluation,
                                   const cli_evaluation_request *request,
                                   const numeral_run *run, cli_comparison *out,
                                   numeral_error *err)
{
    *out = (cli_comparison){.name = request->other_name};
    numeral_model_get_info(request->other, &out->info);
    numeral_status status;
    TRY(numeral_model_predict(request->other, evaluation->data, run, &out->answers, err));
    out->test =
        numeral_compare_predictions(evaluation->data->labels, evaluation->answers.labels,
                                    out->answers.labels, evaluation->answers.n);
done:
    return status;
}

static void print_square(const numeral_comparison *test)
{
    char right[32], wrong[32];
    cli_print("\n                           %12s  %12s\n", "second right",
              "second wrong");
    cli_print("  first right              %12s  %12s\n",
              cli_count(test->both_right, right), cli_count(test->only_first, wrong));
    cli_print("  first wrong              %12s  %12s\n",
              cli_count(test->only_second, right), cli_count(test->both_wrong, wrong));
}

static void print_test(const numeral_comparison *test)
{
    char text[300], how[120];
    /* few differences: the chi-square approximation would not hold */
    if (test->exact) {
        snprintf(how, sizeof how, "exact binomial test of %zu and %zu digits",
                 test->only_first, test->only_second);
    } else {
        snprintf(how, sizeof how, "chi-square %.3f with continuity correction",
                 test->statistic);
    }
    snprintf(text, sizeof text, "McNemar's test: p = %.3g (%s): %s", test->p_value, how,
             test->p_value >= 0.05 ? "chance may explain the difference."
             : test->only_first > test->only_second
                 ? "the first is better, by more than chance explains."
                 : "the second is better, by more than chance explains.");
    cli_print("\n");
    cli_print_wrapped(text, 0, 2);
}

static void print_digit(const cli_evaluation *evaluation, size_t at)
{
    const numeral_answers *first = &evaluation->answers;
    const numeral_answers *second = &evaluation->other.answers;
    char input[600], truth[NUMERAL_LABEL_BYTES], one[NUMERAL_LABEL_BYTES],
        two[NUMERAL_LABEL_BYTES];
    numeral_dataset_input(evaluation->data, at, input, sizeof input);
    cli_print(
        "  %-10.10s %-10.10s %6.2f %%   %-10.10s %6.2f %%   %s\n",
        numeral_dataset_label_name(evaluation->data, evaluation->data->labels[at], truth),
        cli_label_name(&evaluation->info, first->labels[at], one),
        100 * first->confidence[at],
        cli_label_name(&evaluation->other.info, second->labels[at], two),
        100 * second->confidence[at], input);
}

static void print_digits(const cli_evaluation *evaluation)
{
    enum { MOST = 20 }; /* a screen */
    const cli_comparison *other = &evaluation->other;
    size_t shown = 0;
    cli_print("\n  %-10s %-19s   %-19s   input\n", "true", "first", "second");
    for (size_t i = 0; i < evaluation->answers.n && shown < MOST; i++) {
        if (evaluation->answers.labels[i] != other->answers.labels[i]) {
            print_digit(evaluation, i);
            shown++;
        }
    }
    if (other->test.differ > MOST) {
        cli_print("  and %zu more, all of them in --json\n", other->test.differ - MOST);
    }
}

void cli_comparison_print(const cli_evaluation *evaluation)
{
    const cli_comparison *other = &evaluation->other;
    const numeral_comparison *test = &other->test;
    char text[5000], first[32], second[32];
    snprintf(text, sizeof text, "with %.600s: %.4200s", other->name, other->info.recipe);
    putchar('\n');
    cli_print_field("compared", 11, text);
    cli_print("errors     %s of the first, %s of the second; %zu digits are read "
              "differently\n",
              cli_count(test->only_second + test->both_wrong, first),
              cli_count(test->only_first + test->both_wrong, second), test->differ);
    print_square(test);
    print_test(test);
    if (test->differ) {
        print_digits(evaluation);
    }
}

static json_t *json_digit(const cli_evaluation *evaluation, size_t at)
{
    const numeral_answers *first = &evaluation->answers;
    const numeral_answers *second = &evaluation->other.answers;
    char input[600];
    numeral_dataset_input(evaluation->data, at, input, sizeof input);
    return json_pack("{s:o, s:i, s:i, s:f, s:i, s:f}", "input", answer_text(input),
                     "label", (int)evaluation->data->labels[at], "first",
                     (int)first->labels[at], "first_confidence", first->confidence[at],
                     "second", (int)second->labels[at], "second_confidence",
                     second->confidence[at]);
}

json_t *cli_comparison_json(const cli_evaluation *evaluation)
{
    const cli_comparison *other = &evaluation->other;
    const numeral_comparison *test = &other->test;
    json_t *differ = json_array();
    for (size_t i = 0; i < evaluation->answers.n; i++) {
        if (evaluation->answers.labels[i] != other->answers.labels[i]) {
            json_array_append_new(differ, json_digit(evaluation, i));
        }
    }
    return json_pack(
        "{s:o, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:s, s:f, s:f, s:o}", "model",
        answer_text(other->name), "recipe", other->info.recipe, "trained_on",
        answer_text(other->info.data), "errors",
        (json_int_t)(test->only_first + test->both_wrong), "both_right",
        (json_int_t)test->both_right, "only_first", (json_int_t)test->only_first,
        "only_second", (json_int_t)test->only_second, "both_wrong",
        (json_int_t)test->both_wrong, "test",
        test->exact ? "exact binomial" : "chi-square, continuity corrected", "statistic",
        test->statistic, "p_value", test->p_value, "differ", differ);
}
