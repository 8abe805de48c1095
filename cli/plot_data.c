/* numeral plot: mean digits. */
#include <stdlib.h>

#include "plots.h"

/* Sums of the pixels of each label, 256 × pixels. */
static void add_up(const numeral_dataset *data, uint64_t *sums, uint64_t counts[256])
{
    size_t size = data->height * data->width;
    for (size_t i = 0; i < data->n_images; i++) {
        uint64_t *sum = sums + data->labels[i] * size;
        counts[data->labels[i]]++;
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
    uint64_t all_counts[256] = {0}, counts[256];
    uint8_t labels[256];
    uint64_t *sums = calloc(256 * size + 1, sizeof *sums);
    uint8_t *means = calloc(256 * size + 1, 1);
    numeral_status status;
    TRY(sums && means ? NUMERAL_OK : cli_no_memory(err));
    add_up(data, sums, all_counts);
    for (size_t label = 0; label < 256; label++) {
        uint64_t count = all_counts[label];
        for (size_t j = 0; j < size && count > 0; j++) {
            means[n * size + j] = (uint8_t)((sums[label * size + j] + count / 2) / count);
        }
        labels[n] = (uint8_t)label;
        counts[n] = count;
        n += count > 0;
    }
    numeral_class_means chart = {.title = input->title,
                                 .digits = {means, n, data->height, data->width},
                                 .labels = labels,
                                 .counts = counts,
                                 .label_names = input->names};
    status = numeral_draw_means(&chart, input->format, out, err);
done:
    free(sums);
    free(means);
    return status;
}

const cli_plot cli_plot_means = {
    .name = "means", .title = "Mean digits", .draw = draw_means};
