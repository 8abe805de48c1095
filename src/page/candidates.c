/* A run of pieces becomes a picture: its own pixels and the grey rim around them, nothing
 * of its neighbours, in the middle of the frame. */
#include "page/candidates.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "framing/frame.h"

/* In heights of the line: nothing larger is one digit, and nothing lower. Of a hundred
 * thousand digits of synthetic pages one in a thousand is wider than 1.3, higher than
 * 1.25, lower than 0.58 or has a gap above 0.1. The last is a share of ink. */
static const double MOST_WIDTH = 1.45, MOST_HEIGHT = 1.6, LEAST_HEIGHT = 0.4,
                    MOST_GAP = 0.35, MOST_LOOSE = 0.65;

static void unite(numeral_page_box *box, const numeral_page_box *other)
{
    box->top = other->top < box->top ? other->top : box->top;
    box->left = other->left < box->left ? other->left : box->left;
    box->bottom = other->bottom > box->bottom ? other->bottom : box->bottom;
    box->right = other->right > box->right ? other->right : box->right;
}

/* The share of the ink of pieces first .. last that is not of their largest component: of
 * a broken digit little, of a column of specks much. */
static double loose_share(const numeral_piece *items, size_t first, size_t last)
{
    size_t all = 0, largest = 0;
    for (size_t i = first; i <= last; i++) {
        size_t together = 0;
        for (size_t j = first; j <= last; j++) {
            together += items[j].component == items[i].component ? items[j].pixels : 0;
        }
        largest = together > largest ? together : largest;
        all += items[i].pixels;
    }
    return 1 - (double)largest / (double)all;
}

/* Lists what begins at piece `first`; gives how many there are. */
static size_t list_from(const numeral_pieces *pieces, size_t first, size_t end,
                        uint32_t line, double line_height, double middle,
                        numeral_candidate *out)
{
    size_t n = 0;
    numeral_candidate c = {.first = (uint32_t)first,
                           .line = line,
                           .box = pieces->items[first].box,
                           .cut_left = pieces->items[first].cut,
                           .runs_left = pieces->items[first].cut_runs,
                           .inside = 9};
    for (size_t last = first; last < end && last < first + NUMERAL_CANDIDATE_RUN;
         last++) {
        const numeral_piece *piece = &pieces->items[last];
        if (piece->pixels == 0) {
            continue;
        }
        if (last > first) {
            double gap = ((double)piece->box.left - (double)c.box.right) / line_height;
            if (piece->component != pieces->items[last - 1].component) {
                c.gap = gap > c.gap ? gap : c.gap;
            } else if (piece->cut < c.inside) {
                c.inside = piece->cut;
            }
        }
        unite(&c.box, &piece->box);
        c.last = (uint32_t)last;
        c.height = (double)(c.box.bottom - c.box.top) / line_height;
        c.width = (double)(c.box.right - c.box.left) / line_height;
        c.rise = (middle - (double)(c.box.top + c.box.bottom) / 2) / line_height;
        c.cut_right = last + 1 < end ? pieces->items[last + 1].cut : 0;
        c.runs_right = last + 1 < end ? pieces->items[last + 1].cut_runs : 0;
        if (c.width > MOST_WIDTH || c.height > MOST_HEIGHT || c.gap > MOST_GAP) {
            break;
        }
        c.loose = loose_share(pieces->items, first, last);
        if (c.height >= LEAST_HEIGHT && c.loose <= MOST_LOOSE) {
            out[n++] = c;
        }
    }
    return n;
}

/* The middle of a line about piece `at`: of its own and the two pieces on either side
 * that are as high as digits, so that a line that climbs is followed. */
static double middle_at(const numeral_pieces *pieces, size_t from, size_t end, size_t at,
                        double line_height)
{
    double sum = 0, weight = 0;
    for (size_t i = at < from + 8 ? from : at - 8; i < end && i <= at + 8; i++) {
        const numeral_page_box *b = &pieces->items[i].box;
        double height = (double)b->bottom - (double)b->top;
        if (pieces->items[i].pixels && height >= 0.6 * line_height) {
            sum += (double)(b->top + b->bottom) / 2;
            weight += 1;
        }
    }
    const numeral_page_box *own = &pieces->items[at].box;
    return weight > 0 ? sum / weight : (double)(own->top + own->bottom) / 2;
}

typedef struct framing_job {
    const numeral_image *ink;
    const numeral_pieces *pieces;
    numeral_candidates *all;
    size_t height, width;
    size_t room; /* doubles of each worker's plane */
    double *planes;
    numeral_status *status; /* of each worker */
    numeral_error *errors;
} framing_job;

