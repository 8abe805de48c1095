/* Pages read by a model, as dicts and lists. */
#include "model.h"

bool core_image_take(PyObject *object, Py_buffer *view, numeral_image *out)
{
    if (!core_buffer_take(object, "image", 'B', 2, view)) {
        return false;
    }
    *out = (numeral_image){(size_t)view->shape[0], (size_t)view->shape[1], view->buf};
    return true;
}

static PyObject *box_of(const numeral_page_box *box)
{
    return Py_BuildValue("(nnnn)", (Py_ssize_t)box->top, (Py_ssize_t)box->left,
                         (Py_ssize_t)box->bottom, (Py_ssize_t)box->right);
}

static PyObject *alternatives_of(const numeral_page_digit *digit)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < digit->n_alternatives; i++) {
        if (!core_append(list, Py_BuildValue("(id)", (int)digit->alternatives[i],
                                             digit->alternative_confidence[i]))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *digit_of(const numeral_page_digit *digit)
{
    PyObject *dict = PyDict_New();
    if (dict && !(core_put_number(dict, "label", digit->label) &&
                  core_put_bool(dict, "refused", digit->refused) &&
                  core_put_real(dict, "confidence", digit->confidence) &&
                  core_put(dict, "box", box_of(&digit->box)) &&
                  core_put(dict, "alternatives", alternatives_of(digit)))) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *line_of(const numeral_page_line *line)
{
    PyObject *dict = PyDict_New(), *digits = PyList_New(0);
    bool done = dict && digits;
    for (size_t i = 0; done && i < line->n_digits; i++) {
        done = core_append(digits, digit_of(&line->digits[i]));
    }
    done = done && core_put_text(dict, "text", line->text) &&
           core_put_real(dict, "confidence", line->confidence) &&
           core_put(dict, "box", box_of(&line->box)) &&
           core_put(dict, "digits", Py_NewRef(digits));
    Py_XDECREF(digits);
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *skipped_of(const numeral_page *page)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < page->n_skipped; i++) {
        if (!core_append(list, Py_BuildValue("(Ns)", box_of(&page->skipped[i].box),
                                             page->skipped[i].why))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *page_dict(const numeral_page *page)
{
    PyObject *dict = PyDict_New(), *lines = PyList_New(0);
    bool done = dict && lines;
    for (size_t i = 0; done && i < page->n_lines; i++) {
        done = core_append(lines, line_of(&page->lines[i]));
    }
    done = done && core_put_number(dict, "height", page->height) &&
           core_put_number(dict, "width", page->width) &&
           core_put(dict, "turned", PyLong_FromLong(page->turned)) &&
           core_put(dict, "lines", Py_NewRef(lines)) &&
           core_put(dict, "skipped", skipped_of(page));
    Py_XDECREF(lines);
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

PyObject *core_model_read_page(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"image", "expect", "upright", "threads", NULL};
    PyObject *object;
    Py_ssize_t expect = 0;
    int upright = 0, threads = 0;
    Py_buffer view;
    numeral_image image;
    numeral_page page = {0};
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$npi:read_page", names, &object,
                                     &expect, &upright, &threads) ||
        !core_image_take(object, &view, &image)) {
        return NULL;
    }
    numeral_page_options options = {(size_t)expect, upright};
    core_begin(&call, threads, true);
    numeral_status status =
        numeral_page_read(core_model_of(self), &image, &options, &call.run, &page, &err);
    core_end(&call);
    PyBuffer_Release(&view);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *dict = page_dict(&page);
    numeral_page_free(&page);
    return dict;
}
