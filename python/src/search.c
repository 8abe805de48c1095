/* The searches of numeral_knn.Index. */
#include <math.h>

#include "index.h"

enum { WATCHED_QUERIES = 256 }; /* fewer are answered before anybody waits */

typedef struct request {
    numeral_search search;
    PyObject *queries, *leave_out;
    int threads;
} request;

static bool set_keyword(request *r, PyObject *name, PyObject *value)
{
    if (PyUnicode_CompareWithASCIIString(name, "k") == 0) {
        r->search.k = PyLong_AsSize_t(value);
    } else if (PyUnicode_CompareWithASCIIString(name, "radius") == 0) {
        r->search.radius = value == Py_None ? INFINITY : PyFloat_AsDouble(value);
    } else if (PyUnicode_CompareWithASCIIString(name, "threads") == 0) {
        r->threads = (int)PyLong_AsLong(value);
    } else if (PyUnicode_CompareWithASCIIString(name, "leave_out") == 0) {
        r->leave_out = value == Py_None ? NULL : value;
    } else {
        PyErr_Format(PyExc_TypeError, "search() has no argument '%U'", name);
    }
    return !PyErr_Occurred();
}

/* The arguments by hand: a query is answered in little more time than parsing takes. */
static bool parse_search(PyObject *const *args, Py_ssize_t n, PyObject *names, request *r)
{
    *r = (request){.search = {.k = 10, .radius = INFINITY}};
    if (n < 1 || n > 2) {
        PyErr_SetString(PyExc_TypeError,
                        "search(queries, k=10, *, radius=None, leave_out=None, "
                        "threads=0): expected one or two arguments without a name");
        return false;
    }
    r->queries = args[0];
    if (n > 1) {
        r->search.k = PyLong_AsSize_t(args[1]);
        if (r->search.k == (size_t)-1 && PyErr_Occurred()) {
            return false;
        }
    }
    Py_ssize_t n_names = names ? PyTuple_Size(names) : 0;
    for (Py_ssize_t i = 0; i < n_names; i++) {
        if (!set_keyword(r, PyTuple_GetItem(names, i), args[n + i])) {
            return false;
        }
    }
    return true;
}

/* Two arrays of n × k, or of k alone where there is one vector. */
static PyObject *make_answer(Py_ssize_t n, Py_ssize_t k, bool single, bool integer,
                             double **distances, int64_t **ids)
{
    void *memory[2];
    PyObject *type = integer ? core.int64 : core.float64;
    PyObject *first = core_array(type, single ? k : n, single ? -1 : k, &memory[0]);
    PyObject *second =
        first ? core_array(core.int64, single ? k : n, single ? -1 : k, &memory[1])
              : NULL;
    PyObject *both = second ? PyTuple_New(2) : NULL;
    if (!both) {
        Py_XDECREF(first);
        Py_XDECREF(second);
        return NULL;
    }
    PyTuple_SetItem(both, 0, first);
    PyTuple_SetItem(both, 1, second);
    *distances = memory[0];
    *ids = memory[1];
    return both;
}

static PyObject *answer(core_index *self, request *r, const core_rows *rows)
{
    size_t n = rows->rows.n_rows;
    bool integer = self->integer;
    double *distances;
    int64_t *ids;
    numeral_error err = {0};
    core_call call;
    if (r->search.k > PTRDIFF_MAX / 16 || (n && r->search.k > PTRDIFF_MAX / 16 / n)) {
        PyErr_NoMemory();
        return NULL;
    }
    PyObject *both = make_answer((Py_ssize_t)n, (Py_ssize_t)r->search.k, rows->single,
                                 integer, &distances, &ids);
    if (!both) {
        return NULL;
    }
    core_begin(&call, n == 1 ? 1 : r->threads, n >= WATCHED_QUERIES);
    r->search.run = call.run;
    numeral_index *index = core_index_hold(self);
    numeral_status status =
        numeral_index_search(index, &rows->rows, &r->search, ids, distances, &err);
    core_index_let_go(self);
    if (status == NUMERAL_OK && integer) {
        core_distances_to_integers(distances, n * r->search.k);
    }
    core_end(&call);
    if (status != NUMERAL_OK) {
        Py_DECREF(both);
        return core_raise(&err);
    }
    return both;
}

/* The list of row ids that a caller gave for n queries. */
static bool take_ids(PyObject *object, size_t n, Py_buffer *out)
{
    if (!core_buffer_take(object, "leave_out", 'q', 1, out)) {
        return false;
    }
    if ((size_t)out->shape[0] != n) {
        PyErr_Format(PyExc_ValueError, "leave_out: %zd row ids for %zu queries",
                     out->shape[0], n);
        PyBuffer_Release(out);
        return false;
    }
    return true;
}

