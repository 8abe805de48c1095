/* Labelled images: reading, naming, slicing, splitting, making and writing them. */
#ifndef NUMERAL_DATASET_H
#define NUMERAL_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/image.h>
#include <numeral/label.h>
#include <numeral/registry.h>
#include <numeral/runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

/* n images of one size. All memory is owned; end with numeral_dataset_free. */
typedef struct numeral_dataset {
    char *name; /* how reports call it, e.g. "mnist:test" or "digits/" */
    size_t n_images;
    size_t height, width; /* vectors without a known shape have height 1 */
    uint8_t *pixels;      /* n_images × height × width, row-major */
    float *columns;       /* of numbers that are no picture's (height 1): value c of a row
                             is columns[c] + columns[width + c] × its pixel; or NULL */
    numeral_label *labels; /* n_images; NULL where there are none */
    size_t n_label_names;  /* labels from here on have none */
    char **label_names;    /* n_label_names names (NULL: the number itself), or NULL */
    char **inputs;         /* n_images paths of image files, or NULL: name[row] */
    size_t *rows;          /* row numbers before slicing, or NULL: 0, 1, 2 ... */
    bool framed;           /* made from image files by framing */
    uint64_t rescaled; /* values that were scaled or rounded to fit 0..255, for info */
} numeral_dataset;

NUMERAL_API void numeral_dataset_free(numeral_dataset *data);

/* Which split of a set is meant where the text names none. */
typedef enum numeral_split {
    NUMERAL_SPLIT_ALL,
    NUMERAL_SPLIT_TRAIN,
    NUMERAL_SPLIT_TEST
} numeral_split;

/* What is told while data is read, besides failures: one sentence each. */
typedef enum numeral_note_kind {
    NUMERAL_NOTE_PASSED, /* a file of a folder is no picture and was passed over */
    NUMERAL_NOTE_BAD,    /* a file of a folder cannot be read and was left out */
    NUMERAL_NOTE_DOUBT   /* something was left out, or taken in an unusual way */
} numeral_note_kind;

typedef struct numeral_notes {
    void (*tell)(void *context, numeral_note_kind kind, const char *text);
    void *context;
    bool go_on; /* leave out files of a folder that cannot be read, telling each */
} numeral_notes;

/* Frames a picture, as numeral_image_frame does: height × width into `out`. Called from
 * several threads. */
typedef struct numeral_framer {
    numeral_status (*frame)(void *context, const numeral_image *in, size_t height,
                            size_t width, uint8_t *out, numeral_error *err);
    void *context;
} numeral_framer;

/* What the levels of n columns stand for: n offsets, then n steps; n 0: themselves. */
typedef struct numeral_columns {
    size_t n;
    const float *values;
} numeral_columns;

typedef struct numeral_load {
    numeral_split split;  /* default split */
    numeral_frame frame;  /* how image files become rows of one size */
    size_t height, width; /* the frame for image files; 0 stands for 28 × 28 */
    bool offline;         /* never fetch */
    bool need_labels;     /* fail where there are none */
    uint64_t seed;        /* for generated sets */
    numeral_run run;
    const numeral_framer *framer; /* of image files; NULL: numeral_image_frame */
    /* how numbers that are no grey levels become such: as a model's do; NULL: those of
     * tables by the range of each column, those of pictures by one range */
    const numeral_columns *columns;
    const numeral_notes *notes; /* NULL: nobody listens, a bad file ends it */
} numeral_load;

/* Resolves and reads DATA, in this order: an existing path; a final slice `[a:b:step]` or
 * `@a..b` taken off; a final `:split` taken off; IMAGES,LABELS; a name (data list). */
NUMERAL_API numeral_status numeral_dataset_load(const char *text,
                                                const numeral_load *options,
                                                numeral_dataset *out, numeral_error *err);

/* Reads data of a recognised format from memory; `name` is used in messages. */
NUMERAL_API numeral_status numeral_dataset_decode(const void *bytes, size_t n_bytes,
                                                  const char *name,
                                                  const numeral_load *options,
                                                  numeral_dataset *out,
                                                  numeral_error *err);

/* Writes `data` as `format` (an entry of the format table; NULL: by the path's ending:
 * .npz, .csv, .csv.gz, .db, .idx / -ubyte with labels beside it; with / or without any
 * ending a folder of PNGs). NUMERAL_ERROR_ARGUMENT for other endings. */
NUMERAL_API numeral_status numeral_dataset_save(const numeral_dataset *data,
                                                const char *format, const char *path,
                                                numeral_error *err);
/* Whether numeral_dataset_save could begin there now, for asking before long work;
 * nothing is made. */
NUMERAL_API numeral_status numeral_dataset_save_check(const char *format,
                                                      const char *path,
                                                      numeral_error *err);

/* Copies the rows `ids` (n of them) of `data`. */
NUMERAL_API numeral_status numeral_dataset_select(const numeral_dataset *data,
                                                  const size_t *ids, size_t n,
                                                  numeral_dataset *out,
                                                  numeral_error *err);

/* Puts n sets (at least one) one behind the other. Their images must be of one size, and
 * all must have labels or none. Labels are joined by what they are called, a name or a
 * number; what is new keeps its number, or takes a free one. The name is "a + b".
 * NUMERAL_ERROR_ARGUMENT (they do not fit, no label is left), _MEMORY. */
NUMERAL_API numeral_status numeral_dataset_join(const numeral_dataset *sets, size_t n,
                                                numeral_dataset *out, numeral_error *err);

/* Splits in two, `share` (0..1) of each label going to `second`, seeded; a label
 * with one row stays in `first`. Row order is kept in both. */
NUMERAL_API numeral_status numeral_dataset_holdout(const numeral_dataset *data,
                                                   double share, uint64_t seed,
                                                   numeral_dataset *first,
                                                   numeral_dataset *second,
                                                   numeral_error *err);

/* The label's name, or its number written into `number`. */
NUMERAL_API const char *numeral_dataset_label_name(const numeral_dataset *data,
                                                   numeral_label label,
                                                   char number[NUMERAL_LABEL_BYTES]);

/* Calls a label `name`, which is copied. NUMERAL_ERROR_MEMORY. */
NUMERAL_API numeral_status numeral_dataset_set_label_name(numeral_dataset *data,
                                                          numeral_label label,
                                                          const char *name,
                                                          numeral_error *err);

/* The built-in generator of pen-like digits: n digits, labels in turn shuffled by the
 * seed; the same bytes for the same (seed, n, split) on every machine. */
NUMERAL_API numeral_status numeral_dataset_pen(size_t n, uint64_t seed,
                                               numeral_split split, numeral_dataset *out,
                                               numeral_error *err);

/* What is known of a named set. */
typedef struct numeral_named_set {
    const char *name, *help;
    bool built_in;     /* made, not fetched */
    const char *found; /* the folder where it lies, or NULL: must be fetched */
} numeral_named_set;

NUMERAL_API size_t numeral_named_set_count(void);
/* Fills `out`; out->found is written to `folder` (4,096 bytes). */
NUMERAL_API void numeral_named_set_get(size_t at, numeral_named_set *out, char *folder);
/* Fetches a named set into the cache (nothing to do where it is found). */
NUMERAL_API numeral_status numeral_named_set_fetch(const char *name,
                                                   const numeral_run *run,
                                                   numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
