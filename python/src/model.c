/* numeral_knn._core.Model: a recipe fitted to images, as the estimator and the objects of
 * the package use it. */
#include "model.h"

static PyObject *wrap(numeral_model *model)
{
    PyObject *self = PyType_GenericAlloc((PyTypeObject *)core.model_type, 0);
    if (self) {
        ((core_model *)self)->model = model;
    } else {
        numeral_model_destroy(model);
    }
    return self;
}

static void model_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    numeral_model_destroy(core_model_of(object));
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *refuse_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)args;
    (void)keywords;
    return PyErr_Format(PyExc_TypeError, "%R: made by train, load or from_bytes", type);
}

/* A preset's name, or a recipe's line. */
static numeral_status parse_recipe(const char *text, numeral_recipe **out,
                                   numeral_error *err)
{
    return numeral_registry_find(NULL, NUMERAL_KIND_PRESET, text)
               ? numeral_recipe_preset(NULL, text, out, err)
               : numeral_recipe_parse(NULL, text, out, err);
}

/* The recipe with the options of a dict from name to text set, or NULL. */
static numeral_recipe *make_recipe(const char *text, PyObject *options)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    numeral_recipe *recipe = NULL;
    numeral_error err = {0};
    numeral_status status = parse_recipe(text, &recipe, &err);
    while (status == NUMERAL_OK && options && PyDict_Next(options, &at, &key, &value)) {
        const char *name = PyUnicode_AsUTF8AndSize(key, NULL);
        const char *wished = name ? PyUnicode_AsUTF8AndSize(value, NULL) : NULL;
        status = wished ? numeral_recipe_set(recipe, name, wished, &err)
                        : NUMERAL_ERROR_ARGUMENT;
    }
    if (status != NUMERAL_OK) {
        numeral_recipe_destroy(recipe);
        core_raise(&err);
        return NULL;
    }
    return recipe;
}

static PyObject *model_train(PyObject *class, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "labels", "recipe",  "options", "label_names",
                            "seed",   "name",   "threads", NULL};
    PyObject *images, *labels, *label_names = Py_None, *options = NULL;
    const char *recipe_text = "accurate", *name = "array";
    unsigned long long seed = 0;
    int threads = 0;
    core_dataset data;
    core_call call;
    numeral_model *model = NULL;
    numeral_error err = {0};
    (void)class;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$sO!OKsi:train", names, &images,
                                     &labels, &recipe_text, &PyDict_Type, &options,
                                     &label_names, &seed, &name, &threads)) {
        return NULL;
    }
    numeral_recipe *recipe = make_recipe(recipe_text, options);
    if (!recipe || !core_dataset_take(images, labels, label_names, name, &data)) {
        numeral_recipe_destroy(recipe);
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_status status =
        numeral_model_fit(recipe, &data.data, seed, &call.run, &model, NULL, &err);
    core_end(&call);
    numeral_recipe_destroy(recipe);
    core_dataset_let_go(&data);
    return status == NUMERAL_OK ? wrap(model) : core_raise(&err);
}

static PyObject *raise_or_none(numeral_status status, const numeral_error *err)
{
    return status == NUMERAL_OK ? Py_NewRef(Py_None) : core_raise(err);
}

static PyObject *model_set(PyObject *self, PyObject *args)
{
    const char *option, *value;
    numeral_error err = {0};
    if (!PyArg_ParseTuple(args, "ss:set", &option, &value)) {
        return NULL;
    }
    return raise_or_none(
        numeral_model_set(core_model_of(self), option, value, NULL, &err), &err);
}

static PyObject *model_add(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"images", "labels", "label_names", "name", "threads", NULL};
    PyObject *images, *labels, *label_names = Py_None;
    const char *name = "array";
    int threads = 0;
    int64_t first = 0;
    core_dataset data;
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$Osi:add", names, &images,
                                     &labels, &label_names, &name, &threads) ||
        !core_dataset_take(images, labels, label_names, name, &data)) {
        return NULL;
    }
    core_begin(&call, threads, true);
    numeral_status status =
        numeral_model_add(core_model_of(self), &data.data, &call.run, &first, &err);
    core_end(&call);
    core_dataset_let_go(&data);
    return status == NUMERAL_OK ? PyLong_FromLongLong(first) : core_raise(&err);
}

