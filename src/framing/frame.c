/* Framing as MNIST's digits were made (LeCun, Bottou, Bengio & Haffner 1998): ink box to
 * 20 of 28 pixels keeping the aspect, centre of mass to the centre, moved by whole
 * pixels, as there. Two looks at the picture: a coarse one finds the digit, a fine one
 * works on its neighbourhood, reduced to about three times the size it will have, so that
 * noise is averaged away and the cost does not grow with the picture. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "framing/enlarge.h"
#include "framing/frame.h"
#include "framing/ink.h"
#include "framing/shrink.h"
#include "image/image_codec.h"
#include "image/resample.h"

/* The longer side that the first look sees: a digit there is 20 pixels or so even where
 * it fills a tenth of the picture. */
enum { COARSE = 256 };
/* The longer side of the digit as the second look sees it: between that and twice that,
 * three times or so the 20 pixels that it becomes. */
enum { FINE = 56 };
/* Digits to be enlarged more than that are restored (docs/framing.md). */
static const double RESTORED = 1.2;

/* A rectangle of the picture, seen at a reduced size. */
typedef struct crop {
    size_t top, left, bottom, right; /* pixels of the picture */
    size_t factor;                   /* of them to a side of a pixel as it is seen */
} crop;

static size_t blocks(size_t from, size_t to, size_t factor)
{
    return (to - from + factor - 1) / factor;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void reduce(const numeral_image *in, crop c, size_t height, size_t width,
                   double *values)
{
    for (size_t y = 0; y < height; y++) {
        size_t top = c.top + y * c.factor, bottom = least(top + c.factor, c.bottom);
        const uint8_t *row = in->pixels + top * in->width + c.left;
        for (size_t x = 0; x < width && c.factor == 1; x++) {
            values[y * width + x] = row[x];
        }
        for (size_t x = 0; x < width && c.factor > 1; x++) {
            size_t left = c.left + x * c.factor;
            values[y * width + x] = numeral_image_mean(in, top, left, bottom,
                                                       least(left + c.factor, c.right));
        }
    }
}

/* Where the first look, at the whole picture, saw the digit. */
static void fill_hint(const numeral_ink *first, size_t first_factor, crop c,
                      size_t height, size_t width, uint8_t *hint)
{
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t row = (c.top + y * c.factor) / first_factor;
            size_t column = (c.left + x * c.factor) / first_factor;
            hint[y * width + x] = first->values[row * first->width + column] > 0;
        }
    }
}

/* Finds the ink in a crop of the picture; `first` is what the first look saw, or NULL. */
static numeral_status look(const numeral_image *in, crop c, numeral_ink_way way,
                           const numeral_ink *first, size_t first_factor,
                           numeral_ink *out, numeral_error *err)
{
    size_t height = blocks(c.top, c.bottom, c.factor);
    size_t width = blocks(c.left, c.right, c.factor);
    numeral_status status = NUMERAL_OK;
    uint8_t *hint = NULL;
    double *values = numeral_allocate(height * width, sizeof *values, err);
    TRY_ALLOC(values);
    reduce(in, c, height, width, values);
    if (first) {
        TRY_ALLOC(hint = numeral_allocate(height * width, 1, err));
        fill_hint(first, first_factor, c, height, width, hint);
    }
    TRY(numeral_ink_find(values, height, width, hint, way, out, err));
    values = NULL; /* the ink has them now */
done:
    numeral_release(hint);
    numeral_release(values);
    return status;
}

static double longer(double a, double b)
{
    return a > b ? a : b;
}

/* Where to look again: the box found by the first look with a rim around it. */
static crop closer(const numeral_image *in, crop c, const numeral_ink *ink)
{
    double factor = (double)c.factor;
    double side = longer(ink->bottom - ink->top, ink->right - ink->left) * factor;
    double rim = 0.3 * side + factor; /* paper enough to fit the ground to */
    double top = ink->top * factor - rim, left = ink->left * factor - rim;
    size_t fine = (size_t)(side / FINE);
    return (crop){top > 0 ? (size_t)top : 0, left > 0 ? (size_t)left : 0,
                  least(in->height, (size_t)(ink->bottom * factor + rim)),
                  least(in->width, (size_t)(ink->right * factor + rim)),
                  fine > 1 ? fine : 1};
}

