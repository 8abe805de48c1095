/* Changing a living index: the next moment is made beside the one in force and takes its
 * place when it is whole, so that a failure changes nothing and no reader waits.
 *
 * When parts are made anew is chosen by counting rows, so that the same calls give the
 * same parts everywhere. */
#include <string.h>

#include "base/fail.h"
#include "index/dynamic/dynamic.h"

enum {
    FOLD_SHARE = 8, /* all is folded when this many times the side area is the base */
    HOLE_SHARE = 4  /* a part is made anew when this many times its holes are its rows */
};

numeral_status numeral_dynamic_refuse(const numeral_index *index, numeral_error *err)
{
    return numeral_fail(
        err, NUMERAL_ERROR_UNSUPPORTED,
        "index %s: its rows stay as they are; numeral_index_create_dynamic "
        "makes one whose rows come and go",
        index->kind->entry.name);
}

/* Rows on their way into a part. */
typedef struct collection {
    uint8_t *memory;
    int64_t *ids;
    numeral_rows rows;
} collection;

static void collect_part(const numeral_dynamic_part *part, collection *c)
{
    const numeral_index *index = part->rows->index;
    for (size_t row = 0; row < part->rows->n; row++) {
        if (!numeral_part_has_tombstone(part, row)) {
            index->kind->get_row(index, row, c->memory + c->rows.n_rows * c->rows.stride);
            c->ids[c->rows.n_rows++] = part->rows->ids[row];
        }
    }
}

static void collect_new(const numeral_rows *rows, const int64_t *ids, int64_t next,
                        collection *c)
{
    for (size_t i = 0; rows && i < rows->n_rows; i++) {
        memcpy(c->memory + c->rows.n_rows * c->rows.stride,
               (const uint8_t *)rows->data + i * rows->stride, c->rows.stride);
        c->ids[c->rows.n_rows++] = ids ? ids[i] : next + (int64_t)i;
    }
}

/* Gathers the rows of parts from `first` on up to `end`, and new ones. The rows lie in
 * c->memory until they are built; c->ids are the part's. */
static numeral_status collect(const numeral_dynamic *living,
                              const numeral_snapshot *moment, size_t first, size_t end,
                              const numeral_rows *rows, const int64_t *ids, collection *c,
                              numeral_error *err)
{
    size_t n = rows ? rows->n_rows : 0;
    size_t stride = living->head.n_dims * numeral_dtype_bytes(living->head.dtype);
    for (size_t i = first; i < end; i++) {
        n += numeral_part_alive(&moment->parts[i]);
    }
    *c = (collection){.memory = numeral_allocate(n, stride, err),
                      .ids = numeral_allocate(n, sizeof *c->ids, err)};
    if (!c->memory || !c->ids) {
        numeral_release(c->memory);
        numeral_release(c->ids);
        return NUMERAL_ERROR_MEMORY;
    }
    c->rows =
        (numeral_rows){c->memory, living->head.dtype, 0, living->head.n_dims, stride};
    for (size_t i = first; i < end; i++) {
        collect_part(&moment->parts[i], c);
    }
    collect_new(rows, ids, moment->next_id, c);
    return NUMERAL_OK;
}

