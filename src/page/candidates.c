/* What lies between two borders becomes a picture: its own pixels and the grey rim around
 * them, nothing of its neighbours, in the middle of the frame. */
#include "page/candidates.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "framing/frame.h"

enum { MOST_MEMBERS = 6 }; /* components of one digit: broken ones have three or four */

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

/* A list under way. */
typedef struct list {
    const numeral_cuts *cuts;
    size_t stroke, end;    /* `end`: the border that closes the line */
    double height, middle; /* of the line; about the place */
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

static numeral_status list_all(const numeral_components *components,
                               const numeral_page_lines *lines, const numeral_cuts *cuts,
                               size_t stroke, numeral_candidates *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    list l = {.cuts = cuts, .stroke = stroke, .items.max_bytes = (size_t)1 << 30};
    for (size_t line = 0; line < lines->n; line++) {
        l.end = cuts->starts[line + 1] - 1;
        l.height = lines->heights[line];
        for (size_t i = cuts->starts[line]; i < l.end; i++) {
            l.middle = middle_at(components, lines, line, cuts->borders[i].member);
            TRY(list_from(&l, line, i, err));
        }
    }
    out->n = l.items.size / sizeof *out->items;
    out->items = (numeral_candidate *)(void *)l.items.data;
    l.items = (numeral_buffer){0};
done:
    numeral_buffer_free(&l.items);
    return status;
}

typedef struct framing_job {
    const numeral_image *ink;
    const numeral_components *components;
    const numeral_cuts *cuts;
    const uint32_t *member_of; /* place among the lines' members of each component */
    numeral_candidates *all;
    size_t height, width;
    size_t room; /* of each worker's plane and marks, in pixels */
    double *planes;
    uint8_t *marks;
    numeral_status *status; /* of each worker */
    numeral_error *errors;
} framing_job;

/* Marks the pixels of row y, columns left to right (exclusive), that belong to components
 * and lie between the candidate's borders. */
static void mark_own(const framing_job *job, const numeral_candidate *c, size_t y,
                     size_t left, size_t right, uint8_t *own)
{
    const numeral_border *first = &job->cuts->borders[c->first];
    const numeral_border *last = &job->cuts->borders[c->last];
    const uint32_t *labels = job->components->labels + y * job->ink->width;
    uint32_t label = 0;
    size_t begin = 0, end = 0; /* of the columns between the borders, of that label */
    for (size_t x = left; x < right; x++) {
        own[x - left] = 0;
        if (labels[x] == 0) {
            continue;
        }
        if (labels[x] != label) {
            label = labels[x];
            const numeral_page_box *box = &job->components->items[label - 1].box;
            uint32_t member = job->member_of[label - 1];
            bool outside = member < first->member || member > last->member ||
                           (member == last->member && !last->path) ||
                           member == UINT32_MAX;
            begin = member == first->member && first->path
                        ? box->left + first->path[y - box->top]
                        : 0;
            end = outside                  ? 0
                  : member == last->member ? box->left + last->path[y - box->top]
                                           : SIZE_MAX;
        }
        own[x - left] = x >= begin && x < end;
    }
}

/* Copies what is the candidate's: marked pixels, and inked ones of no component that
 * touch a marked one. `own`: (height + 2) × (width + 2) marks, of the box with a rim of
 * one. */
static void take_own(const framing_job *job, size_t top, size_t left, size_t height,
                     size_t width, const uint8_t *own, double *plane)
{
    size_t step = width + 2;
    for (size_t y = 0; y < height; y++) {
        size_t at = (top + y) * job->ink->width + left;
        const uint8_t *mine = own + (y + 1) * step + 1;
        for (size_t x = 0; x < width; x++) {
            const uint8_t *m = mine + x;
            bool taken = *m;
            if (!taken && job->ink->pixels[at + x] && !job->components->labels[at + x]) {
                const uint8_t *above = m - step, *below = m + step;
                taken = above[-1] | above[0] | above[1] | m[-1] | m[1] | below[-1] |
                        below[0] | below[1];
            }
            plane[y * width + x] = taken ? job->ink->pixels[at + x] : 0;
        }
    }
}

static numeral_status frame_one(const framing_job *job, size_t i, double *plane,
                                uint8_t *own, numeral_error *err)
{
    const numeral_candidate *c = &job->all->items[i];
    size_t top = c->box.top ? c->box.top - 1 : 0,
           left = c->box.left ? c->box.left - 1 : 0;
    size_t bottom = c->box.bottom < job->ink->height ? c->box.bottom + 1 : c->box.bottom;
    size_t right = c->box.right < job->ink->width ? c->box.right + 1 : c->box.right;
    size_t height = bottom - top, width = right - left;
    /* marks reach one pixel farther than the plane, where the page does */
    memset(own, 0, (height + 2) * (width + 2));
    size_t from = left ? left - 1 : 0;
    size_t end = right < job->ink->width ? right + 1 : right;
    for (size_t y = top ? top - 1 : 0; y <= bottom && y < job->ink->height; y++) {
        mark_own(job, c, y, from, end,
                 own + (y + 1 - top) * (width + 2) + (from + 1 - left));
    }
    take_own(job, top, left, height, width, own, plane);
    numeral_ink ink = {.height = height,
                       .width = width,
                       .values = plane,
                       .top = (double)(c->box.top - top),
                       .left = (double)(c->box.left - left),
                       .bottom = (double)(c->box.bottom - top),
                       .right = (double)(c->box.right - left)};
    return numeral_frame_render(&ink, job->height, job->width,
                                job->all->images + i * job->height * job->width, NULL,
                                err);
}

static void frame_some(void *context, size_t begin, size_t end, int worker)
{
    const framing_job *job = context;
    for (size_t i = begin; i < end && job->status[worker] == NUMERAL_OK; i++) {
        size_t room = (size_t)worker * job->room;
        job->status[worker] = frame_one(job, i, job->planes + room, job->marks + room,
                                        &job->errors[worker]);
    }
}

/* For each component its place among the members of all lines; UINT32_MAX: it has none.
 */
static uint32_t *list_members(const numeral_components *components,
                              const numeral_page_lines *lines, numeral_error *err)
{
    uint32_t *member_of = numeral_allocate(components->n + 1, sizeof *member_of, err);
    for (size_t i = 0; member_of && i < components->n; i++) {
        member_of[i] = UINT32_MAX;
    }
    for (size_t i = 0; member_of && i < lines->starts[lines->n]; i++) {
        member_of[lines->members[i]] = (uint32_t)i;
    }
    return member_of;
}

static numeral_status frame_all(framing_job *job, int at_most, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t threads = (size_t)numeral_thread_count(at_most);
    for (size_t i = 0; i < job->all->n; i++) {
        const numeral_page_box *b = &job->all->items[i].box;
        size_t room = (b->bottom - b->top + 4) * (b->right - b->left + 4);
        job->room = room > job->room ? room : job->room;
    }
    TRY_ALLOC(job->planes =
                  numeral_allocate(threads, job->room * sizeof *job->planes, err));
    TRY_ALLOC(job->marks = numeral_allocate(threads, job->room, err));
    TRY_ALLOC(job->status = numeral_allocate_zero(threads, sizeof *job->status, err));
    TRY_ALLOC(job->errors = numeral_allocate_zero(threads, sizeof *job->errors, err));
    numeral_parallel_for(job->all->n, 8, at_most, frame_some, job);
    for (size_t i = 0; i < threads && status == NUMERAL_OK; i++) {
        status = job->status[i];
        if (status != NUMERAL_OK && err) {
            *err = job->errors[i];
        }
    }
done:
    numeral_release(job->planes);
    numeral_release(job->marks);
    numeral_release(job->status);
    numeral_release(job->errors);
    return status;
}

numeral_status numeral_candidates_make(const numeral_image *ink,
                                       const numeral_components *components,
                                       const numeral_page_lines *lines,
                                       const numeral_cuts *cuts, size_t stroke,
                                       size_t height, size_t width,
                                       const numeral_run *run, numeral_candidates *out,
                                       numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_candidates all = {0};
    uint32_t *member_of = NULL;
    TRY(list_all(components, lines, cuts, stroke, &all, err));
    TRY_ALLOC(member_of = list_members(components, lines, err));
    TRY_ALLOC(all.images = numeral_allocate_zero(all.n + 1, height * width, err));
    framing_job job = {.ink = ink,
                       .components = components,
                       .cuts = cuts,
                       .member_of = member_of,
                       .all = &all,
                       .height = height,
                       .width = width};
    TRY(frame_all(&job, run->threads, err));
    *out = all;
    all = (numeral_candidates){0};
done:
    numeral_release(member_of);
    numeral_candidates_free(&all);
    return status;
}

void numeral_candidates_free(numeral_candidates *candidates)
{
    numeral_release(candidates->items);
    numeral_release(candidates->images);
    *candidates = (numeral_candidates){0};
}
