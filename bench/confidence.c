/* The weights of a preset's confidence (src/recipe/presets.c): models of the first 50,000
 * rows of MNIST's training set read the other 10,000 as they are, half of them made bad
 * (tests/unit/degrade.h) and framed by the model, and 5,000 drawn digits (pen), so that
 * confidence holds on other people's digits, too.
 *
 *     confidence PRESET...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "bench/bad_digits.h"
#include "model/confidence.h"
#include "model/model.h"

enum { PIXELS = 784, N_BAD = 5000, N_PEN = 5000, ROOM = 10000 + N_BAD + N_PEN };

typedef struct evidence {
    const numeral_label *labels;
    numeral_evidence *all;
    bool *right;
    size_t n;
} evidence;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "confidence: %s\n", err->text);
        exit(1);
    }
}

static numeral_status take(void *context, numeral_reader *reader, size_t first,
                           numeral_error *err)
{
    evidence *e = context;
    (void)err;
    for (size_t i = 0; i < reader->n; i++, e->n++) {
        const numeral_read_verdict *v = &reader->verdicts[i];
        e->all[e->n] = numeral_evidence_of(reader->model, v);
        e->right[e->n] =
            reader->model->classes->labels[v->winner] == e->labels[first + i];
    }
    return NUMERAL_OK;
}

static void read_set(const numeral_model *model, const numeral_dataset *data, evidence *e)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_reader reader;
    e->labels = data->labels;
    must(numeral_reader_open(&reader, model, NUMERAL_READ_ANSWER, data->n_images, 0, &run,
                             &err),
         &err);
    must(numeral_reader_read_data(&reader, data, false, &run, take, e, &err), &err);
    numeral_reader_free(&reader);
}

static void load(const char *text, numeral_dataset *out)
{
    numeral_error err;
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    must(numeral_dataset_load(text, &options, out, &err), &err);
}

static void measure(const char *preset, const numeral_dataset *rows, evidence *e)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_model *model = NULL;
    numeral_dataset held = {0}, bad = {0}, pen = {0};
    numeral_confidence_map map;
    load("mnist:train[50000:60000]", &held);
    load("mnist:train[50000:55000]", &bad);
    load("pen:train[0:5000]", &pen);
    must(numeral_model_train(rows, preset, &run, &model, &err), &err);
    must(numeral_confidence_unit(model, &run, &model->map.unit, &err), &err);
    bad_digits_replace(model, &bad);
    e->n = 0;
    read_set(model, &held, e);
    read_set(model, &bad, e);
    read_set(model, &pen, e);
    numeral_confidence_fit(e->all, e->right, e->n, &map);
    printf("%s\n    {", preset);
    for (int way = 0; way < NUMERAL_DECIDED_COUNT; way++) {
        printf("%s{%.5g, %.5g, %.5g}", way ? ", " : "", map.weights[way][0],
               map.weights[way][1], map.weights[way][2]);
    }
    printf("}\n");
    fflush(stdout);
    numeral_model_destroy(model);
    numeral_dataset_free(&held);
    numeral_dataset_free(&bad);
    numeral_dataset_free(&pen);
}

int main(int argc, char **argv)
{
    evidence e = {.all = calloc(ROOM, sizeof *e.all),
                  .right = calloc(ROOM, sizeof *e.right)};
    numeral_dataset rows = {0};
    if (argc < 2 || !e.all || !e.right) {
        fprintf(stderr, "usage: confidence PRESET...\n");
        return 2;
    }
    load("mnist:train[0:50000]", &rows);
    for (int i = 1; i < argc; i++) {
        measure(argv[i], &rows, &e);
    }
    numeral_dataset_free(&rows);
    free(e.all);
    free(e.right);
    return 0;
}
