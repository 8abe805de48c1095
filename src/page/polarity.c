/* Strokes are thin: they seldom fill half of a square or of one of its sides. */
#include "page/polarity.h"

#include <stdlib.h>

enum {
    LEVELS = 256,
    MOST_ACROSS = 16,  /* squares along the shorter side; strokes too wide for them */
    LEAST_ACROSS = 2,  /* are asked by half as many, and so on */
    LEAST_SAID = 1000, /* ink is at least a thousandth of a page */
    LEAST_SIDE = 16,   /* of a square, in pixels */
    NOISES = 4,        /* ink differs from its ground by so many times its noise, */
    LEAST = 8          /* and by so many levels */
};

static int median_of(const uint32_t counts[LEVELS], size_t n)
{
    size_t sum = 0;
    int level = 0;
    while (level + 1 < LEVELS && (sum += counts[level]) * 2 < n) {
        level++;
    }
    return level;
}

/* The grey levels that are a square's ground. */
typedef struct ground {
    int least, most;
} ground;

/* Whether half of a side of the square, n pixels `step` apart, is no ground: what fills
 * it is no stroke. */
static bool is_rim(const uint8_t *at, size_t n, size_t step, ground under)
{
    size_t other = 0;
    for (size_t i = 0; i < n; i++) {
        other += at[i * step] < under.least || at[i * step] > under.most;
    }
    return 2 * other > n;
}

/* How many more pixels of a square are darker than its ground than lighter. */
static int64_t vote_of(const numeral_image *grey, size_t top, size_t left, size_t bottom,
                       size_t right)
{
    uint32_t counts[LEVELS] = {0}, odd[LEVELS] = {0}, away[LEVELS] = {0};
    size_t n = (bottom - top) * (right - left);
    int64_t darker = 0, lighter = 0;
    for (size_t y = top; y < bottom; y++) {
        const uint8_t *row = grey->pixels + y * grey->width;
        /* neighbours are often equal: no count waits for the one before */
        for (size_t x = left; x + 1 < right; x += 2) {
            counts[row[x]]++;
            odd[row[x + 1]]++;
        }
        counts[row[right - 1]] += (right - left) % 2;
    }
    for (int level = 0; level < LEVELS; level++) {
        counts[level] += odd[level];
    }
    int middle = median_of(counts, n);
    for (int level = 0; level < LEVELS; level++) {
        away[abs(level - middle)] += counts[level];
    }
    int noise = NOISES * median_of(away, n) + LEAST;
    ground under = {middle - noise, middle + noise};
    for (int level = 0; level < LEVELS; level++) {
        darker += level < under.least ? counts[level] : 0;
        lighter += level > under.most ? counts[level] : 0;
    }
    size_t width = grey->width;
    const uint8_t *first = grey->pixels + top * width + left;
    const uint8_t *last = grey->pixels + (bottom - 1) * width + right - 1;
    bool rim = is_rim(first, right - left, 1, under) ||
               is_rim(first, bottom - top, width, under) ||
               is_rim(last - (right - left - 1), right - left, 1, under) ||
               is_rim(last - (bottom - top - 1) * width, bottom - top, width, under);
    return rim || (darker + lighter) * 2 > (int64_t)n ? 0 : darker - lighter;
}

bool numeral_page_is_dark(const numeral_image *grey)
{
    size_t shorter = grey->height < grey->width ? grey->height : grey->width;
    int64_t all = 0, pixels = (int64_t)(grey->height * grey->width);
    for (size_t across = MOST_ACROSS; across >= LEAST_ACROSS; across /= 2) {
        size_t side = shorter / across < LEAST_SIDE ? LEAST_SIDE : shorter / across;
        int64_t sum = 0, said = 0;
        for (size_t top = 0; top < grey->height; top += side) {
            for (size_t left = 0; left < grey->width; left += side) {
                size_t bottom = top + side < grey->height ? top + side : grey->height;
                size_t right = left + side < grey->width ? left + side : grey->width;
                int64_t vote = vote_of(grey, top, left, bottom, right);
                sum += vote;
                said += vote < 0 ? -vote : vote;
            }
        }
        all += sum;
        if (said * LEAST_SAID > pixels && 2 * (sum < 0 ? -sum : sum) > said) {
            return sum < 0;
        }
    }
    return all < 0;
}
