/* Small tables of texts, the same in the terminal and in pictures. */
#ifndef CLI_TABLES_H
#define CLI_TABLES_H

#include "cli.h"

/* More than a screen and a line hold. */
enum { CLI_TABLE_ROWS = 64, CLI_TABLE_COLUMNS = 8, CLI_CELL_BYTES = 96 };

/* The first row is the heading; the first column is set to the left, the others to the
 * right. Starts as zeros. */
typedef struct cli_table {
    size_t n_rows, n_columns;
    char cells[CLI_TABLE_ROWS][CLI_TABLE_COLUMNS][CLI_CELL_BYTES];
} cli_table;

/* Adds a row whose cells are what the format prints, parted by tabs. False, with nothing
 * added, behind CLI_TABLE_ROWS. */
bool cli_table_row(cli_table *table, const char *format, ...) NUMERAL_PRINTF(2, 3);
/* Writes one more cell of the last row. */
void cli_table_cell(cli_table *table, const char *format, ...) NUMERAL_PRINTF(2, 3);
/* Prints it, indented by `indent`. */
void cli_table_print(const cli_table *table, int indent);

/* A number with five significant digits, or "12,345" where it is whole or large. */
const char *cli_figure(double value, char out[32]);

#endif
