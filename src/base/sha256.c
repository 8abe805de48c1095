/* SHA-256 (FIPS 180-4) by OpenSSL: what a fetched set must have. */
#include "base/sha256.h"

#include <stdio.h>

#include "base/fail.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_OPENSSL
#include <openssl/evp.h>

numeral_status numeral_sha256(const void *bytes, size_t n_bytes,
                              char text[NUMERAL_SHA256_TEXT], numeral_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_Digest(bytes, n_bytes, digest, &length, EVP_sha256(), NULL) ||
        length != NUMERAL_SHA256_TEXT / 2) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "OpenSSL refuses SHA-256");
    }
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
    }
    return NUMERAL_OK;
}
#else
numeral_status numeral_sha256(const void *bytes, size_t n_bytes,
                              char text[NUMERAL_SHA256_TEXT], numeral_error *err)
{
    (void)bytes;
    (void)n_bytes;
    (void)text;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "this build of numeral has no SHA-256 (OpenSSL)");
}
#endif