static PyObject *model_remove(PyObject *self, PyObject *rows)
{
    Py_buffer view;
    core_call call;
    numeral_error err = {0};
    if (!core_buffer_take(rows, "rows", 'q', 1, &view)) {
        return NULL;
    }
    core_begin(&call, 0, false);
    numeral_status status =
        numeral_model_remove(core_model_of(self), view.buf, (size_t)view.shape[0], &err);
    core_end(&call);
    PyBuffer_Release(&view);
    return raise_or_none(status, &err);
}

static PyObject *model_compact(PyObject *self, PyObject *none)
{
    core_call call;
    numeral_error err = {0};
    (void)none;
    core_begin(&call, 0, true);
    numeral_status status = numeral_model_compact(core_model_of(self), &call.run, &err);
    core_end(&call);
    return raise_or_none(status, &err);
}

static PyObject *model_save(PyObject *self, PyObject *path)
{
    PyObject *bytes = NULL;
    core_call call;
    numeral_error err = {0};
    if (!PyUnicode_FSConverter(path, &bytes)) {
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    core_begin(&call, 0, false);
    numeral_status status = numeral_model_save(core_model_of(self), text, &err);
    core_end(&call);
    Py_DECREF(bytes);
    return raise_or_none(status, &err);
}

static PyObject *model_load(PyObject *class, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"", "mmap", NULL};
    PyObject *bytes = NULL;
    int map = 0;
    core_call call;
    numeral_model *model = NULL;
    numeral_error err = {0};
    (void)class;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "O&|$p:load", names,
                                     PyUnicode_FSConverter, &bytes, &map)) {
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    core_begin(&call, 0, false);
    numeral_status status = map ? numeral_model_map(text, NULL, &model, &err)
                                : numeral_model_load(text, NULL, &model, &err);
    core_end(&call);
    Py_DECREF(bytes);
    return status == NUMERAL_OK ? wrap(model) : core_raise(&err);
}

static PyObject *model_to_bytes(PyObject *self, PyObject *none)
{
    void *bytes;
    size_t n_bytes;
    core_call call;
    numeral_error err = {0};
    (void)none;
    core_begin(&call, 0, false);
    numeral_status status =
        numeral_model_encode(core_model_of(self), &bytes, &n_bytes, &err);
    core_end(&call);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *made = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)n_bytes);
    numeral_free(bytes);
    return made;
}

static PyObject *model_from_bytes(PyObject *class, PyObject *object)
{
    Py_buffer view;
    core_call call;
    numeral_model *model = NULL;
    numeral_error err = {0};
    (void)class;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    core_begin(&call, 0, false);
    numeral_status status =
        numeral_model_decode(view.buf, (size_t)view.len, "model", NULL, &model, &err);
    core_end(&call);
    PyBuffer_Release(&view);
    return status == NUMERAL_OK ? wrap(model) : core_raise(&err);
}

static PyObject *model_reduce(PyObject *self, PyObject *none)
{
    PyObject *make = PyObject_GetAttrString(core.model_type, "from_bytes");
    PyObject *bytes = make ? model_to_bytes(self, none) : NULL;
    PyObject *made = bytes ? Py_BuildValue("O(O)", make, bytes) : NULL;
    Py_XDECREF(make);
    Py_XDECREF(bytes);
    return made;
}

