/* Classes are made once, in one block, and never changed: a lesson with a new label makes
 * another set. */
#include "model/classes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void numeral_classes_mark(const uint8_t *labels, size_t n,
                          bool is_class[NUMERAL_MAX_CLASSES])
{
    for (size_t i = 0; i < n; i++) {
        is_class[labels[i]] = true;
    }
}

/* What a label is called, its number written to `number` where it has no name. */
static const char *name_of(const char *const *names, size_t label, char number[4])
{
    if (names && names[label]) {
        return names[label];
    }
    snprintf(number, 4, "%hhu", (uint8_t)label);
    return number;
}

numeral_classes *numeral_classes_create(const bool is_class[NUMERAL_MAX_CLASSES],
                                        const char *const *names, numeral_error *err)
{
    char number[4];
    size_t bytes = 0;
    for (size_t label = 0; label < NUMERAL_MAX_CLASSES; label++) {
        bytes += is_class[label] ? strlen(name_of(names, label, number)) + 1 : 0;
    }
    numeral_classes *made = numeral_allocate_zero(1, sizeof *made + bytes, err);
    char *text = made ? (char *)(made + 1) : NULL;
    for (size_t label = 0; made && label < NUMERAL_MAX_CLASSES; label++) {
        if (is_class[label]) {
            const char *name = name_of(names, label, number);
            made->of_label[label] = (uint8_t)made->n;
            made->labels[made->n] = (uint8_t)label;
            made->names[made->n++] = memcpy(text, name, strlen(name) + 1);
            text += strlen(name) + 1;
        }
    }
    if (made) {
        made->named = names != NULL;
    }
    return made;
}

const char *const *numeral_classes_names(const numeral_classes *classes,
                                         const char *out[NUMERAL_MAX_CLASSES])
{
    memset(out, 0, NUMERAL_MAX_CLASSES * sizeof *out);
    for (size_t c = 0; c < classes->n; c++) {
        out[classes->labels[c]] = classes->names[c];
    }
    return classes->named ? out : NULL;
}
