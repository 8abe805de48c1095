/* Writing a .safetensors file. The header is made first, in memory; then header and
 * tensors go, in order, to a file or to memory, so that no tensor is copied on its way to
 * a file. */
#include <stdio.h>
#include <string.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "model/safetensors.h"

static const uint8_t zeros[NUMERAL_TENSOR_ALIGNMENT];

static size_t padding_behind(size_t bytes)
{
    return numeral_round_up(bytes, NUMERAL_TENSOR_ALIGNMENT) - bytes;
}

void numeral_safetensors_key(const char *tensor, char out[NUMERAL_TENSOR_KEY_BYTES])
{
    snprintf(out, NUMERAL_TENSOR_KEY_BYTES, "xxh3.%s", tensor);
}

void numeral_safetensors_hash(const void *bytes, size_t n_bytes, char out[17])
{
    snprintf(out, 17, "%016llx", (unsigned long long)numeral_hash64(bytes, n_bytes));
}

/* The entry of one tensor, whose bytes begin at *offset; moves it behind them. */
static int add_entry(json_t *header, const numeral_tensor *tensor, size_t *offset)
{
    size_t begin = *offset, end = begin + numeral_tensor_bytes(tensor);
    json_t *shape = json_array();
    int failed = 0;
    for (size_t i = 0; i < tensor->rank; i++) {
        failed |=
            json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    }
    json_t *entry =
        json_pack("{s:s, s:o, s:[I, I]}", "dtype", numeral_tensor_type_name(tensor->type),
                  "shape", shape, "data_offsets", (json_int_t)begin, (json_int_t)end);
    *offset = end;
    return json_object_set_new(header, tensor->name, entry) | failed;
}

/* The header, with a pad.N tensor behind every tensor of an odd size, and its own
 * checksum's place at the end. */
static json_t *make_header(json_t *about, const numeral_tensors *tensors)
{
    json_t *header = json_object();
    int failed = json_object_set(header, "__metadata__", about);
    size_t offset = 0;
    for (size_t i = 0; i < tensors->n_tensors; i++) {
        const numeral_tensor *tensor = &tensors->tensors[i];
        size_t bytes = numeral_tensor_bytes(tensor), padding = padding_behind(bytes);
        failed |= add_entry(header, tensor, &offset);
        if (padding) {
            numeral_tensor pad = {
                .type = NUMERAL_TENSOR_U8, .rank = 1, .shape = {padding}};
            snprintf(pad.name, sizeof pad.name, "pad.%zu", i);
            failed |= add_entry(header, &pad, &offset);
        }
        char key[NUMERAL_TENSOR_KEY_BYTES], hash[17];
        numeral_safetensors_key(tensor->name, key);
        numeral_safetensors_hash(tensor->data, bytes, hash);
        failed |= json_object_set_new(about, key, json_string(hash));
    }
    const numeral_tensor guard = {.name = NUMERAL_TENSOR_GUARD,
                                  .type = NUMERAL_TENSOR_U64,
                                  .rank = 1,
                                  .shape = {1}};
    failed |= add_entry(header, &guard, &offset);
    if (failed) {
        json_decref(header);
        return NULL;
    }
    return header;
}

/* All that stands before the tensors: length, header, spaces up to their alignment. */
static numeral_status print_header(json_t *about, const numeral_tensors *tensors,
                                   numeral_buffer *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    json_t *header = make_header(about, tensors);
    if (!header) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for the header");
    }
    TRY(numeral_buffer_append(out, zeros, sizeof(uint64_t), err));
    TRY(numeral_json_text(header, out, err));
    TRY(numeral_buffer_printf(out, err, "%*s", (int)padding_behind(out->size), ""));
    uint64_t length = out->size - sizeof length;
    for (size_t i = 0; i < sizeof length; i++) {
        out->data[i] = (uint8_t)(length >> (8 * i));
    }
done:
    json_decref(header);
    return status;
}

/* All bytes of a file: header, tensors each on its alignment, checksum of the header. */
static size_t total_bytes(const numeral_buffer *header, const numeral_tensors *tensors)
{
    size_t total = header->size + sizeof(uint64_t);
    for (size_t i = 0; i < tensors->n_tensors; i++) {
        total += numeral_round_up(numeral_tensor_bytes(&tensors->tensors[i]),
                                  NUMERAL_TENSOR_ALIGNMENT);
    }
    return total;
}

