/* The extension numeral_knn._core: indexes and models of libnumeral. The package around
 * it (numeral_knn/) is what people import. */
#include "core.h"

core_globals core;

static PyObject *cpu_name(PyObject *module, PyObject *none)
{
    (void)module;
    (void)none;
    return PyUnicode_FromString(numeral_cpu_name());
}

static PyObject *read_image(PyObject *module, PyObject *path)
{
    PyObject *bytes = NULL;
    numeral_image image = {0};
    numeral_error err = {0};
    core_call call;
    (void)module;
    if (!PyUnicode_FSConverter(path, &bytes)) {
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    core_begin(&call, 1, false);
    numeral_status status = numeral_image_read(text, &image, &err);
    core_end(&call);
    Py_DECREF(bytes);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *array = core_array_of(core.uint8, (Py_ssize_t)image.height,
                                    (Py_ssize_t)image.width, image.pixels, 1);
    numeral_image_free(&image);
    return array;
}

static PyMethodDef functions[] = {
    {"load_data", core_load_data, METH_VARARGS,
     "load_data(text, seed=0, /)\n--\n\n(images, labels or None, names or None) of "
     "DATA."},
    {"cpu_name", cpu_name, METH_NOARGS,
     "cpu_name()\n--\n\nThe instruction set in use: 'avx512', 'avx2', 'neon' ..."},
    {"read_image", read_image, METH_O,
     "read_image(path, /)\n--\n\nA picture file as a grey array of uint8, height by "
     "width."},
    {0},
};

static PyObject *dtype_of(PyObject *numpy, const char *name)
{
    return PyObject_CallMethod(numpy, "dtype", "s", name);
}

static bool import_all(void)
{
    PyObject *numpy = PyImport_ImportModule("numpy");
    PyObject *arrays = numpy ? PyImport_ImportModule("numeral_knn._arrays") : NULL;
    bool done = arrays && (core.empty = PyObject_GetAttrString(numpy, "empty")) &&
                (core.float64 = dtype_of(numpy, "float64")) &&
                (core.int64 = dtype_of(numpy, "int64")) &&
                (core.uint8 = dtype_of(numpy, "uint8")) &&
                (core.uint16 = dtype_of(numpy, "uint16")) &&
                (core.int16 = dtype_of(numpy, "int16")) &&
                (core.as_rows = PyObject_GetAttrString(arrays, "as_rows")) &&
                (core.as_ids = PyObject_GetAttrString(arrays, "as_ids"));
    Py_XDECREF(arrays);
    Py_XDECREF(numpy);
    return done;
}

static bool fill(PyObject *module)
{
    return import_all() && (core.index_type = core_index_type(module)) &&
           (core.model_type = core_model_type(module)) &&
           PyModule_AddObjectRef(module, "Index", core.index_type) == 0 &&
           PyModule_AddObjectRef(module, "Model", core.model_type) == 0 &&
           PyModule_AddStringConstant(module, "version", numeral_version()) == 0;
}

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "numeral_knn._core",
    .m_doc = "Indexes and models of libnumeral.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module && !fill(module)) {
        Py_CLEAR(module);
    }
    core_prepare_fork();
    return module;
}
