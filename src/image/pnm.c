/* PNM: P1 to P6 (Poskanzer 1988; netpbm's specification), bitmaps, grey maps and pixel
 * maps, as text or raw, maxval up to 65535; where no sample is above 255, that is white.
 * Of several images the first is read. */
#include <ctype.h>
#include <string.h>

#include "base/fail.h"
#include "image/image_codec.h"

typedef struct pnm {
    const uint8_t *at, *end;
    int type; /* 1..6 */
    size_t height, width, maximum;
    size_t white;   /* the sample that is white: `maximum`, or 255 */
    size_t largest; /* of the samples read */
    bool ended;     /* a sample was wanted behind the last byte */
} pnm;

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
           (isspace(bytes[2]) || bytes[2] == '#');
}

static void skip_space(pnm *p)
{
    while (p->at < p->end && (isspace(*p->at) || *p->at == '#')) {
        if (*p->at == '#') {
            while (p->at < p->end && *p->at != '\n') {
                p->at++;
            }
        } else {
            p->at++;
        }
    }
}

/* The next number, at most `limit`. */
static bool next_number(pnm *p, size_t limit, size_t *out)
{
    skip_space(p);
    size_t value = 0;
    const uint8_t *start = p->at;
    p->ended = p->at == p->end;
    for (; p->at < p->end && isdigit(*p->at) && value <= limit; p->at++) {
        value = value * 10 + (size_t)(*p->at - '0');
    }
    *out = value;
    return p->at > start && value <= limit;
}

static numeral_status read_head(pnm *p, const char *name, numeral_error *err)
{
    bool bitmap = p->type == 1 || p->type == 4;
    p->maximum = 1;
    if (!next_number(p, UINT32_MAX, &p->width) ||
        !next_number(p, UINT32_MAX, &p->height) ||
        (!bitmap && !next_number(p, 65535, &p->maximum)) || p->maximum == 0 ||
        (p->type >= 4 && p->at == p->end)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged PNM header", name);
    }
    p->at += p->type >= 4; /* one space before raw values */
    return NUMERAL_OK;
}

static numeral_status fail_short(const pnm *p, const char *name, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                        "%s: PNM data ends before its %zu × %zu pixels", name, p->height,
                        p->width);
}

/* One sample of a text map; P1's need no space between them. */
static bool text_sample(pnm *p, size_t *out)
{
    if (p->type != 1) {
        return next_number(p, p->maximum, out);
    }
    skip_space(p);
    p->ended = p->at == p->end;
    if (p->ended || (*p->at != '0' && *p->at != '1')) {
        return false;
    }
    *out = (size_t)(*p->at++ - '0');
    return true;
}

static bool sample(pnm *p, size_t *out)
{
    if (p->type < 4) {
        return text_sample(p, out);
    }
    *out = *p->at++;
    if (p->maximum > 255) {
        *out = *out << 8 | *p->at++;
    }
    return *out <= p->maximum;
}

static bool read_maps(pnm *p, uint8_t *pixels)
{
    bool colour = p->type == 3 || p->type == 6;
    for (size_t i = 0; i < p->height * p->width; i++) {
        unsigned value[3];
        for (int c = 0; c < (colour ? 3 : 1); c++) {
            size_t raw;
            if (!sample(p, &raw)) {
                return false;
            }
            p->largest = raw > p->largest ? raw : p->largest;
            value[c] = (unsigned)((raw * 255 + p->white / 2) / p->white);
        }
        unsigned grey =
            colour ? numeral_luminance(value[0], value[1], value[2]) : value[0];
        pixels[i] = (uint8_t)(p->type == 1 ? 255 - grey : grey);
    }
    return true;
}

/* Samples that may be large and never are were 8 bits once. */
static bool read_scaled(pnm *p, uint8_t *pixels)
{
    pnm again = *p;
    p->white = p->maximum;
    if (!read_maps(p, pixels)) {
        return false;
    }
    again.white = 255;
    return p->maximum <= 255 || p->largest > 255 || read_maps(&again, pixels);
}

static void read_bits(pnm *p, uint8_t *pixels)
{
    size_t row_bytes = (p->width + 7) / 8;
    for (size_t y = 0; y < p->height; y++) {
        const uint8_t *row = p->at + y * row_bytes;
        for (size_t x = 0; x < p->width; x++) {
            pixels[y * p->width + x] = row[x / 8] >> (7 - x % 8) & 1 ? 0 : 255;
        }
    }
}

static bool raw_fits(const pnm *p)
{
    size_t left = (size_t)(p->end - p->at);
    if (p->type == 4) {
        return left >= (p->width + 7) / 8 * p->height;
    }
    size_t channels = p->type == 3 || p->type == 6 ? 3 : 1;
    size_t each = channels * (p->maximum > 255 ? 2 : 1);
    /* text needs one character a sample at least */
    return left >= p->height * p->width * (p->type >= 4 ? each : channels);
}

static numeral_status decode(const uint8_t *bytes, size_t n_bytes, const char *name,
                             size_t page, uint64_t budget, numeral_image *out,
                             numeral_error *err)
{
    (void)page;
    pnm p = {.at = bytes + 2, .end = bytes + n_bytes, .type = bytes[1] - '0'};
    numeral_status status = read_head(&p, name, err);
    if (status == NUMERAL_OK) {
        status = numeral_image_check_size(name, p.height, p.width, 1, budget, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    if (!raw_fits(&p)) {
        return fail_short(&p, name, err);
    }
    numeral_image image;
    status = numeral_image_create(p.height, p.width, &image, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (p.type == 4) {
        read_bits(&p, image.pixels);
    } else if (!read_scaled(&p, image.pixels)) {
        numeral_image_free(&image);
        return p.ended ? fail_short(&p, name, err)
                       : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                      "%s: PNM sample above its maximum, or no "
                                      "number",
                                      name);
    }
    *out = image;
    return NUMERAL_OK;
}

const numeral_codec numeral_codec_pnm = {"PNM", recognise, decode, NULL};
