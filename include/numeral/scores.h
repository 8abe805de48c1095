/* Scores: how well predicted labels agree with true ones.
 *
 * Definitions are scikit-learn's (a division by zero gives 0, but kappa NaN), so that
 * figures compare. */
#ifndef NUMERAL_SCORES_H
#define NUMERAL_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/error.h>
#include <numeral/label.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_label_scores {
    numeral_label label;
    double precision, recall, f1;
    size_t support; /* digits with this true label */
} numeral_label_scores;

/* One cell of the confusion matrix: how many digits with one label were read as another,
 * or as the same. */
typedef struct numeral_confusion {
    numeral_label truth, predicted;
    size_t count;
} numeral_confusion;

typedef struct numeral_average_scores {
    double precision, recall, f1;
} numeral_average_scores;

typedef struct numeral_scores {
    size_t n, errors;
    double accuracy;
    double wilson95[2];              /* 95 % interval of the accuracy (Wilson 1927) */
    size_t n_labels;                 /* labels that occur, true or predicted, ascending */
    numeral_label_scores *per_label; /* n_labels */
    size_t n_cells;                  /* of the confusion matrix that are not 0 */
    numeral_confusion *confusion;    /* n_cells, by true, then by predicted label */
    numeral_average_scores macro;    /* mean over labels */
    numeral_average_scores weighted; /* mean weighted by support */
    double kappa; /* Cohen 1960; NaN where chance alone agrees always: one label, none */
    double mcc;   /* Matthews' correlation for many classes (Gorodkin 2004) */
} numeral_scores;

/* Scores n predictions. `truth` and `predicted` are only read; end with
 * numeral_scores_free. O(n log n); memory for n cells at most. */
NUMERAL_API numeral_status numeral_scores_compute(const numeral_label *truth,
                                                  const numeral_label *predicted,
                                                  size_t n, numeral_scores *out,
                                                  numeral_error *err);
NUMERAL_API void numeral_scores_free(numeral_scores *scores);

/* The Wilson score interval at 95 % for `hits` of `n`; [0, 1] for n = 0. */
NUMERAL_API void numeral_wilson95(size_t hits, size_t n, double out[2]);

/* Any cell: how many digits with the label of per_label[row] were read as that of
 * per_label[column]. O(log cells). */
NUMERAL_API size_t numeral_scores_cell(const numeral_scores *scores, size_t row,
                                       size_t column);

/* The `capacity` most frequent confusions of different labels, most frequent first, of
 * equal ones the smaller labels first; gives how many there are of these. O(cells ×
 * capacity). */
NUMERAL_API size_t numeral_scores_confusions(const numeral_scores *scores,
                                             numeral_confusion *out, size_t capacity);

/* The share of n digits whose true label is among the `top` with the most votes; 0 for
 * n = 0. votes: n × n_classes; classes: the label of each column, ascending. Of equal
 * votes the larger label comes first, as scikit-learn's top_k_accuracy_score has it.
 * O(n × n_classes). */
NUMERAL_API double numeral_top_accuracy(const numeral_label *truth,
                                        const numeral_label *classes, const double *votes,
                                        size_t n, size_t n_classes, size_t top);

enum { NUMERAL_MAX_BINS = 64 };

/* How often answers of each confidence are right (DeGroot & Fienberg 1983). Bin i holds
 * edges[i] <= confidence < edges[i + 1], the last one its upper edge too. */
typedef struct numeral_reliability {
    size_t n_bins;
    double edges[NUMERAL_MAX_BINS + 1];  /* ascending from 0 to 1 */
    uint64_t counts[NUMERAL_MAX_BINS];   /* answers */
    double confidence[NUMERAL_MAX_BINS]; /* their mean confidence; 0 without answers */
    double accuracy[NUMERAL_MAX_BINS];   /* the share that was right */
    double ece; /* expected calibration error, Σ counts·|accuracy - confidence| / n, of
                   these bins (Naeini et al. 2015) */
    double brier; /* mean of (confidence - right)², right 0 or 1 (Brier 1950) */
} numeral_reliability;

/* `edges`: n_bins + 1 numbers ascending from 0 to 1, or NULL for bins of equal width;
 * n_bins: 1 .. NUMERAL_MAX_BINS. The other arrays hold n answers, confidences 0 to 1.
 * NUMERAL_ERROR_ARGUMENT. O(n × n_bins). */
NUMERAL_API numeral_status numeral_reliability_compute(const numeral_label *truth,
                                                       const numeral_label *predicted,
                                                       const double *confidence, size_t n,
                                                       const double *edges, size_t n_bins,
                                                       numeral_reliability *out,
                                                       numeral_error *err);

/* What is left when all answers of a confidence below `threshold` are refused (Chow
 * 1970). */
typedef struct numeral_refusal {
    double threshold;
    size_t n, refused;    /* all answers; those refused */
    size_t errors;        /* among the n - refused that are kept */
    double refused_share; /* of n */
    double error_share;   /* of the kept; 0 where none is */
} numeral_refusal;

NUMERAL_API numeral_refusal numeral_refuse_below(const numeral_label *truth,
                                                 const numeral_label *predicted,
                                                 const double *confidence, size_t n,
                                                 double threshold);

/* The whole curve: one refusal for each confidence that occurs, ascending, so that the
 * first refuses nothing. *out, n_out long, is the caller's: end with
 * numeral_free. NUMERAL_ERROR_ARGUMENT (n = 0), _MEMORY. O(n log n). */
NUMERAL_API numeral_status numeral_refusal_curve(const numeral_label *truth,
                                                 const numeral_label *predicted,
                                                 const double *confidence, size_t n,
                                                 numeral_refusal **out, size_t *n_out,
                                                 numeral_error *err);

/* Two models on the same digits: is one better, or do they only differ by chance?
 * McNemar's test (1947) of the digits that exactly one of them reads right. */
typedef struct numeral_comparison {
    size_t n;
    size_t both_right, only_first, only_second, both_wrong; /* n together */
    size_t differ;    /* digits with two different labels */
    bool exact;       /* below 25 such digits: the binomial test, both sides; else
                         chi² = (|b - c| - 1)² / (b + c), one degree of freedom */
    double statistic; /* exact: the smaller of only_first, only_second; else chi² */
    double p_value;   /* how likely so great a difference is by chance; 1: none */
} numeral_comparison;

/* O(n). */
NUMERAL_API numeral_comparison numeral_compare_predictions(const numeral_label *truth,
                                                           const numeral_label *first,
                                                           const numeral_label *second,
                                                           size_t n);

#ifdef __cplusplus
}
#endif
#endif
