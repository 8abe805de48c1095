/* Data of the forms and names that the command knows, as arrays. */
#include "core.h"

static PyObject *names_of(const numeral_dataset *data)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < data->n_label_names; i++) {
        PyObject *key = data->label_names[i] ? PyLong_FromSize_t(i) : NULL;
        PyObject *name = key ? PyUnicode_FromString(data->label_names[i]) : NULL;
        if (data->label_names[i] && (!name || PyDict_SetItem(dict, key, name) < 0)) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(key);
        Py_XDECREF(name);
    }
    return dict;
}

/* The values of numbers that are no pictures, n × width. */
static PyObject *numbers_of(const numeral_dataset *data)
{
    size_t n = data->n_images * data->width;
    double *values = PyMem_Malloc(n * sizeof *values);
    for (size_t i = 0; values && i < n; i++) {
        size_t c = i % data->width;
        values[i] = (double)data->columns[c] +
                    (double)data->columns[data->width + c] * data->pixels[i];
    }
    PyObject *array = values
                          ? core_array_of(core.float64, (Py_ssize_t)data->n_images,
                                          (Py_ssize_t)data->width, values, sizeof *values)
                          : PyErr_NoMemory();
    PyMem_Free(values);
    return array;
}

static PyObject *images_of(const numeral_dataset *data)
{
    if (data->columns) {
        return numbers_of(data);
    }
    PyObject *flat =
        core_array_of(core.uint8, (Py_ssize_t)data->n_images,
                      (Py_ssize_t)(data->height * data->width), data->pixels, 1);
    PyObject *images =
        flat ? PyObject_CallMethod(flat, "reshape", "(nnn)", (Py_ssize_t)data->n_images,
                                   (Py_ssize_t)data->height, (Py_ssize_t)data->width)
             : NULL;
    Py_XDECREF(flat);
    return images;
}

PyObject *core_load_data(PyObject *module, PyObject *args)
{
    const char *text;
    int seed = 0;
    numeral_dataset data;
    core_call call;
    numeral_error err = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "s|i:load_data", &text, &seed)) {
        return NULL;
    }
    core_begin(&call, 0, true);
    numeral_load options = {.seed = (uint64_t)seed, .run = call.run};
    numeral_status status = numeral_dataset_load(text, &options, &data, &err);
    core_end(&call);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *images = images_of(&data);
    PyObject *labels = data.labels ? core_array_of(core.uint16, (Py_ssize_t)data.n_images,
                                                   -1, data.labels, sizeof *data.labels)
                                   : Py_NewRef(Py_None);
    PyObject *names = data.label_names ? names_of(&data) : Py_NewRef(Py_None);
    numeral_dataset_free(&data);
    PyObject *all =
        images && labels && names ? PyTuple_Pack(3, images, labels, names) : NULL;
    Py_XDECREF(images);
    Py_XDECREF(labels);
    Py_XDECREF(names);
    return all;
}
