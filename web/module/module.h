/* What the WebAssembly module gives to JavaScript (model.js): numeral's models as calls
 * on plain memory. A function that can fail takes an error, which is read where the
 * result is 0. Texts and bytes that are given end with `release`. */
#ifndef WEB_MODULE_MODULE_H
#define WEB_MODULE_MODULE_H

#include <jansson.h>
#include <numeral/numeral.h>

/* Seen from JavaScript under this name. */
#define EXPORT(name) __attribute__((export_name(#name)))

/* How images are taken. */
typedef enum module_as {
    MODULE_ROWS,     /* as they are where they look like the model's own images */
    MODULE_PICTURES, /* framed, whatever their size, as image files are */
    MODULE_FRAMED    /* as they are: module_frame made them */
} module_as;

/* n images of one size, one behind the other, as JavaScript lays them: six words. */
typedef struct module_images {
    const uint8_t *pixels;
    size_t n, height, width;
    const char *name; /* how answers and messages call them */
    uint32_t as;      /* a module_as */
} module_images;

/* The same as a data set, of which only this owns anything. */
typedef struct module_set {
    numeral_dataset data;
    uint8_t *framed;
    numeral_label *labels;
    char **label_names; /* by label */
    char *input;        /* what a picture is called */
} module_set;

/* For `model`, which says how large pictures are framed; end with module_set_free. */
numeral_status module_set_create(const numeral_model *model, const module_images *images,
                                 module_set *out, numeral_error *err);
/* Labels it by `names`, a text with its final zero for each image, which must outlive it.
 * A name that `model` (NULL: none) has is that label, a number is itself, and what is new
 * gets a number that is free. */
numeral_status module_set_label(const numeral_model *model, char *names, module_set *set,
                                numeral_error *err);
void module_set_free(module_set *set);

numeral_status module_fail(numeral_error *err, numeral_status status, const char *text);

#endif
