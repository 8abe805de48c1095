/* A query by a metric that a relation ties to l2. */
#include <math.h>
#include <string.h>

#include "index/exact/task.h"
#include "metric/cosine.h"

/* How far rows can be away in each dimension; the query's sums. */
static void measure(const numeral_exact *exact, numeral_asked *asked)
{
    const numeral_related *related = asked->related;
    double shift = exact->head.dtype == NUMERAL_I8 ? NUMERAL_I8_SHIFT : 0, squared = 0;
    asked->greatest = asked->squares = asked->n_free = asked->sum = asked->n_ink = 0;
    for (size_t j = 0; j < asked->n_dims; j++) {
        double q = asked->query[j], below = q + shift - related->least[j];
        double above = related->widest[j] - below;
        double most = below > above ? below : above;
        asked->most[j] = most;
        asked->greatest = most > asked->greatest ? most : asked->greatest;
        asked->squares += most * most;
        asked->n_free += most > 0;
        asked->sum += fabs(q);
        asked->n_ink += q != 0;
        squared += q * q;
    }
    asked->length = sqrt(squared);
}

void numeral_asked_prepare(const numeral_exact *exact, numeral_exact_scratch *scratch)
{
    numeral_asked *asked = &scratch->asked;
    size_t n = exact->head.n_dims;
    asked->related = exact->related;
    asked->parameters = exact->head.metric_parameters;
    asked->n_dims = n;
    memcpy(asked->row, scratch->row, exact->stride);
    numeral_row_reals(exact->head.dtype, asked->row, n, asked->query);
    measure(exact, asked);
    asked->error = 0;
    if (asked->related->relation->derive) {
        asked->error = numeral_related_derive(asked->related, exact->head.dtype, n,
                                              asked->query, asked->derived, asked->other);
        numeral_row_store(exact->head.dtype, asked->other, n, exact->stride,
                          scratch->row);
    }
}

/* a·b from |a - b|², which the shift of i8 rows leaves as it is; all exact. */
static double cosine_at(const numeral_exact *exact, const numeral_asked *asked,
                        const uint8_t *row, uint32_t position)
{
    double length = asked->related->lengths[position];
    double apart = numeral_row_l2(numeral_exact_kernels_get(), exact->head.dtype, row,
                                  asked->row, exact->stride);
    double norms = round(length * length) + round(asked->length * asked->length);
    return numeral_cosine((norms - apart) / 2, asked->length, length);
}

double numeral_asked_distance(const numeral_exact *exact, const numeral_asked *asked,
                              uint32_t position)
{
    const uint8_t *row = exact->rows + (size_t)position * exact->stride;
    uint32_t count;
    switch (exact->head.metric->family) {
    case NUMERAL_METRIC_L1:
    case NUMERAL_METRIC_LINF:
    case NUMERAL_METRIC_HAMMING:
        numeral_row_count(numeral_kernels_get(), exact->head.metric->family,
                          exact->head.dtype, asked->row, row, exact->stride, 1,
                          asked->n_dims, &count);
        return count;
    case NUMERAL_METRIC_COSINE:
        return cosine_at(exact, asked, row, position);
    default:
        numeral_row_reals(exact->head.dtype, row, asked->n_dims, asked->other);
        return exact->head.metric->distance(asked->parameters, asked->query, asked->other,
                                            asked->n_dims);
    }
}

double numeral_asked_reach(const numeral_asked *asked, double bound)
{
    const numeral_related *related = asked->related;
    double reach = related->relation->reach(asked, bound);
    if (related->relation->derive) {
        return reach * related->numbers.scale + related->numbers.error + asked->error;
    }
    return fmin(reach, sqrt(asked->squares));
}
