/* Notes: sentences for whoever asked for the data, made only where somebody listens. */
#include "data/notes.h"

#include <stdarg.h>
#include <stdio.h>

#include <numeral/tools/names.h>

void numeral_note(const numeral_load *options, numeral_note_kind kind, const char *format,
                  ...)
{
    const numeral_notes *notes = options ? options->notes : NULL;
    char raw[NUMERAL_ERROR_TEXT_BYTES], text[NUMERAL_ERROR_TEXT_BYTES];
    if (notes && notes->tell) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(raw, sizeof raw, format, arguments);
        va_end(arguments);
        numeral_name_visible(raw, sizeof raw, text, sizeof text);
        notes->tell(notes->context, kind, text);
    }
}

bool numeral_notes_go_on(const numeral_load *options)
{
    return options && options->notes && options->notes->go_on;
}
