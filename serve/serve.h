/* numeral over HTTP: one model that reads digits for whoever asks, and learns from those
 * who may teach it. docs/service.md tells what it serves. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <numeral/model.h>

enum { SERVE_MOST_ORIGINS = 16 };

typedef struct serve_options {
    numeral_model *model;
    const char *model_name; /* told to whoever asks what the model is */
    uint64_t model_bytes;   /* of its file */
    const char *listen;     /* "127.0.0.1:8080", "[::1]:0" */
    const char *teach;      /* the file of taught digits, or NULL: nobody teaches */
    const char *token_file; /* what its first line says must be known to change anything;
                               NULL: nothing */
    const char *origins[SERVE_MOST_ORIGINS]; /* other places whose pages may ask */
    size_t n_origins;
    int threads;
    int patience; /* seconds until a request must be whole */
    uint64_t seed;
    /* Called once, when it listens. */
    void (*ready)(void *context, const char *address, size_t n_taught);
    void *context;
} serve_options;

/* Whether the options are understood and go together; nothing is opened. */
numeral_status serve_check(const serve_options *options, numeral_error *err);
/* Serves until SIGTERM or SIGINT, then ends what is under way. */
numeral_status serve_run(const serve_options *options, numeral_error *err);

#endif
