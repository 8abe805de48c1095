/* Calibration by cross-validation: every digit is read by a model fitted to the other
 * folds alone, so that no stage has seen its label, which leaving one digit out of a
 * fitted model would not give (Stone 1974). */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/run.h"
#include "data/set.h"
#include "model/confidence.h"
#include "model/fit.h"

/* Each fold is a whole fitting: 100 of them are more than anyone waits for, and leave the
 * models 99 % of the digits. */
enum { MOST_FOLDS = 100, CALIBRATION_BYTES = 400 };

typedef struct calibration {
    const numeral_model *model;
    const numeral_dataset *data;
    const numeral_run *run;
    size_t n_folds;
    uint8_t *folds; /* of each digit */
    size_t *totals; /* of each label's digits */
    size_t *seen;   /* how many of them were dealt */
    size_t *ids;    /* room for all */
    numeral_evidence *evidence;
    bool *right;
} calibration;

/* Each label's digits are cut in order into equal runs: digits of one writer, which tend
 * to lie together, stay together, and sorted data are dealt out fairly. */
static void deal(calibration *work)
{
    for (size_t i = 0; i < work->data->n_images; i++) {
        numeral_label label = work->data->labels[i];
        work->folds[i] =
            (uint8_t)(work->n_folds * work->seen[label]++ / work->totals[label]);
    }
}

static numeral_status select_digits(const calibration *work, size_t fold, bool held,
                                    numeral_dataset *out, numeral_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < work->data->n_images; i++) {
        if ((work->folds[i] == fold) == held) {
            work->ids[n++] = i;
        }
    }
    return numeral_dataset_select(work->data, work->ids, n, out, err);
}

/* Keeps the evidence of the digits held out, at their own places. */
static numeral_status take_evidence(void *context, numeral_reader *reader, size_t first,
                                    numeral_error *err)
{
    (void)err;
    const calibration *work = context;
    for (size_t i = 0; i < reader->n; i++) {
        const numeral_read_verdict *v = &reader->verdicts[i];
        size_t digit = work->ids[first + i];
        work->evidence[digit] = numeral_evidence_of(reader->model, v);
        work->right[digit] =
            reader->model->classes->labels[v->winner] == work->data->labels[digit];
    }
    return NUMERAL_OK;
}

static numeral_status read_fold(calibration *work, size_t fold, numeral_error *err)
{
    numeral_dataset rest = {0}, held = {0};
    numeral_model *model = NULL;
    numeral_reader reader = {0};
    numeral_status status;
    TRY(select_digits(work, fold, false, &rest, err));
    TRY(select_digits(work, fold, true, &held, err)); /* ids are those of `held` now */
    if (held.n_images == 0) {
        goto done;
    }
    TRY(numeral_model_fit_stages(&work->model->recipe, &rest, work->model->seed,
                                 work->run, &model, NULL, err));
    /* evidence of all folds is in units of their own models, and so goes together */
    TRY(numeral_confidence_unit(model, work->run, &model->map.unit, err));
    TRY(numeral_reader_open(&reader, model, NUMERAL_READ_ANSWER, held.n_images, 0,
                            work->run, err));
    TRY(numeral_reader_read_data(&reader, &held, false, work->run, take_evidence, work,
                                 err));
done:
    numeral_reader_free(&reader);
    numeral_model_destroy(model);
    numeral_dataset_free(&rest);
    numeral_dataset_free(&held);
    return status;
}

static numeral_status check_call(const numeral_model *model, const numeral_dataset *data,
                                 size_t n_folds, numeral_error *err)
{
    if (n_folds < 2 || n_folds > MOST_FOLDS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "calibration: %zu folds: expected 2 to %d", n_folds,
                            MOST_FOLDS);
    }
    if (data->n_images < n_folds) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: %zu digits are too few for %zu folds", data->name,
                            data->n_images, n_folds);
    }
    if (!data->labels || data->n_images != model->n_rows ||
        memcmp(data->labels, model->labels, model->n_rows * sizeof *data->labels) != 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: not the data that the model was fitted to", data->name);
    }
    return NUMERAL_OK;
}

static numeral_status adopt(numeral_model *model, const calibration *work,
                            numeral_error *err)
{
    char text[CALIBRATION_BYTES], *copy;
    numeral_confidence_map map;
    numeral_status status;
    TRY(numeral_confidence_unit(model, work->run, &map.unit, err));
    snprintf(text, sizeof text, "%zu folds of %.300s", work->n_folds, work->data->name);
    TRY_ALLOC(copy = numeral_copy_text(text, strlen(text), err));
    numeral_confidence_fit(work->evidence, work->right, work->data->n_images, &map);
    numeral_release(model->calibration);
    model->calibration = copy;
    model->map = map;
done:
    return status;
}

numeral_status numeral_model_calibrate(numeral_model *model, const numeral_dataset *data,
                                       size_t n_folds, const numeral_run *run,
                                       numeral_error *err)
{
    size_t n = data->n_images;
    calibration work = {.model = model,
                        .data = data,
                        .run = numeral_run_or_default(run),
                        .n_folds = n_folds};
    numeral_status status;
    TRY(check_call(model, data, n_folds, err));
    TRY_ALLOC(work.folds = numeral_allocate(n, sizeof *work.folds, err));
    TRY_ALLOC(work.totals = numeral_dataset_count_labels(data, err));
    TRY_ALLOC(work.seen = numeral_allocate_zero(NUMERAL_LABELS, sizeof *work.seen, err));
    TRY_ALLOC(work.ids = numeral_allocate(n, sizeof *work.ids, err));
    TRY_ALLOC(work.evidence = numeral_allocate_zero(n, sizeof *work.evidence, err));
    TRY_ALLOC(work.right = numeral_allocate_zero(n, sizeof *work.right, err));
    deal(&work);
    for (size_t fold = 0; fold < n_folds; fold++) {
        TRY(read_fold(&work, fold, err));
    }
    TRY(adopt(model, &work, err)); /* only now does the model change */
done:
    numeral_release(work.folds);
    numeral_release(work.totals);
    numeral_release(work.seen);
    numeral_release(work.ids);
    numeral_release(work.evidence);
    numeral_release(work.right);
    return status;
}
