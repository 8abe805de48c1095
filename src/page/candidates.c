/* What lies between any two borders of a line, and may be a digit by its size. */
#include "page/candidates.h"

#include "base/fail.h"
#include "base/memory.h"

enum { MOST_MEMBERS = 6 }; /* components of one digit: broken ones have three or four */

/* What is cut from a line may be so many times as large as the line, altogether: stripes
 * that lie across each other made it thousands. A bound on work, not on accuracy. */
enum { MOST_CUT = 256 };

/* In heights of the line: nothing larger is one digit, and nothing lower. Of the
 * 12,000 digits of 250 synthetic pages of training digits one in a thousand is wider than
 * 1.3, higher than 1.25, lower than 0.58 or has a gap above 0.1. Then shares of ink: of
 * components beside the largest, and of a stroke as high as the line. */
static const double MOST_WIDTH = 1.45, MOST_HEIGHT = 1.6, LEAST_HEIGHT = 0.3,
                    MOST_GAP = 0.35, MOST_LOOSE = 0.8, LEAST_INK = 0.3;

static void unite(numeral_page_box *box, const numeral_page_box *other)
{
    box->top = other->top < box->top ? other->top : box->top;
    box->left = other->left < box->left ? other->left : box->left;
    box->bottom = other->bottom > box->bottom ? other->bottom : box->bottom;
    box->right = other->right > box->right ? other->right : box->right;
}

static double area_of(const numeral_page_box *box)
{
    return (double)(box->bottom - box->top) * (double)(box->right - box->left);
}

/* A list under way. */
typedef struct list {
    const numeral_cuts *cuts;
    size_t stroke, end;    /* `end`: the border that closes the line */
    double height, middle; /* of the line; about the place */
    double room;           /* pixels of what may still be cut from the line */
    numeral_buffer items;
} list;

/* The least ink of the cuts between two borders; 9 without one. */
static double least_inside(const numeral_cuts *cuts, size_t first, size_t last)
{
    double least = 9;
    for (size_t i = first + 1; i < last; i++) {
        const numeral_border *border = &cuts->borders[i];
        least = border->path && border->ink < least ? border->ink : least;
    }
    return least;
}

/* What regions of neighbouring components make together. */
typedef struct collected {
    numeral_page_box box;
    size_t pixels, largest; /* of all, of the largest region */
    double gap;             /* in pixels */
} collected;

static void collect(collected *c, const numeral_region *region)
{
    double gap = (double)region->box.left - (double)c->box.right;
    c->gap = c->pixels && gap > c->gap ? gap : c->gap;
    unite(&c->box, &region->box);
    c->pixels += region->pixels;
    c->largest = region->pixels > c->largest ? region->pixels : c->largest;
}

static bool is_too_large(const list *l, const collected *c)
{
    return (double)(c->box.right - c->box.left) > MOST_WIDTH * l->height ||
           (double)(c->box.bottom - c->box.top) > MOST_HEIGHT * l->height ||
           c->gap > MOST_GAP * l->height;
}

/* Adds what was collected between two borders, if it may be a digit. */
static numeral_status add(list *l, const collected *c, size_t line, size_t first,
                          size_t last, numeral_error *err)
{
    const numeral_border *left = &l->cuts->borders[first], *right = left + (last - first);
    double height = (double)(c->box.bottom - c->box.top) / l->height;
    double loose = 1 - (double)c->largest / (double)c->pixels;
    double ink = (double)c->pixels / ((double)l->stroke * l->height);
    if (height < LEAST_HEIGHT || loose > MOST_LOOSE || ink < LEAST_INK) {
        return NUMERAL_OK;
    }
    const numeral_candidate candidate = {
        .first = (uint32_t)first,
        .last = (uint32_t)last,
        .line = (uint32_t)line,
        .box = c->box,
        .height = height,
        .width = (double)(c->box.right - c->box.left) / l->height,
        .rise = (l->middle - (double)(c->box.top + c->box.bottom) / 2) / l->height,
        .cut_left = left->ink,
        .cut_right = right->ink,
        .runs_left = left->runs,
        .runs_right = right->runs,
        .loose = loose,
        .gap = c->gap / l->height,
        .inside = least_inside(l->cuts, first, last)};
    if (numeral_candidate_is_cut(&candidate, l->cuts) &&
        (l->room -= area_of(&c->box)) < 0) {
        return NUMERAL_OK;
    }
    return numeral_buffer_append(&l->items, &candidate, sizeof candidate, err);
}

