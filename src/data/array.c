/* Numbers are read byte by byte, so that neither alignment nor byte order matters. All
 * values are surveyed before one is written, since the range of all decides what each
 * becomes. */
#include "data/array.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "image/image_codec.h"
#include "image/transparent.h"

static uint64_t load(const numeral_array *array, size_t at)
{
    const uint8_t *bytes = array->data + at * array->size;
    uint64_t value = 0;
    for (unsigned i = 0; i < array->size; i++) {
        unsigned place = array->big_endian ? i : array->size - 1 - i;
        value = value << 8 | bytes[place];
    }
    return value;
}

/* IEEE 754's binary16: sign, 5 bits of exponent, 10 of fraction. */
static double to_half(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023), value;
    if (exponent == 31) {
        value = fraction > 0 ? (double)NAN : (double)INFINITY;
    } else {
        value = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
    }
    return bits >> 15 ? -value : value;
}

static double to_real(uint64_t bits, unsigned size)
{
    if (size == 2) {
        return to_half(bits);
    }
    if (size == 4) {
        uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double to_signed(uint64_t bits, unsigned size)
{
    unsigned unused = 64 - 8 * size;
    int64_t value;
    bits <<= unused;
    memcpy(&value, &bits, sizeof value);
    /* division, because shifting a negative number right is the compiler's choice */
    int64_t whole = value / (INT64_C(1) << unused);
    return (double)whole;
}

double numeral_array_get(const numeral_array *array, size_t at)
{
    uint64_t bits = load(array, at);
    switch (array->kind) {
    case 'f':
        return to_real(bits, array->size);
    case 'i':
        return to_signed(bits, array->size);
    case 'b':
        return bits != 0 ? 1.0 : 0.0;
    default:
        return (double)bits;
    }
}

/* The column of value i of a table. */
static size_t column_of(const numeral_array *array, size_t i)
{
    return array->rank != 2 ? 0
           : array->fortran ? i / array->shape[0]
                            : i % array->shape[1];
}

numeral_status numeral_array_survey(const numeral_array *array, const char *name,
                                    numeral_survey *survey, numeral_error *err)
{
    bool table = array->rank == 2 && array->n > 0; /* no rows may be of any width */
    numeral_status status =
        numeral_survey_table(survey, table ? array->shape[1] : SIZE_MAX, err);
    survey->real = survey->real || array->kind == 'f' || array->kind == 'b';
    if (status != NUMERAL_OK) {
        return status;
    }
    if (array->kind == 'u' && array->size == 1 && array->n) {
        numeral_survey_add(survey, 0,
                           0); /* bytes are kept: their range does not matter */
        numeral_survey_add(survey, 0, 255);
        return NUMERAL_OK;
    }
    for (size_t i = 0; i < array->n; i++) {
        double value = numeral_array_get(array, i);
        if (!isfinite(value)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: value %zu is %s, expected a finite number", name, i,
                                isnan(value) ? "NaN" : "infinite");
        }
        numeral_survey_add(survey, column_of(array, i), value);
    }
    return NUMERAL_OK;
}

numeral_status numeral_array_take(numeral_array *array, const uint8_t *bytes,
                                  size_t n_bytes, size_t head_bytes, const char *name,
                                  numeral_error *err)
{
    size_t n = 1, value_bytes = 0, left = n_bytes - head_bytes;
    bool fits = true;
    for (size_t i = 0; i < array->rank; i++) {
        fits = fits && numeral_size_multiply(n, array->shape[i], &n);
    }
    fits = fits && numeral_size_multiply(n, array->size, &value_bytes);
    if (!fits || value_bytes != left) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: row count %zu does not fit a file of %zu bytes%s", name,
                            array->rank ? array->shape[0] : 1, n_bytes,
                            fits && value_bytes < left
                                ? " (bytes follow the last row)"
                                : " (truncated, or a wrong header)");
    }
    array->data = bytes + head_bytes;
    array->n = n;
    return NUMERAL_OK;
}

/* Of an array of four axes: how many values a pixel has, and whether they are planes. */
typedef struct layout {
    size_t channels;
    bool planes;
} layout;

static bool is_channels(size_t n)
{
    return n == 1 || n == 3 || n == 4;
}

static layout layout_of(const numeral_array *array)
{
    const size_t *shape = array->shape;
    if (array->rank < 4) {
        return (layout){1, false};
    }
    bool last = is_channels(shape[3]) && (shape[3] == 1 || shape[1] != 1);
    return last                    ? (layout){shape[3], false}
           : is_channels(shape[1]) ? (layout){shape[1], true}
                                   : (layout){0, false};
}

