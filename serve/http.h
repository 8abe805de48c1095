/* The service on a socket. */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include "service.h"

typedef struct serve_http serve_http;

/* Takes the listening socket over. */
numeral_status serve_http_start(service *s, int socket, int threads, serve_http **out,
                                numeral_error *err);
/* Ends connections whose request is not whole after too long a time; to be called once a
 * second. */
void serve_http_sweep(serve_http *http);
/* Takes no more connections; what is under way goes on. */
void serve_http_quiesce(serve_http *http);
/* How many requests are under way. */
size_t serve_http_busy(const serve_http *http);
void serve_http_stop(serve_http *http);

#endif
