/* numeral plot: mean digits. */
#include <stdlib.h>

#include "plots.h"

enum { MOST_CLASSES = 256 }; /* of the chart */

/* Sums of the pixels of the label at each place. */
static void add_up(const numeral_dataset *data, const size_t *places, uint64_t *sums)
{
    size_t size = data->height * data->width;
    for (size_t i = 0; i < data->n_images; i++) {
        uint64_t *sum = sums + places[data->labels[i]] * size;
        for (size_t j = 0; j < size; j++) {
            sum[j] += data->pixels[i * size + j];
        }
    }
}

static numeral_status draw_means(const cli_plot_input *input, numeral_picture *out,
                                 numeral_error *err)
{
    const numeral_dataset *data = &input->session->data;
    size_t size = data->height * data->width, n = 0;
    uint64_t counts[MOST_CLASSES], *sums = NULL;
    numeral_label labels[MOST_CLASSES];
    uint8_t *means = NULL;
    size_t *places = cli_count_labels(data);
    numeral_status status;
    TRY(places ? NUMERAL_OK : cli_no_memory(err));
    for (size_t label = 0; label < CLI_LABELS; label++) {
        size_t count = places[label];
        places[label] = n;
        if (count > 0 && n < MOST_CLASSES) {
            labels[n] = (numeral_label)label;
            counts[n] = count;
        }
        n += count > 0;
    }
    if (n > MOST_CLASSES) {
        TRY(cli_fail(err, NUMERAL_ERROR_ARGUMENT,
                     "means: %zu labels: expected at most %d", n, MOST_CLASSES));
    }
    sums = calloc(n * size + 1, sizeof *sums);
    means = calloc(n * size + 1, 1);
    TRY(sums && means ? NUMERAL_OK : cli_no_memory(err));
    add_up(data, places, sums);
    for (size_t i = 0; i < n * size; i++) {
        uint64_t count = counts[i / size];
        means[i] = (uint8_t)((sums[i] + count / 2) / count);
    }
    numeral_class_means chart = {.title = input->title,
                                 .digits = {means, n, data->height, data->width},
                                 .labels = labels,
                                 .counts = counts,
                                 .label_names = input->names};
    status = numeral_draw_means(&chart, input->format, out, err);
done:
    free(places);
    free(sums);
    free(means);
    return status;
}

const cli_plot cli_plot_means = {
    .name = "means", .title = "Mean digits", .draw = draw_means};
