/* Forms: pages of which it is known where digits stand.
 *
 * A form is a list of fields, each a box in shares of the page, of a printed frame, or of
 * four printed marks. A picture of it may be askew, turned, or taken at a slant: frame or
 * marks are found, and each field is laid level before it is read. */
#ifndef NUMERAL_FORM_H
#define NUMERAL_FORM_H

#include <numeral/page.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the shares of a form's boxes are shares of. */
typedef enum numeral_form_registration {
    NUMERAL_FORM_NONE,  /* the whole picture */
    NUMERAL_FORM_FRAME, /* the largest printed rectangle, up to the middle of its lines */
    NUMERAL_FORM_MARKS  /* the rectangle whose corners are the middles of four solid marks
                         */
} numeral_form_registration;

typedef struct numeral_form_field {
    char *name;
    double top, left, bottom, right; /* from 0 to 1 */
    size_t digits;                   /* that stand in it; 0: any number */
} numeral_form_field;

typedef struct numeral_form {
    numeral_form_registration registration;
    size_t n_fields;
    numeral_form_field *fields;
} numeral_form;

/* Reads a form from JSON: {"registration": "frame" | "marks" | "none", "fields":
 * [{"name", "box": [top, left, bottom, right], "digits" (may be left out)}]}. End with
 * numeral_form_free. NUMERAL_ERROR_FORMAT, whose sentence names the file and the field;
 * _IO, _MEMORY. */
NUMERAL_API numeral_status numeral_form_load(const char *path, numeral_form *out,
                                             numeral_error *err);
NUMERAL_API void numeral_form_free(numeral_form *form);

/* A page as read by a form. Boxes are pixels of the picture, those of fields and digits
 * the smallest around them. End with numeral_form_page_free. */
typedef struct numeral_form_page {
    size_t height, width;
    int turned; /* degrees, clockwise, that the picture had to be turned to be read */
    double corners[4]
                  [2]; /* row and column of what the shares are of, on the picture:
                          upper left of the form, upper right, lower right, lower left */
    size_t n_fields;
    /* In the form's order. An empty field has no digits, the text "", and as confidence
     * how bare it is; one that holds what is no digit has the text "?" and confidence 0.
     */
    numeral_page_line *fields;
} numeral_form_page;

/* Reads a page by a form. `options` and `run` may be NULL; `options->expect` is for
 * fields that say nothing of their digits. NUMERAL_ERROR_FORMAT where frame or marks are
 * not found, _ARGUMENT (an empty image, a model of vectors, a form without fields),
 * _MEMORY, _CANCELLED. */
NUMERAL_API numeral_status numeral_form_read(const numeral_model *model,
                                             const numeral_image *image,
                                             const numeral_form *form,
                                             const numeral_page_options *options,
                                             const numeral_run *run,
                                             numeral_form_page *out, numeral_error *err);
NUMERAL_API void numeral_form_page_free(numeral_form_page *page);

#ifdef __cplusplus
}
#endif
#endif
