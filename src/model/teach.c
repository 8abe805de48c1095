/* Teaching: rows join a fitted model or leave it. What fitting made stays, so that a
 * taught digit is read as its own image is; its vector joins the index (Bentley & Saxe
 * 1980, in src/index/dynamic/), its label and its images join those of the other rows.
 *
 * A change is made beside the model, of what both share and of what is new, and published
 * when it is whole (hold.h): a failure changes nothing. */
#include <string.h>

#include <numeral/dynamic.h>
#include <numeral/shards.h>

#include "base/dictionary.h"
#include "base/fail.h"
#include "base/run.h"
#include "data/set.h"
#include "model/hold.h"
#include "model/views.h"

/* Row numbers are kept in 32 bits, as places of images. */
static const size_t most_numbers = UINT32_MAX;

/* Digits on their way into a model. */
typedef struct lesson {
    const numeral_dataset *data;
    const numeral_run *run;
    numeral_framed framed;
    uint8_t *vectors;
    numeral_rows rows;
    numeral_sparse_images images, views[NUMERAL_VIEW_COUNT]; /* as the model keeps them */
    numeral_label *label_of; /* the model's label for each of the data */
} lesson;

static void lesson_free(lesson *l)
{
    numeral_release(l->framed.owned);
    numeral_release(l->vectors);
    numeral_release(l->label_of);
    numeral_sparse_free(&l->images);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        numeral_sparse_free(&l->views[view]);
    }
}

/* The digits' vectors; of images that are rows already, where they lie. */
static numeral_status make_rows(const numeral_pipeline *pipeline, lesson *l,
                                numeral_error *err)
{
    numeral_dtype dtype = pipeline->quantiser.dtype;
    size_t n = l->data->n_images;
    size_t stride = numeral_round_up(pipeline->n_dims * numeral_dtype_bytes(dtype), 64);
    if (numeral_pipeline_is_pixels(pipeline)) {
        l->rows = (numeral_rows){l->framed.pixels, dtype, n, pipeline->n_dims,
                                 pipeline->n_dims};
        return NUMERAL_OK;
    }
    l->vectors = numeral_allocate(n, stride, err);
    l->rows = (numeral_rows){l->vectors, dtype, n, pipeline->n_dims, stride};
    return l->vectors ? numeral_pipeline_rows(pipeline, l->framed.pixels, n, stride,
                                              l->run, l->vectors, err)
                      : NUMERAL_ERROR_MEMORY;
}

/* All that takes long and needs only what teaching does not change. */
static numeral_status prepare(const numeral_model *model, lesson *l, numeral_error *err)
{
    const numeral_pipeline *pipeline = &model->pipeline;
    size_t n = l->data->n_images;
    numeral_status status;
    TRY(numeral_model_frame(model, l->data, l->run, &l->framed, err));
    TRY(make_rows(pipeline, l, err));
    if (model->images.words) {
        TRY(numeral_view_pack(model, NUMERAL_VIEW_RAW, l->framed.pixels, n, l->run,
                              &l->images, err));
    }
    for (int v = NUMERAL_VIEW_RAW + 1; v < NUMERAL_VIEW_COUNT; v++) {
        if (model->views[v].words) {
            TRY(numeral_view_pack(model, (numeral_view)v, l->framed.pixels, n, l->run,
                                  &l->views[v], err));
        }
    }
done:
    return status;
}

/* Gives `next` an index of its own that shares all with the model's. */
static numeral_status branch_index(const numeral_model *model, numeral_model *next,
                                   numeral_error *err)
{
    numeral_index *held = NULL, *dynamic = NULL;
    numeral_status status = numeral_index_hold(model->index, &held, err);
    if (status != NUMERAL_OK || numeral_index_is_dynamic(held)) {
        next->index = held;
        return status;
    }
    status = numeral_index_make_dynamic(held, NULL, held->n_rows, &model->recipe.index,
                                        &dynamic, err);
    if (status != NUMERAL_OK) {
        numeral_index_destroy(held);
    }
    next->index = dynamic;
    return status;
}

/* The labels of the model and of a lesson on their way to be classes. All arrays are as
 * long as the labels that there can be then. */
typedef struct joining {
    size_t room;
    bool *occurs;   /* among the data */
    bool *is_class; /* of the model, from now on */
    const char **names;
    numeral_dictionary called; /* what the classes are called, and their labels */
    numeral_label *labels;
} joining;

