/* Pictures: digits, neighbours and results as PNG, SVG or PDF, and as text.
 *
 * Each chart takes plain arrays, which it borrows, and gives the bytes of one file (see
 * numeral_picture). The same input gives the same bytes with the same fonts and
 * libraries. Colours are those of Okabe & Ito (2008), told apart by the colour-blind;
 * what a colour says is also said by a sign, a shape or a word. Texts are UTF-8; bytes
 * that are not are replaced. Functions are thread-safe; pictures and texts are the
 * caller's.
 *
 * Each draws in time and memory linear in the size of the page and of its input, and
 * fails with NUMERAL_ERROR_ARGUMENT (nothing to draw, values out of range),
 * NUMERAL_ERROR_LIMIT (more than one page holds), NUMERAL_ERROR_MEMORY, or
 * NUMERAL_ERROR_UNSUPPORTED (built without cairo). */
#ifndef NUMERAL_TOOLS_PICTURE_H
#define NUMERAL_TOOLS_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <numeral/label.h>
#include <numeral/runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum numeral_picture_format {
    NUMERAL_PICTURE_PNG, /* 2 pixels for each unit of the page, for sharp screens */
    NUMERAL_PICTURE_SVG, /* its ids are its own, so that many fit one HTML page */
    NUMERAL_PICTURE_PDF  /* 96 units to the inch */
} numeral_picture_format;

/* A picture file in memory; end with numeral_picture_free. */
typedef struct numeral_picture {
    numeral_picture_format format;
    uint8_t *bytes;
    size_t n_bytes;
    double width, height; /* of the page, in units of 1/96 inch */
} numeral_picture;

NUMERAL_API void numeral_picture_free(numeral_picture *picture);

/* The format that the path's ending (.png, .svg or .pdf) stands for; ARGUMENT when it is
 * none of them. */
NUMERAL_API numeral_status numeral_picture_format_of(const char *path,
                                                     numeral_picture_format *out,
                                                     numeral_error *err);

/* Writes the file, whole or not at all. NUMERAL_ERROR_IO, _MEMORY. */
NUMERAL_API numeral_status numeral_picture_save(const numeral_picture *picture,
                                                const char *path, numeral_error *err);

/* n grey images of one size: pixels n × height × width, 0 is ground and 255 is ink. */
typedef struct numeral_digits {
    const uint8_t *pixels;
    size_t n, height, width;
} numeral_digits;

/* Names of n labels, any of them NULL; all other labels go by their number. */
typedef struct numeral_label_names {
    size_t n;
    const numeral_label *labels; /* ascending; NULL: 0, 1, 2 ... */
    const char *const *names;
} numeral_label_names;

/* Digits in rows and columns. Mistakes (label and prediction differ) are framed, crossed
 * and captioned `true → predicted`. */
typedef struct numeral_grid {
    const char *title;
    const char *subtitle; /* or NULL */
    numeral_digits digits;
    const numeral_label *labels;    /* n true labels, or NULL */
    const numeral_label *predicted; /* n predicted labels, or NULL */
    const char *const *captions;    /* n further lines, any of them NULL; or NULL */
    numeral_label_names label_names;
    size_t columns; /* 0: chosen */
} numeral_grid;

NUMERAL_API numeral_status numeral_draw_grid(const numeral_grid *grid,
                                             numeral_picture_format format,
                                             numeral_picture *out, numeral_error *err);

/* One curve: n points in drawing order. */
typedef struct numeral_series {
    const char *name;
    const char *note; /* said in the legend behind the name, or NULL */
    size_t n;
    const double *x, *y;
} numeral_series;

/* Up to 10 curves in one field: the error against k, a learning curve ... */
typedef struct numeral_curves {
    const char *title;
    const char *subtitle;        /* or NULL */
    const char *x_name, *y_name; /* with their unit */
    const numeral_series *series;
    size_t n_series;
    bool logarithmic_x; /* all x above 0 */
    bool logarithmic_y; /* all y above 0 */
    bool from_zero;     /* y begins at 0 even where all points lie far above */
} numeral_curves;

