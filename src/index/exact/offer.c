/* Exact distances. A row is offered once, whatever the stages that find it. */
#include <math.h>

#include "index/exact/task.h"

enum { AHEAD = 8 };

double numeral_exact_reach(const numeral_exact_task *t)
{
    return t->exact->related ? numeral_asked_reach(&t->s->asked, t->bound)
                             : sqrt(t->bound);
}

static double distance_at(const numeral_exact_task *t, uint32_t position)
{
    const numeral_exact *e = t->exact;
    if (e->related) {
        return numeral_asked_distance(e, &t->s->asked, position);
    }
    return numeral_row_l2(t->kernels, e->head.dtype,
                          e->rows + (size_t)position * e->stride, t->s->row, e->stride);
}

/* Whether the row was not offered before. */
static bool mark(numeral_exact_scratch *s, uint32_t position)
{
    uint64_t bit = UINT64_C(1) << position % 64;
    if (s->offered[position / 64] & bit) {
        return false;
    }
    s->offered[position / 64] |= bit;
    s->offers[s->n_offers++] = position;
    return true;
}

void numeral_exact_forget_offers(numeral_exact_scratch *s)
{
    for (size_t i = 0; i < s->n_offers; i++) {
        s->offered[s->offers[i] / 64] = 0;
    }
    s->n_offers = 0;
}

void numeral_exact_offer_row(numeral_exact_task *t, uint32_t position)
{
    int64_t id = t->exact->ids[position];
    if (id != t->leave_out && !numeral_skip_has(&t->top.skip, id) &&
        mark(t->s, position)) {
        numeral_top_offer(&t->top, distance_at(t, position), id);
        t->s->work.exact++;
    }
}

void numeral_exact_offer_cluster(numeral_exact_task *t, uint32_t cluster)
{
    for (uint32_t p = t->exact->cluster_rows[cluster];
         p < t->exact->cluster_rows[cluster + 1]; p++) {
        numeral_exact_offer_row(t, p);
    }
}

void numeral_exact_offer_all(numeral_exact_task *t)
{
    t->s->work.plain++;
    for (uint32_t p = 0; p < t->exact->head.n_rows; p++) {
        numeral_exact_offer_row(t, p);
    }
}

static void fetch_row(const numeral_exact *e, uint32_t position)
{
    const uint8_t *row = e->rows + (size_t)position * e->stride;
    for (size_t line = 0; line < e->stride; line += 64) {
        __builtin_prefetch(row + line);
    }
}

void numeral_exact_offer_rows(numeral_exact_task *t, const uint32_t *rows, size_t n)
{
    for (size_t i = 0; i < n && i < AHEAD; i++) {
        fetch_row(t->exact, rows[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            fetch_row(t->exact, rows[i + AHEAD]);
        }
        numeral_exact_offer_row(t, rows[i]);
    }
}
