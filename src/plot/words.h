/* Labels and numbers as words. */
#ifndef NUMERAL_PLOT_WORDS_H
#define NUMERAL_PLOT_WORDS_H

#include <numeral/tools/picture.h>

enum { NUMERAL_NUMBER_BYTES = 32 };

/* The label's name, or its number written into `number`. */
const char *numeral_label_text(numeral_label_names names, uint8_t label,
                               char number[NUMERAL_NUMBER_BYTES]);
/* 60000 as "60,000". */
const char *numeral_count_text(uint64_t count, char number[NUMERAL_NUMBER_BYTES]);

/* NUMERAL_OK when there is at least one image of at least one pixel, none too large. */
numeral_status numeral_check_digits(const numeral_digits *digits, const char *chart,
                                    numeral_error *err);

#endif
