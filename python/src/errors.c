/* The library's errors as Python's exceptions. */
#include "core.h"

PyObject *core_raise(const numeral_error *err)
{
    PyObject *type = PyExc_ValueError; /* ARGUMENT, FORMAT, LIMIT */
    switch (err->status) {
    case NUMERAL_ERROR_MEMORY:
        type = PyExc_MemoryError;
        break;
    case NUMERAL_ERROR_IO:
        type = PyExc_OSError;
        break;
    case NUMERAL_ERROR_NETWORK:
        type = PyExc_ConnectionError;
        break;
    case NUMERAL_ERROR_UNSUPPORTED:
        type = PyExc_NotImplementedError;
        break;
    case NUMERAL_ERROR_CANCELLED:
        type = PyExc_KeyboardInterrupt;
        break;
    default:
        break;
    }
    if (!PyErr_Occurred()) { /* what a signal's handler raised says more */
        PyErr_SetString(type, err->text);
    }
    return NULL;
}
