/* Broken digits: pieces too small for digits, which together are as large as one. */
#ifndef NUMERAL_PAGE_PIECES_H
#define NUMERAL_PAGE_PIECES_H

#include "page/lines.h"

/* What stands in a line as one thing: a component, or the pieces of a broken digit. */
typedef struct numeral_page_thing {
    numeral_page_box box;
    uint32_t root; /* the component, or one of the pieces */
} numeral_page_thing;

/* Joins what `roles` calls specks and lies close together, and lists what of it may be a
 * digit: `things` (room for all components) from left to right, *n of them. `parents` is
 * a union-find over components: pieces of one thing get one root. `height` is that of
 * digits on the page. Lone flat components are listed, too: some fives lie so. O(n²) in
 * specks that lie above each other. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_join_pieces(const numeral_components *components,
                                        const uint8_t *roles, size_t stroke,
                                        double height, uint32_t *parents,
                                        numeral_page_thing *things, size_t *n,
                                        numeral_error *err);

#endif
