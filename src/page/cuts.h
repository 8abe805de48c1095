/* Where touching digits may be cut: the borders between the digits of a line of writing.
 */
#ifndef NUMERAL_PAGE_CUTS_H
#define NUMERAL_PAGE_CUTS_H

#include "base/arena.h"
#include "page/lines.h"

/* Where a digit may begin or end: before a component, or at a cut through one. */
typedef struct numeral_border {
    uint32_t member; /* place of the component among the members of all lines */
    /* a cut: column of the component's box in each of its rows, what lies left of which
     * lies left of the border; NULL: the component's left end */
    const uint16_t *path;
    double ink;  /* that it goes through, in strokes */
    size_t runs; /* in how many places */
} numeral_border;

/* A part of one component, between two of its borders; or all of it. */
typedef struct numeral_region {
    uint32_t first, last; /* borders; the last may be the next component's left end */
    size_t pixels;
    numeral_page_box box;
} numeral_region;

/* The borders of each line, from left to right, behind the last component one more. Cuts
 * may cross each other: those that do bound no region together, and no path of digits
 * uses both. */
typedef struct numeral_cuts {
    size_t n, n_regions;
    numeral_border *borders;
    size_t *starts; /* lines + 1: where the borders of each line begin */
    numeral_region *regions;
    size_t *of; /* n + 1: where the regions begin that begin at each border */
    numeral_arena arena;
} numeral_cuts;

/* Cuts components along paths from top to bottom that cross little ink (dynamic
 * programming; Breuel 2001, Segmentation of handprinted letter strings using a dynamic
 * programming algorithm): straight and slanted ones, free to go around strokes and rigid
 * ones. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_cut(const numeral_image *ink,
                                const numeral_components *components,
                                const numeral_page_lines *lines, size_t stroke,
                                numeral_cuts *out, numeral_error *err);
void numeral_cuts_free(numeral_cuts *cuts);

#endif
