/* Different texts, numbered from 0 on in the order in which they came, and found by what
 * they say. */
#ifndef NUMERAL_BASE_DICTIONARY_H
#define NUMERAL_BASE_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

typedef struct numeral_dictionary_text {
    char *text; /* with a zero behind it */
    size_t length;
} numeral_dictionary_text;

/* All zeros is an empty one; end with numeral_dictionary_free. */
typedef struct numeral_dictionary {
    size_t n, room;
    numeral_dictionary_text *texts; /* n, copies */
    size_t n_places;                /* a power of two, at least twice as many */
    uint32_t *places;               /* one more than a text's number; 0: free */
} numeral_dictionary;

/* The number of a text, which is added unless it is there. */
numeral_status numeral_dictionary_add(numeral_dictionary *dictionary, const char *text,
                                      size_t length, size_t *number, numeral_error *err);
/* The number of a text; SIZE_MAX: it is not there. */
size_t numeral_dictionary_find(const numeral_dictionary *dictionary, const char *text,
                               size_t length);
void numeral_dictionary_free(numeral_dictionary *dictionary);

#endif
