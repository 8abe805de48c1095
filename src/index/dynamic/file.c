/* A dynamic index as tensors, and back: its segments as they are, so that loading builds
 * nothing and answers are the same as before.
 *
 * Tensors: index.spec u8, the text of the kind that new segments are of; index.next_id
 * i64 [1]; and of each segment I, from 0 on: segment.I.kind u8, the name of its kind;
 * segment.I.ids i64 [n], ascending; segment.I.tombstones u64 [n / 64 + 1], a bit for each
 * row, where there are any; segment.I.index.*, what its kind stores. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "index/dynamic/dynamic.h"

enum { MAX_TEXT = 128, PREFIX_BYTES = 32 };

static void write_prefix(size_t segment, char out[PREFIX_BYTES])
{
    snprintf(out, PREFIX_BYTES, "segment.%zu.", segment);
}

static numeral_status add_text(numeral_tensors *out, const char *name, const char *text,
                               numeral_error *err)
{
    return numeral_tensors_add(out, name, NUMERAL_TENSOR_U8, strlen(text), 0, text, err);
}

static numeral_status save_segment(const numeral_segment *segment, const char *prefix,
                                   numeral_tensors *out, numeral_error *err)
{
    const numeral_segment_rows *rows = segment->rows;
    numeral_status status;
    numeral_tensors *own = numeral_allocate_zero(1, sizeof *own, err);
    if (!own) {
        return NUMERAL_ERROR_MEMORY;
    }
    TRY(add_text(own, "kind", numeral_index_kind_label(rows->index), err));
    TRY(numeral_tensors_add(own, "ids", NUMERAL_TENSOR_I64, rows->n, 0, rows->ids, err));
    if (segment->n_tombstones) {
        TRY(numeral_tensors_add(own, "tombstones", NUMERAL_TENSOR_U64, rows->n / 64 + 1,
                                0, segment->tombstones->bits, err));
    }
    TRY(numeral_index_save(rows->index, own, err));
    TRY(numeral_tensors_append(out, prefix, own, err));
done:
    numeral_release(own);
    return status;
}

numeral_status numeral_dynamic_save(const numeral_index *index, numeral_tensors *out,
                                    numeral_error *err)
{
    const numeral_dynamic *dynamic = (const numeral_dynamic *)index;
    const numeral_snapshot *now = dynamic->now;
    numeral_status status;
    TRY(add_text(out, "index.spec", dynamic->spec_text, err));
    TRY(numeral_tensors_add(out, "index.next_id", NUMERAL_TENSOR_I64, 1, 0, &now->next_id,
                            err));
    for (size_t i = 0; i < now->n_segments; i++) {
        char prefix[PREFIX_BYTES];
        write_prefix(i, prefix);
        TRY(save_segment(&now->segments[i], prefix, out, err));
    }
done:
    return status;
}

static numeral_status read_text(const numeral_tensors *tensors, const char *name,
                                char out[MAX_TEXT], numeral_error *err)
{
    const numeral_tensor *tensor;
    numeral_status status = numeral_tensors_require(tensors, name, NUMERAL_TENSOR_U8,
                                                    SIZE_MAX, 0, &tensor, err);
    if (status == NUMERAL_OK) {
        snprintf(out, MAX_TEXT, "%.*s",
                 (int)(tensor->shape[0] < MAX_TEXT ? tensor->shape[0] : MAX_TEXT),
                 (const char *)tensor->data);
    }
    return status;
}

/* Ids ascend, also from one segment to the next, and none is given again. */
static numeral_status read_ids(const numeral_tensor *tensor,
                               const numeral_snapshot *before, int64_t *out,
                               numeral_error *err)
{
    const int64_t *ids = tensor->data;
    int64_t least = 0;
    if (before->n_segments) {
        const numeral_segment_rows *last = before->segments[before->n_segments - 1].rows;
        least = last->ids[last->n - 1] + 1;
    }
    for (size_t i = 0; i < tensor->shape[0]; i++) {
        if (ids[i] < least || ids[i] >= before->next_id) {
            return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "tensor ids: %" PRId64 " in place %zu, expected %" PRId64
                                " to %" PRId64,
                                ids[i], i, least, before->next_id - 1);
        }
        least = ids[i] + 1;
        out[i] = ids[i];
    }
    return NUMERAL_OK;
}

