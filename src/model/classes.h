/* Classes: the labels that a digit may get, numbered in ascending order. What votes,
 * re-rankers and confusion count by. */
#ifndef NUMERAL_MODEL_CLASSES_H
#define NUMERAL_MODEL_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

enum { NUMERAL_MAX_CLASSES = 256 };

/* One block of memory, which never changes: with another class comes another set. */
typedef struct numeral_classes {
    size_t n;
    bool named;                             /* the names are not just numbers */
    uint8_t labels[NUMERAL_MAX_CLASSES];    /* of each class, ascending */
    uint8_t of_label[NUMERAL_MAX_CLASSES];  /* the class of each label that is one */
    const char *names[NUMERAL_MAX_CLASSES]; /* of each class */
} numeral_classes;

/* Marks the labels that occur among n. */
void numeral_classes_mark(const uint8_t *labels, size_t n,
                          bool is_class[NUMERAL_MAX_CLASSES]);
/* The classes that are marked, called by `names`: one for each label, NULL for its number
 * (`names` NULL: for all). End with numeral_release. NULL when out of memory. */
numeral_classes *numeral_classes_create(const bool is_class[NUMERAL_MAX_CLASSES],
                                        const char *const *names, numeral_error *err);
/* The names of labels, as numeral_classes_create takes them; NULL where none is named. */
const char *const *numeral_classes_names(const numeral_classes *classes,
                                         const char *out[NUMERAL_MAX_CLASSES]);

#endif