static numeral_status find(const numeral_image *in, numeral_ink_way way, numeral_ink *out,
                           crop *where, numeral_error *err)
{
    size_t side = in->height > in->width ? in->height : in->width;
    crop coarse = {0, 0, in->height, in->width, blocks(0, side, COARSE)};
    numeral_ink first;
    numeral_status status = look(in, coarse, way, NULL, 1, &first, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    crop fine = closer(in, coarse, &first);
    if (first.blank || fine.factor == coarse.factor) {
        *out = first;
        *where = coarse;
        return NUMERAL_OK;
    }
    *where = fine;
    status = look(in, fine, way, &first, coarse.factor, out, err);
    numeral_ink_free(&first);
    return status;
}

/* Where along one axis a digit of `size` goes in a frame of `whole`, so that its centre
 * of mass comes to the middle and nothing is cut off. */
static size_t place(double centre, size_t size, size_t whole)
{
    double at = floor((double)whole / 2 - centre + 0.5), last = (double)(whole - size);
    return at < 0 ? 0 : at > last ? (size_t)last : (size_t)at;
}

/* Thin strokes lose ink where a picture shrinks or is blurred: the strongest becomes full
 * again, as in all of MNIST. */
static void scale_full(double *digit, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = digit[i] > most ? digit[i] : most;
    }
    for (size_t i = 0; i < n && most > 0; i++) {
        digit[i] *= 255 / most;
    }
}

/* Copies the digit (h × w) to the frame, centred by mass. */
static void put_centred(double *digit, size_t h, size_t w, size_t height, size_t width,
                        uint8_t *out)
{
    double mass = 0, y_mass = 0, x_mass = 0;
    scale_full(digit, h * w);
    for (size_t y = 0; y < h; y++) {
        for (size_t x = 0; x < w; x++) {
            mass += digit[y * w + x];
            y_mass += digit[y * w + x] * (double)y;
            x_mass += digit[y * w + x] * (double)x;
        }
    }
    memset(out, 0, height * width);
    if (mass <= 0) {
        return;
    }
    size_t top = place(y_mass / mass, h, height), left = place(x_mass / mass, w, width);
    for (size_t y = 0; y < h; y++) {
        for (size_t x = 0; x < w; x++) {
            out[(top + y) * width + left + x] = (uint8_t)floor(digit[y * w + x] + 0.5);
        }
    }
}

static size_t scaled(double length, double scale, size_t most)
{
    double pixels = ceil(length * scale - 1e-6);
    return pixels < 1 ? 1 : pixels > (double)most ? most : (size_t)pixels;
}

/* The box and one pixel of the frame on each side, where the grey edges of strokes lie.
 */
numeral_status numeral_frame_render(const numeral_ink *ink, size_t height, size_t width,
                                    uint8_t *out, numeral_framing *steps,
                                    numeral_error *err)
{
    double box_height = ink->bottom - ink->top, box_width = ink->right - ink->left;
    double inner = (double)least(height, width) * 20 / 28;
    /* edges between pixels may fall together: no ink is smaller than a pixel */
    double scale = inner / longer(1, longer(box_height, box_width));
    size_t h = scaled(box_height + 2 / scale, scale, height);
    size_t w = scaled(box_width + 2 / scale, scale, width);
    double tall = (double)h / scale, wide = (double)w / scale;
    numeral_region region = {(ink->top + ink->bottom - tall) / 2,
                             (ink->left + ink->right - wide) / 2, tall, wide};
    numeral_status status = NUMERAL_OK;
    double *digit = numeral_allocate(h * w, sizeof *digit, err);
    double *scratch =
        numeral_allocate(numeral_resample_scratch(ink->height, w), sizeof *scratch, err);
    TRY_ALLOC(digit && scratch);
    numeral_resample(ink->values, ink->height, ink->width, region, digit, h, w, scratch);
    if (scale > RESTORED) {
        TRY(numeral_enlarge(ink->values, ink->height, ink->width, region, digit, h, w,
                            err));
    }
    if (steps) {
        TRY(numeral_image_round(digit, h, w, &steps->scaled, err));
    }
    put_centred(digit, h, w, height, width, out);
done:
    numeral_release(scratch);
    numeral_release(digit);
    return status;
}