static void joining_free(joining *j)
{
    numeral_release(j->occurs);
    numeral_release(j->is_class);
    numeral_release(j->names);
    numeral_release(j->labels);
    numeral_dictionary_free(&j->called);
}

/* Marks a label as a class that is called `name`. */
static numeral_status mark_class(joining *j, size_t label, const char *name,
                                 numeral_error *err)
{
    size_t at, n = j->called.n;
    numeral_status status =
        name ? numeral_dictionary_add(&j->called, name, strlen(name), &at, err)
             : NUMERAL_OK;
    if (status == NUMERAL_OK && j->called.n > n) {
        j->labels[at] = (numeral_label)label;
    }
    j->is_class[label] = true;
    j->names[label] = name;
    return status;
}

static numeral_status begin_joining(const numeral_classes *classes,
                                    const numeral_dataset *data, joining *j,
                                    numeral_error *err)
{
    size_t most = classes->n_labels, n = 0;
    numeral_status status;
    for (size_t i = 0; i < data->n_images; i++) {
        most = data->labels[i] >= most ? (size_t)data->labels[i] + 1 : most;
    }
    /* each of the data's labels may need the first number that is free */
    n = data->n_images < most ? data->n_images : most;
    j->room = most + n < NUMERAL_MAX_CLASSES ? most + n : NUMERAL_MAX_CLASSES;
    TRY_ALLOC(j->occurs = numeral_allocate_zero(j->room, sizeof *j->occurs, err));
    TRY_ALLOC(j->is_class = numeral_allocate_zero(j->room, sizeof *j->is_class, err));
    TRY_ALLOC(j->names = numeral_allocate_zero(j->room, sizeof *j->names, err));
    TRY_ALLOC(j->labels = numeral_allocate(j->room, sizeof *j->labels, err));
    for (size_t i = 0; i < data->n_images; i++) {
        j->occurs[data->labels[i]] = true;
    }
    for (size_t c = 0; c < classes->n; c++) {
        TRY(mark_class(j, classes->labels[c], classes->names[c], err));
    }
done:
    return status;
}

/* The label that stands for one of the data's: by name where the data have names, else
 * by number. A new one is marked and named. */
static numeral_status join_label(const numeral_dataset *data, size_t label, joining *j,
                                 numeral_label *out, numeral_error *err)
{
    const char *name = numeral_dataset_name_of(data, label);
    size_t known =
        name ? numeral_dictionary_find(&j->called, name, strlen(name)) : SIZE_MAX;
    size_t at = known != SIZE_MAX ? j->labels[known] : label;
    if (name && known == SIZE_MAX) { /* a new name: its own number, or the first free */
        for (at = j->is_class[label] ? 0 : label; at < j->room && j->is_class[at];) {
            at++;
        }
    }
    if (at == j->room) {
        size_t n = 0;
        for (size_t i = 0; i < j->room; i++) {
            n += j->is_class[i];
        }
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: no number is left for label '%.100s': the model has %zu",
                            data->name, name, n);
    }
    *out = (numeral_label)at;
    return j->is_class[at] ? NUMERAL_OK : mark_class(j, at, name, err);
}

/* Finds the model's labels for those of the data; *made is NULL where all are there. */
static numeral_status join_classes(const numeral_model *model, lesson *l,
                                   numeral_classes **made, numeral_error *err)
{
    const numeral_classes *classes = model->classes;
    joining j = {0};
    size_t n = 0;
    numeral_status status;
    *made = NULL;
    TRY(begin_joining(classes, l->data, &j, err));
    l->label_of = numeral_allocate_zero(j.room, sizeof *l->label_of, err);
    TRY_ALLOC(l->label_of);
    for (size_t label = 0; label < j.room; label++) {
        if (j.occurs[label]) {
            TRY(join_label(l->data, label, &j, &l->label_of[label], err));
        }
    }
    for (size_t label = 0; label < j.room; label++) {
        n += j.is_class[label];
    }
    if (n > classes->n) {
        bool named = classes->named || l->data->label_names;
        *made = numeral_classes_create(j.is_class, j.room, named ? j.names : NULL, j.room,
                                       err);
        TRY_ALLOC(*made);
    }
done:
    joining_free(&j);
    return status;
}

