/* The container behind numeral_registry: one list of borrowed entries for each kind. */
#ifndef NUMERAL_BASE_REGISTRY_H
#define NUMERAL_BASE_REGISTRY_H

#include <numeral/registry.h>

/* One table of entries, as a folder exports it or a registry holds it. */
typedef struct numeral_table {
    numeral_kind kind;
    const numeral_entry *const *entries;
    size_t n_entries;
} numeral_table;

/* The built-in tables by kind: src/registry/builtin_table.c, which sees all folders. */
typedef struct numeral_built_in {
    const numeral_entry *const *entries;
    const size_t *n_entries;
} numeral_built_in;

extern const numeral_built_in numeral_built_ins[NUMERAL_KIND_COUNT];

/* Ends `what` by `end` when the registry is destroyed, last come first; on failure it
 * stays the caller's. */
numeral_status numeral_registry_own(numeral_registry *registry, void *what,
                                    void (*end)(void *what), numeral_error *err);
/* Adds a copy of a part, `size` bytes that begin with its entry, which the registry owns.
 */
numeral_status numeral_registry_add_copy(numeral_registry *registry, numeral_kind kind,
                                         const void *part, size_t size,
                                         numeral_error *err);
/* The registry's table of a kind, valid until the next addition; NULL: what is built in.
 */
numeral_table numeral_registry_table(const numeral_registry *registry, numeral_kind kind);

#endif
