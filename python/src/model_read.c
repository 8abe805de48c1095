/* Asking a model: what it is, what it reads, and its neighbours. */
#include <math.h>

#include "model.h"

static PyObject *names_of(const numeral_model_info *info)
{
    PyObject *names = PyList_New(0);
    for (size_t c = 0; names && c < info->n_classes; c++) {
        if (!core_append(names, PyUnicode_FromString(info->label_names[c]))) {
            Py_CLEAR(names);
        }
    }
    return names;
}

static bool put_sizes(PyObject *dict, const numeral_model_info *info)
{
    return core_put_number(dict, "n_rows", info->n_rows) &&
           core_put_number(dict, "n_numbers", info->n_numbers) &&
           core_put_number(dict, "n_dims", info->n_dims) &&
           core_put_number(dict, "k", info->k) &&
           core_put_number(dict, "height", info->height) &&
           core_put_number(dict, "width", info->width) &&
           core_put_number(dict, "nbytes", info->bytes) &&
           core_put(dict, "seed", PyLong_FromUnsignedLongLong(info->seed));
}

PyObject *core_model_info(PyObject *self, PyObject *none)
{
    numeral_model_info info;
    (void)none;
    numeral_model_get_info(core_model_of(self), &info);
    PyObject *dict = PyDict_New();
    bool done = dict && core_put_text(dict, "recipe", info.recipe) &&
                core_put_text(dict, "data", info.data) &&
                core_put_text(dict, "index", info.index) &&
                core_put_text(dict, "metric", info.metric) &&
                core_put_text(dict, "calibration", info.calibration) &&
                core_put_bool(dict, "integer_distances", info.integer_distances) &&
                put_sizes(dict, &info) &&
                core_put(dict, "classes",
                         core_array_of(core.uint16, (Py_ssize_t)info.n_classes, -1,
                                       info.classes, sizeof *info.classes)) &&
                core_put(dict, "labels",
                         core_array_of(core.uint16, (Py_ssize_t)info.n_numbers, -1,
                                       info.labels, sizeof *info.labels)) &&
                core_put(dict, "label_names",
                         info.label_names ? names_of(&info) : Py_NewRef(Py_None));
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *answers_dict(const numeral_answers *a)
{
    Py_ssize_t n = (Py_ssize_t)a->n, k = (Py_ssize_t)a->k;
    PyObject *dict = PyDict_New();
    bool done =
        dict &&
        core_put(dict, "labels",
                 core_array_of(core.uint16, n, -1, a->labels, sizeof *a->labels)) &&
        core_put(dict, "confidence",
                 core_array_of(core.float64, n, -1, a->confidence, 8)) &&
        core_put(dict, "decided", core_array_of(core.uint8, n, -1, a->decided, 1)) &&
        core_put(dict, "refused", core_array_of(core.uint8, n, -1, a->refused, 1)) &&
        core_put(dict, "likeness", core_array_of(core.float64, n, -1, a->likeness, 8)) &&
        core_put(dict, "votes",
                 core_array_of(core.float64, n, (Py_ssize_t)a->n_classes, a->votes, 8)) &&
        core_put(dict, "ids", core_array_of(core.int64, n, k, a->ids, 8)) &&
        core_put(dict, "distances", core_array_of(core.float64, n, k, a->distances, 8));
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

PyObject *core_model_predict(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "threads", NULL};
    PyObject *images;
    int threads = 0;
    core_dataset data;
    core_call call;
    numeral_answers answers = {0};
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$i:predict", names, &images,
                                     &threads) ||
        !core_dataset_take(images, Py_None, Py_None, "array", &data)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_status status =
        numeral_model_predict(core_model_of(self), &data.data, &call.run, &answers, &err);
    core_end(&call);
    core_dataset_let_go(&data);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *dict = answers_dict(&answers);
    numeral_answers_free(&answers);
    return dict;
}

static PyObject *pair_of(numeral_answers *a)
{
    Py_ssize_t n = (Py_ssize_t)a->n, k = (Py_ssize_t)a->k;
    PyObject *distances = core_array_of(core.float64, n, k, a->distances, 8);
    PyObject *ids = core_array_of(core.int64, n, k, a->ids, 8);
    PyObject *both = distances && ids ? PyTuple_Pack(2, distances, ids) : NULL;
    Py_XDECREF(distances);
    Py_XDECREF(ids);
    return both;
}

