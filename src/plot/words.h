/* Words on pictures: labels, numbers, the captions of digits. */
#ifndef NUMERAL_PLOT_WORDS_H
#define NUMERAL_PLOT_WORDS_H

#include <numeral/tools/picture.h>

enum { NUMERAL_NUMBER_BYTES = 32 };

/* The label's name, or its number written into `number`. */
const char *numeral_label_text(numeral_label_names names, numeral_label label,
                               char number[NUMERAL_NUMBER_BYTES]);
/* 60000 as "60,000". */
const char *numeral_count_text(uint64_t count, char number[NUMERAL_NUMBER_BYTES]);

/* NUMERAL_OK when there is at least one image of at least one pixel, none too large. */
numeral_status numeral_check_digits(const numeral_digits *digits, const char *chart,
                                    numeral_error *err);
/* The same for images of different sizes. */
numeral_status numeral_check_images(const numeral_named_image *images, size_t n,
                                    const char *chart, numeral_error *err);

/* A digit grid, in pictures and in text. */
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
