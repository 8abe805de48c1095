/* A check-up in plain words and as JSON. */
#include "doctor_words.h"

#include <math.h>
#include <string.h>

bool cli_doctor_warns(const numeral_finding *finding)
{
    return finding->verdict == NUMERAL_VERDICT_LOW ||
           finding->verdict == NUMERAL_VERDICT_HIGH;
}

/* Three significant digits, whole ones kept. */
static const char *short_number(double value, char out[32])
{
    double size = value < 0 ? -value : value;
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    snprintf(out, 32, "%.*f", decimals, value);
    if (strchr(out, '.')) { /* "1.50" is 1.5, "2.00" is 2 */
        while (out[strlen(out) - 1] == '0') {
            out[strlen(out) - 1] = '\0';
        }
        if (out[strlen(out) - 1] == '.') {
            out[strlen(out) - 1] = '\0';
        }
    }
    return out;
}

static void write_range(const numeral_finding *finding, char out[64])
{
    char low[32], high[32];
    bool has_low = isfinite(finding->low), has_high = isfinite(finding->high);
    short_number(finding->low, low);
    short_number(finding->high, high);
    if (has_low && has_high && finding->low == finding->high) {
        snprintf(out, 64, "%s", low);
    } else if (has_low && has_high) {
        snprintf(out, 64, "%.20s to %.20s", low, high);
    } else {
        snprintf(out, 64, has_low ? "%.20s or more" : "up to %.20s",
                 has_low ? low : high);
    }
}

static void write_headline(const cli_digit *digit, const numeral_checkup *checkup,
                           char *out)
{
    const numeral_model_info *info = &digit->info;
    const numeral_explanation *why = checkup->why;
    char read[4], truth[4];
    int used =
        snprintf(out, CLI_VERDICT_BYTES, "%.500s is read as %.100s, with %s%.1f %%%s",
                 digit->name, cli_label_name(info, why->label, read),
                 info->calibration ? "a confidence of " : "", 100 * why->confidence,
                 info->calibration ? "" : " of the votes");
    if (digit->has_label) {
        used +=
            snprintf(out + used, CLI_VERDICT_BYTES - (size_t)used, " (true label %.100s)",
                     cli_label_name(info, digit->label, truth));
    }
    if (checkup->n_warnings == 0) {
        snprintf(out + used, CLI_VERDICT_BYTES - (size_t)used,
                 ". Nothing looks wrong with the picture.");
    } else {
        snprintf(out + used, CLI_VERDICT_BYTES - (size_t)used,
                 checkup->n_warnings == 1 ? ". One thing looks wrong."
                                          : ". %zu things look wrong.",
                 checkup->n_warnings);
    }
}

void cli_doctor_write(const cli_digit *digit, const numeral_checkup *checkup,
                      cli_doctor_words *out)
{
    static const char *const verdicts[] = {"fine", "too little", "too much",
                                           "follows from the above"};
    memset(out, 0, sizeof *out);
    write_headline(digit, checkup, out->headline);
    cli_table *table = &out->table;
    cli_table_row(table, "measure\there\tusual\tverdict");
    for (size_t i = 0; i < checkup->n_findings; i++) {
        const numeral_finding *finding = &checkup->findings[i];
        char value[32], range[64];
        write_range(finding, range);
        short_number(finding->value, value);
        bool follows = finding->verdict == NUMERAL_VERDICT_EXPLAINED;
        snprintf(out->notes[i], CLI_CELL_BYTES, "%.24s, usual: %.48s%s", value, range,
                 follows ? " (follows)" : "");
        cli_table_row(table, "%s\t%s\t%s\t%s", finding->name, value, range,
                      verdicts[finding->verdict]);
    }
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
                      "measure", finding->measure, "value", cli_json_real(finding->value),
                      "low", cli_json_real(finding->low), "high",
                      cli_json_real(finding->high), "verdict", verdicts[finding->verdict],
                      "words", finding->words));
    }
    return out;
}

json_t *cli_doctor_json(const cli_digit *digit, const numeral_checkup *checkup)
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
        "recipe", digit->info.recipe, "label", (int)checkup->why->label, "confidence",
        checkup->why->confidence, "warnings", warnings, "findings",
        json_findings(checkup), "steps", steps, "sample", (json_int_t)checkup->n_sample);
    if (digit->has_label) {
        json_object_set_new(out, "true_label", json_integer(digit->label));
    }
    return out;
}