static numeral_status make_part(const numeral_dynamic *living,
                                const numeral_snapshot *moment, size_t first, size_t end,
                                const numeral_rows *rows, const int64_t *ids,
                                const numeral_run *run, numeral_dynamic_part *out,
                                numeral_error *err)
{
    collection c;
    numeral_status status = collect(living, moment, first, end, rows, ids, &c, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_segment *segment = numeral_allocate_zero(1, sizeof *segment, err);
    status = segment ? numeral_index_build(&c.rows, &living->spec, &living->metric, run,
                                           &segment->index, err)
                     : NUMERAL_ERROR_MEMORY;
    numeral_release(c.memory);
    if (status != NUMERAL_OK) {
        numeral_release(c.ids);
        numeral_release(segment);
        return status;
    }
    atomic_init(&segment->holders, 1);
    segment->n = c.rows.n_rows;
    segment->ids = c.ids;
    *out = (numeral_dynamic_part){.rows = segment};
    return NUMERAL_OK;
}

/* The next moment is in force; it is taken over. */
static void turn(numeral_dynamic *living, numeral_snapshot *next)
{
    pthread_mutex_lock(&living->turning);
    numeral_snapshot *old = living->now;
    living->now = next;
    pthread_mutex_unlock(&living->turning);
    numeral_snapshot_release(old);
}

/* The first of the parts that n new rows are joined with; n_parts: none. */
static size_t choose_first(const numeral_snapshot *moment, size_t n)
{
    size_t first = moment->n_parts, size = n, side = moment->n_rows + n;
    while (first > 0 && numeral_part_alive(&moment->parts[first - 1]) < 2 * size) {
        size += numeral_part_alive(&moment->parts[--first]);
    }
    if (first > 0) {
        size_t base = numeral_part_alive(&moment->parts[0]);
        first = (side - base) * FOLD_SHARE > base ? 0 : first;
    }
    return first;
}

static numeral_status check_rows(const numeral_dynamic *living, const numeral_rows *rows,
                                 numeral_error *err)
{
    numeral_status status = numeral_rows_check(rows, "rows", err);
    if (status == NUMERAL_OK && rows->dtype != living->head.dtype) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rows: their type of values is not that of the index");
    }
    if (status == NUMERAL_OK && rows->n_dims != living->head.n_dims) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rows: %zu dimensions, expected %zu", rows->n_dims,
                            living->head.n_dims);
    }
    return status;
}

static numeral_status check_ids(const int64_t *ids, size_t n, int64_t next,
                                numeral_error *err)
{
    if (!ids) {
        return n <= (uint64_t)(INT64_MAX - next)
                   ? NUMERAL_OK
                   : numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "rows: no ids are left");
    }
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < next || ids[i] == INT64_MAX) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "rows: id %lld of row %zu, expected %lld or more",
                                (long long)ids[i], i, (long long)next);
        }
        next = ids[i] + 1;
    }
    return NUMERAL_OK;
}

static numeral_status add_rows(numeral_dynamic *living, const numeral_rows *rows,
                               const int64_t *ids, const numeral_run *run, int64_t *first,
                               numeral_error *err)
{
    const numeral_snapshot *now = living->now;
    numeral_dynamic_part part;
    numeral_status status = check_ids(ids, rows->n_rows, now->next_id, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    size_t join = choose_first(now, rows->n_rows);
    numeral_snapshot *next = numeral_snapshot_copy(now, join, err);
    if (!next) {
        return NUMERAL_ERROR_MEMORY;
    }
    status = make_part(living, now, join, now->n_parts, rows, ids, run, &part, err);
    if (status != NUMERAL_OK) {
        numeral_snapshot_release(next);
        return status;
    }
    numeral_snapshot_append(next, part);
    if (first) {
        *first = ids ? ids[0] : now->next_id;
    }
    next->next_id = part.rows->ids[part.rows->n - 1] + 1;
    turn(living, next);
    return NUMERAL_OK;
}

numeral_status numeral_index_add(numeral_index *index, const numeral_rows *rows,
                                 const int64_t *ids, const numeral_run *run,
                                 int64_t *first, numeral_error *err)
{
    if (index->kind != &numeral_index_dynamic) {
        return numeral_dynamic_refuse(index, err);
    }
    numeral_dynamic *living = (numeral_dynamic *)index;
    numeral_status status = check_rows(living, rows, err);
    if (status != NUMERAL_OK || rows->n_rows == 0) {
        return status;
    }
    pthread_mutex_lock(&living->writing);
    status = add_rows(living, rows, ids, run, first, err);
    pthread_mutex_unlock(&living->writing);
    return status;
}

/* Holes of a part that nobody else has. */
static numeral_tombstones *copy_holes(const numeral_dynamic_part *part,
                                      numeral_error *err)
{
    size_t words = part->rows->n / 64 + 1;
    numeral_tombstones *holes =
        numeral_allocate_zero(1, sizeof *holes + words * sizeof *holes->bits, err);
    if (holes) {
        atomic_init(&holes->holders, 1);
        if (part->holes) {
            memcpy(holes->bits, part->holes->bits, words * sizeof *holes->bits);
        }
    }
    return holes;
}

static numeral_status remove_row(numeral_snapshot *next, int64_t id, bool *copied,
                                 numeral_error *err)
{
    size_t at, row;
    if (!numeral_snapshot_find(next, id, &at, &row)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "row %lld: there is none of that id to remove",
                            (long long)id);
    }
    numeral_dynamic_part *part = &next->parts[at];
    if (!copied[at]) {
        numeral_tombstones *holes = copy_holes(part, err);
        if (!holes) {
            return NUMERAL_ERROR_MEMORY;
        }
        numeral_tombstones_release(part->holes);
        part->holes = holes;
        copied[at] = true;
    }
    part->holes->bits[row / 64] |= UINT64_C(1) << row % 64;
    part->n_tombstones++;
    next->n_rows--;
    return NUMERAL_OK;
}

