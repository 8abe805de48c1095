/* What cairo's SVG lacks: sharp pixels and ids of its own. */
#ifndef NUMERAL_PLOT_SVG_FINISH_H
#define NUMERAL_PLOT_SVG_FINISH_H

#include <stdbool.h>

#include "base/memory.h"

/* Renames every id of the SVG that cairo wrote to `file`, and marks its images
 * `pixelated` if `sharp`. On failure the file is unchanged. */
numeral_status numeral_svg_finish(numeral_buffer *file, bool sharp, numeral_error *err);

#endif
