/* Which way a page lies: its components, read as they lie and turned. */
#ifndef NUMERAL_PAGE_TURNED_H
#define NUMERAL_PAGE_TURNED_H

#include "page/stages.h"

enum { NUMERAL_PAGE_WAYS = 4 };

typedef enum numeral_page_way {
    NUMERAL_PAGE_WAY_NO,
    NUMERAL_PAGE_WAY_POSSIBLE, /* a page read so must be clearly better than as it lies */
    NUMERAL_PAGE_WAY_LIKELY    /* or as good, for its digits lie nearer to the model's */
} numeral_page_way;

/* Judges each way to turn the page, clockwise by that many quarters. Components that
 * stand alone are asked, each as it was framed; where they are few, all is possible.
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_ways(const numeral_page_stages *stages,
                                 const numeral_run *run,
                                 numeral_page_way ways[NUMERAL_PAGE_WAYS],
                                 numeral_error *err);

#endif
