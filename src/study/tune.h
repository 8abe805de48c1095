/* Inside a sweep: graphs, and the settings that are tried on each. */
#ifndef NUMERAL_STUDY_TUNE_H
#define NUMERAL_STUDY_TUNE_H

#include <numeral/tools/study.h>

#include "model/reader.h"
#include "recipe/recipe.h"

/* Folds where the request names none: five to fit on and one to read. */
enum { NUMERAL_STUDY_FOLDS = 6 };

/* One recipe with one metric, and its settings: number (w·n_ks + k)·n_ties + t. */
typedef struct numeral_tune_graph {
    numeral_recipe recipe; /* its k is the greatest that is tried */
    size_t recipe_at;      /* its place in the request */
    size_t n_ks, n_weights, n_ties, n_settings;
    size_t *ks;
    numeral_part *weights;
    numeral_ties *ties;
    size_t right_bytes; /* of one digit */
    uint8_t *right;     /* bit s of digit i: setting s reads it rightly */
    size_t *errors;     /* n_settings, among the digits read so far */
    size_t n_read;
} numeral_tune_graph;

/* What setting number `setting` is. */
typedef struct numeral_tune_setting {
    const numeral_part *weights;
    size_t k;
    numeral_ties ties;
} numeral_tune_setting;

numeral_tune_setting numeral_tune_setting_at(const numeral_tune_graph *graph,
                                             size_t setting);

/* The option list that the request gives, or the recipe's own. */
numeral_status numeral_tune_graph_create(const numeral_tune_request *request,
                                         size_t recipe_at, size_t metric_at,
                                         size_t n_digits, numeral_tune_graph *out,
                                         numeral_error *err);
void numeral_tune_graph_free(numeral_tune_graph *graph);
/* The recipe with one setting in it. */
numeral_recipe numeral_tune_graph_recipe(const numeral_tune_graph *graph, size_t setting);
/* How many neighbours vote under a setting; how many the widest needs. */
size_t numeral_tune_voters(const numeral_tune_graph *graph, size_t setting,
                           size_t n_rows);
size_t numeral_tune_widest(const numeral_tune_graph *graph, size_t n_rows);
/* How many are searched at first: enough for the weights that cannot be settled by
 * fewer. */
size_t numeral_tune_narrow(const numeral_tune_graph *graph, size_t n_rows);

/* What counting a block of digits needs. */
typedef struct numeral_tune_count {
    numeral_tune_graph *graph;
    const numeral_model *model;
    const numeral_label *labels; /* of the digits that are read */
    const size_t *places;        /* their places among all; NULL: they are all */
    const size_t *known; /* of each label whether a model without the digit can know
                            it: not 0 */
    size_t n_rows;       /* that each digit may have for neighbours */
    int threads;
    numeral_ballot_room ballots; /* of numeral_tune_widest */
    double *scores;              /* n_classes for each worker */
    size_t *digits;              /* reader->room */
    bool *enough;                /* reader->room */
} numeral_tune_count;

/* Lets every setting vote on each digit of the reader's block, the first of which is
 * digit `first`, and notes who was right. */
numeral_status numeral_tune_count_block(const numeral_tune_count *count,
                                        numeral_reader *reader, size_t first,
                                        numeral_error *err);

/* Turns the counts of all graphs into results, best first. `n_rows` is the least that a
 * digit had for neighbours. */
numeral_status numeral_tune_results(const numeral_tune_graph *graphs, size_t n_graphs,
                                    size_t n_rows, numeral_tune_outcome *out,
                                    numeral_error *err);

const char *numeral_tune_ties_text(numeral_ties ties);

#endif
