/* Largest values in squares, row by row: down the page rows are compared as van Herk and
 * Gil & Werman do, across it with themselves moved aside, by windows that double. All of
 * it are comparisons of whole rows, which the compiler turns into vectors, and what is
 * under way stays in the second cache. */
#include "page/extreme.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { TILE = 64, PATCH = 8 }; /* of a page that is laid on its side */

/* Whether 8 × 8 pixels are all 0, as nearly all of a page of ink are. */
static bool is_bare(const uint8_t *in, size_t width)
{
    uint64_t any = 0, eight;
    for (size_t y = 0; y < PATCH; y++) {
        memcpy(&eight, in + y * width, sizeof eight);
        any |= eight;
    }
    return any == 0;
}

static void turn_patch(const uint8_t *in, size_t height, size_t width, size_t rows,
                       size_t columns, uint8_t *out)
{
    bool bare = rows == PATCH && columns == PATCH && is_bare(in, width);
    for (size_t x = 0; x < columns; x++) {
        if (bare) {
            memset(out + x * height, 0, PATCH);
        } else {
            for (size_t y = 0; y < rows; y++) {
                out[x * height + y] = in[y * width + x];
            }
        }
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void numeral_page_transpose(const uint8_t *in, size_t height, size_t width, uint8_t *out)
{
    for (size_t top = 0; top < height; top += TILE) {
        for (size_t left = 0; left < width; left += PATCH) {
            for (size_t y = top; y < least(top + TILE, height); y += PATCH) {
                turn_patch(in + y * width + left, height, width, least(PATCH, height - y),
                           least(PATCH, width - left), out + left * height + y);
            }
        }
    }
}

static void larger(const uint8_t *restrict a, const uint8_t *restrict b, size_t n,
                   uint8_t flip, uint8_t *restrict out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (a[i] > b[i] ? a[i] : b[i]) ^ flip;
    }
}

static void lift(uint8_t *restrict row, const uint8_t *restrict by, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row[i] = by[i] > row[i] ? by[i] : row[i];
    }
}

/* Rooms for the rows under way. */
typedef struct rows {
    size_t height, width, reach, block; /* block: the rows of a window */
    size_t aside;                       /* reach across, no wider than the page */
    uint8_t *zeros, *ahead;             /* width */
    uint8_t *behind;                    /* block × width */
    uint8_t *wide[2];                   /* width, and `aside` on either side */
} rows;

/* The largest of the 2·aside + 1 pixels around each of the row in wide[0]. */
static void across(rows *r, uint8_t flip, uint8_t *out)
{
    size_t window = 2 * r->aside + 1, n = r->width + 2 * r->aside, size = 1;
    uint8_t *row = r->wide[0], *next = r->wide[1];
    for (; 2 * size <= window; size *= 2) {
        n -= size;
        larger(row, row + size, n, 0, next);
        uint8_t *other = row;
        row = next;
        next = other;
    }
    larger(row, row + window - size, r->width, flip, out);
}

static const uint8_t *row_at(const rows *r, const uint8_t *in, size_t padded)
{
    bool inside = padded >= r->reach && padded - r->reach < r->height;
    return inside ? in + (padded - r->reach) * r->width : r->zeros;
}

/* The largest of the square around each pixel, and whether it is turned into 255 less
 * that (flip 255). Rows, `reach` bare ones before the first, fall into blocks of a
 * window's length; `behind` holds the largest from each row to its block's end, `ahead`
 * from the begin of the next block to the window's end. */
static void dilate(rows *r, const uint8_t *in, uint8_t flip, uint8_t *out)
{
    size_t width = r->width;
    for (size_t begin = 0; begin < r->height; begin += r->block) {
        const uint8_t *after = r->zeros;
        for (size_t i = r->block; i-- > 0;) {
            larger(after, row_at(r, in, begin + i), width, 0, r->behind + i * width);
            after = r->behind + i * width;
        }
        memset(r->ahead, 0, width);
        for (size_t i = 0; i < r->block && begin + i < r->height; i++) {
            if (i > 0) {
                lift(r->ahead, row_at(r, in, begin + r->block + i - 1), width);
            }
            memset(r->wide[0], 0, r->aside);
            larger(r->behind + i * width, r->ahead, width, 0, r->wide[0] + r->aside);
            memset(r->wide[0] + r->aside + width, 0, r->aside);
            across(r, flip, out + (begin + i) * width);
        }
    }
}

static void free_rows(rows *r)
{
    numeral_release(r->zeros);
    numeral_release(r->ahead);
    numeral_release(r->behind);
    numeral_release(r->wide[0]);
    numeral_release(r->wide[1]);
}

static numeral_status make_rows(const numeral_image *image, size_t reach, rows *r,
                                numeral_error *err)
{
    size_t height = image->height, width = image->width;
    numeral_status status = NUMERAL_OK;
    *r = (rows){.height = height, .width = width, .reach = least(reach, height - 1)};
    r->block = 2 * r->reach + 1;
    r->aside = least(reach, width - 1);
    TRY_ALLOC(r->zeros = numeral_allocate_zero(width, 1, err));
    TRY_ALLOC(r->ahead = numeral_allocate(width, 1, err));
    TRY_ALLOC(r->behind = numeral_allocate(r->block, width, err));
    TRY_ALLOC(r->wide[0] = numeral_allocate(width + 2 * r->aside, 1, err));
    TRY_ALLOC(r->wide[1] = numeral_allocate(width + 2 * r->aside, 1, err));
done:
    return status;
}

numeral_status numeral_page_dilate(numeral_image *image, size_t reach, numeral_error *err)
{
    rows r;
    uint8_t *out = NULL;
    numeral_status status = make_rows(image, reach, &r, err);
    TRY(status);
    TRY_ALLOC(out = numeral_allocate(image->height, image->width, err));
    dilate(&r, image->pixels, 0, out);
    memcpy(image->pixels, out, image->height * image->width);
done:
    free_rows(&r);
    numeral_release(out);
    return status;
}

numeral_status numeral_page_close(numeral_image *image, size_t reach, numeral_error *err)
{
    rows r;
    uint8_t *between = NULL;
    numeral_status status = make_rows(image, reach, &r, err);
    TRY(status);
    TRY_ALLOC(between = numeral_allocate(image->height, image->width, err));
    dilate(&r, image->pixels, 255, between);
    dilate(&r, between, 255, image->pixels);
done:
    free_rows(&r);
    numeral_release(between);
    return status;
}
