/* Names: which known one a mistyped word most likely means. */
#ifndef NUMERAL_TOOLS_NAMES_H
#define NUMERAL_TOOLS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name nearest to `word` by edit distance (insert, delete, change, swap neighbours:
 * Damerau 1964), or NULL when none is within a third of its length. Names are borrowed.
 */
NUMERAL_API const char *numeral_name_nearest(const char *word, const char *const *names,
                                             size_t n_names);

/* Whether the path's last name is what file managers leave in folders of pictures:
 * Thumbs.db, .DS_Store, desktop.ini and the like. */
NUMERAL_API bool numeral_name_is_clutter(const char *path);

#ifdef __cplusplus
}
#endif
#endif
