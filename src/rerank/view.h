/* Views: the same digit as re-rankers may look at it. */
#ifndef NUMERAL_RERANK_VIEW_H
#define NUMERAL_RERANK_VIEW_H

#include <stddef.h>
#include <stdint.h>

typedef enum numeral_view {
    NUMERAL_VIEW_RAW,     /* the image as the model frames it */
    NUMERAL_VIEW_DESKEW,  /* sheared upright and centred by mass */
    NUMERAL_VIEW_MOMENTS, /* the same, scaled to the usual size of digits */
    NUMERAL_VIEW_COUNT
} numeral_view;

/* Their names in recipes, NULL-terminated. */
extern const char *const numeral_view_names[];

/* Makes a view of a height × width image, of the same size; `out` does not overlap it
 * and `scratch` holds height × width doubles. + - × ÷ √ in a fixed order. */
void numeral_view_make(numeral_view view, const uint8_t *image, size_t height,
                       size_t width, double *scratch, uint8_t *out);

#endif
