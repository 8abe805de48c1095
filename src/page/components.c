/* Two passes: the first gives each pixel the label of a neighbour already seen and notes
 * which labels are one; the second numbers the sets and measures them. */
#include "page/components.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/runs.h"

enum { EIGHT = 8 }; /* pixels that are told to be bare at once */

static uint32_t root_of(uint32_t *parents, uint32_t label)
{
    while (parents[label] != label) {
        parents[label] = parents[parents[label]]; /* halves the path for the next one */
        label = parents[label];
    }
    return label;
}

/* Makes two labels one; the smaller root stays, so that numbers follow reading order. */
static uint32_t join(uint32_t *parents, uint32_t a, uint32_t b)
{
    a = root_of(parents, a);
    b = root_of(parents, b);
    parents[a > b ? a : b] = a < b ? a : b;
    return a < b ? a : b;
}

/* The label of an inked pixel, by the four of its neighbours that came before it; 0:
 * they are bare. */
static uint32_t label_at(const uint32_t *labels, size_t y, size_t x, size_t width,
                         uint32_t *parents)
{
    size_t at = y * width + x;
    uint32_t label = x ? labels[at - 1] : 0;
    for (size_t i = x ? x - 1 : 0; y && i <= x + 1 && i < width; i++) {
        uint32_t above = labels[at - width + i - x];
        label = !above           ? label
                : !label         ? above
                : label == above ? label
                                 : join(parents, label, above);
    }
    return label;
}

/* First pass; gives how many labels were handed out. */
static uint32_t label_pixels(const numeral_image *map, uint8_t least, uint32_t *labels,
                             uint32_t *parents)
{
    size_t width = map->width;
    uint32_t n = 0;
    for (size_t y = 0; y < map->height; y++) {
        const uint8_t *row = map->pixels + y * width;
        memset(labels + y * width, 0, width * sizeof *labels);
        for (size_t x = 0; x < width;) {
            x += numeral_page_bare(row + x, width - x, least);
            size_t end = x + EIGHT < width ? x + EIGHT : width;
            for (; x < end; x++) {
                if (row[x] < least) {
                    continue;
                }
                uint32_t label = label_at(labels, y, x, width, parents);
                if (!label) {
                    label = ++n;
                    parents[n] = n;
                }
                labels[y * width + x] = label;
            }
        }
    }
    return n;
}

static void measure(numeral_component *item, size_t y, size_t x, uint8_t value)
{
    numeral_page_box *box = &item->box;
    if (item->pixels++ == 0) {
        *box = (numeral_page_box){y, x, y + 1, x + 1};
    }
    box->bottom = y + 1;
    box->left = x < box->left ? x : box->left;
    box->right = x + 1 > box->right ? x + 1 : box->right;
    item->strongest = value > item->strongest ? value : item->strongest;
}

/* Second pass: labels become numbers, and what bears them is measured. */
static void number_pixels(const numeral_image *map, uint8_t least,
                          const uint32_t *numbers, numeral_components *found)
{
    size_t width = map->width;
    for (size_t y = 0; y < map->height; y++) {
        const uint8_t *row = map->pixels + y * width;
        uint32_t *labels = found->labels + y * width;
        for (size_t x = 0; x < width;) {
            x += numeral_page_bare(row + x, width - x, least);
            size_t end = x + EIGHT < width ? x + EIGHT : width;
            for (; x < end; x++) {
                if (labels[x]) {
                    labels[x] = numbers[labels[x]];
                    measure(&found->items[labels[x] - 1], y, x, row[x]);
                }
            }
        }
    }
}

numeral_status numeral_components_find(const numeral_image *map, uint8_t least,
                                       numeral_components *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t n_pixels = map->height * map->width;
    numeral_components found = {.height = map->height, .width = map->width};
    /* at most every other pixel of every other row begins a label */
    size_t most = (map->height + 1) / 2 * ((map->width + 1) / 2) + 1;
    uint32_t *parents = numeral_allocate(most + 1, sizeof *parents, err);
    found.labels = numeral_allocate(n_pixels, sizeof *found.labels, err);
    TRY(parents && found.labels ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    uint32_t n = label_pixels(map, least, found.labels, parents);
    /* A label's parent is smaller than itself, so that one pass upwards turns parents
     * into the numbers of the result. */
    for (uint32_t label = 1; label <= n; label++) {
        parents[label] =
            parents[label] == label ? (uint32_t)++found.n : parents[parents[label]];
    }
    found.items = numeral_allocate_zero(found.n + 1, sizeof *found.items, err);
    TRY(found.items ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    number_pixels(map, least, parents, &found);
    *out = found;
    found = (numeral_components){0};
done:
    numeral_release(parents);
    numeral_components_free(&found);
    return status;
}

void numeral_components_free(numeral_components *components)
{
    numeral_release(components->labels);
    numeral_release(components->items);
    *components = (numeral_components){0};
}
