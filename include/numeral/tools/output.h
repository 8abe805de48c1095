/* Files that appear whole or not at all: a hidden file in the same folder, fsync, rename.
 *
 * The hidden file is `.numeral-` with 16 random characters and `.tmp`; it is made only
 * where nothing is, and a process that is killed may leave one. A file that is replaced
 * keeps its mode (0600 stays 0600), not its owner; a new one gets 0666 less the umask. A
 * link is followed, as the shell's `>` does: the file that it points at is replaced, or
 * made, in its own folder, and the link stays. A device or a pipe is written as it is. */
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
/* The same for the text of a printf, at most 256 KiB at once; real numbers have a point
 * whatever the locale. */
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

/* Whether numeral_output_create could begin this file now, for asking before long work;
 * nothing is made or changed. */
NUMERAL_API numeral_status numeral_output_check(const char *path, numeral_error *err);

/* Makes the folder `path` and those above it; existing ones are fine. */
NUMERAL_API numeral_status numeral_folder_create(const char *path, numeral_error *err);
/* Whether it could be made now, or is there, and files could be made in it. */
NUMERAL_API numeral_status numeral_folder_check(const char *path, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
