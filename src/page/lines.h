/* Lines of writing: which components stand side by side. */
#ifndef NUMERAL_PAGE_LINES_H
#define NUMERAL_PAGE_LINES_H

#include "page/components.h"

typedef enum numeral_page_role {
    NUMERAL_PAGE_WRITING, /* belongs to a line */
    NUMERAL_PAGE_SPECK,   /* too small for a digit, and near none */
    NUMERAL_PAGE_FRAME,   /* printed around a digit */
    NUMERAL_PAGE_LARGE,   /* much larger than the writing: a drawing, a stamp, an edge */
    NUMERAL_PAGE_TEXTURE  /* one of more marks than anybody writes */
} numeral_page_role;

/* The components of each line, from left to right, the lines from top to bottom. */
typedef struct numeral_page_lines {
    size_t n;          /* lines */
    uint32_t *members; /* component numbers (from 0), line after line */
    size_t *starts;    /* n + 1: line i's members begin at starts[i] */
    double *heights;   /* n: the usual height of a digit of the line, in pixels */
    uint8_t *roles;    /* a numeral_page_role for each component */
    double height;     /* usual height of digits on the page */
} numeral_page_lines;

/* Groups components. Two stand on one line when each begins above the other's middle and
 * the gap between them is not much wider than they are high. Where more marks are as high
 * as digits than can be written and read, there is no line, and all is texture: time is
 * O(n·m) in components and marks, which that bounds. */
numeral_status numeral_page_find_lines(const numeral_components *components,
                                       size_t stroke, numeral_page_lines *out,
                                       numeral_error *err);
void numeral_page_lines_free(numeral_page_lines *lines);

#endif
