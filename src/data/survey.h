/* What must be known of all numbers of a file before they become levels from 0 to 255,
 * and what each then becomes. Those of pictures share one scale, so that a picture stays
 * one; columns of a table that are no picture's each keep their own. */
#ifndef NUMERAL_DATA_SURVEY_H
#define NUMERAL_DATA_SURVEY_H

#include <numeral/dataset.h>

typedef struct numeral_range {
    double least, most;
} numeral_range;

/* All zero at first; end with numeral_survey_free. */
typedef struct numeral_survey {
    double minimum, maximum;
    bool integers; /* every value is an integer */
    bool real;     /* floating point, or booleans */
    bool any;      /* something was surveyed */
    size_t n;      /* so many values */
    size_t n_columns;
    numeral_range *ranges; /* of each column of a table; NULL: there are none */
    float *columns;        /* settled: what levels stand for, as in numeral_dataset */
} numeral_survey;

/* Says that values lie in n columns; SIZE_MAX: in none. Tables of different width are no
 * table. */
numeral_status numeral_survey_table(numeral_survey *survey, size_t n, numeral_error *err);
/* Adds one finite value; `column` counts where there are columns. */
void numeral_survey_add(numeral_survey *survey, size_t column, double value);
/* When all values were added: decides what they become.
 *   where the options name columns of this number: by those;
 *   integers in 0..255 are kept;
 *   columns of a table (8 rows or more) that is no picture's: each by its own least and
 * greatest value; booleans, and real numbers that all lie in [0, 1], are multiplied by
 * 255 and rounded; anything else: the file's minimum..maximum becomes 0..255, rounded. */
numeral_status numeral_survey_settle(numeral_survey *survey, const numeral_load *options,
                                     numeral_error *err);

/* What one surveyed value becomes. */
uint8_t numeral_survey_pixel(const numeral_survey *survey, size_t column, double value);
/* Whether values stay what they are. */
bool numeral_survey_keeps(const numeral_survey *survey);
/* The shape of vectors: a square number of values is taken as a square image. */
void numeral_vector_shape(size_t n_values, size_t *height, size_t *width);
/* The shape of an image of n values: one row of columns; a square number of others is
 * taken as a square image. */
void numeral_survey_shape(const numeral_survey *survey, size_t n, size_t *height,
                          size_t *width);
/* Tells `out` what its levels stand for; the survey keeps nothing of it. */
void numeral_survey_hand_over(numeral_survey *survey, numeral_dataset *out);
void numeral_survey_free(numeral_survey *survey);

#endif
