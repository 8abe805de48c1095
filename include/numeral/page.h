/* Pages: pictures of many digits, read line by line.
 *
 * A page may be a photo or a scan, dark on light or light on dark, shaded, askew, ruled
 * or printed with boxes; its digits may touch or be broken. Lines of digits are found,
 * cut where they may touch, and the parts that the model reads best become digits. */
#ifndef NUMERAL_PAGE_H
#define NUMERAL_PAGE_H

#include <numeral/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pixels top .. bottom - 1 and left .. right - 1. */
typedef struct numeral_page_box {
    size_t top, left, bottom, right;
} numeral_page_box;

enum { NUMERAL_PAGE_ALTERNATIVES = 3, NUMERAL_PAGE_MOST_EXPECT = 100 };

typedef struct numeral_page_digit {
    numeral_label label; /* the nearest label, also where it is refused */
    bool refused;        /* too unlike a digit: '?' in the line's text */
    double confidence;   /* the chance that this is a digit, and this one */
    numeral_page_box box;
    size_t n_alternatives; /* labels with most votes, the winner first */
    numeral_label alternatives[NUMERAL_PAGE_ALTERNATIVES];
    double alternative_confidence[NUMERAL_PAGE_ALTERNATIVES];
} numeral_page_digit;

typedef struct numeral_page_line {
    char *text;        /* the names of its labels, '?' for what is refused */
    double confidence; /* the chance that all of it is right */
    numeral_page_box box;
    size_t n_digits;
    numeral_page_digit *digits; /* from left to right */
} numeral_page_line;

/* What was seen and not read. */
typedef struct numeral_page_skip {
    numeral_page_box box;
    const char
        *why; /* "line", "speck", "too large", "texture", "no digit"; never freed */
} numeral_page_skip;

/* A page as read. Boxes are pixels of the picture. End with numeral_page_free. */
typedef struct numeral_page {
    size_t height, width;
    size_t n_lines, n_skipped;
    numeral_page_line *lines;   /* from top to bottom */
    numeral_page_skip *skipped; /* specks that are many are listed once, as one box */
    int turned; /* degrees, clockwise, that the picture had to be turned to be read */
} numeral_page;

/* How to read; all zero is what fits most pages. */
typedef struct numeral_page_options {
    /* digits of every line, at most NUMERAL_PAGE_MOST_EXPECT: the best path of that
     * length; 0: any */
    size_t expect;
    bool keep_upright; /* do not try the page turned by 90, 180 or 270 degrees */
} numeral_page_options;

/* Reads a page. `options` and `run` may be NULL. A page without digits gives no lines,
 * and is no error. Memory: about 40 bytes a pixel of the page reduced to at most 6
 * megapixels. NUMERAL_ERROR_ARGUMENT (an empty image, a model of vectors), _MEMORY,
 * _CANCELLED. */
NUMERAL_API numeral_status numeral_page_read(const numeral_model *model,
                                             const numeral_image *image,
                                             const numeral_page_options *options,
                                             const numeral_run *run, numeral_page *out,
                                             numeral_error *err);
NUMERAL_API void numeral_page_free(numeral_page *page);

#ifdef __cplusplus
}
#endif
#endif
