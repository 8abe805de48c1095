/* Reading digits: vectors, neighbours, second look, votes; a block at a time, so that
 * memory stays small whatever the number of digits. */
#include "model/reader.h"

#include <math.h>
#include <string.h>

#include <numeral/dynamic.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/run.h"
#include "base/threads.h"
#include "framing/shape.h"
#include "model/background.h"
#include "model/confidence.h"
#include "model/distortion.h"
#include "model/likeness.h"

/* A block's vectors and neighbours take a few MB, and it holds enough digits for an exact
 * index to find some that lie close together and share what they look at. A thread takes
 * 256 votes at a time: one takes about a microsecond. */
enum { BLOCK = 4096, GRAIN = 256 };
/* Of many classes a block has fewer digits, so that its votes take no more than this. */
enum { VOTE_BYTES = 64 << 20 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool looks_twice(numeral_read_depth depth)
{
    return depth == NUMERAL_READ_LOOK || depth == NUMERAL_READ_ANSWER;
}

static bool votes(numeral_read_depth depth)
{
    return depth == NUMERAL_READ_VOTE || depth == NUMERAL_READ_ANSWER;
}

/* Whether it is said how usual a digit is. */
static bool judges(numeral_read_depth depth)
{
    return depth == NUMERAL_READ_ANSWER;
}

/* How many neighbours each digit gets: those asked for, those that vote, and those that
 * the gate wants to see. */
static void choose_k(numeral_reader *r, size_t k)
{
    r->n_voters = votes(r->depth) ? numeral_model_voters(r->model) : 0;
    r->k = most(k, r->n_voters);
    if (looks_twice(r->depth)) {
        r->k = most(r->k, numeral_second_look_k(r->model));
    }
}

numeral_status numeral_reader_open(numeral_reader *reader, const numeral_model *model,
                                   numeral_read_depth depth, size_t n, size_t k,
                                   const numeral_run *run, numeral_error *err)
{
    size_t n_dims = model->pipeline.n_dims, workers;
    size_t height = model->pipeline.height, width = model->pipeline.width;
    numeral_dtype dtype = model->pipeline.quantiser.dtype;
    size_t stride = numeral_round_up(n_dims * numeral_dtype_bytes(dtype), 64);
    numeral_reader r = {.model = model, .depth = depth, .room = least(n, BLOCK)};
    size_t fit = VOTE_BYTES / sizeof(double) / most(model->n_classes, 1);
    r.room = votes(depth) ? least(r.room, fit) : r.room;
    size_t voting = votes(depth) ? r.room : 0;
    numeral_status status;
    choose_k(&r, k);
    /* more workers than digits would only cost scratch */
    workers = most(least((size_t)numeral_thread_count(run->threads), r.room), 1);
    r.threads = (int)workers;
    TRY_ALLOC(r.vector_bytes = numeral_allocate(r.room, stride, err));
    r.vectors = (numeral_rows){r.vector_bytes, dtype, 0, n_dims, stride};
    TRY_ALLOC(r.verdicts = numeral_allocate(r.room, sizeof *r.verdicts, err));
    TRY_ALLOC(r.ids = numeral_allocate(r.room, r.k * sizeof *r.ids, err));
    TRY_ALLOC(r.distances = numeral_allocate(r.room, r.k * sizeof *r.distances, err));
    TRY_ALLOC(r.votes =
                  numeral_allocate(voting, model->n_classes * sizeof *r.votes, err));
    TRY(numeral_ballot_room_create(model, r.n_voters, workers, &r.ballots, err));
    r.shape_room = numeral_round_up(height * width, sizeof(double)) +
                   numeral_round_up(numeral_shape_scratch(height, width), sizeof(double));
    TRY_ALLOC(r.shapes = numeral_allocate(r.n_voters ? workers : 0, r.shape_room, err));
    if (r.n_voters && model->likeness.distortion > 0) {
        r.bend_room = numeral_distortion_scratch(model);
        TRY_ALLOC(r.bends = numeral_allocate(workers, r.bend_room, err));
    }
    TRY_ALLOC(r.open = numeral_allocate(r.room, sizeof *r.open, err));
    if (looks_twice(depth) && model->recipe.cascade.n_parts) {
        TRY(numeral_look_create(model, workers, &r.look, err));
    }
    *reader = r;
    return NUMERAL_OK;
done:
    numeral_reader_free(&r);
    return status;
}

void numeral_reader_free(numeral_reader *reader)
{
    numeral_release(reader->vector_bytes);
    numeral_release(reader->verdicts);
    numeral_release(reader->ids);
    numeral_release(reader->distances);
    numeral_release(reader->votes);
    numeral_ballot_room_free(&reader->ballots);
    numeral_release(reader->shapes);
    numeral_release(reader->bends);
    numeral_release(reader->open);
    numeral_release(reader->again.memory);
    numeral_look_free(&reader->look);
    *reader = (numeral_reader){0};
}

/* 1: vectors. */

static numeral_status take_vectors(numeral_reader *r, numeral_error *err)
{
    const numeral_model *model = r->model;
    size_t stride = r->vectors.stride;
    if (r->images) {
        numeral_run run = {.threads = r->threads};
        return numeral_pipeline_rows(&model->pipeline, r->images, r->n, stride, &run,
                                     r->vector_bytes, err);
    }
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < r->n && status == NUMERAL_OK; i++) {
        status = numeral_index_get_row(model->index, r->own[i],
                                       r->vector_bytes + i * stride, err);
    }
    return status;
}

