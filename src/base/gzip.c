/* Members of a gzip file may follow one another (RFC 1952, 2.2); zeros behind the last
 * one are padding, as gzip(1) takes them. zlib gets our allocator. */
#include "base/gzip.h"

#include <string.h>
#include <zlib.h>

#include <numeral/tools/output.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/text.h"

enum { GZIP_WINDOW = 15 + 16, CHUNK = 1 << 20, LOOK = 1 << 16 };

static void *zlib_allocate(void *context, unsigned count, unsigned size)
{
    (void)context;
    return numeral_allocate_zero(count, size, NULL);
}

static void zlib_release(void *context, void *memory)
{
    (void)context;
    numeral_release(memory);
}

bool numeral_gzip_recognised(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
}

/* What zlib is handed at a time. */
static unsigned piece(size_t n)
{
    return n < CHUNK ? (unsigned)n : CHUNK;
}

static bool only_zeros(const uint8_t *bytes, size_t n)
{
    size_t at = 0;
    while (at < n && bytes[at] == 0) {
        at++;
    }
    return at == n;
}

/* Makes room behind the data; near the ceiling one byte is enough to go on. */
static numeral_status make_room(numeral_buffer *out, const char *name, numeral_error *err)
{
    if (out->size < out->capacity) {
        return NUMERAL_OK;
    }
    size_t left = out->max_bytes - out->size;
    if (left == 0) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: gzip holds more than the %zu bytes allowed", name,
                            out->max_bytes);
    }
    numeral_status status = numeral_buffer_reserve(out, left < CHUNK ? left : CHUNK, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, name);
    }
    return status;
}

/* Whether the last byte was the end of a member and another one follows. */
static bool next_member(z_stream *stream, const uint8_t *at, const uint8_t *end)
{
    size_t left = (size_t)(end - at);
    return !only_zeros(at, left) && inflateReset(stream) == Z_OK;
}

static numeral_status inflate_all(z_stream *stream, const uint8_t *bytes, size_t n_bytes,
                                  const char *name, numeral_buffer *out,
                                  numeral_error *err)
{
    const uint8_t *at = bytes, *end = bytes + n_bytes;
    for (;;) {
        numeral_status status = make_room(out, name, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        unsigned given = piece((size_t)(end - at));
        unsigned room = piece(out->capacity - out->size);
        stream->next_in = (z_const Bytef *)(uintptr_t)at;
        stream->avail_in = given;
        stream->next_out = out->data + out->size;
        stream->avail_out = room;
        int code = inflate(stream, Z_NO_FLUSH);
        at += given - stream->avail_in;
        out->size += room - stream->avail_out;
        if (code == Z_MEM_ERROR) {
            return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: out of memory", name);
        }
        if (code == Z_STREAM_END) {
            if (next_member(stream, at, end)) {
                continue;
            }
            return NUMERAL_OK;
        }
        if (code != Z_OK && code != Z_BUF_ERROR) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged gzip data (%s)",
                                name, stream->msg ? stream->msg : "bad stream");
        }
        if (at == end && stream->avail_out > 0) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: gzip data ends too early, after %zu bytes", name,
                                n_bytes);
        }
    }
}

numeral_status numeral_gzip_inflate(const uint8_t *bytes, size_t n_bytes,
                                    const char *name, numeral_buffer *out,
                                    numeral_error *err)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release};
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: out of memory", name);
    }
    numeral_status status = inflate_all(&stream, bytes, n_bytes, name, out, err);
    inflateEnd(&stream);
    if (status != NUMERAL_OK) {
        numeral_buffer_free(out);
    }
    return status;
}