/* Where the ink lies in the picture, and how it looks. */
static numeral_status tell(const numeral_ink *ink, crop where, numeral_framing *steps,
                           numeral_error *err)
{
    double pitch = (double)where.factor;
    steps->blank = ink->blank;
    steps->light = ink->light;
    steps->ground = ink->ground;
    steps->contrast = ink->strong;
    steps->noise = ink->noise;
    steps->pitch = pitch;
    steps->top = (double)where.top + pitch * ink->top;
    steps->bottom = (double)where.top + pitch * ink->bottom;
    steps->left = (double)where.left + pitch * ink->left;
    steps->right = (double)where.left + pitch * ink->right;
    steps->ink_top = where.top;
    steps->ink_left = where.left;
    return numeral_image_round(ink->values, ink->height, ink->width, &steps->ink, err);
}

void numeral_framing_free(numeral_framing *steps)
{
    if (steps) {
        numeral_image_free(&steps->ink);
        numeral_image_free(&steps->scaled);
    }
}

static numeral_status frame(const numeral_image *in, size_t height, size_t width,
                            numeral_ink_way way, uint8_t *out, numeral_frame_about *about,
                            numeral_framing *steps, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_ink ink = {0};
    crop where;
    TRY(numeral_image_check_size("frame", height, width, 1, UINT64_MAX, err));
    TRY(numeral_image_check_size("image", in->height, in->width, 1, UINT64_MAX, err));
    TRY(find(in, way, &ink, &where, err));
    if (steps) {
        TRY(tell(&ink, where, steps, err));
    }
    if (about) {
        *about =
            (numeral_frame_about){ink.blank ? 0 : ink.digits, ink.light, ink.tight, way};
    }
    if (ink.blank) {
        memset(out, 0, height * width);
    } else {
        TRY(numeral_frame_render(&ink, height, width, out, steps, err));
    }
done:
    numeral_ink_free(&ink);
    return status;
}

numeral_status numeral_image_frame(const numeral_image *in, size_t height, size_t width,
                                   uint8_t *out, numeral_error *err)
{
    return frame(in, height, width, NUMERAL_INK_USUAL, out, NULL, NULL, err);
}

numeral_status numeral_frame_picture(const numeral_image *in, numeral_ink_way way,
                                     size_t height, size_t width, uint8_t *out,
                                     numeral_frame_about *about, numeral_error *err)
{
    return frame(in, height, width, way, out, about, NULL, err);
}

numeral_status numeral_frame_picture_steps(const numeral_image *in, numeral_ink_way way,
                                           size_t height, size_t width, uint8_t *out,
                                           numeral_framing *steps, numeral_error *err)
{
    numeral_framing made = {0};
    numeral_status status = frame(in, height, width, way, out, NULL, &made, err);
    if (status != NUMERAL_OK) {
        numeral_framing_free(&made);
        return status;
    }
    *steps = made;
    return NUMERAL_OK;
}

numeral_status numeral_image_frame_steps(const numeral_image *in, size_t height,
                                         size_t width, uint8_t *out,
                                         numeral_framing *steps, numeral_error *err)
{
    return numeral_frame_picture_steps(in, NUMERAL_INK_USUAL, height, width, out, steps,
                                       err);
}