/* 2: neighbours. */

static numeral_status search(const numeral_reader *r, const numeral_rows *vectors,
                             const int64_t *own, size_t k, int64_t *ids,
                             double *distances, numeral_error *err)
{
    numeral_search how = {
        .k = k, .radius = INFINITY, .leave_out = own, .run = {.threads = r->threads}};
    return numeral_index_search(r->model->index, vectors, &how, ids, distances, err);
}

/* Of k places; fewer are filled where the index has fewer rows. */
static size_t count_found(const int64_t *ids, size_t k)
{
    while (k > 0 && ids[k - 1] < 0) {
        k--;
    }
    return k;
}

static void give_neighbours(numeral_read_verdict *v, const int64_t *ids,
                            const double *distances, size_t k, size_t n_voters)
{
    v->n = count_found(ids, k);
    v->n_voters = least(v->n, n_voters);
    v->ids = ids;
    v->distances = distances;
}

static numeral_status find_neighbours(numeral_reader *r, numeral_error *err)
{
    r->vectors.n_rows = r->n;
    numeral_status status =
        search(r, &r->vectors, r->own, r->k, r->ids, r->distances, err);
    for (size_t i = 0; i < r->n && status == NUMERAL_OK; i++) {
        r->verdicts[i] = (numeral_read_verdict){
            .votes = r->n_voters ? r->votes + i * r->model->n_classes : NULL};
        give_neighbours(&r->verdicts[i], r->ids + i * r->k, r->distances + i * r->k, r->k,
                        r->n_voters);
    }
    return status;
}

/* Room for n digits that are searched again for k neighbours; kept for the next time. */
static numeral_status make_room(numeral_reader *r, size_t n, size_t k, numeral_error *err)
{
    size_t neighbour = sizeof *r->again.ids + sizeof *r->again.distances, bytes;
    size_t digit = r->vectors.stride + sizeof *r->again.own;
    if (!numeral_size_multiply(k, neighbour, &bytes) ||
        !numeral_size_add(bytes, digit, &digit) ||
        !numeral_size_multiply(n, digit, &bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY,
                            "%zu neighbours of %zu digits do not fit this machine", k, n);
    }
    if (bytes > r->again.bytes) {
        numeral_release(r->again.memory);
        r->again.memory = numeral_allocate(1, bytes, err);
        r->again.bytes = r->again.memory ? bytes : 0;
    }
    if (!r->again.memory) {
        return NUMERAL_ERROR_MEMORY;
    }
    r->again.k = k;
    r->again.vectors = r->again.memory; /* first: searches like their queries aligned */
    r->again.own = (int64_t *)(void *)(r->again.vectors + n * r->vectors.stride);
    r->again.ids = r->again.own + n;
    r->again.distances = (double *)(void *)(r->again.ids + n * k);
    return NUMERAL_OK;
}

/* The vectors of n > 0 digits of the block side by side, so that a search shares what it
 * looks at for all of them, and room for k neighbours of each: into `again`. */
static numeral_status gather(numeral_reader *r, const size_t *digits, size_t n, size_t k,
                             numeral_error *err)
{
    numeral_status status = make_room(r, n, k, err);
    size_t stride = r->vectors.stride;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        memcpy(r->again.vectors + i * stride, r->vector_bytes + digits[i] * stride,
               stride);
        r->again.own[i] = r->own ? r->own[digits[i]] : -1;
    }
    return status;
}

