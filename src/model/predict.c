/* Predicting: the verdicts on a set of digits, laid out as arrays. */
#include <string.h>

#include "base/fail.h"
#include "base/run.h"
#include "model/hold.h"
#include "model/predict.h"
#include "model/reader.h"

void numeral_answers_free(numeral_answers *answers)
{
    numeral_release(answers->labels);
    numeral_release(answers->confidence);
    numeral_release(answers->decided);
    numeral_release(answers->likeness);
    numeral_release(answers->refused);
    numeral_release(answers->votes);
    numeral_release(answers->ids);
    numeral_release(answers->distances);
    *answers = (numeral_answers){0};
}

static numeral_status allocate_answers(numeral_answers *a, numeral_error *err)
{
    numeral_status status;
    TRY_ALLOC(a->labels = numeral_allocate(a->n, sizeof *a->labels, err));
    TRY_ALLOC(a->confidence = numeral_allocate(a->n, sizeof *a->confidence, err));
    TRY_ALLOC(a->decided = numeral_allocate(a->n, 1, err));
    TRY_ALLOC(a->likeness = numeral_allocate(a->n, sizeof *a->likeness, err));
    TRY_ALLOC(a->refused = numeral_allocate(a->n, 1, err));
    TRY_ALLOC(a->votes = numeral_allocate(a->n, a->n_classes * sizeof *a->votes, err));
    TRY_ALLOC(a->ids = numeral_allocate(a->n, a->k * sizeof *a->ids, err));
    TRY_ALLOC(a->distances = numeral_allocate(a->n, a->k * sizeof *a->distances, err));
done:
    return status;
}

static numeral_status take_block(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    (void)err;
    numeral_answers *answers = context;
    size_t k = answers->k, n_classes = answers->n_classes;
    for (size_t i = 0; i < reader->n; i++) {
        const numeral_read_verdict *v = &reader->verdicts[i];
        size_t at = first + i;
        answers->labels[at] = reader->model->classes->labels[v->winner];
        answers->confidence[at] = v->confidence;
        answers->decided[at] = (uint8_t)v->decided;
        answers->likeness[at] = v->likeness;
        answers->refused[at] = (uint8_t)v->refused;
        memcpy(answers->votes + at * n_classes, v->votes, n_classes * sizeof *v->votes);
        /* the first k of reader->k places; those that are not filled hold -1 */
        memcpy(answers->ids + at * k, v->ids, k * sizeof *v->ids);
        memcpy(answers->distances + at * k, v->distances, k * sizeof *v->distances);
    }
    return NUMERAL_OK;
}

numeral_status numeral_predict_held(const numeral_model *now, const numeral_dataset *data,
                                    bool numbered, const numeral_run *run,
                                    numeral_answers *out, numeral_error *err)
{
    numeral_answers answers = {
        .n = data->n_images, .n_classes = now->n_classes, .k = numeral_model_voters(now)};
    numeral_reader reader = {0};
    numeral_status status;
    TRY(allocate_answers(&answers, err));
    TRY(numeral_reader_open(&reader, now, NUMERAL_READ_ANSWER, answers.n, 0, run, err));
    TRY(numeral_reader_read_data(&reader, data, numbered, run, take_block, &answers,
                                 err));
    answers.seconds = reader.seconds;
    *out = answers;
    answers = (numeral_answers){0};
done:
    numeral_answers_free(&answers);
    numeral_reader_free(&reader);
    return status;
}

numeral_status numeral_model_predict(const numeral_model *model,
                                     const numeral_dataset *data, const numeral_run *run,
                                     numeral_answers *out, numeral_error *err)
{
    numeral_model now = {0};
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    status =
        numeral_predict_held(&now, data, false, numeral_run_or_default(run), out, err);
done:
    numeral_model_let_go(&now);
    return status;
}
