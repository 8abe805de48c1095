/* A field is read as a small page. Its lines that stand side by side are one: digits in
 * separate boxes may be far apart. */
#include "page/field.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/field_ink.h"

/* Heights, as shares of the field's: below the first ink is specks and the field empty;
 * below the second, what is not read is still no more than a blot. */
static const double LEAST_DIGIT = 0.12, LEAST_UNREAD = 0.25;

/* Whether the middle of a digit lies in the field's box. */
static bool is_inside(const numeral_field_ink *ink, numeral_page_box b)
{
    size_t y = (b.top + b.bottom) / 2, x = (b.left + b.right) / 2;
    return y >= ink->top && y < ink->top + ink->height && x >= ink->left &&
           x < ink->left + ink->width;
}

static double worth(const numeral_field_ink *ink, const numeral_page_line *line)
{
    double sum = 0;
    for (size_t i = 0; i < line->n_digits; i++) {
        sum += is_inside(ink, line->digits[i].box) ? line->digits[i].confidence + 0.1 : 0;
    }
    return sum;
}

/* Whether two lines stand on one height: half of the lower one. */
static bool is_beside(numeral_page_box a, numeral_page_box b)
{
    size_t top = a.top > b.top ? a.top : b.top;
    size_t bottom = a.bottom < b.bottom ? a.bottom : b.bottom;
    size_t low =
        a.bottom - a.top < b.bottom - b.top ? a.bottom - a.top : b.bottom - b.top;
    return bottom > top && 2 * (bottom - top) >= low;
}

/* The lines that are the field's: the best one, and those beside it, from left to right.
 */
static size_t choose_lines(const numeral_field_ink *ink, const numeral_page *page,
                           const numeral_page_line **chosen)
{
    double most = 0;
    size_t best = 0, n = 0;
    for (size_t i = 0; i < page->n_lines; i++) {
        double now = worth(ink, &page->lines[i]);
        if (now > most) {
            most = now;
            best = i;
        }
    }
    for (size_t i = 0; most > 0 && i < page->n_lines; i++) {
        const numeral_page_line *line = &page->lines[i];
        if (worth(ink, line) > 0 && is_beside(line->box, page->lines[best].box)) {
            size_t at = n++;
            for (; at > 0 && chosen[at - 1]->box.left > line->box.left; at--) {
                chosen[at] = chosen[at - 1];
            }
            chosen[at] = line;
        }
    }
    return n;
}

/* Text, digits and chance of several lines, as one. Boxes stay those of the small page.
 */
static numeral_status join(const numeral_page_line *const *lines, size_t n,
                           numeral_page_line *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_buffer text = {.max_bytes = 1 << 20};
    size_t n_digits = 0;
    for (size_t i = 0; i < n; i++) {
        n_digits += lines[i]->n_digits;
    }
    out->digits = numeral_allocate(n_digits, sizeof *out->digits, err);
    TRY_ALLOC(out->digits);
    out->confidence = 1;
    for (size_t i = 0; i < n; i++) {
        memcpy(out->digits + out->n_digits, lines[i]->digits,
               lines[i]->n_digits * sizeof *out->digits);
        out->n_digits += lines[i]->n_digits;
        out->confidence *= lines[i]->confidence;
        TRY(numeral_buffer_append(&text, lines[i]->text, strlen(lines[i]->text), err));
    }
    out->text = numeral_copy_text((const char *)text.data, text.size, err);
    TRY_ALLOC(out->text);
done:
    numeral_buffer_free(&text);
    return status;
}

static size_t digits_of(const numeral_page_line *const *lines, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += lines[i]->n_digits;
    }
    return sum;
}

static size_t apart(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* Reads the small page as it is; where that gives another number of digits than expected,
 * again for that number. Reading for a number at once would cut lines in two that hold a
 * part of the digits each. */
static numeral_status read_ink(const numeral_model *model, const numeral_field_ink *ink,
                               size_t expect, const numeral_run *run,
                               numeral_page_line *out, numeral_error *err)
{
    numeral_status status;
    numeral_page page = {0}, again = {0};
    const numeral_page_line **chosen = NULL, **other = NULL;
    numeral_page_options options = {.keep_upright = true};
    TRY(numeral_page_read(model, &ink->page, &options, run, &page, err));
    chosen = numeral_allocate(page.n_lines + 1, sizeof *chosen, err);
    TRY_ALLOC(chosen);
    size_t n = choose_lines(ink, &page, chosen);
    if (expect && n == 1 && chosen[0]->n_digits != expect) {
        options.expect = expect;
        TRY(numeral_page_read(model, &ink->page, &options, run, &again, err));
        other = numeral_allocate(again.n_lines + 1, sizeof *other, err);
        TRY_ALLOC(other);
        size_t n_other = choose_lines(ink, &again, other);
        if (n_other && apart(digits_of(other, n_other), expect) <
                           apart(digits_of(chosen, n), expect)) {
            TRY(join(other, n_other, out, err));
            n = 0;
        }
    }
    if (n) {
        TRY(join(chosen, n, out, err));
    }
done:
    numeral_release(chosen);
    numeral_release(other);
    numeral_page_free(&page);
    numeral_page_free(&again);
    return status;
}

static size_t inside(double at, size_t most)
{
    return !(at > 0) ? 0 : at >= (double)most ? most : (size_t)at;
}

/* The smallest box of the picture around a rectangle of the form. */
static numeral_page_box box_on_picture(const numeral_homography *form,
                                       const numeral_image *grey, size_t factor,
                                       numeral_point from, numeral_point to)
{
    double top = 1e9, left = 1e9, bottom = -1e9, right = -1e9;
    for (int corner = 0; corner < 4; corner++) {
        numeral_point p = numeral_homography_at(form, corner & 1 ? to.y : from.y,
                                                corner & 2 ? to.x : from.x);
        top = p.y < top ? p.y : top;
        left = p.x < left ? p.x : left;
        bottom = p.y > bottom ? p.y : bottom;
        right = p.x > right ? p.x : right;
    }
    return (numeral_page_box){inside(top, grey->height) * factor,
                              inside(left, grey->width) * factor,
                              inside(bottom + 0.999, grey->height) * factor,
                              inside(right + 0.999, grey->width) * factor};
}

numeral_status numeral_field_read(const numeral_model *model, const numeral_image *grey,
                                  bool light, size_t factor,
                                  const numeral_homography *form,
                                  const numeral_form_field *field, size_t expect,
                                  const numeral_run *run, numeral_page_line *out,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_field_ink ink = {0};
    TRY(numeral_field_ink_make(grey, light, form, field, &ink, err));
    if (ink.tallest >= LEAST_DIGIT) {
        TRY(read_ink(model, &ink, expect, run, out, err));
    }
    if (!out->text) {
        bool empty = ink.tallest < LEAST_UNREAD;
        out->text = numeral_copy_text("?", empty ? 0 : 1, err);
        TRY_ALLOC(out->text);
        out->confidence = empty ? 1 - ink.tallest / (2 * LEAST_UNREAD) : 0;
    }
    for (size_t i = 0; i < out->n_digits; i++) {
        numeral_page_box *b = &out->digits[i].box;
        *b = box_on_picture(
            form, grey, factor,
            numeral_field_ink_share(&ink, field, (double)b->top, (double)b->left),
            numeral_field_ink_share(&ink, field, (double)b->bottom, (double)b->right));
    }
    out->box =
        box_on_picture(form, grey, factor, (numeral_point){field->top, field->left},
                       (numeral_point){field->bottom, field->right});
done:
    numeral_field_ink_free(&ink);
    return status;
}