NUMERAL_API numeral_status numeral_draw_curves(const numeral_curves *curves,
                                               numeral_picture_format format,
                                               numeral_picture *out, numeral_error *err);

/* The confusion matrix as a heat-map, counts in its cells. */
typedef struct numeral_confusion_matrix {
    const char *title;
    const char *subtitle;        /* or NULL */
    size_t n_classes;            /* 1 .. 256 */
    const numeral_label *labels; /* n_classes */
    const uint64_t *counts; /* n_classes × n_classes: rows true, columns predicted */
    numeral_label_names label_names;
} numeral_confusion_matrix;

NUMERAL_API numeral_status numeral_draw_confusion(const numeral_confusion_matrix *matrix,
                                                  numeral_picture_format format,
                                                  numeral_picture *out,
                                                  numeral_error *err);

/* The reliability diagram. Bin i holds the answers of confidence i/n_bins to
 * (i+1)/n_bins; bins without answers are left out. */
typedef struct numeral_calibration {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n_bins;
    const double *confidence; /* n_bins means of the answers' confidences, 0..1 */
    const double *accuracy;   /* n_bins shares of right answers, 0..1 */
    const uint64_t *counts;   /* n_bins */
    double ece;               /* expected calibration error */
} numeral_calibration;

NUMERAL_API numeral_status numeral_draw_calibration(
    const numeral_calibration *calibration, numeral_picture_format format,
    numeral_picture *out, numeral_error *err);

/* The error when the least confident answers are refused. */
typedef struct numeral_rejection {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n;
    const double *refused; /* n shares of all digits, ascending from 0 */
    const double *errors;  /* n shares of the digits that are still answered */
} numeral_rejection;

NUMERAL_API numeral_status numeral_draw_rejection(const numeral_rejection *rejection,
                                                  numeral_picture_format format,
                                                  numeral_picture *out,
                                                  numeral_error *err);

/* The mean digit of each class. */
typedef struct numeral_class_means {
    const char *title;
    const char *subtitle;        /* or NULL */
    numeral_digits digits;       /* one for each class */
    const numeral_label *labels; /* of the classes */
    const uint64_t *counts;      /* how many digits each mean is of, or NULL */
    numeral_label_names label_names;
} numeral_class_means;

NUMERAL_API numeral_status numeral_draw_means(const numeral_class_means *means,
                                              numeral_picture_format format,
                                              numeral_picture *out, numeral_error *err);

/* Precision, recall and F1 of each class. */
typedef struct numeral_class_scores {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n_classes;     /* 1 .. 256 */
    const numeral_label *labels;
    const double *precision, *recall, *f1; /* n_classes each, 0..1 */
    const uint64_t *support;               /* n_classes digits */
    numeral_label_names label_names;
} numeral_class_scores;

NUMERAL_API numeral_status numeral_draw_scores(const numeral_class_scores *scores,
                                               numeral_picture_format format,
                                               numeral_picture *out, numeral_error *err);

/* A named image of any size. */
typedef struct numeral_named_image {
    const char *name;
    const uint8_t *pixels;
    size_t height, width;
    bool luminance; /* a picture: 255 is white; else 255 is ink */
} numeral_named_image;

/* Texts in rows and columns: the first row is the heading, the first column is set to the
 * left, the others to the right. */
typedef struct numeral_figures {
    size_t n_rows, n_columns;
    const char *const *cells; /* n_rows × n_columns; "" is an empty one */
} numeral_figures;

/* A digit beside a training digit, and what differs. */
typedef struct numeral_digit_difference {
    const char *name; /* "nearest 4" */
    const char *note; /* a further line, or NULL */
    bool agrees;      /* it has the label of the answer */
    const uint8_t *pixels;
    size_t height, width;
    const int16_t *difference; /* -255..255: the digit has more ink, or less */
    size_t difference_height, difference_width;
} numeral_digit_difference;