/* Room for n more numbers, with what is known of those there are. */
static numeral_status grow_numbers(numeral_model *next, size_t n, bool renumbered,
                                   numeral_error *err)
{
    size_t n_ids = next->n_ids, wanted = n_ids + n;
    bool grown = wanted > next->room;
    /* half as much again, so that many small lessons copy each label a few times */
    next->room = grown ? wanted + wanted / 2 : next->room;
    if (grown || renumbered) {
        uint16_t *classes = numeral_allocate(next->room, sizeof *classes, err);
        if (!classes) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(classes, next->row_classes, n_ids * sizeof *classes);
        next->row_classes = classes;
    }
    if (grown && next->places) {
        uint32_t *places = numeral_allocate(next->room, sizeof *places, err);
        if (!places) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(places, next->places, n_ids * sizeof *places);
        next->places = places;
    }
    if (grown) {
        numeral_label *labels =
            numeral_arena_take(&next->guard->lent, next->room, sizeof *labels, err);
        if (!labels) {
            return NUMERAL_ERROR_MEMORY;
        }
        memcpy(labels, next->labels, n_ids * sizeof *labels);
        next->labels = labels;
    }
    return NUMERAL_OK;
}

/* How many images there are of each digit's; the lesson's lie behind all others. */
static size_t count_places(const numeral_model *model)
{
    size_t n = model->images.n;
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        n = model->views[view].n > n ? model->views[view].n : n;
    }
    return n;
}

/* Labels, classes and places of the digits, behind those that readers see. */
static numeral_status add_numbers(numeral_model *next, lesson *l, numeral_error *err)
{
    size_t n = l->data->n_images, first = next->n_ids;
    numeral_classes *made;
    numeral_status status;
    TRY(join_classes(next, l, &made, err));
    if (made) {
        TRY_ALLOC(numeral_arena_own(&next->guard->lent, made, err));
        next->classes = made;
        next->n_classes = made->n;
    }
    TRY(grow_numbers(next, n, made != NULL, err));
    for (size_t i = 0; i < n; i++) {
        next->labels[first + i] = l->label_of[l->data->labels[i]];
    }
    for (size_t i = made ? 0 : first; i < first + n; i++) {
        next->row_classes[i] = next->classes->of_label[next->labels[i]];
    }
    for (size_t i = 0; next->places && i < n; i++) {
        next->places[first + i] = (uint32_t)(count_places(next) - n + i);
    }
    next->n_ids += n;
    next->n_rows += n;
done:
    return status;
}

static numeral_status add_images(numeral_model *next, const lesson *l, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    if (next->images.words) {
        TRY(numeral_sparse_append(&next->images, &l->images, &next->images, err));
    }
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        if (next->views[view].words) {
            TRY(numeral_sparse_append(&next->views[view], &l->views[view],
                                      &next->views[view], err));
        }
    }
done:
    return status;
}

static numeral_status check_lesson(const numeral_dataset *data, numeral_error *err)
{
    return data->labels
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%s: has no labels; teaching needs them", data->name);
}

/* The next state of a model that is being changed. */
typedef struct change {
    numeral_model *model;
    numeral_model next;
    numeral_replaced *old;
} change;

/* Begins one: takes the lock, and gives `next` an index of its own. To be ended. */
static numeral_status begin_change(numeral_model *model, change *c, numeral_error *err)
{
    pthread_mutex_lock(&model->guard->writing);
    *c = (change){.model = model, .next = *model};
    c->next.index = NULL;
    c->old = numeral_allocate_zero(1, sizeof *c->old, err);
    return c->old ? branch_index(model, &c->next, err) : NUMERAL_ERROR_MEMORY;
}

/* Publishes what is whole, or takes it back. */
static numeral_status end_change(change *c, numeral_status status, numeral_error *err)
{
    if (status == NUMERAL_OK) {
        status = numeral_model_take_index(&c->next, c->next.index, err);
    }
    if (status == NUMERAL_OK) {
        numeral_model_publish(c->model, &c->next, c->old);
    } else {
        numeral_model_discard(c->model, &c->next, c->old);
    }
    pthread_mutex_unlock(&c->model->guard->writing);
    return status;
}

static numeral_status add_lesson(numeral_model *next, lesson *l, int64_t *first,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    if (l->data->n_images > most_numbers - next->n_ids) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: no row numbers are left for %zu digits", l->data->name,
                            l->data->n_images);
    }
    TRY(numeral_index_add(next->index, &l->rows, NULL, l->run, first, err));
    TRY(add_images(next, l, err));
    TRY(add_numbers(next, l, err));
    TRY(numeral_model_add_origin(next, l->data->name, l->data->n_images, err));
    numeral_model_set_places(next);
