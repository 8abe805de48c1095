/* The slope is sought by projecting a sample of the ink on rows, first by steps, then
 * finely; the page is turned in 65,536ths, between four pixels. */
#include "page/level.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/runs.h"

enum {
    INK = 48,        /* faint rules count, too: they lie best of all */
    SAMPLE = 20000,  /* so many pixels of ink, evenly taken, are enough */
    COARSE_STEP = 6, /* a third of a degree: at a page's width a few strokes */
    EIGHT = 8,       /* pixels that are told to be bare at once */
    ONE = 65536,
    PIECE = 16 /* of a row: whether it lies on the page, and on ink, is asked once */
};

/* A slope must gather ink that much better than none, in percent: the outlines of a few
 * large digits lie better on some slant, too, though their line is level. */
static const uint64_t BETTER = 102;

typedef struct sample {
    size_t n, height, width;
    uint32_t *y, *x;
    uint32_t *rows; /* ink that falls on each row */
    size_t stroke;
} sample;

static void take_sample(const numeral_image *ink, size_t step, sample *s)
{
    size_t next = 1; /* pixels of ink to the next that is taken */
    for (size_t y = 0; y < ink->height; y++) {
        const uint8_t *row = ink->pixels + y * ink->width;
        for (size_t x = 0; x < ink->width;) {
            x += numeral_page_bare(row + x, ink->width - x, INK);
            size_t end = x + EIGHT < ink->width ? x + EIGHT : ink->width;
            for (; x < end; x++) {
                if (row[x] >= INK && --next == 0 && s->n < SAMPLE) {
                    s->y[s->n] = (uint32_t)y;
                    s->x[s->n++] = (uint32_t)x;
                    next = step;
                }
            }
        }
    }
}

static size_t count_ink(const numeral_image *ink)
{
    size_t n = 0;
    for (size_t y = 0; y < ink->height; y++) {
        const uint8_t *row = ink->pixels + y * ink->width;
        uint32_t in_row = 0;
        for (size_t x = 0; x < ink->width; x++) {
            in_row += row[x] >= INK;
        }
        n += in_row;
    }
    return n;
}

/* Σ of squares of the ink in each row of half a stroke, lines taken as falling by slope.
 */
static uint64_t gathered(const sample *s, int slope)
{
    size_t bin = s->stroke / 2 + 1, rise = s->width * NUMERAL_PAGE_STEEPEST;
    size_t n_rows =
        (s->height * NUMERAL_PAGE_SLOPE + 2 * rise) / (bin * NUMERAL_PAGE_SLOPE) + 1;
    /* what is divided is below 2^31, so that a product's upper bits are the quotient
     * (Granlund & Montgomery 1994) */
    uint64_t divisor = bin * NUMERAL_PAGE_SLOPE;
    unsigned shift = 31;
    while (UINT64_C(1) << (shift - 31) < divisor) {
        shift++;
    }
    uint64_t part = (UINT64_C(1) << shift) / divisor + 1;
    memset(s->rows, 0, n_rows * sizeof *s->rows);
    for (size_t i = 0; i < s->n; i++) {
        int64_t at = (int64_t)s->y[i] * NUMERAL_PAGE_SLOPE - (int64_t)s->x[i] * slope;
        s->rows[((uint64_t)(at + (int64_t)rise) * part) >> shift]++;
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < n_rows; i++) {
        sum += (uint64_t)s->rows[i] * s->rows[i];
    }
    return sum;
}

static int best_slope(const sample *s, int from, int to, int step)
{
    int best = from;
    uint64_t most = 0;
    for (int slope = from; slope <= to; slope += step) {
        uint64_t sum = gathered(s, slope);
        if (sum > most) {
            most = sum;
            best = slope;
        }
    }
    return best;
}

