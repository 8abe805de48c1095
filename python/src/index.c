/* numeral_knn.Index: rows that are searched for their nearest, and that come and go. */
#include <stdio.h>
#include <string.h>

#include "index.h"

/* ---- making and ending ---- */

static core_index *allocate(PyTypeObject *type)
{
    PyObject *self = PyType_GenericAlloc(type, 0);
    if (self) {
        pthread_rwlock_init(&((core_index *)self)->lock, NULL);
    }
    return (core_index *)self;
}

/* Notes what stays as it is. */
static void settle(core_index *self)
{
    self->dtype = numeral_index_dtype(self->index);
    self->n_dims = numeral_index_n_dims(self->index);
    self->integer = numeral_index_integer_distances(self->index);
    self->metric = numeral_index_metric_name(self->index);
}

static PyObject *wrap(numeral_index *index, const char *spec)
{
    core_index *self = allocate((PyTypeObject *)core.index_type);
    if (!self) {
        numeral_index_destroy(index);
        return NULL;
    }
    self->index = index;
    snprintf(self->spec, sizeof self->spec, "%s", spec);
    settle(self);
    return (PyObject *)self;
}

/* "exact" is what is exact and fastest: brute force where nothing can be pruned. */
static bool write_spec(core_index *self, const char *kind, double recall)
{
    if (strcmp(kind, "near") == 0) {
        char *text = PyOS_double_to_string(recall, 'r', 0, 0, NULL); /* has no locale */
        if (!text) {
            return false;
        }
        snprintf(self->spec, sizeof self->spec, "near=recall=%s", text);
        PyMem_Free(text);
        return true;
    }
    snprintf(self->spec, sizeof self->spec, "%s",
             strcmp(kind, "exact") == 0 ? "auto" : kind);
    return true;
}

static numeral_status build(core_index *self, const numeral_rows *rows,
                            const char *metric, const numeral_run *run,
                            numeral_error *err)
{
    return rows->n_rows
               ? numeral_index_create(rows, self->spec, metric, NULL, run, &self->index,
                                      err)
               : numeral_index_create_dynamic(rows->dtype, rows->n_dims, self->spec,
                                              metric, NULL, &self->index, err);
}

static PyObject *index_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"rows", "metric", "kind", "recall", "threads", NULL};
    PyObject *object;
    const char *metric = "l2", *kind = "exact";
    double recall = 0.999;
    int threads = 0;
    core_rows rows;
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|ssd$i:Index", names, &object,
                                     &metric, &kind, &recall, &threads)) {
        return NULL;
    }
    core_index *self = allocate(type);
    if (!self || !write_spec(self, kind, recall) || !core_rows_take(object, -1, &rows)) {
        Py_XDECREF((PyObject *)self);
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_status status = build(self, &rows.rows, metric, &call.run, &err);
    core_end(&call);
    core_rows_let_go(&rows);
    if (status != NUMERAL_OK) {
        Py_DECREF((PyObject *)self);
        return core_raise(&err);
    }
    settle(self);
    return (PyObject *)self;
}