done:
    return status;
}

numeral_status numeral_model_add(numeral_model *model, const numeral_dataset *data,
                                 const numeral_run *run, int64_t *first_row,
                                 numeral_error *err)
{
    lesson l = {.data = data, .run = numeral_run_or_default(run)};
    int64_t first = 0;
    change c;
    numeral_model now = {0};
    numeral_status status;
    TRY(check_lesson(data, err));
    TRY(numeral_model_hold(model, &now, err));
    first = (int64_t)now.n_ids;
    if (data->n_images == 0) {
        goto done;
    }
    TRY(prepare(&now, &l, err));
    status = begin_change(model, &c, err);
    if (status == NUMERAL_OK) {
        status = add_lesson(&c.next, &l, &first, err);
    }
    status = end_change(&c, status, err);
done:
    if (status == NUMERAL_OK && first_row) {
        *first_row = first;
    }
    numeral_model_let_go(&now);
    lesson_free(&l);
    return status;
}

/* The rows of the lesson alone. What readers see of the old ones stays where it is. */
static numeral_status take_lesson(numeral_model *next, lesson *l, numeral_error *err)
{
    numeral_index *made = NULL;
    numeral_status status;
    if (l->data->n_images < next->recipe.k || l->data->n_images == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "-k %zu: %s has only %zu digits",
                         next->recipe.k, l->data->name, l->data->n_images));
    }
    TRY(numeral_index_build(&l->rows, &next->recipe.index, &next->recipe.metric, l->run,
                            &made, err));
    numeral_index_destroy(next->index);
    next->index = made;
    next->images = l->images;
    memcpy(next->views, l->views, sizeof next->views);
    memset(&l->images, 0, sizeof l->images); /* taken over */
    memset(l->views, 0, sizeof l->views);
    next->n_rows = next->n_ids = next->room = 0;
    next->places = NULL;
    TRY(add_numbers(next, l, err));
    TRY(numeral_model_add_origin(next, l->data->name, l->data->n_images, err));
    numeral_model_set_places(next);
done:
    return status;
}

numeral_status numeral_model_replace_rows(numeral_model *model,
                                          const numeral_dataset *data,
                                          const numeral_run *run, numeral_error *err)
{
    lesson l = {.data = data, .run = numeral_run_or_default(run)};
    change c;
    numeral_model now = {0};
    numeral_status status;
    TRY(check_lesson(data, err));
    TRY(numeral_model_hold(model, &now, err));
    TRY(prepare(&now, &l, err));
    status = begin_change(model, &c, err);
    if (status == NUMERAL_OK) {
        status = take_lesson(&c.next, &l, err);
    }
    status = end_change(&c, status, err);
done:
    numeral_model_let_go(&now);
    lesson_free(&l);
    return status;
}

static numeral_status remove_rows(numeral_model *next, const int64_t *rows, size_t n,
                                  numeral_error *err)
{
    size_t needed = next->recipe.k > 0 ? next->recipe.k : 1;
    if (n > next->n_rows || next->n_rows - n < needed) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%zu of %zu rows cannot go: -k %zu needs as many to stay", n,
                            next->n_rows, needed);
    }
    next->n_rows -= n;
    return numeral_index_remove(next->index, rows, n, numeral_run_or_default(NULL), err);
}

numeral_status numeral_model_remove(numeral_model *model, const int64_t *rows, size_t n,
                                    numeral_error *err)
{
    change c;
    if (n == 0) {
        return NUMERAL_OK;
    }
    numeral_status status = begin_change(model, &c, err);
    if (status == NUMERAL_OK) {
        status = remove_rows(&c.next, rows, n, err);
    }
    return end_change(&c, status, err);
}

numeral_status numeral_model_compact(numeral_model *model, const numeral_run *run,
                                     numeral_error *err)
{
    change c;
    numeral_index *index = NULL;
    numeral_status status = begin_change(model, &c, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_build_index(model, &model->recipe.index,
                                           numeral_run_or_default(run), &index, err);
    }
    if (status == NUMERAL_OK) {
        numeral_index_destroy(c.next.index);
        c.next.index = index;
    }
    return end_change(&c, status, err);
}
