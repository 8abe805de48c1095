/* Why a digit was read as it was: every number between the picture and the answer.
 *
 * An explanation is of the real prediction: its label, confidence and votes are those of
 * numeral_model_predict, and its parts are computed by the same code on the same rows, so
 * that adding them up again gives the same numbers. */
#ifndef NUMERAL_TOOLS_EXPLAIN_H
#define NUMERAL_TOOLS_EXPLAIN_H

#include <numeral/model.h>
#include <numeral/tools/picture.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What settled the label. */
typedef enum numeral_decider {
    NUMERAL_DECIDER_VOTE,      /* the vote; the recipe knows no second look */
    NUMERAL_DECIDER_UNANIMOUS, /* the gate: the nearest rows have one label; the vote */
    NUMERAL_DECIDER_MARGIN,    /* the gate: the second-best class is far off; the vote */
    NUMERAL_DECIDER_RERANK     /* the gate called the digit hard; the re-rankers */
} numeral_decider;

/* One training row beside the digit. */
typedef struct numeral_voter {
    size_t row;
    numeral_label label;
    double distance; /* in the metric's own units (l2: squared) */
    double length;   /* as the vote takes it: for l2 the square root, else the same */
    double weight;   /* its votes where they add up to the class's, else 0 */
    const uint8_t *image; /* height × width */
} numeral_voter;

/* What the gate saw. */
typedef struct numeral_gate_trace {
    size_t wanted; /* nearest rows that must have one label; 0: every digit is hard */
    size_t n_same; /* how many of the nearest rows, from the first on, have one label */
    size_t m;      /* rows of each class whose mean distance is compared */
    double margin; /* the second-best class must be this many times as far */
    double ratio;  /* ... and is; INFINITY where the best is at 0 */
    size_t best, second; /* the two classes, as places in `classes` */
    const double *means; /* n_classes mean distances (l2: of squares) */
} numeral_gate_trace;

/* One re-ranker of the second look. */
typedef struct numeral_rerank_term {
    const char *name; /* as in the recipe: "idm=moments" */
    const char *help;
    bool asked; /* false: the lead of one before it spared it, the arrays are NULL */
    double weight, unit;  /* unit: 1 in a product */
    const double *scores; /* n_classes, smaller is better */
    const double *terms; /* n_classes: weight·ln(score), or in a sum weight·score/unit */
} numeral_rerank_term;

/* All arrays live as long as the explanation. "Class c" is a place in `classes`. */
typedef struct numeral_explanation {
    /* the answer, as numeral_model_predict gives it */
    numeral_label label;
    double confidence;
    size_t n_classes;
    const numeral_label *classes; /* labels, ascending */
    const double *votes;          /* n_classes shares, which sum to 1 */

    /* The images on the way: "as given" (shrunk to at most
     * 512 pixels a side), "framed" (the model's frame), each transform of
     * the recipe, and each further view that a re-ranker looks at ("moments view"). All
     * but the first have 255 for ink. */
    size_t n_stages;
    const numeral_named_image *stages;
    bool framed; /* false: the image was taken as it is, given and framed are equal */
    size_t height, width; /* of the frame */

    /* The vote of the nearest rows: counts[c] is what class c got, its share of their sum
     * the vote. `additive`: counts[c] is the sum, in their order, of the weights of the
     * voters of class c. */
    size_t k, n_voters;
    const numeral_voter *voters;        /* nearest first */
    const char *weights, *weights_help; /* the recipe's way of weighing */
    bool additive;
    const double *counts; /* n_classes */
    bool tied;            /* the most votes were reached by more than one class */
    bool ties_nearest;    /* then the nearest neighbour's class wins, else the smallest */
    numeral_label vote_label; /* what the vote alone says */
    double vote_confidence;

    numeral_decider decider;
    numeral_gate_trace gate; /* where decider is not VOTE */

    /* The second look, where decider is RERANK: totals[c] is the sum of the terms of
     * class c in their order, votes are e^(best - total) as shares. */
    size_t n_candidates, n_terms;
    const numeral_rerank_term *terms;
    bool product;         /* of scores, as a sum of logarithms; else a weighed sum */
    const double *totals; /* n_classes, smaller is better */

    /* The class with the second-most votes; where only one has any, that of the nearest
     * row of another class. Without another class in the model there is none. */
    bool has_runner_up;
    numeral_label runner_up;
    numeral_voter own, rival; /* the nearest rows of the answer's class and of that one */

    /* Digit less row, pixel by pixel, behind the recipe's transforms: -255..255. */
    size_t difference_height, difference_width;
    const int16_t *own_difference, *rival_difference; /* the latter may be NULL */
} numeral_explanation;

/* Explains how `image` is read. `frame` says how it is brought to the model's frame:
 * MNIST always frames it, as numeral_dataset_load does with image files; AUTO and KEEP
 * treat it as numeral_model_predict does a row of a data set. End *out with
 * numeral_explanation_destroy. `model` must outlive it. NUMERAL_ERROR_ARGUMENT (a model
 * of --frame keep and an image of another size), _MEMORY. O(one prediction), and a search
 * for the nearest row of the answer and of the runner-up. */
