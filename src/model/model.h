/* A fitted model, inside. */
#ifndef NUMERAL_MODEL_MODEL_H
#define NUMERAL_MODEL_MODEL_H

#include <numeral/model.h>

#include "base/files.h"
#include "image/sparse.h"
#include "index/index.h"
#include "model/classes.h"
#include "pipeline/pipeline.h"
#include "recipe/recipe.h"

enum { NUMERAL_LIKENESS_LEVELS = 10 };

/* Rows beside the model's own: background.h. */
typedef struct numeral_beside {
    size_t n;
    uint8_t *rows; /* n × n_dims, of the model's type */
    numeral_index *index;
} numeral_beside;

/* How strange left-out training digits are: likeness.h. */
typedef struct numeral_likeness {
    bool known;
    double levels[NUMERAL_LIKENESS_LEVELS]; /* what all, 9/10 ... 1/10 of them reach */
    /* of the last tenth: its distribution; in the file, in this order */
    double spread, shape;
    double far;                /* a nearest row beyond this: what is below tells, too */
    double stroke;             /* the usual width; 0: not looked at */
    numeral_beside background; /* things that are no digits */
    double usual;         /* how far these are from digits that are far from the others */
    numeral_beside drawn; /* digits of other hands */
    /* the usual cost of bending digits far from the others to their nearest row; 0: it is
     * not looked at, as in files of before */
    double distortion;
} numeral_likeness;

struct numeral_model {
    /* What fitting left; teaching does not change it. */
    const numeral_registry *registry;
    numeral_recipe recipe;
    char *recipe_text; /* canonical, kept up to date */
    uint64_t seed;
    numeral_pipeline pipeline;
    bool clear_border; /* the training images leave their border empty */
    char *calibration; /* how `map` was measured; NULL: confidences are shares of votes */
    numeral_confidence_map map;
    numeral_likeness likeness;
    numeral_bytes bytes;         /* the model file, where it was loaded from one */
    struct numeral_guard *guard; /* of the rest, hold.h */

    /* What is known of its rows. A row has a number for life: the numbers are the ids of
     * the index, and those of rows that are gone are not given again. */
    numeral_index *index;
    size_t n_rows; /* that are there */
    size_t n_ids;  /* numbers given so far; the arrays by number are so long */
    size_t room;   /* that they have memory for */
    /* by number; of rows that are gone anything */
    numeral_label *labels;
    uint16_t *row_classes;
    uint32_t *places; /* of the images by number; NULL: as the numbers */
    size_t n_classes;
    const numeral_classes *classes;
    numeral_sparse_images images; /* of the frame, or none; may lie in `bytes` */
    numeral_sparse_images views[NUMERAL_VIEW_COUNT]; /* those but NUMERAL_VIEW_RAW that a
                                                        re-ranker looks at */
    size_t n_origins;
    numeral_model_origin *origins; /* what it was fitted to, then what it was taught */
    const char *index_text;
};

/* An empty model, or NULL. */
numeral_model *numeral_model_create(const numeral_registry *registry, numeral_error *err);
/* Room for n rows, numbered from 0 on, whose labels are then to be filled in. */
numeral_status numeral_model_make_rows(numeral_model *model, size_t n,
                                       numeral_error *err);
/* Takes the classes, which may be NULL after a failure, and numbers the rows' labels. */
numeral_status numeral_model_take_classes(numeral_model *model, numeral_classes *classes,
                                          numeral_error *err);
/* Says that n rows came from `name`, besides what is said already: in new memory; the old
 * is the caller's to release. */
numeral_status numeral_model_add_origin(numeral_model *model, const char *name, size_t n,
                                        numeral_error *err);
/* Takes an index, even where that fails. */
numeral_status numeral_model_take_index(numeral_model *model, numeral_index *index,
                                        numeral_error *err);
/* Another index over the model's rows, with their numbers. */
numeral_status numeral_model_build_index(const numeral_model *model,
                                         const numeral_part *spec, const numeral_run *run,
                                         numeral_index **out, numeral_error *err);
/* Tells the images where those of a number lie. */
void numeral_model_set_places(numeral_model *model);
/* The image of a row that is there; false where the model keeps none. */
bool numeral_model_copy_image(const numeral_model *model, size_t row, uint8_t *out);

/* How many neighbours vote. */
size_t numeral_model_voters(const numeral_model *model);
/* Makes recipe_text anew. */
numeral_status numeral_model_print_recipe(numeral_model *model, numeral_error *err);

/* Framing. */

/* Whether an image is read as it is; `framed`: it has been framed before. */
bool numeral_model_takes(const numeral_model *model, const numeral_image *image,
                         bool framed);
/* Brings one image of any size to the model's frame, into `out`; *digits (may be NULL)
 * is how many it seems to hold, as seen in the image, 0 where it is read as it is.
 * NUMERAL_ERROR_ARGUMENT where the recipe keeps images as they are and this one is of
 * another size. */
numeral_status numeral_model_frame_image(const numeral_model *model,
                                         const numeral_image *image, bool framed,
                                         uint8_t *out, uint8_t *digits,
                                         numeral_error *err);

/* The images of a set in the model's frame: borrowed where all are read as they are. */
typedef struct numeral_framed {
    const uint8_t *pixels;
    const uint8_t *digits; /* of each, as in numeral_model_frame_image; or NULL: all 0 */
    uint8_t *owned;        /* all of this, to be released, or NULL */
} numeral_framed;

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, const numeral_run *run,
                                   numeral_framed *out, numeral_error *err);

#endif
