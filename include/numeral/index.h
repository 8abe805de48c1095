/* Nearest-neighbour search over rows of small integers, or of floats.
 *
 * Distances are exact: integers for l2 (squared), l1, linf and hamming, float64 for the
 * rest. Of float rows they are float64 sums in a fixed order; where all values are whole
 * numbers that fit in 16 bits, those are exact, too. An index of kind near aside, the
 * neighbours are the nearest by these distances. Neighbours are ordered by (distance, row
 * id), always, so that answers are the same for every index that is exact, every thread
 * count and every instruction set. */
#ifndef NUMERAL_INDEX_H
#define NUMERAL_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include <numeral/registry.h>
#include <numeral/runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum numeral_dtype {
    NUMERAL_U8,
    NUMERAL_I8,
    NUMERAL_I16, /* -32767 .. 32767: -32768 is refused, so that sums cannot overflow */
    NUMERAL_F32, /* finite, and of at most 1e150: searched by whole numbers, exactly */
    NUMERAL_F64
} numeral_dtype;

enum { NUMERAL_MAX_DIMS = 4096 };

/* Rows, borrowed: row i starts `i * stride` bytes behind `data`. */
typedef struct numeral_rows {
    const void *data;
    numeral_dtype dtype;
    size_t n_rows;
    size_t n_dims; /* 1 .. NUMERAL_MAX_DIMS */
    size_t stride; /* bytes, at least n_dims × the size of dtype */
} numeral_rows;

typedef struct numeral_index numeral_index;

/* Builds an index over `rows`, which are copied. `spec` is an entry of the index table
 * ("auto", "brute", ...), `metric` one of the metric table ("l2", "l1", ...); either may
 * carry parameters as in recipes. `registry` NULL stands for the built-in tables.
 * NUMERAL_ERROR_ARGUMENT, _MEMORY, _UNSUPPORTED (this index cannot serve this metric). */
NUMERAL_API numeral_status numeral_index_create(const numeral_rows *rows,
                                                const char *spec, const char *metric,
                                                const numeral_registry *registry,
                                                const numeral_run *run,
                                                numeral_index **out, numeral_error *err);
NUMERAL_API void numeral_index_destroy(numeral_index *index);

/* What searches did, in sums over their queries. The same for any number of threads and
 * any instruction set. A stage of an index that prunes leaves rows to the next one; in
 * brute force, and where no bound helps, every row's distance is computed at once. A
 * query that is searched again for its radius counts again in all but `queries`. */
typedef struct numeral_search_stats {
    uint64_t queries;
    uint64_t rows;                    /* that the index holds */
    uint64_t plain;                   /* queries that met every row */
    uint64_t clusters, clusters_left; /* that the index holds; that bounds left over */
    uint64_t scanned;           /* rows of those, compared in 32 coarse dimensions */
    uint64_t left_32;           /* rows left by that, compared in 64 */
    uint64_t left_64;           /* rows left by that, compared in all kept ones */
    uint64_t left_all;          /* rows left by that */
    uint64_t distances;         /* exact distances computed */
    uint64_t products;          /* multiplications with additions, all stages */
    uint64_t products_of_brute; /* rows × dimensions: what all distances take */
} numeral_search_stats;

/* One search: the k nearest rows of each query. */
typedef struct numeral_search {
    size_t k;                 /* at least 1; beyond the row count is padded */
    double radius;            /* rows farther than this are dropped; INFINITY for none */
    const double *radii;      /* one for each query in its place, or NULL */
    bool bounded;             /* the radii are bounds, such as the k-th distances found
                                 among other rows: begin with them, look for none */
    const int64_t *leave_out; /* one row id to skip for each query (-1: none), or NULL */
    numeral_run run;
    /* Rows to skip for every query: bit i % 64 of word i / 64 for row id i; ids from
     * n_skip on are not skipped. NULL and 0: none. */
    const uint64_t *skip;
    size_t n_skip;
    numeral_search_stats
        *stats; /* what is done is added to it; NULL: nothing is counted */
} numeral_search;

/* Searches for n queries of the index's dtype and dims. ids and distances are n × k,
 * row-major; places without a neighbour hold -1 and INFINITY. Distances are in the
 * metric's own units (l2: squared). Allocates scratch once for each thread; an index is
 * shareable between threads while it is only searched. */
NUMERAL_API numeral_status numeral_index_search(const numeral_index *index,
                                                const numeral_rows *queries,
                                                const numeral_search *search,
                                                int64_t *ids, double *distances,
                                                numeral_error *err);

