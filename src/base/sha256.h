/* SHA-256 (FIPS 180-4) of files that come from elsewhere. */
#ifndef NUMERAL_BASE_SHA256_H
#define NUMERAL_BASE_SHA256_H

#include <stddef.h>

#include <numeral/error.h>

enum { NUMERAL_SHA256_TEXT = 65 }; /* 64 hexadecimal digits and NUL */

/* Writes the digest of `bytes` as lower-case text. NUMERAL_ERROR_UNSUPPORTED in a build
 * without OpenSSL. */
numeral_status numeral_sha256(const void *bytes, size_t n_bytes,
                              char text[NUMERAL_SHA256_TEXT], numeral_error *err);

#endif
