#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/safetensors.h"

enum { ALIGNMENT = 64 };

numeral_status numeral_metadata_add(numeral_metadata *metadata, const char *key,
                                    const char *value, numeral_error *err)
{
    if (metadata->n_items == NUMERAL_MAX_METADATA) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT, "too many items of metadata");
    }
    char *key_copy = numeral_copy_text(key, strlen(key), err);
    char *value_copy = numeral_copy_text(value, strlen(value), err);
    if (!key_copy || !value_copy) {
        numeral_release(key_copy);
        numeral_release(value_copy);
        return NUMERAL_ERROR_MEMORY;
    }
    metadata->items[metadata->n_items].key = key_copy;
    metadata->items[metadata->n_items++].value = value_copy;
    return NUMERAL_OK;
}

const char *numeral_metadata_find(const numeral_metadata *metadata, const char *key)
{
    for (size_t i = 0; i < metadata->n_items; i++) {
        if (strcmp(metadata->items[i].key, key) == 0) {
            return metadata->items[i].value;
        }
    }
    return NULL;
}

void numeral_metadata_free(numeral_metadata *metadata)
{
    for (size_t i = 0; i < metadata->n_items; i++) {
        numeral_release(metadata->items[i].key);
        numeral_release(metadata->items[i].value);
    }
    metadata->n_items = 0;
}

static size_t padding_behind(size_t bytes)
{
    return (ALIGNMENT - bytes % ALIGNMENT) % ALIGNMENT;
}

static int add_range(json_t *header, const char *name, const char *type,
                     const numeral_tensor *tensor, size_t begin, size_t end)
{
    json_t *shape = json_array();
    int failed = 0;
    for (size_t i = 0; tensor && i < tensor->rank; i++) {
        failed |=
            json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    }
    if (!tensor) {
        failed |= json_array_append_new(shape, json_integer((json_int_t)(end - begin)));
    }
    json_t *entry = json_pack("{s:s, s:o, s:[I, I]}", "dtype", type, "shape", shape,
                              "data_offsets", (json_int_t)begin, (json_int_t)end);
    return json_object_set_new(header, name, entry) | failed;
}

/* The header, with a pad.N tensor behind every tensor of an odd size. */
static json_t *make_header(const numeral_metadata *metadata,
                           const numeral_tensors *tensors)
{
    json_t *header = json_object(), *about = json_object();
    int failed = json_object_set_new(header, "__metadata__", about);
    for (size_t i = 0; i < metadata->n_items; i++) {
        failed |= json_object_set_new(about, metadata->items[i].key,
                                      numeral_json_string(metadata->items[i].value));
    }
    size_t offset = 0;
    for (size_t i = 0; i < tensors->n_tensors; i++) {
        const numeral_tensor *tensor = &tensors->tensors[i];
        size_t bytes = numeral_tensor_bytes(tensor);
        failed |= add_range(header, tensor->name, numeral_tensor_type_name(tensor->type),
                            tensor, offset, offset + bytes);
        offset += bytes;
        size_t padding = padding_behind(bytes);
        if (padding) {
            char pad[32];
            snprintf(pad, sizeof pad, "pad.%zu", i);
            failed |= add_range(header, pad, "U8", NULL, offset, offset + padding);
            offset += padding;
        }
        char key[NUMERAL_TENSOR_NAME_BYTES + 8], hash[24];
        snprintf(key, sizeof key, "xxh3.%s", tensor->name);
        snprintf(hash, sizeof hash, "%016llx",
                 (unsigned long long)numeral_hash64(tensor->data, bytes));
        failed |= json_object_set_new(about, key, json_string(hash));
    }
    if (failed) {
        json_decref(header);
        return NULL;
    }
    return header;
}

static numeral_status write_header(numeral_output *output, json_t *header,
                                   numeral_error *err)
{
    numeral_buffer text = {.max_bytes = (size_t)1 << 26};
    numeral_status status = numeral_json_text(header, &text, err);
    if (status == NUMERAL_OK) {
        static const char spaces[ALIGNMENT] =
            "                                                               ";
        size_t padding = padding_behind(8 + text.size);
        uint64_t length = text.size + padding;
        uint8_t little_endian[8];
        for (int i = 0; i < 8; i++) {
            little_endian[i] = (uint8_t)(length >> (8 * i));
        }
        status = numeral_output_write(output, little_endian, 8, err);
        if (status == NUMERAL_OK) {
            status = numeral_output_write(output, text.data, text.size, err);
        }
        if (status == NUMERAL_OK) {
            status = numeral_output_write(output, spaces, padding, err);
        }
    }
    numeral_buffer_free(&text);
    return status;
}

numeral_status numeral_safetensors_write(const char *path,
                                         const numeral_metadata *metadata,
                                         const numeral_tensors *tensors,
                                         numeral_error *err)
{
    numeral_json_use_allocator();
    numeral_output *output = NULL;
    numeral_status status = numeral_output_create(path, &output, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    json_t *header = make_header(metadata, tensors);
    status = header ? write_header(output, header, err)
                    : numeral_fail(err, NUMERAL_ERROR_MEMORY,
                                   "%s: out of memory for the header", path);
    json_decref(header);
    static const uint8_t zeros[ALIGNMENT];
    for (size_t i = 0; i < tensors->n_tensors && status == NUMERAL_OK; i++) {
        size_t bytes = numeral_tensor_bytes(&tensors->tensors[i]);
        status = numeral_output_write(output, tensors->tensors[i].data, bytes, err);
        if (status == NUMERAL_OK) {
            status = numeral_output_write(output, zeros, padding_behind(bytes), err);
        }
    }
    if (status != NUMERAL_OK) {
        numeral_output_destroy(output);
        return status;
    }
    return numeral_output_commit(output, err);
}
