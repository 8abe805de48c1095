/* The index of float rows: building it, and asking for a row.
 *
 * Rows of whole numbers that fit in 8 or 16 bits become such rows, and every distance is
 * exact. Others are rounded to 16 bits by one scale around the columns' means; how far
 * that moves the farthest row bounds every distance from below (floats_search.c). By
 * metrics without such a bound each row is looked at. */
#include "index/floats/floats.h"

#include <string.h>

#include "base/fail.h"
#include "index/floats/real.h"
#include "index/index_entries.h"

/* The smallest type of whole numbers that holds all values, or that of the rows. */
static numeral_dtype find_whole(const numeral_rows *rows)
{
    int least = 0, greatest = 0;
    for (size_t i = 0; i < rows->n_rows; i++) {
        if (!numeral_real_whole(rows->dtype, numeral_rows_at(rows, i), rows->n_dims,
                                &least, &greatest)) {
            return rows->dtype;
        }
    }
    return least >= 0 && greatest <= 255      ? NUMERAL_U8
           : least >= -128 && greatest <= 127 ? NUMERAL_I8
                                              : NUMERAL_I16;
}

/* The columns' means, and the largest distance of a value from its column's. */
static double find_middle(const numeral_rows *rows, double *centre, double *values)
{
    double largest = 0;
    for (size_t i = 0; i < rows->n_rows; i++) {
        numeral_real_widen(rows->dtype, numeral_rows_at(rows, i), rows->n_dims, values);
        for (size_t j = 0; j < rows->n_dims; j++) {
            centre[j] += values[j] / (double)rows->n_rows; /* no sum overflows */
        }
    }
    for (size_t i = 0; i < rows->n_rows; i++) {
        numeral_real_widen(rows->dtype, numeral_rows_at(rows, i), rows->n_dims, values);
        for (size_t j = 0; j < rows->n_dims; j++) {
            double size = fabs(values[j] - centre[j]);
            largest = size > largest ? size : largest;
        }
    }
    return largest;
}

/* Builds the inner index over the rows in the type `as`. */
static numeral_status build_inner(numeral_floats *floats, const numeral_index_kind *kind,
                                  const double *parameters, const numeral_rows *rows,
                                  numeral_dtype as, const numeral_run *run,
                                  numeral_error *err)
{
    size_t stride = rows->n_dims * numeral_dtype_bytes(as);
    numeral_index head = floats->head;
    uint8_t *memory;
    numeral_status status;
    head.kind = kind;
    head.dtype = as;
    TRY_ALLOC(memory = numeral_allocate(rows->n_rows, stride, err));
    for (size_t i = 0; i < rows->n_rows; i++) {
        const void *row = numeral_rows_at(rows, i);
        void *out = memory + i * stride;
        if (floats->mode == NUMERAL_FLOATS_WHOLE) {
            numeral_real_as_whole(rows->dtype, row, rows->n_dims, as, out);
            continue;
        }
        double error = numeral_real_scale(rows->dtype, row, rows->n_dims, floats->centre,
                                          floats->scale, as, head.metric->family, out);
        floats->error = error > floats->error ? error : floats->error;
    }
    numeral_rows whole = {memory, as, rows->n_rows, rows->n_dims, stride};
    status = numeral_index_check_serves(&head, err);
    status = status == NUMERAL_OK
                 ? kind->build(&whole, parameters, &head, run, &floats->inner, err)
                 : status;
done:
    numeral_release(memory);
    return status;
}

static numeral_status copy_rows(numeral_floats *floats, const numeral_rows *rows,
                                numeral_error *err)
{
    size_t bytes = rows->n_dims * numeral_dtype_bytes(rows->dtype);
    uint8_t *copy = numeral_allocate(rows->n_rows, bytes, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < rows->n_rows; i++) {
        memcpy(copy + i * bytes, numeral_rows_at(rows, i), bytes);
    }
    floats->own[0] = copy;
    floats->rows = copy;
    return NUMERAL_OK;
}

