/* What is printed around a field and between its digits. */
#ifndef NUMERAL_PAGE_FIELD_PRINT_H
#define NUMERAL_PAGE_FIELD_PRINT_H

#include <numeral/page.h>

/* Takes printed lines off a field that lies level; around `box` there is a margin of the
 * same width on all sides. Lines are no thicker than `thick`. They are looked for at the
 * box's edges; down the field from edge to edge; and, where it has `cells` (not 0),
 * between these, as teeth of a comb, too. O(pixels of the field) for each line. */
void numeral_field_take_print(numeral_image *ink, numeral_page_box box, size_t thick,
                              size_t cells);

#endif