static bool belongs(const uint32_t *labels, size_t at, const numeral_candidate *c)
{
    return labels[at] > c->first && labels[at] <= c->last + 1;
}

/* Whether a pixel without a label touches one of the candidate's. */
static bool is_rim(const framing_job *job, size_t y, size_t x, const numeral_candidate *c)
{
    size_t width = job->ink->width, height = job->ink->height;
    for (size_t i = y ? y - 1 : 0; i <= y + 1 && i < height; i++) {
        for (size_t j = x ? x - 1 : 0; j <= x + 1 && j < width; j++) {
            if (belongs(job->pieces->labels, i * width + j, c)) {
                return true;
            }
        }
    }
    return false;
}

static numeral_status frame_one(const framing_job *job, size_t i, double *plane,
                                numeral_error *err)
{
    const numeral_candidate *c = &job->all->items[i];
    size_t top = c->box.top ? c->box.top - 1 : 0,
           left = c->box.left ? c->box.left - 1 : 0;
    size_t bottom = c->box.bottom < job->ink->height ? c->box.bottom + 1 : c->box.bottom;
    size_t right = c->box.right < job->ink->width ? c->box.right + 1 : c->box.right;
    size_t height = bottom - top, width = right - left;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            size_t at = (top + y) * job->ink->width + left + x;
            bool own = belongs(job->pieces->labels, at, c) ||
                       (job->pieces->labels[at] == 0 && job->ink->pixels[at] &&
                        is_rim(job, top + y, left + x, c));
            plane[y * width + x] = own ? job->ink->pixels[at] : 0;
        }
    }
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
        job->status[worker] = frame_one(job, i, job->planes + (size_t)worker * job->room,
                                        &job->errors[worker]);
    }
}

static numeral_status frame_all(const numeral_image *ink, const numeral_pieces *pieces,
                                size_t height, size_t width, numeral_candidates *all,
                                numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t threads = (size_t)numeral_thread_count(0);
    framing_job job = {
        .ink = ink, .pieces = pieces, .all = all, .height = height, .width = width};
    for (size_t i = 0; i < all->n; i++) {
        const numeral_page_box *b = &all->items[i].box;
        size_t room = (b->bottom - b->top + 2) * (b->right - b->left + 2);
        job.room = room > job.room ? room : job.room;
    }
    job.planes = numeral_allocate(threads, job.room * sizeof *job.planes, err);
    job.status = numeral_allocate_zero(threads, sizeof *job.status, err);
    job.errors = numeral_allocate_zero(threads, sizeof *job.errors, err);
    TRY(job.planes && job.status && job.errors ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    numeral_parallel_for(all->n, 8, 0, frame_some, &job);
    for (size_t i = 0; i < threads && status == NUMERAL_OK; i++) {
        status = job.status[i];
        if (status != NUMERAL_OK && err) {
            *err = job.errors[i];
        }
    }
done:
    numeral_release(job.planes);
    numeral_release(job.status);
    numeral_release(job.errors);
    return status;
}

numeral_status numeral_candidates_make(const numeral_image *ink,
                                       const numeral_page_lines *lines,
                                       const numeral_pieces *pieces, size_t height,
                                       size_t width, numeral_candidates *out,
                                       numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_candidates all = {0};
    size_t room = pieces->n * NUMERAL_CANDIDATE_RUN + 1;
    all.items = numeral_allocate(room, sizeof *all.items, err);
    TRY(all.items ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    for (size_t line = 0; line < lines->n; line++) {
        size_t from = pieces->starts[line], end = pieces->starts[line + 1];
        for (size_t i = from; i < end; i++) {
            if (pieces->items[i].pixels) {
                double middle = middle_at(pieces, from, end, i, lines->heights[line]);
                all.n += list_from(pieces, i, end, (uint32_t)line, lines->heights[line],
                                   middle, all.items + all.n);
            }
        }
    }
    all.images = numeral_allocate_zero(all.n + 1, height * width, err);
    TRY(all.images ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY(frame_all(ink, pieces, height, width, &all, err));
    *out = all;
    all = (numeral_candidates){0};
done:
    numeral_candidates_free(&all);
    return status;
}

void numeral_candidates_free(numeral_candidates *candidates)
{
    numeral_release(candidates->items);
    numeral_release(candidates->images);
    *candidates = (numeral_candidates){0};
}