numeral_status numeral_array_shape(const numeral_array *array, const char *name,
                                   size_t *n, size_t *height, size_t *width,
                                   numeral_error *err)
{
    layout how = layout_of(array);
    bool images = array->rank >= 3 && how.channels;
    if (!images && array->rank != 2) {
        return numeral_fail(
            err, NUMERAL_ERROR_FORMAT,
            "%s: an array of %zu axes, expected images: n × d, n × h × w, "
            "n × h × w × c or n × c × h × w with c 1, 3 or 4",
            name, array->rank);
    }
    *n = array->shape[0];
    *height = array->shape[1 + how.planes];
    *width = array->shape[2 + how.planes];
    if (!images) {
        numeral_vector_shape(array->shape[1], height, width);
    }
    return NUMERAL_OK;
}

static uint64_t write_pixels(const numeral_array *array, const numeral_survey *survey,
                             uint8_t *out)
{
    bool kept = numeral_survey_keeps(survey);
    if (kept && array->size == 1) {
        memcpy(out, array->data, array->n);
        return 0;
    }
    for (size_t i = 0; i < array->n; i++) {
        out[i] = numeral_survey_pixel(survey, column_of(array, i),
                                      numeral_array_get(array, i));
    }
    return kept ? 0 : array->n;
}

/* From Fortran's order, where the first axis runs fastest, to C's. */
static void reorder(const numeral_array *array, const uint8_t *from, uint8_t *to)
{
    size_t s[4];
    for (size_t i = 0; i < 4; i++) {
        s[i] = i < array->rank ? array->shape[i] : 1;
    }
    for (size_t i = 0; i < s[0]; i++) {
        for (size_t a = 0; a < s[1]; a++) {
            for (size_t b = 0; b < s[2]; b++) {
                for (size_t c = 0; c < s[3]; c++) {
                    *to++ = from[i + s[0] * (a + s[1] * (b + s[2] * c))];
                }
            }
        }
    }
}

/* Colours of one image, `size` pixels, to grey. */
static void to_grey(const uint8_t *from, layout how, size_t size, uint8_t *alpha,
                    uint8_t *out)
{
    size_t step = how.planes ? 1 : how.channels, plane = how.planes ? size : 1;
    for (size_t i = 0; i < size; i++) {
        const uint8_t *pixel = from + i * step;
        out[i] = numeral_luminance(pixel[0], pixel[plane], pixel[2 * plane]);
        alpha[i] = how.channels == 4 ? pixel[3 * plane] : 255;
    }
    numeral_image_lay(out, alpha, size);
}

numeral_status numeral_array_pixels(const numeral_array *array,
                                    const numeral_survey *survey, uint8_t *out,
                                    uint64_t *rescaled, numeral_error *err)
{
    layout how = layout_of(array);
    bool colours = how.channels > 1;
    uint8_t *mixed = NULL, *ordered = NULL, *alpha = NULL;
    numeral_status status = NUMERAL_OK;
    if (!array->fortran && !colours) {
        *rescaled += write_pixels(array, survey, out);
        return NUMERAL_OK;
    }
    TRY_ALLOC(mixed = numeral_allocate(array->n, 1, err));
    *rescaled += write_pixels(array, survey, mixed);
    if (array->fortran) {
        if (colours) {
            TRY_ALLOC(ordered = numeral_allocate(array->n, 1, err));
        }
        reorder(array, mixed, colours ? ordered : out);
    }
    if (colours) {
        size_t size = array->n / array->shape[0] / how.channels;
        const uint8_t *from = array->fortran ? ordered : mixed;
        TRY_ALLOC(alpha = numeral_allocate(size, 1, err));
        for (size_t i = 0; i < array->shape[0]; i++) {
            to_grey(from + i * size * how.channels, how, size, alpha, out + i * size);
        }
    }
done:
    numeral_release(alpha);
    numeral_release(ordered);
    numeral_release(mixed);
    return status;
}

numeral_status numeral_array_read(const numeral_array *array,
                                  const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_survey survey = {0};
    size_t n = 0, height = 0, width = 0;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_array_shape(array, source->name, &n, &height, &width, err));
    TRY(numeral_array_survey(array, source->name, &survey, err));
    TRY(numeral_survey_settle(&survey, source->options, err));
    if (survey.columns) {
        numeral_survey_shape(&survey, array->shape[1], &height, &width);
    }
    TRY(numeral_source_make(source, n, height, width, out, err));
    TRY(numeral_array_pixels(array, &survey, out->pixels, &out->rescaled, err));
    numeral_survey_hand_over(&survey, out);
done:
    numeral_survey_free(&survey);
    return status;
}
