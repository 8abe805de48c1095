/* Reading a .safetensors file that anyone may have written. Whatever the header claims is
 * checked against the file before it is used: lengths first, then that the tensors cover
 * the data without holes or overlaps, then their checksums. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "model/safetensors.h"

enum { MAX_ENTRIES = 2 * NUMERAL_MAX_TENSORS + 1 };
/* Of JSON, outside of texts: a tensor has about a dozen, metadata two each. A value takes
 * a hundred times its bytes in memory. */
enum { MAX_VALUES = 20 * MAX_ENTRIES };
/* A model's header takes some 10 KB; this bounds what parsing a hostile one may cost. */
static const size_t max_header = (size_t)1 << 24;

/* The file that is read. */
typedef struct source {
    const char *name;
    const uint8_t *bytes;
    size_t n_bytes, data_at; /* of all; where the tensors begin */
} source;

/* One tensor as the header claims it. */
typedef struct claim {
    numeral_tensor tensor;
    size_t begin, end;
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

/* The tensors in the order in which they lie. */
static numeral_status parse_claims(const source *file, json_t *header, claim *claims,
                                   size_t *n_claims, numeral_error *err)
{
    const char *key;
    json_t *value;
    *n_claims = 0;
    json_object_foreach(header, key, value)
    {
        if (strcmp(key, "__metadata__") == 0) {
            continue;
        }
        if (*n_claims == MAX_ENTRIES) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: more than %d tensors",
                                file->name, MAX_ENTRIES);
        }
        if (!parse_claim(key, value, &claims[*n_claims])) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%.40s' has a broken description", file->name,
                                key);
        }
        ++*n_claims;
    }
    qsort(claims, *n_claims, sizeof *claims, compare_claims);
    return NUMERAL_OK;
}

/* Of metadata, the reader itself needs only that it is there and texts alone. */
static numeral_status check_metadata(const source *file, json_t *about,
                                     numeral_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(about)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: the header has no metadata",
                            file->name);
    }
    json_object_foreach(about, key, value)
    {
        if (!json_is_string(value)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: metadata '%.40s' is not a text", file->name, key);
        }
    }
    return NUMERAL_OK;
}

static numeral_status check_hash(const source *file, const numeral_tensor *tensor,
                                 const json_t *about, numeral_error *err)
{
    char key[NUMERAL_TENSOR_KEY_BYTES], hash[17];
    numeral_safetensors_key(tensor->name, key);
    numeral_safetensors_hash(tensor->data, numeral_tensor_bytes(tensor), hash);
    const char *expected = json_string_value(json_object_get(about, key));
    return expected && strcmp(expected, hash) == 0
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: tensor '%s' is damaged: checksum %s, expected %.40s",
                              file->name, tensor->name, hash,
                              expected ? expected : "none");
}

/* Padding is no tensor of anybody's; it is zero so that no byte of a file is unchecked.
 */
static numeral_status check_padding(const source *file, const numeral_tensor *tensor,
                                    numeral_error *err)
{
    const uint8_t *bytes = tensor->data;
    size_t n = numeral_tensor_bytes(tensor), i = 0;
    while (i < n && bytes[i] == 0) {
        i++;
    }
    return i == n ? NUMERAL_OK
                  : numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: '%s' is not zero",
                                 file->name, tensor->name);
}

static numeral_status check_header(const source *file, const numeral_tensor *tensor,
                                   numeral_error *err)
{
    uint64_t hash = numeral_hash64(file->bytes, file->data_at), expected = ~hash;
    if (numeral_tensor_bytes(tensor) == sizeof expected) {
        memcpy(&expected, tensor->data, sizeof expected);
        if (NUMERAL_BIG_ENDIAN) {
            numeral_tensor_turn(NUMERAL_TENSOR_U64, sizeof expected, &expected,
                                &expected);
        }
    }
    return hash == expected ? NUMERAL_OK
                            : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                           "%s: the header is damaged: its checksum is "
                                           "%016" PRIx64 ", expected %016" PRIx64,
                                           file->name, hash, expected);
}

/* Lays a tensor's numbers as this machine has them, where they lie: the file was read
 * into memory of our own (numeral_bytes_map maps none on such a machine). */
static void take_order(const numeral_tensor *tensor)
{
    if (NUMERAL_BIG_ENDIAN) {
        void *own = (void *)(uintptr_t)tensor->data;
        numeral_tensor_turn(tensor->type, numeral_tensor_bytes(tensor), own, own);
    }
}

