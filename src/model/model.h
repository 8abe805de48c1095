/* A fitted model, inside. */
#ifndef NUMERAL_MODEL_MODEL_H
#define NUMERAL_MODEL_MODEL_H

#include <numeral/model.h>

#include "base/files.h"
#include "image/sparse.h"
#include "index/index.h"
#include "pipeline/pipeline.h"
#include "recipe/recipe.h"

enum { NUMERAL_MAX_CLASSES = 256 };

struct numeral_model {
    const numeral_registry *registry;
    numeral_recipe recipe;
    char *recipe_text; /* canonical, kept up to date */
    char *data_name;
    uint64_t seed;
    numeral_pipeline pipeline;
    numeral_index *index;
    size_t n_rows, n_classes;
    uint8_t classes[NUMERAL_MAX_CLASSES]; /* labels, ascending */
    uint8_t class_of_label[NUMERAL_MAX_CLASSES];
    const uint8_t *labels; /* n_rows; in `bytes`, or owned_labels */
    uint8_t *owned_labels;
    numeral_sparse_images images; /* n_rows of the frame, or none; may lie in `bytes` */
    /* for a second look: the class of each row (owned), and the images in each view but
     * NUMERAL_VIEW_RAW that a re-ranker uses */
    uint8_t *row_classes;
    numeral_sparse_images views[NUMERAL_VIEW_COUNT];
    char **label_names;                         /* n_classes, or NULL */
    char label_numbers[NUMERAL_MAX_CLASSES][4]; /* of each class, as text */
    bool clear_border; /* the training images leave their border empty */
    char *calibration; /* how `map` was measured; NULL: confidences are shares of votes */
    numeral_confidence_map map;
    numeral_bytes bytes; /* the model file, where it was loaded from one */
};

/* What a class is called: by its name, or by its label's number. */
const char *numeral_model_label_name(const numeral_model *model, size_t class);
/* Fills classes and class_of_label: with the labels that are marked. */
void numeral_model_set_classes(numeral_model *model,
                               const bool is_class[NUMERAL_MAX_CLASSES]);
/* The same with those that occur. */
void numeral_model_find_classes(numeral_model *model);
/* Fills row_classes from labels. */
numeral_status numeral_model_number_classes(numeral_model *model, numeral_error *err);
/* How many neighbours vote. */
size_t numeral_model_voters(const numeral_model *model);
/* Makes recipe_text anew. */
numeral_status numeral_model_print_recipe(numeral_model *model, numeral_error *err);

/* Framing. */

/* Whether an image is read as it is; `framed`: it has been framed before. */
bool numeral_model_takes(const numeral_model *model, const numeral_image *image,
                         bool framed);
/* Brings one image of any size to the model's frame, into `out`. NUMERAL_ERROR_ARGUMENT
 * where the recipe keeps images as they are and this one is of another size. */
numeral_status numeral_model_frame_image(const numeral_model *model,
                                         const numeral_image *image, bool framed,
                                         uint8_t *out, numeral_error *err);

/* The images of a set in the model's frame: borrowed where all are read as they are. */
typedef struct numeral_framed {
    const uint8_t *pixels;
    uint8_t *owned; /* to be released, or NULL */
} numeral_framed;

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, numeral_framed *out,
                                   numeral_error *err);

#endif
