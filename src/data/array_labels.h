/* Arrays as labels: numbers, texts, or one column for each label. */
#ifndef NUMERAL_DATA_ARRAY_LABELS_H
#define NUMERAL_DATA_ARRAY_LABELS_H

#include "data/array.h"

/* Makes the labels of arrays that follow each other (n, n × 1, or one-hot: n × c with one
 * 1 in each row) and, where they are texts, their names: out->labels, label_names and
 * n_images. Numbers must be integers in 0..65535. NUMERAL_ERROR_FORMAT. */
numeral_status numeral_array_labels(const numeral_array *const *arrays, size_t n_arrays,
                                    const char *name, numeral_dataset *out,
                                    numeral_error *err);

#endif
