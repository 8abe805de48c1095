/* The k nearest rows in a max-heap (Williams 1964), sorted in place at the end. Rows are
 * compared by (distance, id), so that the order in which they come does not matter. */
#include "index/top.h"

void numeral_top_init(numeral_top *top, size_t k, double radius, numeral_skip skip,
                      double *distances, int64_t *ids)
{
    *top = (numeral_top){k, 0, distances, ids, radius, skip};
}

static bool before(double d1, int64_t id1, double d2, int64_t id2)
{
    return d1 < d2 || (d1 == d2 && id1 < id2);
}

/* Sinks (distance, id) from place `at` in a max-heap of `size`. */
static void sink(numeral_top *top, size_t size, size_t at, double distance, int64_t id)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        if (child + 1 < size && before(top->distances[child], top->ids[child],
                                       top->distances[child + 1], top->ids[child + 1])) {
            child++;
        }
        if (!before(distance, id, top->distances[child], top->ids[child])) {
            break;
        }
        top->distances[at] = top->distances[child];
        top->ids[at] = top->ids[child];
        at = child;
    }
    top->distances[at] = distance;
    top->ids[at] = id;
}

void numeral_top_push(numeral_top *top, double distance, int64_t id)
{
    if (!(distance <= top->radius)) {
        return;
    }
    if (top->size == top->k) {
        if (before(distance, id, top->distances[0], top->ids[0]) &&
            !numeral_skip_has(&top->skip, id)) {
            sink(top, top->k, 0, distance, id);
        }
        return;
    }
    if (numeral_skip_has(&top->skip, id)) {
        return;
    }
    size_t at = top->size++;
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (!before(top->distances[parent], top->ids[parent], distance, id)) {
            break;
        }
        top->distances[at] = top->distances[parent];
        top->ids[at] = top->ids[parent];
        at = parent;
    }
    top->distances[at] = distance;
    top->ids[at] = id;
}

void numeral_top_pad(numeral_top *top)
{
    for (size_t i = top->size; i < top->k; i++) {
        top->distances[i] = INFINITY;
        top->ids[i] = -1;
    }
}

void numeral_top_finish(numeral_top *top)
{
    for (size_t end = top->size; end > 1; end--) {
        double distance = top->distances[end - 1];
        int64_t id = top->ids[end - 1];
        top->distances[end - 1] = top->distances[0];
        top->ids[end - 1] = top->ids[0];
        sink(top, end - 1, 0, distance, id);
    }
    numeral_top_pad(top);
}
