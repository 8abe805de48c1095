/* What readers make data sets of. */
#ifndef NUMERAL_DATA_SET_H
#define NUMERAL_DATA_SET_H

#include <numeral/dataset.h>

enum { NUMERAL_LABELS = NUMERAL_MAX_LABEL + 1 };

/* Calls the set `text` with `tail` behind it. */
numeral_status numeral_dataset_rename(numeral_dataset *data, const char *text,
                                      const char *tail, numeral_error *err);

/* What a label is called; NULL: by its number. */
static inline const char *numeral_dataset_name_of(const numeral_dataset *data,
                                                  size_t label)
{
    return label < data->n_label_names ? data->label_names[label] : NULL;
}

/* Calls a label by the first `length` bytes of `text`. */
numeral_status numeral_dataset_name_label(numeral_dataset *data, numeral_label label,
                                          const char *text, size_t length,
                                          numeral_error *err);

/* How many rows have each label: NUMERAL_LABELS counts, to be released. Without labels
 * all rows count as 0. NULL when out of memory. */
size_t *numeral_dataset_count_labels(const numeral_dataset *data, numeral_error *err);

/* The labels in bytes, to be released; NULL where one is above 255. */
numeral_status numeral_dataset_byte_labels(const numeral_dataset *data, uint8_t **out,
                                           numeral_error *err);

/* Gives `data` the labels of `from`, as many, and what they are called. */
void numeral_dataset_take_labels(numeral_dataset *data, numeral_dataset *from);

/* Reads the split TRAIN or TEST. */
typedef numeral_status numeral_split_reader(const void *context, numeral_split split,
                                            numeral_dataset *out, numeral_error *err);

/* Reads `split`; for ALL both, one behind the other, labels joined by what they are
 * called; messages then say which of them, and begin with `name`. The set gets no name.
 */
numeral_status numeral_dataset_read_splits(numeral_split_reader *read,
                                           const void *context, numeral_split split,
                                           const char *name, numeral_dataset *out,
                                           numeral_error *err);

/* Frames one picture of image files, as the options say. */
numeral_status numeral_load_frame(const numeral_load *options, const numeral_image *in,
                                  size_t height, size_t width, uint8_t *out,
                                  numeral_error *err);

#endif