/* The nearest rows of the index's own rows `rows` (NULL: 0 to n - 1), each left out of
 * its own answer; search->leave_out is not read. The rest is as in numeral_index_search.
 * NUMERAL_ERROR_ARGUMENT (no such row), _MEMORY: 8192 rows are copied at a time. */
NUMERAL_API numeral_status numeral_index_search_self(const numeral_index *index,
                                                     const int64_t *rows, size_t n,
                                                     const numeral_search *search,
                                                     int64_t *ids, double *distances,
                                                     numeral_error *err);

/* All rows near each of n queries: those of query q are places starts[q] to
 * starts[q + 1] - 1 of ids and distances, ordered by (distance, row id). */
typedef struct numeral_ranges {
    size_t n;
    int64_t *starts; /* n + 1, beginning with 0 */
    int64_t *ids;    /* starts[n] */
    double *distances;
} numeral_ranges;

/* Finds all rows within search->radius of each query, itself included; search->k, if not
 * 0, is the most that a query gets, the nearest ones. Exact: each query is searched with
 * room for some rows, and again with 8 times the room while that was all used. Takes
 * memory for what it finds, and for a block of queries at most 64 MiB or one query's
 * rows. End the answer with numeral_ranges_free. NUMERAL_ERROR_ARGUMENT, _MEMORY,
 * _CANCELLED. */
NUMERAL_API numeral_status numeral_index_search_radius(const numeral_index *index,
                                                       const numeral_rows *queries,
                                                       const numeral_search *search,
                                                       numeral_ranges *out,
                                                       numeral_error *err);
/* The same for the index's own rows, each left out of its own answer. */
NUMERAL_API numeral_status numeral_index_search_radius_self(const numeral_index *index,
                                                            const int64_t *rows, size_t n,
                                                            const numeral_search *search,
                                                            numeral_ranges *out,
                                                            numeral_error *err);
NUMERAL_API void numeral_ranges_free(numeral_ranges *ranges);

NUMERAL_API size_t numeral_index_n_rows(const numeral_index *index);
NUMERAL_API size_t numeral_index_n_dims(const numeral_index *index);
NUMERAL_API numeral_dtype numeral_index_dtype(const numeral_index *index);
/* Bytes held by the index, rows included. */
NUMERAL_API size_t numeral_index_bytes(const numeral_index *index);
/* The entry's name and layout, e.g. "brute (pixel-major: 81 % zeros)"; lives with it. */
NUMERAL_API const char *numeral_index_describe(const numeral_index *index);
/* The metric's name; and whether distances are whole numbers, exact ones. */
NUMERAL_API const char *numeral_index_metric_name(const numeral_index *index);
NUMERAL_API bool numeral_index_integer_distances(const numeral_index *index);
/* Copies row `id` to `out` (n_dims values of the dtype). */
NUMERAL_API numeral_status numeral_index_get_row(const numeral_index *index, int64_t id,
                                                 void *out, numeral_error *err);

/* Writes a .safetensors file of the index, whole or not at all; a dynamic one may change
 * meanwhile. NUMERAL_ERROR_IO, _MEMORY, _UNSUPPORTED. */
NUMERAL_API numeral_status numeral_index_write(const numeral_index *index,
                                               const char *path, numeral_error *err);
/* Reads such a file into memory and checks it; nothing is built. `registry`, which knows
 * the metric, must outlive the index. NUMERAL_ERROR_IO, _FORMAT, _MEMORY, _UNSUPPORTED.
 */
NUMERAL_API numeral_status numeral_index_read(const char *path,
                                              const numeral_registry *registry,
                                              numeral_index **out, numeral_error *err);
/* The same, but the file is mapped and searched where it lies: programs that map one file
 * share its memory. Nobody may write into the file or cut it while the index lives
 * (numeral_model_map). */
NUMERAL_API numeral_status numeral_index_map(const char *path,
                                             const numeral_registry *registry,
                                             numeral_index **out, numeral_error *err);
/* The bytes of that file in new memory; end with numeral_free. And back: the bytes are
 * copied, `name` is used in messages. */
NUMERAL_API numeral_status numeral_index_encode(const numeral_index *index, void **bytes,
                                                size_t *n_bytes, numeral_error *err);
NUMERAL_API numeral_status numeral_index_decode(const void *bytes, size_t n_bytes,
                                                const char *name,
                                                const numeral_registry *registry,
                                                numeral_index **out, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
