/* Picture files: from a chart to bytes, and from bytes to a file. */
#include <numeral/tools/picture.h>

#include <string.h>
#include <strings.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plot/chart.h"

void numeral_picture_free(numeral_picture *picture)
{
    numeral_release(picture->bytes);
    *picture = (numeral_picture){0};
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
    numeral_status status = numeral_canvas_create(format, &canvas, err);
    if (status == NUMERAL_OK) {
        status = chart->draw(data, canvas, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_canvas_finish(canvas, out, err);
    }
    numeral_canvas_destroy(canvas);
    return status;
}
