/* Names of labels in an NPZ: the array `names`, one text for each label. */
#ifndef NUMERAL_DATA_NPZ_NAMES_H
#define NUMERAL_DATA_NPZ_NAMES_H

#include "data/npy.h"
#include "data/npz.h"

/* Sets out->label_names from texts (at most 65,536; an empty one is no name). */
numeral_status numeral_npz_names_read(const numeral_array *texts, const char *name,
                                      numeral_dataset *out, numeral_error *err);
/* The names of `data` as the array; its memory comes into *bytes (numeral_release),
 * `descr` (8 bytes) is where its type is written. n = 0 where no label has a name. */
numeral_status numeral_npz_names_make(const numeral_dataset *data, const char *path,
                                      char descr[8], char **bytes, numeral_npz_array *out,
                                      numeral_error *err);

#endif
