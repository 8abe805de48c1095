/* What is gained by refusing the doubtful digits: the error among those that are answered
 * against the share of those that are not (Chow 1970). */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "plot/chart_curves.h"
#include "plot/chart_entries.h"

enum { NOTE_BYTES = 160 };

/* The error where `share` is refused: that of the last point at or below it. */
static double error_at(const numeral_rejection *rejection, double share)
{
    double error = rejection->errors[0];
    for (size_t i = 0; i < rejection->n && rejection->refused[i] <= share + 1e-12; i++) {
        error = rejection->errors[i];
    }
    return error;
}

static numeral_status check_shares(const numeral_rejection *rejection, numeral_error *err)
{
    if (rejection->n == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "rejection: nothing to draw: no points");
    }
    for (size_t i = 0; i < rejection->n; i++) {
        double refused = rejection->refused[i], errors = rejection->errors[i];
        bool good = refused >= 0 && refused <= 1 && errors >= 0 && errors <= 1 &&
                    (i == 0 || refused >= rejection->refused[i - 1]);
        if (!good) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "rejection: point %zu is (%g, %g): expected shares of 0 "
                                "to 1, the first ascending",
                                i, refused, errors);
        }
    }
    return NUMERAL_OK;
}

static numeral_status draw_rejection(const void *data, numeral_canvas *canvas,
                                     numeral_error *err)
{
    const numeral_rejection *rejection = data;
    char note[NOTE_BYTES];
    double *percent = NULL;
    numeral_status status;
    TRY(check_shares(rejection, err));
    TRY_ALLOC(percent = numeral_allocate(rejection->n, 2 * sizeof *percent, err));
    for (size_t i = 0; i < rejection->n; i++) {
        percent[i] = 100 * rejection->refused[i];
        percent[rejection->n + i] = 100 * rejection->errors[i];
    }
    numeral_text_format(
        note, sizeof note,
        "%.2f %% refusing none, %.2f %% at most 1 %%, %.2f %% at most 5 %%",
        100 * error_at(rejection, 0), 100 * error_at(rejection, 0.01),
        100 * error_at(rejection, 0.05));
    numeral_series series = {.name = "error among the answered",
                             .note = note,
                             .n = rejection->n,
                             .x = percent,
                             .y = percent + rejection->n};
    numeral_curves curves = {.title = rejection->title,
                             .subtitle = rejection->subtitle,
                             .x_name = "refused, % of all",
                             .y_name = "error, % of the answered",
                             .series = &series,
                             .n_series = 1,
                             .from_zero = true};
    TRY(numeral_curves_draw(&curves, "rejection", canvas, err));
done:
    numeral_release(percent);
    return status;
}

const numeral_chart numeral_chart_rejection = {
    .entry = {.name = "rejection",
              .help = "the error when the most doubtful digits are refused",
              .source = "Chow 1970"},
    .draw = draw_rejection,
};
