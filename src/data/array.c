#include "data/array.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

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
        double value = numeral_array_get(array, i);
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

uint64_t numeral_array_to_pixels(const numeral_array *array, const numeral_survey *survey,
                                 uint8_t *out)
{
    bool kept = numeral_survey_keeps(survey);
    if (kept && array->size == 1) {
        memcpy(out, array->data, array->n);
        return 0;
    }
    for (size_t i = 0; i < array->n; i++) {
        out[i] = numeral_survey_pixel(survey, numeral_array_get(array, i));
    }
    return kept ? 0 : array->n;
}

numeral_status numeral_array_to_labels(const numeral_array *array, const char *name,
                                       uint8_t *out, numeral_error *err)
{
    for (size_t i = 0; i < array->n; i++) {
        double value = numeral_array_get(array, i);
        if (!(value >= 0 && value <= 255) || floor(value) != value) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: label %zu is %g, expected an integer from 0 to 255",
                                name, i, value);
        }
        out[i] = (uint8_t)value;
    }
    return NUMERAL_OK;
}

void numeral_vector_shape(size_t n_values, size_t *height, size_t *width)
{
    size_t side = (size_t)sqrt((double)n_values);
    bool square = side > 0 && side * side == n_values;
    *height = square ? side : 1;
    *width = square ? side : n_values;
}
