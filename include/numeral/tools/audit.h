/* Auditing labelled digits: labels that their neighbours contradict, and digits that are
 * there twice.
 *
 * Both only point: whether a label is wrong, a person must see. Results are the same for
 * any thread count. */
#ifndef NUMERAL_TOOLS_AUDIT_H
#define NUMERAL_TOOLS_AUDIT_H

#include <numeral/dataset.h>
#include <numeral/recipe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A digit whose k nearest others all have another label than its own. */
typedef struct numeral_doubt {
    size_t row;
    numeral_label label;    /* as given */
    numeral_label proposed; /* what most of the k say; of equals the nearer one */
    size_t agreeing;        /* how many of the k say that */
    size_t other;           /* the nearest row of another label */
    bool own_found;         /* whether a row of its own label is among the nearest 100 */
    size_t own;             /* that row */
    double ratio; /* how many times as far as `other` the nearest row of its own label is
                   * (at least, where there is none among the nearest 100) */
} numeral_doubt;

typedef struct numeral_doubts {
    size_t n_rows; /* that were looked at */
    size_t n;
    numeral_doubt *doubts; /* by ratio, greatest first, then by row */
} numeral_doubts;

/* Finds them: fits `recipe` to `data`, and looks for each digit's nearest others (the
 * recipe's k). The recipe should not learn from labels (no lda, nda): a wrong label that
 * it has learnt from draws its digit to its own kind (Brodley & Friedl 1999 ask the same
 * of their filters). Time and memory are those of fitting and of one search for each row.
 * NUMERAL_ERROR_ARGUMENT (no labels; not more rows than k), _MEMORY, _CANCELLED. End with
 * numeral_doubts_free. */
NUMERAL_API numeral_status numeral_audit_labels(const numeral_dataset *data,
                                                const numeral_recipe *recipe,
                                                uint64_t seed, const numeral_run *run,
                                                numeral_doubts *out, numeral_error *err);
NUMERAL_API void numeral_doubts_free(numeral_doubts *doubts);

/* A digit and the nearest other, nearly the same in its pixels. */
typedef struct numeral_twin {
    size_t row, other;
    double difference; /* |a - b| / √(|a|·|b|), 0 for equal pixels */
} numeral_twin;

typedef struct numeral_twins {
    size_t n_rows;  /* that were looked at */
    size_t n_equal; /* pairs without any difference */
    size_t n;
    numeral_twin *twins; /* least difference first, then by row; each pair once */
} numeral_twins;

/* Finds digits whose nearest other digit (the nearest of `against`, where that is not
 * NULL) differs by at most `most`. Exact search by squared distance of pixels; both sets
 * must have images of one size. NUMERAL_ERROR_ARGUMENT, _MEMORY, _CANCELLED. End with
 * numeral_twins_free. */
NUMERAL_API numeral_status numeral_audit_twins(const numeral_dataset *data,
                                               const numeral_dataset *against,
                                               double most, const numeral_run *run,
                                               numeral_twins *out, numeral_error *err);
NUMERAL_API void numeral_twins_free(numeral_twins *twins);

#ifdef __cplusplus
}
#endif
#endif
