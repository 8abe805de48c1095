/* What reading a file may cost: one rule for bytes and one for work, for every reader. */
#ifndef NUMERAL_BASE_BUDGET_H
#define NUMERAL_BASE_BUDGET_H

#include <stdint.h>
#include <sys/stat.h>

#include <numeral/error.h>

/* Bytes that decoding a file of `file_bytes` may take in all. */
uint64_t numeral_memory_budget(uint64_t file_bytes);
/* Bytes that a packed file of `file_bytes` may hold. */
uint64_t numeral_unpack_budget(uint64_t file_bytes);
/* Pixels that decoding a file of `file_bytes` may go over, each as often as it does: all
 * pages of a picture together, all scans of a page. */
uint64_t numeral_work_budget(uint64_t file_bytes);

/* Bytes of an open file itself that are read, by what it is: of a file the size is known,
 * of a pipe or a device it is not. */
uint64_t numeral_read_budget(const struct stat *about);
/* Refuses, with a sentence, a file whose size is known to be beyond that. */
numeral_status numeral_read_allows(const struct stat *about, const char *name,
                                   numeral_error *err);
numeral_status numeral_read_refuse(const char *name, uint64_t allowed,
                                   numeral_error *err);

#endif
