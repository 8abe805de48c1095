/* Files of other kinds, known so that a refusal can say how to convert them. */
#ifndef NUMERAL_IMAGE_FOREIGN_H
#define NUMERAL_IMAGE_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* What the bytes are and how to make of them what numeral reads, "a PDF: ..."; NULL where
 * nothing is known of them. */
const char *numeral_foreign_words(const uint8_t *bytes, size_t n_bytes);

#endif
