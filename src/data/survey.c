/* A table is no picture's where its number of columns is no square, or where the columns
 * do not share their range as pixels do: the ground is the same level everywhere, and ink
 * reaches about the same. */
#include "data/survey.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/columns.h"

/* Of the range of all values: how close to its end a pixel's comes, and how much of it
 * a pixel's is at least, where half of the pixels do so. */
static const double CLOSE = 1.0 / 16, WIDE = 1.0 / 8;
/* Beyond this a column's numbers do not fit float32 with room to spare. */
static const double LARGEST = 1e37;

numeral_status numeral_survey_table(numeral_survey *survey, size_t n, numeral_error *err)
{
    if (survey->n_columns == n) {
        return NUMERAL_OK;
    }
    numeral_release(survey->ranges);
    survey->ranges = NULL;
    if (survey->n_columns == 0 && !survey->any && n != SIZE_MAX) {
        survey->ranges = numeral_allocate(n, sizeof *survey->ranges, err);
        if (!survey->ranges) {
            return NUMERAL_ERROR_MEMORY;
        }
        for (size_t c = 0; c < n; c++) {
            survey->ranges[c] = (numeral_range){INFINITY, -INFINITY};
        }
    }
    survey->n_columns = n;
    return NUMERAL_OK;
}

void numeral_survey_add(numeral_survey *survey, size_t column, double value)
{
    if (!survey->any) {
        survey->minimum = survey->maximum = value;
        survey->integers = survey->any = true;
    }
    survey->n++;
    survey->minimum = value < survey->minimum ? value : survey->minimum;
    survey->maximum = value > survey->maximum ? value : survey->maximum;
    survey->integers = survey->integers && floor(value) == value;
    if (survey->ranges) {
        numeral_range *range = &survey->ranges[column];
        range->least = value < range->least ? value : range->least;
        range->most = value > range->most ? value : range->most;
    }
}

static bool is_unit(const numeral_survey *survey)
{
    return survey->real && survey->minimum >= 0 && survey->maximum <= 1;
}

static bool is_bytes(const numeral_survey *survey)
{
    return !is_unit(survey) && survey->integers && survey->minimum >= 0 &&
           survey->maximum <= 255;
}

void numeral_vector_shape(size_t n_values, size_t *height, size_t *width)
{
    size_t side = (size_t)sqrt((double)n_values);
    bool square = side > 0 && side * side == n_values;
    *height = square ? side : 1;
    *width = square ? side : n_values;
}

/* Of a square that may be a picture, and of what tells the range of a column. */
enum { LEAST_SIDE = 5, LEAST_ROWS = 8 };

static bool is_square(size_t n)
{
    size_t height, width;
    numeral_vector_shape(n, &height, &width);
    return height == width && height >= LEAST_SIDE;
}

/* Whether half of the columns that vary at all have the range of a pixel. */
static bool like_pixels(const numeral_survey *survey)
{
    double range = survey->maximum - survey->minimum;
    size_t vary = 0, alike = 0;
    for (size_t c = 0; c < survey->n_columns; c++) {
        const numeral_range *r = &survey->ranges[c];
        bool close = r->least - survey->minimum <= CLOSE * range ||
                     survey->maximum - r->most <= CLOSE * range;
        vary += r->most > r->least;
        alike += r->most > r->least && close && r->most - r->least >= WIDE * range;
    }
    return 2 * alike >= vary;
}

static bool has_own_scales(const numeral_survey *survey)
{
    bool binary = survey->integers && survey->minimum >= 0 && survey->maximum <= 1;
    bool fits = survey->minimum > -LARGEST && survey->maximum < LARGEST;
    return survey->ranges && survey->n >= LEAST_ROWS * survey->n_columns &&
           !is_bytes(survey) && !binary && fits &&
           !(is_square(survey->n_columns) && like_pixels(survey));
}

numeral_status numeral_survey_settle(numeral_survey *survey, const numeral_load *options,
                                     numeral_error *err)
{
    size_t n = survey->n_columns;
    const numeral_columns *given = options ? options->columns : NULL;
    bool by_given = given && given->n > 0 && given->n == n;
    if (!by_given && (given || !has_own_scales(survey))) {
        return NUMERAL_OK;
    }
    if (by_given) {
        survey->columns = numeral_columns_copy(given->values, n, err);
        return survey->columns ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    survey->columns = numeral_allocate(2 * n, sizeof *survey->columns, err);
    if (!survey->columns) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t c = 0; c < n; c++) {
        numeral_columns_span(survey->columns, n, c, survey->ranges[c].least,
                             survey->ranges[c].most);
    }
    return NUMERAL_OK;
}

bool numeral_survey_keeps(const numeral_survey *survey)
{
    return !survey->columns && is_bytes(survey);
}

uint8_t numeral_survey_pixel(const numeral_survey *survey, size_t column, double value)
{
    if (survey->columns) {
        return numeral_columns_level(survey->columns, survey->n_columns, column, value);
    }
    if (is_bytes(survey)) {
        return (uint8_t)value;
    }
    bool unit = is_unit(survey);
    /* halves, so that the range of the largest float64 does not overflow */
    double from = unit ? 0 : survey->minimum / 2;
    double range = unit ? 0.5 : survey->maximum / 2 - from;
    return numeral_level(range > 0 ? (value / 2 - from) / range * 255 : 0);
}

void numeral_survey_shape(const numeral_survey *survey, size_t n, size_t *height,
                          size_t *width)
{
    numeral_vector_shape(n, height, width);
    if (survey->columns) {
        *height = 1;
        *width = n;
    }
}

void numeral_survey_hand_over(numeral_survey *survey, numeral_dataset *out)
{
    out->columns = survey->columns;
    survey->columns = NULL;
}

void numeral_survey_free(numeral_survey *survey)
{
    numeral_release(survey->ranges);
    numeral_release(survey->columns);
    *survey = (numeral_survey){0};
}
