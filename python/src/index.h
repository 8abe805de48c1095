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
} core_index;

PyObject *core_index_ids(core_index *self);

/* search.c */
PyObject *core_index_search(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names);
PyObject *core_index_search_self(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_index_range(PyObject *self, PyObject *args, PyObject *keywords);

#endif