#define WITH_KEYWORDS(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef methods[] = {
    {"train", WITH_KEYWORDS(model_train), METH_VARARGS | METH_KEYWORDS | METH_STATIC,
     "train(images, labels, *, recipe='accurate', options={}, label_names=None, seed=0,"
     " name='array', threads=0)\n--\n\nFits a preset or a recipe's line to images of "
     "uint8, n by height"
     " by width, and labels of uint8 or uint16."},
    {"load", (PyCFunction)(void (*)(void))model_load,
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "load($type, path, /, *, mmap=False)\n--\n\nReads a model file, or maps it: "
     "processes "
     "that map it share its memory, and nobody may write into it or cut it meanwhile."},
    {"from_bytes", model_from_bytes, METH_O | METH_CLASS,
     "from_bytes($type, data, /)\n--\n\nA model of the bytes of such a file, which are "
     "copied."},
    {"save", model_save, METH_O,
     "save($self, path, /)\n--\n\nWrites the .safetensors file, whole or not at all."},
    {"to_bytes", model_to_bytes, METH_NOARGS,
     "to_bytes($self)\n--\n\nThe bytes of that file."},
    {"__reduce__", model_reduce, METH_NOARGS, NULL},
    {"set", model_set, METH_VARARGS,
     "set($self, option, value, /)\n--\n\nSets k, weights, ties or index of a fitted "
     "model."},
    {"add", WITH_KEYWORDS(model_add), METH_VARARGS | METH_KEYWORDS,
     "add($self, images, labels, *, label_names=None, name='array', threads=0)\n--\n\n"
     "Teaches digits; returns the number of the first row."},
    {"remove", model_remove, METH_O,
     "remove($self, rows, /)\n--\n\nRemoves rows by their numbers, an array of int64."},
    {"compact", model_compact, METH_NOARGS,
     "compact($self)\n--\n\nBuilds the index anew over the rows that are there."},
    {"info", core_model_info, METH_NOARGS,
     "info($self)\n--\n\nWhat the model is, a dict."},
    {"predict", WITH_KEYWORDS(core_model_predict), METH_VARARGS | METH_KEYWORDS,
     "predict($self, images, *, threads=0)\n--\n\nA dict of arrays: labels, confidence, "
     "decided,"
     " votes, ids, distances."},
    {"neighbours", WITH_KEYWORDS(core_model_neighbours), METH_VARARGS | METH_KEYWORDS,
     "neighbours($self, images, k=0, *, threads=0)\n--\n\n``(distances, ids)`` of the k "
     "nearest"
     " rows of each image, or, images None, of each row among the others."},
    {"range", WITH_KEYWORDS(core_model_range), METH_VARARGS | METH_KEYWORDS,
     "range($self, images, radius, *, threads=0)\n--\n\n``(starts, distances, ids)`` of "
     "all rows"
     " within the radius."},
    {"read", WITH_KEYWORDS(core_model_read), METH_VARARGS | METH_KEYWORDS,
     "read($self, images, *, threads=0)\n--\n\nReads images of any one size; a list of "
     "dicts."},
    {"why", WITH_KEYWORDS(core_model_why), METH_VARARGS | METH_KEYWORDS,
     "why($self, image, *, frame='auto')\n--\n\nEvery number behind the answer, a dict."},
    {"doctor", WITH_KEYWORDS(core_model_doctor), METH_VARARGS | METH_KEYWORDS,
     "doctor($self, image, *, frame='auto', luminance=False)\n--\n\nWhat looks wrong "
     "with a"
     " picture, a dict."},
    {"read_page", WITH_KEYWORDS(core_model_read_page), METH_VARARGS | METH_KEYWORDS,
     "read_page($self, image, *, expect=0, upright=False, threads=0)\n--\n\nReads a page "
     "of"
     " digits, a dict."},
    {"rows", core_model_rows, METH_NOARGS,
     "rows($self)\n--\n\nThe numbers of the rows that are there, ascending."},
    {"image", core_model_image, METH_O,
     "image($self, row, /)\n--\n\nThe image of a row, or None where the model keeps "
     "none."},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A recipe fitted to images."},
    {Py_tp_new, refuse_new},
    {Py_tp_dealloc, model_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "numeral_knn._core.Model",
    .basicsize = sizeof(core_model),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

PyObject *core_model_type(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &spec, NULL);
}
