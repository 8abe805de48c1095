/* One digit to look at, as it was given, and images beside each other. */
#include "one_digit.h"

#include <stdlib.h>
#include <string.h>

#include "pictures.h"

void cli_digit_free(cli_digit *digit)
{
    numeral_image_free(&digit->image);
}

answer_of cli_digit_answer(const cli_digit *digit)
{
    return (answer_of){&digit->info, digit->name, digit->has_label, digit->label};
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

numeral_status cli_digit_open(cli_session *session, cli_digit *out, numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    char count[32];
    numeral_status status;
    size_t first;
    TRY(cli_session_model_first(session, &first, err));
    const char *text = session->arguments->inputs[first];
    bool is_stdin = strcmp(text, "-") == 0;
    numeral_model_get_info(session->model, &out->info);
    /* standard input can be read only once, so an image in it is not framed in loading */
    TRY(cli_load(
        session, text,
        (numeral_load){.frame = is_stdin ? NUMERAL_FRAME_KEEP : NUMERAL_FRAME_AUTO},
        &session->data, err));
    if (data->n_images != 1) {
        return cli_fail(err, NUMERAL_ERROR_ARGUMENT,
                        data->n_images
                            ? "%.200s: holds %s digits, expected one, such as %.200s[0]"
                            : "%.200s: holds no digit (%s), expected one",
                        text, cli_count(data->n_images, count), text);
    }
    out->frame = data->inputs ? NUMERAL_FRAME_MNIST : NUMERAL_FRAME_AUTO;
    out->luminance = data->inputs != NULL;
    out->has_label = data->labels != NULL;
    out->label = data->labels ? data->labels[0] : 0;
    numeral_dataset_input(data, 0, out->name, sizeof out->name);
    TRY(data->inputs && !is_stdin ? numeral_image_read(data->inputs[0], &out->image, err)
                                  : copy_row(data, &out->image, err));
    cli_progress_clear();
done:
    return status;
}

void cli_digit_fit(const numeral_named_image *image, size_t height, size_t width,
                   uint8_t *out)
{
    /* the output's pixels in the image: each is the mean of what it covers */
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
                sum += inside && image->luminance ? 255U - value : value;
                n++;
            }
        }
        out[i] = (uint8_t)(n ? sum / n : 0);
    }
}

numeral_status cli_digit_print(const char *title, const numeral_named_image *images,
                               size_t n, size_t height, size_t width,
                               const numeral_label *labels,
                               const numeral_model_info *info, numeral_error *err)
{
    const char **captions = calloc(n + 1, sizeof *captions);
    uint8_t *pixels = malloc(n * height * width + 1);
    numeral_status status = captions && pixels ? NUMERAL_OK : cli_no_memory(err);
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        captions[i] = images[i].name;
        cli_digit_fit(&images[i], height, width, pixels + i * height * width);
    }
    if (status == NUMERAL_OK) {
        numeral_grid grid = {.title = title,
                             .digits = {pixels, n, height, width},
                             .labels = labels,
                             .captions = captions,
                             .label_names = cli_label_names(info)};
        status = cli_picture_print(&grid, err);
        putchar('\n');
    }
    free(captions);
    free(pixels);
    return status;
}
