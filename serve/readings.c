/* What the model says of the pictures of a request. A picture is taken as the command
 * takes an image file, so that the answers are the same. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "answers.h"
#include "service.h"

static const numeral_run one_thread = {.threads = 1};

/* An answer to one picture; on failure NULL, and why. */
typedef json_t *reading(service *s, const serve_request *request,
                        const serve_picture *picture, numeral_error *err);

static bool is_picture(const serve_picture *picture, numeral_error *err)
{
    if (numeral_image_recognised(picture->bytes, picture->n_bytes)) {
        return true;
    }
    err->status = NUMERAL_ERROR_UNSUPPORTED;
    snprintf(err->text, sizeof err->text,
             "%.200s: is no picture, expected PNG, JPEG, PNM, TIFF, BMP, GIF or WebP",
             picture->name);
    return false;
}

/* One object for one picture, else {"answers": [...]}, in which a picture that cannot be
 * read has its sentence. */
static void answer_each(service *s, const serve_request *request, reading *read,
                        serve_reply *out)
{
    serve_body body;
    numeral_error err = {0};
    if (!serve_body_read(request, &body, out)) {
        return;
    }
    json_t *all = json_array(), *one = NULL;
    for (size_t i = 0; i < body.n; i++) {
        const serve_picture *picture = &body.pictures[i];
        err = (numeral_error){NUMERAL_ERROR_MEMORY, "out of memory"};
        one = is_picture(picture, &err) ? read(s, request, picture, &err) : NULL;
        if (body.several) {
            json_array_append_new(all, one ? one
                                           : json_pack("{s:o, s:n, s:s, s:o}", "input",
                                                       answer_text(picture->name),
                                                       "label", "refused", "unreadable",
                                                       "error", answer_text(err.text)));
        }
    }
    if (body.several) {
        serve_give(out, 200, json_pack("{s:O}", "answers", all));
    } else if (one) {
        serve_give(out, 200, one);
    } else {
        serve_say_failure(out, &err);
    }
    json_decref(all);
    serve_body_free(&body);
}

/* The picture as a digit of the model's frame; to be freed, whatever comes. */
static numeral_status load(const service *s, const serve_picture *picture,
                           numeral_dataset *out, numeral_error *err)
{
    numeral_framer framer = numeral_model_framer(s->model);
    numeral_load how = {
        .height = s->height, .width = s->width, .run = one_thread, .framer = &framer};
    return numeral_dataset_decode(picture->bytes, picture->n_bytes, picture->name, &how,
                                  out, err);
}

static json_t *predict(service *s, const serve_request *request,
                       const serve_picture *picture, numeral_error *err)
{
    numeral_dataset data = {0};
    numeral_answers answers = {0};
    json_t *out = NULL;
    (void)request;
    if (load(s, picture, &data, err) == NUMERAL_OK &&
        numeral_model_predict(s->model, &data, &one_thread, &answers, err) ==
            NUMERAL_OK) {
        numeral_model_info info;
        numeral_model_get_info(s->model, &info);
        numeral_refused why = (numeral_refused)answers.refused[0];
        out = answer_digit(&info, picture->name, &answers, 0,
                           why ? numeral_refused_name(why) : NULL);
    }
    numeral_answers_free(&answers);
    numeral_dataset_free(&data);
    return out;
}

void serve_predict(service *s, const serve_request *request, serve_reply *out)
{
    answer_each(s, request, predict, out);
}

static json_t *read_page(service *s, const serve_request *request,
                         const serve_picture *picture, numeral_error *err)
{
    numeral_image image = {0};
    numeral_page page = {0};
    json_t *out = NULL;
    numeral_page_options how = {
        .expect = request->expect ? (size_t)strtoul(request->expect, NULL, 10) : 0,
        .keep_upright = request->upright && strcmp(request->upright, "1") == 0};
    if (numeral_image_decode(picture->bytes, picture->n_bytes, picture->name, &image,
                             err) == NUMERAL_OK &&
        numeral_page_read(s->model, &image, &how, &one_thread, &page, err) ==
            NUMERAL_OK) {
        numeral_model_info info;
        numeral_model_get_info(s->model, &info);
        out = answer_page(&info, picture->name, 1, &page);
    }
    numeral_page_free(&page);
    numeral_image_free(&image);
    return out;
}

void serve_read(service *s, const serve_request *request, serve_reply *out)
{
    long long number;
    if (serve_number("expect", request->expect, 1, 100, 0, &number, out) &&
        serve_number("upright", request->upright, 0, 1, 0, &number, out)) {
        answer_each(s, request, read_page, out);
    }
}

