/* Studies: which recipe, k and weights read the digits of a set best.
 *
 * A study reads each digit of a labelled set once by a model that was not fitted to it,
 * and counts the errors of many settings at the same time: the neighbours of a digit do
 * not depend on k, weights or ties, so one search serves all of them. Every setting is
 * counted as numeral_model_predict would answer with it, second look included. Results
 * are the same for any thread count. */
#ifndef NUMERAL_TOOLS_STUDY_H
#define NUMERAL_TOOLS_STUDY_H

#include <numeral/dataset.h>
#include <numeral/recipe.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NUMERAL_MAX_FOLDS = 1000 };

/* How rows are dealt to folds. */
typedef enum numeral_fold_order {
    NUMERAL_FOLDS_STRATIFIED, /* each label spread evenly, drawn by the seed */
    NUMERAL_FOLDS_IN_ORDER    /* fold f has rows floor(n·f/F) .. floor(n·(f+1)/F) - 1 */
} numeral_fold_order;

/* Deals the rows of `data` to n_folds folds whose sizes differ by at most one; `folds`
 * takes the fold of each row (n_images). Stratified, the folds' counts of any label
 * differ by at most one too. NUMERAL_ERROR_ARGUMENT (fewer than 2 folds, more than
 * NUMERAL_MAX_FOLDS or than rows; stratified without labels), _MEMORY. */
NUMERAL_API numeral_status numeral_folds_deal(const numeral_dataset *data, size_t n_folds,
                                              numeral_fold_order order, uint64_t seed,
                                              uint16_t *folds, numeral_error *err);
/* Copies the rows of `fold` to `held` and all others to `rest`, in their order. */
NUMERAL_API numeral_status numeral_folds_split(const numeral_dataset *data,
                                               const uint16_t *folds, size_t fold,
                                               numeral_dataset *held,
                                               numeral_dataset *rest, numeral_error *err);

/* The first part of the recipe that learns from labels in fitting, else NULL. With such a
 * part, a digit that is merely left out among the neighbours has still shaped the
 * distances: leave-one-out would flatter. Borrowed from the registry, or static. */
NUMERAL_API const char *numeral_recipe_label_learner(const numeral_recipe *recipe);

/* How digits are read by models that do not know them. */
typedef enum numeral_tune_method {
    NUMERAL_TUNE_AUTO, /* the second where a recipe learns labels, else the first */
    NUMERAL_TUNE_LEAVE_ONE_OUT, /* fitted once, without labels; each digit leaves itself
                                   out */
    NUMERAL_TUNE_FOLDS          /* everything fitted anew for each fold (Stone 1974) */
} numeral_tune_method;

/* What a study has come to, for who watches it. Texts are borrowed for the call. */
typedef struct numeral_tune_progress {
    const char *doing;    /* a short verb phrase */
    uint64_t done, total; /* digits read, over all graphs */
    const char *recipe;   /* the best setting so far, NULL as long as there is none ... */
    const char *metric, *weights, *ties;
    size_t k;
    double error; /* ... and its share of errors among the digits it has read */
} numeral_tune_progress;

/* What to try: every metric with every recipe is one neighbour graph, and every k,
 * weights and ties are tried on each. An empty list (n 0) stands for the recipe's own. */
typedef struct numeral_tune_request {
    const numeral_recipe *const *recipes; /* at least one */
    size_t n_recipes;
    const char *const *metrics;
    size_t n_metrics;
    const size_t *ks;
    size_t n_ks;
    const char *const *weights;
    size_t n_weights;
    const char *const *ties;
    size_t n_ties;
    numeral_tune_method method;
    size_t n_folds; /* 0 stands for 6 */
    numeral_fold_order order;
    uint64_t seed; /* of folds and fitting */
    int threads;
    /* Called now and then from the calling thread; false cancels. May be NULL. */
    bool (*watch)(void *context, const numeral_tune_progress *progress);
    void *context;
} numeral_tune_request;

/* One setting. Texts are owned by the outcome. */
typedef struct numeral_tune_result {
    const char *recipe; /* canonical, all options included */
    const char *base;   /* canonical, less metric, k, weights and ties */
    size_t recipe_at;   /* its place in the request */
    const char *metric, *weights, *ties;
    size_t k;
    size_t n_voters; /* neighbours whose votes are counted: k, or what the weights need */
    size_t errors;
    double accuracy, standard_error; /* shares of all digits */
    double wilson95[2];              /* interval of the accuracy */
    size_t only_best; /* digits that the best setting alone reads rightly, */
    size_t only_this; /* and this one alone */
    bool as_good;     /* not told from the best at 5 % (McNemar 1947) */
} numeral_tune_result;

/* All settings, best first: by errors, then by fewer voters, then in the request's order.
 */
typedef struct numeral_tune_outcome {
    numeral_tune_method method;
    const char *learner; /* what ruled out leave-one-out, or NULL; borrowed as above */
    size_t n;            /* digits */
    size_t n_folds;      /* 0: leave-one-out */
    size_t n_graphs;
    double fit_seconds, read_seconds;
    size_t n_results;
    numeral_tune_result *results;
    size_t n_texts;
    char **texts; /* what the results' texts point to */
} numeral_tune_outcome;

/* Tries every setting. Leave-one-out fits stages that know no labels (pca, standard, the
 * quantiser ...) on all rows; a digit whose label no other row has counts as wrong.
 * NUMERAL_ERROR_ARGUMENT (no labels, unknown parts, k beyond the rows, leave-one-out
 * asked for though a part learns from labels), _MEMORY, _UNSUPPORTED, _CANCELLED. Memory
 * beyond the models: a bit for each digit and setting. */
NUMERAL_API numeral_status numeral_tune(const numeral_tune_request *request,
                                        const numeral_dataset *data,
                                        numeral_tune_outcome *out, numeral_error *err);
NUMERAL_API void numeral_tune_outcome_free(numeral_tune_outcome *outcome);

/* The error at one training size. */
typedef struct numeral_learning_point {
    size_t n_train; /* digits trained on */
    size_t n;       /* digits read: all, each by a model that was not fitted to it */
    size_t errors;
    double error, standard_error; /* shares */
} numeral_learning_point;

enum { NUMERAL_LEARNING_POINTS = 9 };

/* The learning curve of a recipe: for each fold, it is fitted to ever larger parts of the
 * other folds (nested, stratified, drawn by the seed) and reads the fold. Sizes are the
 * whole and its halves, down to the larger of 2 k and one digit of each label. Fills
 * `points`, ascending, and *n_points. Errors as for numeral_tune, whose watch it uses
 * (without a best setting); the request's lists and method are not looked at. */
NUMERAL_API numeral_status numeral_learning_curve(
    const numeral_recipe *recipe, const numeral_tune_request *request,
    const numeral_dataset *data, numeral_learning_point points[NUMERAL_LEARNING_POINTS],
    size_t *n_points, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
