/* The words of a digit grid, the same in pictures and in text. */
#ifndef NUMERAL_PLOT_GRID_WORDS_H
#define NUMERAL_PLOT_GRID_WORDS_H

#include <numeral/tools/picture.h>

enum { NUMERAL_CAPTION_BYTES = 200 };

/* Whether both labels of digit `at` are known and differ. */
bool numeral_grid_mistake(const numeral_grid *grid, size_t at);

/* The first line below digit `at`: its label, or `✗ true → read` (`x true -> read` where
 * it must be ASCII). */
void numeral_grid_label(const numeral_grid *grid, size_t at, bool ascii,
                        char out[NUMERAL_CAPTION_BYTES]);

/* How many were read correctly and what the lines below mean; empty where there are
 * none. */
void numeral_grid_key(const numeral_grid *grid, bool ascii,
                      char out[NUMERAL_CAPTION_BYTES]);

#endif
