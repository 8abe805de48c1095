/* Pieces that nobody needs to read. */
#ifndef NUMERAL_PAGE_LEAVE_OUT_H
#define NUMERAL_PAGE_LEAVE_OUT_H

#include "page/lattice.h"

/* Once the candidates that are not cut were judged: leaves out those that are cut from a
 * component which is one digit for sure. Readings and images (of `bytes` each) go with
 * their candidates. O(candidates + components). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_candidates_leave_out(const numeral_cuts *cuts,
                                            const numeral_page_lines *lines, size_t bytes,
                                            numeral_candidates *all,
                                            numeral_reading_of *readings,
                                            numeral_error *err);

#endif
