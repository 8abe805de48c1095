/* Heavy libraries, loaded when the first of their functions is called for: a command that
 * draws nothing starts without a drawing library. src/base/late/ makes a header for each
 * from a list of functions; with -Dlate=false they are linked as usual. */
#ifndef NUMERAL_BASE_LATE_H
#define NUMERAL_BASE_LATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

#include "numeral_config.h"

/* For a source file that includes the header made for its library: makes it ready. */
#ifdef NUMERAL_LATE
#define NUMERAL_LATE_LOAD(err) numeral_late_load(&late, err)
#else
#define NUMERAL_LATE_LOAD(err) ((void)(err), NUMERAL_OK)
#endif

typedef struct numeral_late {
    const char *const *files; /* shared objects by name, NULL-terminated */
    const char *const *names; /* of functions, NULL-terminated */
    void *functions;          /* pointers to them, in the same order */
    size_t room; /* bytes of addresses that loading and starting them takes */
    atomic_bool loaded;
} numeral_late;

/* Loads them unless that has been done. NUMERAL_ERROR_UNSUPPORTED where one is not there,
 * _MEMORY where addresses are so scarce that loading it might never end. */
numeral_status numeral_late_load(numeral_late *late, numeral_error *err);

#endif
