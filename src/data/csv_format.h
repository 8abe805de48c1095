/* The two halves of the CSV format. */
#ifndef NUMERAL_DATA_CSV_FORMAT_H
#define NUMERAL_DATA_CSV_FORMAT_H

#include "data/format.h"

/* label,pixel0,pixel1 ... with a header; packed where the path ends in .gz. */
numeral_status numeral_csv_write(const numeral_dataset *data, const char *path,
                                 numeral_error *err);

#endif
