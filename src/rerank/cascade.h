/* The cascade: gate, re-rankers, combination. */
#ifndef NUMERAL_RERANK_CASCADE_H
#define NUMERAL_RERANK_CASCADE_H

#include "rerank/rerank.h"

enum { NUMERAL_MAX_RERANKS = 8, NUMERAL_MAX_CANDIDATES = 1000 };

typedef enum numeral_combine {
    NUMERAL_COMBINE_PRODUCT, /* Σ weight·log score: needs no units */
    NUMERAL_COMBINE_SUM      /* Σ weight·score/unit, units estimated in fitting */
} numeral_combine;

extern const char *const numeral_combine_names[]; /* NULL-terminated */

/* The gate's parameters, for `--gate` (arguments alone). */
extern const numeral_entry numeral_gate_entry;

typedef struct numeral_cascade {
    size_t n_candidates; /* asked of the index; 1 .. NUMERAL_MAX_CANDIDATES */
    double gate[NUMERAL_MAX_PARAMETERS];
    numeral_combine combine;
    size_t n_parts; /* 1 .. NUMERAL_MAX_RERANKS */
    numeral_part parts[NUMERAL_MAX_RERANKS];
    double units[NUMERAL_MAX_RERANKS]; /* fitted; all above 0 */
} numeral_cascade;

/* A cascade without parts: 100 candidates, the gate's defaults, product. */
numeral_cascade numeral_cascade_default(void);

/* Parses and prints the text of --rerank: parts joined by `+`. */
numeral_status numeral_cascade_parse(const char *text, size_t length,
                                     const numeral_table *table, numeral_cascade *cascade,
                                     numeral_error *err);
numeral_status numeral_cascade_print(const numeral_cascade *cascade, numeral_buffer *out,
                                     numeral_error *err);

/* Whether a re-ranker looks at this view. */
bool numeral_cascade_uses_view(const numeral_cascade *cascade, numeral_view view);

/* Whether the first candidates of `digit` (`unanimous` of them, or all where there are
 * fewer) have one label, which settles it. */
bool numeral_gate_is_unanimous(const double *gate, const numeral_rerank_base *base,
                               const numeral_rerank_digit *digit);
/* Whether the candidates leave the digit open: they are not unanimous, and the mean
 * distances of the nearest three of each class put the second-best class within `margin`
 * times the best. */
bool numeral_gate_is_hard(const double *gate, const numeral_rerank_base *base,
                          const numeral_rerank_digit *digit, void *scratch);

/* Those mean distances: means[n_classes]. Places that a class does not fill count as the
 * farthest candidate's distance. */
void numeral_gate_means(const double *gate, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, void *scratch, double *means);

/* Bytes of scratch, aligned to 64, that each thread needs for any of these; 0 on
 * overflow. */
size_t numeral_cascade_scratch_bytes(const numeral_cascade *cascade,
                                     const numeral_rerank_base *base);
/* Fills scores[n_classes], smaller is better, for a hard digit. */
void numeral_cascade_score(const numeral_cascade *cascade,
                           const numeral_rerank_base *base,
                           const numeral_rerank_digit *digit, void *scratch,
                           double *scores);
/* The same, keeping what each part gave in own[n_parts × n_classes]; returns how many
 * parts were asked, the others were spared by a lead. */
size_t numeral_cascade_trace(const numeral_cascade *cascade,
                             const numeral_rerank_base *base,
                             const numeral_rerank_digit *digit, void *scratch,
                             double *own, double *scores);
/* What part `at` adds to each class: terms[n_classes] from its own scores; and its
 * weight. */
void numeral_cascade_terms(const numeral_cascade *cascade, size_t at, const double *own,
                           size_t n_classes, double *terms);
double numeral_cascade_weight(const numeral_cascade *cascade, size_t at);
/* The scores of one re-ranker alone. */
void numeral_part_score(const numeral_part *part, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, void *scratch, double *scores);
/* The class of the smallest score; of equal ones that of the nearest candidate. */
size_t numeral_cascade_winner(const numeral_rerank_base *base,
                              const numeral_rerank_digit *digit, const double *scores);

/* Estimates the units from n training digits, each with candidates that leave its own
 * row out: the mean of the best class's score. `get` fills digit i; false skips it. */
typedef bool (*numeral_digit_source)(void *context, size_t i, int worker,
                                     numeral_rerank_digit *out);
numeral_status numeral_cascade_fit(numeral_cascade *cascade,
                                   const numeral_rerank_base *base, size_t n,
                                   numeral_digit_source get, void *context,
                                   const numeral_run *run, numeral_error *err);

#endif
