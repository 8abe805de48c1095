/* The report: one HTML page that says how well a model reads, shows every misread digit
 * beside the neighbours that misled it, and needs nothing but itself: no network, no
 * other files. */
#ifndef NUMERAL_TOOLS_REPORT_H
#define NUMERAL_TOOLS_REPORT_H

#include <numeral/model.h>
#include <numeral/scores.h>
#include <numeral/tools/picture.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A figure and what it is. */
typedef struct numeral_fact {
    const char *name, *value;
    const char *note; /* or NULL */
} numeral_fact;

/* What a report shows; everything is borrowed. */
typedef struct numeral_report {
    const char *title;
    const char *subtitle; /* or NULL */
    const numeral_fact *headline;
    size_t n_headline; /* large figures at the top */
    const numeral_fact *details;
    size_t n_details;              /* a table: recipe, data, machine ... */
    const numeral_picture *charts; /* n_charts SVG pictures, in this order */
    const char *const *chart_names;
    size_t n_charts;
    const char *commands; /* lines that repeat all this, or NULL */
    const numeral_model *model;
    const numeral_dataset *data; /* labelled */
    const numeral_answers *answers;
    const numeral_scores *scores;
    numeral_label_names label_names;
} numeral_report;

/* Shown at most: misread digits with their neighbours; neighbours of each; digits of each
 * cell of the confusion matrix. The page says where it shows fewer than there are. */
enum {
    NUMERAL_REPORT_MISTAKES = 500,
    NUMERAL_REPORT_NEIGHBOURS = 5,
    NUMERAL_REPORT_CELL = 24
};

/* Writes the page, UTF-8, into *out; end it with numeral_free. Time and memory: linear in
 * the digits shown. NUMERAL_ERROR_ARGUMENT (charts that are no SVG), _MEMORY,
 * _UNSUPPORTED (built without libpng). */
NUMERAL_API numeral_status numeral_report_html(const numeral_report *report, char **out,
                                               size_t *n_bytes, numeral_error *err);

#ifdef __cplusplus
}
#endif
#endif
