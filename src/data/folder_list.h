/* Which files of a folder are digits, and which labels they have. */
#ifndef NUMERAL_DATA_FOLDER_LIST_H
#define NUMERAL_DATA_FOLDER_LIST_H

#include <numeral/dataset.h>

#include "base/memory.h"

/* The files found, in order. */
typedef struct numeral_listing {
    numeral_buffer paths;  /* of char *, owned */
    numeral_buffer labels; /* of numeral_label */
    numeral_dataset names; /* its label_names alone */
    bool labelled;
} numeral_listing;

/* Lists the folder `path`: its own pictures and those of its sub-folders, each level in
 * byte order. Sub-folders are labels (names that are all numbers 0..65535 are the labels,
 * "zero" to "nine" what they mean, else they are numbered in byte order; all but numbers
 * are kept as names) unless there are pictures beside them, which have none: those are
 * left out where options->need_labels, else no picture has a label. What file managers
 * leave is passed over. `out` is zeros; end with numeral_listing_free whatever happens.
 * NUMERAL_ERROR_FORMAT where there is nothing. */
numeral_status numeral_listing_make(const char *path, const numeral_load *options,
                                    numeral_listing *out, numeral_error *err);
void numeral_listing_free(numeral_listing *l);

size_t numeral_listing_count(const numeral_listing *l);
char **numeral_listing_paths(const numeral_listing *l);

#endif
