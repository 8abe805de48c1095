/* Filling dicts and lists: each call takes its value over, so that calls can be joined
 * by && and need no clean-up of their own. */
#include "core.h"

bool core_put(PyObject *dict, const char *key, PyObject *value)
{
    bool done = value && PyDict_SetItemString(dict, key, value) == 0;
    Py_XDECREF(value);
    return done;
}

bool core_put_text(PyObject *dict, const char *key, const char *value)
{
    return core_put(dict, key, value ? PyUnicode_FromString(value) : Py_NewRef(Py_None));
}

bool core_put_number(PyObject *dict, const char *key, size_t value)
{
    return core_put(dict, key, PyLong_FromSize_t(value));
}

bool core_put_real(PyObject *dict, const char *key, double value)
{
    return core_put(dict, key, PyFloat_FromDouble(value));
}

bool core_put_bool(PyObject *dict, const char *key, bool value)
{
    return core_put(dict, key, PyBool_FromLong(value));
}

bool core_append(PyObject *list, PyObject *value)
{
    bool done = value && PyList_Append(list, value) == 0;
    Py_XDECREF(value);
    return done;
}
