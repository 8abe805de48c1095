/* An order in which near points lie near each other: halves along a long axis, and halves
 * of these (as in a k-d tree, Bentley 1975, with the axis through two far points). It
 * makes groups of a cluster's rows compact and neighbouring clusters lie side by side.
 * Integers only. */
#include <string.h>

#include "index/exact/exact.h"

typedef struct ordering {
    const int16_t *points;
    size_t dims, unit;
    uint32_t *order; /* of points */
    int64_t *keys;   /* place along the axis, then number: no two are equal */
} ordering;

static int32_t distance(const int16_t *a, const int16_t *b, size_t dims)
{
    int32_t sum = 0;
    for (size_t j = 0; j < dims; j++) {
        int32_t d = a[j] - b[j];
        sum += d * d; /* norms are at most EXACT_FINE_NORM or EXACT_CENTROID_NORM */
    }
    return sum;
}

static const int16_t *farthest(const ordering *o, size_t first, size_t n,
                               const int16_t *from)
{
    const int16_t *best = from;
    int32_t most = -1;
    for (size_t i = first; i < first + n; i++) {
        const int16_t *point = o->points + o->order[i] * o->dims;
        int32_t d = distance(point, from, o->dims);
        if (d > most) {
            most = d;
            best = point;
        }
    }
    return best;
}

/* Twice the place along the axis from a to b, but for a constant: |x-a|² - |x-b|². */
static void find_keys(const ordering *o, size_t first, size_t n)
{
    const int16_t *start = o->points + o->order[first] * o->dims;
    const int16_t *a = farthest(o, first, n, start), *b = farthest(o, first, n, a);
    for (size_t i = first; i < first + n; i++) {
        const int16_t *x = o->points + o->order[i] * o->dims;
        int64_t place = (int64_t)distance(x, a, o->dims) - distance(x, b, o->dims);
        o->keys[i] = place * ((int64_t)1 << 32) + o->order[i];
    }
}

/* Puts the m least of n keys first (Hoare's selection). */
static void select_least(int64_t *keys, size_t n, size_t m)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, wanted = (ptrdiff_t)m - 1;
    while (low < high) {
        int64_t pivot = keys[low + (high - low) / 2];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (keys[i] < pivot) {
                i++;
            }
            while (keys[j] > pivot) {
                j--;
            }
            if (i <= j) {
                int64_t swap = keys[i];
                keys[i++] = keys[j];
                keys[j--] = swap;
            }
        }
        if (wanted <= j) {
            high = j;
        } else if (wanted >= i) {
            low = i;
        } else {
            break;
        }
    }
}

static void halve(const ordering *o, size_t first, size_t n)
{
    while (n > o->unit) {
        size_t units = (n + o->unit - 1) / o->unit, left = units / 2 * o->unit;
        find_keys(o, first, n);
        select_least(o->keys + first, n, left);
        for (size_t i = first; i < first + n; i++) {
            o->order[i] = (uint32_t)(o->keys[i] & UINT32_MAX);
        }
        halve(o, first, left); /* as deep as the number of units has bits */
        first += left;
        n -= left;
    }
}

void numeral_exact_order(const int16_t *points, size_t dims, size_t unit, size_t n,
                         uint32_t *order, int64_t *keys)
{
    ordering o = {points, dims, unit, order, keys};
    halve(&o, 0, n);
}
