/* Where the labels of an IDX file of images lie. */
#ifndef NUMERAL_DATA_IDX_H
#define NUMERAL_DATA_IDX_H

#include <stdbool.h>

enum { NUMERAL_NAME_BYTES = 1024 };

/* The name of the labels file that belongs to the images file `base` (no folder), e.g.
 * train-images-idx3-ubyte.gz -> train-labels-idx1-ubyte.gz, a.idx -> a-labels.idx.
 * False where no rule fits. */
bool numeral_idx_labels_name(const char *base, char out[NUMERAL_NAME_BYTES]);

/* The labels file beside the images file `path`, in new memory; NULL: there is none.
 * `expected` gets its name, or "" where none follows from the images' name. */
char *numeral_idx_labels_beside(const char *path, char expected[NUMERAL_NAME_BYTES]);

#endif
