/* Sets that are called by a name. */
#ifndef NUMERAL_DATA_NAMED_H
#define NUMERAL_DATA_NAMED_H

#include <numeral/dataset.h>

#include "data/slice.h"

typedef struct numeral_named {
    const char *name, *help;
    bool built_in;
    const char *const *mirrors; /* NULL-terminated; NULL for built-in sets */
    const char *sha256[4];      /* of the unpacked files, in idx_set.h's order */
    const char *system_folder;  /* where a distribution puts it, or NULL */
} numeral_named;

extern const numeral_named numeral_named_sets[];

/* The set of this name, or NULL; and the name most like `name`, or NULL. */
const numeral_named *numeral_named_find(const char *name);
const char *numeral_named_nearest(const char *name);

/* Makes, finds or fetches a set and reads options->split of it; `out` gets a name like
 * "mnist:test". Where `rows` is not NULL, digits that are made need hold only these: all
 * are there, others may be blank. */
numeral_status numeral_named_load(const numeral_named *set, const numeral_load *options,
                                  const numeral_slice *rows, numeral_dataset *out,
                                  numeral_error *err);

/* The folder of that name in $NUMERAL_DATA, of any readable kind; NULL: none. */
char *numeral_named_own_folder(const char *name);

/* Writes ", "-separated where a set called `name` is looked for. */
void numeral_named_places(const char *name, char *text, size_t n_bytes);

#endif