/* Makes the parts anew that have too many holes; empty ones go. */
static numeral_status reclaim(const numeral_dynamic *living, numeral_snapshot *next,
                              const numeral_run *run, numeral_error *err)
{
    size_t kept = 0, n_parts = next->n_parts;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n_parts; i++) {
        numeral_dynamic_part part = next->parts[i];
        bool anew = part.n_tombstones * HOLE_SHARE > part.rows->n;
        if (anew && numeral_part_alive(&part) && status == NUMERAL_OK) {
            status = make_part(living, next, i, i + 1, NULL, NULL, run, &part, err);
            if (status == NUMERAL_OK) {
                numeral_dynamic_part_release(&next->parts[i]);
            }
        }
        if (numeral_part_alive(&part)) {
            next->parts[kept++] = part;
        } else {
            numeral_dynamic_part_release(&part);
        }
    }
    next->n_parts = kept;
    return status;
}

static numeral_status remove_rows(numeral_dynamic *living, const int64_t *ids, size_t n,
                                  const numeral_run *run, numeral_error *err)
{
    bool copied[NUMERAL_MAX_PARTS] = {false};
    numeral_snapshot *next =
        numeral_snapshot_copy(living->now, living->now->n_parts, err);
    numeral_status status = next ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        status = remove_row(next, ids[i], copied, err);
    }
    if (status == NUMERAL_OK) {
        status = reclaim(living, next, run, err);
    }
    if (status != NUMERAL_OK) {
        numeral_snapshot_release(next);
        return status;
    }
    turn(living, next);
    return NUMERAL_OK;
}

numeral_status numeral_index_remove(numeral_index *index, const int64_t *ids, size_t n,
                                    const numeral_run *run, numeral_error *err)
{
    if (index->kind != &numeral_index_dynamic) {
        return numeral_dynamic_refuse(index, err);
    }
    numeral_dynamic *living = (numeral_dynamic *)index;
    pthread_mutex_lock(&living->writing);
    numeral_status status = n ? remove_rows(living, ids, n, run, err) : NUMERAL_OK;
    pthread_mutex_unlock(&living->writing);
    return status;
}

static numeral_status fold(numeral_dynamic *living, const numeral_run *run,
                           numeral_error *err)
{
    const numeral_snapshot *now = living->now;
    numeral_dynamic_part part;
    if (now->n_parts == 0 || (now->n_parts == 1 && now->parts[0].n_tombstones == 0)) {
        return NUMERAL_OK;
    }
    numeral_snapshot *next = numeral_snapshot_copy(now, 0, err);
    if (!next) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status =
        make_part(living, now, 0, now->n_parts, NULL, NULL, run, &part, err);
    if (status != NUMERAL_OK) {
        numeral_snapshot_release(next);
        return status;
    }
    numeral_snapshot_append(next, part);
    turn(living, next);
    return NUMERAL_OK;
}

numeral_status numeral_index_compact(numeral_index *index, const numeral_run *run,
                                     numeral_error *err)
{
    if (index->kind != &numeral_index_dynamic) {
        return numeral_dynamic_refuse(index, err);
    }
    numeral_dynamic *living = (numeral_dynamic *)index;
    pthread_mutex_lock(&living->writing);
    numeral_status status = fold(living, run, err);
    pthread_mutex_unlock(&living->writing);
    return status;
}
