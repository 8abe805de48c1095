/* What the tests of data formats share: decoding bytes, files in a folder of their own.
 */
#ifndef TESTS_UNIT_DATA_BYTES_H
#define TESTS_UNIT_DATA_BYTES_H

#include "tests/unit/check.h"

#include <stdbool.h>
#include <stdlib.h>

#include <numeral/dataset.h>
#include <numeral/runtime.h>
#include <numeral/tools/output.h>

#include "base/files.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "data/read.h"

/* A set decoded under the name "test"; end with numeral_dataset_free. */
static inline numeral_dataset decode_ok(const void *bytes, size_t n_bytes,
                                        const numeral_load *options)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    if (numeral_dataset_decode(bytes, n_bytes, "test", options, &data, &err)) {
        fail_msg("%s", err.text);
    }
    return data;
}

static inline void expect_text(const char *text, const char *words)
{
    if (!strstr(text, words)) {
        fail_msg("\"%s\" does not contain \"%s\"", text, words);
    }
}

/* Decoding a copy of exactly these bytes must fail with `words` in the message. */
static inline void decode_fails(const void *bytes, size_t n_bytes, const char *words)
{
    numeral_dataset data = {0}, untouched = {0};
    numeral_error err = {0};
    void *copy = malloc(n_bytes ? n_bytes : 1);
    memcpy(copy, bytes, n_bytes);
    assert_int_not_equal(numeral_dataset_decode(copy, n_bytes, "test", NULL, &data, &err),
                         NUMERAL_OK);
    free(copy);
    expect_text(err.text, words);
    assert_memory_equal(&data, &untouched, sizeof data);
}

static inline void read_fails(const char *path, const char *labels, const char *words)
{
    numeral_dataset data = {0};
    numeral_error err = {0};
    assert_int_not_equal(numeral_data_read(path, labels, NULL, &data, &err), NUMERAL_OK);
    expect_text(err.text, words);
}

static inline int folder_make(void **state)
{
    char *folder = strdup("/tmp/numeral-test-XXXXXX");
    *state = folder;
    return mkdtemp(folder) ? 0 : -1;
}

static inline int folder_remove(void **state)
{
    char command[256];
    snprintf(command, sizeof command, "rm -r '%s'", (char *)*state);
    free(*state);
    return system(command);
}

/* Writes folder/name (making folders on the way); the path is the caller's to free. */
static inline char *write_file_in(const char *folder, const char *name, const void *bytes,
                                  size_t n_bytes)
{
    size_t length = strlen(folder) + strlen(name) + 2;
    char *path = malloc(length);
    if (!folder || !path) {
        abort();
    }
    snprintf(path, length, "%s/%s", folder, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_int_equal(numeral_folder_create(path, NULL), NUMERAL_OK);
    *slash = '/';
    assert_int_equal(numeral_output_save(path, bytes, n_bytes, NULL), NUMERAL_OK);
    return path;
}

static inline void assert_same_data(const numeral_dataset *a, const numeral_dataset *b)
{
    assert_int_equal(a->n_images, b->n_images);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->width, b->width);
    assert_memory_equal(a->pixels, b->pixels, a->n_images * a->height * a->width);
    assert_int_equal(a->labels != NULL, b->labels != NULL);
    if (a->labels) {
        assert_memory_equal(a->labels, b->labels, a->n_images * sizeof(numeral_label));
    }
}

/* Saves `data` as folder/name, reads it again, and compares. */
static inline void round_trip_in(const char *folder, const char *name, const char *format,
                                 const numeral_dataset *data)
{
    char path[4096];
    numeral_load keep = {.frame = NUMERAL_FRAME_KEEP};
    numeral_error err = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (numeral_dataset_save(data, format, path, &err)) {
        fail_msg("%s", err.text);
    }
    numeral_dataset again = {0};
    if (numeral_data_read(path, NULL, &keep, &again, &err)) {
        fail_msg("%s", err.text);
    }
    assert_same_data(data, &again);
    numeral_dataset_free(&again);
}

#endif
