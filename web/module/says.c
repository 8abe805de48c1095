/* What a model says, from JavaScript: JSON texts, the same bytes as the command's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <answers.h>
#include <numeral/tools/command.h>

#include "module.h"

EXPORT(about)
char *module_about(const numeral_model *model, const char *name, double file_bytes,
                   numeral_error *err);
EXPORT(predict)
char *module_predict(const numeral_model *model, const module_images *images,
                     numeral_error *err);
EXPORT(neighbours)
char *module_neighbours(const numeral_model *model, const module_images *images, size_t k,
                        numeral_error *err);
EXPORT(why)
char *module_why(const numeral_model *model, const module_images *image, size_t k,
                 numeral_error *err);
EXPORT(doctor)
char *module_doctor(const numeral_model *model, const module_images *image,
                    numeral_error *err);
EXPORT(read)
char *module_read(const numeral_model *model, const module_images *image,
                  numeral_error *err);

/* Lines of JSON, growing. */
typedef struct text {
    char *bytes;
    size_t n, room;
} text;

static int append(const char *bytes, size_t n, void *context)
{
    text *to = context;
    if (to->room - to->n <= n) {
        size_t room = 2 * (to->n + n) + 256;
        char *grown = realloc(to->bytes, room);
        if (!grown) {
            return -1;
        }
        to->bytes = grown;
        to->room = room;
    }
    memcpy(to->bytes + to->n, bytes, n);
    to->n += n;
    to->bytes[to->n] = '\0';
    return 0;
}

/* Takes the reference. */
static numeral_status put(text *to, json_t *value, numeral_error *err)
{
    int failed = !value || (to->n && append("\n", 1, to)) ||
                 json_dump_callback(value, append, to, ANSWER_LINE);
    json_decref(value);
    return failed ? module_fail(err, NUMERAL_ERROR_MEMORY, "out of memory") : NUMERAL_OK;
}

static char *give(text *made, numeral_status status)
{
    if (status != NUMERAL_OK) {
        free(made->bytes);
        return NULL;
    }
    return made->bytes;
}

char *module_about(const numeral_model *model, const char *name, double file_bytes,
                   numeral_error *err)
{
    text made = {0};
    return give(&made, put(&made, answer_model(model, name, (uint64_t)file_bytes), err));
}

char *module_predict(const numeral_model *model, const module_images *images,
                     numeral_error *err)
{
    module_set set = {0};
    numeral_answers answers = {0};
    text made = {0};
    numeral_model_info info;
    numeral_status status = module_set_create(model, images, &set, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_predict(model, &set.data, NULL, &answers, err);
    }
    numeral_model_get_info(model, &info);
    for (size_t i = 0; i < answers.n && status == NUMERAL_OK; i++) {
        char input[600];
        numeral_refused refused = (numeral_refused)answers.refused[i];
        numeral_dataset_input(&set.data, i, input, sizeof input);
        status = put(&made,
                     answer_digit(&info, input, &answers, i,
                                  refused ? numeral_refused_name(refused) : NULL),
                     err);
    }
    numeral_answers_free(&answers);
    module_set_free(&set);
    return give(&made, status);
}

/* A neighbour's image as rows of numbers, as answer_why's are; NULL: it has none. */
static json_t *pixels_of(const numeral_model *model, const numeral_model_info *info,
                         int64_t row)
{
    uint8_t *pixels = malloc(info->height * info->width);
    json_t *rows = NULL;
    if (pixels && numeral_model_get_image(model, (size_t)row, pixels)) {
        rows = json_array();
        for (size_t y = 0; y < info->height; y++) {
            json_t *line = json_array();
            for (size_t x = 0; x < info->width; x++) {
                json_array_append_new(line, json_integer(pixels[y * info->width + x]));
            }
            json_array_append_new(rows, line);
        }
    }
    free(pixels);
    return rows;
}

/* The neighbours of digit `at`: row, label, distance, and as a length, which is the root
 * of a squared one. */