/* On a big-endian machine copies of all tensors with their numbers turned round, in one
 * piece of memory, to be released; else the tensors, and no memory. */
static numeral_status give_order(const numeral_tensors **tensors, void **memory,
                                 numeral_error *err)
{
    *memory = NULL;
    if (!NUMERAL_BIG_ENDIAN) {
        return NUMERAL_OK;
    }
    const numeral_tensors *from = *tensors;
    size_t n_bytes = sizeof *from;
    for (size_t i = 0; i < from->n_tensors; i++) {
        n_bytes += numeral_tensor_bytes(&from->tensors[i]);
    }
    numeral_tensors *turned = numeral_allocate(1, n_bytes, err);
    if (!turned) {
        return NUMERAL_ERROR_MEMORY;
    }
    *turned = *from;
    uint8_t *at = (uint8_t *)(turned + 1);
    for (size_t i = 0; i < from->n_tensors; i++) {
        const numeral_tensor *tensor = &from->tensors[i];
        size_t bytes = numeral_tensor_bytes(tensor);
        numeral_tensor_turn(tensor->type, bytes, tensor->data, at);
        turned->tensors[i].data = at;
        at += bytes;
    }
    *tensors = turned;
    *memory = turned;
    return NUMERAL_OK;
}

/* Where a file's bytes go, in order. */
typedef numeral_status sink(void *to, const void *bytes, size_t n_bytes,
                            numeral_error *err);

static numeral_status pour(const numeral_buffer *header, const numeral_tensors *tensors,
                           sink *write, void *to, numeral_error *err)
{
    uint64_t guard = numeral_hash64(header->data, header->size);
    if (NUMERAL_BIG_ENDIAN) {
        numeral_tensor_turn(NUMERAL_TENSOR_U64, sizeof guard, &guard, &guard);
    }
    numeral_status status = write(to, header->data, header->size, err);
    for (size_t i = 0; i < tensors->n_tensors && status == NUMERAL_OK; i++) {
        size_t bytes = numeral_tensor_bytes(&tensors->tensors[i]);
        status = write(to, tensors->tensors[i].data, bytes, err);
        if (status == NUMERAL_OK) {
            status = write(to, zeros, padding_behind(bytes), err);
        }
    }
    return status == NUMERAL_OK ? write(to, &guard, sizeof guard, err) : status;
}

static numeral_status write_out(void *to, const void *bytes, size_t n_bytes,
                                numeral_error *err)
{
    return numeral_output_write(to, bytes, n_bytes, err);
}

static const size_t most_header_bytes = (size_t)1 << 24; /* as the reader takes it */

numeral_status numeral_safetensors_save(const char *path, json_t *about,
                                        const numeral_tensors *tensors,
                                        numeral_error *err)
{
    numeral_buffer header = {.max_bytes = most_header_bytes};
    numeral_output *output = NULL;
    void *turned = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_output_create(path, &output, err)); /* wrong paths are told at once */
    TRY(give_order(&tensors, &turned, err));
    TRY(print_header(about, tensors, &header, err));
    TRY(pour(&header, tensors, write_out, output, err));
    status = numeral_output_commit(output, err);
    output = NULL;
done:
    numeral_output_destroy(output);
    numeral_buffer_free(&header);
    numeral_release(turned);
    return status;
}

/* Appends to memory that has room for all. */
static numeral_status write_behind(void *to, const void *bytes, size_t n_bytes,
                                   numeral_error *err)
{
    uint8_t **at = to;
    (void)err;
    memcpy(*at, bytes, n_bytes);
    *at += n_bytes;
    return NUMERAL_OK;
}

numeral_status numeral_safetensors_encode(json_t *about, const numeral_tensors *tensors,
                                          uint8_t **out, size_t *n_bytes,
                                          numeral_error *err)
{
    numeral_buffer header = {.max_bytes = most_header_bytes};
    void *turned = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(give_order(&tensors, &turned, err));
    TRY(print_header(about, tensors, &header, err));
    size_t total = total_bytes(&header, tensors);
    uint8_t *memory = numeral_allocate(total, 1, err), *at = memory;
    TRY_ALLOC(memory);
    status = pour(&header, tensors, write_behind, &at, err);
    *out = memory;
    *n_bytes = total;
done:
    numeral_buffer_free(&header);
    numeral_release(turned);
    return status;
}
