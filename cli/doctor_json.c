/* A check-up as JSON. */
#include "doctor_json.h"

#include <math.h>

#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

#include "doctor_words.h"

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *json_findings(const numeral_checkup *checkup)
{
    static const char *const verdicts[] = {"fine", "low", "high", "explained"};
    json_t *out = json_array();
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        json_array_append_new(
            out,
            json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:s}", "name", finding->name,
                      "measure", finding->measure, "value", number(finding->value), "low",
                      number(finding->low), "high", number(finding->high), "verdict",
                      verdicts[finding->verdict], "words", finding->words));
    }
    return out;
}

json_t *cli_doctor_json(const numeral_model_info *info, const numeral_checkup *checkup,
                        const cli_digit *digit)
{
    json_t *steps = json_array(), *warnings = json_array();
    for (size_t i = 0; i < checkup->n_steps; i++) {
        const numeral_named_image *step = &checkup->steps[i];
        json_array_append_new(steps, json_pack("{s:s, s:I, s:I}", "name", step->name,
                                               "height", (json_int_t)step->height,
                                               "width", (json_int_t)step->width));
    }
    for (size_t i = 0; i < checkup->n_findings; i++) {
        if (cli_doctor_warns(&checkup->findings[i])) {
            json_array_append_new(warnings, json_string(checkup->findings[i].name));
        }
    }
    json_t *out = json_pack(
        "{s:o, s:s, s:i, s:f, s:o, s:o, s:o, s:I}", "input", cli_json_text(digit->name),
        "recipe", info->recipe, "label", (int)checkup->why->label, "confidence",
        checkup->why->confidence, "warnings", warnings, "findings",
        json_findings(checkup), "steps", steps, "sample", (json_int_t)checkup->n_sample);
    if (digit->has_label) {
        json_object_set_new(out, "true_label", json_integer(digit->label));
    }
    return out;
}
