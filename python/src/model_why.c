/* Explanations and check-ups of a model, as dicts. */
#include <string.h>

#include <numeral/tools/explain.h>

#include "model.h"

static PyObject *image_of(const uint8_t *pixels, size_t height, size_t width)
{
    return core_array_of(core.uint8, (Py_ssize_t)height, (Py_ssize_t)width, pixels, 1);
}

/* Pairs of a name and an image. */
static PyObject *images_of(const numeral_named_image *images, size_t n)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        const numeral_named_image *image = &images[i];
        PyObject *array = image_of(image->pixels, image->height, image->width);
        if (!array || !core_append(list, Py_BuildValue("(sN)", image->name, array))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *voter_of(const numeral_explanation *e, const numeral_voter *voter)
{
    PyObject *dict = PyDict_New();
    if (dict && !(core_put_number(dict, "row", voter->row) &&
                  core_put_number(dict, "label", voter->label) &&
                  core_put_real(dict, "distance", voter->distance) &&
                  core_put_real(dict, "length", voter->length) &&
                  core_put_real(dict, "weight", voter->weight) &&
                  core_put(dict, "image",
                           voter->image ? image_of(voter->image, e->height, e->width)
                                        : Py_NewRef(Py_None)))) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *voters_of(const numeral_explanation *e)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < e->n_voters; i++) {
        if (!core_append(list, voter_of(e, &e->voters[i]))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *reals_of(const double *values, size_t n)
{
    return values ? core_array_of(core.float64, (Py_ssize_t)n, -1, values, 8)
                  : Py_NewRef(Py_None);
}

static PyObject *term_of(const numeral_rerank_term *term, size_t n_classes)
{
    PyObject *dict = PyDict_New();
    if (dict && !(core_put_text(dict, "name", term->name) &&
                  core_put_text(dict, "help", term->help) &&
                  core_put_bool(dict, "asked", term->asked) &&
                  core_put_real(dict, "weight", term->weight) &&
                  core_put_real(dict, "unit", term->unit) &&
                  core_put(dict, "scores", reals_of(term->scores, n_classes)) &&
                  core_put(dict, "terms", reals_of(term->terms, n_classes)))) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *terms_of(const numeral_explanation *e)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < e->n_terms; i++) {
        if (!core_append(list, term_of(&e->terms[i], e->n_classes))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static bool put_vote(PyObject *dict, const numeral_explanation *e)
{
    return core_put_number(dict, "k", e->k) &&
           core_put(dict, "neighbours", voters_of(e)) &&
           core_put_text(dict, "weights", e->weights) &&
           core_put_bool(dict, "additive", e->additive) &&
           core_put(dict, "counts", reals_of(e->counts, e->n_classes)) &&
           core_put_bool(dict, "tied", e->tied) &&
           core_put_number(dict, "vote_label", e->vote_label);
}

static bool put_decision(PyObject *dict, const numeral_explanation *e)
{
    static const char *const deciders[] = {"vote", "unanimous", "margin", "second look"};
    return core_put_text(dict, "decider", deciders[e->decider]) &&
           core_put(dict, "terms", terms_of(e)) &&
           core_put(dict, "totals", reals_of(e->totals, e->n_classes)) &&
           core_put(dict, "runner_up",
                    e->has_runner_up ? PyLong_FromLong(e->runner_up)
                                     : Py_NewRef(Py_None)) &&
           core_put(dict, "own",
                    e->has_runner_up ? voter_of(e, &e->own) : Py_NewRef(Py_None)) &&
           core_put(dict, "rival",
                    e->has_runner_up ? voter_of(e, &e->rival) : Py_NewRef(Py_None));
}

static bool put_difference(PyObject *dict, const char *key, const numeral_explanation *e,
                           const int16_t *difference)
{
    return core_put(dict, key,
                    difference
                        ? core_array_of(core.int16, (Py_ssize_t)e->difference_height,
                                        (Py_ssize_t)e->difference_width, difference, 2)
                        : Py_NewRef(Py_None));
}

static PyObject *explanation_dict(const numeral_explanation *e)
{
    PyObject *dict = PyDict_New();
    bool done = dict && core_put_number(dict, "label", e->label) &&
                core_put_real(dict, "confidence", e->confidence) &&
                core_put(dict, "classes",
                         core_array_of(core.uint16, (Py_ssize_t)e->n_classes, -1,
                                       e->classes, sizeof *e->classes)) &&
                core_put(dict, "votes", reals_of(e->votes, e->n_classes)) &&
                core_put(dict, "stages", images_of(e->stages, e->n_stages)) &&
                core_put_bool(dict, "framed", e->framed) && put_vote(dict, e) &&
                put_decision(dict, e) &&
                put_difference(dict, "own_difference", e, e->own_difference) &&
                put_difference(dict, "rival_difference", e, e->rival_difference);
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *finding_of(const numeral_finding *finding)
{
    static const char *const verdicts[] = {"fine", "low", "high", "explained"};
    PyObject *dict = PyDict_New();
    if (dict && !(core_put_text(dict, "name", finding->name) &&
                  core_put_text(dict, "measure", finding->measure) &&
                  core_put_real(dict, "value", finding->value) &&
                  core_put_real(dict, "low", finding->low) &&
                  core_put_real(dict, "high", finding->high) &&
                  core_put_text(dict, "verdict", verdicts[finding->verdict]) &&
                  core_put_text(dict, "words", finding->words))) {
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *findings_of(const numeral_checkup *c)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < c->n_findings; i++) {
        if (!core_append(list, finding_of(&c->findings[i]))) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *checkup_dict(const numeral_checkup *c)
{
    PyObject *dict = PyDict_New();
    bool done = dict && core_put(dict, "why", explanation_dict(c->why)) &&
                core_put(dict, "steps", images_of(c->steps, c->n_steps)) &&
                core_put_number(dict, "n_sample", c->n_sample) &&
                core_put_number(dict, "n_warnings", c->n_warnings) &&
                core_put(dict, "findings", findings_of(c));
    if (!done) {
        Py_CLEAR(dict);
    }
    return dict;
}

/* "auto", "mnist" or "keep". */
static bool parse_frame(const char *text, numeral_frame *out)
{
    static const char *const names[] = {"auto", "mnist", "keep"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (numeral_frame)i;
            return true;
        }
    }
    PyErr_Format(PyExc_ValueError, "frame: '%s', expected 'auto', 'mnist' or 'keep'",
                 text);
    return false;
}

PyObject *core_model_why(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"image", "frame", NULL};
    PyObject *object;
    const char *text = "auto";
    Py_buffer view;
    numeral_frame frame;
    numeral_image image;
    numeral_explanation *why = NULL;
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$s:why", names, &object, &text) ||
        !parse_frame(text, &frame) || !core_image_take(object, &view, &image)) {
        return NULL;
    }
    core_begin(&call, 1, true);
    numeral_status status =
        numeral_model_explain(core_model_of(self), &image, frame, &call.run, &why, &err);
    core_end(&call);
    PyBuffer_Release(&view);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *dict = explanation_dict(why);
    numeral_explanation_destroy(why);
    return dict;
}

PyObject *core_model_doctor(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"image", "frame", "luminance", NULL};
    PyObject *object;
    const char *text = "auto";
    int luminance = 0;
    Py_buffer view;
    numeral_frame frame;
    numeral_image image;
    numeral_checkup *checkup = NULL;
    core_call call;
    numeral_error err = {0};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$sp:doctor", names, &object,
                                     &text, &luminance) ||
        !parse_frame(text, &frame) || !core_image_take(object, &view, &image)) {
        return NULL;
    }
    core_begin(&call, 0, true);
    numeral_status status = numeral_model_examine(
        core_model_of(self), &image, frame, luminance, 0, &call.run, &checkup, &err);
    core_end(&call);
    PyBuffer_Release(&view);
    if (status != NUMERAL_OK) {
        return core_raise(&err);
    }
    PyObject *dict = checkup_dict(checkup);
    numeral_checkup_destroy(checkup);
    return dict;
}
