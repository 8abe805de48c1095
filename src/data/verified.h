/* Which files were found to have a digest, so that each is read for that once. */
#ifndef NUMERAL_DATA_VERIFIED_H
#define NUMERAL_DATA_VERIFIED_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether a file that has not changed since then had this digest. */
bool numeral_verified_before(const struct stat *file, const char *sha256);
/* Remembers it in the user's cache; where nothing can be written there, not. */
void numeral_verified_remember(const struct stat *file, const char *sha256);

#endif
