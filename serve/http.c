/* libmicrohttpd below the service: bodies are gathered within limits, light requests are
 * answered at once, others by workers while their connection sleeps.
 *
 * Limits: bytes of a body and of all of them, connections, seconds without a byte, and
 * seconds until a request is whole, which a client cannot stretch byte by byte. */
#include "http.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mhd.h"
#include "workers.h"

enum {
    MOST_CONNECTIONS = 4000,
    IDLE_SECONDS = 30, /* without a byte; less where requests must be whole before */
    HEAD_BYTES = 24 << 10
};

/* A connection, as the sweeper sees it. */
typedef struct caller {
    struct caller *before, *after;
    int socket;
    bool working; /* its request is whole */
    time_t since; /* it began, or its last request ended */
} caller;

struct serve_http {
    service *s;
    serve_mhd mhd;
    struct MHD_Daemon *daemon;
    serve_workers workers;
    pthread_mutex_t calling; /* the callers */
    caller *callers;
    int quiesced; /* the socket taken out of service, or -1 */
    atomic_bool ending;
    atomic_size_t busy; /* requests begun and not ended */
};

/* A request on its way. */
typedef struct exchange {
    serve_http *http;
    struct MHD_Connection *connection;
    serve_request request;
    char *method, *path; /* copies: MHD's own go with a suspended connection's turns */
    uint8_t *body;
    size_t n_body, room;
    serve_reply reply;
    bool refused, answered; /* the reply is there: before the body, after it */
    unsigned long long began;
} exchange;

static unsigned long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000000000ULL + (unsigned long long)t.tv_nsec;
}

static time_t seconds(void)
{
    return (time_t)(now() / 1000000000ULL);
}

/* ---- callers ---- */

static void meet(void *context, struct MHD_Connection *connection, void **socket_context,
                 enum MHD_ConnectionNotificationCode code)
{
    serve_http *http = context;
    caller *one = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            http->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        one = calloc(1, sizeof *one);
        if (!one || !info) {
            free(one);
            return;
        }
        one->socket = info->connect_fd;
        one->since = seconds();
        pthread_mutex_lock(&http->calling);
        one->after = http->callers;
        if (one->after) {
            one->after->before = one;
        }
        http->callers = one;
        pthread_mutex_unlock(&http->calling);
        *socket_context = one;
        atomic_fetch_add(&http->s->metrics.connections, 1);
    } else if (one) {
        pthread_mutex_lock(&http->calling);
        *(one->before ? &one->before->after : &http->callers) = one->after;
        if (one->after) {
            one->after->before = one->before;
        }
        pthread_mutex_unlock(&http->calling);
        free(one);
        *socket_context = NULL;
        atomic_fetch_sub(&http->s->metrics.connections, 1);
    }
}

static void set_working(serve_http *http, struct MHD_Connection *connection, bool working)
{
    const union MHD_ConnectionInfo *info =
        http->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    caller *one = info ? info->socket_context : NULL;
    if (one) {
        pthread_mutex_lock(&http->calling);
        one->working = working;
        one->since = seconds();
        pthread_mutex_unlock(&http->calling);
    }
}

void serve_http_sweep(serve_http *http)
{
    time_t at = seconds();
    pthread_mutex_lock(&http->calling);
    for (caller *one = http->callers; one; one = one->after) {
        if (!one->working && at - one->since > http->s->options->patience) {
            shutdown(one->socket, SHUT_RDWR); /* MHD then ends the connection */
        }
    }
    pthread_mutex_unlock(&http->calling);
}

/* ---- replies ---- */

static void add(const serve_mhd *mhd, struct MHD_Response *response, const char *name,
                const char *value)
{
    if (value) {
        mhd->add_response_header(response, name, value);
    }
}

static struct MHD_Response *make_response(exchange *x)
{
    serve_reply *reply = &x->reply;
    struct MHD_Response *response = NULL;
    if (reply->text) {
        response = x->http->mhd.create_response_from_buffer(reply->n_bytes, reply->text,
                                                            MHD_RESPMEM_MUST_FREE);
        reply->text = response ? NULL : reply->text;
    } else {
        response = x->http->mhd.create_response_from_buffer(
            reply->n_bytes, (void *)(uintptr_t)reply->file, MHD_RESPMEM_PERSISTENT);
    }
    return response;
}

