/* The life of the service: it opens, listens, waits for a signal, and ends what is under
 * way. */
#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"

enum { BACKLOG = 1024, DRAIN_SECONDS = 30 };

static numeral_status fail(numeral_error *err, numeral_status status, const char *format,
                           ...) NUMERAL_PRINTF(3, 4);

static numeral_status fail(numeral_error *err, numeral_status status, const char *format,
                           ...)
{
    va_list arguments;
    va_start(arguments, format);
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return status;
}

/* ADDR:PORT, [ADDR6]:PORT; localhost stands for 127.0.0.1. */
static numeral_status resolve(const char *text, struct addrinfo **out, numeral_error *err)
{
    char host[128] = "", port[8] = "";
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool six = length > 2 && text[0] == '[' && text[length - 1] == ']';
    if (colon && length < sizeof host) {
        snprintf(host, sizeof host, "%.*s", (int)(length - (six ? 2U : 0U)),
                 text + (six ? 1 : 0));
        snprintf(port, sizeof port, "%.7s", colon + 1);
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    const char *name = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    if (!host[0] || !port[0] || strspn(port, "0123456789") != strlen(port) ||
        strtoul(port, NULL, 10) > 65535 || getaddrinfo(name, port, &hints, out) != 0) {
        return fail(err, NUMERAL_ERROR_ARGUMENT,
                    "--listen %.100s: expected ADDRESS:PORT, such as 127.0.0.1:8080 or "
                    "[::1]:8080",
                    text);
    }
    return NUMERAL_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)address;
        return ntohl(four->sin_addr.s_addr) >> 24 == 127;
    }
    const struct sockaddr_in6 *six = (const void *)address;
    return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static numeral_status open_socket(const struct addrinfo *at, const char *text, int *out,
                                  numeral_error *err)
{
    int on = 1;
    int made = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made >= 0) {
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        /* connections inherit it: an answer does not wait for the one before */
        setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (made < 0 || bind(made, at->ai_addr, at->ai_addrlen) != 0 ||
        listen(made, BACKLOG) != 0) {
        int why = errno;
        if (made >= 0) {
            close(made);
        }
        return fail(err, NUMERAL_ERROR_IO, "--listen %.100s: cannot listen: %s%s", text,
                    strerror(why),
                    why == EADDRINUSE      ? "; port 0 is any free one"
                    : why == EADDRNOTAVAIL ? "; this machine has no such address"
                    : why == EACCES        ? "; ports below 1024 are the system's"
                                           : "");
    }
    *out = made;
    return NUMERAL_OK;
}

/* "127.0.0.1:8080", with the port that was given. */
static void name_socket(int socket, char out[128])
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char host[80], port[8];
    snprintf(out, 128, "?");
    if (getsockname(socket, (void *)&address, &length) == 0 &&
        getnameinfo((void *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
        snprintf(out, 128, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
                 port);
    }
}

numeral_status serve_check(const serve_options *options, numeral_error *err)
{
    struct addrinfo *at = NULL;
    numeral_status status = resolve(options->listen, &at, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (!is_loopback(at->ai_addr) && options->teach && !options->token_file) {
        status = fail(err, NUMERAL_ERROR_ARGUMENT,
                      "--listen %.100s: others reach it there, so that --teach needs "
                      "--token-file",
                      options->listen);
    }
    freeaddrinfo(at);
    return status;
}

static numeral_status listen_at(service *s, int *socket, numeral_error *err)
{
    struct addrinfo *at = NULL;
    numeral_status status = resolve(s->options->listen, &at, err);
    if (status == NUMERAL_OK) {
        s->loopback = is_loopback(at->ai_addr);
        status = open_socket(at, s->options->listen, socket, err);
        freeaddrinfo(at);
    }
    return status;
}

/* The signals that end it; they come to this thread alone, as all others inherit. */
static void block_signals(sigset_t *out)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* a full disk is told, not died of */
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    pthread_sigmask(SIG_BLOCK, out, NULL);
}

/* What a request gave back is kept for the next: glibc would hand it to the system and
 * ask for it anew, each time. */
static void keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    enum { KEPT = 4 << 20 }; /* bytes of each thread */
    mallopt(M_MMAP_THRESHOLD, KEPT);
    mallopt(M_TRIM_THRESHOLD, KEPT);
#endif
}

static void wait_for_end(serve_http *http, const sigset_t *signals)
{
    struct timespec second = {.tv_sec = 1}, moment = {.tv_nsec = 5000000};
    while (sigtimedwait(signals, NULL, &second) < 0) {
        serve_http_sweep(http);
    }
    serve_http_quiesce(http);
    /* what is under way ends; a second signal, or half a minute, ends the waiting */
    for (int i = 0; i < DRAIN_SECONDS * 200 && serve_http_busy(http) > 0; i++) {
        if (sigtimedwait(signals, NULL, &moment) > 0) {
            break;
        }
    }
}

numeral_status serve_run(const serve_options *options, numeral_error *err)
{
    service s = {.options = options, .model = options->model};
    serve_http *http = NULL;
    numeral_model_info info;
    numeral_status status;
    sigset_t signals;
    char address[128];
    int socket = -1;
    numeral_model_get_info(s.model, &info);
    s.height = info.height;
    s.width = info.width;
    pthread_mutex_init(&s.teaching, NULL);
    block_signals(&signals);
    keep_memory();
    status = serve_check(options, err);
    status = status == NUMERAL_OK && options->token_file
                 ? serve_read_token(&s, options->token_file, err)
                 : status;
    status = status == NUMERAL_OK ? listen_at(&s, &socket, err) : status;
    status = status == NUMERAL_OK ? serve_lessons_open(&s, err) : status;
    if (status == NUMERAL_OK) {
        name_socket(socket, address);
        status = serve_http_start(&s, socket, options->threads, &http, err);
    }
    if (status == NUMERAL_OK) {
        options->ready(options->context, address, s.lessons.n);
        wait_for_end(http, &signals);
        serve_http_stop(http);
    } else if (socket >= 0) {
        close(socket);
    }
    serve_lessons_close(&s);
    return status;
}