static numeral_status deflate_all(z_stream *stream, const uint8_t *bytes, size_t n_bytes,
                                  numeral_buffer *out, numeral_error *err)
{
    size_t done = 0;
    for (int code = Z_OK; code != Z_STREAM_END;) {
        numeral_status status = numeral_buffer_reserve(out, CHUNK, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        unsigned given = piece(n_bytes - done);
        unsigned room = piece(out->capacity - out->size);
        stream->next_in = (z_const Bytef *)(uintptr_t)(bytes + done);
        stream->avail_in = given;
        stream->next_out = out->data + out->size;
        stream->avail_out = room;
        code = deflate(stream, done + given == n_bytes ? Z_FINISH : Z_NO_FLUSH);
        done += given - stream->avail_in;
        out->size += room - stream->avail_out;
        if (code == Z_STREAM_ERROR) {
            return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_gzip_deflate(const uint8_t *bytes, size_t n_bytes,
                                    numeral_buffer *out, numeral_error *err)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release};
    if (deflateInit2(&stream, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
    }
    numeral_status status = deflate_all(&stream, bytes, n_bytes, out, err);
    deflateEnd(&stream);
    if (status != NUMERAL_OK) {
        numeral_buffer_free(out);
    }
    return status;
}

/* The first bytes of what is packed; fewer where that is damaged. */
static size_t look_inside(const uint8_t *bytes, size_t n_bytes, uint8_t *out)
{
    z_stream stream = {.zalloc = zlib_allocate,
                       .zfree = zlib_release,
                       .next_in = (z_const Bytef *)(uintptr_t)bytes,
                       .avail_in = piece(n_bytes),
                       .next_out = out,
                       .avail_out = LOOK};
    if (inflateInit2(&stream, GZIP_WINDOW) == Z_OK) {
        inflate(&stream, Z_SYNC_FLUSH);
        inflateEnd(&stream);
    }
    return LOOK - stream.avail_out;
}

/* Takes only those, where nobody knows them: hours of zeros need not be unpacked to be
 * called unknown. */
static numeral_status take_first(const uint8_t *bytes, size_t n_bytes,
                                 bool (*known)(const uint8_t *, size_t),
                                 numeral_buffer *out, numeral_error *err)
{
    numeral_status status = numeral_buffer_reserve(out, LOOK, err);
    if (status == NUMERAL_OK) {
        out->size = look_inside(bytes, n_bytes, out->data);
        if (out->size < LOOK || known(out->data, out->size)) {
            numeral_buffer_free(out);
        }
    }
    return status;
}

numeral_status numeral_gzip_unpack(const void *bytes, size_t n_bytes, const char *name,
                                   bool (*known)(const uint8_t *bytes, size_t n_bytes),
                                   numeral_unpacked *out, numeral_error *err)
{
    uint64_t budget = numeral_memory_budget(n_bytes);
    uint64_t packed = numeral_unpack_budget(n_bytes);
    size_t most = packed < SIZE_MAX / 2 ? (size_t)packed : SIZE_MAX / 2;
    numeral_status status = NUMERAL_OK;
    *out = (numeral_unpacked){bytes, n_bytes, budget, {.max_bytes = most}};
    if (numeral_gzip_recognised(bytes, n_bytes)) {
        if (known && most > LOOK) {
            status = take_first(bytes, n_bytes, known, &out->memory, err);
        }
        if (status == NUMERAL_OK && !out->memory.data) {
            status = numeral_gzip_inflate(bytes, n_bytes, name, &out->memory, err);
        }
        out->bytes = out->memory.data;
        out->n_bytes = out->memory.size;
        out->budget -= out->memory.size;
    }
    if (status == NUMERAL_OK && out->n_bytes == 0) {
        numeral_buffer_free(&out->memory);
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: is empty", name);
    }
    return status;
}

numeral_status numeral_gzip_save(const char *path, const void *bytes, size_t n_bytes,
                                 numeral_error *err)
{
    numeral_buffer packed = {.max_bytes = SIZE_MAX / 2};
    if (!numeral_text_ends(path, ".gz")) {
        return numeral_output_save(path, bytes, n_bytes, err);
    }
    numeral_status status = numeral_gzip_deflate(bytes, n_bytes, &packed, err);
    if (status == NUMERAL_OK) {
        status = numeral_output_save(path, packed.data, packed.size, err);
    }
    numeral_buffer_free(&packed);
    return status;
}