static json_t *pixels_of(const service *s, size_t row, uint8_t *image)
{
    json_t *rows = json_array();
    if (!numeral_model_get_image(s->model, row, image)) {
        return rows;
    }
    for (size_t y = 0; y < s->height; y++) {
        json_t *line = json_array();
        for (size_t x = 0; x < s->width; x++) {
            json_array_append_new(line, answer_integer(image[y * s->width + x]));
        }
        json_array_append_new(rows, line);
    }
    return rows;
}

/* The k nearest rows instead of those that voted, for who wants to count them anew. */
static json_t *nearest(service *s, const serve_picture *picture, size_t k,
                       numeral_error *err)
{
    numeral_dataset data = {0};
    numeral_answers answers = {0};
    numeral_model_info info;
    json_t *out = NULL;
    uint8_t *image = malloc(s->height * s->width);
    if (image && load(s, picture, &data, err) == NUMERAL_OK &&
        numeral_model_neighbours(s->model, &data, k, &one_thread, &answers, err) ==
            NUMERAL_OK) {
        numeral_model_get_info(s->model, &info);
        out = json_array();
        bool squared = strcmp(info.metric, "l2") == 0;
        for (size_t i = 0; i < answers.k && answers.ids[i] >= 0; i++) {
            double distance = answers.distances[i];
            size_t row = (size_t)answers.ids[i];
            json_array_append_new(
                out, json_pack("{s:I, s:i, s:o, s:f, s:o}", "row", (json_int_t)row,
                               "label", (int)info.labels[row], "distance",
                               info.integer_distances ? json_integer((json_int_t)distance)
                                                      : json_real(distance),
                               "length", squared ? sqrt(distance) : distance, "pixels",
                               pixels_of(s, row, image)));
        }
    }
    free(image);
    numeral_answers_free(&answers);
    numeral_dataset_free(&data);
    return out;
}

static json_t *explain(service *s, const serve_request *request,
                       const serve_picture *picture, numeral_error *err)
{
    numeral_image image = {0};
    numeral_explanation *why = NULL;
    json_t *out = NULL;
    if (numeral_image_decode(picture->bytes, picture->n_bytes, picture->name, &image,
                             err) == NUMERAL_OK &&
        numeral_model_explain(s->model, &image, NUMERAL_FRAME_MNIST, &one_thread, &why,
                              err) == NUMERAL_OK) {
        numeral_model_info info;
        numeral_model_get_info(s->model, &info);
        answer_of of = {&info, picture->name, false, 0};
        out = answer_why(&of, why);
    }
    numeral_explanation_destroy(why);
    numeral_image_free(&image);
    if (out && request->k) {
        json_t *rows = nearest(s, picture, strtoul(request->k, NULL, 10), err);
        if (!rows) {
            json_decref(out);
            return NULL;
        }
        json_object_set_new(out, "neighbours", rows);
    }
    return out;
}

void serve_why(service *s, const serve_request *request, serve_reply *out)
{
    long long k;
    if (serve_number("k", request->k, 1, 100, 1, &k, out)) {
        answer_each(s, request, explain, out);
    }
}

static json_t *examine(service *s, const serve_request *request,
                       const serve_picture *picture, numeral_error *err)
{
    numeral_image image = {0};
    numeral_checkup *checkup = NULL;
    json_t *out = NULL;
    (void)request;
    if (numeral_image_decode(picture->bytes, picture->n_bytes, picture->name, &image,
                             err) == NUMERAL_OK &&
        numeral_model_examine(s->model, &image, NUMERAL_FRAME_MNIST, true,
                              s->options->seed, &one_thread, &checkup,
                              err) == NUMERAL_OK) {
        numeral_model_info info;
        numeral_model_get_info(s->model, &info);
        answer_of of = {&info, picture->name, false, 0};
        out = answer_doctor(&of, checkup);
    }
    numeral_checkup_destroy(checkup);
    numeral_image_free(&image);
    return out;
}

void serve_doctor(service *s, const serve_request *request, serve_reply *out)
{
    answer_each(s, request, examine, out);
}

void serve_model(service *s, serve_reply *out)
{
    pthread_mutex_lock(&s->teaching);
    size_t n_taught = s->lessons.n;
    pthread_mutex_unlock(&s->teaching);
    json_t *model =
        answer_model(s->model, s->options->model_name, s->options->model_bytes);
    if (model) {
        json_object_set_new(model, "can_teach", json_boolean(s->lessons.file != NULL));
        json_object_set_new(model, "n_taught", answer_integer(n_taught));
        json_object_set_new(model, "needs_token", json_boolean(s->token[0] != '\0'));
    }
    serve_give(out, 200, model);
}
