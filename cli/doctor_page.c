/* A page looks wrong as one digit; how it is read as a page says more. */
#include "doctor_page.h"

#include <string.h>

/* Digits that make a page: two may be parts of one. */
enum { FEWEST = 3 };
/* Below that a digit is told as doubtful. */
static const double SURE = 0.9;

/* How many digits are read on a page, and how likely they are right on the mean. */
static size_t count_read(const numeral_page *page, double *mean)
{
    size_t n = 0;
    *mean = 0;
    for (size_t i = 0; i < page->n_lines; i++) {
        for (size_t k = 0; k < page->lines[i].n_digits; k++) {
            n += !page->lines[i].digits[k].refused;
            *mean += page->lines[i].digits[k].confidence;
        }
    }
    *mean /= (double)(n ? n : 1);
    return n;
}

numeral_status cli_doctor_find_page(const cli_session *session, const cli_digit *digit,
                                    const numeral_checkup *checkup, numeral_page *page,
                                    bool *is_page, numeral_error *err)
{
    double mean;
    *is_page = false;
    if (!digit->luminance || checkup->n_warnings == 0 || digit->image.height < 8 ||
        digit->image.width < 8) {
        return NUMERAL_OK;
    }
    numeral_status status =
        numeral_page_read(session->model, &digit->image, NULL, &session->run, page, err);
    if (status == NUMERAL_ERROR_ARGUMENT) { /* a model that cannot read pages */
        return NUMERAL_OK;
    }
    if (status == NUMERAL_OK) {
        size_t n = count_read(page, &mean);
        *is_page = n >= FEWEST && mean > 0.5;
        if (!*is_page) {
            numeral_page_free(page);
        }
    }
    return status;
}

/* What is said of a doubtful digit, and what else it may be. */
static int say_doubt(const cli_digit *digit, const numeral_page_digit *d, size_t place,
                     size_t room, char *out)
{
    char number[NUMERAL_LABEL_BYTES];
    int used = snprintf(out, room, "%s %zu: %.40s (%.2f)",
                        d->refused ? "no digit at" : "doubtful at", place,
                        cli_label_name(&digit->info, d->label, number), d->confidence);
    for (size_t i = 1; i < d->n_alternatives && !d->refused; i++) {
        used +=
            snprintf(out + used, room - (size_t)used, "%s%.40s", i == 1 ? " or " : ", ",
                     cli_label_name(&digit->info, d->alternatives[i], number));
    }
    return used;
}

/* The line's number, text and confidence, then each doubtful digit. */
static void print_line(const cli_digit *digit, const numeral_page_line *line, size_t at)
{
    enum { INDENT = 6, A_DOUBT = 300 };
    char doubts[20 * A_DOUBT], head[400];
    int used = 0;
    for (size_t k = 0; k < line->n_digits && used + A_DOUBT < (int)sizeof doubts; k++) {
        const numeral_page_digit *d = &line->digits[k];
        if (d->refused || d->confidence < SURE) {
            used += snprintf(doubts + used, A_DOUBT, "%s", used ? "; " : "  ");
            used += say_doubt(digit, d, k + 1, A_DOUBT - 2, doubts + used);
        }
    }
    int width = snprintf(head, sizeof head, "  %3zu  %-12.200s  %.3f", at + 1, line->text,
                         line->confidence);
    cli_print("%s", head);
    if (used) {
        cli_print_wrapped(doubts, width, INDENT);
    } else {
        cli_print("\n");
    }
}

static void print_skipped(const numeral_page *page)
{
    static const char *const whys[] = {"line", "speck", "too large", "texture",
                                       "no digit"};
    const char *before = "Passed over: ";
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++) {
        size_t n = 0;
        for (size_t k = 0; k < page->n_skipped; k++) {
            n += strcmp(page->skipped[k].why, whys[i]) == 0;
        }
        if (n) {
            cli_print("%s%s (%zu)", before, whys[i], n);
            before = ", ";
        }
    }
    cli_print(strcmp(before, ", ") == 0 ? "\n" : "");
}

void cli_doctor_print_page(const cli_digit *digit, const numeral_page *page)
{
    double mean;
    size_t n = count_read(page, &mean);
    char head[800];
    snprintf(head, sizeof head,
             "%.600s is a page, not one digit: %zu digits are read in %zu line%s.",
             digit->name, n, page->n_lines, page->n_lines == 1 ? "" : "s");
    cli_print_wrapped(head, 0, 0);
    if (page->turned) {
        cli_print("It was read turned by %d degrees, clockwise.\n", page->turned);
    }
    cli_print("\n");
    for (size_t i = 0; i < page->n_lines; i++) {
        print_line(digit, &page->lines[i], i);
    }
    cli_print("\n");
    print_skipped(page);
    cli_print(
        "numeral read takes pages; its --boxes FILE.png shows where all that lies.\n");
}