/* Gathers n digits of the block and searches them for k neighbours, into `again`. */
static numeral_status search_some(numeral_reader *r, const size_t *digits, size_t n,
                                  size_t k, numeral_error *err)
{
    numeral_status status = n > 0 ? gather(r, digits, n, k, err) : NUMERAL_OK;
    if (status != NUMERAL_OK || n == 0) {
        return status;
    }
    numeral_rows vectors = r->vectors;
    vectors.data = r->again.vectors;
    vectors.n_rows = n;
    return search(r, &vectors, r->own ? r->again.own : NULL, k, r->again.ids,
                  r->again.distances, err);
}

numeral_status numeral_reader_search_again(numeral_reader *r, const size_t *digits,
                                           size_t n, size_t k, numeral_error *err)
{
    numeral_status status = search_some(r, digits, n, k, err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        give_neighbours(&r->verdicts[digits[i]], r->again.ids + i * k,
                        r->again.distances + i * k, k, r->n_voters);
    }
    return status;
}

/* 3: the second look. */

static void look_again(void *context, size_t begin, size_t end, int worker)
{
    const numeral_reader *r = context;
    size_t bytes = r->look.base.height * r->look.base.width, k = r->again.k;
    for (size_t i = begin; i < end; i++) {
        size_t at = r->open[i];
        numeral_read_verdict *v = &r->verdicts[at];
        const uint8_t *image = r->images ? r->images + at * bytes : NULL;
        numeral_rerank_digit digit = {.vector = r->again.vectors + i * r->vectors.stride,
                                      .n_candidates =
                                          count_found(r->again.ids + i * k, k),
                                      .ids = r->again.ids + i * k,
                                      .distances = r->again.distances + i * k};
        v->hard = numeral_look_decide(&r->look, image, r->again.own[i], worker, &digit,
                                      &v->winner, v->votes);
    }
}

static numeral_status look_twice(numeral_reader *r, numeral_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (numeral_look_is_open(&r->look, r->verdicts[i].n, r->verdicts[i].ids)) {
            r->open[n++] = i;
        }
    }
    numeral_status status =
        search_some(r, r->open, n, numeral_second_look_candidates(r->model), err);
    if (status == NUMERAL_OK) {
        numeral_parallel_for(n, 1, r->threads, look_again, r);
    }
    return status;
}

/* 4: what lies beside the rows. */

/* Of the nearest row, unsquared. */
static double distance_of(const numeral_model *model, const numeral_read_verdict *v)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    return v->n > 0 ? numeral_metric_unsquared(metric, v->distances[0]) : INFINITY;
}

static numeral_status look_beside(numeral_reader *r, numeral_error *err)
{
    size_t n = 0;
    numeral_asides *asides = NULL;
    numeral_status status;
    for (size_t i = 0; i < r->n; i++) {
        if (numeral_strangeness_looks(r->model, distance_of(r->model, &r->verdicts[i]))) {
            r->open[n++] = i;
        }
    }
    if (n == 0) {
        return NUMERAL_OK;
    }
    TRY(gather(r, r->open, n, 1, err));
    numeral_rows vectors = r->vectors;
    vectors.data = r->again.vectors;
    vectors.n_rows = n;
    TRY_ALLOC(asides = numeral_allocate(n, sizeof *asides, err));
    TRY(numeral_beside_search(r->model, &vectors, r->threads, asides, err));
    for (size_t i = 0; i < n; i++) {
        r->verdicts[r->open[i]].asides = asides[i];
    }
done:
    numeral_release(asides);
    return status;
}

/* 5: the answer. */

numeral_status numeral_ballot_room_create(const numeral_model *model, size_t n,
                                          size_t workers, numeral_ballot_room *out,
                                          numeral_error *err)
{
    numeral_ballot_room made = {.n = n, .n_classes = n ? model->n_classes : 0};
    numeral_status status;
    TRY_ALLOC(made.lengths = numeral_allocate(workers, n * sizeof *made.lengths, err));
    TRY_ALLOC(made.classes = numeral_allocate(workers, n * sizeof *made.classes, err));
    TRY_ALLOC(made.scratch = numeral_allocate(
                  workers, 2 * made.n_classes * sizeof *made.scratch, err));
    *out = made;
    made = (numeral_ballot_room){0};
done:
    numeral_ballot_room_free(&made);
    return status;
}