static void index_dealloc(PyObject *object)
{
    core_index *self = (core_index *)object;
    PyTypeObject *type = Py_TYPE(object);
    numeral_index_destroy(self->index);
    pthread_rwlock_destroy(&self->lock);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Rows may come and go between counting and listing them: then they are counted again. */
PyObject *core_index_ids(core_index *self)
{
    const numeral_index *index = core_index_hold(self);
    PyObject *ids = NULL;
    size_t now = numeral_index_n_rows(index), n;
    do {
        void *memory;
        n = now;
        Py_XDECREF(ids);
        ids = core_array(core.int64, (Py_ssize_t)n, -1, &memory);
        now = ids ? numeral_index_get_ids(index, memory, n) : n;
    } while (now != n);
    core_index_let_go(self);
    return ids;
}

/* ---- rows that come and go ---- */

static PyObject *raise_or_none(numeral_status status, const numeral_error *err)
{
    return status == NUMERAL_OK ? Py_NewRef(Py_None) : core_raise(err);
}

/* The first change makes the index a dynamic one, while nobody else uses it. */
static numeral_status convert(core_index *self, numeral_error *err)
{
    numeral_index *dynamic;
    pthread_rwlock_wrlock(&self->lock);
    numeral_status status =
        numeral_index_convert_dynamic(self->index, self->spec, NULL, &dynamic, err);
    self->index = status == NUMERAL_OK ? dynamic : self->index;
    pthread_rwlock_unlock(&self->lock);
    return status;
}

static PyObject *index_add(PyObject *object, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"rows", "threads", NULL};
    core_index *self = (core_index *)object;
    PyObject *given;
    int threads = 0;
    core_rows rows;
    core_call call;
    int64_t first = 0;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$i:add", names, &given,
                                     &threads) ||
        !core_rows_take(given, (int)self->dtype, &rows)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_status status = convert(self, &err);
    if (status == NUMERAL_OK) {
        status =
            numeral_index_add(self->index, &rows.rows, NULL, &call.run, &first, &err);
    }
    core_end(&call);
    size_t n = rows.rows.n_rows;
    core_rows_let_go(&rows);
    return status == NUMERAL_OK
               ? PyObject_CallFunction((PyObject *)&PyRange_Type, "LL", (long long)first,
                                       (long long)first + (long long)n)
               : core_raise(&err);
}

static PyObject *index_remove(PyObject *object, PyObject *ids)
{
    core_index *self = (core_index *)object;
    Py_buffer view;
    core_call call;
    numeral_error err = {0};
    PyObject *array = PyObject_CallFunction(core.as_ids, "O", ids);
    if (!array || !core_buffer_take(array, "ids", 'q', 1, &view)) {
        Py_XDECREF(array);
        return NULL;
    }
    core_begin(&call, 0, true);
    numeral_status status = convert(self, &err);
    if (status == NUMERAL_OK) {
        status = numeral_index_remove(self->index, view.buf, (size_t)view.shape[0],
                                      &call.run, &err);
    }
    core_end(&call);
    PyBuffer_Release(&view);
    Py_DECREF(array);
    return raise_or_none(status, &err);
}

static PyObject *index_compact(PyObject *object, PyObject *none)
{
    core_index *self = (core_index *)object;
    core_call call;
    numeral_error err = {0};
    (void)none;
    core_begin(&call, 0, true);
    numeral_status status = convert(self, &err);
    if (status == NUMERAL_OK) {
        status = numeral_index_compact(self->index, &call.run, &err);
    }
    core_end(&call);
    return raise_or_none(status, &err);
}

static PyObject *index_row(PyObject *object, PyObject *id)
{
    core_index *self = (core_index *)object;
    void *memory;
    numeral_error err = {0};
    long long row = PyLong_AsLongLong(id);
    if (row == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *type = PyUnicode_FromString(core_dtype_name(self->dtype));
    PyObject *array =
        type ? core_array(type, (Py_ssize_t)self->n_dims, -1, &memory) : NULL;
    Py_XDECREF(type);
    if (array) {
        const numeral_index *index = core_index_hold(self);
        numeral_status status = numeral_index_get_row(index, row, memory, &err);
        core_index_let_go(self);
        if (status != NUMERAL_OK) {
            Py_CLEAR(array);
            core_raise(&err);
        }
    }
    return array;
}

/* ---- files ---- */

static PyObject *index_load(PyObject *class, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"", "mmap", NULL};
    PyObject *bytes = NULL;
    int map = 0;
    numeral_index *index;
    numeral_error err = {0};
    core_call call;
    (void)class;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "O&|$p:load", names,
                                     PyUnicode_FSConverter, &bytes, &map)) {
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    core_begin(&call, 0, false);
    numeral_status status = map ? numeral_index_map(text, NULL, &index, &err)
                                : numeral_index_read(text, NULL, &index, &err);
    core_end(&call);
    Py_DECREF(bytes);
    return status == NUMERAL_OK ? wrap(index, "auto") : core_raise(&err);
}

