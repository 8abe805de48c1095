/* A page by its form: found, then read field by field; turned where digits say so. */
#include <string.h>

#include <numeral/form.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/hold.h"
#include "page/even.h"
#include "page/field.h"
#include "page/polarity.h"
#include "page/register.h"
#include "page/stages.h"

enum { MOST_PIXELS = 6000000 /* as for pages (read.c) */ };

/* Other ways to lie are tried where the mean chance of digits is below the first (as for
 * pages) or their sum, which is how many one believes to see, below the second share of
 * what the form has room for; one is kept that shows more of them by the third. */
static const double LEAST_PAGE = 0.85, LEAST_FILLED = 0.5, MORE = 1.25;

/* A page under way. */
typedef struct sheet {
    const numeral_model *model;
    const numeral_form *form;
    const numeral_page_options *options;
    const numeral_run *run;
    const numeral_image *grey; /* reduced by `factor` */
    size_t factor;
    bool light;               /* ink on dark ground */
    numeral_point corners[4]; /* on `grey`, from its upper left, clockwise */
} sheet;

/* How well a page is read as it lies. */
typedef struct quality {
    size_t n, room; /* digits, and how many the form has room for */
    double sum;     /* of their chances */
} quality;

static numeral_status find_corners(sheet *s, numeral_error *err)
{
    double height = (double)s->grey->height, width = (double)s->grey->width;
    numeral_status status = NUMERAL_OK;
    bool found = true;
    switch (s->form->registration) {
    case NUMERAL_FORM_FRAME:
        status = numeral_register_frame(s->grey, s->light, s->corners, &found, err);
        break;
    case NUMERAL_FORM_MARKS:
        status = numeral_register_marks(s->grey, s->light, s->corners, &found, err);
        break;
    default:
        memcpy(s->corners,
               (numeral_point[4]){{0, 0}, {0, width}, {height, width}, {height, 0}},
               sizeof s->corners);
    }
    if (status == NUMERAL_OK && !found) {
        return numeral_fail(
            err, NUMERAL_ERROR_FORMAT,
            s->form->registration == NUMERAL_FORM_FRAME
                ? "the form's frame is not found: looked for a printed rectangle around "
                  "at "
                  "least a twelfth of the picture; all four sides must be on it, or try "
                  "\"registration\": \"none\""
                : "the form's marks are not found: looked for four solid squares or "
                  "discs "
                  "of one size around at least a tenth of the picture; all four must be "
                  "on "
                  "it, or try \"registration\": \"none\"");
    }
    return status;
}

/* Reads all fields, the page turned clockwise by quarters, `times`. */
static numeral_status read_turned(const sheet *s, size_t times, numeral_form_page *out,
                                  quality *how, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_homography map;
    numeral_point corners[4];
    *how = (quality){0};
    *out = (numeral_form_page){.turned = 90 * (int)times};
    for (size_t i = 0; i < 4; i++) {
        /* turned clockwise, the lower left corner comes to lie at the upper left */
        corners[i] = s->corners[(i + 4 - times) % 4];
        out->corners[i][0] = corners[i].y * (double)s->factor;
        out->corners[i][1] = corners[i].x * (double)s->factor;
    }
    if (!numeral_homography_of(corners, &map)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "a page without area");
    }
    out->fields = numeral_allocate_zero(s->form->n_fields, sizeof *out->fields, err);
    TRY_ALLOC(out->fields);
    for (; out->n_fields < s->form->n_fields;) {
        const numeral_form_field *field = &s->form->fields[out->n_fields];
        numeral_page_line *line = &out->fields[out->n_fields++];
        TRY(numeral_field_read(s->model, s->grey, s->light, s->factor, &map, field,
                               field->digits ? field->digits : s->options->expect, s->run,
                               line, err));
        how->room += field->digits ? field->digits : 1;
        how->n += line->n_digits;
        for (size_t i = 0; i < line->n_digits; i++) {
            how->sum += line->digits[i].refused ? 0 : line->digits[i].confidence;
        }
    }
done:
    return status;
}

static numeral_status try_turned(const sheet *s, quality best, numeral_form_page *page,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_form_page other = {0};
    for (size_t times = 1; times < 4; times++) {
        quality now;
        TRY(read_turned(s, times, &other, &now, err));
        if (now.sum > MORE * best.sum + 0.5) {
            numeral_form_page_free(page);
            *page = other;
            other = (numeral_form_page){0};
            best = now;
        }
        numeral_form_page_free(&other);
    }
done:
    numeral_form_page_free(&other);
    return status;
}

numeral_status numeral_form_read(const numeral_model *model, const numeral_image *image,
                                 const numeral_form *form,
                                 const numeral_page_options *options,
                                 const numeral_run *run, numeral_form_page *out,
                                 numeral_error *err)
{
    static const numeral_page_options standard = {0};
    static const numeral_run no_run = {0};
    numeral_status status = NUMERAL_OK;
    numeral_form_page page = {0};
    numeral_image small = {0};
    numeral_model now = {0};
    quality how;
    sheet s = {.form = form,
               .options = options ? options : &standard,
               .run = run ? run : &no_run,
               .factor = 1};
    if (form->n_fields == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "a form without fields");
    }
    TRY(numeral_page_check(image, s.options, err));
    TRY(numeral_model_hold(model, &now, err));
    s.model = &now;
    while (image->height / s.factor * (image->width / s.factor) > MOST_PIXELS) {
        s.factor++;
    }
    if (s.factor > 1) {
        TRY(numeral_page_reduce(image, s.factor, &small, err));
    }
    s.grey = s.factor > 1 ? &small : image;
    s.light = numeral_page_is_dark(s.grey);
    TRY(find_corners(&s, err));
    TRY(read_turned(&s, 0, &page, &how, err));
    if (!s.options->keep_upright && (how.sum < LEAST_PAGE * (double)how.n ||
                                     how.sum < LEAST_FILLED * (double)how.room)) {
        TRY(try_turned(&s, how, &page, err));
    }
    page.height = image->height;
    page.width = image->width;
    *out = page;
    page = (numeral_form_page){0};
done:
    numeral_model_let_go(&now);
    numeral_image_free(&small);
    numeral_form_page_free(&page);
    return status;
}

void numeral_form_page_free(numeral_form_page *page)
{
    for (size_t i = 0; i < page->n_fields; i++) {
        numeral_release(page->fields[i].text);
        numeral_release(page->fields[i].digits);
    }
    numeral_release(page->fields);
    *page = (numeral_form_page){0};
}
