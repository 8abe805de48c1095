/* Runs of ink down a page. */
#ifndef NUMERAL_PAGE_RUNS_H
#define NUMERAL_PAGE_RUNS_H

#include <numeral/image.h>

/* Takes one run: rows begin to end (exclusive) of column x. */
typedef void (*numeral_page_run_sink)(void *context, size_t x, size_t begin, size_t end);

/* Finds all runs, down the columns, of pixels of at least `least` (1 to 255), in the
 * order of their ends. The page is walked row by row, as it lies in memory, and bare
 * ground is passed over. O(pixels). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_page_runs_down(const numeral_image *map, uint8_t least,
                                      numeral_page_run_sink sink, void *context,
                                      numeral_error *err);

/* How many of n bytes, from the first, are below `least` for certain: a multiple of 8;
 * the next is to be looked at. */
size_t numeral_page_bare(const uint8_t *row, size_t n, uint8_t least);

#endif
