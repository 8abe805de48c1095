/* All rows within a radius, by searches for the k nearest within it: a list that is not
 * full holds them all. One that is full is made anew with more room. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "index/self.h"

enum {
    FIRST_ROOM = 64,     /* rows that a query is first searched with */
    GROWTH = 8,          /* one search too many costs an eighth of the last at most */
    MAX_BLOCK = 1024,    /* queries at a time */
    MAX_PLACES = 1 << 22 /* of one block, of 16 bytes: 64 MiB */
};

/* A growing array. */
typedef struct found {
    int64_t *ids;
    double *distances;
    size_t n, room;
} found;

typedef struct range_job {
    const numeral_index *index;
    numeral_search search; /* k: the most a query gets */
    size_t room;           /* what queries are first searched with */
    found found;
    int64_t *starts;
} range_job;

static bool grow(found *f, size_t extra, numeral_error *err)
{
    size_t needed = f->n + extra;
    if (needed <= f->room) {
        return true;
    }
    size_t room = needed < 2 * f->room ? 2 * f->room : needed;
    int64_t *ids = numeral_allocate(room, sizeof *ids, err);
    double *distances = numeral_allocate(room, sizeof *distances, err);
    if (!ids || !distances) {
        numeral_release(ids);
        numeral_release(distances);
        return false;
    }
    if (f->n) {
        memcpy(ids, f->ids, f->n * sizeof *ids);
        memcpy(distances, f->distances, f->n * sizeof *distances);
    }
    numeral_release(f->ids);
    numeral_release(f->distances);
    *f = (found){ids, distances, f->n, room};
    return true;
}

static bool append(found *f, const int64_t *ids, const double *distances, size_t n,
                   numeral_error *err)
{
    if (!grow(f, n, err)) {
        return false;
    }
    memcpy(f->ids + f->n, ids, n * sizeof *ids);
    memcpy(f->distances + f->n, distances, n * sizeof *distances);
    f->n += n;
    return true;
}

/* Queries [first, first + n) of a block, with the ids to leave out. */
typedef struct span {
    const numeral_rows *queries;
    const int64_t *leave_out;
    size_t first, n, place; /* place: of query `first` in the answer */
} span;

static numeral_status search_span(const range_job *job, const span *s, size_t room,
                                  int64_t *ids, double *distances, numeral_error *err)
{
    const numeral_index_kind *kind = job->index->kind;
    numeral_rows queries = *s->queries;
    numeral_search search = job->search;
    queries.data = numeral_rows_at(&queries, s->first);
    queries.n_rows = s->n;
    search.k = room;
    search.radii = search.radii ? search.radii + s->place : NULL;
    search.leave_out = s->leave_out ? s->leave_out + s->first : NULL;
    return (kind->search_within ? kind->search_within : kind->search)(
        job->index, &queries, &search, ids, distances, err);
}

/* More room, but not beyond one place more than there are rows: that is never used. */
static size_t next_room(const range_job *job, size_t room)
{
    size_t next = room * GROWTH, all = numeral_index_n_rows(job->index) + 1;
    next = all > room && all < next ? all : next;
    return next < job->search.k ? next : job->search.k;
}

static numeral_status solve(range_job *job, const span *s, size_t room,
                            numeral_error *err);

/* Keeps the answers that are whole, in order, and solves runs of others with more room.
 */
static numeral_status keep_or_solve(range_job *job, const span *s, size_t room,
                                    const int64_t *ids, const double *distances,
                                    numeral_error *err)
{
    size_t n_short = 0;
    for (size_t i = 0; i < s->n;) {
        size_t run = 0;
        while (room < job->search.k && i + run < s->n &&
               ids[(i + run + 1) * room - 1] >= 0) {
            run++;
        }
        if (run) {
            span again = *s;
            again.first += i;
            again.place += i;
            again.n = run;
            numeral_status status = solve(job, &again, next_room(job, room), err);
            if (status != NUMERAL_OK) {
                return status;
            }
            n_short += run;
            i += run;
            continue;
        }
        size_t n = room;
        while (n > 0 && ids[i * room + n - 1] < 0) {
            n--;
        }
        if (!append(&job->found, ids + i * room, distances + i * room, n, err)) {
            return NUMERAL_ERROR_MEMORY;
        }
        job->starts[s->place + ++i] = (int64_t)job->found.n;
    }
    if (room == job->room && 4 * n_short > s->n) {
        job->room = next_room(job, room);
    }
    return NUMERAL_OK;
}

