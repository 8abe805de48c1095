/* The pages of a TIFF (TIFF 6.0, Adobe 1992): a chain of directories. */
#ifndef NUMERAL_IMAGE_TIFF_PAGES_H
#define NUMERAL_IMAGE_TIFF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct numeral_tiff_page {
    size_t at, link; /* its directory, and where that names the next one */
    uint64_t height, width;
    uint64_t pixels; /* of all pages up to this one, with some for each */
} numeral_tiff_page;

bool numeral_tiff_recognised(const uint8_t *bytes, size_t n_bytes);
/* How many there are; what a damaged one lacks is told when it is read. */
size_t numeral_tiff_pages(const uint8_t *bytes, size_t n_bytes);
/* False: there is no such page, or it does not say its size. O(page). */
bool numeral_tiff_find(const uint8_t *bytes, size_t n_bytes, size_t page,
                       numeral_tiff_page *out);
/* Makes a copy of the whole file one whose only page is this. */
void numeral_tiff_keep(uint8_t *bytes, const numeral_tiff_page *page);

#endif
