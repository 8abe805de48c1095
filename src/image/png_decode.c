/* PNG (ISO/IEC 15948:2004; third edition, W3C 2025): every colour type, bit depth,
 * palette, transparency and Adam7 interlacing. Our own because libpng's default is to
 * print; zlib inflates. Sizes are known from the header, so memory is claimed once. */
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "image/image_codec.h"

static const uint8_t SIGNATURE[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

typedef struct png {
    const char *name;
    const uint8_t *at, *end;
    size_t height, width;
    unsigned depth, type, channels;
    bool interlaced;
    uint8_t palette[256][3];
    uint8_t palette_alpha[256];
    size_t n_palette;
    bool has_key;
    unsigned key[3]; /* the transparent colour, in the image's own depth */
    uint8_t *raw;    /* filtered rows of all passes */
    size_t raw_bytes;
} png;

typedef struct chunk {
    char type[5];
    const uint8_t *data;
    size_t size;
} chunk;

typedef struct pass {
    size_t x0, y0, dx, dy;
} pass;

static const pass adam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                             {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
static const pass whole = {0, 0, 1, 1};

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 8 && memcmp(bytes, SIGNATURE, 8) == 0;
}

static uint32_t read_32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static numeral_status damaged(const png *p, const char *what, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged PNG: %s", p->name, what);
}

/* Takes the next chunk; its checksum must be right where it is a critical one. */
static numeral_status next_chunk(png *p, chunk *out, numeral_error *err)
{
    if (p->end - p->at < 12) {
        return damaged(p, "the file ends too early", err);
    }
    out->size = read_32(p->at);
    if (out->size > (size_t)(p->end - p->at) - 12) {
        return damaged(p, "the file ends too early", err);
    }
    memcpy(out->type, p->at + 4, 4);
    out->type[4] = '\0';
    out->data = p->at + 8;
    uLong sum = crc32_z(0, p->at + 4, out->size + 4);
    bool critical = !(p->at[4] & 0x20);
    if (critical && sum != read_32(out->data + out->size)) {
        return damaged(p, "a checksum is wrong", err);
    }
    p->at = out->data + out->size + 4;
    return NUMERAL_OK;
}

static bool depth_allowed(unsigned type, unsigned depth)
{
    switch (type) {
    case GREY:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case PALETTE:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case RGB:
    case GREY_ALPHA:
    case RGB_ALPHA:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static numeral_status read_head(png *p, numeral_error *err)
{
    static const uint8_t channels[] = {1, 0, 3, 1, 2, 0, 4};
    chunk head;
    numeral_status status = next_chunk(p, &head, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (strcmp(head.type, "IHDR") != 0 || head.size != 13) {
        return damaged(p, "no header", err);
    }
    p->width = read_32(head.data);
    p->height = read_32(head.data + 4);
    p->depth = head.data[8];
    p->type = head.data[9];
    p->interlaced = head.data[12] == 1;
    if (!depth_allowed(p->type, p->depth) || head.data[10] || head.data[11] ||
        head.data[12] > 1) {
        return damaged(p, "an unknown colour type, depth or method", err);
    }
    p->channels = channels[p->type];
    return NUMERAL_OK;
}

static size_t pass_size(size_t whole_size, size_t from, size_t step)
{
    return whole_size > from ? (whole_size - from + step - 1) / step : 0;
}

static size_t row_bytes(const png *p, size_t width)
{
    return (width * p->channels * p->depth + 7) / 8;
}

static size_t pass_count(const png *p)
{
    return p->interlaced ? 7 : 1;
}

static pass pass_at(const png *p, size_t i)
{
    return p->interlaced ? adam7[i] : whole;
}

static size_t pass_bytes(const png *p, pass s)
{
    size_t width = pass_size(p->width, s.x0, s.dx);
    return width ? pass_size(p->height, s.y0, s.dy) * (1 + row_bytes(p, width)) : 0;
}

static numeral_status claim(png *p, uint64_t budget, numeral_error *err)
{
    /* one byte of grey, and at most the raw samples and a filter byte for each row */
    uint64_t each = 2 + (p->channels * p->depth + 7) / 8;
    numeral_status status =
        numeral_image_check_size(p->name, p->height, p->width, each, budget, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    for (size_t i = 0; i < pass_count(p); i++) {
        p->raw_bytes += pass_bytes(p, pass_at(p, i));
    }
    p->raw = numeral_allocate_zero(p->raw_bytes, 1, err);
    return p->raw ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

static void read_transparency(png *p, const chunk *c)
{
    if (p->type == PALETTE) {
        memcpy(p->palette_alpha, c->data, c->size < 256 ? c->size : 256);
    } else if (c->size >= 2 * p->channels && (p->type == GREY || p->type == RGB)) {
        p->has_key = true;
        for (unsigned i = 0; i < p->channels; i++) {
            p->key[i] = (unsigned)c->data[2 * i] << 8 | c->data[2 * i + 1];
        }
    }
}

static void read_palette(png *p, const chunk *c)
{
    p->n_palette = c->size / 3 < 256 ? c->size / 3 : 256;
    memcpy(p->palette, c->data, 3 * p->n_palette);
}

/* Inflates one IDAT chunk; what follows the last row is ignored, as others do. */
static numeral_status inflate_chunk(png *p, z_stream *stream, const chunk *c,
                                    numeral_error *err)
{
    stream->next_in = (z_const Bytef *)(uintptr_t)c->data;
    stream->avail_in = (uInt)c->size; /* below 2^32 as it comes from 32 bits */
    while (stream->avail_in > 0 && stream->avail_out > 0) {
        int code = inflate(stream, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            break;
        }
        if (code != Z_OK) {
            return damaged(p, stream->msg ? stream->msg : "bad data", err);
        }
    }
    return NUMERAL_OK;
}

static numeral_status read_chunks(png *p, z_stream *stream, numeral_error *err)
{
    chunk c;
    bool any = false;
    do {
        numeral_status status = next_chunk(p, &c, err);
        if (status == NUMERAL_OK && strcmp(c.type, "IDAT") == 0) {
            any = true;
            status = inflate_chunk(p, stream, &c, err);
        } else if (status == NUMERAL_OK && strcmp(c.type, "PLTE") == 0) {
            read_palette(p, &c);
        } else if (status == NUMERAL_OK && strcmp(c.type, "tRNS") == 0) {
            read_transparency(p, &c);
        }
        if (status != NUMERAL_OK) {
            return status;
        }
    } while (strcmp(c.type, "IEND") != 0);
    if (!any || stream->avail_out > 0) {
        return damaged(p, "pixels are missing", err);
    }
    return NUMERAL_OK;
}

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

static numeral_status read_raw(png *p, numeral_error *err)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release};
    if (p->raw_bytes > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT, "%s: PNG of more than 4 GiB",
                            p->name);
    }
    if (inflateInit(&stream) != Z_OK) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: out of memory", p->name);
    }
    stream.next_out = p->raw;
    stream.avail_out = (uInt)p->raw_bytes;
    numeral_status status = read_chunks(p, &stream, err);
    inflateEnd(&stream);
    return status;
}

static uint8_t paeth(int a, int b, int c)
{
    int p = a + b - c;
    int pa = p > a ? p - a : a - p, pb = p > b ? p - b : b - p,
        pc = p > c ? p - c : c - p;
    return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* Undoes the filter of one row in place; `up` is the row above, or zeros. */
static bool unfilter(uint8_t filter, uint8_t *row, const uint8_t *up, size_t n,
                     size_t step)
{
    if (filter > 4) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int left = i >= step ? row[i - step] : 0, above = up ? up[i] : 0;
        int corner = up && i >= step ? up[i - step] : 0;
        int add = filter == 1   ? left
                  : filter == 2 ? above
                  : filter == 3 ? (left + above) / 2
                  : filter == 4 ? paeth(left, above, corner)
                                : 0;
        row[i] = (uint8_t)(row[i] + add);
    }
    return true;
}

static unsigned raw_sample(const png *p, const uint8_t *row, size_t at)
{
    if (p->depth == 16) {
        return (unsigned)row[2 * at] << 8 | row[2 * at + 1];
    }
    if (p->depth == 8) {
        return row[at];
    }
    size_t per_byte = 8 / p->depth;
    size_t shift = 8 - p->depth * (at % per_byte + 1);
    return row[at / per_byte] >> shift & ((1u << p->depth) - 1);
}

static unsigned to_8(const png *p, unsigned sample)
{
    unsigned maximum = (1u << p->depth) - 1;
    return (sample * 255 + maximum / 2) / maximum;
}

static uint8_t to_grey(const png *p, const uint8_t *row, size_t x)
{
    unsigned s[4];
    for (unsigned c = 0; c < p->channels; c++) {
        s[c] = raw_sample(p, row, x * p->channels + c);
    }
    if (p->type == PALETTE) {
        const uint8_t *colour = p->palette[s[0]];
        return numeral_on_white(numeral_luminance(colour[0], colour[1], colour[2]),
                                p->palette_alpha[s[0]]);
    }
    bool rgb = p->type == RGB || p->type == RGB_ALPHA;
    unsigned alpha = 255;
    if (p->type == GREY_ALPHA || p->type == RGB_ALPHA) {
        alpha = to_8(p, s[p->channels - 1]);
    } else if (p->has_key && memcmp(s, p->key, p->channels * sizeof *s) == 0) {
        alpha = 0;
    }
    unsigned grey = rgb ? numeral_luminance(to_8(p, s[0]), to_8(p, s[1]), to_8(p, s[2]))
                        : to_8(p, s[0]);
    return numeral_on_white(grey, alpha);
}

static bool read_pass(const png *p, pass s, uint8_t *raw, uint8_t *pixels)
{
    size_t width = pass_size(p->width, s.x0, s.dx);
    size_t height = width ? pass_size(p->height, s.y0, s.dy) : 0;
    size_t bytes = row_bytes(p, width), step = (p->channels * p->depth + 7) / 8;
    const uint8_t *up = NULL;
    for (size_t y = 0; y < height; y++) {
        uint8_t *row = raw + y * (bytes + 1) + 1;
        if (!unfilter(row[-1], row, up, bytes, step)) {
            return false;
        }
        uint8_t *to = pixels + (s.y0 + y * s.dy) * p->width;
        for (size_t x = 0; x < width; x++) {
            to[s.x0 + x * s.dx] = to_grey(p, row, x);
        }
        up = row;
    }
    return true;
}

static numeral_status read_pixels(const png *p, numeral_image *image, numeral_error *err)
{
    if (p->type == PALETTE && p->n_palette == 0) {
        return damaged(p, "no palette", err);
    }
    uint8_t *raw = p->raw;
    for (size_t i = 0; i < pass_count(p); i++) {
        if (!read_pass(p, pass_at(p, i), raw, image->pixels)) {
            return damaged(p, "an unknown filter", err);
        }
        raw += pass_bytes(p, pass_at(p, i));
    }
    return NUMERAL_OK;
}

static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             uint64_t budget, numeral_image *out, numeral_error *err)
{
    png p = {.name = name, .at = bytes + 8, .end = bytes + n_bytes};
    numeral_image image = {0};
    memset(p.palette_alpha, 255, sizeof p.palette_alpha);
    numeral_status status = read_head(&p, err);
    if (status == NUMERAL_OK) {
        status = claim(&p, budget, err);
    }
    if (status == NUMERAL_OK) {
        status = read_raw(&p, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_image_create(p.height, p.width, &image, err);
    }
    if (status == NUMERAL_OK) {
        status = read_pixels(&p, &image, err);
    }
    numeral_release(p.raw);
    if (status != NUMERAL_OK) {
        numeral_image_free(&image);
        return status;
    }
    *out = image;
    return NUMERAL_OK;
}

const numeral_codec numeral_codec_png = {"PNG", recognise, decode};
