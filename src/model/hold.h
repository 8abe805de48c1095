/* A model as it is at one moment, while others teach it.
 *
 * What changes by teaching is never written over: arrays grow behind what is seen of them
 * or move to other memory, and the index shares its segments. So whoever holds a model
 * has a copy of its struct, in which nothing changes; a change is made beside the model
 * and published as a whole. Readers wait for nobody, writers for each other. */
#ifndef NUMERAL_MODEL_HOLD_H
#define NUMERAL_MODEL_HOLD_H

#include <pthread.h>

#include "base/arena.h"
#include "model/model.h"

/* Memory of a state that was replaced. */
typedef struct numeral_replaced {
    struct numeral_replaced *next;
    size_t n;
    void *blocks[NUMERAL_VIEW_COUNT + 4];
} numeral_replaced;

/* What guards a model, apart from it since its struct is copied. */
typedef struct numeral_guard {
    pthread_mutex_t writing;    /* held by the one that changes the model */
    pthread_mutex_t switching;  /* held while the model's struct is copied or changed */
    size_t n_holders;           /* who may use what was replaced */
    numeral_replaced *replaced; /* to be freed when there is none */
    numeral_arena lent;         /* what callers may point to for the model's life: labels,
                                   classes, texts */
} numeral_guard;

numeral_guard *numeral_guard_create(numeral_error *err);
void numeral_guard_destroy(numeral_guard *guard);

/* The model as it is now, to be used until let go; also of a model that is held. */
numeral_status numeral_model_hold(const numeral_model *model, numeral_model *out,
                                  numeral_error *err);
/* Takes zeros, too. */
void numeral_model_let_go(numeral_model *held);

/* Puts `next` in the model's place: all of it that teaching changes. `old` is empty
 * memory for what is replaced; both are taken over. The caller holds `writing`. */
void numeral_model_publish(numeral_model *model, const numeral_model *next,
                           numeral_replaced *old);

/* Takes back what was made for a `next` that is not to be. `empty` is taken over. */
void numeral_model_discard(const numeral_model *model, const numeral_model *next,
                           numeral_replaced *empty);

#endif
