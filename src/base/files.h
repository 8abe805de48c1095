/* Reading files through the replaceable table of numeral/runtime.h. */
#ifndef NUMERAL_BASE_FILES_H
#define NUMERAL_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <numeral/tools/output.h> /* numeral_folder_create */

/* The bytes of a file: read into memory or mapped. */
typedef struct numeral_bytes {
    const uint8_t *data;
    size_t size;
    bool mapped;
    struct stat about; /* of the file when it was opened */
} numeral_bytes;

/* Reads all of `path` ("-" is standard input), at most `max_bytes`. */
numeral_status numeral_bytes_read(const char *path, size_t max_bytes, numeral_bytes *out,
                                  numeral_error *err);
/* Maps all of a regular file, read-only; reads it where mapping is refused, or numbers
 * must be turned round before they are used (base/tensors.h). */
numeral_status numeral_bytes_map(const char *path, numeral_bytes *out,
                                 numeral_error *err);
void numeral_bytes_free(numeral_bytes *bytes);
/* Whether the same file, unchanged, lies at `path` still; pipes and devices do. */
bool numeral_bytes_current(const numeral_bytes *bytes, const char *path);

/* Writes all of the bytes to an open file; false, with errno, where that fails. */
bool numeral_file_write(int file, const void *bytes, size_t n_bytes);

typedef enum numeral_path_kind {
    NUMERAL_PATH_NONE,
    NUMERAL_PATH_FILE,
    NUMERAL_PATH_FOLDER,
    NUMERAL_PATH_OTHER /* a pipe, a device: opening it may wait for ever */
} numeral_path_kind;

numeral_path_kind numeral_path_look(const char *path);

/* The names in a folder without those that begin with a dot, in byte order. */
typedef struct numeral_names {
    char **names;
    size_t n_names;
} numeral_names;

numeral_status numeral_folder_list(const char *path, numeral_names *out,
                                   numeral_error *err);
void numeral_names_free(numeral_names *names);

/* Removes a folder with all that is in it, as far as it can; for clearing up. Links are
 * removed, never followed. */
void numeral_folder_remove(const char *path);

enum { NUMERAL_PATH_BYTES = 4096 }; /* as Linux has them at the most */

/* Makes a path by printf; NUMERAL_ERROR_ARGUMENT where it is too long. */
numeral_status numeral_path_print(char out[NUMERAL_PATH_BYTES], numeral_error *err,
                                  const char *format, ...) NUMERAL_PRINTF(3, 4);
/* `folder`/`name` in new memory. */
char *numeral_path_join(const char *folder, const char *name, numeral_error *err);
/* What stands of `path` behind its last slash (within `path`). */
const char *numeral_path_base(const char *path);

#endif
