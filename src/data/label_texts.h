/* Labels that are texts: which there are, in byte order, and which number each has. */
#ifndef NUMERAL_DATA_LABEL_TEXTS_H
#define NUMERAL_DATA_LABEL_TEXTS_H

#include "data/csv.h"
#include "data/set.h"

/* Different texts in byte order, borrowed. All zeros is none. */
typedef struct numeral_label_texts {
    numeral_field names[NUMERAL_LABELS];
    size_t n;
} numeral_label_texts;

/* Whether a first label is a text: no number, or one in quotes, which may be a name such
 * as "00". */
bool numeral_label_is_text(numeral_field field);
/* Adds a text unless it is there; false where 256 others are. */
bool numeral_label_texts_add(numeral_label_texts *texts, numeral_field text);
/* What a text that was added is numbered: "zero" to "nine", where all are of these, what
 * they mean, whole numbers up to 255, where all are, themselves, any others their place.
 */
uint8_t numeral_label_texts_number(const numeral_label_texts *texts, numeral_field text);
/* Calls the set's labels so, unless the texts are numbers. */
numeral_status numeral_label_texts_name(const numeral_label_texts *texts,
                                        numeral_dataset *data, numeral_error *err);

/* 0 to 9 for "zero" to "nine" in letters of any case, else -1. */
int numeral_digit_word(const char *text, size_t length);

#endif
