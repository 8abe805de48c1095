/* Text of at most 80 columns, numbers and names as people read them. */
#include <stdarg.h>
#include <string.h>

#include "answers.h"
#include "cli.h"

enum { WIDTH = 80 };

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
            printf("\n%*s", indent, "");
            used = indent;
            space = "";
        }
        printf("%s%.*s", space, length, text);
        used += columns + (int)strlen(space);
        text += length;
        text += strspn(text, " ");
        space = " ";
    }
    putchar('\n');
}

void cli_print_field(const char *name, int column, const char *text)
{
    printf("%-*s", column, name);
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

const char *cli_label_name(const numeral_model_info *info, uint8_t label, char number[4])
{
    return answer_label_name(info, label, number);
}

numeral_label_names cli_label_names(const numeral_model_info *info,
                                    const char *names[256])
{
    memset(names, 0, 256 * sizeof *names);
    for (size_t c = 0; info->label_names && c < info->n_classes; c++) {
        names[info->classes[c]] = info->label_names[c];
    }
    return names;
}