PyObject *core_index_search(PyObject *object, PyObject *const *args, Py_ssize_t n,
                            PyObject *names)
{
    core_index *self = (core_index *)object;
    request r;
    core_rows rows;
    Py_buffer left;
    PyObject *both = NULL;
    if (!parse_search(args, n, names, &r) ||
        !core_rows_take(r.queries, (int)self->dtype, &rows)) {
        return NULL;
    }
    if (!r.leave_out) {
        both = answer(self, &r, &rows);
    } else if (take_ids(r.leave_out, rows.rows.n_rows, &left)) {
        r.search.leave_out = left.buf;
        both = answer(self, &r, &rows);
        PyBuffer_Release(&left);
    }
    core_rows_let_go(&rows);
    return both;
}

/* The ids that were given, or all. */
static PyObject *own_rows(core_index *self, PyObject *rows, Py_buffer *out)
{
    PyObject *ids = rows == Py_None ? core_index_ids(self) : Py_NewRef(rows);
    if (ids && !core_buffer_take(ids, "rows", 'q', 1, out)) {
        Py_CLEAR(ids);
    }
    return ids;
}

PyObject *core_index_search_self(PyObject *object, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"k", "rows", "threads", NULL};
    core_index *self = (core_index *)object;
    PyObject *rows = Py_None, *both;
    Py_ssize_t k = 10;
    int threads = 0;
    Py_buffer view;
    double *distances;
    int64_t *ids;
    core_call call;
    numeral_error err = {0};
    bool integer = self->integer;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|nO$i:search_self", names, &k,
                                     &rows, &threads)) {
        return NULL;
    }
    PyObject *held = own_rows(self, rows, &view);
    if (!held) {
        return NULL;
    }
    Py_ssize_t n = view.shape[0];
    both = make_answer(n, k, false, integer, &distances, &ids);
    if (both) {
        core_begin(&call, threads, true);
        numeral_search search = {.k = (size_t)k, .radius = INFINITY, .run = call.run};
        numeral_index *index = core_index_hold(self);
        numeral_status status = numeral_index_search_self(index, view.buf, (size_t)n,
                                                          &search, ids, distances, &err);
        core_index_let_go(self);
        if (status == NUMERAL_OK && integer) {
            core_distances_to_integers(distances, (size_t)(n * k));
        }
        core_end(&call);
        if (status != NUMERAL_OK) {
            Py_CLEAR(both);
            core_raise(&err);
        }
    }
    PyBuffer_Release(&view);
    Py_DECREF(held);
    return both;
}

PyObject *core_ranges(numeral_ranges *ranges, bool integer)
{
    Py_ssize_t n = (Py_ssize_t)ranges->n, found = (Py_ssize_t)ranges->starts[n];
    if (integer) {
        core_distances_to_integers(ranges->distances, (size_t)found);
    }
    PyObject *starts = core_array_of(core.int64, n + 1, -1, ranges->starts, 8);
    PyObject *distances = core_array_of(integer ? core.int64 : core.float64, found, -1,
                                        ranges->distances, 8);
    PyObject *ids = core_array_of(core.int64, found, -1, ranges->ids, 8);
    numeral_ranges_free(ranges);
    PyObject *all =
        starts && distances && ids ? PyTuple_Pack(3, starts, distances, ids) : NULL;
    Py_XDECREF(starts);
    Py_XDECREF(distances);
    Py_XDECREF(ids);
    return all;
}

PyObject *core_index_range(PyObject *object, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"queries", "radius", "k", "threads", NULL};
    core_index *self = (core_index *)object;
    PyObject *queries, *held = NULL;
    double radius;
    Py_ssize_t k = 0;
    int threads = 0;
    core_rows rows = {0};
    Py_buffer view;
    numeral_ranges found;
    numeral_error err = {0};
    core_call call;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "Od|$ni:range", names, &queries,
                                     &radius, &k, &threads)) {
        return NULL;
    }
    bool own = queries == Py_None;
    if (own ? !(held = own_rows(self, queries, &view))
            : !core_rows_take(queries, (int)self->dtype, &rows)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_search search = {.k = (size_t)k, .radius = radius, .run = call.run};
    numeral_index *index = core_index_hold(self);
    numeral_status status =
        own ? numeral_index_search_radius_self(index, view.buf, (size_t)view.shape[0],
                                               &search, &found, &err)
            : numeral_index_search_radius(index, &rows.rows, &search, &found, &err);
    core_index_let_go(self);
    core_end(&call);
    core_rows_let_go(&rows);
    if (own) {
        PyBuffer_Release(&view);
        Py_DECREF(held);
    }
    return status == NUMERAL_OK ? core_ranges(&found, self->integer) : core_raise(&err);
}
