/* What the files of the extension share: errors, runs, arrays.
 *
 * Only the stable ABI of Python 3.11 is used (Py_LIMITED_API, set by meson.build), and
 * the library's public headers. Arrays come in by the buffer protocol, and go out as what
 * numpy.empty makes: NumPy's own headers are not needed. */
#ifndef NUMERAL_PYTHON_CORE_H
#define NUMERAL_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>

#include <numeral/numeral.h>

/* What is imported once for the process: the module may be made only once, too. */
typedef struct core_globals {
    PyObject *empty;                                    /* numpy.empty */
    PyObject *float64, *int64, *uint8, *uint16, *int16; /* numpy.dtype of these */
    PyObject *as_rows, *as_ids;                         /* of numeral_knn._arrays */
    PyObject *index_type, *model_type;
} core_globals;

extern core_globals core;

/* errors.c */
/* Raises what the library's error stands for; always NULL. */
PyObject *core_raise(const numeral_error *err);

/* run.c: a call of the library without Python's lock. Between begin and end no Python
 * may be called. */
typedef struct core_call {
    PyThreadState *thread;
    numeral_progress progress;
    numeral_run run; /* to be given to the library */
} core_call;

/* `watched`: signals are looked at now and then, so that Ctrl-C ends the call. */
void core_begin(core_call *call, int threads, bool watched);
void core_end(core_call *call);
/* Registers what a child of fork() must know. */
void core_prepare_fork(void);

/* arrays.c: rows that Python gave, in place. */
typedef struct core_rows {
    Py_buffer view;
    bool held;
    bool single; /* a vector, not a matrix */
    numeral_rows rows;
} core_rows;

/* Takes an array of u8, i8, i16, f32 or f64 as it is where it is C-contiguous; anything
 * else is brought to one by as_rows(object, wanted). `wanted` -1: any type. */
bool core_rows_take(PyObject *object, int wanted, core_rows *out);
void core_rows_let_go(core_rows *rows);

/* A C-contiguous buffer of that struct format ("B") and number of dimensions, or NULL
 * with an error that names `what`. */
bool core_buffer_take(PyObject *object, const char *what, char format, int n_dims,
                      Py_buffer *out);

/* An array of numpy.empty, and its memory; `columns` -1: a vector. NULL on failure. */
PyObject *core_array(PyObject *dtype, Py_ssize_t rows, Py_ssize_t columns, void **memory);
/* The same, filled with a copy. */
PyObject *core_array_of(PyObject *dtype, Py_ssize_t rows, Py_ssize_t columns,
                        const void *from, size_t item);
/* Distances become int64 in their place; INFINITY the largest number. */
void core_distances_to_integers(double *distances, size_t n);

/* The dtype of numpy that a type of rows has: "u1", "f8" ... */
const char *core_dtype_name(numeral_dtype dtype);

/* dict.c: filling dicts; each takes the value over and returns false on failure. */
bool core_put(PyObject *dict, const char *key, PyObject *value);
bool core_put_text(PyObject *dict, const char *key, const char *value);
bool core_put_number(PyObject *dict, const char *key, size_t value);
bool core_put_real(PyObject *dict, const char *key, double value);
bool core_put_bool(PyObject *dict, const char *key, bool value);
/* Appends a value, which is taken over, to a list. */
bool core_append(PyObject *list, PyObject *value);

/* search.c: (starts, distances, ids) of what a radius found, which is freed. */
PyObject *core_ranges(numeral_ranges *ranges, bool integer);

/* data.c */
PyObject *core_load_data(PyObject *module, PyObject *args);

/* The types. */
PyObject *core_index_type(PyObject *module);
PyObject *core_model_type(PyObject *module);

/* model_data.c: labelled images of two buffers, borrowed. */
typedef struct core_dataset {
    Py_buffer images, labels;
    numeral_dataset data;
    numeral_label *widened; /* of labels in bytes */
    char **names;           /* by label, borrowed from `texts` */
    PyObject *texts;
} core_dataset;

bool core_dataset_take(PyObject *images, PyObject *labels, PyObject *names,
                       const char *name, core_dataset *out);
void core_dataset_let_go(core_dataset *data);

#endif
