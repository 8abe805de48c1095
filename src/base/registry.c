/* One growing list of borrowed entries for each kind. Where no registry is given, the
 * tables of what is built in are read as they stand: constant, so that any thread may. */
#include "base/registry.h"

#include <ctype.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

/* Something that ends with the registry. */
typedef struct belonging {
    void *what;
    void (*end)(void *what);
} belonging;

struct numeral_registry {
    numeral_buffer kinds[NUMERAL_KIND_COUNT]; /* of const numeral_entry * */
    numeral_buffer belongings;                /* of belonging */
};

static const char *const kind_names[NUMERAL_KIND_COUNT] = {
    "transform", "feature", "projection", "metric", "index",
    "rerank",    "vote",    "format",     "chart",  "preset"};

const char *numeral_kind_name(numeral_kind kind)
{
    return kind_names[kind];
}

numeral_status numeral_registry_own(numeral_registry *registry, void *what,
                                    void (*end)(void *what), numeral_error *err)
{
    belonging one = {what, end};
    return numeral_buffer_append(&registry->belongings, &one, sizeof one, err);
}

static void end_belongings(numeral_registry *registry)
{
    const belonging *all = (const belonging *)(const void *)registry->belongings.data;
    for (size_t i = registry->belongings.size / sizeof *all; i > 0; i--) {
        all[i - 1].end(all[i - 1].what);
    }
    numeral_buffer_free(&registry->belongings);
}

void numeral_registry_destroy(numeral_registry *registry)
{
    if (!registry) {
        return;
    }
    for (int kind = 0; kind < NUMERAL_KIND_COUNT; kind++) {
        numeral_buffer_free(&registry->kinds[kind]);
    }
    end_belongings(registry);
    numeral_release(registry);
}

numeral_table numeral_registry_table(const numeral_registry *registry, numeral_kind kind)
{
    if (!registry) {
        return (numeral_table){kind, numeral_built_ins[kind].entries,
                               *numeral_built_ins[kind].n_entries};
    }
    const numeral_buffer *list = &registry->kinds[kind];
    return (numeral_table){kind, (const numeral_entry *const *)(const void *)list->data,
                           list->size / sizeof(const numeral_entry *)};
}

size_t numeral_registry_count(const numeral_registry *registry, numeral_kind kind)
{
    return numeral_registry_table(registry, kind).n_entries;
}

const numeral_entry *numeral_registry_get(const numeral_registry *registry,
                                          numeral_kind kind, size_t at)
{
    return numeral_registry_table(registry, kind).entries[at];
}

const numeral_entry *numeral_registry_find(const numeral_registry *registry,
                                           numeral_kind kind, const char *name)
{
    numeral_table table = numeral_registry_table(registry, kind);
    for (size_t i = 0; i < table.n_entries; i++) {
        const char *alias = table.entries[i]->alias;
        if (strcmp(table.entries[i]->name, name) == 0 ||
            (alias && strcmp(alias, name) == 0)) {
            return table.entries[i];
        }
    }
    return NULL;
}

static bool is_word(const char *name)
{
    if (!name || !islower((unsigned char)name[0])) {
        return false;
    }
    for (const char *at = name; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (!islower(c) && !isdigit(c) && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

/* Transforms, features and projections share one name space: stages are told apart by
 * their names alone. */
static bool is_stage(numeral_kind kind)
{
    return kind <= NUMERAL_KIND_PROJECTION;
}

static bool is_taken(const numeral_registry *registry, numeral_kind kind,
                     const char *name)
{
    if (!is_stage(kind)) {
        return numeral_registry_find(registry, kind, name) != NULL;
    }
    return numeral_registry_find(registry, NUMERAL_KIND_TRANSFORM, name) ||
           numeral_registry_find(registry, NUMERAL_KIND_FEATURE, name) ||
           numeral_registry_find(registry, NUMERAL_KIND_PROJECTION, name);
}

numeral_status numeral_registry_add(numeral_registry *registry, numeral_kind kind,
                                    const numeral_entry *entry, numeral_error *err)
{
    if (!is_word(entry->name)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: the name '%s' is not a plain lower-case word",
                            kind_names[kind], entry->name ? entry->name : "");
    }
    if (entry->n_parameters > NUMERAL_MAX_PARAMETERS) {
        return numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT, "%s %s: %zu parameters, at most %d are possible",
            kind_names[kind], entry->name, entry->n_parameters, NUMERAL_MAX_PARAMETERS);
    }
    if (is_taken(registry, kind, entry->name)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%s %s: the name is taken",
                            kind_names[kind], entry->name);
    }
    return numeral_buffer_append(&registry->kinds[kind], &entry, sizeof entry, err);
}

/* Most entries of a kind, and most belongings: far more than anyone writes. */
enum { MOST_BYTES = 1 << 20 };

numeral_status numeral_registry_create(numeral_registry **out, numeral_error *err)
{
    numeral_registry *registry = numeral_allocate_zero(1, sizeof *registry, err);
    if (!registry) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = NUMERAL_OK;
    registry->belongings.max_bytes = MOST_BYTES;
    for (int kind = 0; kind < NUMERAL_KIND_COUNT; kind++) {
        numeral_table table = numeral_registry_table(NULL, (numeral_kind)kind);
        registry->kinds[kind].max_bytes = MOST_BYTES;
        TRY(numeral_buffer_append(&registry->kinds[kind], table.entries,
                                  table.n_entries * sizeof *table.entries, err));
    }
    *out = registry;
    return NUMERAL_OK;
done:
    numeral_registry_destroy(registry);
    return status;
}

numeral_status numeral_registry_add_copy(numeral_registry *registry, numeral_kind kind,
                                         const void *part, size_t size,
                                         numeral_error *err)
{
    void *copy = numeral_allocate(1, size, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(copy, part, size);
    numeral_status status = numeral_registry_own(registry, copy, numeral_release, err);
    if (status != NUMERAL_OK) {
        numeral_release(copy);
        return status;
    }
    return numeral_registry_add(registry, kind, copy, err);
}
