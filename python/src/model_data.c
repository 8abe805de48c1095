/* Labelled images of Python's buffers as a numeral_dataset, without a copy. */
#include <string.h>

#include "core.h"

/* Images are n × height × width of u8. */
static bool take_images(PyObject *images, core_dataset *out)
{
    if (!core_buffer_take(images, "images", 'B', 3, &out->images)) {
        return false;
    }
    const Py_ssize_t *shape = out->images.shape;
    out->data.n_images = (size_t)shape[0];
    out->data.height = (size_t)shape[1];
    out->data.width = (size_t)shape[2];
    out->data.pixels = out->images.buf;
    return true;
}

/* Labels in bytes as the library takes them. */
static numeral_label *widen(core_dataset *out)
{
    const uint8_t *bytes = out->labels.buf;
    Py_ssize_t n = out->labels.shape[0];
    out->widened = PyMem_Malloc(((size_t)n + 1) * sizeof *out->widened);
    for (Py_ssize_t i = 0; out->widened && i < n; i++) {
        out->widened[i] = bytes[i];
    }
    return out->widened ? out->widened : (PyErr_NoMemory(), NULL);
}

static bool take_labels(PyObject *labels, core_dataset *out)
{
    if (labels == Py_None) {
        return true;
    }
    bool wide = core_buffer_take(labels, "labels", 'H', 1, &out->labels);
    if (!wide) {
        PyErr_Clear(); /* they may be bytes */
        if (!core_buffer_take(labels, "labels", 'B', 1, &out->labels)) {
            return false;
        }
    }
    if (out->labels.shape[0] != out->images.shape[0]) {
        PyErr_Format(PyExc_ValueError, "labels: %zd for %zd images", out->labels.shape[0],
                     out->images.shape[0]);
        return false;
    }
    out->data.labels = wide ? out->labels.buf : widen(out);
    return out->data.labels != NULL;
}

/* A dict from label to name. */
static bool take_names(PyObject *names, core_dataset *out)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    if (names == Py_None) {
        return true;
    }
    if (!PyDict_Check(names)) {
        PyErr_SetString(PyExc_TypeError,
                        "label_names: expected a dict from label to text");
        return false;
    }
    out->texts = Py_NewRef(names);
    out->names = PyMem_Calloc(NUMERAL_MAX_LABEL + 1, sizeof *out->names);
    if (!out->names) {
        PyErr_NoMemory();
        return false;
    }
    while (PyDict_Next(names, &at, &key, &value)) {
        long label = PyLong_AsLong(key);
        const char *text = PyErr_Occurred() ? NULL : PyUnicode_AsUTF8AndSize(value, NULL);
        if (!text) {
            return false;
        }
        if (label < 0 || label > NUMERAL_MAX_LABEL) {
            PyErr_Format(PyExc_ValueError, "label_names: label %ld, expected 0 to %d",
                         label, NUMERAL_MAX_LABEL);
            return false;
        }
        out->names[label] = (char *)(uintptr_t)text; /* only read */
    }
    out->data.label_names = out->names;
    out->data.n_label_names = NUMERAL_MAX_LABEL + 1;
    return true;
}

bool core_dataset_take(PyObject *images, PyObject *labels, PyObject *names,
                       const char *name, core_dataset *out)
{
    memset(out, 0, sizeof *out);
    out->data.name = (char *)(uintptr_t)name;
    bool taken =
        take_images(images, out) && take_labels(labels, out) && take_names(names, out);
    if (!taken) {
        core_dataset_let_go(out);
    }
    return taken;
}

void core_dataset_let_go(core_dataset *data)
{
    if (data->images.obj) {
        PyBuffer_Release(&data->images);
    }
    if (data->labels.obj) {
        PyBuffer_Release(&data->labels);
    }
    PyMem_Free(data->widened);
    PyMem_Free(data->names);
    data->widened = NULL;
    data->names = NULL;
    Py_CLEAR(data->texts);
}
