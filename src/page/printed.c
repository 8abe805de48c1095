/* A stroke that is no wider than many printed lines may be one of them. */
#include "page/printed.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/even.h"

/* Printed lines, as many as may be most of a page's ink; how much wider they may be than
 * what was measured; how many times wider strokes are than they; how many tenths of what
 * was measured those that are left must be to be measured better; and which part of the
 * ink lines are that tell so: of boxed pages a quarter, of a textured photo less. */
enum { MANY_RULES = 12, WIDEST_MORE = 3, MUCH_WIDER = 2, WIDER = 13, PART = 5 };
enum { INK = 128 };

static size_t count_ink(const numeral_image *ink)
{
    size_t n = 0;
    for (size_t i = 0; i < ink->height * ink->width; i++) {
        n += ink->pixels[i] >= INK;
    }
    return n;
}

/* Whether taking lines off left so much less. */
static bool were_many(const numeral_image *before, const numeral_image *ink)
{
    size_t all = count_ink(before);
    return (all - count_ink(ink)) * PART >= all;
}

/* Takes lines off for strokes of that width, from the ink as it was. */
static numeral_status take_from(const numeral_image *before, size_t stroke,
                                numeral_image *ink, numeral_page_rules *out,
                                numeral_error *err)
{
    memcpy(ink->pixels, before->pixels, before->height * before->width);
    numeral_page_rules_free(out);
    return numeral_page_take_rules(ink, stroke, out, err);
}

/* Finds how wide strokes are that are wider than lines: each width that lines may have is
 * tried, until strokes much wider are left. *stroke stays where none are. */
static numeral_status find_stroke(const numeral_image *before, size_t *stroke,
                                  numeral_image *ink, numeral_page_rules *out,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t measured = *stroke;
    for (size_t line = measured; line <= measured + WIDEST_MORE; line++) {
        size_t left = 0;
        if (line > measured) {
            TRY(take_from(before, line, ink, out, err));
        }
        TRY(numeral_page_measure_stroke(ink, &left, err));
        if (left > MUCH_WIDER * line) {
            *stroke = left;
            break;
        }
    }
done:
    return status;
}

numeral_status numeral_page_take_printed(numeral_image *ink, size_t *stroke,
                                         numeral_page_rules *out, numeral_error *err)
{
    numeral_status status;
    numeral_image before = {0};
    size_t left = 0;
    *out = (numeral_page_rules){0};
    TRY_ALLOC(before.pixels = numeral_allocate(ink->height, ink->width, err));
    before.height = ink->height;
    before.width = ink->width;
    memcpy(before.pixels, ink->pixels, before.height * before.width);
    TRY(numeral_page_take_rules(ink, *stroke, out, err));
    if (out->n >= MANY_RULES && *stroke <= out->thick) {
        TRY(find_stroke(&before, stroke, ink, out, err));
        TRY(take_from(&before, *stroke, ink, out, err));
    }
    if (out->n >= MANY_RULES && were_many(&before, ink)) {
        TRY(numeral_page_measure_stroke(ink, &left, err));
    }
    if (left * 10 >= *stroke * WIDER) {
        *stroke = left;
        TRY(take_from(&before, left, ink, out, err));
    }
done:
    numeral_image_free(&before);
    return status;
}
