/* What the parts of the service share: the service itself, requests and replies.
 *
 * A reply is made of a request alone, whatever brought it (http.c does); so nothing here
 * knows of sockets. */
#ifndef SERVE_SERVICE_H
#define SERVE_SERVICE_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <numeral/taught.h>

#include "serve.h"

enum {
    SERVE_MOST_BODY = 32 << 20,   /* bytes of one request */
    SERVE_ALL_BODIES = 256 << 20, /* of all that are held */
    SERVE_MOST_PICTURES = 256,    /* of one request */
    SERVE_NAME_BYTES = 256,
    SERVE_ETAG_BYTES = 20
};

/* What a request asks for; each is counted by itself. */
typedef enum serve_what {
    SERVE_PREDICT,
    SERVE_READ,
    SERVE_WHY,
    SERVE_DOCTOR,
    SERVE_TEACH,
    SERVE_UNTEACH,
    SERVE_TAUGHT,
    SERVE_MODEL,
    SERVE_HEALTH,
    SERVE_METRICS,
    SERVE_OPENAPI,
    SERVE_FILE,
    SERVE_NOTHING, /* no such place */
    SERVE_WHAT_COUNT
} serve_what;

typedef struct serve_picture {
    const uint8_t *bytes;
    size_t n_bytes;
    char name[SERVE_NAME_BYTES];
} serve_picture;

/* A request as far as it matters; all of it is borrowed. */
typedef struct serve_request {
    serve_what what;
    const char *method, *path;
    const char *content_type;                                 /* "" where there is none */
    const char *host, *origin, *site, *token, *if_none_match; /* headers, or NULL */
    const char *k, *expect, *upright, *after, *limit;         /* queries, or NULL */
    const uint8_t *body;
    size_t n_body;
} serve_request;

typedef struct serve_reply {
    unsigned status;
    const char *type;
    char *text;          /* owned, by malloc; or NULL: */
    const uint8_t *file; /* of the program itself */
    size_t n_bytes;
    const char *etag;  /* or NULL */
    const char *allow; /* of 405, or NULL */
} serve_reply;

enum { SERVE_BUCKETS = 10 };

typedef struct serve_metrics {
    atomic_ullong answers[SERVE_WHAT_COUNT][6]; /* by status / 100 */
    atomic_ullong buckets[SERVE_WHAT_COUNT][SERVE_BUCKETS + 1];
    atomic_ullong nanoseconds[SERVE_WHAT_COUNT];
    atomic_size_t connections, bodies, jobs;
} serve_metrics;

/* What was taught, beside the model that learnt it; its lock is `teaching`. */
typedef struct serve_lessons {
    numeral_taught *file; /* NULL: nobody teaches */
    const char *name;     /* of the file, without its folder */
    int64_t *ids, *rows;  /* n, ascending ids */
    size_t n, room;
} serve_lessons;

typedef struct service {
    const serve_options *options;
    numeral_model *model;
    size_t height, width; /* of its frame */
    pthread_mutex_t teaching;
    serve_lessons lessons;
    char token[SERVE_NAME_BYTES]; /* "": none */
    bool loopback;
    serve_metrics metrics;
} service;

/* guard.c: whether the request may do what it wants; else the reply says why not. */
bool serve_may(const service *s, const serve_request *request, serve_reply *out);
numeral_status serve_read_token(service *s, const char *path, numeral_error *err);

/* routes.c: what a method and a path ask for, and the reply. */
serve_what serve_route(const char *method, const char *path, const char **allow);
bool serve_is_light(const serve_request *request);
void serve_answer(service *s, const serve_request *request, serve_reply *out);

/* replies.c */
void serve_say(serve_reply *out, unsigned status, const char *format, ...)
    NUMERAL_PRINTF(3, 4);
/* The sentence, with the status that the kind of failure stands for. */
void serve_say_failure(serve_reply *out, const numeral_error *err);
/* Takes the reference; NULL stands for a lack of memory. */
void serve_give(serve_reply *out, unsigned status, json_t *value);
void serve_reply_free(serve_reply *reply);

/* pictures_in.c: the pictures, and what is said with them, in a request's body. */
typedef struct serve_body {
    serve_picture *pictures; /* owned, as are those of JSON; bytes else borrowed */
    size_t n;
    bool several; /* asked for as a list */
    char label[SERVE_NAME_BYTES], source[SERVE_NAME_BYTES];
    bool has_label;
    bool framed;       /* the image is as the model's own are: not to be framed */
    uint8_t **decoded; /* of base64, n of them or NULL */
} serve_body;

bool serve_body_read(const serve_request *request, serve_body *out, serve_reply *reply);
void serve_body_free(serve_body *body);
/* A query or the text of a field as a whole number from `low` to `high`; false, with the
 * reply filled, where it is none. `text` NULL: `standard`. */
bool serve_number(const char *name, const char *text, long long low, long long high,
                  long long standard, long long *out, serve_reply *reply);

/* base64.c: bytes in new memory, or NULL; texts in new memory. */
uint8_t *serve_base64_decode(const char *text, size_t length, size_t *n_bytes);
char *serve_base64_encode(const uint8_t *bytes, size_t n_bytes);

/* multipart.c: the next part of a form, behind *at; false at the end or where it is no
 * form. Names are cut to their room; what is no text becomes "?". */
typedef struct serve_part {
    char name[SERVE_NAME_BYTES], file_name[SERVE_NAME_BYTES];
    bool is_file;
    const uint8_t *bytes;
    size_t n_bytes;
} serve_part;

bool serve_boundary(const char *content_type, char out[128]);
bool serve_part_next(const uint8_t *body, size_t n_body, const char *boundary, size_t *at,
                     serve_part *out);

/* readings.c: what the model says. */
void serve_predict(service *s, const serve_request *request, serve_reply *out);
void serve_read(service *s, const serve_request *request, serve_reply *out);
void serve_why(service *s, const serve_request *request, serve_reply *out);
void serve_doctor(service *s, const serve_request *request, serve_reply *out);
void serve_model(service *s, serve_reply *out);

/* lessons.c */
numeral_status serve_lessons_open(service *s, numeral_error *err);
void serve_lessons_close(service *s);
void serve_teach(service *s, const serve_request *request, serve_reply *out);
void serve_unteach(service *s, const serve_request *request, serve_reply *out);
void serve_taught(service *s, const serve_request *request, serve_reply *out);

/* metrics.c */
void serve_count(serve_metrics *metrics, serve_what what, unsigned status,
                 unsigned long long nanoseconds);
void serve_tell_metrics(service *s, serve_reply *out);

/* Files of the page and openapi.json, made by embed.py; the last has no path. */
typedef struct serve_file {
    const char *path, *type, *etag;
    const uint8_t *bytes;
    size_t n_bytes;
} serve_file;

extern const serve_file serve_files[];

#endif
