/* What is measured of a picture of a digit. */
#ifndef NUMERAL_EXPLAIN_MEASURES_H
#define NUMERAL_EXPLAIN_MEASURES_H

#include <numeral/tools/explain.h>

#include "model/model.h"

/* Lengths are in pixels of the frame where nothing else is said. */
typedef struct numeral_measures {
    double ink; /* pixels of full ink in the frame; below 1, nothing else is measured */
    double distance; /* to the nearest training digit, as votes see it */
    double swapped;  /* the same with dark and light swapped */
    double edge;     /* ink on the picture's edge */
    double size;     /* longer side of the digit, in pixels of the picture */
    double contrast; /* of the ink against its paper, 0..255 */
    double figures;  /* that stand apart from each other, at least 1 */
    double width;    /* of the digit by its height */
    double stroke;   /* mean width of its strokes */
} numeral_measures;

/* Measures `image`, which `why` explains and `framing` tells the steps of (where
 * why->framed). NUMERAL_ERROR_MEMORY. O(pixels), and a search. */
numeral_status
numeral_measures_take(const numeral_model *model, const numeral_image *image,
                      const numeral_explanation *why, const numeral_framing *framing,
                      const numeral_run *run, numeral_measures *out, numeral_error *err);

#endif
