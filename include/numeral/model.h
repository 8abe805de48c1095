/* Models: a recipe fitted to data, able to read digits.
 *
 * Everything a model answers (labels, confidences, votes, neighbours, distances) is the
 * same bytes for any thread count, batch size, instruction set and machine.
 *
 * A `run` or `registry` of NULL stands for the defaults: one thread for each processor
 * and no progress; all that is built in. */
#ifndef NUMERAL_MODEL_H
#define NUMERAL_MODEL_H

#include <numeral/dataset.h>
#include <numeral/index.h>
#include <numeral/recipe.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct numeral_model numeral_model;

/* Fits a preset ("pixels", "fast", "accurate"), or a recipe's line such as "deskew,pixels
 * -k 5", to labelled data; NULL stands for "accurate". Seed 0; the rest is as in
 * numeral_model_fit, which takes recipes with parts of a program's own. */
NUMERAL_API numeral_status numeral_model_train(const numeral_dataset *data,
                                               const char *recipe, const numeral_run *run,
                                               numeral_model **out, numeral_error *err);

/* The number of this library's fitting: another one may make another model of the same
 * recipe, digits and seed, so that what is kept by these is kept by this number, too. */
NUMERAL_API unsigned numeral_fitting_version(void);

/* How fitting went, in seconds. */
typedef struct numeral_fit_report {
    double features, fit, index, total;
    size_t n_rows, n_dims;
    numeral_dtype dtype;
} numeral_fit_report;

/* Fits `recipe` to labelled `data` (both only read). The same model for any thread count
 * on one machine. `report` may be NULL. NUMERAL_ERROR_ARGUMENT (no labels, no rows, k
 * larger than the row count), _MEMORY, _UNSUPPORTED, _CANCELLED. */
NUMERAL_API numeral_status numeral_model_fit(const numeral_recipe *recipe,
                                             const numeral_dataset *data, uint64_t seed,
                                             const numeral_run *run, numeral_model **out,
                                             numeral_fit_report *report,
                                             numeral_error *err);
NUMERAL_API void numeral_model_destroy(numeral_model *model);

/* Writes a .safetensors file, whole or not at all. */
NUMERAL_API numeral_status numeral_model_save(const numeral_model *model,
                                              const char *path, numeral_error *err);
/* The bytes of that file in new memory; end with numeral_free. */
NUMERAL_API numeral_status numeral_model_encode(const numeral_model *model, void **bytes,
                                                size_t *n_bytes, numeral_error *err);
/* Reads a model file into memory and checks it: every length before any allocation, every
 * invariant, every checksum. A registry must outlive the model. */
NUMERAL_API numeral_status numeral_model_load(const char *path,
                                              const numeral_registry *registry,
                                              numeral_model **out, numeral_error *err);
/* The same, but the file is mapped: sooner there, and processes that map one file share
 * its memory. The caller sees to it that nobody writes into the file or cuts it while the
 * model lives, since it is checked once and read later; otherwise the process may crash.
 * A file that is replaced by rename, as numeral does, stays as it was. */
NUMERAL_API numeral_status numeral_model_map(const char *path,
                                             const numeral_registry *registry,
                                             numeral_model **out, numeral_error *err);
/* numeral_model_load for such bytes, which are copied; `name` is used in messages. */
NUMERAL_API numeral_status numeral_model_decode(const void *bytes, size_t n_bytes,
                                                const char *name,
                                                const numeral_registry *registry,
                                                numeral_model **out, numeral_error *err);

/* Overrides an option that may change after fitting (k, weights, ties, index). Not while
 * other threads use the model. Other k, weights or ties end a calibration, which was
 * measured with the old ones: confidences become shares of the votes. */
NUMERAL_API numeral_status numeral_model_set(numeral_model *model, const char *option,
                                             const char *value, const numeral_run *run,
                                             numeral_error *err);

