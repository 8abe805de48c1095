/* What names a model file. */
#ifndef NUMERAL_MODEL_MODEL_FILE_H
#define NUMERAL_MODEL_MODEL_FILE_H

#define NUMERAL_MODEL_FORMAT "numeral-model"
/* What is written, and the oldest that is read: docs/format.md says how they differ. */
enum { NUMERAL_MODEL_VERSION = 2, NUMERAL_MODEL_OLDEST = 1 };

#endif
