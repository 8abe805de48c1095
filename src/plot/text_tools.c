/* UTF-8 as characters and columns of a terminal, and grey images as characters. */
#include "plot/text_tools.h"

#include <string.h>

#include "base/fail.h"

size_t numeral_text_next(const char *text, uint32_t *code)
{
    const uint8_t *bytes = (const uint8_t *)text;
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (bytes[0] < 0x80) {
        *code = bytes[0];
        return bytes[0] != 0;
    }
    size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    *code = NUMERAL_TEXT_UNKNOWN;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4) {
        return 1;
    }
    uint32_t value = bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 1;
        }
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    if (value < smallest[length] || value > 0x10FFFF || (value >> 11) == 0x1B) {
        return 1;
    }
    *code = value;
    return length;
}

/* Whether the character is shown as it is: no control characters (they could steer the
 * terminal), no marks that change the direction of writing. */
static bool shown(numeral_text_mode mode, uint32_t code)
{
    if (code < 0x80) {
        return code >= ' ' && code != 0x7F;
    }
    return mode != NUMERAL_TEXT_PLAIN && code >= 0xA0 && code != NUMERAL_TEXT_UNKNOWN &&
           !(code >= 0x200B && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202E) &&
           !(code >= 0x2066 && code <= 0x2069);
}

/* Wide ones (Hangul, CJK, emoji) take two columns; what is uncertain counts as wide. */
static size_t columns_of(numeral_text_mode mode, uint32_t code)
{
    bool wide = (code >= 0x1100 && code < 0x1200) || (code >= 0x2E80 && code < 0xFF66) ||
                code >= 0xFFE0;
    return shown(mode, code) && wide ? 2 : 1;
}

size_t numeral_text_width(numeral_text_mode mode, const char *text)
{
    size_t columns = 0, length;
    uint32_t code;
    while ((length = numeral_text_next(text, &code)) > 0) {
        columns += columns_of(mode, code);
        text += length;
    }
    return columns;
}

numeral_status numeral_text_put(numeral_buffer *out, const char *text, numeral_error *err)
{
    return numeral_buffer_append(out, text, strlen(text), err);
}

numeral_status numeral_text_spaces(numeral_buffer *out, size_t n, numeral_error *err)
{
    numeral_status status = numeral_buffer_reserve(out, n, err);
    if (status == NUMERAL_OK && n > 0) {
        memset(out->data + out->size, ' ', n);
        out->size += n;
    }
    return status;
}

numeral_status numeral_text_append(numeral_buffer *out, numeral_text_mode mode,
                                   const char *text, size_t columns, bool fill,
                                   numeral_error *err)
{
    size_t used = 0, length;
    uint32_t code;
    numeral_status status = NUMERAL_OK;
    while ((length = numeral_text_next(text, &code)) > 0 &&
           used + columns_of(mode, code) <= columns) {
        bool as_is = shown(mode, code);
        TRY(numeral_buffer_append(out, as_is ? text : "?", as_is ? length : 1, err));
        used += columns_of(mode, code);
        text += length;
    }
    if (fill) {
        TRY(numeral_text_spaces(out, columns - used, err));
    }
done:
    return status;
}

/* Bytes of `text` that go on one line: up to the last space that fits, or as many
 * characters as fit. */
static size_t line_length(numeral_text_mode mode, const char *text, size_t columns)
{
    size_t used = 0, at = 0, last_space = 0, length;
    uint32_t code;
    while ((length = numeral_text_next(text + at, &code)) > 0) {
        if (code == ' ') {
            last_space = at;
        }
        used += columns_of(mode, code);
        if (used > columns) {
            return last_space > 0 ? last_space : at > 0 ? at : length;
        }
        at += length;
    }
    return at;
}

numeral_status numeral_text_wrap(numeral_buffer *out, numeral_text_mode mode,
                                 const char *text, size_t columns, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    char *line = NULL;
    while (*text) {
        size_t length = line_length(mode, text, columns);
        numeral_release(line);
        TRY_ALLOC(line = numeral_copy_text(text, length, err));
        TRY(numeral_text_append(out, mode, line, columns, false, err));
        TRY(numeral_text_put(out, "\n", err));
        text += length;
        while (*text == ' ') {
            text++;
        }
    }
done:
    numeral_release(line);
    return status;
}

/* Mean ink, 0..255, of the image under part (x, y) of an n_x × n_y division of it. */
static double mean_ink(const uint8_t *pixels, size_t height, size_t width, size_t n_x,
                       size_t n_y, size_t x, size_t y)
{
    double left = (double)(x * width) / (double)n_x;
    double right = (double)((x + 1) * width) / (double)n_x;
    double top = (double)(y * height) / (double)n_y;
    double bottom = (double)((y + 1) * height) / (double)n_y;
    double sum = 0;
    for (size_t row = (size_t)top; row < height && (double)row < bottom; row++) {
        double high = bottom < (double)(row + 1) ? bottom : (double)(row + 1);
        double low = top > (double)row ? top : (double)row;
        for (size_t column = (size_t)left; column < width && (double)column < right;
             column++) {
            double far = right < (double)(column + 1) ? right : (double)(column + 1);
            double close = left > (double)column ? left : (double)column;
            sum += (far - close) * (high - low) * pixels[row * width + column];
        }
    }
    return sum / ((right - left) * (bottom - top));
}

static const char *ramp_character(double ink)
{
    static const char *const ramp[] = {" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"};
    /* Averaging makes thin strokes pale: the ramp ends at two thirds of full ink. */
    size_t level = (size_t)(ink * 10 / 170);
    return ramp[level < 9 ? level : 9];
}

/* A quarter is set where its mean ink is at least this: less than half, as averaging
 * makes thin strokes pale. */
enum { HALF_INK = 96 };

static const char *quarter_character(const uint8_t *pixels, size_t height, size_t width,
                                     size_t columns, size_t rows, size_t x, size_t y)
{
    static const char *const quarters[] = {" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛",
                                           "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"};
    size_t pattern = 0;
    for (size_t quarter = 0; quarter < 4; quarter++) {
        double ink = mean_ink(pixels, height, width, 2 * columns, 2 * rows,
                              2 * x + quarter % 2, 2 * y + quarter / 2);
        pattern |= (size_t)(ink >= HALF_INK) << quarter;
    }
    return quarters[pattern];
}

numeral_status numeral_text_digit_row(numeral_buffer *out, numeral_text_mode mode,
                                      const uint8_t *pixels, size_t height, size_t width,
                                      size_t columns, size_t rows, size_t row,
                                      numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t x = 0; x < columns; x++) {
        const char *character =
            mode == NUMERAL_TEXT_PLAIN
                ? ramp_character(mean_ink(pixels, height, width, columns, rows, x, row))
                : quarter_character(pixels, height, width, columns, rows, x, row);
        TRY(numeral_text_put(out, character, err));
    }
done:
    return status;
}

numeral_status numeral_text_finish(numeral_status status, numeral_buffer *out,
                                   char **text, numeral_error *err)
{
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(out, "", 1, err);
    }
    if (status == NUMERAL_OK) {
        *text = (char *)out->data;
    } else {
        numeral_buffer_free(out);
    }
    return status;
}