/* How an answer came about: the more it took, the less certain it is. */
typedef enum numeral_decided {
    NUMERAL_DECIDED_UNANIMOUS,   /* all neighbours that were looked at have its label */
    NUMERAL_DECIDED_VOTE,        /* some have another one; their votes decided */
    NUMERAL_DECIDED_SECOND_LOOK, /* hard: it was re-ranked (recipes with --rerank) */
    NUMERAL_DECIDED_COUNT
} numeral_decided;

/* Why an answer had better not be given. Refused digits keep the label of their nearest
 * neighbours; it is the program's to print it or not. */
typedef enum numeral_refused {
    NUMERAL_REFUSED_NOT,      /* an answer like any other */
    NUMERAL_REFUSED_BLANK,    /* there is no ink */
    NUMERAL_REFUSED_SEVERAL,  /* several digits in one picture */
    NUMERAL_REFUSED_NO_DIGIT, /* like no training digit: fewer than 1 in 500 of those
                                 left out are as far from all others */
    NUMERAL_REFUSED_COUNT
} numeral_refused;

/* "blank", "several digits", "no digit"; "" for NUMERAL_REFUSED_NOT. */
NUMERAL_API const char *numeral_refused_name(numeral_refused why);

/* From an answer to the chance that it is right: 1 / (1 + e^-z), where z = weights[0] +
 * weights[1]·m + weights[2]·d with the row of how it was decided. m is the logarithm of
 * its votes over those of the best other class (at most a thousandfold), d the distance
 * of its farthest voter in units of `unit`. weights[1] >= 0 >= weights[2]. (Platt 1999)
 */
typedef struct numeral_confidence_map {
    double unit;
    double weights[NUMERAL_DECIDED_COUNT][3];
} numeral_confidence_map;

/* Measures how sure the model may be of its answers: fits its recipe `n_folds` times (2
 * to 100) to the rest of `data` (what it was fitted to, labels cut in file order into
 * equal runs), reads each fold, and fits the map from what answers show to how often they
 * are right. Models of a preset's recipe have such a map from the start: of up to 500
 * digits by 5 folds of them, else that of MNIST's training digits, plain, made bad, and
 * drawn ones, which on other data than the whole of mnist:train is a guide only, as
 * `calibration` then says. NUMERAL_ERROR_ARGUMENT (folds; other data), and
 * those of fitting; the model is then unchanged. Not while other threads use the model.
 */
NUMERAL_API numeral_status numeral_model_calibrate(numeral_model *model,
                                                   const numeral_dataset *data,
                                                   size_t n_folds, const numeral_run *run,
                                                   numeral_error *err);

/* What a model is. Borrowed texts live as long as the model (recipe: until set). */
typedef struct numeral_model_info {
    const char *recipe; /* canonical */
    const char *data;   /* the data it was fitted to; see numeral_model_get_origin */
    const char *index;  /* the index and its layout */
    const char *metric;
    bool integer_distances; /* distances are exact integers */
    numeral_dtype dtype;
    size_t n_rows, n_dims, n_classes, k;
    size_t n_numbers;     /* row numbers given so far, those of rows that are gone too */
    size_t n_origins;     /* where its rows come from */
    size_t height, width; /* the frame */
    numeral_columns columns; /* what its rows' levels stand for, of numbers that are no
                                pictures; for numeral_load */
    size_t bytes;            /* in memory, mapped parts included */
    uint64_t seed;
    const numeral_label *classes; /* the label of each class, ascending */
    const numeral_label
        *labels; /* n_numbers: of each row; of rows that are gone anything */
    const char *const *label_names; /* one for each class, or NULL */
    /* how confidences were calibrated, e.g. "6 folds of mnist:train"; NULL, and `map`
     * too: a confidence is the winner's share of the votes */
    const char *calibration;
    const numeral_confidence_map *map;
} numeral_model_info;

NUMERAL_API void numeral_model_get_info(const numeral_model *model,
                                        numeral_model_info *out);

