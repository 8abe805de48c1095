/* The pictures that the demo leaves: confusion, a sample of the digits, the misread ones.
 */
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "pictures.h"
#include "plots.h"

enum { MOST_DIGITS = 100, PATH_BYTES = 4200 };

typedef struct demo {
    const cli_session *session;
    const numeral_dataset *test;
    const char *folder;
    numeral_answers answers; /* borrowed */
} demo;

bool cli_demo_can_draw(void)
{
    numeral_picture picture = {0};
    numeral_grid grid = {.title = "", .digits = {(const uint8_t[1]){0}, 1, 1, 1}};
    numeral_status status = numeral_draw_grid(&grid, NUMERAL_PICTURE_SVG, &picture, NULL);
    numeral_picture_free(&picture);
    return status == NUMERAL_OK;
}

/* Saves what was drawn with `status`. A build without cairo has no pictures: worth a
 * word, not a failure. */
static numeral_status save(const demo *of, numeral_status status,
                           numeral_picture *picture, const char *name, const char *what,
                           numeral_error *err)
{
    char path[PATH_BYTES];
    if (status == NUMERAL_ERROR_UNSUPPORTED && of->session->text) {
        cli_print("note: %s\n", err->text);
    }
    if (status != NUMERAL_OK) {
        return status == NUMERAL_ERROR_UNSUPPORTED ? NUMERAL_OK : status;
    }
    snprintf(path, sizeof path, "%.4000s/%s", of->folder, name);
    return cli_picture_save(picture, path, what, of->session, err);
}

/* Draws the rows `ids` of the test data as a grid into the file `name`. */
static numeral_status draw_digits(const demo *of, const size_t *ids, size_t n,
                                  const char *title, const char *name, numeral_error *err)
{
    numeral_dataset digits = {0};
    numeral_label predicted[MOST_DIGITS];
    numeral_picture picture = {0};
    numeral_status status;
    TRY(numeral_dataset_select(of->test, ids, n, &digits, err));
    for (size_t i = 0; i < n; i++) {
        predicted[i] = of->answers.labels[ids[i]];
    }
    numeral_grid grid = {.title = title,
                         .digits = {digits.pixels, n, digits.height, digits.width},
                         .labels = digits.labels,
                         .predicted = predicted,
                         .label_names = cli_data_names(&digits)};
    status = save(of, numeral_draw_grid(&grid, NUMERAL_PICTURE_PNG, &picture, err),
                  &picture, name, title, err);
done:
    numeral_dataset_free(&digits);
    return status;
}

/* A sample of all digits, spread over the data, and the first misread ones. */
static numeral_status draw_grids(const demo *of, numeral_error *err)
{
    size_t ids[MOST_DIGITS], n = 0, n_all = of->test->n_images;
    char title[300];
    size_t n_sample = n_all < MOST_DIGITS ? n_all : MOST_DIGITS;
    numeral_status status;
    for (size_t i = 0; i < n_sample; i++) {
        ids[i] = i * n_all / n_sample;
    }
    snprintf(title, sizeof title, "%.200s: %zu digits", of->test->name, n_sample);
    TRY(draw_digits(of, ids, n_sample, title, "digits.png", err));
    for (size_t i = 0; i < n_all && n < MOST_DIGITS; i++) {
        if (of->answers.labels[i] != of->test->labels[i]) {
            ids[n++] = i;
        }
    }
    if (n > 0) {
        snprintf(title, sizeof title, "%.200s: misread digits", of->test->name);
        status = draw_digits(of, ids, n, title, "mistakes.png", err);
    }
done:
    return status;
}

static numeral_status draw_confusion(const demo *of, numeral_error *err)
{
    numeral_picture picture = {0};
    cli_plot_input input = {.session = of->session,
                            .format = NUMERAL_PICTURE_PNG,
                            .names = cli_data_names(of->test)};
    numeral_model_info info;
    numeral_status status;
    numeral_model_get_info(of->session->model, &info);
    snprintf(input.title, sizeof input.title, "Confusion: %.200s", of->test->name);
    snprintf(input.subtitle, sizeof input.subtitle, "%.600s, trained on %.200s",
             info.recipe, info.data);
    TRY(numeral_scores_compute(of->test->labels, of->answers.labels, of->answers.n,
                               &input.scores, err));
    status = save(of, cli_plot_confusion.draw(&input, &picture, err), &picture,
                  "confusion.png", input.title, err);
done:
    numeral_scores_free(&input.scores);
    return status;
}

numeral_status cli_demo_pictures(const cli_session *session,
                                 const numeral_answers *answers, const char *folder,
                                 numeral_error *err)
{
    demo of = {session, &session->data, folder, *answers};
    numeral_status status = draw_confusion(&of, err);
    return status == NUMERAL_OK ? draw_grids(&of, err) : status;
}
