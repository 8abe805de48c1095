/* Walking a TIFF's directories, each of which tells where the next one is. Decoders walk
 * all of them for every page, which takes minutes for some thousand pages; they are
 * handed a file of the one page. */
#include "image/tiff_pages.h"

#include <string.h>

enum { WIDTH = 256, HEIGHT = 257, ENTRY = 12, LEAST_DIRECTORY = 2 + ENTRY + 4 };
enum { MOST_PAGES = 10000 };
/* What opening a page costs, in pixels: some, and one for so many bytes that are copied.
 */
enum { PAGE_COST = 1000, BYTES_PER_PIXEL = 16 };

typedef struct walk {
    const uint8_t *b;
    size_t n;
    bool little;
} walk;

bool numeral_tiff_recognised(const uint8_t *b, size_t n)
{
    return n >= 4 && (memcmp(b, "II*\0", 4) == 0 || memcmp(b, "MM\0*", 4) == 0);
}

static uint32_t number(const walk *w, size_t at, unsigned size)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | w->b[at + (w->little ? size - 1 - i : i)];
    }
    return value;
}

static bool begin(const uint8_t *b, size_t n, walk *out, size_t *at)
{
    *out = (walk){b, n, n && b[0] == 'I'};
    *at = numeral_tiff_recognised(b, n) && n >= 8 ? number(out, 4, 4) : 0;
    return *at >= 8 && *at < n - 2;
}

/* Where the next directory is; 0: none, or this one is cut. */
static size_t next(const walk *w, size_t at)
{
    size_t skip = 2 + ENTRY * (size_t)number(w, at, 2);
    if (skip > w->n - at || w->n - at - skip < 4) {
        return 0;
    }
    size_t to = number(w, at + skip, 4);
    return to >= 8 && to < w->n - 2 ? to : 0;
}

/* The largest value of a tag, should it stand there twice. */
static uint64_t value_of(const walk *w, size_t at, unsigned tag)
{
    static const unsigned sizes[] = {0, 1, 0, 2, 4}; /* BYTE, SHORT, LONG */
    size_t n_entries = number(w, at, 2);
    uint64_t most = 0;
    for (size_t i = 0; i < n_entries; i++) {
        size_t entry = at + 2 + ENTRY * i;
        if (w->n - at < 2 + ENTRY * (i + 1)) {
            break;
        }
        unsigned type = number(w, entry + 2, 2);
        if (number(w, entry, 2) == tag && type < sizeof sizes / sizeof *sizes) {
            uint64_t value = number(w, entry + 8, sizes[type]);
            most = value > most ? value : most;
        }
    }
    return most;
}

size_t numeral_tiff_pages(const uint8_t *b, size_t n)
{
    walk w;
    size_t at, count = 0;
    if (!begin(b, n, &w, &at)) {
        return 1;
    }
    /* directories may lead round in a circle; so many have no place of their own */
    for (; at && count < MOST_PAGES && count < n / LEAST_DIRECTORY; count++) {
        at = next(&w, at);
    }
    return count ? count : 1;
}

bool numeral_tiff_find(const uint8_t *b, size_t n, size_t page, numeral_tiff_page *out)
{
    walk w;
    size_t at;
    uint64_t pixels = 0, cost = PAGE_COST + n / BYTES_PER_PIXEL;
    if (!begin(b, n, &w, &at)) {
        return false;
    }
    for (size_t i = 0; at; i++) {
        uint64_t height = value_of(&w, at, HEIGHT), width = value_of(&w, at, WIDTH);
        uint64_t area;
        if (__builtin_mul_overflow(height, width, &area) ||
            __builtin_add_overflow(pixels, area, &pixels) ||
            __builtin_add_overflow(pixels, cost, &pixels)) {
            pixels = UINT64_MAX;
        }
        if (i == page) {
            size_t link = at + 2 + ENTRY * (size_t)number(&w, at, 2);
            *out =
                (numeral_tiff_page){at, link < n - 4 ? link : 0, height, width, pixels};
            return height && width;
        }
        at = next(&w, at);
    }
    return false;
}

void numeral_tiff_keep(uint8_t *bytes, const numeral_tiff_page *page)
{
    bool little = bytes[0] == 'I';
    for (unsigned i = 0; i < 4; i++) {
        bytes[4 + (little ? i : 3 - i)] = (uint8_t)(page->at >> (8 * i));
    }
    if (page->link) {
        memset(bytes + page->link, 0, 4);
    }
}