numeral_status numeral_page_find_slope(const numeral_image *ink, size_t stroke,
                                       int *slope, numeral_error *err)
{
    size_t n = count_ink(ink);
    sample s = {.height = ink->height, .width = ink->width, .stroke = stroke};
    numeral_status status = NUMERAL_OK;
    s.y = numeral_allocate(SAMPLE, sizeof *s.y, err);
    s.x = numeral_allocate(SAMPLE, sizeof *s.x, err);
    s.rows = numeral_allocate(ink->height + ink->width + 2, sizeof *s.rows, err);
    TRY(s.y && s.x && s.rows ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    take_sample(ink, n / SAMPLE + 1, &s);
    int best = best_slope(&s, -NUMERAL_PAGE_STEEPEST, NUMERAL_PAGE_STEEPEST, COARSE_STEP);
    int from = best - COARSE_STEP < -NUMERAL_PAGE_STEEPEST ? -NUMERAL_PAGE_STEEPEST
                                                           : best - COARSE_STEP;
    int to = best + COARSE_STEP > NUMERAL_PAGE_STEEPEST ? NUMERAL_PAGE_STEEPEST
                                                        : best + COARSE_STEP;
    best = best_slope(&s, from, to, 1);
    *slope = gathered(&s, best) * 100 > gathered(&s, 0) * BETTER ? best : 0;
done:
    numeral_release(s.y);
    numeral_release(s.x);
    numeral_release(s.rows);
    return status;
}

/* Whether the four pixels around a place given in 65,536ths are all on the page. */
static bool is_inside(const numeral_image *ink, int64_t y, int64_t x)
{
    return y >= 0 && x >= 0 && (y >> 16) + 1 < (int64_t)ink->height &&
           (x >> 16) + 1 < (int64_t)ink->width;
}

/* Between those four. */
static uint8_t sample_inside(const numeral_image *ink, size_t y, size_t x)
{
    unsigned down = (unsigned)(y >> 8) & 255, across = (unsigned)(x >> 8) & 255;
    const uint8_t *at = ink->pixels + (y >> 16) * ink->width + (x >> 16);
    unsigned upper = at[0] * (256 - across) + at[1] * across;
    unsigned lower = at[ink->width] * (256 - across) + at[ink->width + 1] * across;
    return (uint8_t)((upper * (256 - down) + lower * down + 32768) >> 16);
}

/* n places along a row, from (y, x) on by the level's cosine and sine; ground beyond the
 * edges. */
static void sample_row(const numeral_image *ink, const numeral_page_level *level,
                       int64_t y, int64_t x, size_t n, uint8_t *to)
{
    int64_t last = (int64_t)n - 1;
    if (is_inside(ink, y, x) &&
        is_inside(ink, y + last * level->sine, x + last * level->cosine)) {
        size_t at_y = (size_t)y, at_x = (size_t)x;
        if (level->sine == 0 && ((at_y | at_x) & (ONE - 1)) == 0) { /* it lies level */
            memcpy(to, ink->pixels + (at_y >> 16) * ink->width + (at_x >> 16), n);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            to[i] = sample_inside(ink, at_y, at_x);
            at_y += (size_t)level->sine;
            at_x += (size_t)level->cosine;
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        to[i] = is_inside(ink, y, x) ? sample_inside(ink, (size_t)y, (size_t)x) : 0;
        y += level->sine;
        x += level->cosine;
    }
}

/* For each PIECE of each row of the page whether there is any ink in it. */
static uint8_t *find_inked(const numeral_image *ink, size_t across, numeral_error *err)
{
    uint8_t *inked = numeral_allocate(ink->height, across, err);
    for (size_t y = 0; inked && y < ink->height; y++) {
        const uint8_t *row = ink->pixels + y * ink->width;
        for (size_t i = 0; i < across; i++) {
            size_t left = i * PIECE;
            size_t n = left + PIECE < ink->width ? PIECE : ink->width - left;
            uint8_t any = 0;
            for (size_t x = 0; x < n; x++) {
                any |= row[left + x];
            }
            inked[y * across + i] = any;
        }
    }
    return inked;
}

/* Whether there may be ink around the places from (y, x) to (y_end, x_end). */
static bool meets_ink(const numeral_image *ink, const uint8_t *inked, size_t across,
                      int64_t y, int64_t x, int64_t y_end, int64_t x_end)
{
    int64_t top = (y < y_end ? y : y_end) >> 16, left = x >> 16;
    int64_t bottom = ((y < y_end ? y_end : y) >> 16) + 1, right = (x_end >> 16) + 1;
    top = top < 0 ? 0 : top;
    left = left < 0 ? 0 : left;
    bottom = bottom < (int64_t)ink->height ? bottom : (int64_t)ink->height - 1;
    right = right < (int64_t)ink->width ? right : (int64_t)ink->width - 1;
    uint8_t any = 0;
    for (int64_t row = top; row <= bottom && left <= right; row++) {
        for (int64_t i = left / PIECE; i <= right / PIECE; i++) {
            any |= inked[(size_t)row * across + (size_t)i];
        }
    }
    return any != 0;
}

/* The largest whole number whose square is not above n (Newton). */
static int64_t root(int64_t n)
{
    int64_t r = n, next = (n + 1) / 2;
    while (next < r) {
        r = next;
        next = (r + n / r) / 2;
    }
    return r;
}

numeral_status numeral_page_turn_level(const numeral_image *ink, int slope,
                                       numeral_image *out, numeral_page_level *level,
                                       numeral_error *err)
{
    int64_t height = (int64_t)ink->height, width = (int64_t)ink->width;
    int64_t steep = slope < 0 ? -slope : slope, one = NUMERAL_PAGE_SLOPE;
    int64_t length = root((one * one + steep * steep) << 20); /* of (1, slope), × 2^10 */
    int64_t taller = height + width * steep / one + 2;
    int64_t wider = width + height * steep / one + 2;
    level->cosine = ONE * (one << 10) / length;
    level->sine = ONE * ((int64_t)slope * 1024) / length;
    level->from_y =
        height * (ONE / 2) - (taller * level->cosine + wider * level->sine) / 2;
    level->from_x =
        width * (ONE / 2) - (wider * level->cosine - taller * level->sine) / 2;
    size_t across = (ink->width + PIECE - 1) / PIECE;
    uint8_t *inked = find_inked(ink, across, err);
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(inked);
    TRY(numeral_image_create((size_t)taller, (size_t)wider, out, err));
    for (int64_t y = 0; y < taller; y++) {
        int64_t at_y = y * level->cosine + level->from_y;
        int64_t at_x = -y * level->sine + level->from_x;
        uint8_t *to = out->pixels + (size_t)y * out->width;
        for (int64_t x = 0; x < wider; x += PIECE) {
            int64_t n = x + PIECE < wider ? PIECE : wider - x;
            int64_t from_y = at_y + x * level->sine, from_x = at_x + x * level->cosine;
            if (meets_ink(ink, inked, across, from_y, from_x,
                          from_y + (n - 1) * level->sine,
                          from_x + (n - 1) * level->cosine)) {
                sample_row(ink, level, from_y, from_x, (size_t)n, to + x);
            }
        }
    }
done:
    numeral_release(inked);
    return status;
}

static size_t inside(int64_t at, size_t most)
{
    return at < 0 ? 0 : (size_t)at > most ? most : (size_t)at;
}

numeral_page_box numeral_page_box_on_page(const numeral_page_level *level,
                                          numeral_page_box box, size_t height,
                                          size_t width)
{
    int64_t top = INT64_MAX, left = INT64_MAX, bottom = INT64_MIN, right = INT64_MIN;
    for (int corner = 0; corner < 4; corner++) {
        int64_t y = (int64_t)(corner & 1 ? box.bottom : box.top);
        int64_t x = (int64_t)(corner & 2 ? box.right : box.left);
        int64_t at_y = y * level->cosine + x * level->sine + level->from_y;
        int64_t at_x = x * level->cosine - y * level->sine + level->from_x;
        top = at_y < top ? at_y : top;
        bottom = at_y > bottom ? at_y : bottom;
        left = at_x < left ? at_x : left;
        right = at_x > right ? at_x : right;
    }
    return (numeral_page_box){inside(top >> 16, height), inside(left >> 16, width),
                              inside((bottom + ONE - 1) >> 16, height),
                              inside((right + ONE - 1) >> 16, width)};
}