/* Where a model's rows come from: number 0 is what it was fitted to, the others what it
 * was taught, in the order of their first digit (from the 256th on as "others"). */
typedef struct numeral_model_origin {
    const char *name; /* lives as long as the model */
    size_t n_rows;    /* that it gave, those that are gone again too */
} numeral_model_origin;

/* False where there is none of that number. */
NUMERAL_API bool numeral_model_get_origin(const numeral_model *model, size_t at,
                                          numeral_model_origin *out);

/* Lists the numbers of the rows that are there, ascending, `room` of them at most;
 * returns how many there are. Without removals they are 0 to n_rows - 1. */
NUMERAL_API size_t numeral_model_get_rows(const numeral_model *model, int64_t *rows,
                                          size_t room);

/* The image of row number `row`, height × width bytes into `out`; false where the model
 * keeps no images, or has no such row. */
NUMERAL_API bool numeral_model_get_image(const numeral_model *model, size_t row,
                                         uint8_t *out);

/* Wall time of reading, in seconds; what some of them took, and all from u8 images in
 * memory to labels, confidences and votes. */
typedef struct numeral_read_seconds {
    double features, search, rerank, vote, total;
} numeral_read_seconds;

/* What a model says of one image. It owns nothing; `name` lives as long as the model. */
enum { NUMERAL_READING_NEIGHBOURS = 16 };

typedef struct numeral_neighbour {
    int64_t row;     /* of the model */
    double distance; /* the metric's own units (l2: squared) */
    numeral_label label;
} numeral_neighbour;

typedef struct numeral_reading {
    numeral_label label;
    const char *name;        /* the label's, or its number: "7" */
    double confidence;       /* 0..1, as in numeral_answers */
    numeral_decided decided; /* how it came about */
    double likeness;         /* as in numeral_answers */
    numeral_refused refused; /* why the label had better not be told, if so */
    size_t n_neighbours;     /* the nearest of those that vote, at most 16 */
    numeral_neighbour neighbours[NUMERAL_READING_NEIGHBOURS]; /* nearest first */
} numeral_reading;

/* Reads one grey image: row y begins y × stride bytes behind `pixels` and has `width` of
 * them. Of the model's own size, ink 255 on ground 0, it is taken as it is where that is
 * right (see numeral_image_has_clear_border); any other is framed, whatever its size and
 * whether its ink is dark or light. NUMERAL_ERROR_ARGUMENT, _LIMIT, _MEMORY, _CANCELLED;
 * *out is then of no meaning. Many images are read faster in one call, as below. */
NUMERAL_API numeral_status numeral_model_read(const numeral_model *model,
                                              const uint8_t *pixels, size_t height,
                                              size_t width, size_t stride,
                                              const numeral_run *run,
                                              numeral_reading *out, numeral_error *err);
/* The same for n images of one size, one behind the other: image i begins i × height ×
 * stride bytes behind `pixels`. `out`: n readings. */
NUMERAL_API numeral_status numeral_model_read_batch(const numeral_model *model,
                                                    const uint8_t *pixels, size_t n,
                                                    size_t height, size_t width,
                                                    size_t stride, const numeral_run *run,
                                                    numeral_reading *out,
                                                    numeral_error *err);

/* Teaching. What fitting made stays; digits join the model's rows or leave them, and
 * answers are exact: the same bytes as of the same stages with all these rows from the
 * start, and of the model saved and loaded again.
 *
 * A row keeps its number for the life of the model, in files too, and the number of a
 * row that is gone is never given again.
 *
 * Threads: any number may read digits, ask and save while others add and remove. Each
 * call answers from the rows of one moment, and sees an addition or removal whole or not
 * at all. Readers wait for nobody, writers for each other. Only numeral_model_set,
 * _calibrate and _destroy want the model for themselves. */