/* Some rows are marked, not all, and none behind the last. */
static numeral_status read_tombstones(const numeral_tensors *tensors,
                                      numeral_segment *segment, numeral_error *err)
{
    const numeral_tensor *tensor = numeral_tensors_find(tensors, "tombstones");
    size_t n = segment->rows->n, words = n / 64 + 1;
    if (!tensor) {
        return NUMERAL_OK;
    }
    numeral_status status = numeral_tensors_require(
        tensors, "tombstones", NUMERAL_TENSOR_U64, words, 0, &tensor, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    segment->tombstones = numeral_tombstones_copy(segment, err);
    if (!segment->tombstones) {
        return NUMERAL_ERROR_MEMORY;
    }
    memcpy(segment->tombstones->bits, tensor->data, words * sizeof(uint64_t));
    for (size_t i = 0; i < words; i++) {
        segment->n_tombstones +=
            (size_t)__builtin_popcountll(segment->tombstones->bits[i]);
    }
    return segment->tombstones->bits[n / 64] >> n % 64 || !segment->n_tombstones ||
                   segment->n_tombstones >= n
               ? numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "tensor tombstones: %zu of %zu rows are marked, or one "
                              "that there is not",
                              segment->n_tombstones, n)
               : NUMERAL_OK;
}

/* Appends the segment that the tensors hold. */
static numeral_status load_segment(const numeral_tensors *tensors,
                                   const numeral_index *head, const numeral_part *metric,
                                   numeral_snapshot *snapshot, numeral_error *err)
{
    char label[MAX_TEXT];
    const numeral_tensor *ids;
    numeral_segment segment = {0};
    numeral_status status;
    TRY(read_text(tensors, "kind", label, err));
    if (strcmp(label, head->kind->entry.name) == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "a segment cannot have segments");
    }
    TRY(numeral_tensors_require(tensors, "ids", NUMERAL_TENSOR_I64, SIZE_MAX, 0, &ids,
                                err));
    segment.rows = numeral_segment_rows_create(ids->shape[0], err);
    if (!segment.rows) {
        return NUMERAL_ERROR_MEMORY;
    }
    TRY(read_ids(ids, snapshot, segment.rows->ids, err));
    TRY(numeral_index_load(tensors, label, metric, head->dtype, segment.rows->n,
                           head->n_dims, &segment.rows->index, err));
    TRY(read_tombstones(tensors, &segment, err));
    /* Only whole segments are listed, so that the next one's ids have a bound. */
    numeral_snapshot_append(snapshot, segment);
    segment = (numeral_segment){0};
done:
    numeral_segment_release(&segment);
    return status;
}

/* Loads segments until there is none of the next number. */
static numeral_status load_segments(const numeral_tensors *tensors,
                                    const numeral_index *head, const numeral_part *metric,
                                    numeral_snapshot *snapshot, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_tensors *own = numeral_allocate_zero(1, sizeof *own, err);
    if (!own) {
        return NUMERAL_ERROR_MEMORY;
    }
    while (snapshot->n_segments < NUMERAL_MAX_SEGMENTS) {
        char prefix[PREFIX_BYTES];
        write_prefix(snapshot->n_segments, prefix);
        numeral_tensors_select(tensors, prefix, own);
        if (!own->n_tensors) {
            break;
        }
        status = load_segment(own, head, metric, snapshot, err);
        if (status != NUMERAL_OK) {
            prefix[strlen(prefix) - 1] = '\0';
            numeral_fail_prefix(err, prefix);
            break;
        }
    }
    numeral_release(own);
    return status;
}

numeral_status numeral_dynamic_load(const numeral_tensors *tensors,
                                    const numeral_index *head, numeral_index **out,
                                    numeral_error *err)
{
    const numeral_table kinds = {NUMERAL_KIND_INDEX, numeral_indexes, numeral_n_indexes};
    const numeral_part metric = numeral_index_metric(head);
    const numeral_tensor *next_id;
    char text[MAX_TEXT];
    numeral_part spec;
    numeral_status status;
    numeral_snapshot *snapshot = numeral_snapshot_create(err);
    if (!snapshot) {
        return NUMERAL_ERROR_MEMORY;
    }
    TRY(read_text(tensors, "index.spec", text, err));
    if (numeral_part_parse(text, strlen(text), &kinds, 1, &spec, NULL) != NUMERAL_OK) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "tensor index.spec: '%.40s' is no kind of index", text));
    }
    TRY(numeral_tensors_require(tensors, "index.next_id", NUMERAL_TENSOR_I64, 1, 0,
                                &next_id, err));
    snapshot->next_id = *(const int64_t *)next_id->data; /* bounds the segments' ids */
    TRY(load_segments(tensors, head, &metric, snapshot, err));
    if (snapshot->n_rows != head->n_rows || snapshot->next_id < 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "index dynamic: %zu rows and the next id %" PRId64
                         ", expected %zu rows",
                         snapshot->n_rows, snapshot->next_id, head->n_rows));
    }
    TRY(numeral_dynamic_create(head, &spec, snapshot, out, err));
    snapshot = NULL;
done:
    numeral_snapshot_release(snapshot);
    return status;
}
