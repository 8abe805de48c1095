/* Reading files through the replaceable table of numeral/runtime.h. */
#ifndef NUMERAL_BASE_FILES_H
#define NUMERAL_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/tools/output.h> /* numeral_folder_create */

/* The bytes of a file: read into memory or mapped. */
typedef struct numeral_bytes {
    const uint8_t *data;
    size_t size;
    bool mapped;
} numeral_bytes;

/* Reads all of `path` ("-" is standard input), at most `max_bytes`. */
numeral_status numeral_bytes_read(const char *path, size_t max_bytes, numeral_bytes *out,
                                  numeral_error *err);
/* Maps all of a regular file, read-only; reads it where mapping is refused. */
numeral_status numeral_bytes_map(const char *path, numeral_bytes *out,
                                 numeral_error *err);
void numeral_bytes_free(numeral_bytes *bytes);

typedef enum numeral_path_kind {
    NUMERAL_PATH_NONE,
    NUMERAL_PATH_FILE,
    NUMERAL_PATH_FOLDER
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

/* Removes a folder with all that is in it, as far as it can; for clearing up. */
void numeral_folder_remove(const char *path);

/* `folder`/`name` in new memory. */
char *numeral_path_join(const char *folder, const char *name, numeral_error *err);
/* The part of `path` behind its last slash (within `path`). */
const char *numeral_path_base(const char *path);

#endif
