/* The measures of one picture. Where it was framed, its edge, size, contrast and figures
 * are those of the picture itself, since framing has scaled them away; the rest is
 * measured in the frame, as it is of training digits (norms.c). */
#include "explain/measures.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "explain/norms.h"
#include "framing/shape.h"

static double line_ink(const numeral_image *ink, size_t from, size_t step, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ink->pixels[from + i * step] / 255.0;
    }
    return sum;
}

/* Ink along those edges of the ink map that are the picture's own. */
static double ink_on_edge(const numeral_image *image, const numeral_explanation *why,
                          const numeral_framing *f)
{
    const numeral_image *ink = &f->ink;
    size_t h = ink->height, w = ink->width;
    double sum = f->ink_top == 0 ? line_ink(ink, 0, 1, w) : 0;
    sum += f->ink_left == 0 ? line_ink(ink, 0, w, h) : 0;
    if ((double)f->ink_top + f->pitch * (double)h >= (double)image->height) {
        sum += line_ink(ink, (h - 1) * w, 1, w);
    }
    if ((double)f->ink_left + f->pitch * (double)w >= (double)image->width) {
        sum += line_ink(ink, w - 1, w, h);
    }
    /* From pixels of the ink map to those of the frame, whose digits are 20 of 28. */
    double side = fmax(f->bottom - f->top, f->right - f->left) / f->pitch;
    double inner =
        (double)(why->height < why->width ? why->height : why->width) * 20 / 28;
    return side > 0 ? sum * inner / side : 0;
}

/* The digit with dark and light swapped: within its box where it was framed, which is
 * centred by its mass as framing does. */
static void swap(const numeral_explanation *why, const numeral_framing *framing,
                 uint8_t *out)
{
    const uint8_t *framed = why->stages[1].pixels;
    size_t height = why->height, width = why->width;
    if (!why->framed) {
        for (size_t i = 0; i < height * width; i++) {
            out[i] = (uint8_t)(255 - framed[i]);
        }
        return;
    }
    const numeral_image *scaled = &framing->scaled;
    /* Swapped, the box is full of ink around the digit; its mass is centred anew. */
    double mass = 0, y_mass = 0, x_mass = 0;
    size_t h = scaled->height, w = scaled->width;
    for (size_t i = 0; i < h * w; i++) {
        double value = 255 - scaled->pixels[i];
        mass += value;
        y_mass += value * (double)(i / w);
        x_mass += value * (double)(i % w);
    }
    memset(out, 0, height * width);
    double down = mass > 0 ? floor((double)height / 2 - y_mass / mass + 0.5) : 0;
    double right = mass > 0 ? floor((double)width / 2 - x_mass / mass + 0.5) : 0;
    for (size_t i = 0; i < h * w; i++) {
        double y = (double)(i / w) + down, x = (double)(i % w) + right;
        if (y >= 0 && x >= 0 && y < (double)height && x < (double)width) {
            out[(size_t)y * width + (size_t)x] = (uint8_t)(255 - scaled->pixels[i]);
        }
    }
}

numeral_status
numeral_measures_take(const numeral_model *model, const numeral_image *image,
                      const numeral_explanation *why, const numeral_framing *framing,
                      const numeral_run *run, numeral_measures *out, numeral_error *err)
{
    const uint8_t *framed = why->stages[1].pixels;
    size_t height = why->height, width = why->width;
    numeral_shape shape, whole;
    numeral_measures found = {.distance = why->voters[0].length};
    numeral_status status;
    uint8_t *swapped = NULL;
    TRY(numeral_shape_measure(framed, height, width, &shape, err));
    found.ink = shape.mass;
    if (found.ink >= 1) {
        TRY_ALLOC(swapped = numeral_allocate(height, width, err));
        swap(why, framing, swapped);
        TRY(numeral_norms_distances(model, swapped, 1, run, &found.swapped, err));
        whole = shape;
        found.edge = shape.edge;
        found.size = numeral_shape_longer_side(&shape);
        found.contrast = numeral_shape_brightest(framed, height * width);
        if (why->framed) {
            const numeral_image *ink = &framing->ink;
            TRY(numeral_shape_measure(ink->pixels, ink->height, ink->width, &whole, err));
            found.edge = ink_on_edge(image, why, framing);
            found.size =
                fmax(framing->bottom - framing->top, framing->right - framing->left);
            found.contrast = framing->contrast;
        }
        found.figures = (double)(whole.digits ? whole.digits : 1);
        found.width = numeral_shape_width_by_height(&shape);
        found.stroke = shape.stroke;
    }
    *out = found;
done:
    numeral_release(swapped);
    return status;
}
