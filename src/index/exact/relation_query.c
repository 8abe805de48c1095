/* A query by a metric that a relation ties to l2. */
#include <math.h>
#include <string.h>

#include "index/exact/task.h"
#include "metric/cosine.h"

static void to_reals(const numeral_exact *exact, const uint8_t *stored, double *out)
{
    size_t n = exact->head.n_dims;
    if (exact->head.dtype == NUMERAL_I16) {
        const int16_t *wide = (const int16_t *)(const void *)stored;
        for (size_t j = 0; j < n; j++) {
            out[j] = wide[j];
        }
        return;
    }
    int shift = exact->head.dtype == NUMERAL_I8 ? 128 : 0;
    for (size_t j = 0; j < n; j++) {
        out[j] = stored[j] - shift;
    }
}

/* How far rows can be away in each dimension; the query's sums. */
static void measure(const numeral_exact *exact, numeral_asked *asked)
{
    const numeral_related *related = asked->related;
    double shift = exact->head.dtype == NUMERAL_I8 ? 128 : 0, squared = 0;
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
    asked->kernels = numeral_kernels_get();
    asked->parameters = exact->head.metric_parameters;
    asked->n_dims = n;
    memcpy(asked->row, scratch->row, exact->stride);
    to_reals(exact, asked->row, asked->query);
    measure(exact, asked);
    asked->error = 0;
    if (asked->related->relation->derive) {
        asked->error = numeral_related_derive(asked->related, exact->head.dtype, n,
                                              asked->query, asked->derived, asked->other);
        numeral_exact_store(exact->head.dtype, asked->other, n, exact->stride,
                            scratch->row);
    }
}

/* a·b from |a - b|², which the shift of i8 rows leaves as it is; all exact. */
static double cosine_at(const numeral_exact *exact, const numeral_asked *asked,
                        const uint8_t *row, uint32_t position)
{
    const numeral_exact_kernels *kernels = numeral_exact_kernels_get();
    double length = asked->related->lengths[position];
    double apart =
        exact->head.dtype == NUMERAL_I16
            ? (double)kernels->l2_i16((const void *)row, (const void *)asked->row,
                                      exact->stride / 2)
            : kernels->l2_u8(row, asked->row, exact->stride);
    double norms = round(length * length) + round(asked->length * asked->length);
    return numeral_cosine((norms - apart) / 2, asked->length, length);
}

static double count_at(const numeral_exact *exact, const numeral_asked *asked,
                       const uint8_t *row)
{
    const numeral_kernels *k = asked->kernels;
    numeral_metric_family family = exact->head.metric->family;
    size_t stride = exact->stride, n = asked->n_dims;
    uint32_t out = 0;
    if (exact->head.dtype == NUMERAL_I16) {
        (family == NUMERAL_METRIC_L1     ? k->l1_i16
         : family == NUMERAL_METRIC_LINF ? k->linf_i16
                                         : k->hamming_i16)(
            (const void *)asked->row, (const void *)row, stride / 2, 1, n, &out);
        return out;
    }
    (family == NUMERAL_METRIC_L1 ? k->l1_u8
     : family == NUMERAL_METRIC_LINF
         ? k->linf_u8
         : k->hamming_u8)(asked->row, row, stride, 1, n, &out);
    return out;
}

double numeral_asked_distance(const numeral_exact *exact, const numeral_asked *asked,
                              uint32_t position)
{
    const uint8_t *row = exact->rows + (size_t)position * exact->stride;
    switch (exact->head.metric->family) {
    case NUMERAL_METRIC_L1:
    case NUMERAL_METRIC_LINF:
    case NUMERAL_METRIC_HAMMING:
        return count_at(exact, asked, row);
    case NUMERAL_METRIC_COSINE:
        return cosine_at(exact, asked, row, position);
    default:
        to_reals(exact, row, asked->other);
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
