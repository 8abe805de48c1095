/* numeral_knn._core.Model inside: model.c makes, changes and writes models, model_read.c
 * asks them, model_why.c and model_page.c tell more. */
#ifndef NUMERAL_PYTHON_MODEL_H
#define NUMERAL_PYTHON_MODEL_H

#include "core.h"

typedef struct core_model {
    PyObject_HEAD numeral_model *model;
} core_model;

static inline numeral_model *core_model_of(PyObject *object)
{
    return ((core_model *)object)->model;
}

/* model_read.c */
PyObject *core_model_info(PyObject *self, PyObject *none);
PyObject *core_model_predict(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_model_neighbours(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_model_range(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_model_read(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_model_rows(PyObject *self, PyObject *none);
PyObject *core_model_image(PyObject *self, PyObject *row);
/* model_why.c */
PyObject *core_model_why(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *core_model_doctor(PyObject *self, PyObject *args, PyObject *keywords);
/* model_page.c */
PyObject *core_model_read_page(PyObject *self, PyObject *args, PyObject *keywords);

/* One grey image of a buffer, borrowed. */
bool core_image_take(PyObject *object, Py_buffer *view, numeral_image *out);

#endif
