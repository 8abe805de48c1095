/* Connected parts of ink: which belong to the digit. */
#ifndef NUMERAL_FRAMING_PARTS_H
#define NUMERAL_FRAMING_PARTS_H

#include <stddef.h>
#include <stdint.h>

enum { NUMERAL_PART_GROUND, NUMERAL_PART_INK, NUMERAL_PART_KEPT, NUMERAL_PART_LINE };

/* Turns the marks of INK that belong to the digit into KEPT, the others into GROUND:
 * 8-connected parts below 4 % of the ink are specks; those that touch the edge and span a
 * side are ruled lines, form boxes or the scanner's lid, unless nothing else of size is
 * there, and stay marked as LINE; where `hint` is not NULL, parts without any pixel in it
 * are others' too. `values` (ink), `marks`, `hint` and `stack` hold height × width
 * elements. O(n). */
void numeral_parts_keep(const double *values, size_t height, size_t width,
                        const uint8_t *hint, uint8_t *marks, uint32_t *stack);

#endif
