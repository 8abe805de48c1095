/* Data formats: one table entry for each, recognised by content. */
#ifndef NUMERAL_DATA_FORMAT_H
#define NUMERAL_DATA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/dataset.h>

/* What a reader is given: bytes in memory, gzip already taken off. */
typedef struct numeral_source {
    const char *name; /* for messages */
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t budget; /* bytes that decoding may take beyond `bytes` */
    const numeral_load *options;
    bool stream; /* standard input: several pictures may follow each other */
    bool opens;  /* a list in it may name other files: not of bytes from memory */
} numeral_source;

typedef struct numeral_format {
    numeral_entry entry;
    /* Whether the bytes look like this format; NULL: a folder. */
    bool (*recognise)(const uint8_t *bytes, size_t n_bytes);
    /* Reads a whole set; `out` is empty, and what was put there is freed by the caller on
     * failure. NULL: a folder. */
    numeral_status (*read)(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err);
    /* Reads labels alone (for IMAGES,LABELS) and their names, n_images of them; `out` is
     * empty. NULL: holds none. */
    numeral_status (*read_labels)(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err);
    /* Writes a set, whole or not at all; NULL: read only. */
    numeral_status (*write)(const numeral_dataset *data, const char *path,
                            numeral_error *err);
    bool holds_numbers; /* writes the values of columns, not only grey levels */
} numeral_format;

/* The part that an entry of this kind belongs to. */
static inline const numeral_format *numeral_format_of(const numeral_entry *entry)
{
    return (const numeral_format *)(const void *)entry;
}

extern const numeral_entry *const numeral_formats[];
extern const size_t numeral_n_formats;

extern const numeral_format numeral_format_idx;
extern const numeral_format numeral_format_npy;
extern const numeral_format numeral_format_npz;
extern const numeral_format numeral_format_taught;
extern const numeral_format numeral_format_image;
extern const numeral_format numeral_format_csv;
extern const numeral_format numeral_format_folder;

/* The format of these bytes, or NULL. */
const numeral_format *numeral_format_recognise(const uint8_t *bytes, size_t n_bytes);

/* Fails where `bytes` more would go beyond the source's budget. */
numeral_status numeral_source_allows(const numeral_source *source, size_t count,
                                     size_t each, numeral_error *err);
/* Allocates n_images × height × width pixels within the budget and sets the counts. */
numeral_status numeral_source_make(const numeral_source *source, size_t n_images,
                                   size_t height, size_t width, numeral_dataset *out,
                                   numeral_error *err);

#endif
