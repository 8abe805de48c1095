/* Making, saving and loading an index of any kind. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "index/index.h"

/* So that the size of any array of a loaded index can be computed. */
static const size_t MAX_ROWS = SIZE_MAX / 16 / NUMERAL_MAX_DIMS;

static numeral_status parse(const char *text, numeral_kind kind,
                            const numeral_registry *registry, numeral_part *out,
                            numeral_error *err)
{
    numeral_table table = numeral_registry_table(registry, kind);
    return numeral_part_parse(text, strlen(text), &table, 1, out, err);
}

numeral_index numeral_index_make_head(const numeral_index_kind *kind,
                                      const numeral_part *metric, numeral_dtype dtype,
                                      size_t n_rows, size_t n_dims)
{
    numeral_index head = {.kind = kind,
                          .metric = numeral_metric_of(metric->entry),
                          .dtype = dtype,
                          .n_rows = n_rows,
                          .n_dims = n_dims};
    memcpy(head.metric_parameters, metric->values, sizeof head.metric_parameters);
    snprintf(head.description, sizeof head.description, "%s", kind->entry.name);
    return head;
}

numeral_part numeral_index_metric(const numeral_index *head)
{
    numeral_part metric = {.kind = NUMERAL_KIND_METRIC, .entry = &head->metric->entry};
    memcpy(metric.values, head->metric_parameters, sizeof metric.values);
    return metric;
}

numeral_status numeral_index_check_serves(const numeral_index *head, numeral_error *err)
{
    static const char *const names[] = {"u8", "i8", "i16", "f32", "f64"};
    /* what any kind becomes over floats has rows of 16 bits inside */
    numeral_dtype dtype = numeral_dtype_is_real(head->dtype) && !head->kind->reals
                              ? NUMERAL_I16
                              : head->dtype;
    const numeral_metric *metric = head->metric;
    if (metric->fits && !metric->fits(head->metric_parameters, head->n_dims)) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "metric %s: needs %s; rows have %zu dims", metric->entry.name,
                            metric->needs, head->n_dims);
    }
    if (head->kind->serves(head->metric, dtype)) {
        return NUMERAL_OK;
    }
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "index %s: it cannot search %s rows by %s; index brute can",
                        head->kind->entry.name, names[head->dtype],
                        head->metric->entry.name);
}

numeral_status numeral_index_build(const numeral_rows *rows, const numeral_part *spec,
                                   const numeral_part *metric, const numeral_run *run,
                                   numeral_index **out, numeral_error *err)
{
    static const numeral_run standard = {0};
    const numeral_index_kind *kind = numeral_index_kind_of(spec->entry);
    numeral_status status = numeral_rows_check(rows, "rows", err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (rows->n_rows == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rows: there are none, expected at least 1");
    }
    numeral_index head =
        numeral_index_make_head(kind, metric, rows->dtype, rows->n_rows, rows->n_dims);
    status = numeral_index_check_serves(&head, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    return numeral_index_builder(kind, rows->dtype)
        ->build(rows, spec->values, &head, run ? run : &standard, out, err);
}

numeral_status numeral_index_parse(const char *spec, const char *metric,
                                   const numeral_registry *registry,
                                   numeral_part *spec_part, numeral_part *metric_part,
                                   numeral_error *err)
{
    numeral_status status =
        parse(spec ? spec : "auto", NUMERAL_KIND_INDEX, registry, spec_part, err);
    return status == NUMERAL_OK ? parse(metric ? metric : "l2", NUMERAL_KIND_METRIC,
                                        registry, metric_part, err)
                                : status;
}

numeral_status numeral_index_create(const numeral_rows *rows, const char *spec,
                                    const char *metric, const numeral_registry *registry,
                                    const numeral_run *run, numeral_index **out,
                                    numeral_error *err)
{
    numeral_part index_part, metric_part;
    *out = NULL;
    numeral_status status =
        numeral_index_parse(spec, metric, registry, &index_part, &metric_part, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    return numeral_index_build(rows, &index_part, &metric_part, run, out, err);
}

const char *numeral_index_kind_label(const numeral_index *index)
{
    return index->kind->entry.name;
}

numeral_status numeral_index_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err)
{
    return index->kind->save(index, out, err);
}

numeral_status numeral_index_load(const numeral_tensors *tensors, const char *label,
                                  const numeral_part *metric, numeral_dtype dtype,
                                  size_t n_rows, size_t n_dims, numeral_index **out,
                                  numeral_error *err)
{
    const numeral_index_kind *kind = NULL;
    *out = NULL;
    for (size_t i = 0; i < numeral_n_stored_indexes; i++) {
        if (strcmp(numeral_stored_indexes[i]->entry.name, label) == 0) {
            kind = numeral_stored_indexes[i];
        }
    }
    if (!kind) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "index %.40s: not known", label);
    }
    bool whole = dtype == NUMERAL_U8 || dtype == NUMERAL_I8 || dtype == NUMERAL_I16;
    if (!(whole || (kind->reals && numeral_dtype_is_real(dtype))) ||
        (n_rows == 0 && !kind->count) || n_rows > MAX_ROWS || n_dims == 0 ||
        n_dims > NUMERAL_MAX_DIMS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "index %s: %zu rows of %zu dimensions cannot be", label,
                            n_rows, n_dims);
    }
    numeral_index head = numeral_index_make_head(kind, metric, dtype, n_rows, n_dims);
    numeral_status status = numeral_index_check_serves(&head, err);
    return status == NUMERAL_OK ? kind->load(tensors, &head, out, err) : status;
}

numeral_status numeral_index_hold(const numeral_index *index, numeral_index **out,
                                  numeral_error *err)
{
    if (index->kind->branch) {
        return index->kind->branch(index, out, err);
    }
    numeral_index *same = (numeral_index *)(uintptr_t)index; /* only the count changes */
    __atomic_fetch_add(&same->more_holders, 1, __ATOMIC_RELAXED);
    *out = same;
    return NUMERAL_OK;
}

void numeral_index_destroy(numeral_index *index)
{
    if (index && __atomic_fetch_sub(&index->more_holders, 1, __ATOMIC_ACQ_REL) == 0) {
        numeral_bytes file = index->file; /* goes last: the index lies in it */
        index->kind->destroy(index);
        numeral_bytes_free(&file);
    }
}
