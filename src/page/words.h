/* Lines of other signs than digits: words, formulas, drawings. */
#ifndef NUMERAL_PAGE_WORDS_H
#define NUMERAL_PAGE_WORDS_H

#include "page/lattice.h"

/* Whether n characters, the numbers of their readings, are likelier a line of other signs
 * than one of digits, by how like digits all of them are. */
bool numeral_page_is_word(const numeral_reading_of *readings, const uint32_t *which,
                          size_t n);

#endif
