/* Numbers as files hold them, and how they become pixels and labels. */
#ifndef NUMERAL_DATA_ARRAY_H
#define NUMERAL_DATA_ARRAY_H

#include "data/format.h"
#include "data/survey.h"

enum { NUMERAL_ARRAY_MAX_RANK = 4 };

/* Numbers of one type, borrowed, of any alignment. */
typedef struct numeral_array {
    const uint8_t *data;
    size_t n;
    char kind;     /* 'u', 'i', 'f' or 'b' (booleans), as in NumPy; 'S', 'U': texts */
    unsigned size; /* 1, 2, 4 or 8 bytes each; 'f': 2, 4 or 8; 'b': 1; texts: any */
    bool big_endian;
    bool fortran; /* the first axis runs fastest, not the last */
    size_t rank;
    size_t shape[NUMERAL_ARRAY_MAX_RANK];
} numeral_array;

/* Takes the `n_bytes` behind a header of `head_bytes` as the values, which must be as
 * many as type and shape say. */
numeral_status numeral_array_take(numeral_array *array, const uint8_t *bytes,
                                  size_t n_bytes, size_t head_bytes, const char *name,
                                  numeral_error *err);

/* Adds the values of `array` to `survey`. Values that are not finite are refused
 * (NUMERAL_ERROR_FORMAT), named by their place. */
numeral_status numeral_array_survey(const numeral_array *array, const char *name,
                                    numeral_survey *survey, numeral_error *err);

/* One value of an array of numbers. */
double numeral_array_get(const numeral_array *array, size_t at);

/* The images an array holds: n × d (square d: images), n × h × w, n × h × w × c or
 * n × c × h × w, where c is 1 (grey), 3 (red, green, blue) or 4 (and alpha). */
numeral_status numeral_array_shape(const numeral_array *array, const char *name,
                                   size_t *n, size_t *height, size_t *width,
                                   numeral_error *err);

/* Writes the array as pixels in C order, as the settled survey says, and counts values
 * that did not stay what they were. Colours then become grey, as those of pictures do. */
numeral_status numeral_array_pixels(const numeral_array *array,
                                    const numeral_survey *survey, uint8_t *out,
                                    uint64_t *rescaled, numeral_error *err);

/* Makes a set of the images of an array that is all there is. */
numeral_status numeral_array_read(const numeral_array *array,
                                  const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err);

#endif
