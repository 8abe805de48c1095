/* A small text for each file in the cache's folder `verified`: who the file is, when it
 * changed (its change time cannot be set by hand), and its digest. Who may write there
 * may write the cached sets, too. */
#include "data/verified.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <numeral/tools/command.h>

#include "base/files.h"
#include "base/hash.h"

enum { TEXT_BYTES = 256 };

static bool describe(const struct stat *file, const char *sha256, char text[TEXT_BYTES],
                     char path[NUMERAL_PATH_BYTES])
{
    char name[64];
    uintmax_t who[2] = {(uintmax_t)file->st_dev, (uintmax_t)file->st_ino};
    snprintf(text, TEXT_BYTES, "%s %ju %ju %jd %jd.%09ld %jd.%09ld\n", sha256, who[0],
             who[1], (intmax_t)file->st_size, (intmax_t)file->st_mtim.tv_sec,
             file->st_mtim.tv_nsec, (intmax_t)file->st_ctim.tv_sec,
             file->st_ctim.tv_nsec);
    snprintf(name, sizeof name, "verified/%016" PRIx64, numeral_hash64(who, sizeof who));
    return S_ISREG(file->st_mode) && numeral_cache_path(name, path);
}

bool numeral_verified_before(const struct stat *file, const char *sha256)
{
    char text[TEXT_BYTES], path[NUMERAL_PATH_BYTES];
    numeral_bytes bytes;
    if (!describe(file, sha256, text, path) ||
        numeral_bytes_read(path, TEXT_BYTES, &bytes, NULL) != NUMERAL_OK) {
        return false;
    }
    bool same = bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
    numeral_bytes_free(&bytes);
    return same;
}

void numeral_verified_remember(const struct stat *file, const char *sha256)
{
    char text[TEXT_BYTES], path[NUMERAL_PATH_BYTES], folder[NUMERAL_PATH_BYTES];
    if (describe(file, sha256, text, path) && numeral_cache_path("verified", folder) &&
        numeral_folder_create(folder, NULL) == NUMERAL_OK) {
        numeral_output_save(path, text, strlen(text), NULL);
    }
}
