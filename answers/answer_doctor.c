/* A check-up as JSON. */
#include "answers.h"

bool answer_finding_warns(const numeral_finding *finding)
{
    return finding->verdict == NUMERAL_VERDICT_LOW ||
           finding->verdict == NUMERAL_VERDICT_HIGH;
}

static json_t *json_findings(const numeral_checkup *checkup)
{
    static const char *const verdicts[] = {"fine", "low", "high", "explained"};
    json_t *out = json_array();
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        json_array_append_new(
            out, json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:s}", "name", finding->name,
                           "measure", finding->measure, "value",
                           answer_real(finding->value), "low", answer_real(finding->low),
                           "high", answer_real(finding->high), "verdict",
                           verdicts[finding->verdict], "words", finding->words));
    }
    return out;
}

json_t *answer_doctor(const answer_of *of, const numeral_checkup *checkup)
{
    json_t *steps = json_array(), *warnings = json_array();
    for (size_t i = 0; i < checkup->n_steps; i++) {
        const numeral_named_image *step = &checkup->steps[i];
        json_array_append_new(steps, json_pack("{s:s, s:I, s:I}", "name", step->name,
                                               "height", (json_int_t)step->height,
                                               "width", (json_int_t)step->width));
    }
    for (size_t i = 0; i < checkup->n_findings; i++) {
        if (answer_finding_warns(&checkup->findings[i])) {
            json_array_append_new(warnings, json_string(checkup->findings[i].name));
        }
    }
    json_t *out = json_pack(
        "{s:o, s:s, s:i, s:f, s:o, s:o, s:o, s:I}", "input", answer_text(of->input),
        "recipe", of->info->recipe, "label", (int)checkup->why->label, "confidence",
        checkup->why->confidence, "warnings", warnings, "findings",
        json_findings(checkup), "steps", steps, "sample", (json_int_t)checkup->n_sample);
    if (of->has_label) {
        json_object_set_new(out, "true_label", json_integer(of->label));
    }
    return out;
}
