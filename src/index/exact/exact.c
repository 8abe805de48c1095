/* The exact index as an entry of the table, and whether its structure is worth keeping.
 *
 * Pruning pays when the rows lie near a low-dimensional set. Whether they do is counted,
 * not timed, so that the same rows give the same index on every machine: the bytes that
 * 256 searches for rows of the set itself touch, against the bytes of all rows. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "index/exact/exact.h"
#include "index/index_entries.h"

/* Searches that are tried: a few milliseconds, beside a second of building. Of fewer rows
 * than MIN_ROWS a query meets all in the time that projecting it takes. */
enum { TRIALS = 256, FIRST_TRIALS = 16, TRIAL_K = 10, MIN_ROWS = 1024 };

/* A scanned byte of a group costs about what a byte of brute force costs; tails and rows
 * are fetched from afar. Beyond this share of brute force's bytes it is not worth it. */
static const double WORTH = 0.5;
static const double HOPELESS = 2.0; /* beyond this the first trials are enough */
static const double FAR = 4.0;
/* A metric's function in float64 costs about so many times what its bytes cost. */
static const double DEAR = 16.0;

static bool serves(const numeral_metric *metric, numeral_dtype dtype)
{
    return metric->family == NUMERAL_METRIC_L2 || numeral_inequality_find(metric, dtype);
}

/* Bytes touched for each query, as a share of all rows' bytes. */
static double share_touched(const numeral_exact *e, const numeral_exact_work *work)
{
    double groups = (double)(work->rows + work->second_rows) * NUMERAL_GROUP_BYTES /
                    NUMERAL_GROUP_POINTS;
    groups += (double)work->wide * (double)e->n_head * FAR; /* in plain C */
    double tails = (double)work->survivors * (double)e->n_tail * FAR;
    bool dear = e->head.metric->family == NUMERAL_METRIC_GENERIC;
    double distance = (double)e->stride * (dear ? DEAR : 1.0);
    double rows = (double)work->exact * (distance + (double)e->stride * (FAR - 1.0));
    double fixed = (double)e->n_clusters * (double)(2 * e->n_head + 8);
    double all = (double)e->head.n_rows * distance;
    return (fixed + (groups + tails + rows) / (double)work->queries) / all;
}

/* Brute force instead, saying why. */
static numeral_status build_brute(const numeral_rows *rows, const numeral_index *head,
                                  const numeral_run *run, const char *why,
                                  numeral_index **out, numeral_error *err)
{
    const numeral_index_kind *kind = &numeral_index_brute;
    numeral_part part = numeral_part_default(NUMERAL_KIND_INDEX, &kind->entry);
    numeral_index chosen = *head;
    chosen.kind = kind;
    numeral_status status = kind->build(rows, part.values, &chosen, run, out, err);
    if (!status) {
        size_t used = strlen((*out)->description);
        snprintf((*out)->description + used, sizeof(*out)->description - used, "; %s",
                 why);
    }
    return status;
}

/* What share of brute force's bytes searches touch; the description says so, too. */
static numeral_status find_share(numeral_exact *exact, double *share, numeral_error *err)
{
    numeral_exact_work work = {0};
    numeral_status status;
    TRY(numeral_exact_measure(exact, FIRST_TRIALS, TRIAL_K, &work, err));
    if (share_touched(exact, &work) < HOPELESS) {
        TRY(numeral_exact_measure(exact, TRIALS, TRIAL_K, &work, err));
    }
    *share = share_touched(exact, &work);
    size_t used = strlen(exact->head.description);
    numeral_text_format(exact->head.description + used,
                        sizeof exact->head.description - used, ", %.1f %% of the work",
                        100.0 * *share);
done:
    return status;
}

static numeral_status build(const numeral_rows *rows, const double *parameters,
                            const numeral_index *head, const numeral_run *run,
                            numeral_index **out, numeral_error *err)
{
    char why[64];
    double share = 0;
    numeral_exact *exact = NULL;
    numeral_exact_options options = {.n_clusters = (size_t)parameters[0],
                                     .always = parameters[1] > 0};
    numeral_status status;
    if (!options.always && rows->n_rows < MIN_ROWS) {
        snprintf(why, sizeof why, "fewer than %d rows", MIN_ROWS);
        return build_brute(rows, head, run, why, out, err);
    }
    TRY(numeral_exact_build(rows, &options, head, run, &exact, err));
    numeral_exact_describe(exact);
    if (!options.always) {
        TRY(find_share(exact, &share, err));
    }
    if (share <= WORTH) {
        *out = &exact->head;
        return NUMERAL_OK;
    }
    numeral_exact_destroy(&exact->head); /* before brute force takes as much */
    exact = NULL;
    numeral_text_format(why, sizeof why, "pruning would leave %.0f %% of the work",
                        100.0 * (share < 10.0 ? share : 10.0));
    status = build_brute(rows, head, run, why, out, err);
done:
    numeral_exact_destroy((numeral_index *)exact);
    return status;
}

/* Beside a base, whose neighbours are a bound, so many rows of 784 pixels or 64 features
 * take about as many instructions by brute force. */
enum { MIN_BESIDE = 256 };

/* Rows like those of the base prune as well as those: no trial is needed. */
static numeral_status build_beside(const numeral_rows *rows, const numeral_index *base,
                                   const numeral_run *run, numeral_index **out,
                                   numeral_error *err)
{
    numeral_exact_options options = {.like = (const numeral_exact *)base};
    numeral_exact *exact;
    numeral_index head = *base;
    char why[64];
    head.n_rows = rows->n_rows;
    head.more_holders = 0; /* whoever holds the base does not hold what lies beside it */
    head.file = (numeral_bytes){0}; /* and the base alone has its file */
    if (rows->n_rows < MIN_BESIDE) {
        snprintf(why, sizeof why, "fewer than %d rows", MIN_BESIDE);
        return build_brute(rows, &head, run, why, out, err);
    }
    numeral_status status = numeral_exact_build(rows, &options, &head, run, &exact, err);
    if (status == NUMERAL_OK) {
        numeral_exact_describe(exact);
        *out = &exact->head;
    }
    return status;
}

static void get_row(const numeral_index *index, size_t id, void *out)
{
    const numeral_exact *exact = (const numeral_exact *)index;
    uint8_t stored[NUMERAL_MAX_DIMS * sizeof(int16_t)];
    exact->ending->row(exact, exact->positions[id], stored);
    numeral_row_restore(index->dtype, stored, index->n_dims, out);
}

static const char *const structures[] = {"auto", "always", NULL};
static const numeral_parameter parameters[] = {
    {"clusters", NUMERAL_PARAMETER_INTEGER, 0, EXACT_MAX_CLUSTERS, 0, NULL,
     "how many clusters the rows are grouped in; 0: by their number"},
    {"structure", NUMERAL_PARAMETER_CHOICE, 0, 1, 0, structures,
     "always prunes; auto takes brute force where that is faster"},
};

const numeral_index_kind numeral_index_exact = {
    .entry = {.name = "exact",
              .help = "proven bounds: the neighbours of brute, far sooner",
              .source = "bisector bounds: Hwang et al. 2012; projections: Jolliffe 1986",
              .parameters = parameters,
              .n_parameters = 2},
    .serves = serves,
    .build = build,
    .build_beside = build_beside,
    .search = numeral_exact_search,
    .search_within = numeral_exact_search_within,
    .get_row = get_row,
    .save = numeral_exact_save,
    .load = numeral_exact_load,
    .destroy = numeral_exact_destroy,
};
