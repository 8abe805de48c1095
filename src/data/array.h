/* Numbers as files hold them, and how they become pixels and labels. */
#ifndef NUMERAL_DATA_ARRAY_H
#define NUMERAL_DATA_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/dataset.h>

/* n numbers of one type, borrowed, of any alignment. */
typedef struct numeral_array {
    const uint8_t *data;
    size_t n;
    char kind;     /* 'u', 'i', 'f' or 'b' (booleans), as in NumPy */
    unsigned size; /* 1, 2, 4 or 8 bytes each; 'f': 4 or 8; 'b': 1 */
    bool big_endian;
} numeral_array;

double numeral_array_get(const numeral_array *array, size_t at);

/* What must be known of all values of a file before they become pixels. */
typedef struct numeral_survey {
    double minimum, maximum;
    bool integers; /* every value is an integer */
    bool real;     /* floating point, or booleans */
    bool any;      /* something was surveyed */
} numeral_survey;

/* Adds the values of `array` to `survey` (all zero at first). Values that are not finite
 * are refused (NUMERAL_ERROR_FORMAT), named by their place. */
numeral_status numeral_array_survey(const numeral_array *array, const char *name,
                                    numeral_survey *survey, numeral_error *err);
/* Adds one finite value. */
void numeral_survey_add(numeral_survey *survey, double value);

/* What one surveyed value becomes, by the rule of numeral_array_to_pixels. */
uint8_t numeral_survey_pixel(const numeral_survey *survey, double value);
/* Whether values stay what they are. */
bool numeral_survey_keeps(const numeral_survey *survey);

/* Writes `array` as pixels and returns how many values did not stay what they were:
 *   integers in 0..255 are kept;
 *   booleans, and real numbers that all lie in [0, 1], are multiplied by 255 and rounded;
 *   anything else: the file's minimum..maximum becomes 0..255, rounded. */
uint64_t numeral_array_to_pixels(const numeral_array *array, const numeral_survey *survey,
                                 uint8_t *out);

/* Writes `array` as labels; each must be an integer in 0..255. */
numeral_status numeral_array_to_labels(const numeral_array *array, const char *name,
                                       uint8_t *out, numeral_error *err);

/* The shape of vectors: a square number of values is taken as a square image. */
void numeral_vector_shape(size_t n_values, size_t *height, size_t *width);

#endif
