/* Text of at most 80 columns, numbers and names as people read them. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "cli.h"

enum { WIDTH = 80 };

/* The conversions of one printf, taken from its arguments one by one. Of texts each
 * character that could move the cursor or begin a line is written as an escape: see
 * numeral_name_visible. */
typedef struct printing {
    FILE *file;
    va_list arguments;
} printing;

/* A text with the flags, width and precision of its conversion. */
static void print_text(printing *p, const char *spec, const char *text, int width,
                       int precision)
{
    char few[256], *shown = few, *more = NULL;
    size_t length = strnlen(text, precision < 0 ? SIZE_MAX : (size_t)precision);
    if (length > sizeof few / 7) { /* an escape has six characters at the most */
        more = malloc(6 * length + 1);
        shown = more ? more : few;
    }
    numeral_name_visible(text, length, shown, more ? 6 * length + 1 : sizeof few);
    fprintf(p->file, strchr(spec, '-') ? "%-*s" : "%*s", width, shown);
    free(more);
}

static void print_number(printing *p, const char *spec, int stars, const int *star,
                         const char *kind)
{
#define PRINT(type)                                                                      \
    do {                                                                                 \
        type value = va_arg(p->arguments, type);                                         \
        stars == 0   ? fprintf(p->file, spec, value)                                     \
        : stars == 1 ? fprintf(p->file, spec, star[0], value)                            \
                     : fprintf(p->file, spec, star[0], star[1], value);                  \
    } while (0)
    if (strchr("eEfFgGaA", kind[strlen(kind) - 1])) {
        PRINT(double);
    } else if (*kind == 'z') {
        PRINT(size_t);
    } else if (strncmp(kind, "ll", 2) == 0) {
        PRINT(long long);
    } else if (*kind == 'l') {
        PRINT(long);
    } else {
        PRINT(int);
    }
#undef PRINT
}

/* Prints one conversion, which begins at `at`; gives what stands behind it. */
static const char *print_conversion(printing *p, const char *at)
{
    char spec[32];
    int star[2] = {0, -1}, stars = 0;
    size_t head = 1 + strspn(at + 1, "-+ #0123456789.*");
    size_t kind = strspn(at + head, "hlzjt"), length = head + kind + 1;
    for (size_t i = 0; i < head; i++) {
        if (at[i] == '*' && stars < 2) {
            star[stars++] = va_arg(p->arguments, int);
        }
    }
    snprintf(spec, sizeof spec, "%.*s", (int)length, at);
    if (at[head] == '%') {
        putc('%', p->file);
    } else if (at[head] == 's') {
        const char *dot = strchr(spec, '.'), *digits = at + 1 + strspn(at + 1, "-+ #0");
        bool wide = *digits == '*';
        int width = wide ? star[0] : *digits == '.' ? 0 : atoi(digits);
        int precision = !dot ? -1 : dot[1] == '*' ? star[wide] : atoi(dot + 1);
        const char *text = va_arg(p->arguments, const char *);
        print_text(p, spec, text, width, precision);
    } else {
        print_number(p, spec, stars, star, spec + head);
    }
    return at + length;
}

static void print_all(printing *p, const char *format)
{
    while (*format) {
        size_t plain = strcspn(format, "%");
        fwrite(format, 1, plain, p->file);
        format += plain;
        format = *format ? print_conversion(p, format) : format;
    }
}

void cli_print(const char *format, ...)
{
    printing p = {.file = stdout};
    va_start(p.arguments, format);
    print_all(&p, format);
    va_end(p.arguments);
}

void cli_print_error(const char *format, ...)
{
    printing p = {.file = stderr};
    va_start(p.arguments, format);
    print_all(&p, format);
    va_end(p.arguments);
}

/* Columns that `length` bytes of UTF-8 take. */
static int columns_of(const char *text, int length)
{
    int columns = 0;
    for (int i = 0; i < length; i++) {
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return columns;
}

void cli_print_wrapped(const char *text, int used, int indent)
{
    const char *space = "";
    while (*text) {
        int length = (int)strcspn(text, " ");
        int columns = columns_of(text, length);
        if (*space && used + 1 + columns > WIDTH && used > indent) {
            cli_print("\n%*s", indent, "");
            used = indent;
            space = "";
        }
        cli_print("%s%.*s", space, length, text);
        used += columns + (int)strlen(space);
        text += length;
        text += strspn(text, " ");
        space = " ";
    }
    putchar('\n');
}

void cli_print_field(const char *name, int column, const char *text)
{
    cli_print("%-*s", column, name);
    cli_print_wrapped(text, column, column);
}

const char *cli_count(uint64_t value, char out[32])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    char *to = out;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

/* Appends to a text of `n_bytes`; what does not fit is left out. */
static void append(char *text, size_t n_bytes, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, n_bytes - length, format, arguments);
    va_end(arguments);
}

const char *cli_origins(const numeral_model *model, char *text, size_t n_bytes)
{
    numeral_model_info info;
    numeral_model_origin origin;
    size_t all = 0;
    char n[32], of[32];
    *text = '\0';
    numeral_model_get_info(model, &info);
    for (size_t i = 0; numeral_model_get_origin(model, i, &origin); i++) {
        all += origin.n_rows;
        if (i == 0) {
            append(text, n_bytes, "%.600s", origin.name);
        } else {
            append(text, n_bytes, "%s%.600s (%s)", i == 1 ? "; taught " : ", ",
                   origin.name, cli_count(origin.n_rows, n));
        }
    }
    if (all > info.n_rows) {
        append(text, n_bytes, "; %s of %s rows", cli_count(info.n_rows, n),
               cli_count(all, of));
    }
    return text;
}

const char *cli_label_name(const numeral_model_info *info, numeral_label label,
                           char number[NUMERAL_LABEL_BYTES])
{
    return answer_label_name(info, label, number);
}

numeral_label_names cli_label_names(const numeral_model_info *info)
{
    return (numeral_label_names){info->label_names ? info->n_classes : 0, info->classes,
                                 info->label_names};
}

numeral_label_names cli_data_names(const numeral_dataset *data)
{
    return (numeral_label_names){data->n_label_names, NULL,
                                 (const char *const *)data->label_names};
}

size_t *cli_count_labels(const numeral_dataset *data)
{
    size_t *counts = calloc(CLI_LABELS, sizeof *counts);
    for (size_t i = 0; counts && data->labels && i < data->n_images; i++) {
        counts[data->labels[i]]++;
    }
    return counts;
}
