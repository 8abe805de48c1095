/* Taught digits in a file of their own: an SQLite database to which digits are added and
 * from which they are taken, one by one, each change on the disk when the call returns.
 *
 * Its table is digits(id, image, height, width, label, source, created): height × width
 * bytes of ink (255) on ground (0), what the digit is called, where it came from, and
 * when (UTC, as 2026-01-31T12:00:00.000Z). Any program may read it meanwhile, and
 * numeral_dataset_load takes it for DATA. Without SQLite every call here fails with
 * NUMERAL_ERROR_UNSUPPORTED. */
#ifndef NUMERAL_TAUGHT_H
#define NUMERAL_TAUGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_taught numeral_taught;

typedef struct numeral_taught_digit {
    int64_t id; /* given once, never again to another digit */
    size_t height, width;
    const uint8_t *pixels;
    const char *label, *source, *created;
} numeral_taught_digit;

/* Opens the file, or makes it, for this process alone to write: a second one is refused
 * until the first has closed it or ended. Calls on one numeral_taught must not overlap.
 * NUMERAL_ERROR_IO (in use, not writable), _FORMAT (another program's database, a damaged
 * one), _MEMORY. */
NUMERAL_API numeral_status numeral_taught_open(const char *path, numeral_taught **out,
                                               numeral_error *err);
NUMERAL_API void numeral_taught_close(numeral_taught *taught);

/* Adds a digit; its id is *id (`id` and `created` of the digit are not looked at). Once
 * this has returned, neither a crash nor a loss of power takes the digit back.
 * NUMERAL_ERROR_ARGUMENT (no pixels, more than NUMERAL_MAX_PIXELS, texts that are not
 * UTF-8), _IO; the file is then as before. */
NUMERAL_API numeral_status numeral_taught_add(numeral_taught *taught,
                                              const numeral_taught_digit *digit,
                                              int64_t *id, numeral_error *err);
/* Takes a digit away, as lastingly; *found (may be NULL) says whether it was there. */
NUMERAL_API numeral_status numeral_taught_remove(numeral_taught *taught, int64_t id,
                                                 bool *found, numeral_error *err);
/* Shows the digits with an id greater than `after`, by ascending id, to `see`, until it
 * returns false. A digit is borrowed for the call. */
NUMERAL_API numeral_status
numeral_taught_each(numeral_taught *taught, int64_t after,
                    bool (*see)(void *context, const numeral_taught_digit *digit),
                    void *context, numeral_error *err);

/* Whether the last failure of this file was for want of room on its disk. */
NUMERAL_API bool numeral_taught_is_full(const numeral_taught *taught);

#ifdef __cplusplus
}
#endif
#endif
