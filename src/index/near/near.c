/* The near index: the exact one with its bounds shrunk, so that it may miss a neighbour
 * now and then, about as often as one allows, and is faster for it.
 *
 * Every distance it returns is the true one of that row; only that none nearer was missed
 * is not sure. How far bounds may shrink is found on rows of the index itself when it is
 * built (near_calibrate.c). Where pruning does not pay it is brute force, as exact is.
 * The recall is that of k neighbours, k being a parameter: each search looks for at least
 * so many, within any distance, and then keeps those asked for, so that fewer neighbours
 * or a radius do not lower it. */
#include "index/near/near.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "index/index_entries.h"

enum { WISHED, K, CLUSTERS, STRUCTURE };

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    return numeral_index_exact.serves(metric, dtype);
}

numeral_status numeral_near_create(const numeral_index *head, numeral_exact *exact,
                                   numeral_near **out, numeral_error *err)
{
    numeral_near *near = numeral_allocate_zero(1, sizeof *near, err);
    if (!near) {
        return NUMERAL_ERROR_MEMORY;
    }
    near->head = *head;
    near->head.bytes = sizeof *near + exact->head.bytes;
    near->exact = exact;
    *out = near;
    return NUMERAL_OK;
}

void numeral_near_destroy(numeral_index *index)
{
    numeral_near *near = (numeral_near *)index;
    if (near) {
        numeral_exact_destroy(&near->exact->head);
        numeral_release(near);
    }
}

void numeral_near_apply(numeral_near *near)
{
    const numeral_near_numbers *n = &near->numbers;
    near->exact->shrink = (numeral_exact_shrink){n->clusters, n->first, n->head, n->all};
    snprintf(near->head.description, sizeof near->head.description,
             "near (recall@%.0f %.5f, %.5f to %.5f; bounds x %.2f %.2f %.2f %.2f; %zu "
             "clusters)",
             n->k, n->recall, n->low, n->high, n->clusters, n->first, n->head, n->all,
             near->exact->n_clusters);
}

static numeral_status calibrate(numeral_near *near, const numeral_run *run,
                                numeral_error *err)
{
    numeral_status status = numeral_near_calibrate(near->exact, &near->numbers, run, err);
    if (status == NUMERAL_OK) {
        numeral_near_apply(near);
    }
    return status;
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    const numeral_index_kind *kind = &numeral_index_exact;
    double values[NUMERAL_MAX_PARAMETERS] = {parameters[CLUSTERS], parameters[STRUCTURE]};
    numeral_index chosen = *head, *inner = NULL;
    numeral_near *near = NULL;
    chosen.kind = kind;
    numeral_status status = kind->build(rows, values, &chosen, run, &inner, err);
    if (status != NUMERAL_OK || inner->kind != kind) {
        *out = status == NUMERAL_OK ? inner : NULL; /* brute force, and it says why */
        return status;
    }
    status = numeral_near_create(head, (numeral_exact *)inner, &near, err);
    if (status != NUMERAL_OK) {
        kind->destroy(inner);
        return status;
    }
    near->numbers.wished = parameters[WISHED];
    near->numbers.k = parameters[K];
    status = calibrate(near, run, err);
    if (status != NUMERAL_OK) {
        numeral_near_destroy(&near->head);
        return status;
    }
    *out = &near->head;
    return NUMERAL_OK;
}

/* The first k of `found` neighbours, as far as the radius reaches. */
static void keep(const numeral_search *search, size_t found, const int64_t *from_ids,
                 const double *from, int64_t *ids, double *distances)
{
    for (size_t i = 0; i < search->k; i++) {
        bool near = i < found && from[i] <= search->radius;
        ids[i] = near ? from_ids[i] : -1;
        distances[i] = near ? from[i] : INFINITY;
    }
}

static numeral_status search(const numeral_index *index, const numeral_rows *queries,
                             const numeral_search *search, int64_t *ids,
                             double *distances, numeral_error *err)
{
    const numeral_near *near = (const numeral_near *)index;
    const numeral_index *exact = &near->exact->head;
    size_t least = (size_t)near->numbers.k, k = search->k < least ? least : search->k;
    if (k == search->k && search->radius == INFINITY) {
        return numeral_exact_search(exact, queries, search, ids, distances, err);
    }
    numeral_search wider = *search;
    wider.k = k;
    wider.radius = INFINITY;
    numeral_status status = NUMERAL_ERROR_MEMORY;
    int64_t *found_ids = numeral_allocate(queries->n_rows, k * sizeof *found_ids, err);
    double *found = numeral_allocate(queries->n_rows, k * sizeof *found, err);
    if (found_ids && found) {
        status = numeral_exact_search(exact, queries, &wider, found_ids, found, err);
    }
    for (size_t q = 0; status == NUMERAL_OK && q < queries->n_rows; q++) {
        keep(search, k, found_ids + q * k, found + q * k, ids + q * search->k,
             distances + q * search->k);
    }
    numeral_release(found_ids);
    numeral_release(found);
    return status;
}

static void get_row(const numeral_index *index, size_t id, void *out)
{
    numeral_index_exact.get_row(&((const numeral_near *)index)->exact->head, id, out);
}

static const char *const structures[] = {"auto", "always", NULL};
static const numeral_parameter parameters[] = {
    {"recall", NUMERAL_PARAMETER_REAL, 0.5, 1, 0.999, NULL,
     "share of the neighbours to be found, measured on rows of the index"},
    {"k", NUMERAL_PARAMETER_INTEGER, 1, 1000, 10, NULL,
     "how many neighbours the recall is that of; of fewer it is not lower"},
    {"clusters", NUMERAL_PARAMETER_INTEGER, 0, EXACT_MAX_CLUSTERS, 0, NULL,
     "how many clusters the rows are grouped in; 0: by their number"},
    {"structure", NUMERAL_PARAMETER_CHOICE, 0, 1, 0, structures,
     "always prunes; auto takes brute force where that is faster"},
};

const numeral_index_kind numeral_index_near = {
    .entry = {.name = "near",
              .help = "exact with shrunk bounds: may miss neighbours, as rarely as told",
              .source = "bisector bounds: Hwang et al. 2012; intervals: Wilson 1927",
              .parameters = parameters,
              .n_parameters = 4},
    .serves = serves,
    .build = build,
    .search = search,
    .get_row = get_row,
    .save = numeral_near_save,
    .load = numeral_near_load,
    .destroy = numeral_near_destroy,
};