static numeral_status solve(range_job *job, const span *s, size_t room,
                            numeral_error *err)
{
    size_t most = MAX_PLACES / room;
    most = most < 1 ? 1 : most < MAX_BLOCK ? most : MAX_BLOCK;
    size_t size = most < s->n ? most : s->n;
    int64_t *ids = numeral_allocate(size, room * sizeof *ids, err);
    double *distances = numeral_allocate(size, room * sizeof *distances, err);
    numeral_status status = NUMERAL_ERROR_MEMORY;
    if (!ids || !distances) {
        goto done;
    }
    for (size_t at = 0; at < s->n; at += size) {
        span now = *s;
        now.first += at;
        now.place += at;
        now.n = s->n - at < size ? s->n - at : size;
        TRY(search_span(job, &now, room, ids, distances, err));
        TRY(keep_or_solve(job, &now, room, ids, distances, err));
    }
done:
    numeral_release(ids);
    numeral_release(distances);
    return status;
}

static numeral_status begin(range_job *job, const numeral_index *index,
                            const numeral_search *search, size_t n, numeral_error *err)
{
    size_t starts;
    *job = (range_job){.index = index, .search = *search};
    job->search.k = search->k ? search->k : SIZE_MAX;
    job->search.run.progress = NULL;
    job->room = job->search.k < FIRST_ROOM ? job->search.k : FIRST_ROOM;
    if (!numeral_size_add(n, 1, &starts)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%zu queries are too many", n);
    }
    job->starts = numeral_allocate(starts, sizeof *job->starts, err);
    if (!job->starts) {
        return NUMERAL_ERROR_MEMORY;
    }
    job->starts[0] = 0;
    return grow(&job->found, 1, err) ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

/* Searches for n queries, or, where `self` is, for so many rows of the index. */
static numeral_status search_all(const numeral_index *index, const numeral_rows *queries,
                                 numeral_self *self, size_t n,
                                 const numeral_search *search, numeral_ranges *out,
                                 numeral_error *err)
{
    size_t block = self ? NUMERAL_SELF_BLOCK : MAX_BLOCK;
    numeral_search checked = *search;
    range_job job = {0};
    numeral_status status;
    checked.k = 1;
    TRY(numeral_index_check_search(index, queries, &checked, err));
    TRY(begin(&job, index, search, n, err));
    for (size_t first = 0; first < n; first += block) {
        size_t m = n - first < block ? n - first : block;
        span s = {queries, search->leave_out, first, m, first};
        if (self) {
            numeral_search rest = numeral_search_from(&checked, first);
            TRY(numeral_self_take(self, first, m, err));
            TRY(numeral_index_check_search(index, queries, &rest, err));
            s.leave_out = self->ids;
            s.first = 0;
        }
        TRY(solve(&job, &s, job.room, err));
        TRY(numeral_search_report(&search->run, first + m, n, err));
    }
    if (search->stats) {
        search->stats->queries += n;
    }
    *out = (numeral_ranges){n, job.starts, job.found.ids, job.found.distances};
    return NUMERAL_OK;
done:
    numeral_release(job.starts);
    numeral_release(job.found.ids);
    numeral_release(job.found.distances);
    return status;
}

numeral_status numeral_index_search_radius(const numeral_index *index,
                                           const numeral_rows *queries,
                                           const numeral_search *search,
                                           numeral_ranges *out, numeral_error *err)
{
    return search_all(index, queries, NULL, queries->n_rows, search, out, err);
}

numeral_status numeral_index_search_radius_self(const numeral_index *index,
                                                const int64_t *rows, size_t n,
                                                const numeral_search *search,
                                                numeral_ranges *out, numeral_error *err)
{
    numeral_self *self = NULL;
    numeral_status status = numeral_self_create(index, rows, n, &self, err);
    if (status == NUMERAL_OK) {
        status = search_all(index, &self->queries, self, n, search, out, err);
    }
    numeral_self_destroy(self);
    return status;
}

void numeral_ranges_free(numeral_ranges *ranges)
{
    numeral_release(ranges->starts);
    numeral_release(ranges->ids);
    numeral_release(ranges->distances);
    *ranges = (numeral_ranges){0};
}
