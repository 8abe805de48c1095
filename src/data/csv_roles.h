/* What the columns of a CSV are: pixels, the label, numbers of rows, paths of pictures.
 */
#ifndef NUMERAL_DATA_CSV_ROLES_H
#define NUMERAL_DATA_CSV_ROLES_H

#include "data/csv.h"
#include "data/format.h"

enum { NUMERAL_NO_COLUMN = -1 };

typedef struct numeral_csv_roles {
    numeral_csv start; /* behind the header */
    size_t n_columns;
    long label;     /* its column, or NUMERAL_NO_COLUMN */
    size_t one_hot; /* so many last columns, of which one is 1, are the label; 0: none */
    long index;     /* a first column that numbers the rows, passed over, or none */
    long file;      /* paths of pictures: the CSV is a list of them; or none */
} numeral_csv_roles;

/* Looks at the first lines and, where no header names the label, at what the first and
 * the last columns hold. NUMERAL_ERROR_FORMAT where there are no rows. */
numeral_status numeral_csv_look(const numeral_source *source, numeral_csv_roles *out,
                                numeral_error *err);

/* Whether a header's field is what label columns are called. */
bool numeral_csv_names_label(numeral_field field);

/* Reads the pictures that a list names, with their labels; paths are relative to its
 * folder. */
numeral_status numeral_csv_list_read(const numeral_source *source,
                                     const numeral_csv_roles *roles, numeral_dataset *out,
                                     numeral_error *err);

#endif
