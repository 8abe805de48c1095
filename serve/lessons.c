/* Teaching: a digit joins the model and the file of taught digits, and leaves both again.
 *
 * The model learns first, since it may refuse; the answer is given when the digit is on
 * the disk, and where that fails the model forgets it. When the service begins it learns
 * what the file holds, in the order in which it was taught, so that new labels get the
 * numbers that they had. */
#include <stdio.h>
#include <stdlib.h>

#include "answers.h"
#include "service.h"

static const numeral_run one_thread = {.threads = 1};

/* A name of a label, as the model has it, or its number; false: the model has it not. */
static bool find_label(const numeral_model_info *info, const char *text,
                       numeral_label *out)
{
    char number[NUMERAL_LABEL_BYTES];
    for (size_t c = 0; c < info->n_classes; c++) {
        if (strcmp(answer_label_name(info, info->classes[c], number), text) == 0) {
            *out = info->classes[c];
            return true;
        }
    }
    for (size_t c = 0; c < info->n_classes; c++) {
        snprintf(number, sizeof number, "%u", info->classes[c]);
        if (strcmp(number, text) == 0) {
            *out = info->classes[c];
            return true;
        }
    }
    return false;
}

/* Teaches n digits of one label to the model; *first is the number of the first row. */
static numeral_status learn(service *s, const uint8_t *pixels, size_t height,
                            size_t width, const char *text, int64_t *first,
                            numeral_error *err)
{
    char **names = NULL, name[SERVE_NAME_BYTES], number[NUMERAL_LABEL_BYTES];
    numeral_label label = 0;
    numeral_model_info info;
    numeral_model_get_info(s->model, &info);
    bool known = find_label(&info, text, &label);
    numeral_dataset data = {.name = (char *)(uintptr_t)s->lessons.name,
                            .n_images = 1,
                            .height = height,
                            .width = width,
                            .pixels = (uint8_t *)(uintptr_t)pixels,
                            .labels = &label};
    if (!known) {
        /* a number stays one where that is free; any other name takes the first free */
        unsigned long value = strtoul(text, NULL, 10);
        snprintf(number, sizeof number, "%u", (unsigned)(value & NUMERAL_MAX_LABEL));
        bool is_number = strcmp(number, text) == 0;
        label = is_number ? (numeral_label)value : 0;
        snprintf(name, sizeof name, "%s", text);
        if (!is_number || info.label_names) {
            names = calloc((size_t)label + 1, sizeof *names);
            if (!names) {
                *err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"};
                return err->status;
            }
            names[label] = name;
            data.label_names = names;
            data.n_label_names = (size_t)label + 1;
        }
    }
    numeral_status status = numeral_model_add(s->model, &data, &one_thread, first, err);
    free(names);
    return status;
}

static bool remember(serve_lessons *l, int64_t id, int64_t row)
{
    if (l->n == l->room) {
        size_t room = 2 * l->room + 64;
        int64_t *ids = realloc(l->ids, room * sizeof *ids);
        if (!ids) {
            return false;
        }
        l->ids = ids;
        int64_t *rows = realloc(l->rows, room * sizeof *rows);
        if (!rows) {
            return false;
        }
        l->rows = rows;
        l->room = room;
    }
    l->ids[l->n] = id;
    l->rows[l->n++] = row;
    return true;
}

/* The place of an id among the taught, or l->n. */
static size_t find(const serve_lessons *l, int64_t id)
{
    size_t from = 0, to = l->n;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (l->ids[middle] < id) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < l->n && l->ids[from] == id ? from : l->n;
}

/* ---- beginning and end ---- */

typedef struct relearning {
    service *s;
    numeral_status status;
    numeral_error *err;
} relearning;

static bool relearn(void *context, const numeral_taught_digit *digit)
{
    relearning *r = context;
    int64_t row;
    r->status = learn(r->s, digit->pixels, digit->height, digit->width, digit->label,
                      &row, r->err);
    if (r->status == NUMERAL_OK && !remember(&r->s->lessons, digit->id, row)) {
        *r->err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"};
        r->status = NUMERAL_ERROR_MEMORY;
    }
    return r->status == NUMERAL_OK;
}

