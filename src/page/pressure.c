/* A threshold that follows the pen, and two of them at once (hysteresis: Canny 1986):
 * what is pale counts where it hangs together with ink that is none too pale. */
#include "page/pressure.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/components.h"
#include "page/extreme.h"
#include "page/runs.h"

/* Chosen on synthetic pages of training digits (bench/pages -paper pencil and mixed). */
enum {
    STRONG = 255,
    LEAST = 40,      /* a sixth of strong ink: a stroke has it somewhere */
    TIMES = 2,       /* what noise reaches */
    ROWS = 4,        /* one in so many tells noise */
    LEAST_STROKE = 2 /* levels of finer ones say how pixels divide them */
};

/* How strong ink must be somewhere to be a stroke: twice what is around all but a
 * twentieth of bare ground, which is noise, or print as pale as that. */
static uint32_t least_of(const numeral_image *around)
{
    size_t counts[NUMERAL_PAGE_INK] = {0}, n = 0, sum = 0;
    uint32_t level = 0;
    for (size_t y = 0; y < around->height; y += ROWS) {
        const uint8_t *row = around->pixels + y * around->width;
        for (size_t x = 0; x < around->width; x++) {
            if (row[x] < NUMERAL_PAGE_INK) {
                counts[row[x]]++;
                n++;
            }
        }
    }
    while (level + 1 < NUMERAL_PAGE_INK && (sum += counts[level]) * 20 < 19 * n) {
        level++;
    }
    return level * TIMES < LEAST    ? LEAST
           : level * TIMES < STRONG ? level * TIMES
                                    : STRONG;
}

/* Values as shares of the strongest around them; bare ground is passed over. */
static void take_shares(const uint8_t *around, size_t n, uint32_t least, uint8_t *values)
{
    uint32_t parts_of[STRONG + 1]; /* 255 / most, in 65,536ths, rounded up */
    for (uint32_t most = 0; most <= STRONG; most++) {
        uint32_t by = most > least ? most : least;
        parts_of[most] = ((STRONG << 16) + by - 1) / by;
    }
    for (size_t i = 0; i < n;) {
        i += numeral_page_bare(values + i, n - i, 1);
        for (size_t end = i + 8 < n ? i + 8 : n; i < end; i++) {
            uint32_t share = values[i] * parts_of[around[i]] >> 16;
            values[i] = (uint8_t)(share < STRONG ? share : STRONG);
        }
    }
}

/* Takes back what was made of components that have no real ink. */
static void take_back(const numeral_components *all, const uint8_t *had, uint8_t least,
                      uint8_t *inked, numeral_image *map)
{
    size_t n = map->height * map->width;
    for (size_t i = 0; i < n;) {
        i += numeral_page_bare(had + i, n - i, least);
        for (size_t end = i + 8 < n ? i + 8 : n; i < end; i++) {
            if (all->labels[i] && had[i] >= least) {
                inked[all->labels[i] - 1] = 1;
            }
        }
    }
    for (size_t i = 0; i < n;) {
        i += numeral_page_bare(map->pixels + i, n - i, NUMERAL_PAGE_INK);
        for (size_t end = i + 8 < n ? i + 8 : n; i < end; i++) {
            if (all->labels[i] && !inked[all->labels[i] - 1]) {
                map->pixels[i] = had[i];
            }
        }
    }
}

numeral_status numeral_page_even_pressure(numeral_image *map, size_t stroke,
                                          numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_image had = {0}, around = {0};
    numeral_components all = {0};
    uint8_t *inked = NULL;
    size_t n = map->height * map->width;
    if (stroke < LEAST_STROKE) {
        return status;
    }
    TRY(numeral_image_create(map->height, map->width, &had, err));
    TRY(numeral_image_create(map->height, map->width, &around, err));
    memcpy(had.pixels, map->pixels, n);
    memcpy(around.pixels, map->pixels, n);
    TRY(numeral_page_dilate(&around, stroke + stroke / 2 + 1, err));
    uint32_t least = least_of(&around);
    take_shares(around.pixels, n, least, map->pixels);
    numeral_image_free(&around); /* what comes needs as much memory */
    TRY(numeral_components_find(map, NUMERAL_PAGE_INK, &all, err));
    TRY_ALLOC(inked = numeral_allocate_zero(all.n + 1, 1, err));
    take_back(&all, had.pixels, (uint8_t)least, inked, map);
done:
    numeral_image_free(&had);
    numeral_image_free(&around);
    numeral_components_free(&all);
    numeral_release(inked);
    return status;
}
