/* Files of several pictures: pages of a TIFF, and pictures that follow each other in
 * standard input. They are found first, then decoded one at a time. */
#include <numeral/image.h>

#include <string.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/gzip.h"
#include "image/extent.h"
#include "image/image_codec.h"

/* One picture: page `page` of the bytes from `from` on. */
typedef struct place {
    size_t from, n_bytes, page;
} place;

struct numeral_pictures {
    numeral_bytes file;
    numeral_unpacked plain;
    numeral_buffer places; /* of place */
    const char *name;      /* in `memory` */
    char *memory;
};

static numeral_status add_pages(numeral_pictures *p, size_t from, size_t n_bytes,
                                numeral_error *err)
{
    size_t n = numeral_image_pages(p->plain.bytes + from, n_bytes);
    numeral_status status = NUMERAL_OK;
    for (size_t page = 0; page < n && status == NUMERAL_OK; page++) {
        place one = {from, n_bytes, page};
        status = numeral_buffer_append(&p->places, &one, sizeof one, err);
    }
    return status;
}

/* Of standard input all pictures, one behind the other; of a file the first, since
 * cameras put previews behind it. */
static numeral_status find_all(numeral_pictures *p, bool stream, numeral_error *err)
{
    const uint8_t *bytes = p->plain.bytes;
    size_t n = p->plain.n_bytes;
    numeral_status status = NUMERAL_OK;
    if (!stream) {
        return add_pages(p, 0, n, err);
    }
    for (size_t from = 0, end; from < n; from = end) {
        end = numeral_image_next(bytes, n, from);
        TRY(add_pages(p, from, end - from, err));
        while (end < n && (bytes[end] == '\n' || bytes[end] == '\r')) {
            end++;
        }
    }
done:
    return status;
}

size_t numeral_image_next(const uint8_t *bytes, size_t n_bytes, size_t from)
{
    size_t end = from + numeral_image_extent(bytes + from, n_bytes - from);
    size_t next = end;
    while (next < n_bytes && (bytes[next] == '\n' || bytes[next] == '\r')) {
        next++;
    }
    /* what is no picture belongs to the one before, whose decoder passes over it */
    return numeral_image_recognised(bytes + next, n_bytes - next) ? end : n_bytes;
}

numeral_status numeral_pictures_open(const char *path, numeral_pictures **out,
                                     numeral_error *err)
{
    bool stream = strcmp(path, "-") == 0;
    numeral_status status = NUMERAL_OK;
    numeral_pictures *p = numeral_allocate_zero(1, sizeof *p, err);
    TRY_ALLOC(p);
    p->places.max_bytes = SIZE_MAX / 2;
    TRY_ALLOC(p->memory = numeral_copy_text(path, strlen(path), err));
    p->name = stream ? "standard input" : p->memory;
    TRY(numeral_bytes_read(path, SIZE_MAX / 2, &p->file, err));
    TRY(numeral_gzip_unpack(p->file.data, p->file.size, p->name, numeral_image_known,
                            &p->plain, err));
    TRY(find_all(p, stream, err));
    *out = p;
    p = NULL;
done:
    numeral_pictures_close(p);
    return status;
}

size_t numeral_pictures_count(const numeral_pictures *pictures)
{
    return pictures->places.size / sizeof(place);
}

numeral_status numeral_pictures_read(const numeral_pictures *pictures, size_t at,
                                     numeral_image *out, numeral_error *err)
{
    const place *one = (const place *)(const void *)pictures->places.data + at;
    if (at >= numeral_pictures_count(pictures)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s: has no page %zu",
                            pictures->name, at + 1);
    }
    uint64_t budget = pictures->plain.budget, own = numeral_memory_budget(one->n_bytes);
    return numeral_image_decode_page(pictures->plain.bytes + one->from, one->n_bytes,
                                     pictures->name, one->page,
                                     own < budget ? own : budget, out, err);
}

void numeral_pictures_close(numeral_pictures *pictures)
{
    if (pictures) {
        numeral_buffer_free(&pictures->places);
        numeral_buffer_free(&pictures->plain.memory);
        numeral_bytes_free(&pictures->file);
        numeral_release(pictures->memory);
        numeral_release(pictures);
    }
}