/* Words over a table; either may be absent. */
typedef struct numeral_paragraph {
    const char *heading;            /* or NULL */
    const char *words;              /* or NULL */
    const numeral_figures *figures; /* or NULL */
} numeral_paragraph;

/* Why a digit was read as it was: the steps it went through, the neighbours that decided,
 * and the votes. */
typedef struct numeral_decision {
    const char *title;
    const char *subtitle;             /* or NULL */
    const numeral_named_image *steps; /* at least one: as given, as framed ... */
    size_t n_steps;                   /* 1 .. 28 */
    numeral_digits neighbours;        /* nearest first; n may be 0 */
    const numeral_label *labels;      /* of the neighbours */
    const double *distances;          /* of the neighbours */
    const double *weights;            /* their shares of the vote, 0..1, or NULL */
    const int64_t *rows;              /* their training rows, or NULL */
    numeral_label answer;             /* what the digit was read as */
    size_t n_classes;                 /* 1 .. 65,536 */
    const numeral_label *classes;     /* n_classes labels */
    const double *votes;              /* n_classes shares, 0..1 */
    numeral_label_names label_names;
    size_t n_comparisons; /* 0 .. 4 */
    const numeral_digit_difference *comparisons;
    size_t n_paragraphs; /* 0 .. 8: how it was decided, at the end of the page */
    const numeral_paragraph *paragraphs;
} numeral_decision;

NUMERAL_API numeral_status numeral_draw_decision(const numeral_decision *decision,
                                                 numeral_picture_format format,
                                                 numeral_picture *out,
                                                 numeral_error *err);

/* A number on its scale, beside the range that is usual. */
typedef struct numeral_gauge {
    const char *name;
    const char *note;        /* the number and its range as text */
    double value, low, high; /* an end without limit is infinite */
    bool wrong;
    bool follows;      /* outside the range, which follows from what is wrong */
    const char *words; /* under it, or NULL */
} numeral_gauge;

/* What became of a picture on its way in, and what looks wrong with it. */
typedef struct numeral_examination {
    const char *title;
    const char *subtitle;             /* or NULL */
    const numeral_named_image *steps; /* as read, ink alone, ... */
    size_t n_steps;                   /* 1 .. 7 */
    const numeral_named_image *means; /* mean digits to compare it with */
    size_t n_means;                   /* 0 .. 7 */
    const numeral_gauge *gauges;
    size_t n_gauges; /* 1 .. 32 */
} numeral_examination;

NUMERAL_API numeral_status numeral_draw_examination(
    const numeral_examination *examination, numeral_picture_format format,
    numeral_picture *out, numeral_error *err);

/* A box on a page, with what is written above it. */
typedef struct numeral_mark {
    size_t top, left, bottom, right; /* pixels, bottom and right exclusive */
    const char *label;
    const char *note; /* smaller, below the label; or NULL */
    bool refused;     /* drawn in another colour */
} numeral_mark;

/* A page as it was read. */
typedef struct numeral_marked_page {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t height, width;
    const uint8_t *pixels; /* height × width grey levels, 255 is white */
    const numeral_mark *marks;
    size_t n_marks; /* 0 .. 10,000 */
} numeral_marked_page;

NUMERAL_API numeral_status numeral_draw_page(const numeral_marked_page *page,
                                             numeral_picture_format format,
                                             numeral_picture *out, numeral_error *err);

/* Digits as points of a plane, coloured by label, some of them shown. */
typedef struct numeral_map {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n;             /* 1 .. 100,000 */
    const double *x, *y;  /* n each */
    const numeral_label *labels;
    numeral_digits digits; /* n images, or pixels NULL: points only */
    numeral_label_names label_names;
} numeral_map;

NUMERAL_API numeral_status numeral_draw_map(const numeral_map *map,
                                            numeral_picture_format format,
                                            numeral_picture *out, numeral_error *err);

