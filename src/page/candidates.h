/* Candidates: what lies between two borders of a line and may be one digit, as images of
 * the model's frame. */
#ifndef NUMERAL_PAGE_CANDIDATES_H
#define NUMERAL_PAGE_CANDIDATES_H

#include "page/cuts.h"

typedef struct numeral_candidate {
    uint32_t first, last, line; /* borders that it lies between */
    numeral_page_box box;
    double height, width;       /* of the box, in heights of the line */
    double rise;                /* how far its middle lies above the line's, in heights */
    double cut_left, cut_right; /* strokes of ink that the cuts at its ends go through */
    size_t runs_left, runs_right; /* in how many places */
    double loose;  /* share of its ink that is not of its largest component */
    double gap;    /* widest gap inside, in heights: of components that do not touch */
    double inside; /* least ink that a cut inside would have gone through; 9: none is */
} numeral_candidate;

typedef struct numeral_candidates {
    size_t n;
    numeral_candidate *items;
    uint8_t *images; /* n × height × width: of those that were framed */
} numeral_candidates;

/* Whether one of its ends is a cut through a component. */
static inline bool numeral_candidate_is_cut(const numeral_candidate *candidate,
                                            const numeral_cuts *cuts)
{
    return cuts->borders[candidate->first].path || cuts->borders[candidate->last].path;
}

/* Lists the candidates of all lines, in the order of their first borders, without images.
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_candidates_list(const numeral_components *components,
                                       const numeral_page_lines *lines,
                                       const numeral_cuts *cuts, size_t stroke,
                                       numeral_candidates *out, numeral_error *err);
/* Frames n candidates (their numbers) as MNIST was made: the ink of each (with the grey
 * rim of its strokes, without its neighbours) scaled to 20/28 of the frame and centred by
 * mass. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_candidates_frame(const numeral_image *ink,
                                        const numeral_components *components,
                                        const numeral_page_lines *lines,
                                        const numeral_cuts *cuts, size_t height,
                                        size_t width, const uint32_t *which, size_t n,
                                        const numeral_run *run, numeral_candidates *all,
                                        numeral_error *err);
void numeral_candidates_free(numeral_candidates *candidates);

#endif
