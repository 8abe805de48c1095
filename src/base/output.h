/* Writing beside a place first, so that nobody meets half of what is written. */
#ifndef NUMERAL_BASE_OUTPUT_H
#define NUMERAL_BASE_OUTPUT_H

#include <stdbool.h>
#include <sys/stat.h>

#include <numeral/tools/output.h>

/* `name` in the folder of `path`, in new memory. */
char *numeral_path_beside(const char *path, const char *name, numeral_error *err);
/* Where `path` leads if it is a link, to a file that may not exist yet; else `path`. In
 * new memory. */
char *numeral_path_follow(const char *path, numeral_error *err);
/* "PATH: cannot create: " and why, by errno; a folder that is missing is told by name. */
numeral_status numeral_fail_create(numeral_error *err, const char *path);
/* What stands where an output goes, which no folder may. */
numeral_status numeral_output_look(const char *path, struct stat *about, bool *exists,
                                   numeral_error *err);

/* A path in the folder of `path`, hidden, that nobody can guess, in new memory. */
char *numeral_path_hidden(const char *path, numeral_error *err);

/* Commits two files of which `key` is read first. Its old file is away while the other is
 * replaced, so that a reader who finds the same file at `key` before and after reading
 * both (numeral_bytes_current) has read two that belong together; where all ends between
 * two steps, none is at `key`. Both outputs are destroyed whatever happens. */
numeral_status numeral_output_commit_pair(numeral_output *key, numeral_output *other,
                                          numeral_error *err);

#endif
