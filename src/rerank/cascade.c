/* The cascade: gate, re-rankers, combination. A product of scores needs no units and no
 * weights; a sum weighs each score by its usual size. */
#include "rerank/cascade.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fail.h"

/* Scores of 0 (an exact copy of the digit) stay comparable in a product. */
static const double least_factor = 1e-300;

const char *const numeral_combine_names[] = {"product", "sum", NULL};

numeral_cascade numeral_cascade_default(void)
{
    numeral_cascade cascade = {.n_candidates = 100};
    for (size_t i = 0; i < numeral_gate_entry.n_parameters; i++) {
        cascade.gate[i] = numeral_gate_entry.parameters[i].standard;
    }
    for (size_t i = 0; i < NUMERAL_MAX_RERANKS; i++) {
        cascade.units[i] = 1;
    }
    return cascade;
}

numeral_status numeral_cascade_parse(const char *text, size_t length,
                                     const numeral_table *table, numeral_cascade *cascade,
                                     numeral_error *err)
{
    numeral_part parts[NUMERAL_MAX_RERANKS];
    size_t n_parts = 0;
    const char *end = text + length;
    for (const char *stop; text <= end; text = stop + 1) {
        stop = memchr(text, '+', (size_t)(end - text));
        stop = stop ? stop : end;
        if (n_parts == NUMERAL_MAX_RERANKS) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "rerank: more than %d parts",
                                NUMERAL_MAX_RERANKS);
        }
        numeral_status status = numeral_part_parse(text, (size_t)(stop - text), table, 1,
                                                   &parts[n_parts], err);
        if (status != NUMERAL_OK) {
            return status;
        }
        n_parts++;
    }
    memcpy(cascade->parts, parts, n_parts * sizeof *parts);
    cascade->n_parts = n_parts;
    return NUMERAL_OK;
}

numeral_status numeral_cascade_print(const numeral_cascade *cascade, numeral_buffer *out,
                                     numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < cascade->n_parts; i++) {
        if (i > 0) {
            TRY(numeral_buffer_append(out, "+", 1, err));
        }
        TRY(numeral_part_print(&cascade->parts[i], out, err));
    }
done:
    return status;
}

static const numeral_rerank *rerank_of(const numeral_part *part)
{
    return numeral_rerank_of(part->entry);
}

bool numeral_cascade_uses_view(const numeral_cascade *cascade, numeral_view view)
{
    for (size_t i = 0; i < cascade->n_parts; i++) {
        int at = rerank_of(&cascade->parts[i])->view_parameter;
        if (at >= 0 && (numeral_view)cascade->parts[i].values[at] == view) {
            return true;
        }
    }
    return false;
}

size_t numeral_cascade_scratch_bytes(const numeral_cascade *cascade,
                                     const numeral_rerank_base *base)
{
    size_t most = 0;
    for (size_t i = 0; i < cascade->n_parts; i++) {
        const numeral_part *part = &cascade->parts[i];
        size_t bytes =
            rerank_of(part)->scratch_bytes(part->values, base, cascade->n_candidates);
        most = bytes > most ? bytes : most;
    }
    most += 2 * numeral_scratch_bytes(base->n_classes, sizeof(double));
    return most < SIZE_MAX / 4 ? most + 64 : 0;
}

/* A parameter that the cascade itself reads, or `otherwise` where the part has none. */
static double value_of(const numeral_part *part, const char *name, double otherwise)
{
    for (size_t i = 0; i < part->entry->n_parameters; i++) {
        if (strcmp(part->entry->parameters[i].name, name) == 0) {
            return part->values[i];
        }
    }
    return otherwise;
}

/* How far the best score is ahead of the second-best. */
static double lead_of(const double *scores, size_t n)
{
    double best = INFINITY, second = INFINITY;
    for (size_t c = 0; c < n; c++) {
        if (scores[c] < best) {
            second = best;
            best = scores[c];
        } else if (scores[c] < second) {
            second = scores[c];
        }
    }
    return second - best;
}

static void add_scores(const numeral_cascade *cascade, size_t at, const double *own,
                       size_t n_classes, double *scores)
{
    double weight = value_of(&cascade->parts[at], "weight", 1);
    for (size_t c = 0; c < n_classes; c++) {
        if (cascade->combine == NUMERAL_COMBINE_PRODUCT) {
            double factor = own[c] > least_factor ? own[c] : least_factor;
            scores[c] += weight * numeral_log(factor);
        } else {
            scores[c] += weight * own[c] / cascade->units[at];
        }
    }
}

void numeral_part_score(const numeral_part *part, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    rerank_of(part)->score(part->values, base, digit, scratch, scores);
}

/* Returns how many parts were asked; `kept` (n_parts × n_classes) gets their scores
 * unless it is NULL. */
static size_t score_parts(const numeral_cascade *cascade, const numeral_rerank_base *base,
                          const numeral_rerank_digit *digit, void *scratch, double *kept,
                          double *scores)
{
    double *own = numeral_scratch_take_classes(base, &scratch);
    for (size_t c = 0; c < base->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < cascade->n_parts; i++) {
        double stop = value_of(&cascade->parts[i], "stop", 0);
        numeral_part_score(&cascade->parts[i], base, digit, scratch, own);
        add_scores(cascade, i, own, base->n_classes, scores);
        if (kept) {
            memcpy(kept + i * base->n_classes, own, base->n_classes * sizeof *own);
        }
        if (stop > 0 && lead_of(scores, base->n_classes) >= stop) {
            return i + 1;
        }
    }
    return cascade->n_parts;
}

void numeral_cascade_score(const numeral_cascade *cascade,
                           const numeral_rerank_base *base,
                           const numeral_rerank_digit *digit, void *scratch,
                           double *scores)
{
    score_parts(cascade, base, digit, scratch, NULL, scores);
}

size_t numeral_cascade_trace(const numeral_cascade *cascade,
                             const numeral_rerank_base *base,
                             const numeral_rerank_digit *digit, void *scratch,
                             double *own, double *scores)
{
    return score_parts(cascade, base, digit, scratch, own, scores);
}

void numeral_cascade_terms(const numeral_cascade *cascade, size_t at, const double *own,
                           size_t n_classes, double *terms)
{
    for (size_t c = 0; c < n_classes; c++) {
        terms[c] = 0;
    }
    add_scores(cascade, at, own, n_classes, terms);
}

double numeral_cascade_weight(const numeral_cascade *cascade, size_t at)
{
    return value_of(&cascade->parts[at], "weight", 1);
}

size_t numeral_cascade_winner(const numeral_rerank_base *base,
                              const numeral_rerank_digit *digit, const double *scores)
{
    size_t winner = base->classes[digit->ids[0]];
    double best = scores[winner];
    for (size_t i = 1; i < digit->n_candidates; i++) {
        size_t c = base->classes[digit->ids[i]];
        if (scores[c] < best) {
            winner = c;
            best = scores[c];
        }
    }
    return winner;
}
