/* Connected components of ink (8-connected: Rosenfeld & Pfaltz 1966), and which of them
 * belong to the digit. */
#ifndef NUMERAL_FRAMING_CONNECTED_H
#define NUMERAL_FRAMING_CONNECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A picture and what is marked on it; all arrays hold height × width elements. */
typedef struct numeral_ink_map {
    const double *values; /* ink */
    const uint8_t *hint;  /* not 0 where the digit is known to lie; NULL: not known */
    size_t height, width;
    uint8_t *marks;
    uint32_t *stack;  /* working memory */
    bool keeps_lines; /* no part is a printed line */
    bool drops_edge;  /* small parts that touch the edge are others' */
} numeral_ink_map;

typedef struct numeral_component {
    size_t n;                        /* pixels */
    double mass;                     /* its ink */
    size_t top, left, bottom, right; /* its box */
    bool hinted;                     /* the hint, where there is one, touches it */
} numeral_component;

/* How many digits the components with the mark `from` look like; they get the mark `to`.
 * Those count that have `mass` at least: side by side when about as tall as all (`tall`
 * pixels), one above the other when a little less than half as tall. */
size_t numeral_components_digits(const numeral_ink_map *map, uint8_t from, uint8_t to,
                                 double mass, size_t tall);

/* The pixels connected to `start` that have its mark; they get the mark `to`, another
 * one. O(their number). */
numeral_component numeral_component_take(const numeral_ink_map *map, size_t start,
                                         uint8_t to);

enum { NUMERAL_MARK_GROUND, NUMERAL_MARK_INK, NUMERAL_MARK_KEPT, NUMERAL_MARK_LINE };

/* Turns the marks of INK that belong to the digit into KEPT, the others into GROUND:
 * components below 4 % of the ink are specks, unless most of it is such beside a larger
 * one; those that touch the edge and span a side are ruled lines, form boxes or the
 * scanner's lid, unless nothing else of size is there, and stay marked as LINE; those
 * that the hint does not touch are others' too. O(n). */
void numeral_components_keep(const numeral_ink_map *map);

#endif
