/* Small IDX sets in folders, for the tests of names and of DATA. */
#ifndef TESTS_UNIT_NAMED_FILES_H
#define TESTS_UNIT_NAMED_FILES_H

#include "tests/unit/data_bytes.h"

/* n images of 2 × 2 whose pixels are all `first` + row, labels the row. */
static inline void write_idx_split(const char *folder, const char *split, uint8_t n,
                                   uint8_t first)
{
    uint8_t images[16 + 4 * 256] = {0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 2};
    uint8_t labels[8 + 256] = {0, 0, 8, 1, 0, 0, 0, n};
    for (size_t i = 0; i < n; i++) {
        memset(images + 16 + 4 * i, first + (int)i, 4);
        labels[8 + i] = (uint8_t)i;
    }
    char name[64];
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", split);
    free(write_file_in(folder, name, images, 16 + 4 * (size_t)n));
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", split);
    free(write_file_in(folder, name, labels, 8 + (size_t)n));
}

/* A set with 20 training rows (pixels 0, 1 ...) and 5 test rows (100, 101 ...). */
static inline void write_idx_set(const char *folder)
{
    write_idx_split(folder, "train", 20, 0);
    write_idx_split(folder, "t10k", 5, 100);
}

/* An empty home, no data folder, and nothing to be reached. */
static inline void isolate(const char *folder)
{
    setenv("HOME", folder, 1);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("NUMERAL_DATA");
    setenv("NUMERAL_MIRROR", "file:///nowhere", 1);
}

static inline numeral_dataset load_ok(const char *text, const numeral_load *options)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    if (numeral_dataset_load(text, options, &data, &err)) {
        fail_msg("%s", err.text);
    }
    return data;
}

static inline void load_fails(const char *text, const numeral_load *options,
                              numeral_status status, const char *words)
{
    numeral_dataset data = {0}, untouched = {0};
    numeral_error err = {0};
    assert_int_equal(numeral_dataset_load(text, options, &data, &err), status);
    assert_int_equal(err.status, status);
    expect_text(err.text, words);
    assert_memory_equal(&data, &untouched, sizeof data);
}

#endif
