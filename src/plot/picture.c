/* Picture files: from a chart to bytes, and from bytes to a file. */
#include <numeral/tools/picture.h>

#include <string.h>
#include <strings.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plot/chart_entries.h"

void numeral_picture_free(numeral_picture *picture)
{
    if (picture) {
        numeral_release(picture->bytes);
        *picture = (numeral_picture){0};
    }
}

numeral_status numeral_picture_format_of(const char *path, numeral_picture_format *out,
                                         numeral_error *err)
{
    static const char *const endings[] = {".png", ".svg", ".pdf"};
    size_t length = strlen(path);
    for (size_t i = 0; i < 3; i++) {
        if (length > 4 && strcasecmp(path + length - 4, endings[i]) == 0) {
            *out = (numeral_picture_format)i;
            return NUMERAL_OK;
        }
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%s: a picture's name ends in .png, .svg or .pdf", path);
}

numeral_status numeral_picture_save(const numeral_picture *picture, const char *path,
                                    numeral_error *err)
{
    return numeral_output_save(path, picture->bytes, picture->n_bytes, err);
}

numeral_status numeral_chart_picture(const numeral_chart *chart, const void *data,
                                     numeral_picture_format format, numeral_picture *out,
                                     numeral_error *err)
{
    numeral_canvas *canvas = NULL;
    numeral_status status;
    TRY(numeral_canvas_create(format, &canvas, err));
    TRY(chart->draw(data, canvas, err));
    TRY(numeral_canvas_finish(canvas, out, err));
done:
    numeral_canvas_destroy(canvas);
    return status;
}

/* The public function of each chart, which takes the chart's own struct. */
#define DRAW(function, type, chart)                                                      \
    numeral_status function(const type *data, numeral_picture_format format,             \
                            numeral_picture *out, numeral_error *err)                    \
    {                                                                                    \
        return numeral_chart_picture(&(chart), data, format, out, err);                  \
    }

DRAW(numeral_draw_grid, numeral_grid, numeral_chart_grid)
DRAW(numeral_draw_curves, numeral_curves, numeral_chart_curves)
DRAW(numeral_draw_confusion, numeral_confusion_matrix, numeral_chart_confusion)
DRAW(numeral_draw_calibration, numeral_calibration, numeral_chart_calibration)
DRAW(numeral_draw_rejection, numeral_rejection, numeral_chart_rejection)
DRAW(numeral_draw_means, numeral_class_means, numeral_chart_means)
DRAW(numeral_draw_scores, numeral_class_scores, numeral_chart_scores)
DRAW(numeral_draw_decision, numeral_decision, numeral_chart_decision)
DRAW(numeral_draw_examination, numeral_examination, numeral_chart_doctor)
DRAW(numeral_draw_map, numeral_map, numeral_chart_map)
DRAW(numeral_draw_page, numeral_marked_page, numeral_chart_page)
DRAW(numeral_draw_planes, numeral_planes, numeral_chart_planes)
DRAW(numeral_draw_stages, numeral_stages, numeral_chart_stages)
