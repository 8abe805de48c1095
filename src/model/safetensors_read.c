#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/safetensors.h"

enum { ALIGNMENT = 64, MAX_ENTRIES = 2 * NUMERAL_MAX_TENSORS + 1 };
static const size_t MAX_HEADER = (size_t)1 << 24;

/* One tensor as the header claims it. */
typedef struct claim {
    numeral_tensor tensor;
    size_t begin, end;
    bool is_pad;
} claim;

static bool parse_size(const json_t *value, size_t *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return false;
    }
    *out = (size_t)json_integer_value(value);
    return true;
}

/* Reads one entry; false where anything in it is not as it must be. */
static bool parse_claim(const char *name, const json_t *entry, claim *out)
{
    json_t *shape = json_object_get(entry, "shape");
    json_t *offsets = json_object_get(entry, "data_offsets");
    if (strlen(name) >= NUMERAL_TENSOR_NAME_BYTES || !json_is_array(shape) ||
        json_array_size(shape) > NUMERAL_MAX_RANK || json_array_size(offsets) != 2 ||
        !numeral_tensor_type_find(json_string_value(json_object_get(entry, "dtype")),
                                  &out->tensor.type) ||
        !parse_size(json_array_get(offsets, 0), &out->begin) ||
        !parse_size(json_array_get(offsets, 1), &out->end) || out->begin > out->end) {
        return false;
    }
    snprintf(out->tensor.name, sizeof out->tensor.name, "%s", name);
    out->is_pad = strncmp(name, "pad.", 4) == 0;
    size_t bytes = numeral_tensor_item_bytes(out->tensor.type);
    out->tensor.rank = json_array_size(shape);
    for (size_t i = 0; i < out->tensor.rank; i++) {
        if (!parse_size(json_array_get(shape, i), &out->tensor.shape[i]) ||
            !numeral_size_multiply(bytes, out->tensor.shape[i], &bytes)) {
            return false;
        }
    }
    return bytes == out->end - out->begin;
}

static int compare_claims(const void *a, const void *b)
{
    const claim *x = a, *y = b;
    return x->begin != y->begin ? (x->begin < y->begin ? -1 : 1)
                                : (x->end > y->end) - (x->end < y->end);
}

static numeral_status parse_metadata(const json_t *about, const char *name,
                                     numeral_metadata *metadata, numeral_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(about)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: the header has no metadata", name);
    }
    json_object_foreach((json_t *)(uintptr_t)about, key, value)
    {
        if (strncmp(key, "xxh3.", 5) == 0) {
            continue;
        }
        if (!json_is_string(value)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: metadata '%.40s' is not a text", name, key);
        }
        numeral_status status =
            numeral_metadata_add(metadata, key, json_string_value(value), err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

static numeral_status parse_claims(const json_t *header, const char *name, claim *claims,
                                   size_t *n_claims, numeral_error *err)
{
    const char *key;
    json_t *value;
    *n_claims = 0;
    json_object_foreach((json_t *)(uintptr_t)header, key, value)
    {
        if (strcmp(key, "__metadata__") == 0) {
            continue;
        }
        if (*n_claims == MAX_ENTRIES) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: more than %d tensors",
                                name, MAX_ENTRIES);
        }
        if (!parse_claim(key, value, &claims[*n_claims])) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%.40s' has a broken description", name, key);
        }
        ++*n_claims;
    }
    qsort(claims, *n_claims, sizeof *claims, compare_claims);
    return NUMERAL_OK;
}

/* No holes, no overlap, nothing behind the last tensor, alignment, hashes. */
static numeral_status place_tensors(const uint8_t *data, size_t n_bytes, claim *claims,
                                    size_t n_claims, const json_t *about,
                                    const char *name, numeral_tensors *tensors,
                                    numeral_error *err)
{
    size_t at = 0;
    tensors->n_tensors = 0;
    for (size_t i = 0; i < n_claims; i++) {
        claim *one = &claims[i];
        if (one->begin != at || one->end > n_bytes) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%s' lies at %zu to %zu, expected from %zu "
                                "and at most to %zu: the file is truncated or damaged",
                                name, one->tensor.name, one->begin, one->end, at,
                                n_bytes);
        }
        at = one->end;
        if (one->is_pad) {
            continue;
        }
        if (one->begin % ALIGNMENT != 0 || tensors->n_tensors == NUMERAL_MAX_TENSORS) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%s' does not start on %d bytes", name,
                                one->tensor.name, ALIGNMENT);
        }
        char key[NUMERAL_TENSOR_NAME_BYTES + 8], hash[24];
        snprintf(key, sizeof key, "xxh3.%s", one->tensor.name);
        const char *expected = json_string_value(json_object_get(about, key));
        one->tensor.data = data + one->begin;
        snprintf(hash, sizeof hash, "%016" PRIx64,
                 numeral_hash64(one->tensor.data, one->end - one->begin));
        if (!expected || strcmp(expected, hash) != 0) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%s' is damaged: checksum %s, expected %.40s",
                                name, one->tensor.name, hash,
                                expected ? expected : "none");
        }
        tensors->tensors[tensors->n_tensors++] = one->tensor;
    }
    return at == n_bytes
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: %zu bytes behind the last tensor", name, n_bytes - at);
}

static numeral_status read_header(const uint8_t *bytes, size_t n_bytes, const char *name,
                                  json_t **out, size_t *data_at, numeral_error *err)
{
    if (n_bytes < 10) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: only %zu bytes", name, n_bytes);
    }
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) {
        length = length << 8 | bytes[i];
    }
    if (length > MAX_HEADER || length > n_bytes - 8 || bytes[8] != '{') {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: a header of %" PRIu64
                            " bytes does not fit a file of %zu",
                            name, length, n_bytes);
    }
    numeral_error why = {0};
    json_t *header = NULL;
    numeral_status status =
        numeral_json_parse((const char *)bytes + 8, (size_t)length, &header, &why);
    if (status == NUMERAL_ERROR_MEMORY) {
        return numeral_fail(err, status, "%s: %s", name, why.text);
    }
    if (status != NUMERAL_OK) {
        return numeral_fail(err, status, "%s: not a numeral model: the header is %s",
                            name, why.text);
    }
    *out = header; /* an object, as it begins with a brace */
    *data_at = 8 + (size_t)length;
    return NUMERAL_OK;
}

numeral_status numeral_safetensors_read(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, numeral_metadata *metadata,
                                        numeral_tensors *tensors, numeral_error *err)
{
    json_t *header = NULL;
    size_t data_at = 0, n_claims = 0;
    *metadata = (numeral_metadata){0};
    numeral_status status = read_header(bytes, n_bytes, name, &header, &data_at, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    const json_t *about = json_object_get(header, "__metadata__");
    claim *claims = numeral_allocate_zero(MAX_ENTRIES, sizeof *claims, err);
    status = claims ? parse_metadata(about, name, metadata, err) : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        status = parse_claims(header, name, claims, &n_claims, err);
    }
    if (status == NUMERAL_OK && data_at % ALIGNMENT != 0) {
        status =
            numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: the tensors start at byte %zu, not on a multiple of %d",
                         name, data_at, ALIGNMENT);
    }
    if (status == NUMERAL_OK) {
        status = place_tensors(bytes + data_at, n_bytes - data_at, claims, n_claims,
                               about, name, tensors, err);
    }
    numeral_release(claims);
    json_decref(header);
    if (status != NUMERAL_OK) {
        numeral_metadata_free(metadata);
    }
    return status;
}
