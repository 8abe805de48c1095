/* The index that is fastest for the metric and rows at hand; all of them are exact. */
#include <stdio.h>
#include <string.h>

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

/* Where the first choice was passed over, the description says why; what was chosen says
 * the rest itself. */
static void say_why(numeral_index *index)
{
    const numeral_index_kind *best = candidates[0];
    size_t used = strlen(index->description);
    if (!best->serves(index->metric, index->dtype)) {
        snprintf(index->description + used, sizeof index->description - used,
                 "; %s does not serve %s", best->entry.name, index->metric->entry.name);
    }
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    (void)parameters;
    const numeral_index_kind *const *kind = candidates;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the last serves everything */
    while (!(*kind)->serves(head->metric, head->dtype)) {
        kind++;
    }
    numeral_part part = numeral_part_default(NUMERAL_KIND_INDEX, &(*kind)->entry);
    numeral_index chosen = *head;
    chosen.kind = *kind;
    numeral_status status = (*kind)->build(rows, part.values, &chosen, run, out, err);
    if (status == NUMERAL_OK) {
        say_why(*out);
    }
    return status;
}

const numeral_index_kind numeral_index_auto = {
    .entry = {.name = "auto",
              .help =
                  "exact where it serves the metric, rows are 1,024 or more and pruning "
                  "saves half of the work, else brute; train says which, and why",
              .source = ""},
    .serves = serves,
    .build = build,
};
