/* Where touching digits may be cut: the pieces of a line of writing. */
#ifndef NUMERAL_PAGE_CUTS_H
#define NUMERAL_PAGE_CUTS_H

#include "page/lines.h"

/* A piece: a component, or what lies between two cuts through one. */
typedef struct numeral_piece {
    numeral_page_box box;
    size_t pixels;
    uint32_t component;
    double cut;      /* ink that the cut on its left goes through, in strokes; 0: none */
    size_t cut_runs; /* in how many places */
} numeral_piece;

/* The pieces of a page in the order of lines, from left to right. Pixel labels are piece
 * numbers from 1, so that pieces that follow each other are a range of labels. */
typedef struct numeral_pieces {
    size_t n;
    numeral_piece *items;
    size_t *starts;   /* lines + 1 */
    uint32_t *labels; /* the components' label image, rewritten; borrowed */
} numeral_pieces;

/* Cuts components along paths from top to bottom that cross the least ink (dynamic
 * programming; Breuel 2001, Segmentation of handprinted letter strings using a dynamic
 * programming algorithm), at most `reach` strokes of it. `components` keeps its items,
 * its labels become those of pieces. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_cut(const numeral_image *ink, numeral_components *components,
                                const numeral_page_lines *lines, size_t stroke,
                                numeral_pieces *out, numeral_error *err);
void numeral_pieces_free(numeral_pieces *pieces);

#endif
