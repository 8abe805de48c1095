/* Fetching files. */
#ifndef NUMERAL_DATA_FETCH_H
#define NUMERAL_DATA_FETCH_H

#include <numeral/runtime.h>

/* Fetches `base`/`name` (http, https or file; gzip or not) from the first of `bases`
 * (NULL-terminated) that gives bytes whose unpacked SHA-256 is `sha256`, into
 * `folder`/`name`, which appears whole or not at all. An interrupted transfer goes on
 * where it stopped. NUMERAL_ERROR_NETWORK, _CANCELLED, _IO, _LIMIT (more than
 * `most_bytes`, which it has unpacked), _UNSUPPORTED in a build without libcurl. */
numeral_status numeral_fetch(const char *const *bases, const char *folder,
                             const char *name, const char *sha256, size_t most_bytes,
                             const numeral_run *run, numeral_error *err);

#endif
