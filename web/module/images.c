/* Images from JavaScript as labelled data sets. */
#include "module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <answers.h>

enum { LABELS = NUMERAL_MAX_LABEL + 1 };

numeral_status module_fail(numeral_error *err, numeral_status status, const char *text)
{
    err->status = status;
    snprintf(err->text, sizeof err->text, "%s", text);
    return status;
}

void module_set_free(module_set *set)
{
    free(set->framed);
    free(set->labels);
    free(set->label_names);
    *set = (module_set){0};
}

/* Brings each picture to the model's frame. */
static numeral_status frame_pictures(const numeral_model *model,
                                     const module_images *images, module_set *set,
                                     numeral_error *err)
{
    numeral_framer framer = numeral_model_framer(model);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    size_t from_bytes = images->height * images->width, bytes = info.height * info.width;
    numeral_status status = NUMERAL_OK;
    set->framed = malloc(images->n * bytes + 1);
    if (!set->framed) {
        return module_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < images->n && status == NUMERAL_OK; i++) {
        numeral_image image = {images->height, images->width,
                               (uint8_t *)(uintptr_t)images->pixels + i * from_bytes};
        status = framer.frame(framer.context, &image, info.height, info.width,
                              set->framed + i * bytes, err);
    }
    set->data.pixels = set->framed;
    set->data.height = info.height;
    set->data.width = info.width;
    return status;
}

numeral_status module_set_create(const numeral_model *model, const module_images *images,
                                 module_set *out, numeral_error *err)
{
    char *name = (char *)(uintptr_t)images->name;
    *out = (module_set){.data = {.name = name,
                                 .n_images = images->n,
                                 .height = images->height,
                                 .width = images->width,
                                 .pixels = (uint8_t *)(uintptr_t)images->pixels}};
    if (images->height == 0 || images->width == 0 ||
        images->height > NUMERAL_MAX_PIXELS / images->width) {
        return module_fail(err, NUMERAL_ERROR_ARGUMENT,
                           "an image has no pixels, or too many");
    }
    out->data.framed = images->as != MODULE_ROWS;
    if (images->as != MODULE_PICTURES) {
        return NUMERAL_OK;
    }
    numeral_status status = frame_pictures(model, images, out, err);
    if (images->n == 1) {
        out->input = name;
        out->data.inputs = &out->input;
    }
    return status;
}

/* The number that is all of the text, or LABELS. */
static size_t number_of(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && number < LABELS
               ? (size_t)number
               : LABELS;
}

/* The label that is called so: of the model, or of the set's new ones; LABELS: none. */
static size_t find_label(const numeral_model_info *info, const module_set *set,
                         const char *name)
{
    char number[NUMERAL_LABEL_BYTES];
    for (size_t c = 0; c < info->n_classes; c++) {
        if (strcmp(answer_label_name(info, info->classes[c], number), name) == 0) {
            return info->classes[c];
        }
    }
    for (size_t label = 0; label < set->data.n_label_names; label++) {
        if (set->label_names[label] && strcmp(set->label_names[label], name) == 0) {
            return label;
        }
    }
    return LABELS;
}

/* One image's label, where its name has one already; else LABELS. */
static size_t known_label(const numeral_model_info *info, const module_set *set,
                          const char *name)
{
    size_t label = find_label(info, set, name);
    return label == LABELS && !info->label_names ? number_of(name) : label;
}

static void call(module_set *set, size_t label, char *name)
{
    set->label_names[label] = name;
    set->data.label_names = set->label_names;
    if (label >= set->data.n_label_names) {
        set->data.n_label_names = label + 1;
    }
}

/* Gives a new name the first number that is free. */
static numeral_status name_label(bool *taken, module_set *set, char *name, size_t *label,
                                 numeral_error *err)
{
    for (*label = 0; *label < LABELS && taken[*label]; ++*label) {
    }
    if (*label == LABELS) {
        return module_fail(err, NUMERAL_ERROR_LIMIT, "more than 65,536 labels");
    }
    call(set, *label, name);
    taken[*label] = true;
    return NUMERAL_OK;
}

numeral_status module_set_label(const numeral_model *model, char *names, module_set *set,
                                numeral_error *err)
{
    numeral_model_info info = {0};
    numeral_status status = NUMERAL_OK;
    size_t n = set->data.n_images;
    bool *taken = calloc(LABELS, sizeof *taken);
    set->labels = malloc((n + 1) * sizeof *set->labels);
    set->label_names = calloc(LABELS, sizeof *set->label_names);
    if (!taken || !set->labels || !set->label_names) {
        free(taken);
        return module_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
    }
    if (model) {
        numeral_model_get_info(model, &info);
    }
    for (size_t c = 0; c < info.n_classes; c++) {
        taken[info.classes[c]] = true;
    }
    /* numbers first, so that no name takes theirs */
    char *name = names;
    for (size_t i = 0; i < n; i++, name += strlen(name) + 1) {
        size_t label = known_label(&info, set, name);
        if (label < LABELS) {
            taken[label] = true;
        }
    }
    name = names;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++, name += strlen(name) + 1) {
        size_t label = known_label(&info, set, name);
        if (label == LABELS) {
            status = name_label(taken, set, name, &label, err);
        } else if (info.label_names) {
            call(set, label, name);
        }
        set->labels[i] = (numeral_label)label;
    }
    free(taken);
    set->data.labels = set->labels;
    return status;
}
