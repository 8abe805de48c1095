/* The sheet: one PNG of all digits, which the page carries once. */
#include "report/digit_sheet.h"

#include <string.h>

#include "base/fail.h"
#include "image/image_codec.h"

enum { COLUMNS = 32 }; /* of 28 pixels: a sheet is at most 900 wide */

/* Takes a digit into the sheet, in the middle of its place. */
static numeral_status add(numeral_digit_sheet *sheet, const uint8_t *pixels,
                          size_t height, size_t width, numeral_error *err)
{
    size_t size = sheet->height * sheet->width;
    if (sheet->n == sheet->capacity) {
        size_t capacity = sheet->capacity ? 2 * sheet->capacity : 64;
        uint8_t *larger = numeral_allocate(capacity, size, err);
        if (!larger) {
            return NUMERAL_ERROR_MEMORY;
        }
        if (sheet->n) {
            memcpy(larger, sheet->pixels, sheet->n * size);
        }
        numeral_release(sheet->pixels);
        sheet->pixels = larger;
        sheet->capacity = capacity;
    }
    /* Smaller digits stand in the middle of their place, ground all around. */
    uint8_t *place = sheet->pixels + sheet->n++ * size;
    memset(place, 0, size);
    place += (sheet->height - height) / 2 * sheet->width + (sheet->width - width) / 2;
    for (size_t y = 0; y < height; y++) {
        memcpy(place + y * sheet->width, pixels + y * width, width);
    }
    return NUMERAL_OK;
}

void numeral_digit_sheet_show(numeral_digit_sheet *sheet, const uint8_t *pixels,
                              size_t height, size_t width, double scale, const char *what,
                              numeral_html *html)
{
    size_t column = sheet->n % COLUMNS, row = sheet->n / COLUMNS;
    double wide = scale * (double)sheet->width, high = scale * (double)sheet->height;
    if (html->status == NUMERAL_OK) {
        html->status = add(sheet, pixels, height, width, html->err);
    }
    numeral_html_printf(
        html,
        "<span class=\"digit\" role=\"img\" style=\"width:%.0fpx;height:%.0fpx;"
        "background-size:%.0fpx auto;background-position:-%.0fpx -%.0fpx;"
        "box-sizing:content-box\" title=\"",
        wide, high, wide * COLUMNS, wide * (double)column, high * (double)row);
    numeral_html_element(html, "", what, "\" aria-label=\"");
    numeral_html_element(html, "", what, "\"></span>");
}

/* Lays the digits out in rows, ink dark. */
static uint8_t *lay_out(const numeral_digit_sheet *sheet, size_t rows, numeral_error *err)
{
    size_t stride = COLUMNS * sheet->width;
    uint8_t *out = numeral_allocate_zero(rows * sheet->height, stride, err);
    for (size_t i = 0; out && i < sheet->n; i++) {
        size_t left = i % COLUMNS * sheet->width, top = i / COLUMNS * sheet->height;
        for (size_t y = 0; y < sheet->height; y++) {
            memcpy(out + (top + y) * stride + left,
                   sheet->pixels + (i * sheet->height + y) * sheet->width, sheet->width);
        }
    }
    for (size_t i = 0; out && i < rows * sheet->height * stride; i++) {
        out[i] = (uint8_t)(255 - out[i]);
    }
    return out;
}

void numeral_digit_sheet_style(const numeral_digit_sheet *sheet, numeral_html *html)
{
    size_t rows = (sheet->n + COLUMNS - 1) / COLUMNS;
    numeral_buffer png = {.max_bytes = SIZE_MAX / 2};
    uint8_t *pixels = NULL;
    numeral_status status = html->status;
    if (sheet->n == 0 || status != NUMERAL_OK) {
        return;
    }
    TRY_ALLOC(pixels = lay_out(sheet, rows, html->err));
    TRY(numeral_png_encode(pixels, rows * sheet->height, COLUMNS * sheet->width, &png,
                           html->err));
    numeral_html_put(html, ".digit { background-image: url(data:image/png;base64,");
    numeral_html_base64(html, png.data, png.size);
    numeral_html_put(html, "); }\n");
    status = html->status;
done:
    html->status = status;
    numeral_buffer_free(&png);
    numeral_release(pixels);
}

void numeral_digit_sheet_free(numeral_digit_sheet *sheet)
{
    numeral_release(sheet->pixels);
    *sheet = (numeral_digit_sheet){0};
}
