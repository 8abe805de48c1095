/* Nearly all of a page is bare; eight pixels of it are told by one comparison. */
#include "page/runs.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { STEP = 8 };

/* Whether any of eight pixels may reach `least`: none does where adding what is missing
 * to 128 carries no byte over. `missing` holds 128 - least, or 0, in each byte. */
static bool may_reach(const uint8_t *at, uint64_t missing)
{
    const uint64_t tops = 0x8080808080808080u;
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    return ((eight | ((eight & ~tops) + missing)) & tops) != 0;
}

static uint64_t missing_to(uint8_t least)
{
    return least < 128 ? (128u - least) * UINT64_C(0x0101010101010101) : 0;
}

size_t numeral_page_bare(const uint8_t *row, size_t n, uint8_t least)
{
    uint64_t missing = missing_to(least);
    size_t x = 0;
    while (x + STEP <= n && !may_reach(row + x, missing)) {
        x += STEP;
    }
    return x;
}

typedef struct walk {
    /* row where each column's open run began, plus 1; 0: none is open */
    uint32_t *begins;
    uint8_t *open; /* of each STEP columns, how many are */
    numeral_page_run_sink sink;
    void *context;
} walk;

/* One pixel of row y. */
static void step(const walk *w, size_t x, size_t y, bool inked)
{
    if (inked) {
        if (!w->begins[x]) {
            w->begins[x] = (uint32_t)(y + 1);
            w->open[x / STEP]++;
        }
    } else if (w->begins[x]) {
        w->sink(w->context, x, w->begins[x] - 1, y);
        w->begins[x] = 0;
        w->open[x / STEP]--;
    }
}

numeral_status numeral_page_runs_down(const numeral_image *map, uint8_t least,
                                      numeral_page_run_sink sink, void *context,
                                      numeral_error *err)
{
    size_t height = map->height, width = map->width, even = width / STEP * STEP;
    uint64_t missing = missing_to(least);
    walk w = {numeral_allocate_zero(width, sizeof *w.begins, err),
              numeral_allocate_zero(width / STEP + 1, 1, err), sink, context};
    numeral_status status = w.begins && w.open ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    TRY(status);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = map->pixels + y * width;
        for (size_t x = 0; x < even; x += STEP) {
            if (w.open[x / STEP] || may_reach(row + x, missing)) {
                for (size_t i = x; i < x + STEP; i++) {
                    step(&w, i, y, row[i] >= least);
                }
            }
        }
        for (size_t x = even; x < width; x++) {
            step(&w, x, y, row[x] >= least);
        }
    }
    for (size_t x = 0; x < width; x++) {
        step(&w, x, height, false);
    }
done:
    numeral_release(w.begins);
    numeral_release(w.open);
    return status;
}