void numeral_ballot_room_free(numeral_ballot_room *room)
{
    numeral_release(room->lengths);
    numeral_release(room->classes);
    numeral_release(room->scratch);
    *room = (numeral_ballot_room){0};
}

numeral_ballot numeral_reader_ballot(const numeral_model *model,
                                     const numeral_read_verdict *v, size_t n,
                                     const numeral_ballot_room *room, int worker)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    double *lengths = room->lengths + (size_t)worker * room->n;
    uint16_t *classes = room->classes + (size_t)worker * room->n;
    for (size_t i = 0; i < n; i++) {
        lengths[i] = numeral_metric_unsquared(metric, v->distances[i]);
        classes[i] = model->row_classes[v->ids[i]];
    }
    return (numeral_ballot){n, lengths, classes, model->n_classes,
                            room->scratch + (size_t)worker * 2 * room->n_classes};
}

/* Votes, made to sum to 1; returns the winner. */
static uint16_t count_votes(const numeral_reader *r, const numeral_read_verdict *v,
                            int worker)
{
    const numeral_model *model = r->model;
    double share, sum = 0;
    numeral_ballot ballot =
        numeral_reader_ballot(model, v, v->n_voters, &r->ballots, worker);
    numeral_vote_score(&model->recipe.weights, &ballot, v->votes);
    size_t winner = numeral_vote_winner(&ballot, v->votes, model->recipe.ties, &share);
    for (size_t c = 0; c < model->n_classes; c++) {
        sum += v->votes[c];
    }
    for (size_t c = 0; c < model->n_classes && sum > 0; c++) {
        v->votes[c] /= sum;
    }
    return (uint16_t)winner;
}

static bool is_unanimous(const numeral_model *model, const numeral_read_verdict *v)
{
    for (size_t i = 0; i < v->n; i++) {
        if (model->row_classes[v->ids[i]] != v->winner) {
            return false;
        }
    }
    return true;
}

/* Refusal: what is less usual than the least likeness is no digit; what is a little
 * unusual and falls into figures as tall as all is several. */

/* The image that a digit is read from; NULL: it is not kept. */
static const uint8_t *image_of(const numeral_reader *r, size_t i, int worker)
{
    const numeral_model *model = r->model;
    if (r->images) {
        return r->images + i * model->pipeline.height * model->pipeline.width;
    }
    uint8_t *image = (uint8_t *)r->shapes + (size_t)worker * r->shape_room;
    return numeral_model_copy_image(model, (size_t)r->own[i], image) ? image : NULL;
}

static bool is_blank(const uint8_t *image, size_t n)
{
    return n > 0 && image[0] == 0 && memcmp(image, image + 1, n - 1) == 0;
}

static bool holds_several(const numeral_reader *r, size_t i, const uint8_t *image,
                          int worker)
{
    const numeral_pipeline *size = &r->model->pipeline;
    uint8_t *room = (uint8_t *)r->shapes + (size_t)worker * r->shape_room;
    size_t image_bytes = numeral_round_up(size->height * size->width, sizeof(double));
    return (r->digits && r->digits[i] > 1) ||
           numeral_shape_digits(image, size->height, size->width, room + image_bytes) > 1;
}

/* How usual the digit is, and whether it had better be refused. Images are looked at
 * where its neighbours are far alone. */
static void judge(const numeral_reader *r, size_t i, int worker, numeral_read_verdict *v)
{
    const numeral_model *model = r->model;
    double distance = distance_of(model, v);
    bool strange =
        model->likeness.stroke > 0 && numeral_strangeness_looks(model, distance);
    const uint8_t *image = strange || r->images ? image_of(r, i, worker) : NULL;
    if (strange && image && r->bends && v->n > 0) {
        v->asides.distortion = numeral_distortion(
            model, image, v->ids[0], r->bends + (size_t)worker * r->bend_room);
    }
    v->likeness = numeral_likeness_of(
        &model->likeness, numeral_strangeness(model, distance, &v->asides, image));
    if (!image || !numeral_likeness_sees_strokes(model)) {
        v->refused = v->likeness < numeral_least_likeness ? NUMERAL_REFUSED_NO_DIGIT
                                                          : NUMERAL_REFUSED_NOT;
    } else if (distance > 0 &&
               is_blank(image, model->pipeline.height * model->pipeline.width)) {
        v->refused = NUMERAL_REFUSED_BLANK;
    } else if (v->likeness < numeral_several_likeness &&
               holds_several(r, i, image, worker)) {
        v->refused = NUMERAL_REFUSED_SEVERAL;
    } else if (v->likeness < numeral_least_likeness) {
        v->refused = NUMERAL_REFUSED_NO_DIGIT;
    }
}

