/* Files that appear whole or not at all: temporary file in the same folder, fsync,
 * rename. */
#ifndef NUMERAL_TOOLS_OUTPUT_H
#define NUMERAL_TOOLS_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_output numeral_output;

/* Begins a file that will be `path`; the old file stays until commit. */
NUMERAL_API numeral_status numeral_output_create(const char *path, numeral_output **out,
                                                 numeral_error *err);
/* Appends; buffered. After a failure every further write fails and commit refuses. */
NUMERAL_API numeral_status numeral_output_write(numeral_output *output, const void *bytes,
                                                size_t n_bytes, numeral_error *err);
NUMERAL_API numeral_status numeral_output_printf(numeral_output *output,
                                                 numeral_error *err, const char *format,
                                                 ...) NUMERAL_PRINTF(3, 4);
/* Flushes, syncs, renames over `path`, and destroys `output` whatever happens. */
NUMERAL_API numeral_status numeral_output_commit(numeral_output *output,
                                                 numeral_error *err);
/* Gives up: removes the temporary file. Takes NULL. */
NUMERAL_API void numeral_output_destroy(numeral_output *output);

/* All of the above for bytes already in memory. */
NUMERAL_API numeral_status numeral_output_save(const char *path, const void *bytes,
                                               size_t n_bytes, numeral_error *err);

/* Makes the folder `path` and those above it; existing ones are fine. */
NUMERAL_API numeral_status numeral_folder_create(const char *path, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
