/* Names: which known one a mistyped word most likely means, and how any is shown. */
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

/* Writes at most `length` bytes of `text` so that a terminal or a line of a file can show
 * them: control characters, marks that turn text round and bytes that are not UTF-8
 * become \n, \t, \r, \x1b or \u202e; a backslash stays as it is. What does not fit into
 * `n_bytes` is left out; `out` ends in a zero. Gives the bytes before that. Every error's
 * and note's text has been written so. */
NUMERAL_API size_t numeral_name_visible(const char *text, size_t length, char *out,
                                        size_t n_bytes);
/* Whether a spreadsheet would take the text for a formula: it begins with = + - @, a tab
 * or a return, perhaps behind apostrophes, and is no number. In CSV files such texts get
 * an apostrophe before them, which reading takes away. */
NUMERAL_API bool numeral_name_is_formula(const char *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
