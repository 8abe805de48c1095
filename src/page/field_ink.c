/* Resampled, evened, its print taken off, its neighbours taken away. */
#include "page/field_ink.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/components.h"
#include "page/even.h"
#include "page/field_print.h"
#include "page/rules.h"

enum {
    LOWEST = 40,      /* rows of a field: less is made larger, */
    HIGHEST = 240,    /* more smaller */
    LONGEST = 8000,   /* columns */
    MARGIN_PART = 5,  /* of the height: how far over its edge a field is looked at */
    PADDING_PART = 3, /* white around it */
    RULE = 90,        /* grey level of a rule */
};

void numeral_field_ink_free(numeral_field_ink *ink)
{
    numeral_image_free(&ink->page);
    *ink = (numeral_field_ink){0};
}

numeral_point numeral_field_ink_share(const numeral_field_ink *ink,
                                      const numeral_form_field *field, double y, double x)
{
    return (numeral_point){field->top + (field->bottom - field->top) *
                                            (y - (double)ink->top) / (double)ink->height,
                           field->left + (field->right - field->left) *
                                             (x - (double)ink->left) /
                                             (double)ink->width};
}

/* A field under way: its box and a margin around it. */
typedef struct region {
    numeral_image image;
    numeral_page_box box;
    size_t height, width, margin; /* of the box */
    size_t rule;                  /* thickness of a rule on it: about a stroke's */
    size_t cells;                 /* digits of the field, or 0 */
} region;

static size_t between(double value, size_t low, size_t high)
{
    return !(value > (double)low) ? low : value > (double)high ? high : (size_t)value;
}

/* Sizes the region so that its pixels are about the picture's; *step is how many pixels
 * of the picture each takes. */
static void size_region(const numeral_homography *form, const numeral_form_field *f,
                        region *r, double *step)
{
    numeral_point a = numeral_homography_at(form, f->top, f->left);
    numeral_point b = numeral_homography_at(form, f->top, f->right);
    numeral_point c = numeral_homography_at(form, f->bottom, f->right);
    numeral_point d = numeral_homography_at(form, f->bottom, f->left);
    double height = (numeral_distance_of(a, d) + numeral_distance_of(b, c)) / 2 + 0.5;
    double width = (numeral_distance_of(a, b) + numeral_distance_of(d, c)) / 2 + 0.5;
    r->height = between(height, LOWEST, HIGHEST);
    *step = height / (double)r->height;
    r->width = between(width / *step, 8, LONGEST);
    r->margin = r->height / MARGIN_PART;
    r->box = (numeral_page_box){r->margin, r->margin, r->margin + r->height,
                                r->margin + r->width};
}

/* Between four pixels; the outermost go on beyond the edges. */
static double level_at(const numeral_image *grey, double y, double x)
{
    double last_y = (double)grey->height - 1, last_x = (double)grey->width - 1;
    y -= 0.5;
    x -= 0.5;
    y = !(y > 0) ? 0 : y > last_y ? last_y : y; /* also what is no number */
    x = !(x > 0) ? 0 : x > last_x ? last_x : x;
    size_t top = (size_t)y, left = (size_t)x;
    double down = y - (double)top, across = x - (double)left;
    size_t below = top + 1 < grey->height ? grey->width : 0;
    size_t beside = left + 1 < grey->width;
    const uint8_t *at = grey->pixels + top * grey->width + left;
    return (at[0] * (1 - across) + at[beside] * across) * (1 - down) +
           (at[below] * (1 - across) + at[below + beside] * across) * down;
}

static numeral_status sample(const numeral_image *grey, const numeral_homography *form,
                             const numeral_form_field *field, double step, region *r,
                             numeral_error *err)
{
    size_t height = r->height + 2 * r->margin, width = r->width + 2 * r->margin;
    size_t n =
        step <= 1.25 ? 1 : between(ceil(step), 2, 8); /* samples a pixel and axis */
    numeral_field_ink place = {
        .top = r->margin, .left = r->margin, .height = r->height, .width = r->width};
    numeral_status status = numeral_image_create(height, width, &r->image, err);
    for (size_t at = 0; status == NUMERAL_OK && at < height * width; at++) {
        double sum = 0;
        for (size_t i = 0; i < n * n; i++) {
            double y = (double)(at / width) + ((double)(i / n) + 0.5) / (double)n;
            double x = (double)(at % width) + ((double)(i % n) + 0.5) / (double)n;
            numeral_point share = numeral_field_ink_share(&place, field, y, x);
            numeral_point p = numeral_homography_at(form, share.y, share.x);
            sum += level_at(grey, p.y, p.x);
        }
        r->image.pixels[at] = (uint8_t)(sum / (double)(n * n) + 0.5);
    }
    return status;
}

