/* Telling what reading data meets on its way and does not fail of. */
#ifndef NUMERAL_DATA_NOTES_H
#define NUMERAL_DATA_NOTES_H

#include <numeral/dataset.h>

/* Tells a sentence to options->notes, if there are any (`options` may be NULL). */
void numeral_note(const numeral_load *options, numeral_note_kind kind, const char *format,
                  ...) NUMERAL_PRINTF(3, 4);
/* Whether a file of a folder that cannot be read is left out. */
bool numeral_notes_go_on(const numeral_load *options);

#endif
