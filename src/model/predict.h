/* Predicting, by a model that is held already. */
#ifndef NUMERAL_MODEL_PREDICT_H
#define NUMERAL_MODEL_PREDICT_H

#include "model/model.h"

/* numeral_model_predict. `numbered`: the index is asked for digit number i as for what is
 * to be left out. */
numeral_status numeral_predict_held(const numeral_model *now, const numeral_dataset *data,
                                    bool numbered, const numeral_run *run,
                                    numeral_answers *out, numeral_error *err);

#endif
