/* SHA-256 (FIPS 180-4): what a named set must have. By OpenSSL, which knows the
 * processor's instructions for it; else in plain C. */
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
#include <stdint.h>
#include <string.h>

/* Of the square and cube roots of the first primes the first 32 bits behind the point. */
static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

static uint32_t turn(uint32_t x, int bits)
{
    return x >> bits | x << (32 - bits);
}

static void take_block(const uint8_t *block, uint32_t hash[8])
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
    memcpy(v, hash, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t e = v[4], a = v[0];
        uint32_t first = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
                         ((e & v[5]) ^ (~e & v[6])) + constants[i] + w[i];
        uint32_t second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
                          ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) {
        hash[i] += v[i];
    }
}

numeral_status numeral_sha256(const void *bytes, size_t n_bytes,
                              char text[NUMERAL_SHA256_TEXT], numeral_error *err)
{
    (void)err;
    uint32_t hash[8];
    uint8_t rest[128] = {0}; /* what is no whole block, a bit, and the length in bits */
    size_t whole = n_bytes / 64 * 64, left = n_bytes - whole;
    size_t end = left < 56 ? 64 : 128;
    memcpy(hash, start, sizeof hash);
    for (size_t at = 0; at < whole; at += 64) {
        take_block((const uint8_t *)bytes + at, hash);
    }
    if (left) {
        memcpy(rest, (const uint8_t *)bytes + whole, left);
    }
    rest[left] = 0x80;
    for (int i = 0; i < 8; i++) {
        rest[end - 1 - (size_t)i] = (uint8_t)((uint64_t)n_bytes * 8 >> 8 * i);
    }
    for (size_t at = 0; at < end; at += 64) {
        take_block(rest + at, hash);
    }
    for (int i = 0; i < 8; i++) {
        snprintf(text + 8 * i, 9, "%08x", (unsigned)hash[i]);
    }
    return NUMERAL_OK;
}
#endif
