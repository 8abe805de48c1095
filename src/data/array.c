/* Numbers are read byte by byte, so that neither alignment nor byte order matters. All
 * values are surveyed before one is written, since the range of all decides what each
 * becomes. */
#include "data/array.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

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

static double to_real(uint64_t bits, unsigned size)
{
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
    return (double)(value / (INT64_C(1) << unused));
}

static double get(const numeral_array *array, size_t at)
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

void numeral_survey_add(numeral_survey *survey, double value)
{
    if (!survey->any) {
        *survey = (numeral_survey){value, value, true, survey->real, true};
    }
    survey->minimum = value < survey->minimum ? value : survey->minimum;
    survey->maximum = value > survey->maximum ? value : survey->maximum;
    survey->integers = survey->integers && floor(value) == value;
}

numeral_status numeral_array_survey(const numeral_array *array, const char *name,
                                    numeral_survey *survey, numeral_error *err)
{
    survey->real = survey->real || array->kind == 'f' || array->kind == 'b';
    if (array->kind == 'u' && array->size == 1 && array->n) {
        numeral_survey_add(survey, 0); /* bytes are kept: their range does not matter */
        numeral_survey_add(survey, 255);
        return NUMERAL_OK;
    }
    for (size_t i = 0; i < array->n; i++) {
        double value = get(array, i);
        if (!isfinite(value)) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: value %zu is %s, expected a finite number", name, i,
                                isnan(value) ? "NaN" : "infinite");
        }
        numeral_survey_add(survey, value);
    }
    return NUMERAL_OK;
}

static bool is_unit(const numeral_survey *survey)
{
    return survey->real && survey->minimum >= 0 && survey->maximum <= 1;
}

bool numeral_survey_keeps(const numeral_survey *survey)
{
    return !is_unit(survey) && survey->integers && survey->minimum >= 0 &&
           survey->maximum <= 255;
}

uint8_t numeral_survey_pixel(const numeral_survey *survey, double value)
{
    if (numeral_survey_keeps(survey)) {
        return (uint8_t)value;
    }
    bool unit = is_unit(survey);
    /* halves, so that the range of the largest float64 does not overflow */
    double from = unit ? 0 : survey->minimum / 2;
    double range = unit ? 0.5 : survey->maximum / 2 - from;
    double share = range > 0 ? (value / 2 - from) / range : 0;
    double rounded = floor(share * 255 + 0.5);
    return (uint8_t)(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

void numeral_vector_shape(size_t n_values, size_t *height, size_t *width)
{
    size_t side = (size_t)sqrt((double)n_values);
    bool square = side > 0 && side * side == n_values;
    *height = square ? side : 1;
    *width = square ? side : n_values;
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

numeral_status numeral_array_shape(const numeral_array *array, const char *name,
                                   size_t *n, size_t *height, size_t *width,
                                   numeral_error *err)
{
    bool images = array->rank == 3 || (array->rank == 4 && array->shape[3] == 1);
    if (!images && array->rank != 2) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: an array of %zu axes, expected images: n × d, n × h × w "
                            "or n × h × w × 1",
                            name, array->rank);
    }
    *n = array->shape[0];
    *height = array->shape[1];
    *width = array->shape[2];
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
        out[i] = numeral_survey_pixel(survey, get(array, i));
    }
    return kept ? 0 : array->n;
}

/* From Fortran's order, where the first axis runs fastest, to C's; the array is taken as
 * n × a × b. */
static void reorder(const numeral_array *array, const uint8_t *from, uint8_t *to)
{
    size_t n = array->shape[0], a = array->shape[1];
    size_t b = array->rank > 2 ? array->shape[2] : 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t y = 0; y < a; y++) {
            for (size_t x = 0; x < b; x++) {
                to[(i * a + y) * b + x] = from[i + n * (y + a * x)];
            }
        }
    }
}

numeral_status numeral_array_pixels(const numeral_array *array,
                                    const numeral_survey *survey, uint8_t *out,
                                    uint64_t *rescaled, numeral_error *err)
{
    uint8_t *mixed = array->fortran ? numeral_allocate(array->n, 1, err) : out;
    if (!mixed) {
        return NUMERAL_ERROR_MEMORY;
    }
    *rescaled += write_pixels(array, survey, mixed);
    if (array->fortran) {
        reorder(array, mixed, out);
        numeral_release(mixed);
    }
    return NUMERAL_OK;
}

numeral_status numeral_array_read(const numeral_array *array,
                                  const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_survey survey = {0};
    size_t n = 0, height = 0, width = 0;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_array_shape(array, source->name, &n, &height, &width, err));
    TRY(numeral_source_make(source, n, height, width, out, err));
    TRY(numeral_array_survey(array, source->name, &survey, err));
    TRY(numeral_array_pixels(array, &survey, out->pixels, &out->rescaled, err));
done:
    return status;
}

numeral_status numeral_array_labels(const numeral_array *array, const char *name,
                                    uint8_t **labels, size_t *n_labels,
                                    numeral_error *err)
{
    if (array->rank != 1 && !(array->rank == 2 && array->shape[1] == 1)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: an array of %zu axes, expected labels: n, or n × 1",
                            name, array->rank);
    }
    uint8_t *made = numeral_allocate(array->n, 1, err);
    if (!made) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < array->n; i++) {
        double value = get(array, i);
        if (!(value >= 0 && value <= 255) || floor(value) != value) {
            numeral_release(made);
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: label %zu is %g, expected an integer from 0 to 255",
                                name, i, value);
        }
        made[i] = (uint8_t)value;
    }
    *labels = made;
    *n_labels = array->n;
    return NUMERAL_OK;
}
