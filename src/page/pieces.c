/* Specks whose boxes lie within a gap of each other are one thing; a thing as large as a
 * digit that lies flat may be one. Whether it is, the line's path decides. */
#include "page/pieces.h"

#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"

enum { STRONG = 128 };       /* a component without such ink is a shade or a smear */
enum { MOST_PIECES = 5000 }; /* of a page: more of them are no writing, but texture */

/* In heights of a digit: the gap between pieces; the least and most height and the least
 * width of what may be a digit; its least ink, in strokes as long as a digit is high. */
static const double GAP = 0.15, LEAST_HEIGHT = 0.33, MOST_HEIGHT = 1.4, LEAST_WIDTH = 0.3,
                    MOST_WIDTH = 1.45, LEAST_INK = 0.6;

static uint32_t root_of(uint32_t *parents, uint32_t i)
{
    while (parents[i] != i) {
        parents[i] = parents[parents[i]];
        i = parents[i];
    }
    return i;
}

static int by_left(const void *a, const void *b)
{
    const numeral_page_thing *x = a, *y = b;
    return x->box.left != y->box.left ? (x->box.left < y->box.left ? -1 : 1)
                                      : (x->root > y->root) - (x->root < y->root);
}

static int by_root(const void *a, const void *b)
{
    uint32_t x = ((const numeral_page_thing *)a)->root;
    uint32_t y = ((const numeral_page_thing *)b)->root;
    return (x > y) - (x < y);
}

static size_t list_pieces(const numeral_components *components, const uint8_t *roles,
                          size_t stroke, numeral_page_thing *things)
{
    size_t n = 0;
    for (uint32_t i = 0; i < components->n; i++) {
        const numeral_component *c = &components->items[i];
        if (roles[i] == NUMERAL_PAGE_SPECK && c->strongest >= STRONG &&
            c->pixels * 2 >= stroke * stroke) {
            things[n++] = (numeral_page_thing){c->box, i};
        }
    }
    qsort(things, n, sizeof *things, by_left);
    return n;
}

static bool is_near(const numeral_page_box *a, const numeral_page_box *b, double gap)
{
    return (double)b->left <= (double)a->right + gap &&
           (double)a->top <= (double)b->bottom + gap &&
           (double)b->top <= (double)a->bottom + gap;
}

static void unite(numeral_page_box *box, const numeral_page_box *other)
{
    box->top = other->top < box->top ? other->top : box->top;
    box->left = other->left < box->left ? other->left : box->left;
    box->bottom = other->bottom > box->bottom ? other->bottom : box->bottom;
    box->right = other->right > box->right ? other->right : box->right;
}

static void join(const numeral_page_thing *pieces, size_t n, double gap,
                 uint32_t *parents)
{
    for (size_t i = 0; i < n; i++) {
        const numeral_page_box *a = &pieces[i].box;
        for (size_t j = i + 1;
             j < n && (double)pieces[j].box.left <= (double)a->right + gap; j++) {
            if (is_near(a, &pieces[j].box, gap)) {
                uint32_t x = root_of(parents, pieces[i].root);
                uint32_t y = root_of(parents, pieces[j].root);
                parents[x > y ? x : y] = x < y ? x : y;
            }
        }
    }
}

static bool may_be_digit(const numeral_page_box *box, size_t pixels, size_t stroke,
                         double height)
{
    double tall = (double)(box->bottom - box->top) / height;
    double wide = (double)(box->right - box->left) / height;
    double ink = (double)pixels / ((double)stroke * height);
    return tall >= LEAST_HEIGHT && tall <= MOST_HEIGHT && wide >= LEAST_WIDTH &&
           wide <= MOST_WIDTH && ink >= LEAST_INK;
}

numeral_status numeral_page_join_pieces(const numeral_components *components,
                                        const uint8_t *roles, size_t stroke,
                                        double height, uint32_t *parents,
                                        numeral_page_thing *things, size_t *n,
                                        numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t *pixels = NULL, n_pieces = list_pieces(components, roles, stroke, things);
    *n = 0;
    if (n_pieces == 0 || n_pieces > MOST_PIECES) {
        return NUMERAL_OK;
    }
    TRY_ALLOC(pixels = numeral_allocate_zero(components->n, sizeof *pixels, err));
    join(things, n_pieces, GAP * height, parents);
    for (size_t i = 0; i < n_pieces; i++) {
        uint32_t piece = things[i].root;
        things[i].root = root_of(parents, piece);
        pixels[things[i].root] += components->items[piece].pixels;
    }
    qsort(things, n_pieces, sizeof *things, by_root);
    for (size_t i = 0; i < n_pieces;) {
        numeral_page_thing thing = things[i++];
        for (; i < n_pieces && things[i].root == thing.root; i++) {
            unite(&thing.box, &things[i].box);
        }
        if (may_be_digit(&thing.box, pixels[thing.root], stroke, height)) {
            things[(*n)++] = thing;
        }
    }
    qsort(things, *n, sizeof *things, by_left);
done:
    numeral_release(pixels);
    return status;
}
