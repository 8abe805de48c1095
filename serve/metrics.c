/* What was asked and how long it took, in the text format of Prometheus. */
#include <stdio.h>
#include <stdlib.h>

#include "service.h"

static const char *name_of(serve_what what)
{
    static const char *const names[SERVE_WHAT_COUNT] = {
        [SERVE_PREDICT] = "predict", [SERVE_READ] = "read",
        [SERVE_WHY] = "why",         [SERVE_DOCTOR] = "doctor",
        [SERVE_TEACH] = "teach",     [SERVE_UNTEACH] = "unteach",
        [SERVE_TAUGHT] = "taught",   [SERVE_MODEL] = "model",
        [SERVE_HEALTH] = "healthz",  [SERVE_METRICS] = "metrics",
        [SERVE_OPENAPI] = "openapi", [SERVE_FILE] = "page",
        [SERVE_NOTHING] = "nowhere",
    };
    return names[what];
}

static const double bounds[SERVE_BUCKETS] = {0.0005, 0.001, 0.0025, 0.005, 0.01,
                                             0.025,  0.05,  0.1,    0.5,   2.5};

void serve_count(serve_metrics *metrics, serve_what what, unsigned status,
                 unsigned long long nanoseconds)
{
    size_t at = 0;
    while (at < SERVE_BUCKETS && (double)nanoseconds > 1e9 * bounds[at]) {
        at++;
    }
    atomic_fetch_add(&metrics->answers[what][status / 100 % 6], 1);
    atomic_fetch_add(&metrics->buckets[what][at], 1);
    atomic_fetch_add(&metrics->nanoseconds[what], nanoseconds);
}

static void tell_answers(FILE *to, serve_metrics *metrics)
{
    fputs("# HELP numeral_requests_total Requests answered.\n"
          "# TYPE numeral_requests_total counter\n",
          to);
    for (int what = 0; what < SERVE_WHAT_COUNT; what++) {
        for (int class = 1; class < 6; class ++) {
            unsigned long long n = atomic_load(&metrics->answers[what][class]);
            if (n) {
                fprintf(to, "numeral_requests_total{of=\"%s\",code=\"%dxx\"} %llu\n",
                        name_of((serve_what)what), class, n);
            }
        }
    }
}

/* A number without the locale's comma: `thousandths` are printed as whole ones. */
static void tell_seconds(FILE *to, unsigned long long nanoseconds)
{
    fprintf(to, " %llu.%09llu\n", nanoseconds / 1000000000, nanoseconds % 1000000000);
}

static void tell_times(FILE *to, serve_metrics *metrics)
{
    fputs("# HELP numeral_request_seconds From a whole request to its answer.\n"
          "# TYPE numeral_request_seconds histogram\n",
          to);
    for (int what = 0; what < SERVE_WHAT_COUNT; what++) {
        const char *name = name_of((serve_what)what);
        unsigned long long sum = 0;
        for (int i = 0; i <= SERVE_BUCKETS; i++) {
            sum += atomic_load(&metrics->buckets[what][i]);
        }
        if (sum == 0) {
            continue;
        }
        sum = 0;
        for (int i = 0; i < SERVE_BUCKETS; i++) {
            unsigned tenths = (unsigned)(bounds[i] * 1e4 + 0.5);
            sum += atomic_load(&metrics->buckets[what][i]);
            fprintf(to, "numeral_request_seconds_bucket{of=\"%s\",le=\"%u.%04u\"} %llu\n",
                    name, tenths / 10000, tenths % 10000, sum);
        }
        sum += atomic_load(&metrics->buckets[what][SERVE_BUCKETS]);
        fprintf(to, "numeral_request_seconds_bucket{of=\"%s\",le=\"+Inf\"} %llu\n", name,
                sum);
        fprintf(to, "numeral_request_seconds_sum{of=\"%s\"}", name);
        tell_seconds(to, atomic_load(&metrics->nanoseconds[what]));
        fprintf(to, "numeral_request_seconds_count{of=\"%s\"} %llu\n", name, sum);
    }
}

static void tell_gauge(FILE *to, const char *name, const char *help, size_t value)
{
    fprintf(to, "# HELP numeral_%s %s\n# TYPE numeral_%s gauge\nnumeral_%s %zu\n", name,
            help, name, name, value);
}

void serve_tell_metrics(service *s, serve_reply *out)
{
    char *text = NULL;
    size_t n_bytes = 0;
    numeral_model_info info;
    numeral_model_get_info(s->model, &info);
    pthread_mutex_lock(&s->teaching);
    size_t n_taught = s->lessons.n;
    pthread_mutex_unlock(&s->teaching);
    FILE *to = open_memstream(&text, &n_bytes);
    if (to) {
        fprintf(to,
                "# HELP numeral_build_info The version.\n"
                "# TYPE numeral_build_info gauge\n"
                "numeral_build_info{version=\"%s\",cpu=\"%s\"} 1\n",
                numeral_version(), numeral_cpu_name());
        tell_answers(to, &s->metrics);
        tell_times(to, &s->metrics);
        tell_gauge(to, "model_rows", "Rows that answers come from.", info.n_rows);
        tell_gauge(to, "taught_digits", "Digits taught to the service.", n_taught);
        tell_gauge(to, "connections", "Open connections.",
                   atomic_load(&s->metrics.connections));
        tell_gauge(to, "body_bytes", "Bytes of bodies that are held.",
                   atomic_load(&s->metrics.bodies));
        tell_gauge(to, "jobs", "Requests that wait for a thread, or have one.",
                   atomic_load(&s->metrics.jobs));
        fclose(to);
    }
    if (!text) {
        serve_give(out, 503, NULL);
        return;
    }
    *out = (serve_reply){.status = 200,
                         .type = "text/plain; version=0.0.4; charset=utf-8",
                         .text = text,
                         .n_bytes = n_bytes};
}