/* Adds labelled digits, framed as numeral_model_predict frames them; *first_row (may be
 * NULL) is the number of the first, the others follow. Their labels are the model's own
 * by name where `data` has label names, else by number; one that the model has not is a
 * class from then on (65,536 at most). How sure the model is of its answers stays as
 * calibrated. On failure the model is as before. Takes the time of reading the digits and
 * of building an index over them; now and then, of building it over all rows.
 * NUMERAL_ERROR_ARGUMENT (no labels, images of another size with --frame keep), _LIMIT
 * (no class or row number is left), _MEMORY. */
NUMERAL_API numeral_status numeral_model_add(numeral_model *model,
                                             const numeral_dataset *data,
                                             const numeral_run *run, int64_t *first_row,
                                             numeral_error *err);
/* Removes n rows by their numbers, in any order. A class stays one when its last row
 * goes. On failure the model is as before. NUMERAL_ERROR_ARGUMENT (no such row, one named
 * twice; fewer than k would be left), _MEMORY. */
NUMERAL_API numeral_status numeral_model_remove(numeral_model *model, const int64_t *rows,
                                                size_t n, numeral_error *err);
/* Builds the index anew over the rows that are there, for the fastest search and the
 * smallest file. Row numbers stay. */
NUMERAL_API numeral_status numeral_model_compact(numeral_model *model,
                                                 const numeral_run *run,
                                                 numeral_error *err);

/* Frames pictures for this model: where the usual framing does not look like a digit, of
 * several (the other polarity, a tight crop, a hard shadow, lines that belong to it or
 * parts that do not) the one that lies nearest to its rows. For numeral_load; the model
 * must outlive its use. */
NUMERAL_API numeral_framer numeral_model_framer(const numeral_model *model);

/* Answers for n digits. End with numeral_answers_free. */
typedef struct numeral_answers {
    size_t n, n_classes, k;
    numeral_label *labels; /* n */
    double *confidence; /* n, 0..1: the chance that the label is right, as calibrated; in
                           models without calibration the winner's share of the votes */
    uint8_t *decided;   /* n values of numeral_decided */
    double *likeness;   /* n, 0..1: the share of training digits, each left out, that are
                           as strange; 1 in models that were not measured */
    uint8_t *refused;   /* n values of numeral_refused */
    double *votes;      /* n × n_classes, each row sums to 1 */
    int64_t *ids;       /* n × k, nearest first; -1 where there is none */
    double *distances;  /* n × k, the metric's own units (l2: squared) */
    numeral_read_seconds seconds;
} numeral_answers;

/* Reads a set of digits: images of the model's frame are taken as they are where that is
 * right (see numeral_image_has_clear_border), all others are framed. */
NUMERAL_API numeral_status numeral_model_predict(const numeral_model *model,
                                                 const numeral_dataset *data,
                                                 const numeral_run *run,
                                                 numeral_answers *out,
                                                 numeral_error *err);
/* Only the k nearest rows of each digit (k 0: the model's own). */
NUMERAL_API numeral_status numeral_model_neighbours(const numeral_model *model,
                                                    const numeral_dataset *data, size_t k,
                                                    const numeral_run *run,
                                                    numeral_answers *out,
                                                    numeral_error *err);
/* The same with all that a search may ask for (k 0: the model's own). `data` NULL: the
 * model's own rows, each left out of its own answer. leave_out and skip name training
 * rows. */
NUMERAL_API numeral_status numeral_model_search(const numeral_model *model,
                                                const numeral_dataset *data,
                                                const numeral_search *search,
                                                numeral_answers *out, numeral_error *err);
/* All training rows within search->radius (l2: squared) of each digit, or, `data` NULL,
 * of each training row among the others; search->k, if not 0, is the most for each. End
 * the answer with numeral_ranges_free. */
NUMERAL_API numeral_status numeral_model_search_radius(const numeral_model *model,
                                                       const numeral_dataset *data,
                                                       const numeral_search *search,
                                                       numeral_ranges *out,
                                                       numeral_error *err);
NUMERAL_API void numeral_answers_free(numeral_answers *answers);

#ifdef __cplusplus
}
#endif
#endif
