/* numeral_knn.Index inside: search.c searches, index.c is the rest. */
#ifndef NUMERAL_PYTHON_INDEX_H
#define NUMERAL_PYTHON_INDEX_H

#include <pthread.h>

#include "core.h"

typedef struct core_index {
    PyObject_HEAD numeral_index *index;
    /* Held for reading by whoever uses `index`, which many may, and for writing while
     * another takes its place: when the first row comes or goes. */
    pthread_rwlock_t lock;
    char spec[64]; /* of rows to come */
    /* What stays as it is. */
    numeral_dtype dtype;
    size_t n_dims;
    bool integer; /* distances are whole numbers */
    const char *metric;
} core_index;

/* The index, which nobody replaces until it is let go. Whoever replaces it does not wait
 * for Python's lock, so that this may be called with it. */
static inline numeral_index *core_index_hold(core_index *self)
{
    pthread_rwlock_rdlock(&self->lock);
    return self->index;
}

static inline void core_index_let_go(core_index *self)
{
    pthread_rwlock_unlock(&self->lock);
}

PyObject *core_index_ids(core_index *self);

/* search.c */
PyObject *core_index_search(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names);
PyObject *core_index_search_self(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_index_range(PyObject *self, PyObject *args, PyObject *keywords);

#endif