static enum MHD_Result give(exchange *x)
{
    const serve_mhd *mhd = &x->http->mhd;
    const serve_reply *reply = &x->reply;
    unsigned status = reply->status;
    struct MHD_Response *response = make_response(x);
    if (!response) {
        return MHD_NO;
    }
    add(mhd, response, "Content-Type", reply->type);
    add(mhd, response, "ETag", reply->etag);
    add(mhd, response, "Allow", reply->allow);
    add(mhd, response, "Cache-Control", reply->etag ? "no-cache" : "no-store");
    add(mhd, response, "WWW-Authenticate", status == 401 ? "Bearer" : NULL);
    add(mhd, response, "Retry-After", status == 503 ? "1" : NULL);
    add(mhd, response, "X-Content-Type-Options", "nosniff");
    add(mhd, response, "Referrer-Policy", "no-referrer");
    add(mhd, response, "Cross-Origin-Resource-Policy", "same-origin");
    add(mhd, response, "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (atomic_load(&x->http->ending)) {
        add(mhd, response, "Connection", "close");
    }
    enum MHD_Result queued = x->http->mhd.queue_response(x->connection, status, response);
    x->http->mhd.destroy_response(response);
    serve_count(&x->http->s->metrics, x->request.what, status, now() - x->began);
    return queued;
}

static void answer(exchange *x)
{
    x->request.body = x->body;
    x->request.n_body = x->n_body;
    serve_answer(x->http->s, &x->request, &x->reply);
    x->answered = true;
}

/* By a worker. */
static void work(void *context, void *job)
{
    exchange *x = job;
    serve_http *http = context;
    answer(x);
    atomic_fetch_sub(&http->s->metrics.jobs, 1);
    http->mhd.resume_connection(x->connection);
}

/* ---- requests ---- */

static const char *header(const exchange *x, const char *name)
{
    return x->http->mhd.lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

static const char *query(const exchange *x, const char *name)
{
    return x->http->mhd.lookup_connection_value(x->connection, MHD_GET_ARGUMENT_KIND,
                                                name);
}

static void refuse(exchange *x, unsigned status, const char *sentence)
{
    if (!x->refused) {
        serve_say(&x->reply, status, "%s", sentence);
        x->refused = true;
    }
}

/* What can be said of a request by its head alone. */
static void look(exchange *x)
{
    serve_request *request = &x->request;
    const char *allow, *type = header(x, "Content-Type");
    const char *length = header(x, "Content-Length");
    request->what = serve_route(x->method, x->path, &allow);
    request->method = strcmp(x->method, "HEAD") == 0 ? "GET" : x->method;
    request->path = x->path;
    request->content_type = type ? type : "";
    request->host = header(x, "Host");
    request->origin = header(x, "Origin");
    request->site = header(x, "Sec-Fetch-Site");
    request->token = header(x, "Authorization");
    request->if_none_match = header(x, "If-None-Match");
    request->k = query(x, "k");
    request->expect = query(x, "expect");
    request->upright = query(x, "upright");
    request->after = query(x, "after");
    request->limit = query(x, "limit");
    if (!serve_may(x->http->s, request, &x->reply)) {
        x->refused = true;
    } else if (allow) {
        serve_say(&x->reply, 405, "this address takes %s", allow);
        x->refused = true;
        x->reply.allow = allow;
    } else if (length && strtoull(length, NULL, 10) > SERVE_MOST_BODY) {
        refuse(x, 413, "a body may have 32 MiB");
    }
}

/* Gathers what has come of the body; what is refused is read on and dropped, so that the
 * client hears why. */
static void gather(exchange *x, const char *bytes, size_t n_bytes)
{
    serve_metrics *metrics = &x->http->s->metrics;
    if (x->refused) {
        return;
    }
    if (n_bytes > SERVE_MOST_BODY - x->n_body) {
        refuse(x, 413, "a body may have 32 MiB");
        return;
    }
    if (x->n_body + n_bytes > x->room) {
        size_t room = x->room ? 2 * x->room : 4096;
        room = room < x->n_body + n_bytes ? x->n_body + n_bytes : room;
        if (atomic_fetch_add(&metrics->bodies, room - x->room) + room - x->room >
            SERVE_ALL_BODIES) {
            atomic_fetch_sub(&metrics->bodies, room - x->room);
            refuse(x, 503, "the service holds too many pictures just now");
            return;
        }
        uint8_t *body = realloc(x->body, room);
        if (!body) {
            atomic_fetch_sub(&metrics->bodies, room - x->room);
            refuse(x, 503, "the service has no memory left");
            return;
        }
        x->body = body;
        x->room = room;
    }
    memcpy(x->body + x->n_body, bytes, n_bytes);
    x->n_body += n_bytes;
}

/* The request is whole. */
static enum MHD_Result finish(exchange *x)
{
    serve_http *http = x->http;
    if (x->refused || x->answered) {
        return give(x);
    }
    set_working(http, x->connection, true);
    x->request.n_body = x->n_body;
    x->began = now();
    if (serve_is_light(&x->request)) {
        answer(x);
        return give(x);
    }
    atomic_fetch_add(&http->s->metrics.jobs, 1);
    http->mhd.suspend_connection(x->connection);
    if (!serve_workers_put(&http->workers, x)) {
        atomic_fetch_sub(&http->s->metrics.jobs, 1);
        refuse(x, 503, "too many requests wait already");
        http->mhd.resume_connection(x->connection);
    }
    return MHD_YES;
}

static exchange *begin(serve_http *http, struct MHD_Connection *connection,
                       const char *url, const char *method)
{
    exchange *x = calloc(1, sizeof *x);
    if (x) {
        *x = (exchange){.http = http,
                        .connection = connection,
                        .method = strdup(method),
                        .path = strdup(url),
                        .began = now()};
    }
    if (!x || !x->method || !x->path) {
        if (x) {
            free(x->method);
            free(x->path);
        }
        free(x);
        return NULL;
    }
    atomic_fetch_add(&http->busy, 1);
    look(x);
    return x;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection,
                              const char *url, const char *method, const char *version,
                              const char *upload, size_t *n_upload, void **held)
{
    exchange *x = *held;
    (void)version;
    if (!x) {
        *held = x = begin(context, connection, url, method);
        /* a body that is too large is not waited for */
        return !x ? MHD_NO : x->reply.status == 413 ? give(x) : MHD_YES;
    }
    if (*n_upload) {
        gather(x, upload, *n_upload);
        *n_upload = 0;
        return MHD_YES;
    }
    return finish(x);
}

static void complete(void *context, struct MHD_Connection *connection, void **held,
                     enum MHD_RequestTerminationCode code)
{
    serve_http *http = context;
    exchange *x = *held;
    (void)code;
    if (!x) {
        return;
    }
    set_working(http, connection, false);
    atomic_fetch_sub(&http->s->metrics.bodies, x->room);
    atomic_fetch_sub(&http->busy, 1);
    serve_reply_free(&x->reply);
    free(x->method);
    free(x->path);
    free(x->body);
    free(x);
    *held = NULL;
}

/* ---- beginning and end ---- */

/* As many connections as files may be open, with some to spare. */
static unsigned most_connections(void)
{
    enum { SPARE = 64 };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return 512;
    }
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_cur > MOST_CONNECTIONS + SPARE ? MOST_CONNECTIONS
           : files.rlim_cur > 2 * SPARE              ? (unsigned)files.rlim_cur - SPARE
                                                     : SPARE;
}