numeral_status serve_lessons_open(service *s, numeral_error *err)
{
    const char *path = s->options->teach;
    relearning r = {.s = s, .err = err};
    if (!path) {
        return NUMERAL_OK;
    }
    const char *slash = strrchr(path, '/');
    s->lessons.name = slash ? slash + 1 : path;
    numeral_status status = numeral_taught_open(path, &s->lessons.file, err);
    if (status == NUMERAL_OK) {
        status = numeral_taught_each(s->lessons.file, INT64_MIN, relearn, &r, err);
    }
    return status == NUMERAL_OK ? r.status : status;
}

void serve_lessons_close(service *s)
{
    numeral_taught_close(s->lessons.file);
    free(s->lessons.ids);
    free(s->lessons.rows);
    s->lessons = (serve_lessons){0};
}

/* ---- teaching ---- */

/* One of the model's own size, to be taken as it is. */
static numeral_status copy(const service *s, const numeral_image *image, uint8_t *out,
                           numeral_error *err)
{
    if (image->height != s->height || image->width != s->width) {
        err->status = NUMERAL_ERROR_ARGUMENT;
        snprintf(err->text, sizeof err->text,
                 "a framed image has %zu x %zu pixels here, this one has %zu x %zu",
                 s->height, s->width, image->height, image->width);
        return err->status;
    }
    memcpy(out, image->pixels, image->height * image->width);
    return NUMERAL_OK;
}

/* The picture as a digit of the model's frame, in new memory; `framed`: it is one. */
static uint8_t *frame(const service *s, const serve_picture *picture, bool framed,
                      numeral_error *err)
{
    numeral_image image = {0};
    uint8_t *out = calloc(s->height, s->width);
    numeral_framer framer = numeral_model_framer(s->model);
    bool good = out &&
                numeral_image_decode(picture->bytes, picture->n_bytes, picture->name,
                                     &image, err) == NUMERAL_OK &&
                (framed ? copy(s, &image, out, err)
                        : framer.frame(framer.context, &image, s->height, s->width, out,
                                       err)) == NUMERAL_OK;
    numeral_image_free(&image);
    if (!good) {
        free(out);
    }
    return good ? out : NULL;
}

static bool is_blank(const uint8_t *pixels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (pixels[i]) {
            return false;
        }
    }
    return true;
}

/* Both sides of a lesson, or neither. The caller holds `teaching`. */
static void keep(service *s, const uint8_t *pixels, const char *label, const char *source,
                 serve_reply *out)
{
    serve_lessons *l = &s->lessons;
    numeral_error err = {0};
    numeral_model_info info;
    int64_t row, id;
    numeral_label number;
    char digits[NUMERAL_LABEL_BYTES];
    if (learn(s, pixels, s->height, s->width, label, &row, &err) != NUMERAL_OK) {
        serve_say_failure(out, &err);
        return;
    }
    numeral_model_get_info(s->model, &info);
    number = info.labels[row];
    numeral_taught_digit digit = {.height = s->height,
                                  .width = s->width,
                                  .pixels = pixels,
                                  .label = answer_label_name(&info, number, digits),
                                  .source = source};
    if (numeral_taught_add(l->file, &digit, &id, &err) != NUMERAL_OK) {
        numeral_model_remove(s->model, &row, 1, NULL);
        serve_say_failure(out, &err);
        if (numeral_taught_is_full(l->file)) {
            out->status = 507;
        }
        return;
    }
    if (!remember(l, id, row)) {
        numeral_taught_remove(l->file, id, NULL, NULL);
        numeral_model_remove(s->model, &row, 1, NULL);
        serve_give(out, 503, NULL);
        return;
    }
    serve_give(out, 200,
               json_pack("{s:I, s:i, s:o, s:I, s:I}", "id", (json_int_t)id, "label",
                         (int)number, "name", answer_text(digit.label), "row",
                         (json_int_t)row, "n_taught", (json_int_t)l->n));
}

static bool can_teach(const service *s, serve_reply *out)
{
    if (!s->lessons.file) {
        serve_say(out, 403, "this service is not taught; start it with --teach FILE.db");
    }
    return s->lessons.file != NULL;
}

