/* Nineteen of twenty candidates are pieces, most of them of components that are digits as
 * they are. */
#include "page/leave_out.h"

#include <string.h>

#include "base/memory.h"

/* The chance that a component is one digit, and rightly read, from which on no piece of
 * it is read. Of the 126,674 candidates of 120 synthetic pages of training digits, 80 of
 * them of touching ones, 40 % are left out by it, none of which lay on a best path (at
 * 0.99: 64 % and 8). */
static const double SURE = 0.998;

/* Whether a candidate has a piece of a member that is sure. */
static bool cuts_what_is_sure(const numeral_candidate *c, const numeral_cuts *cuts,
                              const uint8_t *sure)
{
    const numeral_border *first = &cuts->borders[c->first];
    const numeral_border *last = &cuts->borders[c->last];
    bool of_first = first->path || (last->path && last->member == first->member);
    return (of_first && sure[first->member]) || (last->path && sure[last->member]);
}

/* Marks the members that are. */
static void find_sure(const numeral_cuts *cuts, const numeral_candidates *all,
                      const numeral_reading_of *readings, uint8_t *sure)
{
    for (size_t i = 0; i < all->n; i++) {
        const numeral_candidate *c = &all->items[i];
        const numeral_border *first = &cuts->borders[c->first];
        bool alone = cuts->borders[c->last].member == first->member + 1;
        if (alone && !numeral_candidate_is_cut(c, cuts)) {
            sure[first->member] = readings[i].whole * readings[i].confidence >= SURE;
        }
    }
}

numeral_status numeral_candidates_leave_out(const numeral_cuts *cuts,
                                            const numeral_page_lines *lines, size_t bytes,
                                            numeral_candidates *all,
                                            numeral_reading_of *readings,
                                            numeral_error *err)
{
    size_t n = 0;
    uint8_t *sure = numeral_allocate_zero(lines->starts[lines->n] + 1, 1, err);
    if (!sure) {
        return NUMERAL_ERROR_MEMORY;
    }
    find_sure(cuts, all, readings, sure);
    for (size_t i = 0; i < all->n; i++) {
        if (cuts_what_is_sure(&all->items[i], cuts, sure)) {
            continue;
        }
        if (n < i) {
            all->items[n] = all->items[i];
            readings[n] = readings[i];
            memcpy(all->images + n * bytes, all->images + i * bytes, bytes);
        }
        n++;
    }
    all->n = n;
    numeral_release(sure);
    return NUMERAL_OK;
}
