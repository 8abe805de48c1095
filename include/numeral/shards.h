/* Rows in several places: models of the same fitted stages, each with a part of the rows
 * (a shard), on as many machines as one likes, answering as one model with all rows.
 *
 * The parts that a program needs to put that together (numeral-mpi, in mpi/, does):
 *   - shards: numeral_model_replace_rows, or numeral_model_remove with _compact;
 *     numeral_model_get_fingerprint tells whether two have the same stages;
 *   - a digit becomes a vector once (numeral_model_make_vectors), and every shard is
 *     searched for it (numeral_model_search_vectors). What one found bounds the next:
 *     with the k-th distance so far as the digit's place of numeral_search.radii (and
 *     `bounded`, which spares looking for a bound), rows beyond it are not looked at, and
 * rows exactly so far still come, since those of smaller numbers go first. The k nearest
 * of the shards' lists, merged by (distance, row), are those of one search of all rows,
 * whatever the number of shards;
 *   - a model that has the stages reads a digit from its nearest rows
 *     (numeral_model_predict_candidates), wherever those lie: labels, confidences, votes
 *     and all are the bytes that numeral_model_predict gives of one model with all rows.
 *
 * Not so where neighbours may be missed (index near): what is missed depends on the rows
 * that lie together. */
#ifndef NUMERAL_SHARDS_H
#define NUMERAL_SHARDS_H

#include <numeral/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Puts the labelled digits of `data` in the place of all rows, numbered from 0 on. The
 * stages stay as they were fitted, confidences and likeness as they were measured, and
 * the classes that there were stay classes. Frames, labels and failures are as in
 * numeral_model_add; builds one index. NUMERAL_ERROR_ARGUMENT, too, where `data` has
 * fewer digits than the model's k. */
NUMERAL_API numeral_status numeral_model_replace_rows(numeral_model *model,
                                                      const numeral_dataset *data,
                                                      const numeral_run *run,
                                                      numeral_error *err);

/* What two models have in common, as hexadecimal numbers that are equal where it is:
 * XXH3 with 64 bits, so by chance once in 10^19, but not against malice. */
typedef struct numeral_fingerprint {
    char stages[17]; /* recipe, classes and all that was fitted or measured: equal ones
                        turn an image into one vector, and neighbours into one answer */
    char rows[17];   /* numbers of rows, vectors, labels, images, index */
} numeral_fingerprint;

/* O(bytes of the model). NUMERAL_ERROR_MEMORY. */
NUMERAL_API numeral_status numeral_model_get_fingerprint(const numeral_model *model,
                                                         numeral_fingerprint *out,
                                                         numeral_error *err);

/* Whether all digits are read as they are. Others are framed, for which the model looks
 * at its own rows: that needs all of them in one place. */
NUMERAL_API bool numeral_model_takes_data(const numeral_model *model,
                                          const numeral_dataset *data);

/* The vectors that the model searches for the digits of `data`: *out, whose `data` is the
 * caller's (end with numeral_free), one row for each digit, in the model's dtype. */
NUMERAL_API numeral_status numeral_model_make_vectors(const numeral_model *model,
                                                      const numeral_dataset *data,
                                                      const numeral_run *run,
                                                      numeral_rows *out,
                                                      numeral_error *err);
/* numeral_index_search in the model's index. search->k is at least 1. */
NUMERAL_API numeral_status numeral_model_search_vectors(const numeral_model *model,
                                                        const numeral_rows *vectors,
                                                        const numeral_search *search,
                                                        int64_t *ids, double *distances,
                                                        numeral_error *err);
/* The vector of row number `row`, n_dims values, into `out`; false where there is none.
 */
NUMERAL_API bool numeral_model_get_vector(const numeral_model *model, size_t row,
                                          void *out);

/* What reading by n_rows rows in all asks for. */
typedef struct numeral_wanted {
    size_t k; /* nearest rows of every digit */
    size_t
        k_open;  /* of digits that are open: left so by those, or strange; 0: none are */
    bool misses; /* the index may miss neighbours: shards would not answer as one */
} numeral_wanted;

NUMERAL_API void numeral_model_get_wanted(const numeral_model *model, size_t n_rows,
                                          numeral_wanted *out);

/* The nearest rows of n digits. Those of digit q are places starts[q] to starts[q + 1] -
 * 1, ordered by (distance, row); fewer than wanted only where there are no more rows. All
 * arrays are borrowed. */
typedef struct numeral_candidates {
    size_t n, n_rows; /* digits; rows in all places */
    const int64_t *starts;
    const int64_t *rows;     /* their numbers, by which they are told in answers */
    const double *distances; /* as searches give them */
    const numeral_label *labels;
    /* Of the rows that open digits name, in ascending order of their numbers: images of
     * the model's frame, and vectors, n_dims values each, without gaps. Where no digit is
     * open, none. */
    size_t n_seen;
    const int64_t *seen;
    const uint8_t *images;
    const void *vectors;
} numeral_candidates;

/* Says which digits their nearest `wanted.k` rows leave open, or are strange, so that
 * images are looked at: 1 or 0 into open[n]. n_seen, seen, images and vectors are not
 * read. NUMERAL_ERROR_ARGUMENT (candidates that are not as above; a label that is none of
 * the model's), _MEMORY. */
NUMERAL_API numeral_status numeral_model_find_open(const numeral_model *model,
                                                   const numeral_candidates *candidates,
                                                   uint8_t *open, numeral_error *err);

/* numeral_model_predict by these candidates instead of the model's own rows, which are
 * not looked at. `data` are their digits, read as they are (numeral_model_takes_data).
 * NUMERAL_ERROR_ARGUMENT (candidates that are not as above, too few, a row that an open
 * digit names unseen), and those of numeral_model_predict. */
NUMERAL_API numeral_status numeral_model_predict_candidates(
    const numeral_model *model, const numeral_dataset *data,
    const numeral_candidates *candidates, const numeral_run *run, numeral_answers *out,
    numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