PyObject *core_model_neighbours(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "k", "threads", NULL};
    PyObject *images;
    Py_ssize_t k = 0;
    int threads = 0;
    core_dataset data = {0};
    core_call call;
    numeral_answers answers = {0};
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|n$i:neighbours", names, &images,
                                     &k, &threads)) {
        return NULL;
    }
    bool own = images == Py_None;
    if (!own && !core_dataset_take(images, Py_None, Py_None, "array", &data)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_search search = {.k = (size_t)k, .radius = INFINITY, .run = call.run};
    numeral_status status = numeral_model_search(
        core_model_of(self), own ? NULL : &data.data, &search, &answers, &err);
    core_end(&call);
    core_dataset_let_go(&data);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *both = pair_of(&answers);
    numeral_answers_free(&answers);
    return both;
}

PyObject *core_model_range(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "radius", "threads", NULL};
    PyObject *images;
    double radius;
    int threads = 0;
    core_dataset data = {0};
    core_call call;
    numeral_ranges found;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "Od|$i:range", names, &images,
                                     &radius, &threads)) {
        return NULL;
    }
    bool own = images == Py_None;
    if (!own && !core_dataset_take(images, Py_None, Py_None, "array", &data)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_search search = {.radius = radius, .run = call.run};
    numeral_status status = numeral_model_search_radius(
        core_model_of(self), own ? NULL : &data.data, &search, &found, &err);
    core_end(&call);
    core_dataset_let_go(&data);
    return status == NUMERAL_OK ? core_ranges(&found, false) : core_raise(&err);
}

static PyObject *reading_neighbours(const numeral_reading *r)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < r->n_neighbours; i++) {
        const numeral_neighbour *n = &r->neighbours[i];
        if (!core_append(list, Py_BuildValue("(Ldi)", (long long)n->row, n->distance,
                                             (int)n->label))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static const char *decided_name(numeral_decided decided)
{
    static const char *const names[] = {"unanimous", "vote", "second look"};
    return names[decided];
}

static PyObject *reading_dict(const numeral_reading *r)
{
    PyObject *dict = PyDict_New();
    bool done = dict && core_put_number(dict, "label", r->label) &&
                core_put_text(dict, "name", r->name) &&
                core_put_real(dict, "confidence", r->confidence) &&
                core_put_text(dict, "decided", decided_name(r->decided)) &&
                core_put_text(dict, "refused", numeral_refused_name(r->refused)) &&
                core_put_real(dict, "likeness", r->likeness) &&
                core_put(dict, "neighbours", reading_neighbours(r));
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *readings_list(const numeral_reading *readings, size_t n)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        if (!core_append(list, reading_dict(&readings[i]))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

PyObject *core_model_read(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "threads", NULL};
    PyObject *images;
    int threads = 0;
    core_dataset data;
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$i:read", names, &images,
                                     &threads) ||
        !core_dataset_take(images, Py_None, Py_None, "array", &data)) {
        return NULL;
    }
    const numeral_dataset *d = &data.data;
    numeral_reading *readings = PyMem_Malloc((d->n_images + 1) * sizeof *readings);
    PyObject *list = NULL;
    if (!readings) {
        PyErr_NoMemory();
    } else {
        core_begin(&call, threads, true);
        numeral_status status = numeral_model_read_batch(
            core_model_of(self), d->pixels, d->n_images, d->height, d->width, d->width,
            &call.run, readings, &err);
        core_end(&call);
        list = status == NUMERAL_OK ? readings_list(readings, d->n_images)
                                    : core_raise(&err);
    }
    PyMem_Free(readings);
    core_dataset_let_go(&data);
    return list;
}

PyObject *core_model_rows(PyObject *self, PyObject *none)
{
    numeral_model_info info;
    void *memory;
    (void)none;
    numeral_model_get_info(core_model_of(self), &info);
    PyObject *rows = core_array(core.int64, (Py_ssize_t)info.n_rows, -1, &memory);
    if (rows) {
        numeral_model_get_rows(core_model_of(self), memory, info.n_rows);
    }
    return rows;
}

PyObject *core_model_image(PyObject *self, PyObject *row)
{
    numeral_model_info info;
    void *memory;
    size_t number = PyLong_AsSize_t(row);
    if (number == (size_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    numeral_model_get_info(core_model_of(self), &info);
    PyObject *image =
        core_array(core.uint8, (Py_ssize_t)info.height, (Py_ssize_t)info.width, &memory);
    if (image && !numeral_model_get_image(core_model_of(self), number, memory)) {
        Py_DECREF(image);
        image = Py_NewRef(Py_None);
    }
    return image;
}