static PyObject *index_from_bytes(PyObject *class, PyObject *object)
{
    Py_buffer view;
    numeral_index *index;
    numeral_error err = {0};
    core_call call;
    (void)class;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    core_begin(&call, 0, false);
    numeral_status status =
        numeral_index_decode(view.buf, (size_t)view.len, "index", NULL, &index, &err);
    core_end(&call);
    PyBuffer_Release(&view);
    return status == NUMERAL_OK ? wrap(index, "auto") : core_raise(&err);
}

static PyObject *index_save(PyObject *object, PyObject *path)
{
    core_index *self = (core_index *)object;
    PyObject *bytes = NULL;
    numeral_error err = {0};
    core_call call;
    if (!PyUnicode_FSConverter(path, &bytes)) {
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    core_begin(&call, 0, false);
    numeral_status status = numeral_index_write(core_index_hold(self), text, &err);
    core_index_let_go(self);
    core_end(&call);
    Py_DECREF(bytes);
    return raise_or_none(status, &err);
}

static PyObject *index_to_bytes(PyObject *object, PyObject *none)
{
    core_index *self = (core_index *)object;
    void *bytes;
    size_t n_bytes;
    numeral_error err = {0};
    core_call call;
    (void)none;
    core_begin(&call, 0, false);
    numeral_status status =
        numeral_index_encode(core_index_hold(self), &bytes, &n_bytes, &err);
    core_index_let_go(self);
    core_end(&call);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *made = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)n_bytes);
    numeral_free(bytes);
    return made;
}

/* Pickles and copies: the bytes of the file. */
static PyObject *index_reduce(PyObject *object, PyObject *none)
{
    PyObject *make = PyObject_GetAttrString(core.index_type, "from_bytes");
    PyObject *bytes = make ? index_to_bytes(object, none) : NULL;
    PyObject *made = bytes ? Py_BuildValue("O(O)", make, bytes) : NULL;
    Py_XDECREF(make);
    Py_XDECREF(bytes);
    return made;
}

/* ---- what it is ---- */

static Py_ssize_t index_length(PyObject *object)
{
    core_index *self = (core_index *)object;
    size_t n = numeral_index_n_rows(core_index_hold(self));
    core_index_let_go(self);
    return (Py_ssize_t)n;
}

static PyObject *get_dims(PyObject *object, void *none)
{
    (void)none;
    return PyLong_FromSize_t(((core_index *)object)->n_dims);
}

static PyObject *get_bytes(PyObject *object, void *none)
{
    (void)none;
    core_index *self = (core_index *)object;
    size_t bytes = numeral_index_bytes(core_index_hold(self));
    core_index_let_go(self);
    return PyLong_FromSize_t(bytes);
}

static PyObject *get_dtype(PyObject *object, void *none)
{
    (void)none;
    return PyUnicode_FromString(core_dtype_name(((core_index *)object)->dtype));
}

static PyObject *get_metric(PyObject *object, void *none)
{
    (void)none;
    return PyUnicode_FromString(((core_index *)object)->metric);
}

static PyObject *get_description(PyObject *object, void *none)
{
    (void)none;
    core_index *self = (core_index *)object;
    PyObject *text = PyUnicode_FromString(numeral_index_describe(core_index_hold(self)));
    core_index_let_go(self);
    return text;
}

static PyObject *get_ids(PyObject *object, void *none)
{
    (void)none;
    return core_index_ids((core_index *)object);
}

static PyObject *index_repr(PyObject *object)
{
    core_index *self = (core_index *)object;
    const numeral_index *index = core_index_hold(self);
    PyObject *text = PyUnicode_FromFormat(
        "<numeral_knn.Index of %zu rows of %zu, %s, by %s: %s>",
        numeral_index_n_rows(index), self->n_dims, core_dtype_name(self->dtype),
        self->metric, numeral_index_describe(index));
    core_index_let_go(self);
    return text;
}

static PyGetSetDef members[] = {
    {"n_dims", get_dims, NULL, "Values of a row.", NULL},
    {"nbytes", get_bytes, NULL, "Bytes of memory, rows included.", NULL},
    {"dtype", get_dtype, NULL, "The type of the rows' values, e.g. 'u1'.", NULL},
    {"metric", get_metric, NULL, "The name of the metric.", NULL},
    {"description", get_description, NULL, "The kind of the index and its layout.", NULL},
    {"ids", get_ids, NULL, "The ids of the rows that are there, ascending.", NULL},
    {0},
};