/* Chooses a scale; false where numbers are too small to have one. */
static numeral_status choose_scale(numeral_floats *floats, const numeral_rows *rows,
                                   bool *found, numeral_error *err)
{
    double *centre = numeral_allocate_zero(2 * rows->n_dims, sizeof *centre, err);
    if (!centre) {
        return NUMERAL_ERROR_MEMORY;
    }
    double largest = find_middle(rows, centre, centre + rows->n_dims);
    floats->own[1] = centre;
    floats->centre = centre;
    floats->scale = largest > 0 ? largest / INT16_MAX : 1;
    *found = floats->scale > 0x1p-900 && floats->scale < 0x1p900;
    return NUMERAL_OK;
}

/* `head` has the kind that the inner index is to be of. */
static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    bool scaled = false;
    numeral_dtype as = find_whole(rows);
    numeral_status status;
    numeral_floats *floats = numeral_floats_create(head, err);
    if (!floats) {
        return NUMERAL_ERROR_MEMORY;
    }
    floats->head.kind = &numeral_index_floats;
    if (as != rows->dtype) {
        floats->mode = NUMERAL_FLOATS_WHOLE;
        TRY(build_inner(floats, head->kind, parameters, rows, as, run, err));
    } else {
        TRY(copy_rows(floats, rows, err));
        if (numeral_floats_bounds(head->metric)) {
            TRY(choose_scale(floats, rows, &scaled, err));
        }
        floats->mode = scaled ? NUMERAL_FLOATS_SCALED : NUMERAL_FLOATS_PLAIN;
        if (scaled) {
            TRY(build_inner(floats, head->kind, parameters, rows, NUMERAL_I16, run, err));
        }
    }
    numeral_floats_finish(floats);
    *out = &floats->head;
    floats = NULL;
done:
    numeral_floats_destroy(floats ? &floats->head : NULL);
    return status;
}

/* Few rows have a scale of their own, and need no structure. */
static numeral_status build_beside(const numeral_rows *rows, const numeral_index *base,
                                   const numeral_run *run, numeral_index **out,
                                   numeral_error *err)
{
    const numeral_index_kind *kind = &numeral_index_brute;
    numeral_part part = numeral_part_default(NUMERAL_KIND_INDEX, &kind->entry);
    numeral_part metric = numeral_index_metric(base);
    numeral_index head =
        numeral_index_make_head(kind, &metric, rows->dtype, rows->n_rows, rows->n_dims);
    return build(rows, part.values, &head, run, out, err);
}

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    (void)metric;
    return numeral_dtype_is_real(dtype);
}

static void get_row(const numeral_index *index, size_t id, void *out)
{
    const numeral_floats *floats = (const numeral_floats *)index;
    size_t n_dims = index->n_dims;
    if (floats->rows) {
        memcpy(out, numeral_floats_row(floats, id),
               n_dims * numeral_dtype_bytes(index->dtype));
        return;
    }
    int16_t whole[NUMERAL_MAX_DIMS];
    double values[NUMERAL_MAX_DIMS];
    floats->inner->kind->get_row(floats->inner, id, whole);
    for (size_t j = 0; j < n_dims; j++) {
        numeral_dtype as = floats->inner->dtype;
        values[j] = as == NUMERAL_I16  ? whole[j]
                    : as == NUMERAL_I8 ? ((const int8_t *)whole)[j]
                                       : ((const uint8_t *)whole)[j];
    }
    numeral_real_narrow(index->dtype, values, n_dims, out);
}

const numeral_index_kind numeral_index_floats = {
    .entry = {.name = "floats",
              .help = "rows of float32 or float64, by an index of whole numbers"},
    .reals = true,
    .serves = serves,
    .build = build,
    .build_beside = build_beside,
    .search = numeral_floats_search,
    .get_row = get_row,
    .save = numeral_floats_save,
    .load = numeral_floats_load,
    .destroy = numeral_floats_destroy,
};