NUMERAL_API numeral_status numeral_model_explain(
    const numeral_model *model, const numeral_image *image, numeral_frame frame,
    const numeral_run *run, numeral_explanation **out, numeral_error *err);
NUMERAL_API void numeral_explanation_destroy(numeral_explanation *explanation);

/* What a check-up looks at, in this order. */
typedef enum numeral_check {
    NUMERAL_CHECK_INK,      /* whether any ink was found */
    NUMERAL_CHECK_POLARITY, /* dark and light swapped */
    NUMERAL_CHECK_BORDER,   /* ink touches the picture's edge */
    NUMERAL_CHECK_SIZE,     /* too few pixels */
    NUMERAL_CHECK_CONTRAST, /* ink hardly darker than paper */
    NUMERAL_CHECK_SEVERAL,  /* several digits */
    NUMERAL_CHECK_WIDTH,    /* much wider than digits are */
    NUMERAL_CHECK_STROKE,   /* too thin or too thick */
    NUMERAL_CHECK_DISTANCE, /* like no training digit */
    NUMERAL_CHECK_COUNT
} numeral_check;

typedef enum numeral_verdict {
    NUMERAL_VERDICT_FINE,
    NUMERAL_VERDICT_LOW,      /* below the normal range: a warning */
    NUMERAL_VERDICT_HIGH,     /* above it: a warning */
    NUMERAL_VERDICT_EXPLAINED /* outside it, as a warning of another check explains */
} numeral_verdict;

/* One judgement: a number, the range it has in the training data, and what it means. */
typedef struct numeral_finding {
    const char *name;    /* "stroke width" */
    const char *measure; /* what the number is, with its unit */
    double value;
    double low, high; /* the normal range; -INFINITY or INFINITY where it has no end */
    numeral_verdict verdict;
    const char *words; /* what that means, a sentence */
} numeral_finding;

/* What became of a picture on its way in, and what looks wrong. */
typedef struct numeral_checkup {
    numeral_explanation *why;
    /* "as read", "ink alone", "its box", "scaled", "centred"; or "as read" and "taken as
     * it is". The first and third are pictures as `luminance` of numeral_named_image. */
    size_t n_steps;
    const numeral_named_image *steps;
    /* The mean training digit of the answer and of the runner-up, each of the frame's
     * size. */
    size_t n_means; /* 1 or 2 */
    const uint8_t *means[2];
    numeral_label mean_labels[2];
    size_t n_sample; /* training rows that the normal ranges were measured on */
    /* One for each check that could be made; of a blank picture only the first. */
    size_t n_findings, n_warnings;
    numeral_finding findings[NUMERAL_CHECK_COUNT];
    numeral_check checks[NUMERAL_CHECK_COUNT];
} numeral_checkup;

/* Examines `image`, taken as numeral_model_explain takes it; `luminance` says that 255 is
 * white in it. The normal ranges are those of at most 1,000 training rows drawn by
 * `seed`, each left out of the search for its own neighbours. End *out with
 * numeral_checkup_destroy. Errors as numeral_model_explain's. */
NUMERAL_API numeral_status numeral_model_examine(const numeral_model *model,
                                                 const numeral_image *image,
                                                 numeral_frame frame, bool luminance,
                                                 uint64_t seed, const numeral_run *run,
                                                 numeral_checkup **out,
                                                 numeral_error *err);
NUMERAL_API void numeral_checkup_destroy(numeral_checkup *checkup);

enum { NUMERAL_MAX_PLANE_DIGITS = 8 };

/* What a recipe makes of digits, in groups of planes to draw (numeral_draw_stages). For
 * each digit: its image as given and behind each transform; each feature, its numbers
 * where they lie in the plane, or in one row where they have no place in it; in one row
 * what each projection leaves. Then, where the recipe has pca, whiten, lda or nda, the
 * first 16 components, seen as images of the features (in rows: 8). Borrowed as long as
 * the planes live. */
typedef struct numeral_feature_planes {
    size_t n_groups;
    const numeral_planes *groups;
    size_t n_fitted; /* digits that projections were fitted to; 0: there are none */
} numeral_feature_planes;

/* Makes them of the first n_digits (1 to NUMERAL_MAX_PLANE_DIGITS) of labelled `data`.
 * Projections are fitted to at most 10,000 of its digits, evenly spread; the seed is
 * fitting's. End *out with numeral_feature_planes_destroy. NUMERAL_ERROR_ARGUMENT,
 * _MEMORY, and those of fitting. */
NUMERAL_API numeral_status numeral_recipe_planes(const numeral_recipe *recipe,
                                                 const numeral_dataset *data,
                                                 size_t n_digits, uint64_t seed,
                                                 const numeral_run *run,
                                                 numeral_feature_planes **out,
                                                 numeral_error *err);
NUMERAL_API void numeral_feature_planes_destroy(numeral_feature_planes *planes);

#ifdef __cplusplus
}
#endif
#endif
