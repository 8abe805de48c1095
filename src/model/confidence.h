/* Confidence: from what an answer shows of itself to the chance that it is right. */
#ifndef NUMERAL_MODEL_CONFIDENCE_H
#define NUMERAL_MODEL_CONFIDENCE_H

#include "base/tensors.h"
#include "model/reader.h"

/* What the confidence of one answer is made of. */
typedef struct numeral_evidence {
    numeral_decided decided;
    double margin;   /* log of the answer's votes over those of the best other class */
    double distance; /* to the farthest voter, in the model's units */
} numeral_evidence;

/* The evidence of a verdict of the model's, final but for its confidence. */
numeral_evidence numeral_evidence_of(const numeral_model *model,
                                     const numeral_read_verdict *verdict);
/* The chance, strictly between 0 and 1, that an answer of this evidence is right. */
double numeral_confidence_of(const numeral_confidence_map *map,
                             const numeral_evidence *evidence);

/* The median distance of training digits to their farthest voter, without themselves, of
 * up to 1,000 digits evenly spread: the model's unit of distance, above 0. */
numeral_status numeral_confidence_unit(const numeral_model *model, const numeral_run *run,
                                       double *out, numeral_error *err);

/* The map (without its unit) of greatest likelihood for n answers, right or not. */
void numeral_confidence_fit(const numeral_evidence *evidence, const bool *right, size_t n,
                            numeral_confidence_map *out);

/* Whether it was fitted by a preset that has a map. */
numeral_status numeral_confidence_is_preset(const numeral_model *model, bool *out,
                                            numeral_error *err);
/* Gives the model the map of the preset that it was fitted by, if it was. */
numeral_status numeral_confidence_by_preset(numeral_model *model, const numeral_run *run,
                                            numeral_error *err);

/* Lists, and takes from checked tensors, the map; no tensor, no map. */
numeral_status numeral_confidence_save(const numeral_model *model,
                                       numeral_tensors *tensors, numeral_error *err);
numeral_status numeral_confidence_load(numeral_model *model,
                                       const numeral_tensors *tensors,
                                       numeral_error *err);

#endif
