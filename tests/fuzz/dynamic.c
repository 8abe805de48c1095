/* The dynamic index against brute force over the rows that are there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/dynamic.h>

#include "tests/fuzz/targets.h"

enum { MOST_ROWS = 400, DIMS = 5, K = 4 };

typedef struct list {
    uint8_t values[MOST_ROWS][DIMS];
    int64_t ids[MOST_ROWS];
    size_t n;
    int64_t next;
} list;

static void must(numeral_status status)
{
    if (status != NUMERAL_OK) {
        abort();
    }
}

static numeral_rows rows_of(const void *values, size_t n)
{
    return (numeral_rows){
        .data = values, .dtype = NUMERAL_U8, .n_rows = n, .n_dims = DIMS, .stride = DIMS};
}

static uint32_t distance(const uint8_t *a, const uint8_t *b)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < DIMS; i++) {
        int difference = a[i] - b[i];
        sum += (uint32_t)(difference * difference);
    }
    return sum;
}

/* The nearest of the list by (distance, id), which stand in ids' order. */
static void check_search(const numeral_index *index, const list *l, const uint8_t *query)
{
    int64_t ids[K];
    double distances[K];
    bool used[MOST_ROWS] = {false};
    numeral_rows rows = rows_of(query, 1);
    must(numeral_index_search(
        index, &rows,
        &(numeral_search){.k = K, .radius = INFINITY, .run = {.threads = 1}}, ids,
        distances, NULL));
    for (size_t k = 0; k < K; k++) {
        size_t best = l->n;
        for (size_t i = 0; i < l->n; i++) {
            if (!used[i] && (best == l->n || distance(l->values[i], query) <
                                                 distance(l->values[best], query))) {
                best = i;
            }
        }
        if (best == l->n) {
            assert(ids[k] == -1 && isinf(distances[k]));
            continue;
        }
        used[best] = true;
        assert(ids[k] == l->ids[best]);
        assert(distances[k] == distance(l->values[best], query));
    }
}

static void add(numeral_index *index, list *l, const uint8_t **bytes, size_t *n)
{
    size_t count = 1 + fuzz_take(bytes, n) % 40;
    uint8_t first = (uint8_t)fuzz_take(bytes, n), step = (uint8_t)fuzz_take(bytes, n);
    count = count < MOST_ROWS - l->n ? count : MOST_ROWS - l->n;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < DIMS; j++) {
            first = (uint8_t)(first * 5 + step);
            l->values[l->n + i][j] = first % 16 * 16;
        }
        l->ids[l->n + i] = l->next++;
    }
    numeral_rows rows = rows_of(l->values[l->n], count);
    must(numeral_index_add(index, &rows, NULL, &(numeral_run){.threads = 1}, NULL, NULL));
    l->n += count;
}

static void drop(numeral_index *index, list *l, const uint8_t **bytes, size_t *n)
{
    size_t at = l->n ? fuzz_take(bytes, n) * l->n / 256 : 0;
    size_t count = 1 + fuzz_take(bytes, n) % 30;
    count = count < l->n - at ? count : l->n - at;
    must(numeral_index_remove(index, l->ids + at, count, &(numeral_run){.threads = 1},
                              NULL));
    size_t behind = l->n - at - count;
    memmove(l->ids + at, l->ids + at + count, behind * sizeof *l->ids);
    memmove(l->values[at], l->values[at + count], behind * DIMS);
    l->n -= count;
}

void fuzz_dynamic(const uint8_t *bytes, size_t n)
{
    static const char *const specs[] = {"brute", "exact", "auto"};
    static list l;
    numeral_index *index = NULL;
    l.n = 0;
    l.next = 0;
    must(numeral_index_create_dynamic(NUMERAL_U8, DIMS, specs[fuzz_take(&bytes, &n) % 3],
                                      "l2", NULL, &index, NULL));
    for (int steps = 0; n && steps < 60; steps++) {
        unsigned what = fuzz_take(&bytes, &n);
        uint8_t query[DIMS];
        switch (what % 8) {
        case 0:
            must(numeral_index_compact(index, &(numeral_run){.threads = 1}, NULL));
            break;
        case 1:
        case 2:
            drop(index, &l, &bytes, &n);
            break;
        case 3:
        case 4:
        case 5:
            add(index, &l, &bytes, &n);
            break;
        default:
            for (size_t j = 0; j < DIMS; j++) {
                query[j] = (uint8_t)fuzz_take(&bytes, &n);
            }
            check_search(index, &l, query);
        }
    }
    numeral_index_destroy(index);
}
