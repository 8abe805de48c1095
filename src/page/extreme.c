/* Largest values in squares, in two passes of lines. Down the page whole rows are
 * compared, which the compiler turns into vectors; across it the page is turned on its
 * side first. */
#include "page/extreme.h"

#include "base/fail.h"
#include "base/memory.h"

enum { TILE = 32 }; /* a tile of 1 KiB in and 1 KiB out stays in the first cache */

void numeral_page_transpose(const uint8_t *in, size_t height, size_t width, uint8_t *out)
{
    for (size_t top = 0; top < height; top += TILE) {
        for (size_t left = 0; left < width; left += TILE) {
            size_t bottom = top + TILE < height ? top + TILE : height;
            size_t right = left + TILE < width ? left + TILE : width;
            for (size_t x = left; x < right; x++) {
                for (size_t y = top; y < bottom; y++) {
                    out[x * height + y] = in[y * width + x];
                }
            }
        }
    }
}

static void larger_row(const uint8_t *restrict a, const uint8_t *restrict b, size_t n,
                       uint8_t *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = a[i] > b[i] ? a[i] : b[i];
    }
}

/* The largest of the 2·reach + 1 rows around each row. Rows fall into blocks of that
 * many; `ahead` holds the largest from the block's begin to the row, `behind` from the
 * row to the block's end; a window covers one end and one begin. */
static void dilate_down(const uint8_t *in, size_t height, size_t width, size_t reach,
                        uint8_t *ahead, uint8_t *behind, uint8_t *out)
{
    size_t block = 2 * reach + 1;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *before = y % block ? ahead + (y - 1) * width : in + y * width;
        larger_row(before, in + y * width, width, ahead + y * width);
    }
    for (size_t y = height; y-- > 0;) {
        bool last = y + 1 == height || (y + 1) % block == 0;
        const uint8_t *after = last ? in + y * width : behind + (y + 1) * width;
        larger_row(after, in + y * width, width, behind + y * width);
    }
    for (size_t y = 0; y < height; y++) {
        size_t first = y < reach ? 0 : y - reach;
        size_t last = y + reach < height ? y + reach : height - 1;
        /* a window cut off by an edge may lie in one block, where one array knows it all
         */
        const uint8_t *a = y < reach ? ahead + last * width : behind + first * width;
        const uint8_t *b = first / block == last / block ? a : ahead + last * width;
        larger_row(a, b, width, out + y * width);
    }
}

numeral_status numeral_page_dilate(numeral_image *image, size_t reach, numeral_error *err)
{
    size_t height = image->height, width = image->width;
    uint8_t *turned = numeral_allocate(height, width, err);
    uint8_t *ahead = numeral_allocate(height, width, err);
    uint8_t *behind = numeral_allocate(height, width, err);
    numeral_status status = turned && ahead && behind ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        dilate_down(image->pixels, height, width, reach, ahead, behind, turned);
        numeral_page_transpose(turned, height, width, image->pixels);
        dilate_down(image->pixels, width, height, reach, ahead, behind, turned);
        numeral_page_transpose(turned, width, height, image->pixels);
    }
    numeral_release(turned);
    numeral_release(ahead);
    numeral_release(behind);
    return status;
}

static void turn_round(numeral_image *image)
{
    for (size_t i = 0; i < image->height * image->width; i++) {
        image->pixels[i] = (uint8_t)(255 - image->pixels[i]);
    }
}

numeral_status numeral_page_close(numeral_image *image, size_t reach, numeral_error *err)
{
    numeral_status status = numeral_page_dilate(image, reach, err);
    if (status == NUMERAL_OK) {
        turn_round(image);
        status = numeral_page_dilate(image, reach, err);
        turn_round(image);
    }
    return status;
}
