/* The index that is fastest for the metric and rows at hand; all of them are exact. */
#include "index/index_entries.h"

/* In order of preference; the last serves everything. */
static const numeral_index_kind *const candidates[] = {&numeral_index_exact,
                                                       &numeral_index_brute};

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    (void)metric;
    (void)dtype;
    return true;
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    (void)parameters;
    const numeral_index_kind *const *kind = candidates;
    while (!(*kind)->serves(head->metric, head->dtype)) {
        kind++;
    }
    numeral_part part = numeral_part_default(NUMERAL_KIND_INDEX, &(*kind)->entry);
    numeral_index chosen = *head;
    chosen.kind = *kind;
    return (*kind)->build(rows, part.values, &chosen, run, out, err);
}

const numeral_index_kind numeral_index_auto = {
    .entry = {.name = "auto",
              .help = "the fastest exact index for these rows",
              .source = ""},
    .serves = serves,
    .build = build,
};
