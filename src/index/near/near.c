/* The near index: the exact one with its bounds shrunk, so that it may miss a neighbour
 * now and then, about as often as one allows, and is faster for it.
 *
 * Every distance it returns is the true one of that row; only that none nearer was missed
 * is not sure. How far bounds may shrink is found on rows of the index itself when it is
 * built (calibrate.c). Where pruning does not pay it is brute force, as exact is. The
 * recall is that of k neighbours, k being a parameter: each search looks for at least so
 * many, within any distance, and then keeps those asked for, so that fewer neighbours or
 * a radius do not lower it.
 *
 * Tensors: those of the exact index, and index.near f64 [12], the numbers of near.h in
 * their order. */
#include "index/near/near.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "index/index_entries.h"

enum { WISHED, K, CLUSTERS, STRUCTURE, MAX_K = 1000 };

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    return numeral_index_exact.serves(metric, dtype);
}

/* Takes the exact index over. */
static numeral_near *create(const numeral_index *head, numeral_index *exact,
                            numeral_error *err)
{
    numeral_near *near = numeral_allocate_zero(1, sizeof *near, err);
    if (!near) {
        numeral_index_destroy(exact);
        return NULL;
    }
    near->head = *head;
    near->head.bytes = sizeof *near + exact->bytes;
    near->exact = (numeral_exact *)exact;
    return near;
}

static void destroy(numeral_index *index)
{
    numeral_index_destroy(&((numeral_near *)index)->exact->head);
    numeral_release(index);
}

/* Puts the factors in force and fills in the description, when the numbers are there. */
static void apply(numeral_near *near)
{
    const numeral_near_numbers *n = &near->numbers;
    near->exact->shrink = (numeral_exact_shrink){n->clusters, n->first, n->head, n->all};
    numeral_text_format(
        near->head.description, sizeof near->head.description,
        "near (recall@%.0f %.5f, %.5f to %.5f; bounds x %.2f %.2f %.2f %.2f; %zu "
        "clusters)",
        n->k, n->recall, n->low, n->high, n->clusters, n->first, n->head, n->all,
        near->exact->n_clusters);
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    const numeral_index_kind *kind = &numeral_index_exact;
    double values[NUMERAL_MAX_PARAMETERS] = {parameters[CLUSTERS], parameters[STRUCTURE]};
    numeral_index chosen = *head, *inner = NULL;
    chosen.kind = kind;
    numeral_status status = kind->build(rows, values, &chosen, run, &inner, err);
    if (status != NUMERAL_OK || inner->kind != kind) {
        *out = status == NUMERAL_OK ? inner : NULL; /* brute force, and it says why */
        return status;
    }
    numeral_near *near = create(head, inner, err);
    if (!near) {
        return NUMERAL_ERROR_MEMORY;
    }
    near->numbers.wished = parameters[WISHED];
    near->numbers.k = parameters[K];
    status = numeral_near_calibrate(near->exact, &near->numbers, run, err);
    if (status != NUMERAL_OK) {
        destroy(&near->head);
        return status;
    }
    apply(near);
    *out = &near->head;
    return NUMERAL_OK;
}

/* To calibrate few rows would take longer than it saves: they miss no neighbour. */
static numeral_status build_beside(const numeral_rows *rows, const numeral_index *base,
                                   const numeral_run *run, numeral_index **out,
                                   numeral_error *err)
{
    return numeral_index_exact.build_beside(
        rows, &((const numeral_near *)base)->exact->head, run, out, err);
}

static numeral_status save(const numeral_index *index, numeral_tensors *out,
                           numeral_error *err)
{
    const numeral_near *near = (const numeral_near *)index;
    numeral_status status = numeral_index_save(&near->exact->head, out, err);
    return status == NUMERAL_OK
               ? numeral_tensors_add(out, "index.near", NUMERAL_TENSOR_F64,
                                     NEAR_N_NUMBERS, 0, &near->numbers, err)
               : status;
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1; /* false for NaN */
}

static bool is_count(double value)
{
    return value >= 0 && value <= 0x1p53;
}

static bool numbers_right(const numeral_near_numbers *n)
{
    return is_share(n->wished) && is_share(n->recall) && is_share(n->low) &&
           is_share(n->high) && is_share(n->clusters) && is_share(n->first) &&
           is_share(n->head) && is_share(n->all) && is_count(n->hits) &&
           is_count(n->neighbours) && is_count(n->n_measured) && n->k >= 1 &&
           n->k <= MAX_K;
}

static numeral_status load(const numeral_tensors *tensors, const numeral_index *head,
                           numeral_index **out, numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_near_numbers numbers;
    numeral_index inner = *head, *exact = NULL;
    numeral_status status = numeral_tensors_require(
        tensors, "index.near", NUMERAL_TENSOR_F64, NEAR_N_NUMBERS, 0, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    memcpy(&numbers, tensor->data, sizeof numbers);
    if (!numbers_right(&numbers)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "tensor index.near: a value is out of its range");
    }
    inner.kind = &numeral_index_exact;
    status = inner.kind->load(tensors, &inner, &exact, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_near *near = create(head, exact, err);
    if (!near) {
        return NUMERAL_ERROR_MEMORY;
    }
    near->numbers = numbers;
    apply(near);
    *out = &near->head;
    return NUMERAL_OK;
}

/* The first k of `found` neighbours, as far as the radius reaches. */
static void cut(size_t k, double radius, size_t found, const int64_t *from_ids,
                const double *from, int64_t *ids, double *distances)
{
    for (size_t i = 0; i < k; i++) {
        bool within = i < found && from[i] <= radius;
        ids[i] = within ? from_ids[i] : -1;
        distances[i] = within ? from[i] : INFINITY;
    }
}

static numeral_status search(const numeral_index *index, const numeral_rows *queries,
                             const numeral_search *search, int64_t *ids,
                             double *distances, numeral_error *err)
{
    const numeral_near *near = (const numeral_near *)index;
    const numeral_index *exact = &near->exact->head;
    size_t least = (size_t)near->numbers.k, k = search->k < least ? least : search->k;
    if (k == search->k && search->radius == INFINITY && !search->radii) {
        return exact->kind->search(exact, queries, search, ids, distances, err);
    }
    numeral_search wider = *search;
    wider.k = k;
    wider.radius = INFINITY;
    wider.radii = NULL;
    numeral_status status = NUMERAL_ERROR_MEMORY;
    int64_t *found_ids = numeral_allocate(queries->n_rows, k * sizeof *found_ids, err);
    double *found = numeral_allocate(queries->n_rows, k * sizeof *found, err);
    if (found_ids && found) {
        status = exact->kind->search(exact, queries, &wider, found_ids, found, err);
    }
    for (size_t q = 0; status == NUMERAL_OK && q < queries->n_rows; q++) {
        cut(search->k, numeral_search_radius(search, q), k, found_ids + q * k,
            found + q * k, ids + q * search->k, distances + q * search->k);
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
    {"k", NUMERAL_PARAMETER_INTEGER, 1, MAX_K, 10, NULL,
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
    .build_beside = build_beside,
    .search = search,
    .get_row = get_row,
    .save = save,
    .load = load,
    .destroy = destroy,
};
