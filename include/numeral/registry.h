/* The tables of parts: what recipes can be made of, and what numeral reads and draws.
 *
 * Each kind of part (transform, feature, metric ...) has one table of entries. The
 * built-in tables and a program's own entries form a numeral_registry, which recipe
 * parsing, help, documentation and tests iterate. */
#ifndef NUMERAL_REGISTRY_H
#define NUMERAL_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum numeral_kind {
    NUMERAL_KIND_TRANSFORM,  /* image -> image */
    NUMERAL_KIND_FEATURE,    /* image -> vector */
    NUMERAL_KIND_PROJECTION, /* vector -> vector, fitted */
    NUMERAL_KIND_METRIC,     /* distance of two vectors */
    NUMERAL_KIND_INDEX,      /* how neighbours are searched */
    NUMERAL_KIND_RERANK,     /* a second look at the hard digits */
    NUMERAL_KIND_VOTE,       /* neighbours -> label */
    NUMERAL_KIND_FORMAT,     /* data formats read and written */
    NUMERAL_KIND_CHART,      /* pictures */
    NUMERAL_KIND_PRESET,     /* named recipes */
    NUMERAL_KIND_COUNT
} numeral_kind;

typedef enum numeral_parameter_type {
    NUMERAL_PARAMETER_INTEGER,
    NUMERAL_PARAMETER_REAL,
    NUMERAL_PARAMETER_CHOICE /* the value is the position in `choices` */
} numeral_parameter_type;

typedef struct numeral_parameter {
    const char *name;
    numeral_parameter_type type;
    double minimum, maximum, standard; /* `standard` is the default */
    const char *const *choices;        /* NULL-terminated, for choices only */
    const char *help;
} numeral_parameter;

enum { NUMERAL_MAX_PARAMETERS = 8 };

/* What every part tells of itself; the first member of each kind's own struct. */
typedef struct numeral_entry {
    const char *name;   /* as written in recipes: lower case, no spaces */
    const char *help;   /* one line, no full stop */
    const char *source; /* author and year of the method, or "" */
    const numeral_parameter *parameters;
    size_t n_parameters; /* at most NUMERAL_MAX_PARAMETERS */
    const char *alias;   /* another name that recipes may use, or NULL */
} numeral_entry;

typedef struct numeral_registry numeral_registry;

/* A registry with every built-in entry. Not thread-safe while entries are added;
 * shareable when const. Models fitted with a registry borrow its entries: destroy it
 * after them. */
NUMERAL_API numeral_status numeral_registry_create(numeral_registry **out,
                                                   numeral_error *err);
NUMERAL_API void numeral_registry_destroy(numeral_registry *registry);

/* Adds a part; `entry` is the first member of the kind's own struct and is borrowed.
 * NUMERAL_ERROR_ARGUMENT when the name is taken or not a plain word. */
NUMERAL_API numeral_status numeral_registry_add(numeral_registry *registry,
                                                numeral_kind kind,
                                                const numeral_entry *entry,
                                                numeral_error *err);

/* Looking is possible without a registry, too: NULL stands for what is built in, here and
 * wherever a `const numeral_registry *` is taken. */
NUMERAL_API size_t numeral_registry_count(const numeral_registry *registry,
                                          numeral_kind kind);
NUMERAL_API const numeral_entry *numeral_registry_get(const numeral_registry *registry,
                                                      numeral_kind kind, size_t at);
/* NULL where there is none of that name. */
NUMERAL_API const numeral_entry *numeral_registry_find(const numeral_registry *registry,
                                                       numeral_kind kind,
                                                       const char *name);
/* "transform", "feature" ... */
NUMERAL_API const char *numeral_kind_name(numeral_kind kind);

#ifdef __cplusplus
}
#endif
#endif