/* The region from a border to the right end of its component. */
static const numeral_region *to_the_end(const numeral_cuts *cuts, size_t border)
{
    const numeral_region *region = NULL;
    for (size_t i = cuts->of[border]; i < cuts->of[border + 1]; i++) {
        region = cuts->borders[cuts->regions[i].last].path ? region : &cuts->regions[i];
    }
    return region;
}

/* Lists what begins at a border: its regions; and where one reaches its component's end,
 * that with the regions that begin the next component, and so on. */
static numeral_status list_from(list *l, size_t line, size_t first, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    collected before = {.box = {SIZE_MAX, SIZE_MAX, 0, 0}};
    size_t border = first;
    for (size_t members = 0; border < l->end && members < MOST_MEMBERS; members++) {
        for (size_t i = l->cuts->of[border]; i < l->cuts->of[border + 1]; i++) {
            collected c = before;
            collect(&c, &l->cuts->regions[i]);
            if (!is_too_large(l, &c)) {
                TRY(add(l, &c, line, first, l->cuts->regions[i].last, err));
            }
        }
        const numeral_region *rest = to_the_end(l->cuts, border);
        if (!rest) {
            break;
        }
        collect(&before, rest);
        if (is_too_large(l, &before)) {
            break;
        }
        border = rest->last;
    }
done:
    return status;
}

static double area_of_line(const numeral_components *components,
                           const numeral_page_lines *lines, size_t line)
{
    numeral_page_box box = {SIZE_MAX, SIZE_MAX, 0, 0};
    for (size_t i = lines->starts[line]; i < lines->starts[line + 1]; i++) {
        unite(&box, &components->items[lines->members[i]].box);
    }
    return area_of(&box);
}

/* The middle of a line about a member: of it and some on either side that are as high as
 * digits, so that a line that climbs is followed. */
static double middle_at(const numeral_components *components,
                        const numeral_page_lines *lines, size_t line, size_t member)
{
    enum { SIDES = 3 };
    double sum = 0, weight = 0;
    size_t from = lines->starts[line], end = lines->starts[line + 1];
    for (size_t i = member < from + SIDES ? from : member - SIDES;
         i < end && i <= member + SIDES; i++) {
        const numeral_page_box *b = &components->items[lines->members[i]].box;
        if ((double)(b->bottom - b->top) >= 0.6 * lines->heights[line]) {
            sum += (double)(b->top + b->bottom) / 2;
            weight += 1;
        }
    }
    const numeral_page_box *own = &components->items[lines->members[member]].box;
    return weight > 0 ? sum / weight : (double)(own->top + own->bottom) / 2;
}

numeral_status numeral_candidates_list(const numeral_components *components,
                                       const numeral_page_lines *lines,
                                       const numeral_cuts *cuts, size_t stroke,
                                       numeral_candidates *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    list l = {.cuts = cuts, .stroke = stroke, .items.max_bytes = (size_t)1 << 30};
    for (size_t line = 0; line < lines->n; line++) {
        l.end = cuts->starts[line + 1] - 1;
        l.height = lines->heights[line];
        l.room = MOST_CUT * area_of_line(components, lines, line);
        for (size_t i = cuts->starts[line]; i < l.end; i++) {
            l.middle = middle_at(components, lines, line, cuts->borders[i].member);
            TRY(list_from(&l, line, i, err));
        }
    }
    if (l.items.size == 0) { /* an array of none has a place nevertheless */
        TRY_ALLOC(out->items = numeral_allocate(1, sizeof *out->items, err));
        return NUMERAL_OK;
    }
    out->n = l.items.size / sizeof *out->items;
    out->items = (numeral_candidate *)(void *)l.items.data;
    l.items = (numeral_buffer){0};
done:
    numeral_buffer_free(&l.items);
    return status;
}

void numeral_candidates_free(numeral_candidates *candidates)
{
    numeral_release(candidates->items);
    numeral_release(candidates->images);
    *candidates = (numeral_candidates){0};
}