static json_t *list_neighbours(const numeral_model *model, const numeral_answers *answers,
                               size_t at, bool pixels)
{
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    json_t *list = json_array();
    for (size_t i = at * answers->k; i < (at + 1) * answers->k; i++) {
        int64_t row = answers->ids[i];
        double distance = answers->distances[i];
        bool squared = strcmp(info.metric, "l2") == 0;
        if (row < 0) { /* fewer rows than k */
            break;
        }
        json_t *one =
            json_pack("{s:I, s:i, s:o, s:f}", "row", (json_int_t)row, "label",
                      (int)info.labels[row], "distance",
                      info.integer_distances ? json_integer((json_int_t)distance)
                                             : json_real(distance),
                      "length", squared ? sqrt(distance) : distance);
        json_t *image = pixels ? pixels_of(model, &info, row) : NULL;
        if (image) {
            json_object_set_new(one, "pixels", image);
        }
        json_array_append_new(list, one);
    }
    return list;
}

/* The k nearest rows of each image; a JSON array a line. */
char *module_neighbours(const numeral_model *model, const module_images *images, size_t k,
                        numeral_error *err)
{
    module_set set = {0};
    numeral_answers answers = {0};
    text made = {0};
    numeral_status status = module_set_create(model, images, &set, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_neighbours(model, &set.data, k, NULL, &answers, err);
    }
    for (size_t i = 0; i < answers.n && status == NUMERAL_OK; i++) {
        status = put(&made, list_neighbours(model, &answers, i, false), err);
    }
    numeral_answers_free(&answers);
    module_set_free(&set);
    return give(&made, status);
}

/* Puts the k nearest rows in the place of those that voted. */
static numeral_status widen(const numeral_model *model, const module_images *image,
                            size_t k, json_t *why, numeral_error *err)
{
    module_set set = {0};
    numeral_answers answers = {0};
    numeral_status status = module_set_create(model, image, &set, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_neighbours(model, &set.data, k, NULL, &answers, err);
    }
    if (status == NUMERAL_OK) {
        json_object_set_new(why, "neighbours", list_neighbours(model, &answers, 0, true));
    }
    numeral_answers_free(&answers);
    module_set_free(&set);
    return status;
}

static numeral_image image_of(const module_images *images)
{
    return (numeral_image){images->height, images->width,
                           (uint8_t *)(uintptr_t)images->pixels};
}

static numeral_frame frame_of(const module_images *images)
{
    return images->as == MODULE_PICTURES ? NUMERAL_FRAME_MNIST : NUMERAL_FRAME_AUTO;
}

char *module_why(const numeral_model *model, const module_images *image, size_t k,
                 numeral_error *err)
{
    text made = {0};
    numeral_explanation *why = NULL;
    numeral_model_info info;
    numeral_image digit = image_of(image);
    json_t *said = NULL;
    numeral_status status =
        numeral_model_explain(model, &digit, frame_of(image), NULL, &why, err);
    numeral_model_get_info(model, &info);
    if (status == NUMERAL_OK) {
        said = answer_why(&(answer_of){&info, image->name, false, 0}, why);
        status = k && said ? widen(model, image, k, said, err) : status;
    }
    if (status == NUMERAL_OK) {
        status = put(&made, json_incref(said), err);
    }
    json_decref(said);
    numeral_explanation_destroy(why);
    return give(&made, status);
}

char *module_doctor(const numeral_model *model, const module_images *image,
                    numeral_error *err)
{
    text made = {0};
    numeral_checkup *checkup = NULL;
    numeral_model_info info;
    numeral_image digit = image_of(image);
    numeral_status status =
        numeral_model_examine(model, &digit, frame_of(image),
                              image->as == MODULE_PICTURES, 0, NULL, &checkup, err);
    numeral_model_get_info(model, &info);
    if (status == NUMERAL_OK) {
        status =
            put(&made, answer_doctor(&(answer_of){&info, image->name, false, 0}, checkup),
                err);
    }
    numeral_checkup_destroy(checkup);
    return give(&made, status);
}

char *module_read(const numeral_model *model, const module_images *image,
                  numeral_error *err)
{
    text made = {0};
    numeral_page page = {0};
    numeral_model_info info;
    numeral_image picture = image_of(image);
    numeral_status status = numeral_page_read(model, &picture, NULL, NULL, &page, err);
    numeral_model_get_info(model, &info);
    if (status == NUMERAL_OK) {
        status = put(&made, answer_page(&info, image->name, 1, &page), err);
    }
    numeral_page_free(&page);
    return give(&made, status);
}