/* No holes, no overlap, nothing behind the last tensor, alignment, hashes. */
static numeral_status place_tensors(const source *file, const claim *claims,
                                    size_t n_claims, const json_t *about, bool *guarded,
                                    numeral_tensors *tensors, numeral_error *err)
{
    size_t at = 0, n_bytes = file->n_bytes - file->data_at;
    numeral_status status = NUMERAL_OK;
    tensors->n_tensors = 0;
    *guarded = false;
    for (size_t i = 0; i < n_claims && status == NUMERAL_OK; i++) {
        const claim *one = &claims[i];
        if (one->begin != at || one->end > n_bytes) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%s' lies at %zu to %zu, expected from %zu "
                                "and at most to %zu: the file is truncated or damaged",
                                file->name, one->tensor.name, one->begin, one->end, at,
                                n_bytes);
        }
        at = one->end;
        numeral_tensor placed = one->tensor;
        placed.data = file->bytes + file->data_at + one->begin;
        if (strncmp(placed.name, "pad.", 4) == 0) {
            status = check_padding(file, &placed, err);
        } else if (strcmp(placed.name, NUMERAL_TENSOR_GUARD) == 0) {
            status = check_header(file, &placed, err);
            *guarded = true;
        } else if (one->begin % NUMERAL_TENSOR_ALIGNMENT != 0 ||
                   tensors->n_tensors == NUMERAL_MAX_TENSORS) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: tensor '%s' does not start on %d bytes", file->name,
                                placed.name, NUMERAL_TENSOR_ALIGNMENT);
        } else {
            status = check_hash(file, &placed, about, err);
            take_order(&placed);
            tensors->tensors[tensors->n_tensors++] = placed;
        }
    }
    return status != NUMERAL_OK || at == n_bytes
               ? status
               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: %zu bytes behind the last tensor", file->name,
                              n_bytes - at);
}

/* Whether no more objects, lists and values begin in a JSON text than in a model's. */
static bool has_few_values(const uint8_t *text, size_t length)
{
    size_t count = 0;
    bool inside = false; /* of a text */
    for (size_t i = 0; i < length && count <= MAX_VALUES; i++) {
        if (inside && text[i] == '\\') {
            i++; /* what is escaped, a quote as a rule, ends no text */
            continue;
        }
        if (text[i] == '"') {
            inside = !inside;
        }
        count += !inside && (text[i] == '{' || text[i] == '[' || text[i] == ',');
    }
    return count <= MAX_VALUES;
}

static numeral_status parse_header(source *file, json_t **out, numeral_error *err)
{
    if (file->n_bytes < 10) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: only %zu bytes", file->name,
                            file->n_bytes);
    }
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) {
        length = length << 8 | file->bytes[i];
    }
    if (length > max_header || length > file->n_bytes - 8 || file->bytes[8] != '{') {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not a numeral model: a header of %" PRIu64
                            " bytes does not fit a file of %zu",
                            file->name, length, file->n_bytes);
    }
    if (!has_few_values(file->bytes + 8, (size_t)length)) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: not a numeral model: the header has more than %d values",
                            file->name, MAX_VALUES);
    }
    file->data_at = 8 + (size_t)length;
    numeral_error why = {0};
    numeral_status status =
        numeral_json_parse((const char *)file->bytes + 8, (size_t)length, out, &why);
    return status == NUMERAL_OK
               ? status
               : numeral_fail(err, status, "%s: %s%s", file->name,
                              status == NUMERAL_ERROR_MEMORY
                                  ? ""
                                  : "not a numeral model: the header is ",
                              why.text);
}

numeral_status numeral_safetensors_read(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, json_t **out, bool *guarded,
                                        numeral_tensors *tensors, numeral_error *err)
{
    source file = {name, bytes, n_bytes, 0};
    json_t *header = NULL;
    claim *claims = NULL;
    size_t n_claims = 0;
    numeral_status status = NUMERAL_OK;
    TRY(parse_header(&file, &header, err));
    json_t *about = json_object_get(header, "__metadata__");
    TRY(check_metadata(&file, about, err));
    claims = numeral_allocate_zero(MAX_ENTRIES, sizeof *claims, err);
    TRY_ALLOC(claims);
    TRY(parse_claims(&file, header, claims, &n_claims, err));
    if (file.data_at % NUMERAL_TENSOR_ALIGNMENT != 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: the tensors start at byte %zu, not on a multiple of %d",
                         name, file.data_at, NUMERAL_TENSOR_ALIGNMENT));
    }
    TRY(place_tensors(&file, claims, n_claims, about, guarded, tensors, err));
    *out = json_incref(about);
done:
    numeral_release(claims);
    json_decref(header);
    return status;
}
