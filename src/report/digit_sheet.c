#include "report/digit_sheet.h"

#include <string.h>

#include "image/image_codec.h"

numeral_status numeral_digit_sheet_add(numeral_digit_sheet *sheet, const uint8_t *pixels,
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
    uint8_t *place = sheet->pixels + sheet->n++ * size;
    memset(place, 0, size);
    place += (sheet->height - height) / 2 * sheet->width + (sheet->width - width) / 2;
    for (size_t y = 0; y < height; y++) {
        memcpy(place + y * sheet->width, pixels + y * width, width);
    }
    return NUMERAL_OK;
}

/* Lays the digits out in rows, ink dark. */
static uint8_t *lay_out(const numeral_digit_sheet *sheet, size_t rows, numeral_error *err)
{
    size_t stride = NUMERAL_SHEET_COLUMNS * sheet->width;
    uint8_t *out = numeral_allocate_zero(rows * sheet->height, stride, err);
    for (size_t i = 0; out && i < sheet->n; i++) {
        size_t left = i % NUMERAL_SHEET_COLUMNS * sheet->width;
        size_t top = i / NUMERAL_SHEET_COLUMNS * sheet->height;
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
    if (sheet->n == 0 || html->status != NUMERAL_OK) {
        return;
    }
    size_t rows = (sheet->n + NUMERAL_SHEET_COLUMNS - 1) / NUMERAL_SHEET_COLUMNS;
    numeral_buffer png = {.max_bytes = SIZE_MAX / 2};
    uint8_t *pixels = lay_out(sheet, rows, html->err);
    html->status =
        pixels ? numeral_png_encode(pixels, rows * sheet->height,
                                    NUMERAL_SHEET_COLUMNS * sheet->width, &png, html->err)
               : NUMERAL_ERROR_MEMORY;
    numeral_html_put(html, ".digit { background-image: url(data:image/png;base64,");
    if (html->status == NUMERAL_OK) {
        numeral_html_base64(html, png.data, png.size);
    }
    numeral_html_put(html, "); }\n");
    numeral_buffer_free(&png);
    numeral_release(pixels);
}

void numeral_digit_sheet_show(const numeral_digit_sheet *sheet, size_t at, double scale,
                              const char *what, numeral_html *html)
{
    double width = scale * (double)sheet->width, height = scale * (double)sheet->height;
    size_t column = at % NUMERAL_SHEET_COLUMNS, row = at / NUMERAL_SHEET_COLUMNS;
    numeral_html_printf(
        html,
        "<span class=\"digit\" role=\"img\" style=\"width:%.0fpx;height:%.0fpx;"
        "background-size:%.0fpx auto;background-position:-%.0fpx -%.0fpx;"
        "box-sizing:content-box\" title=\"",
        width, height, width * NUMERAL_SHEET_COLUMNS, width * (double)column,
        height * (double)row);
    numeral_html_text(html, what);
    numeral_html_put(html, "\" aria-label=\"");
    numeral_html_text(html, what);
    numeral_html_put(html, "\"></span>");
}

void numeral_digit_sheet_free(numeral_digit_sheet *sheet)
{
    numeral_release(sheet->pixels);
    *sheet = (numeral_digit_sheet){0};
}