static PyMethodDef methods[] = {
    {"search", (PyCFunction)(void (*)(void))core_index_search,
     METH_FASTCALL | METH_KEYWORDS,
     "search($self, queries, k=10, *, radius=None, leave_out=None, threads=0)\n--\n\n"
     "The k nearest rows of each query, nearest first, equally near ones by their id.\n\n"
     "Returns ``(distances, ids)``, each of shape (n_queries, k), or (k,) for a vector.\n"
     "Distances are the metric's own (l2: squared), int64 where they are whole numbers;\n"
     "a place without a neighbour has the id -1 and the largest distance.\n"
     "`leave_out` names a row to skip for each query, -1 for none."},
    {"search_self", (PyCFunction)(void (*)(void))core_index_search_self,
     METH_VARARGS | METH_KEYWORDS,
     "search_self($self, k=10, rows=None, *, threads=0)\n--\n\n"
     "The k nearest other rows of each row of the index, or of those of the ids "
     "`rows`.\n\n"
     "Returns ``(distances, ids)``."},
    {"range", (PyCFunction)(void (*)(void))core_index_range, METH_VARARGS | METH_KEYWORDS,
     "range($self, queries, radius, *, k=0, threads=0)\n--\n\n"
     "All rows within `radius` (l2: squared) of each query, or, queries None, of each\n"
     "row among the others; `k`, if not 0, is the most for each.\n\n"
     "Returns ``(starts, distances, ids)``: those of query i are places starts[i] to\n"
     "starts[i + 1] - 1."},
    {"add", (PyCFunction)(void (*)(void))index_add, METH_VARARGS | METH_KEYWORDS,
     "add($self, rows, *, threads=0)\n--\n\nAdds rows; returns the range of their ids."},
    {"remove", index_remove, METH_O,
     "remove($self, ids, /)\n--\n\nRemoves rows by their ids, which are not given "
     "again."},
    {"compact", index_compact, METH_NOARGS,
     "compact($self)\n--\n\nBuilds the index anew over the rows that are there."},
    {"row", index_row, METH_O, "row($self, id, /)\n--\n\nA copy of the row of that id."},
    {"save", index_save, METH_O,
     "save($self, path, /)\n--\n\nWrites a .safetensors file, whole or not at all."},
    {"load", (PyCFunction)(void (*)(void))index_load,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "load($type, path, /, *, mmap=False)\n--\n\nReads such a file, or maps it: "
     "processes "
     "that map it share its memory, and nobody may write into it or cut it meanwhile."},
    {"to_bytes", index_to_bytes, METH_NOARGS,
     "to_bytes($self)\n--\n\nThe bytes of such a file."},
    {"from_bytes", index_from_bytes, METH_O | METH_CLASS,
     "from_bytes($type, data, /)\n--\n\nAn index of such bytes, which are copied."},
    {"__reduce__", index_reduce, METH_NOARGS, NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc,
     "Index(rows, metric='l2', kind='exact', recall=0.999, *, threads=0)\n--\n\n"
     "Rows that are searched for the nearest of each query; they may come and go.\n\n"
     "Parameters\n----------\n"
     "rows : array of shape (n_rows, n_dims)\n"
     "    uint8, int8, int16, float32 or float64; other numbers are converted. None of\n"
     "    it is kept.\n"
     "metric : str\n"
     "    A metric of numeral: 'l2' (squared), 'l1', 'linf', 'hamming', 'cosine',\n"
     "    'lp=p=3' ...\n"
     "kind : {'exact', 'near', 'brute'}\n"
     "    'near' may miss a neighbour now and then, as rarely as `recall` says.\n"
     "recall : float\n"
     "    Share of the neighbours that 'near' is to find.\n"
     "threads : int\n"
     "    Threads to build with; 0 is one for each processor.\n"},
    {Py_tp_new, index_new},
    {Py_tp_dealloc, index_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {Py_sq_length, index_length},
    {Py_tp_repr, index_repr},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "numeral_knn.Index",
    .basicsize = sizeof(core_index),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

PyObject *core_index_type(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &spec, NULL);
}
