/* An index as a file of its own: what its kind stores, and in the metadata what a reader
 * must know to take it up. It is loaded as a model is: mapped, checked, and searched
 * where it lies (docs/format.md). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <numeral/dynamic.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/json.h"
#include "index/index.h"
#include "model/safetensors.h"

#define INDEX_FORMAT "numeral index"
enum { INDEX_VERSION = 1, METRIC_BYTES = 256 };

static numeral_status add_text(json_t *about, const char *key, const char *value,
                               numeral_error *err)
{
    return json_object_set_new(about, key, numeral_json_string(value)) == 0
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for metadata");
}

static numeral_status describe(const numeral_index *index, json_t *about,
                               numeral_error *err)
{
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"version", INDEX_VERSION},
                   {"rows", numeral_index_n_rows(index)},
                   {"dims", index->n_dims},
                   {"dtype", (uint64_t)index->dtype}};
    const numeral_part metric = numeral_index_metric(index);
    numeral_buffer text = {.max_bytes = METRIC_BYTES};
    numeral_status status;
    TRY(numeral_part_print(&metric, &text, err));
    TRY(numeral_buffer_append(&text, "", 1, err));
    TRY(add_text(about, "format", INDEX_FORMAT, err));
    TRY(add_text(about, "numeral", NUMERAL_VERSION, err));
    TRY(add_text(about, "index", numeral_index_kind_label(index), err));
    TRY(add_text(about, "metric", (const char *)text.data, err));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char number[32];
        snprintf(number, sizeof number, "%" PRIu64, numbers[i].value);
        TRY(add_text(about, numbers[i].key, number, err));
    }
done:
    numeral_buffer_free(&text);
    return status;
}

/* An index as its file has it; it is held as long, so that others may change it. */
typedef struct listing {
    numeral_index *now;
    json_t *about;
    numeral_tensors *tensors;
} listing;

static void listing_free(listing *list)
{
    json_decref(list->about);
    numeral_release(list->tensors);
    numeral_index_destroy(list->now);
}

static numeral_status list_index(const numeral_index *index, listing *out,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_json_use_allocator();
    *out = (listing){.about = json_object(),
                     .tensors = numeral_allocate_zero(1, sizeof *out->tensors, err)};
    TRY(out->about
            ? NUMERAL_OK
            : numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for metadata"));
    TRY_ALLOC(out->tensors);
    TRY(numeral_index_hold(index, &out->now, err));
    TRY(describe(out->now, out->about, err));
    TRY(numeral_index_save(out->now, out->tensors, err));
done:
    return status;
}

numeral_status numeral_index_write(const numeral_index *index, const char *path,
                                   numeral_error *err)
{
    listing list;
    numeral_status status;
    TRY(list_index(index, &list, err));
    TRY(numeral_safetensors_save(path, list.about, list.tensors, err));
done:
    listing_free(&list);
    return status;
}

numeral_status numeral_index_encode(const numeral_index *index, void **bytes,
                                    size_t *n_bytes, numeral_error *err)
{
    listing list;
    uint8_t *made = NULL;
    numeral_status status;
    TRY(list_index(index, &list, err));
    TRY(numeral_safetensors_encode(list.about, list.tensors, &made, n_bytes, err));
    *bytes = made;
done:
    listing_free(&list);
    return status;
}

static const char *text_of(json_t *about, const char *key)
{
    const char *text = json_string_value(json_object_get(about, key));
    return text ? text : "";
}

static numeral_status read_number(json_t *about, const char *key, uint64_t most,
                                  uint64_t *out, numeral_error *err)
{
    const char *text = text_of(about, key);
    uint64_t value = 0;
    size_t n = strspn(text, "0123456789");
    for (size_t i = 0; i < n && i < 19; i++) {
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (n == 0 || n > 19 || text[n] || value > most) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "metadata '%s' is '%.40s', expected a number up to %" PRIu64,
                            key, text, most);
    }
    *out = value;
    return NUMERAL_OK;
}

static numeral_status read_index(json_t *about, const numeral_tensors *tensors,
                                 const numeral_registry *registry, numeral_index **out,
                                 numeral_error *err)
{
    uint64_t version, rows, dims, dtype;
    numeral_part spec, metric;
    numeral_status status;
    if (strcmp(text_of(about, "format"), INDEX_FORMAT) != 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "not an index of numeral: its format is '%.40s'",
                            text_of(about, "format"));
    }
    TRY(read_number(about, "version", UINT32_MAX, &version, err));
    if (version != INDEX_VERSION) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "index format version %" PRIu64
                            "; this numeral reads version %d: a newer numeral wrote it",
                            version, INDEX_VERSION);
    }
    TRY(read_number(about, "rows", UINT32_MAX, &rows, err));
    TRY(read_number(about, "dims", NUMERAL_MAX_DIMS, &dims, err));
    TRY(read_number(about, "dtype", INT16_MAX, &dtype, err));
    TRY(numeral_index_parse(NULL, text_of(about, "metric"), registry, &spec, &metric,
                            err));
    TRY(numeral_index_load(tensors, text_of(about, "index"), &metric,
                           (numeral_dtype)dtype, (size_t)rows, (size_t)dims, out, err));
done:
    return status;
}

/* Takes `bytes`, whatever happens. */
static numeral_status load(numeral_bytes bytes, const char *name,
                           const numeral_registry *registry, numeral_index **out,
                           numeral_error *err)
{
    bool guarded;
    json_t *about = NULL;
    numeral_tensors *tensors = numeral_allocate_zero(1, sizeof *tensors, err);
    numeral_status status;
    *out = NULL;
    TRY_ALLOC(tensors);
    TRY(numeral_safetensors_read(bytes.data, bytes.size, name, &about, &guarded, tensors,
                                 err));
    status = guarded ? read_index(about, tensors, registry, out, err)
                     : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                    "the header's checksum is missing");
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, name);
        goto done;
    }
    (*out)->file = bytes;
    bytes = (numeral_bytes){0};
done:
    json_decref(about);
    numeral_release(tensors);
    numeral_bytes_free(&bytes);
    return status;
}

numeral_status numeral_index_read(const char *path, const numeral_registry *registry,
                                  numeral_index **out, numeral_error *err)
{
    numeral_bytes bytes = {0};
    *out = NULL;
    numeral_status status = numeral_bytes_read(path, SIZE_MAX / 2, &bytes, err);
    return status == NUMERAL_OK ? load(bytes, path, registry, out, err) : status;
}

numeral_status numeral_index_map(const char *path, const numeral_registry *registry,
                                 numeral_index **out, numeral_error *err)
{
    numeral_bytes bytes = {0};
    *out = NULL;
    numeral_status status = numeral_bytes_map(path, &bytes, err);
    return status == NUMERAL_OK ? load(bytes, path, registry, out, err) : status;
}

numeral_status numeral_index_decode(const void *data, size_t n_bytes, const char *name,
                                    const numeral_registry *registry, numeral_index **out,
                                    numeral_error *err)
{
    *out = NULL;
    uint8_t *copy = numeral_allocate(n_bytes, 1, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(copy, data, n_bytes);
    return load((numeral_bytes){.data = copy, .size = n_bytes}, name, registry, out, err);
}
