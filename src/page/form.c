/* Forms as JSON: read, and wrong ones told. */
#include <string.h>

#include <numeral/form.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/json.h"
#include "base/memory.h"

enum {
    MOST_BYTES = 16 << 20,
    MOST_FIELDS = 10000,
    MOST_NAME = 100, /* bytes */
    MOST_DIGITS = NUMERAL_PAGE_MOST_EXPECT
};

/* What a field is called in messages: its number, and its name where it has one. */
typedef struct place {
    const char *path;
    size_t number; /* from 1 */
    const char *name;
} place;

static numeral_status fail_field(const place *at, numeral_error *err, const char *what)
{
    return at->name ? numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                   "%.200s: field %zu ('%.60s'): %s", at->path,
                                   at->number, at->name, what)
                    : numeral_fail(err, NUMERAL_ERROR_FORMAT, "%.200s: field %zu: %s",
                                   at->path, at->number, what);
}

/* A key that is not among `known`, or NULL. */
static const char *unknown_key(json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0) {
            i++;
        }
        if (!known[i]) {
            return key;
        }
    }
    return NULL;
}

static bool is_plain(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f) {
            return false;
        }
    }
    return length > 0 && length <= MOST_NAME;
}

static numeral_status read_box(const json_t *box, const place *at,
                               numeral_form_field *field, numeral_error *err)
{
    double sides[4];
    if (!json_is_array(box) || json_array_size(box) != 4) {
        return fail_field(at, err, "needs \"box\", [top, left, bottom, right]");
    }
    for (size_t i = 0; i < 4; i++) {
        const json_t *side = json_array_get(box, i);
        sides[i] = json_number_value(side);
        if (!json_is_number(side)) {
            return fail_field(at, err, "\"box\" holds what is no number");
        }
        if (!(sides[i] >= 0 && sides[i] <= 1)) {
            return fail_field(at, err,
                              "\"box\" reaches outside 0 to 1; its sides are "
                              "shares of the page, not pixels");
        }
    }
    if (!(sides[0] < sides[2] && sides[1] < sides[3])) {
        return fail_field(at, err,
                          "\"box\" is empty; its order is top, left, bottom, "
                          "right");
    }
    field->top = sides[0];
    field->left = sides[1];
    field->bottom = sides[2];
    field->right = sides[3];
    return NUMERAL_OK;
}

static numeral_status read_digits(const json_t *digits, const place *at,
                                  numeral_form_field *field, numeral_error *err)
{
    json_int_t n = json_integer_value(digits);
    if (digits && (!json_is_integer(digits) || n < 1 || n > MOST_DIGITS)) {
        return fail_field(at, err,
                          "\"digits\" is no whole number from 1 to 100; leave it "
                          "out for any number of digits");
    }
    field->digits = digits ? (size_t)n : 0;
    return NUMERAL_OK;
}

static numeral_status read_field(json_t *from, place *at, numeral_form_field *field,
                                 numeral_error *err)
{
    static const char *const keys[] = {"name", "box", "digits", NULL};
    numeral_status status = NUMERAL_OK;
    if (!json_is_object(from)) {
        return fail_field(at, err, "is no object {\"name\", \"box\", \"digits\"}");
    }
    const char *name = json_string_value(json_object_get(from, "name"));
    if (!name || !is_plain(name)) {
        return fail_field(at, err,
                          "needs \"name\", a text of 1 to 100 bytes on one line");
    }
    at->name = name;
    const char *unknown = unknown_key(from, keys);
    if (unknown) {
        char what[120];
        snprintf(what, sizeof what, "unknown \"%.40s\"; a field has name, box and digits",
                 unknown);
        return fail_field(at, err, what);
    }
    TRY(read_box(json_object_get(from, "box"), at, field, err));
    TRY(read_digits(json_object_get(from, "digits"), at, field, err));
    field->name = numeral_copy_text(name, strlen(name), err);
    TRY_ALLOC(field->name);
done:
    return status;
}

