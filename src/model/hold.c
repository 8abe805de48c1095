/* A reader copies the struct of the model and is counted; what a lesson replaces is kept
 * until nobody who may have seen it is left (reference counting, as in read-copy-update:
 * McKenney & Slingwine 1998). */
#include "model/hold.h"

#include "base/fail.h"

numeral_guard *numeral_guard_create(numeral_error *err)
{
    numeral_guard *guard = numeral_allocate_zero(1, sizeof *guard, err);
    if (guard) {
        pthread_mutex_init(&guard->writing, NULL);
        pthread_mutex_init(&guard->switching, NULL);
    }
    return guard;
}

static void free_blocks(numeral_replaced *replaced)
{
    while (replaced->n > 0) {
        numeral_release(replaced->blocks[--replaced->n]);
    }
    numeral_release(replaced);
}

static void free_replaced(numeral_guard *guard)
{
    while (guard->replaced) {
        numeral_replaced *first = guard->replaced;
        guard->replaced = first->next;
        free_blocks(first);
    }
}

void numeral_guard_destroy(numeral_guard *guard)
{
    if (guard) {
        free_replaced(guard);
        numeral_arena_free(&guard->lent);
        pthread_mutex_destroy(&guard->writing);
        pthread_mutex_destroy(&guard->switching);
        numeral_release(guard);
    }
}

numeral_status numeral_model_hold(const numeral_model *model, numeral_model *out,
                                  numeral_error *err)
{
    numeral_guard *guard = model->guard;
    pthread_mutex_lock(&guard->switching);
    *out = *model;
    numeral_status status = numeral_index_hold(model->index, &out->index, err);
    guard->n_holders += status == NUMERAL_OK;
    pthread_mutex_unlock(&guard->switching);
    if (status != NUMERAL_OK) {
        *out = (numeral_model){0};
    }
    return status;
}

void numeral_model_let_go(numeral_model *held)
{
    numeral_guard *guard = held->guard;
    if (guard) {
        numeral_index_destroy(held->index);
        pthread_mutex_lock(&guard->switching);
        if (--guard->n_holders == 0) {
            free_replaced(guard);
        }
        pthread_mutex_unlock(&guard->switching);
        held->guard = NULL; /* the rest is large, and not looked at without it */
        held->index = NULL;
    }
}

static void list_one(numeral_replaced *out, void *mine, const void *other)
{
    if (mine && mine != other) {
        out->blocks[out->n++] = mine;
    }
}

/* Lists the memory that one state of a model has and another has not. */
static void list_own(const numeral_model *model, const numeral_model *other,
                     numeral_replaced *out)
{
    list_one(out, model->row_classes, other->row_classes);
    list_one(out, model->places, other->places);
    list_one(out, model->origins, other->origins);
    list_one(out, model->images.owned, other->images.owned);
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        list_one(out, model->views[view].owned, other->views[view].owned);
    }
}

void numeral_model_discard(const numeral_model *model, const numeral_model *next,
                           numeral_replaced *empty)
{
    if (empty) {
        list_own(next, model, empty);
        free_blocks(empty);
    }
    numeral_index_destroy(next->index);
}

void numeral_model_publish(numeral_model *model, const numeral_model *next,
                           numeral_replaced *old)
{
    numeral_guard *guard = model->guard;
    numeral_index *index = model->index;
    list_own(model, next, old);
    pthread_mutex_lock(&guard->switching);
    model->index = next->index;
    model->index_text = next->index_text;
    model->n_rows = next->n_rows;
    model->n_ids = next->n_ids;
    model->room = next->room;
    model->labels = next->labels;
    model->row_classes = next->row_classes;
    model->places = next->places;
    model->n_classes = next->n_classes;
    model->classes = next->classes;
    model->images = next->images;
    for (size_t view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        model->views[view] = next->views[view];
    }
    model->n_origins = next->n_origins;
    model->origins = next->origins;
    old->next = guard->replaced;
    guard->replaced = old;
    if (guard->n_holders == 0) {
        free_replaced(guard);
    }
    pthread_mutex_unlock(&guard->switching);
    if (index != next->index) {
        numeral_index_destroy(index);
    }
}
