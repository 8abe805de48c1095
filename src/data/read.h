/* Reading data sets that exist: files, folders, standard input. */
#ifndef NUMERAL_DATA_READ_H
#define NUMERAL_DATA_READ_H

#include <numeral/dataset.h>

/* Reads the file or folder `path` ("-" is standard input) in any recognised format.
 * Labels come from the file itself, else from `labels_path`, else (NULL) from the labels
 * file found beside it by name; where there are none, out->labels is NULL unless
 * options->need_labels. `out` gets the path as its name. `options` NULL: defaults. */
numeral_status numeral_data_read(const char *path, const char *labels_path,
                                 const numeral_load *options, numeral_dataset *out,
                                 numeral_error *err);

#endif
