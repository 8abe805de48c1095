/* From a file or bytes in memory to a data set. */
#ifndef NUMERAL_DATA_DECODE_H
#define NUMERAL_DATA_DECODE_H

#include "base/files.h"
#include "base/gzip.h"
#include "data/format.h"

/* An open file. */
typedef struct numeral_input {
    const char *path;       /* borrowed */
    numeral_bytes file;     /* as it lies there */
    numeral_unpacked plain; /* gzip taken off */
    numeral_source source;  /* what readers are given */
} numeral_input;

/* Opens a file ("-": standard input); `options` NULL: defaults. End with
 * numeral_input_close, which takes zeros, too. */
numeral_status numeral_input_open(const char *path, const numeral_load *options,
                                  numeral_input *out, numeral_error *err);
void numeral_input_close(numeral_input *input);

/* numeral_dataset_decode without the check for labels, which may lie elsewhere. */
numeral_status numeral_source_read(const numeral_source *source, numeral_dataset *out,
                                   numeral_error *err);

/* Reads the labels of `data`. They are refused where they are not as many as its images,
 * or where `images` (the file those came from, still open; NULL: none) is not the file at
 * its path any more: then somebody wrote both anew in between, and the labels may be
 * those of other images (numeral_output_commit_pair). */
numeral_status numeral_input_add_labels(const numeral_input *labels,
                                        const numeral_input *images,
                                        numeral_dataset *data, numeral_error *err);

#endif
