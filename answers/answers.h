/* Answers as JSON objects: what a model says of a digit, a page or a picture, and what it
 * is itself. docs/json.md lists the fields.
 *
 * The command, the service and the module in a browser all give these, so that they say
 * the same bytes. Each function returns a new reference, or NULL where memory ran out;
 * texts of any bytes are taken (see answer_text). */
#ifndef ANSWERS_ANSWERS_H
#define ANSWERS_ANSWERS_H

#include <jansson.h>
#include <numeral/form.h>
#include <numeral/model.h>
#include <numeral/page.h>
#include <numeral/tools/explain.h>

/* How all of them are dumped: numbers to 15 digits; one line, or pretty. */
enum {
    ANSWER_LINE = JSON_COMPACT | JSON_REAL_PRECISION(15),
    ANSWER_PRETTY = JSON_INDENT(2) | JSON_REAL_PRECISION(15)
};

/* A whole number; a number, or null where it is not finite. */
json_t *answer_integer(size_t value);
json_t *answer_real(double value);
/* Text of any bytes: what is not UTF-8, as paths may be, becomes U+FFFD. */
json_t *answer_text(const char *text);
/* [top, left, bottom, right]. */
json_t *answer_box(numeral_page_box box);
/* The label's name in this model, or its number written into `number`. */
const char *answer_label_name(const numeral_model_info *info, numeral_label label,
                              char number[NUMERAL_LABEL_BYTES]);

/* Digit number `at` of the answers. `refused` says why the label is not told, or is NULL.
 * `info` must have been taken after the answers were given, as teaching adds rows. */
json_t *answer_digit(const numeral_model_info *info, const char *input,
                     const numeral_answers *answers, size_t at, const char *refused);

/* Page number `number` (from 1) of an input. */
json_t *answer_page(const numeral_model_info *info, const char *input, size_t number,
                    const numeral_page *page);
json_t *answer_form(const numeral_model_info *info, const char *input, size_t number,
                    const numeral_form *form, const numeral_form_page *page);

/* The digit that was looked at. */
typedef struct answer_of {
    const numeral_model_info *info;
    const char *input;
    bool has_label; /* its true one is known */
    numeral_label label;
} answer_of;

json_t *answer_why(const answer_of *of, const numeral_explanation *why);
json_t *answer_doctor(const answer_of *of, const numeral_checkup *checkup);
/* Whether a finding says that something looks wrong. */
bool answer_finding_warns(const numeral_finding *finding);

json_t *answer_model(const numeral_model *model, const char *path, uint64_t file_bytes);
/* [{label, name}]. */
json_t *answer_labels(const numeral_model_info *info);
/* "u8", "i16", ... */
const char *answer_dtype(numeral_dtype dtype);

#endif
