/* Ink and where it lies: a grey picture becomes a map of ink with specks taken away. */
#ifndef NUMERAL_FRAMING_INK_H
#define NUMERAL_FRAMING_INK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

/* Ink 0..255 at each pixel; owned. */
typedef struct numeral_ink {
    size_t height, width;
    double *values;
    double top, left, bottom, right; /* the ink's box, in pixels from the corner */
    double noise;                    /* of the ground, on the scale of the ink */
    double ground;                   /* grey level of the picture under the ink */
    double strong;                   /* what strong ink was before it was made 255 */
    size_t digits;                   /* how many it looks like: numeral_shape */
    bool light;                      /* it was lighter than its ground */
    bool blank;
    bool
        tight; /* something marked reaches from edge to edge: a crop, or a printed line */
} numeral_ink;

/* What a picture may be taken for. The first is right for nearly all; of the others
 * whoever knows digits may choose the one that looks most like a digit. */
typedef enum numeral_ink_way {
    NUMERAL_INK_USUAL,       /* ground: most of the picture; ink: what is far from it */
    NUMERAL_INK_DARK,        /* a tight crop: the lightest is ground, the rest dark ink,
                                and no part of it a printed line */
    NUMERAL_INK_LIGHT,       /* ... the darkest is ground, the rest light ink */
    NUMERAL_INK_LOCAL_DARK,  /* dark ink on a ground that bends fast (local.h) */
    NUMERAL_INK_LOCAL_LIGHT, /* light ink on such a ground */
    NUMERAL_INK_WHOLE,       /* as usual, but no part is taken for a printed line */
    NUMERAL_INK_MAIN,        /* as usual, but parts at the edge beside the main one go */
    NUMERAL_INK_WAYS
} numeral_ink_way;

/* Finds the ink on `values` (0..255, height × width, overwritten): polarity, ground,
 * threshold at 0.3 of the strong ink, components that are not the digit's dropped;
 * `hint`, one byte for each pixel or NULL, is not 0 where the digit is known to lie. */
numeral_status numeral_ink_find(double *values, size_t height, size_t width,
                                const uint8_t *hint, numeral_ink_way way,
                                numeral_ink *out, numeral_error *err);
void numeral_ink_free(numeral_ink *ink);

#endif
