/* Classes: the labels that a digit may get, numbered in ascending order from 0 on. What
 * votes and re-rankers count by. */
#ifndef NUMERAL_MODEL_CLASSES_H
#define NUMERAL_MODEL_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>
#include <numeral/label.h>

enum { NUMERAL_MAX_CLASSES = NUMERAL_MAX_LABEL + 1 };

/* One block of memory, which never changes: with another class comes another set. */
typedef struct numeral_classes {
    size_t n;
    bool named;                    /* the names are not just numbers */
    const numeral_label *labels;   /* n, ascending */
    const char *const *names;      /* n */
    size_t n_labels;               /* one more than the largest label */
    const numeral_label *of_label; /* n_labels: the class of each label that is one */
} numeral_classes;

/* The labels that are marked among n_marks, called by `names` (n_names of them by label;
 * NULL: the number). End with numeral_release. NULL when out of memory. */
numeral_classes *numeral_classes_create(const bool *is_class, size_t n_marks,
                                        const char *const *names, size_t n_names,
                                        numeral_error *err);
/* The labels that occur among n. */
numeral_classes *numeral_classes_of(const numeral_label *labels, size_t n,
                                    const char *const *names, size_t n_names,
                                    numeral_error *err);
/* The class of a label; classes->n where it is none. */
static inline size_t numeral_classes_find(const numeral_classes *classes,
                                          numeral_label label)
{
    size_t c = label < classes->n_labels ? classes->of_label[label] : classes->n;
    return c < classes->n && classes->labels[c] == label ? c : classes->n;
}

#endif