/* Whether `name` is `other`, or the column that stands beside it. */
static bool is_taken_by(const char *name, const char *other)
{
    size_t length = strlen(other);
    return strncmp(name, other, length) == 0 &&
           (!name[length] || strcmp(name + length, "_confidence") == 0);
}

/* Each name becomes two columns, which must not meet. */
static numeral_status check_names(const char *path, const numeral_form *form,
                                  numeral_error *err)
{
    for (size_t i = 0; i < form->n_fields; i++) {
        const char *name = form->fields[i].name;
        place at = {path, i + 1, name};
        if (strcmp(name, "input") == 0 || strcmp(name, "page") == 0) {
            return fail_field(&at, err,
                              "columns \"input\" and \"page\" are there already; "
                              "give the field another name");
        }
        for (size_t j = 0; j < form->n_fields; j++) {
            if ((j < i && strcmp(name, form->fields[j].name) == 0) ||
                (j != i && strcmp(name, form->fields[j].name) != 0 &&
                 is_taken_by(name, form->fields[j].name))) {
                char what[80];
                snprintf(what, sizeof what, "field %zu has this name already", j + 1);
                return fail_field(&at, err, what);
            }
        }
    }
    return NUMERAL_OK;
}

static numeral_status read_registration(const json_t *root, const char *path,
                                        numeral_form_registration *out,
                                        numeral_error *err)
{
    static const char *const names[] = {"none", "frame", "marks"};
    const char *name = json_string_value(json_object_get(root, "registration"));
    for (int i = 0; name && i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (numeral_form_registration)i;
            return NUMERAL_OK;
        }
    }
    return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                        "%.300s: a form needs \"registration\": \"frame\" (a printed "
                        "rectangle), \"marks\" (four at its corners) or \"none\"",
                        path);
}

static numeral_status read_form(json_t *root, const char *path, numeral_form *out,
                                numeral_error *err)
{
    static const char *const keys[] = {"registration", "fields", NULL};
    numeral_status status = NUMERAL_OK;
    json_t *fields = json_object_get(root, "fields");
    const char *unknown = json_is_object(root) ? unknown_key(root, keys) : NULL;
    if (!json_is_object(root)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: a form is an object {\"registration\", \"fields\"}",
                            path);
    }
    if (unknown) {
        return numeral_fail(
            err, NUMERAL_ERROR_FORMAT,
            "%.300s: unknown \"%.40s\"; a form has registration and fields", path,
            unknown);
    }
    TRY(read_registration(root, path, &out->registration, err));
    size_t n = json_array_size(fields);
    if (n == 0 || n > MOST_FIELDS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%.300s: a form needs \"fields\", a list of 1 to %d", path,
                            MOST_FIELDS);
    }
    out->fields = numeral_allocate_zero(n, sizeof *out->fields, err);
    TRY_ALLOC(out->fields);
    for (; out->n_fields < n; out->n_fields++) {
        place at = {path, out->n_fields + 1, NULL};
        TRY(read_field(json_array_get(fields, out->n_fields), &at,
                       &out->fields[out->n_fields], err));
    }
    TRY(check_names(path, out, err));
done:
    return status;
}

numeral_status numeral_form_load(const char *path, numeral_form *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_bytes bytes = {0};
    numeral_form form = {0};
    json_t *root = NULL;
    TRY(numeral_bytes_read(path, MOST_BYTES, &bytes, err));
    status = numeral_json_parse((const char *)bytes.data, bytes.size, &root, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, path);
        goto done;
    }
    TRY(read_form(root, path, &form, err));
    *out = form;
    form = (numeral_form){0};
done:
    json_decref(root);
    numeral_bytes_free(&bytes);
    numeral_form_free(&form);
    return status;
}

void numeral_form_free(numeral_form *form)
{
    for (size_t i = 0; i < form->n_fields; i++) {
        numeral_release(form->fields[i].name);
    }
    numeral_release(form->fields);
    *form = (numeral_form){0};
}
