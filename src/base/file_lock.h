/* A file that one process at a time may hold. */
#ifndef NUMERAL_BASE_FILE_LOCK_H
#define NUMERAL_BASE_FILE_LOCK_H

#include <stdbool.h>

#include <numeral/error.h>

/* Opens the file for reading and writing, makes it where it is not (*made), and locks it
 * (flock); it stays so until numeral_file_unlock or the end of the process, however that
 * comes. *locked false: another process has it. */
numeral_status numeral_file_lock(const char *path, int *file, bool *made, bool *locked,
                                 numeral_error *err);
void numeral_file_unlock(int file);

#endif
