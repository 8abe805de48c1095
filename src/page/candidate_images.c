/* What lies between two borders becomes a picture: its own pixels and the grey rim around
 * them, nothing of its neighbours, in the middle of the frame. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "framing/frame.h"
#include "page/candidates.h"

typedef struct framing_job {
    const numeral_image *ink;
    const numeral_components *components;
    const numeral_cuts *cuts;
    const uint32_t *member_of; /* place among the lines' members of each component */
    const uint32_t *which;     /* n of them are framed */
    size_t n;
    numeral_candidates *all;
    size_t height, width;
    size_t room; /* of each worker's plane and marks, in pixels */
    double *planes;
    uint8_t *marks;
    numeral_status *status; /* of each worker */
    numeral_error *errors;
} framing_job;

/* Marks those of columns x to end (exclusive) of row y, all of them of one component,
 * that lie between the candidate's borders; `own` begins at column `left`. */
static void mark_run(const framing_job *job, const numeral_candidate *c, size_t y,
                     uint32_t label, size_t x, size_t end, size_t left, uint8_t *own)
{
    const numeral_border *first = &job->cuts->borders[c->first];
    const numeral_border *last = &job->cuts->borders[c->last];
    const numeral_page_box *box = &job->components->items[label - 1].box;
    uint32_t member = job->member_of[label - 1];
    if (member < first->member || member > last->member || member == UINT32_MAX ||
        (member == last->member && !last->path)) {
        return;
    }
    if (member == first->member && first->path) {
        size_t begin = box->left + first->path[y - box->top];
        x = x > begin ? x : begin;
    }
    if (member == last->member) {
        size_t border = box->left + last->path[y - box->top];
        end = end < border ? end : border;
    }
    for (; x < end; x++) {
        own[x - left] = 1;
    }
}

/* Marks the pixels of row y, columns left to right (exclusive), that belong to components
 * and lie between the candidate's borders; `own` is bare before. */
static void mark_own(const framing_job *job, const numeral_candidate *c, size_t y,
                     size_t left, size_t right, uint8_t *own)
{
    const uint32_t *labels = job->components->labels + y * job->ink->width;
    for (size_t x = left; x < right;) {
        size_t end = x + 1;
        while (end < right && labels[end] == labels[x]) {
            end++;
        }
        if (labels[x]) {
            mark_run(job, c, y, labels[x], x, end, left, own);
        }
        x = end;
    }
}

/* Marks what touches a marked pixel in one of three rows, each with a rim of one. */
static void mark_near(const uint8_t *restrict above, const uint8_t *restrict at,
                      const uint8_t *restrict below, size_t width, uint8_t *restrict near)
{
    for (size_t x = 0; x < width; x++) {
        near[x] = above[x] | above[x + 1] | above[x + 2] | at[x] | at[x + 1] | at[x + 2] |
                  below[x] | below[x + 1] | below[x + 2];
    }
}

/* The ink of a row, where it is marked, or near and of no component. */
static void take_row(const uint8_t *restrict ink, const uint32_t *restrict labels,
                     const uint8_t *restrict own, const uint8_t *restrict near,
                     size_t width, double *restrict to)
{
    for (size_t x = 0; x < width; x++) {
        uint32_t taken = own[x] | (near[x] & (labels[x] == 0));
        to[x] = (double)(int32_t)(ink[x] * taken);
    }
}

/* Copies what is the candidate's: marked pixels, and inked ones of no component that
 * touch a marked one. `own`: (height + 2) × (width + 2) marks, of the box with a rim of
 * one; then room for a row. */
static void take_own(const framing_job *job, size_t top, size_t left, size_t height,
                     size_t width, uint8_t *own, double *plane)
{
    size_t step = width + 2;
    uint8_t *near = own + (height + 2) * step;
    for (size_t y = 0; y < height; y++) {
        size_t at = (top + y) * job->ink->width + left;
        const uint8_t *mine = own + (y + 1) * step;
        mark_near(mine - step, mine, mine + step, width, near);
        take_row(job->ink->pixels + at, job->components->labels + at, mine + 1, near,
                 width, plane + y * width);
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
        job->status[worker] = frame_one(job, job->which[i], job->planes + room,
                                        job->marks + room, &job->errors[worker]);
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
    for (size_t i = 0; i < job->n; i++) {
        const numeral_page_box *b = &job->all->items[job->which[i]].box;
        size_t room = (b->bottom - b->top + 5) * (b->right - b->left + 4);
        job->room = room > job->room ? room : job->room;
    }
    TRY_ALLOC(job->planes =
                  numeral_allocate(threads, job->room * sizeof *job->planes, err));
    TRY_ALLOC(job->marks = numeral_allocate(threads, job->room, err));
    TRY_ALLOC(job->status = numeral_allocate_zero(threads, sizeof *job->status, err));
    TRY_ALLOC(job->errors = numeral_allocate_zero(threads, sizeof *job->errors, err));
    numeral_parallel_for(job->n, 8, at_most, frame_some, job);
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

numeral_status numeral_candidates_frame(const numeral_image *ink,
                                        const numeral_components *components,
                                        const numeral_page_lines *lines,
                                        const numeral_cuts *cuts, size_t height,
                                        size_t width, const uint32_t *which, size_t n,
                                        const numeral_run *run, numeral_candidates *all,
                                        numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    uint32_t *member_of = NULL;
    TRY_ALLOC(member_of = list_members(components, lines, err));
    if (!all->images) {
        TRY_ALLOC(all->images = numeral_allocate_zero(all->n + 1, height * width, err));
    }
    framing_job job = {.ink = ink,
                       .components = components,
                       .cuts = cuts,
                       .member_of = member_of,
                       .which = which,
                       .n = n,
                       .all = all,
                       .height = height,
                       .width = width};
    TRY(frame_all(&job, run->threads, err));
done:
    numeral_release(member_of);
    return status;
}
