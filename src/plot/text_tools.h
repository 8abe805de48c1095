/* Pictures made of text: words that fit, and digits as characters. */
#ifndef NUMERAL_PLOT_TEXT_TOOLS_H
#define NUMERAL_PLOT_TEXT_TOOLS_H

#include <numeral/tools/picture.h>

#include "base/memory.h"

/* Most bytes that one text picture may have; columns of a line where nothing is said. */
enum { NUMERAL_TEXT_MAX_BYTES = 1 << 28, NUMERAL_TEXT_COLUMNS = 80 };

/* One character of `text`: its length in bytes, or 0 at the end. A byte that is no UTF-8
 * is a character of length 1 and code UNKNOWN (U+FFFD, which stands for such). */
enum { NUMERAL_TEXT_UNKNOWN = 0xFFFD };
size_t numeral_text_next(const char *text, uint32_t *code);

/* Columns that the mode's form of `text` takes. In it, control characters and bytes that
 * are not UTF-8 are `?`, and so, for PLAIN, is all that is not ASCII. */
size_t numeral_text_width(numeral_text_mode mode, const char *text);

/* Appends the mode's form of `text`, cut to `columns`, filled up with spaces to them if
 * `fill`. */
numeral_status numeral_text_append(numeral_buffer *out, numeral_text_mode mode,
                                   const char *text, size_t columns, bool fill,
                                   numeral_error *err);

/* Appends `text` broken at spaces into lines of at most `columns`. */
numeral_status numeral_text_wrap(numeral_buffer *out, numeral_text_mode mode,
                                 const char *text, size_t columns, numeral_error *err);

/* Appends `text` as it is, and n spaces. */
numeral_status numeral_text_put(numeral_buffer *out, const char *text,
                                numeral_error *err);
numeral_status numeral_text_spaces(numeral_buffer *out, size_t n, numeral_error *err);

/* Appends row `row` of a grey image shown as columns × rows characters: an ASCII ramp for
 * PLAIN, else quarter blocks. */
numeral_status numeral_text_digit_row(numeral_buffer *out, numeral_text_mode mode,
                                      const uint8_t *pixels, size_t height, size_t width,
                                      size_t columns, size_t rows, size_t row,
                                      numeral_error *err);

/* `n` images side by side, each columns × rows characters with `gap` between them, as
 * this terminal shows them best; ends with a line break. */
typedef struct numeral_text_strip {
    const uint8_t *pixels;
    size_t n, height, width;
    size_t columns, rows, gap;
} numeral_text_strip;

/* Whether chafa can serve the terminal: it is built in, and TERM is set and not "dumb".
 */
bool numeral_text_chafa_serves(char *const *environment);
/* NUMERAL_ERROR_UNSUPPORTED when built without chafa. */
numeral_status numeral_text_chafa(numeral_buffer *out, const numeral_text_strip *strip,
                                  char *const *environment, numeral_error *err);

/* Hands the buffer over as a string; on failure frees it and leaves *text. */
numeral_status numeral_text_finish(numeral_status status, numeral_buffer *out,
                                   char **text, numeral_error *err);

#endif
