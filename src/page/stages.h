/* The stages of reading a page, from grey levels to candidates that were read. */
#ifndef NUMERAL_PAGE_STAGES_H
#define NUMERAL_PAGE_STAGES_H

#include "page/even.h"
#include "page/lattice.h"
#include "page/level.h"
#include "page/printed.h"

/* What each stage made, in their order. */
typedef struct numeral_page_stages {
    const numeral_model *model;
    size_t factor;        /* pixels of the picture to a side of one of the page */
    size_t height, width; /* of the picture */
    numeral_page_ink ink;
    numeral_image level; /* the ink, lying level, printed lines taken off */
    numeral_page_level lie;
    numeral_page_rules rules;
    numeral_components components;
    numeral_page_lines lines;
    numeral_cuts cuts;
    numeral_candidates candidates;
    numeral_reading_of *readings; /* one for each candidate */
} numeral_page_stages;

/* Whether a page of that size can be read as asked. */
numeral_status numeral_page_check(const numeral_image *image,
                                  const numeral_page_options *options,
                                  numeral_error *err);

/* Takes a page through all of them; `grey` is the picture reduced by `factor`, whose own
 * size is height × width. `all`: candidates are judged, too, that no good path needs.
 * End with numeral_page_stages_free, whatever comes back. */
numeral_status numeral_page_stages_run(const numeral_model *model,
                                       const numeral_image *grey, size_t factor,
                                       size_t height, size_t width, bool all,
                                       const numeral_run *run, numeral_page_stages *out,
                                       numeral_error *err);
void numeral_page_stages_free(numeral_page_stages *stages);

/* Reads n candidates (their numbers) once more, with the second look: label, confidence
 * and alternatives of their readings become final. */
numeral_status numeral_page_stages_answer(numeral_page_stages *stages,
                                          const uint32_t *which, size_t n,
                                          const numeral_run *run, numeral_error *err);

/* Reads n images of the model's frame as far as `depth`, block by block into `sink`. */
numeral_status numeral_page_stages_read(const numeral_page_stages *stages,
                                        const uint8_t *images, size_t n,
                                        numeral_read_depth depth,
                                        numeral_reader_sink sink, void *context,
                                        const numeral_run *run, numeral_error *err);

/* Pixels of the picture around a box of the level page. */
numeral_page_box numeral_page_stages_box(const numeral_page_stages *stages,
                                         numeral_page_box box);

#endif
