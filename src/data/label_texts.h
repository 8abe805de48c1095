/* Labels that are texts: which there are, and which number each has. */
#ifndef NUMERAL_DATA_LABEL_TEXTS_H
#define NUMERAL_DATA_LABEL_TEXTS_H

#include "base/dictionary.h"
#include "data/csv.h"
#include "data/set.h"

/* Different texts. All zeros is none; end with numeral_label_texts_free. */
typedef struct numeral_label_texts {
    numeral_dictionary all;
    size_t room;
    bool *quoted;           /* of each: written in quotes */
    numeral_label *numbers; /* of each, once they are settled */
    bool plain;             /* the numbers are what the texts say */
} numeral_label_texts;

/* Whether a first label is a text: no number, or one in quotes, which may be a name such
 * as "00". */
bool numeral_label_is_text(numeral_field field);
/* Adds a text unless it is there. NUMERAL_ERROR_LIMIT, without a sentence, where all
 * labels are taken. */
numeral_status numeral_label_texts_add(numeral_label_texts *texts, numeral_field text,
                                       numeral_error *err);
/* Numbers the texts, once all are there: whole numbers up to NUMERAL_MAX_LABEL by
 * themselves, where all are such, "zero" to "nine" by what they mean, where all are,
 * any others by their place in byte order. */
numeral_status numeral_label_texts_settle(numeral_label_texts *texts, numeral_error *err);
numeral_label numeral_label_texts_number(const numeral_label_texts *texts,
                                         numeral_field text);
/* Names the set's labels, unless they are plain numbers. */
numeral_status numeral_label_texts_name(const numeral_label_texts *texts,
                                        numeral_dataset *data, numeral_error *err);
void numeral_label_texts_free(numeral_label_texts *texts);

/* 0 to 9 for "zero" to "nine", in any case; else -1. */
int numeral_digit_word(const char *text, size_t length);
/* 0 to NUMERAL_MAX_LABEL without a sign or zeros before it; else -1. */
long numeral_label_number(const char *text, size_t length);
/* Whether a value is a label: whole, 0 to NUMERAL_MAX_LABEL. */
bool numeral_label_fits(double value);

#endif