/* Whatever is said of a digit besides its neighbours is said here, once they and the
 * second look are final. */
static void settle(void *context, size_t begin, size_t end, int worker)
{
    const numeral_reader *r = context;
    const numeral_model *model = r->model;
    for (size_t i = begin; i < end; i++) {
        numeral_read_verdict *v = &r->verdicts[i];
        if (!v->hard) { /* the votes of a hard digit are the second look's */
            v->winner = count_votes(r, v, worker);
        }
        v->decided = v->hard                  ? NUMERAL_DECIDED_SECOND_LOOK
                     : is_unanimous(model, v) ? NUMERAL_DECIDED_UNANIMOUS
                                              : NUMERAL_DECIDED_VOTE;
        numeral_evidence evidence = numeral_evidence_of(model, v);
        v->confidence = model->calibration ? numeral_confidence_of(&model->map, &evidence)
                                           : v->votes[v->winner];
        if (judges(r->depth)) {
            judge(r, i, worker, v);
        }
    }
}

/* All of it. */

/* Adds the seconds since *since, which becomes now. */
static void add_lap(double *sum, double *since)
{
    double now = numeral_clock_seconds();
    *sum += now - *since;
    *since = now;
}

numeral_status numeral_reader_read(numeral_reader *r, const uint8_t *images,
                                   const int64_t *own, size_t n, numeral_error *err)
{
    numeral_status status;
    double since = numeral_clock_seconds();
    r->n = n;
    r->images = images;
    r->own = own;
    TRY(take_vectors(r, err));
    add_lap(&r->seconds.features, &since);
    TRY(find_neighbours(r, err)); /* every verdict has them; the rest of it is zero */
    add_lap(&r->seconds.search, &since);
    if (r->look.model) { /* hard digits get their winner and their votes */
        TRY(look_twice(r, err));
        add_lap(&r->seconds.rerank, &since);
    }
    if (votes(r->depth)) {
        const numeral_likeness *is = &r->model->likeness;
        if (judges(r->depth) && (is->background.n || is->drawn.n)) {
            TRY(look_beside(r, err));
        }
        numeral_parallel_for(n, GRAIN, r->threads, settle, r);
        add_lap(&r->seconds.vote, &since);
    }
done:
    return status;
}

numeral_status numeral_reader_read_all(numeral_reader *r, const uint8_t *images,
                                       const uint8_t *digits, bool leave_out, size_t n,
                                       const char *doing, const numeral_run *run,
                                       numeral_reader_sink sink, void *context,
                                       numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    double since = numeral_clock_seconds();
    size_t bytes = r->model->pipeline.height * r->model->pipeline.width;
    int64_t *own = leave_out ? numeral_allocate(n, sizeof *own, err) : NULL;
    if (leave_out && !own) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (leave_out) { /* rows that were taken away leave gaps in the ids */
        numeral_index_get_ids(r->model->index, own, n);
    }
    for (size_t first = 0; first < n; first += r->room) {
        r->digits = digits ? digits + first : NULL;
        TRY(numeral_reader_read(r, images ? images + first * bytes : NULL,
                                own ? own + first : NULL, least(n - first, r->room),
                                err));
        TRY(sink(context, r, first, err));
        TRY(numeral_progress_report(run->progress, doing, first + r->n, n, err));
    }
done:
    add_lap(&r->seconds.total, &since);
    numeral_release(own);
    return status;
}

numeral_status numeral_reader_read_data(numeral_reader *r, const numeral_dataset *data,
                                        bool leave_out, const numeral_run *run,
                                        numeral_reader_sink sink, void *context,
                                        numeral_error *err)
{
    numeral_framed images;
    numeral_status status = numeral_model_frame(r->model, data, run, &images, err);
    if (status == NUMERAL_OK) {
        status = numeral_reader_read_all(r, images.pixels, images.digits, leave_out,
                                         data->n_images, "reading digits", run, sink,
                                         context, err);
        numeral_release(images.owned);
    }
    return status;
}
