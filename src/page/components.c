/* Two passes: the first gives each pixel the label of a neighbour already seen and notes
 * which labels are one; the second numbers the sets and measures them. */
#include "page/components.h"

#include "base/fail.h"
#include "base/memory.h"

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

/* First pass; gives how many labels were handed out. Each pixel looks at the four of its
 * neighbours that came before it. */
static uint32_t label_pixels(const numeral_image *map, uint8_t least, uint32_t *labels,
                             uint32_t *parents)
{
    size_t height = map->height, width = map->width;
    uint32_t n = 0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t at = y * width + x;
            if (map->pixels[at] < least) {
                labels[at] = 0;
                continue;
            }
            uint32_t label = x ? labels[at - 1] : 0;
            for (size_t i = x ? x - 1 : 0; y && i <= x + 1 && i < width; i++) {
                uint32_t above = labels[at - width + i - x];
                label = !above           ? label
                        : !label         ? above
                        : label == above ? label
                                         : join(parents, label, above);
            }
            if (!label) {
                label = ++n;
                parents[n] = n;
            }
            labels[at] = label;
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
    for (size_t i = 0; i < n_pixels; i++) {
        if (found.labels[i]) {
            found.labels[i] = parents[found.labels[i]];
            measure(&found.items[found.labels[i] - 1], i / map->width, i % map->width,
                    map->pixels[i]);
        }
    }
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
