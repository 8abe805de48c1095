/* Likeness: how usual a digit is among digits that are as new to the model as it is. */
#ifndef NUMERAL_MODEL_LIKENESS_H
#define NUMERAL_MODEL_LIKENESS_H

#include "base/tensors.h"
#include "model/background.h"
#include "model/model.h"

/* Likenesses: below the first it is no digit; below the second it is looked at for
 * several (reader.c). The tail is fitted to be true at both. */
extern const double numeral_least_likeness, numeral_several_likeness;
/* How much of how near things that are no digits lie counts. */
extern const double numeral_background_power;

/* Measures the model's own rows, of up to 8,000 evenly spread, each left out of its own
 * answer. The model says nothing (`known` false) where there are too few. */
numeral_status numeral_likeness_measure(const numeral_model *model,
                                        const numeral_run *run, numeral_likeness *out,
                                        numeral_error *err);

/* Whether the model's images are large enough to hold strokes: smaller ones are numbers
 * of another kind, which may well be all 0. */
bool numeral_likeness_sees_strokes(const numeral_model *model);

/* How strange a digit is whose nearest row is `distance` (unsquared) away; `image`, of
 * the model's frame, may be NULL. */
double numeral_strangeness(const numeral_model *model, double distance,
                           const numeral_asides *asides, const uint8_t *image);
/* Whether image and asides are looked at for that. */
bool numeral_strangeness_looks(const numeral_model *model, double distance);

/* The share of left-out training digits that are at least so strange: 0 to 1; 1 where
 * the model does not know. */
double numeral_likeness_of(const numeral_likeness *likeness, double strangeness);

/* Lists, and takes from checked tensors, what is known; no tensor, nothing. */
numeral_status numeral_likeness_save(const numeral_model *model, numeral_tensors *tensors,
                                     numeral_error *err);
numeral_status numeral_likeness_load(numeral_model *model, const numeral_tensors *tensors,
                                     numeral_error *err);

#endif
