/* What names a model file. */
#ifndef NUMERAL_MODEL_MODEL_FILE_H
#define NUMERAL_MODEL_MODEL_FILE_H

#define NUMERAL_MODEL_FORMAT "numeral-model"
enum { NUMERAL_MODEL_VERSION = 1 };

#endif
