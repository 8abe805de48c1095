/* Arrays of Python's buffer protocol as rows, and new arrays for answers. */
#include <string.h>

#include "core.h"

/* The types of rows in the order of numeral_dtype, as struct formats and for NumPy. */
static const struct {
    char format;
    Py_ssize_t bytes;
    const char *name;
} types[] = {
    {'B', 1, "u1"}, {'b', 1, "i1"}, {'h', 2, "i2"}, {'f', 4, "f4"}, {'d', 8, "f8"}};
enum { N_TYPES = sizeof types / sizeof *types };

const char *core_dtype_name(numeral_dtype dtype)
{
    return types[dtype].name;
}

/* The type of a buffer's values, or -1. */
static int find_type(const Py_buffer *view)
{
    const char *format = view->format ? view->format : "B";
    format += *format == '@' || *format == '=';
    for (int i = 0; i < N_TYPES; i++) {
        if (format[0] == types[i].format && !format[1] &&
            view->itemsize == types[i].bytes) {
            return i;
        }
    }
    return -1;
}

static bool take_as_is(PyObject *object, int wanted, core_rows *out)
{
    if (PyObject_GetBuffer(object, &out->view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0) {
        PyErr_Clear(); /* no buffer, or one with gaps */
        return false;
    }
    const Py_buffer *view = &out->view;
    int type = find_type(view);
    if (type < 0 || (wanted >= 0 && type != wanted) || view->ndim < 1 || view->ndim > 2) {
        PyBuffer_Release(&out->view);
        return false;
    }
    Py_ssize_t rows = view->ndim == 2 ? view->shape[0] : 1;
    Py_ssize_t dims = view->shape[view->ndim - 1];
    out->held = true;
    out->single = view->ndim == 1;
    out->rows = (numeral_rows){view->buf, (numeral_dtype)type, (size_t)rows, (size_t)dims,
                               (size_t)(dims * view->itemsize)};
    return true;
}

bool core_rows_take(PyObject *object, int wanted, core_rows *out)
{
    out->held = false;
    if (take_as_is(object, wanted, out)) {
        return true;
    }
    PyObject *name =
        wanted < 0 ? Py_NewRef(Py_None) : PyUnicode_FromString(types[wanted].name);
    PyObject *array =
        name ? PyObject_CallFunctionObjArgs(core.as_rows, object, name, NULL) : NULL;
    bool taken = array && take_as_is(array, wanted, out); /* the view holds the array */
    if (array && !taken) {
        PyErr_SetString(PyExc_TypeError, "rows: expected an array of numbers");
    }
    Py_XDECREF(array);
    Py_XDECREF(name);
    return taken;
}

void core_rows_let_go(core_rows *rows)
{
    if (rows->held) {
        PyBuffer_Release(&rows->view);
        rows->held = false;
    }
}

bool core_buffer_take(PyObject *object, const char *what, char format, int n_dims,
                      Py_buffer *out)
{
    if (PyObject_GetBuffer(object, out, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0) {
        return false;
    }
    const char *found = out->format ? out->format : "B";
    found += *found == '@' || *found == '=';
    /* 64-bit integers are 'l' or 'q' by the platform */
    bool same = found[0] == format || (format == 'q' && found[0] == 'l');
    if (!same || found[1] || out->ndim != n_dims) {
        PyErr_Format(PyExc_TypeError,
                     "%s: expected an array of %d dimensions with values of type '%c', "
                     "found %d of '%s'",
                     what, n_dims, format, out->ndim, found);
        PyBuffer_Release(out);
        return false;
    }
    return true;
}

PyObject *core_array(PyObject *dtype, Py_ssize_t rows, Py_ssize_t columns, void **memory)
{
    Py_buffer view;
    PyObject *shape =
        columns < 0 ? PyLong_FromSsize_t(rows) : Py_BuildValue("(nn)", rows, columns);
    PyObject *array =
        shape ? PyObject_CallFunctionObjArgs(core.empty, shape, dtype, NULL) : NULL;
    Py_XDECREF(shape);
    if (array && PyObject_GetBuffer(array, &view, PyBUF_WRITABLE) < 0) {
        Py_CLEAR(array);
    }
    if (array) {
        *memory = view.buf; /* stays where it is: only arrays that own nothing move */
        PyBuffer_Release(&view);
    }
    return array;
}

PyObject *core_array_of(PyObject *dtype, Py_ssize_t rows, Py_ssize_t columns,
                        const void *from, size_t item)
{
    void *memory;
    PyObject *array = core_array(dtype, rows, columns, &memory);
    size_t n = (size_t)rows * (size_t)(columns < 0 ? 1 : columns);
    if (array && n) {
        memcpy(memory, from, n * item);
    }
    return array;
}

void core_distances_to_integers(double *distances, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t whole =
            distances[i] < 0x1p63 ? (int64_t)distances[i] : INT64_MAX; /* no neighbour */
        memcpy(&distances[i], &whole, sizeof whole);
    }
}
