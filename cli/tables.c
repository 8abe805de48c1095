/* Small tables of texts. */
#include "tables.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void cli_table_cell(cli_table *table, const char *format, ...)
{
    char(*row)[CLI_CELL_BYTES] = table->cells[table->n_rows - 1];
    size_t at = 0;
    while (at < CLI_TABLE_COLUMNS && row[at][0]) {
        at++;
    }
    if (at == CLI_TABLE_COLUMNS) { /* no place left */
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(row[at], CLI_CELL_BYTES, format, arguments);
    va_end(arguments);
    table->n_columns = table->n_columns > at + 1 ? table->n_columns : at + 1;
}

bool cli_table_row(cli_table *table, const char *format, ...)
{
    char text[CLI_TABLE_COLUMNS * CLI_CELL_BYTES];
    if (table->n_rows == CLI_TABLE_ROWS) {
        return false;
    }
    table->n_rows++;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *at = text; *at;) {
        size_t length = strcspn(at, "\t");
        cli_table_cell(table, "%.*s", (int)length, at);
        at += length + (at[length] == '\t');
    }
    return true;
}

/* Characters of UTF-8 text: bytes that do not continue one. */
static int width_of(const char *text)
{
    int n = 0;
    for (; *text; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

void cli_table_print(const cli_table *table, int indent)
{
    int widths[CLI_TABLE_COLUMNS] = {0};
    for (size_t i = 0; i < table->n_rows; i++) {
        for (size_t j = 0; j < table->n_columns; j++) {
            int width = width_of(table->cells[i][j]);
            widths[j] = width > widths[j] ? width : widths[j];
        }
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        cli_print("%*s", indent, "");
        for (size_t j = 0; j < table->n_columns; j++) {
            const char *text = table->cells[i][j];
            int rest = widths[j] - width_of(text);
            if (j == 0) { /* words to the left, numbers to the right */
                cli_print("%s%*s", text, table->n_columns > 1 ? rest : 0, "");
            } else {
                cli_print("  %*s%s", rest, "", text);
            }
        }
        putchar('\n');
    }
}

const char *cli_figure(double value, char out[32])
{
    if (value == floor(value) && value >= 0 && value < 1e15) {
        return cli_count((uint64_t)value, out);
    }
    if (value >= 10000 && value < 1e15) {
        return cli_count((uint64_t)(value + 0.5), out);
    }
    snprintf(out, 32, "%.5g", value);
    return out;
}
