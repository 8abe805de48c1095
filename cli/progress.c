/* The progress bar on standard error. */
#include <string.h>
#include <time.h>

#include "cli.h"

/* A task must last this many seconds before it gets a bar, and the bar that many before
 * it is drawn again: below, it would only flicker. */
static const double FIRST_AFTER = 0.3, AGAIN_AFTER = 0.1;

/* The bar on the terminal; one at a time. */
static struct {
    char what[64];
    double start, last;
    bool shown;
} bar;

double cli_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void cli_progress_clear(void)
{
    if (bar.shown) {
        fputs("\r\033[K", stderr);
        bar.shown = false;
    }
}

/* Whether it is time to draw again. */
static bool is_due(const char *task, uint64_t done, uint64_t total)
{
    double time = cli_now();
    if (strcmp(bar.what, task) != 0) {
        snprintf(bar.what, sizeof bar.what, "%s", task);
        bar.start = bar.last = time;
    }
    if (done >= total) {
        cli_progress_clear();
        bar.what[0] = '\0';
        return false;
    }
    if (time - bar.start < FIRST_AFTER || time - bar.last < AGAIN_AFTER) {
        return false;
    }
    bar.last = time;
    return true;
}

static void draw_cells(const char *what, int width, int n_cells, double share)
{
    char cells[64];
    for (int i = 0; i < n_cells; i++) {
        cells[i] = i < (int)(share * n_cells) ? '#' : '.';
    }
    cells[n_cells] = '\0';
    fprintf(stderr, "\r%.*s [%s] %3.0f %%", width, what, cells, 100 * share);
    bar.shown = true;
}

static double seconds_left(double share)
{
    double elapsed = bar.last - bar.start;
    return share > 0 ? elapsed * (1 - share) / share : 0;
}

bool cli_progress_report(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context;
    if (is_due(what, done, total)) {
        double share = (double)done / (double)total;
        draw_cells(what, 24, 28, share);
        fprintf(stderr, "  %.0f/s  %.0f s left\033[K",
                (double)done / (bar.last - bar.start), seconds_left(share));
    }
    return true;
}

void cli_progress_draw(const char *task, const char *what, uint64_t done, uint64_t total,
                       const char *note)
{
    if (is_due(task, done, total)) {
        double share = (double)done / (double)total;
        draw_cells(what, 19, 10, share);
        if (done > 0) {
            fprintf(stderr, "  %.0f s left", seconds_left(share));
        }
        fprintf(stderr, "  %.26s\033[K", note);
    }
}
