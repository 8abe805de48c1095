/* Writing an error, once, where the fault is detected. */
#ifndef NUMERAL_BASE_FAIL_H
#define NUMERAL_BASE_FAIL_H

#include <numeral/error.h>

/* Fills `err` (may be NULL) and returns `status`, so that a caller can write
 * `return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: ...", path);`. */
numeral_status numeral_fail(numeral_error *err, numeral_status status, const char *format,
                            ...) NUMERAL_PRINTF(3, 4);

/* The same for what the system refused, by errno: "PATH: cannot VERB: No space left". */
numeral_status numeral_fail_system(numeral_error *err, const char *path,
                                   const char *verb);

/* Puts `prefix: ` before the sentence already in `err`, unless it begins so, for a caller
 * that knows the file. */
void numeral_fail_prefix(numeral_error *err, const char *prefix);

/* For a function with a `numeral_status status` and a label `done:`, behind which it lets
 * go of what it holds: a call that fails ends the work there. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != NUMERAL_OK) {                                                      \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* The same for memory: a call that gives NULL has told `err` already. */
#define TRY_ALLOC(pointer) TRY((pointer) ? NUMERAL_OK : NUMERAL_ERROR_MEMORY)

#endif