static void say_nothing(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

numeral_status serve_http_start(service *s, int socket, int threads, serve_http **out,
                                numeral_error *err)
{
    serve_http *http = calloc(1, sizeof *http);
    numeral_status status = http ? serve_mhd_load(&http->mhd, err) : NUMERAL_OK;
    if (status != NUMERAL_OK) {
        free(http);
        return status;
    }
    int patience = s->options->patience;
    unsigned idle = (unsigned)(patience < IDLE_SECONDS ? patience : IDLE_SECONDS);
    bool started =
        http && serve_workers_start(&http->workers, (size_t)threads, work, http);
    if (started) {
        http->s = s;
        http->quiesced = -1;
        pthread_mutex_init(&http->calling, NULL);
        struct MHD_OptionItem pool[] = {
            {MHD_OPTION_THREAD_POOL_SIZE, threads, NULL},
            {MHD_OPTION_END, 0, NULL},
        };
        http->daemon = http->mhd.start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
            0, NULL, NULL, handle, http, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
            MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT,
            most_connections(), MHD_OPTION_CONNECTION_TIMEOUT, idle,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, complete, http,
            MHD_OPTION_NOTIFY_CONNECTION, meet, http, MHD_OPTION_ARRAY,
            threads > 1 ? pool : pool + 1, MHD_OPTION_END);
    }
    if (!http || !http->daemon) {
        *err = (numeral_error){NUMERAL_ERROR_IO, "the service cannot start its threads"};
        if (started) {
            serve_workers_end(&http->workers);
        }
        free(http);
        return err->status;
    }
    *out = http;
    return NUMERAL_OK;
}

void serve_http_quiesce(serve_http *http)
{
    atomic_store(&http->ending, true);
    http->quiesced = http->mhd.quiesce_daemon(http->daemon);
}

size_t serve_http_busy(const serve_http *http)
{
    return atomic_load(&http->busy);
}

void serve_http_stop(serve_http *http)
{
    if (!http) {
        return;
    }
    serve_workers_end(&http->workers); /* so that no connection sleeps */
    http->mhd.stop_daemon(http->daemon);
    if (http->quiesced >= 0) {
        close(http->quiesced);
    }
    free(http);
}
