/* Scores: how well predicted labels agree with true ones.
 *
 * Definitions are scikit-learn's (a division by zero gives 0), so that figures compare.
 */
#ifndef NUMERAL_SCORES_H
#define NUMERAL_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_label_scores {
    uint8_t label;
    double precision, recall, f1;
    size_t support; /* digits with this true label */
} numeral_label_scores;

typedef struct numeral_average_scores {
    double precision, recall, f1;
} numeral_average_scores;

typedef struct numeral_scores {
    size_t n, errors;
    double accuracy;
    double wilson95[2];              /* 95 % interval of the accuracy (Wilson 1927) */
    size_t n_labels;                 /* labels that occur, true or predicted, ascending */
    numeral_label_scores *per_label; /* n_labels */
    size_t *confusion;            /* n_labels × n_labels: rows true, columns predicted */
    numeral_average_scores macro; /* mean over labels */
    numeral_average_scores weighted; /* mean weighted by support */
} numeral_scores;

/* Scores n predictions. `truth` and `predicted` are only read; end with
 * numeral_scores_free. O(n + labels²). */
NUMERAL_API numeral_status numeral_scores_compute(const uint8_t *truth,
                                                  const uint8_t *predicted, size_t n,
                                                  numeral_scores *out,
                                                  numeral_error *err);
NUMERAL_API void numeral_scores_free(numeral_scores *scores);

/* The Wilson score interval at 95 % for `hits` of `n`; [0, 1] for n = 0. */
NUMERAL_API void numeral_wilson95(size_t hits, size_t n, double out[2]);

#ifdef __cplusplus
}
#endif
#endif
