/* One digit as it was read, as JSON. */
#include "answers.h"

json_t *answer_digit(const numeral_model_info *info, const char *input,
                     const numeral_answers *answers, size_t at, const char *refused)
{
    static const char *const ways[NUMERAL_DECIDED_COUNT] = {"unanimous", "vote",
                                                            "second look"};
    json_t *votes = json_array(), *neighbours = json_array();
    for (size_t c = 0; c < answers->n_classes; c++) {
        json_array_append_new(votes,
                              json_real(answers->votes[at * answers->n_classes + c]));
    }
    for (size_t i = 0; i < answers->k; i++) {
        int64_t row = answers->ids[at * answers->k + i];
        double distance = answers->distances[at * answers->k + i];
        if (row < 0) { /* fewer rows than k */
            break;
        }
        json_t *one = info->integer_distances ? json_integer((json_int_t)distance)
                                              : json_real(distance);
        json_array_append_new(
            neighbours, json_pack("{s:I, s:i, s:o}", "row", (json_int_t)row, "label",
                                  (int)info->labels[row], "distance", one));
    }
    json_t *digit = json_pack(
        "{s:o, s:o, s:f, s:f, s:s?, s:s, s:o, s:o}", "input", answer_text(input), "label",
        refused ? json_null() : json_integer(answers->labels[at]), "confidence",
        refused ? 0 : answers->confidence[at], "likeness", answers->likeness[at],
        "refused", refused, "decided", ways[answers->decided[at]], "votes", votes,
        "neighbours", neighbours);
    if (refused) {
        json_object_set_new(digit, "nearest", json_integer(answers->labels[at]));
    }
    if (info->label_names) {
        char number[NUMERAL_LABEL_BYTES];
        json_object_set_new(
            digit, "name",
            answer_text(answer_label_name(info, answers->labels[at], number)));
    }
    return digit;
}
