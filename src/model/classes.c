/* Classes are made once, in one block, and never changed: a lesson with a new label makes
 * another set. */
#include "model/classes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* What a label is called, its number written to `number` where it has no name. */
static const char *name_of(const char *const *names, size_t n_names, size_t label,
                           char number[NUMERAL_LABEL_BYTES])
{
    if (names && label < n_names && names[label]) {
        return names[label];
    }
    snprintf(number, NUMERAL_LABEL_BYTES, "%hu", (numeral_label)label);
    return number;
}

/* In the block, behind the struct: names, labels, classes of labels, texts. */
typedef struct parts {
    const char **names;
    numeral_label *labels, *of_label;
    char *text;
} parts;

static parts lay_out(numeral_classes *made, size_t n, size_t n_labels)
{
    parts p = {.names = (const char **)(void *)(made + 1)};
    p.labels = (numeral_label *)(void *)(p.names + n);
    p.of_label = p.labels + n;
    p.text = (char *)(p.of_label + n_labels);
    return p;
}

numeral_classes *numeral_classes_create(const bool *is_class, size_t n_marks,
                                        const char *const *names, size_t n_names,
                                        numeral_error *err)
{
    char number[NUMERAL_LABEL_BYTES];
    size_t bytes = sizeof(numeral_classes), n = 0, n_labels = 0;
    for (size_t label = 0; label < n_marks; label++) {
        if (is_class[label]) {
            bytes += strlen(name_of(names, n_names, label, number)) + 1;
            n_labels = label + 1;
            n++;
        }
    }
    bytes += n * (sizeof(char *) + sizeof(numeral_label));
    bytes += n_labels * sizeof(numeral_label);
    numeral_classes *made = numeral_allocate_zero(1, bytes, err);
    if (!made) {
        return NULL;
    }
    parts p = lay_out(made, n, n_labels);
    for (size_t label = 0, c = 0; label < n_labels; label++) {
        if (is_class[label]) {
            const char *name = name_of(names, n_names, label, number);
            p.of_label[label] = (numeral_label)c;
            p.labels[c] = (numeral_label)label;
            p.names[c++] = memcpy(p.text, name, strlen(name) + 1);
            p.text += strlen(name) + 1;
        }
    }
    *made = (numeral_classes){n, names != NULL, p.labels, p.names, n_labels, p.of_label};
    return made;
}

numeral_classes *numeral_classes_of(const numeral_label *labels, size_t n,
                                    const char *const *names, size_t n_names,
                                    numeral_error *err)
{
    bool *is_class = numeral_allocate_zero(NUMERAL_MAX_CLASSES, sizeof *is_class, err);
    if (!is_class) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        is_class[labels[i]] = true;
    }
    numeral_classes *made =
        numeral_classes_create(is_class, NUMERAL_MAX_CLASSES, names, n_names, err);
    numeral_release(is_class);
    return made;
}