void serve_teach(service *s, const serve_request *request, serve_reply *out)
{
    serve_body body;
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    if (!can_teach(s, out) || !serve_body_read(request, &body, out)) {
        return;
    }
    uint8_t *pixels = NULL;
    if (body.n != 1 || !body.has_label || !body.label[0]) {
        serve_say(out, 400, "teaching takes one image and its label, in JSON or a form");
    } else if (!numeral_image_recognised(body.pictures[0].bytes,
                                         body.pictures[0].n_bytes)) {
        serve_say(out, 415, "the image is no picture that is read here");
    } else if ((pixels = frame(s, &body.pictures[0], body.framed, &err)) == NULL) {
        serve_say_failure(out, &err);
    } else if (is_blank(pixels, s->height * s->width)) {
        serve_say(out, 422, "there is no ink in the picture");
    } else {
        pthread_mutex_lock(&s->teaching);
        keep(s, pixels, body.label, body.source[0] ? body.source : "http", out);
        pthread_mutex_unlock(&s->teaching);
    }
    free(pixels);
    serve_body_free(&body);
}

static void forget(service *s, int64_t id, serve_reply *out)
{
    serve_lessons *l = &s->lessons;
    numeral_error err = {0};
    size_t at = find(l, id);
    if (at == l->n) {
        serve_say(out, 404, "no taught digit has the id %lld", (long long)id);
        return;
    }
    if (numeral_taught_remove(l->file, id, NULL, &err) != NUMERAL_OK ||
        numeral_model_remove(s->model, &l->rows[at], 1, &err) != NUMERAL_OK) {
        serve_say_failure(out, &err);
        if (numeral_taught_is_full(l->file)) {
            out->status = 507;
        }
        return;
    }
    l->n--;
    memmove(l->ids + at, l->ids + at + 1, (l->n - at) * sizeof *l->ids);
    memmove(l->rows + at, l->rows + at + 1, (l->n - at) * sizeof *l->rows);
    serve_give(
        out, 200,
        json_pack("{s:I, s:I}", "id", (json_int_t)id, "n_taught", (json_int_t)l->n));
}

void serve_unteach(service *s, const serve_request *request, serve_reply *out)
{
    long long id;
    const char *text = request->path + strlen("/v1/taught/");
    if (can_teach(s, out) && serve_number("id", text, 1, INT64_MAX, 0, &id, out)) {
        pthread_mutex_lock(&s->teaching);
        forget(s, id, out);
        pthread_mutex_unlock(&s->teaching);
    }
}

/* ---- listing ---- */

typedef struct listing {
    const serve_lessons *lessons;
    json_t *list;
    long long left;
    numeral_status status;
    numeral_error *err;
} listing;

static bool list_digit(void *context, const numeral_taught_digit *digit)
{
    listing *l = context;
    numeral_image image = {digit->height, digit->width,
                           (uint8_t *)(uintptr_t)digit->pixels};
    void *png = NULL;
    size_t n_bytes = 0;
    l->status = numeral_image_encode(&image, &png, &n_bytes, l->err);
    char *text = l->status == NUMERAL_OK ? serve_base64_encode(png, n_bytes) : NULL;
    size_t at = find(l->lessons, digit->id);
    json_t *one =
        json_pack("{s:I, s:o, s:o, s:o, s:s}", "id", (json_int_t)digit->id, "label",
                  answer_text(digit->label), "source", answer_text(digit->source),
                  "created", answer_text(digit->created), "image", text ? text : "");
    if (at < l->lessons->n) {
        json_object_set_new(one, "row", json_integer((json_int_t)l->lessons->rows[at]));
    }
    json_array_append_new(l->list, one);
    free(text);
    numeral_free(png);
    return l->status == NUMERAL_OK && --l->left > 0;
}

void serve_taught(service *s, const serve_request *request, serve_reply *out)
{
    numeral_error err = {0};
    long long after, limit;
    if (!can_teach(s, out) ||
        !serve_number("after", request->after, 0, INT64_MAX, 0, &after, out) ||
        !serve_number("limit", request->limit, 1, 100000, 100000, &limit, out)) {
        return;
    }
    listing l = {
        .lessons = &s->lessons, .list = json_array(), .left = limit, .err = &err};
    pthread_mutex_lock(&s->teaching);
    numeral_status status =
        numeral_taught_each(s->lessons.file, after, list_digit, &l, &err);
    pthread_mutex_unlock(&s->teaching);
    if (status == NUMERAL_OK && l.status == NUMERAL_OK) {
        serve_give(out, 200, json_pack("{s:O}", "taught", l.list));
    } else {
        serve_say_failure(out, &err);
    }
    json_decref(l.list);
}
