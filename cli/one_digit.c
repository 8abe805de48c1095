/* One digit to look at, as it was given. */
#include "one_digit.h"

#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/picture.h>

void cli_digit_free(cli_digit *digit)
{
    numeral_image_free(&digit->image);
}

static int fail_count(const char *text, size_t n)
{
    numeral_error err = {NUMERAL_ERROR_ARGUMENT, ""};
    char count[32];
    snprintf(err.text, sizeof err.text,
             n ? "%.300s: holds %s digits, expected one, such as %.300s[0]"
               : "%.300s: holds no digit (%s), expected one",
             text, cli_count(n, count), text);
    return cli_fail(&err);
}

/* Standard input can be read only once, so an image in it is not framed while loading. */
static int load_data(cli_session *session, const char *text)
{
    numeral_error err;
    if (strcmp(text, "-") != 0) {
        return cli_session_data(session, text, NUMERAL_SPLIT_ALL, false);
    }
    numeral_load load = {.frame = NUMERAL_FRAME_KEEP, .run = session->setting.run};
    return numeral_dataset_load(text, &load, &session->data, &err) == NUMERAL_OK
               ? CLI_DONE
               : cli_fail(&err);
}

static numeral_status copy_row(const numeral_dataset *data, numeral_image *out,
                               numeral_error *err)
{
    numeral_status status = numeral_image_create(data->height, data->width, out, err);
    if (status == NUMERAL_OK) {
        memcpy(out->pixels, data->pixels, data->height * data->width);
    }
    return status;
}

int cli_digit_load(cli_session *session, const char *text, cli_digit *out)
{
    numeral_error err;
    int status = load_data(session, text);
    if (status != CLI_DONE) {
        return status;
    }
    const numeral_dataset *data = &session->data;
    if (data->n_images != 1) {
        return fail_count(text, data->n_images);
    }
    *out = (cli_digit){.frame = data->inputs ? NUMERAL_FRAME_MNIST : NUMERAL_FRAME_AUTO,
                       .has_label = data->labels != NULL,
                       .luminance = data->inputs != NULL};
    numeral_dataset_input(data, 0, out->name, sizeof out->name);
    out->label = data->labels ? data->labels[0] : 0;
    bool file = data->inputs && strcmp(text, "-") != 0;
    numeral_status read = file ? numeral_image_read(data->inputs[0], &out->image, &err)
                               : copy_row(data, &out->image, &err);
    return read == NUMERAL_OK ? CLI_DONE : cli_fail(&err);
}

void cli_digit_fit(const numeral_named_image *image, bool luminance, size_t height,
                   size_t width, uint8_t *out)
{
    double zoom = (double)height / (double)image->height;
    zoom = (double)width / (double)image->width < zoom
               ? (double)width / (double)image->width
               : zoom;
    double top = ((double)height - zoom * (double)image->height) / 2;
    double left = ((double)width - zoom * (double)image->width) / 2;
    for (size_t i = 0; i < height * width; i++) {
        double from_y = ((double)(i / width) - top) / zoom, to_y = from_y + 1 / zoom;
        double from_x = ((double)(i % width) - left) / zoom, to_x = from_x + 1 / zoom;
        uint64_t sum = 0, n = 0;
        for (double y = from_y; y < to_y; y++) {
            for (double x = from_x; x < to_x; x++) {
                bool inside = y >= 0 && x >= 0 && y < (double)image->height &&
                              x < (double)image->width;
                uint8_t value =
                    inside ? image->pixels[(size_t)y * image->width + (size_t)x] : 0;
                sum += inside && luminance ? 255U - value : value;
                n++;
            }
        }
        out[i] = (uint8_t)(n ? sum / n : 0);
    }
}
