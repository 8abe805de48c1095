/* What an index is inside: a kind (its functions) and a head that all kinds share. */
#ifndef NUMERAL_INDEX_INDEX_H
#define NUMERAL_INDEX_INDEX_H

#include <numeral/index.h>

#include "base/files.h"
#include "base/spec.h"
#include "base/tensors.h"
#include "index/rows.h"
#include "metric/metric.h"

typedef struct numeral_index_kind numeral_index_kind;

/* The first member of each kind's own struct. */
struct numeral_index {
    const numeral_index_kind *kind;
    const numeral_metric *metric;
    double metric_parameters[NUMERAL_MAX_PARAMETERS];
    numeral_dtype dtype;
    size_t n_rows, n_dims;
    size_t bytes;
    size_t more_holders; /* besides the first; changed atomically */
    numeral_bytes file;  /* that its arrays lie in, where it was read from one */
    char description[128];
};

struct numeral_index_kind {
    numeral_entry entry;
    bool reals; /* its rows may be floats */
    /* Whether this kind serves the metric on rows of this type exactly. */
    bool (*serves)(const numeral_metric *metric, numeral_dtype dtype);
    /* Builds over checked rows. `head` is filled; copy it to the front of the new index.
     */
    numeral_status (*build)(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err);
    /* Builds quickly over few checked rows that lie beside those of `base`, an index of
     * this kind (numeral/dynamic.h); NULL: `build` is quick. */
    numeral_status (*build_beside)(const numeral_rows *rows, const numeral_index *base,
                                   const numeral_run *run, numeral_index **out,
                                   numeral_error *err);
    /* Searches for checked queries; same promises as numeral_index_search. */
    numeral_status (*search)(const numeral_index *index, const numeral_rows *queries,
                             const numeral_search *search, int64_t *ids,
                             double *distances, numeral_error *err);
    /* The same where the radius alone is bound enough, k being room for all rows within
     * it; NULL: `search` does it. */
    numeral_status (*search_within)(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err);
    /* Copies row `id`, one of n_rows. */
    void (*get_row)(const numeral_index *index, size_t id, void *out);
    /* Where rows come and go: the same for any id, false where there is none; and how
     * many rows and bytes there are. NULL where they do not. */
    bool (*find_row)(const numeral_index *index, int64_t id, void *out);
    void (*count)(const numeral_index *index, size_t *n_rows, size_t *bytes);
    /* Where rows come and go: an index of those that are there now, which shares them. */
    numeral_status (*branch)(const numeral_index *index, numeral_index **out,
                             numeral_error *err);
    /* Lists the arrays that make up the index, borrowed; and builds an index on such
     * arrays, which outlive it, after checking every one of them. */
    numeral_status (*save)(const numeral_index *index, numeral_tensors *out,
                           numeral_error *err);
    numeral_status (*load)(const numeral_tensors *tensors, const numeral_index *head,
                           numeral_index **out, numeral_error *err);
    void (*destroy)(numeral_index *index);
};

/* The part that an entry of this kind belongs to. */
static inline const numeral_index_kind *numeral_index_kind_of(const numeral_entry *entry)
{
    return (const numeral_index_kind *)(const void *)entry;
}

extern const numeral_entry *const numeral_indexes[];
extern const size_t numeral_n_indexes;
/* The kinds that can be built, and so be in a file. */
extern const numeral_index_kind *const numeral_stored_indexes[];
extern const size_t numeral_n_stored_indexes;

/* Which kind builds an index of `kind` over rows of that type. */
const numeral_index_kind *numeral_index_builder(const numeral_index_kind *kind,
                                                numeral_dtype dtype);

/* What numeral_index_search asks of its arguments. */
numeral_status numeral_index_check_search(const numeral_index *index,
                                          const numeral_rows *queries,
                                          const numeral_search *search,
                                          numeral_error *err);

/* The search of the queries from `first` on. */
static inline numeral_search numeral_search_from(const numeral_search *search,
                                                 size_t first)
{
    numeral_search rest = *search;
    rest.radii = search->radii ? search->radii + first : NULL;
    rest.leave_out = search->leave_out ? search->leave_out + first : NULL;
    return rest;
}

/* How far rows may be from a query. */
static inline double numeral_search_radius(const numeral_search *search, size_t query)
{
    return search->radii ? search->radii[query] : search->radius;
}

/* Tells how far a search has come; NUMERAL_ERROR_CANCELLED if it is to end there. */
numeral_status numeral_search_report(const numeral_run *run, size_t done, size_t total,
                                     numeral_error *err);

/* The parts that numeral_index_create's texts name. */
numeral_status numeral_index_parse(const char *spec, const char *metric,
                                   const numeral_registry *registry,
                                   numeral_part *spec_part, numeral_part *metric_part,
                                   numeral_error *err);
/* A filled head, and whether its kind serves its metric, rows and dimensions. */
numeral_index numeral_index_make_head(const numeral_index_kind *kind,
                                      const numeral_part *metric, numeral_dtype dtype,
                                      size_t n_rows, size_t n_dims);
numeral_status numeral_index_check_serves(const numeral_index *head, numeral_error *err);

/* The metric of a head as a part. */
numeral_part numeral_index_metric(const numeral_index *head);

/* numeral_index_create for parts that are parsed already. */
numeral_status numeral_index_build(const numeral_rows *rows, const numeral_part *spec,
                                   const numeral_part *metric, const numeral_run *run,
                                   numeral_index **out, numeral_error *err);

/* The kind that was built, never "auto": what numeral_index_load is to be told. */
const char *numeral_index_kind_label(const numeral_index *index);
/* Lists the index's arrays, borrowed: a dynamic one must not change as long. */
numeral_status numeral_index_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err);
/* Builds an index on such arrays, which must outlive it and are checked. */
numeral_status numeral_index_load(const numeral_tensors *tensors, const char *label,
                                  const numeral_part *metric, numeral_dtype dtype,
                                  size_t n_rows, size_t n_dims, numeral_index **out,
                                  numeral_error *err);

/* Makes a dynamic index of one that is not, without building anything: its rows have the
 * ids `ids`, ascending, or 0 to n - 1, and the next one is next_id. It is taken over
 * unless that fails. `spec` says of what kind segments to come are: an entry of
 * numeral_indexes with its values. */
numeral_status numeral_index_make_dynamic(numeral_index *base, const int64_t *ids,
                                          size_t next_id, const numeral_part *spec,
                                          numeral_index **out, numeral_error *err);

/* The index as it is now, whatever comes and goes: a dynamic one of the same rows, which
 * may be changed apart from the other, or the same index held once more. Ends with
 * numeral_index_destroy, in any order. Threads may hold and destroy at any time. */
numeral_status numeral_index_hold(const numeral_index *index, numeral_index **out,
                                  numeral_error *err);
/* Whether rows come and go, and the id of the next one. */
bool numeral_index_is_dynamic(const numeral_index *index);
size_t numeral_index_next_id(const numeral_index *index);

#endif
