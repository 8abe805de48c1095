/* The rows that a preset searches, as a file of bytes, for comparing searches of them.
 *
 *     feature_rows PRESET TRAIN TEST ROWS_FILE QUERIES_FILE
 *
 * Fits the preset to TRAIN; writes its integers for each digit of TRAIN and of TEST, row
 * after row, 128 added to each i8: distances stay as they are. Prints rows, queries and
 * dimensions.
 */
#include <stdio.h>
#include <stdlib.h>

#include "model/model.h"

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "feature_rows: %s\n", err->text);
        exit(1);
    }
}

/* Returns how many rows there are. */
static size_t write_rows(const numeral_model *model, const numeral_dataset *data,
                         const char *path)
{
    numeral_error err;
    numeral_framed framed;
    numeral_run run = {.threads = 0};
    size_t dims = model->pipeline.n_dims, bytes = data->n_images * dims;
    must(numeral_model_frame(model, data, &(numeral_run){0}, &framed, &err), &err);
    uint8_t *rows = malloc(bytes);
    FILE *file = fopen(path, "wb");
    if (!rows || !file) {
        perror(path);
        exit(1);
    }
    must(numeral_pipeline_rows(&model->pipeline, framed.pixels, data->n_images, dims,
                               &run, rows, &err),
         &err);
    for (size_t i = 0; i < bytes; i++) {
        rows[i] ^= 0x80;
    }
    if (fwrite(rows, 1, bytes, file) != bytes || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    free(rows);
    return data->n_images;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: feature_rows PRESET TRAIN TEST ROWS_FILE QUERIES_FILE\n");
        return 2;
    }
    numeral_error err;
    numeral_recipe *recipe;
    numeral_model *model;
    numeral_dataset train, test;
    numeral_run run = {.threads = 0};
    numeral_load load = {.need_labels = true};
    must(numeral_recipe_preset(NULL, argv[1], &recipe, &err), &err);
    must(numeral_dataset_load(argv[2], &load, &train, &err), &err);
    must(numeral_dataset_load(argv[3], &load, &test, &err), &err);
    must(numeral_model_fit(recipe, &train, 0, &run, &model, NULL, &err), &err);
    if (numeral_index_dtype(model->index) != NUMERAL_I8) {
        fprintf(stderr, "feature_rows: the rows of %s are not i8\n", argv[1]);
        return 1;
    }
    size_t n = write_rows(model, &train, argv[4]), m = write_rows(model, &test, argv[5]);
    printf("%zu %zu %zu\n", n, m, model->pipeline.n_dims);
    return 0;
}