/* Keeps the parts of the ink of which most lies in the box, and the grey around them. */
static numeral_status keep_own(region *r, double *tallest, numeral_error *err)
{
    numeral_image *ink = &r->image;
    numeral_components parts = {0};
    size_t *inside = NULL;
    numeral_status status;
    TRY(numeral_components_find(ink, NUMERAL_PAGE_INK, &parts, err));
    inside = numeral_allocate_zero(parts.n + 1, sizeof *inside, err);
    TRY_ALLOC(inside);
    for (size_t y = r->box.top; y < r->box.bottom; y++) {
        for (size_t x = r->box.left; x < r->box.right; x++) {
            inside[parts.labels[y * ink->width + x]]++;
        }
    }
    for (size_t i = 0; i < parts.n; i++) {
        const numeral_component *part = &parts.items[i];
        bool own = 2 * inside[i + 1] >= part->pixels;
        double share = (double)(part->box.bottom - part->box.top) / (double)r->height;
        *tallest = own && share > *tallest ? share : *tallest;
        inside[i + 1] = own;
    }
    inside[0] = true;
    for (size_t y = 0; y < ink->height; y++) {
        for (size_t x = 0; x < ink->width; x++) {
            size_t at = y * ink->width + x;
            bool in_box = y >= r->box.top && y < r->box.bottom && x >= r->box.left &&
                          x < r->box.right;
            if (!inside[parts.labels[at]] || (!parts.labels[at] && !in_box)) {
                ink->pixels[at] = 0;
            }
        }
    }
done:
    numeral_release(inside);
    numeral_components_free(&parts);
    return status;
}

/* As dark ink on white, with room around it. */
static numeral_status lay_on_white(const region *r, numeral_field_ink *out,
                                   numeral_error *err)
{
    size_t pad = r->height / PADDING_PART;
    size_t height = r->image.height + 2 * pad, width = r->image.width + 2 * pad;
    numeral_status status = numeral_image_create(height, width, &out->page, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    memset(out->page.pixels, 255, height * width);
    for (size_t y = 0; y < r->image.height; y++) {
        for (size_t x = 0; x < r->image.width; x++) {
            out->page.pixels[(y + pad) * width + x + pad] =
                (uint8_t)(255 - r->image.pixels[y * r->image.width + x]);
        }
    }
    /* Two rules tell how it lies: a slope is looked for on pages, and few digits may seem
     * to have one. */
    for (size_t y = 0; y < r->rule; y++) {
        memset(out->page.pixels + (pad / 3 + y) * width, RULE, width);
        memset(out->page.pixels + (height - 1 - pad / 3 - y) * width, RULE, width);
    }
    out->top = out->left = pad + r->margin;
    out->height = r->height;
    out->width = r->width;
    return NUMERAL_OK;
}

numeral_status numeral_field_ink_make(const numeral_image *grey, bool light,
                                      const numeral_homography *form,
                                      const numeral_form_field *field,
                                      numeral_field_ink *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    region r = {.cells = field->digits};
    numeral_page_ink even = {0};
    numeral_page_rules rules = {0};
    double step;
    *out = (numeral_field_ink){0};
    size_region(form, field, &r, &step);
    TRY(sample(grey, form, field, step, &r, err));
    TRY(numeral_page_even(&r.image, light, &even, err));
    numeral_image_free(&r.image);
    r.image = even.map;
    even.map = (numeral_image){0};
    if (even.stroke) {
        r.rule = even.stroke / 2 + 1;
        numeral_field_take_print(&r.image, r.box, even.stroke + even.stroke / 2 + 3,
                                 r.cells);
        TRY(numeral_page_take_rules(&r.image, even.stroke, &rules, err));
    }
    TRY(keep_own(&r, &out->tallest, err));
    TRY(lay_on_white(&r, out, err));
done:
    numeral_page_rules_free(&rules);
    numeral_image_free(&r.image);
    numeral_image_free(&even.map);
    return status;
}
