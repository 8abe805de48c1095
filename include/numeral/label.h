/* Labels: the numbers that digits are told apart by. */
#ifndef NUMERAL_LABEL_H
#define NUMERAL_LABEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint16_t numeral_label;

enum {
    NUMERAL_MAX_LABEL = 65535,
    NUMERAL_LABEL_BYTES = 6 /* of one's number as text, with the zero behind it */
};

#ifdef __cplusplus
}
#endif
#endif