/* Places digits in the plane by their two first principal components (x the first),
 * found by subspace iteration over at most 5,000 of them, evenly spread: x, y: n each.
 * Deterministic; time O(n × pixels × iterations). NUMERAL_ERROR_ARGUMENT, _MEMORY. */
NUMERAL_API numeral_status numeral_map_components(const numeral_digits *digits, double *x,
                                                  double *y, numeral_error *err);

/* Places n points in the plane so that near neighbours stay near: the layout of a k-NN
 * graph by sampling its edges (LargeVis, Tang et al. 2016, with the edge weights of UMAP,
 * McInnes et al. 2018). ids and distances: n × k, as numeral_model_search gives them with
 * `data` NULL; -1 where there is none; squared distances will do. x, y: where the points
 * begin, e.g. by numeral_map_components, and then where they are. One thread; the same
 * for the same seed. Time O(n × k × rounds), 500 rounds or, above 10,000 points, 200;
 * memory 64 × n × k bytes. NUMERAL_ERROR_ARGUMENT (no points, ids beyond n, numbers that
 * are not finite), _MEMORY, _CANCELLED. */
NUMERAL_API numeral_status numeral_map_neighbours(const int64_t *ids,
                                                  const double *distances, size_t n,
                                                  size_t k, uint64_t seed,
                                                  const numeral_run *run, double *x,
                                                  double *y, numeral_error *err);

/* Planes of numbers as pictures: gradient maps, principal components, differences. */
typedef struct numeral_planes {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n, height, width;
    const double *values;     /* n × height × width, finite */
    const char *const *names; /* n, any of them NULL; or NULL */
    bool common_scale;        /* colours mean the same in all planes */
    size_t columns;           /* 0: chosen */
} numeral_planes;

NUMERAL_API numeral_status numeral_draw_planes(const numeral_planes *planes,
                                               numeral_picture_format format,
                                               numeral_picture *out, numeral_error *err);

/* Planes under headings: what a recipe makes of digits, step by step. */
typedef struct numeral_stages {
    const char *title;
    const char *subtitle; /* or NULL */
    size_t n_groups;      /* 1 .. 500 */
    const numeral_planes *groups;
} numeral_stages;

NUMERAL_API numeral_status numeral_draw_stages(const numeral_stages *stages,
                                               numeral_picture_format format,
                                               numeral_picture *out, numeral_error *err);

/* How pictures made of text are written. */
typedef enum numeral_text_mode {
    NUMERAL_TEXT_PLAIN,   /* ASCII without escape sequences: pipes, files, logs */
    NUMERAL_TEXT_UNICODE, /* block symbols, no escape sequences */
    NUMERAL_TEXT_TERMINAL /* the best of this terminal (chafa): kitty, sixel, colours;
                             as UNICODE where it is unknown */
} numeral_text_mode;

typedef struct numeral_text_options {
    numeral_text_mode mode;
    size_t columns; /* no line is wider; 0 stands for 80 */
    /* NAME=VALUE strings, NULL-terminated, by which the terminal is known (TERM and its
     * like, as in environ); NULL: nothing is known of it. For TERMINAL only. Without
     * chafa no terminal is known. */
    char *const *environment;
} numeral_text_options;

/* The grid as text with a line break at the end of each line. *out is the caller's: end
 * with numeral_free. grid->columns is kept where it fits. */
NUMERAL_API numeral_status numeral_text_grid(const numeral_grid *grid,
                                             const numeral_text_options *options,
                                             char **out, numeral_error *err);

/* A horizontal bar chart as text: one line `name bar value` for each. */
typedef struct numeral_bar {
    const char *name;
    double value;     /* 0 or more, finite */
    const char *text; /* printed behind the bar, or NULL */
} numeral_bar;

/* `maximum` is the value of a full bar; 0 stands for the greatest value. */
NUMERAL_API numeral_status numeral_text_bars(const numeral_bar *bars, size_t n,
                                             double maximum,
                                             const numeral_text_options *options,
                                             char **out, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
