/* A check-up in plain words. */
#include "doctor_words.h"

#include <math.h>
#include <string.h>

#include "answers.h"

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
    char read[NUMERAL_LABEL_BYTES], truth[NUMERAL_LABEL_BYTES];
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
