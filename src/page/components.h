/* Connected components: what hangs together on a page. */
#ifndef NUMERAL_PAGE_COMPONENTS_H
#define NUMERAL_PAGE_COMPONENTS_H

#include <stdint.h>

#include <numeral/page.h>

/* What belongs to a component of a page: three eighths of strong ink. Less would join
 * neighbours by the grey between them, more would break thin strokes. */
enum { NUMERAL_PAGE_INK = 96 };

typedef struct numeral_component {
    numeral_page_box box;
    size_t pixels;
    uint8_t strongest;
} numeral_component;

/* The components of a map. Pixel labels are component numbers from 1; 0 is ground. */
typedef struct numeral_components {
    size_t height, width, n;
    uint32_t *labels;         /* height × width */
    numeral_component *items; /* n; component i has label i + 1 */
} numeral_components;

/* Finds the 8-connected components of pixels of at least `least` (union-find over runs;
 * Rosenfeld & Pfaltz 1966). O(pixels). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_components_find(const numeral_image *map, uint8_t least,
                                       numeral_components *out, numeral_error *err);
void numeral_components_free(numeral_components *components);

#endif
