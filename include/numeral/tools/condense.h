/* Condensing: fewer training rows, the same answers.
 *
 * Rows are taken away one after the other as long as no training row's answer changes:
 * the answer that the votes of its nearest other rows give, itself left out. Rows far
 * from any other label go first, so that the borders between labels stay (the order of
 * DROP3, Wilson & Martinez 2000; keeping a consistent subset is Hart's idea, 1968).
 * numeral_model_remove takes them, and numeral_model_compact makes the model small. */
#ifndef NUMERAL_TOOLS_CONDENSE_H
#define NUMERAL_TOOLS_CONDENSE_H

#include <numeral/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_condense_request {
    bool edit;   /* first drop rows whose answer is not their own label (Wilson 1972) */
    size_t rows; /* go on until so many are left, changing as few answers as a greedy
                  * choice can; 0: stop where the next one would change an answer */
    numeral_run run;
} numeral_condense_request;

/* Rows in the order in which they go, and what each left behind. Counts are of all the
 * model's rows, those already taken away included: each answered by the rows still there,
 * itself left out, by votes alone (no second look). */
typedef struct numeral_condensation {
    size_t n_rows;   /* of the model */
    size_t n;        /* that go */
    size_t n_edited; /* the first of them, taken by editing */
    size_t n_same;   /* the first of them, after which no answer has changed but those of
                      * edited rows */
    int64_t *rows;   /* n: the row, for numeral_model_remove */
    size_t *errors;  /* n + 1: answers that are not the label, before, and after each */
    size_t *changed; /* n + 1: answers that are not the full model's */
} numeral_condensation;

/* Plans it. Time: one search of 100 neighbours for each row, then O(rows · 100 · k);
 * memory: about 2 KB for each row. Deterministic. NUMERAL_ERROR_ARGUMENT (fewer rows than
 * k + 1, or asked to keep more than there are, or fewer than k), _MEMORY, _CANCELLED. */
NUMERAL_API numeral_status numeral_condense_plan(const numeral_model *model,
                                                 const numeral_condense_request *request,
                                                 numeral_condensation *out,
                                                 numeral_error *err);
NUMERAL_API void numeral_condensation_free(numeral_condensation *plan);

#ifdef __cplusplus
}
#endif
#endif
