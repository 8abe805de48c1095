/* The four IDX files that MNIST and its followers are published as. */
#ifndef NUMERAL_DATA_IDX_SET_H
#define NUMERAL_DATA_IDX_SET_H

#include <numeral/dataset.h>

/* In this order everywhere. */
typedef enum numeral_idx_file {
    NUMERAL_IDX_TRAIN_IMAGES,
    NUMERAL_IDX_TRAIN_LABELS,
    NUMERAL_IDX_TEST_IMAGES,
    NUMERAL_IDX_TEST_LABELS,
    NUMERAL_IDX_FILES
} numeral_idx_file;

/* The name a set's file has on its mirrors, without `.gz`. */
const char *numeral_idx_file_name(numeral_idx_file file);

/* Whether `folder` holds the files of `split` (ALL: of both), plain or .gz, spelt
 * `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, the test digits `t10k-...` or
 * `test-...`. */
bool numeral_idx_set_present(const char *folder, numeral_split split);

/* Reads the split (ALL: training rows, then test rows) of the set in `folder`.
 * `sha256` (NULL: not checked) holds the digests of the four unpacked files of the set
 * that is called `name`; where one differs, the call fails. A digest is looked for once
 * (data/verified.h). The name of `out` says nothing. */
numeral_status numeral_idx_set_load(const char *folder, const char *name,
                                    const char *const *sha256, numeral_split split,
                                    numeral_dataset *out, numeral_error *err);

/* How many bytes a file of MNIST's size has, unpacked. */
size_t numeral_idx_file_bytes(numeral_idx_file file);
/* Fails unless the file at `path`, unpacked, has this digest. More than `most_bytes` are
 * not unpacked; `name` is used in messages. */
numeral_status numeral_idx_file_check(const char *path, const char *name,
                                      const char *sha256, size_t most_bytes,
                                      numeral_error *err);
/* The same for one of the set's files in `folder`. */
bool numeral_idx_set_has(const char *folder, numeral_idx_file file, const char *sha256);

#endif
