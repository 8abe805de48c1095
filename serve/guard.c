/* Who may ask for what.
 *
 * A page from elsewhere runs in browsers on this machine, too. So on loopback a request
 * must name this machine (a name that was bound anew to 127.0.0.1 is another: DNS
 * rebinding), and what is more than looking must come from this service's own page, or
 * from where --origin allows. At any address, what changes something needs the token
 * where there is one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "service.h"

numeral_status serve_read_token(service *s, const char *path, numeral_error *err)
{
    enum { LEAST = 16 };
    err->status = NUMERAL_ERROR_IO;
    FILE *file = fopen(path, "r");
    if (!file) {
        snprintf(err->text, sizeof err->text,
                 "%.300s: cannot open: %s (openssl rand -hex 24 makes a token)", path,
                 strerror(errno));
        return err->status;
    }
    char *line = fgets(s->token, sizeof s->token, file);
    if (!line && ferror(file)) {
        snprintf(err->text, sizeof err->text, "%.300s: cannot read: %s", path,
                 strerror(errno));
        fclose(file);
        return err->status;
    }
    fclose(file);
    size_t length = line ? strcspn(line, "\r\n") : 0;
    s->token[length] = '\0';
    for (size_t i = 0; i < length; i++) {
        length = s->token[i] > ' ' && s->token[i] < 0x7f ? length : 0;
    }
    if (length < LEAST || length + 1 == sizeof s->token) {
        err->status = NUMERAL_ERROR_FORMAT;
        snprintf(err->text, sizeof err->text,
                 "%.300s: its first line must be a token of %d to %zu letters, digits "
                 "and signs, without spaces",
                 path, LEAST, sizeof s->token - 2);
        return err->status;
    }
    return NUMERAL_OK;
}

static bool same_text(const char *a, size_t n, const char *b)
{
    return strlen(b) == n && strncasecmp(a, b, n) == 0;
}

/* The length of a host without its port. */
static size_t without_port(const char *host)
{
    const char *end = strchr(host, ']');
    const char *colon = strchr(end ? end : host, ':');
    return colon ? (size_t)(colon - host) : strlen(host);
}

static bool is_loopback_name(const char *host)
{
    size_t n = without_port(host);
    return same_text(host, n, "localhost") || same_text(host, n, "127.0.0.1") ||
           same_text(host, n, "[::1]");
}

/* Whether the host is that of a place which --origin names. */
static bool is_allowed_host(const service *s, const char *host)
{
    for (size_t i = 0; i < s->options->n_origins; i++) {
        const char *at = strstr(s->options->origins[i], "://");
        if (at && strcasecmp(at + 3, host) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_own_origin(const service *s, const serve_request *request)
{
    const char *at = strstr(request->origin, "://");
    if (request->host && at && strcasecmp(at + 3, request->host) == 0) {
        return true;
    }
    for (size_t i = 0; i < s->options->n_origins; i++) {
        if (strcasecmp(s->options->origins[i], request->origin) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes the same time wherever they differ. */
static bool is_token(const service *s, const char *header)
{
    static const char scheme[] = "Bearer ";
    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0) {
        return false;
    }
    const char *given = header + sizeof scheme - 1;
    size_t n = strlen(s->token), n_given = strlen(given);
    unsigned differ = n != n_given;
    for (size_t i = 0; i < n_given; i++) {
        differ |= (unsigned)(given[i] ^ s->token[i % n]);
    }
    return differ == 0;
}

bool serve_may(const service *s, const serve_request *request, serve_reply *out)
{
    bool looks = strcmp(request->method, "GET") == 0;
    bool changes = request->what == SERVE_TEACH || request->what == SERVE_UNTEACH;
    if (s->loopback && request->host && !is_loopback_name(request->host) &&
        !is_allowed_host(s, request->host)) {
        serve_say(out, 421,
                  "the host '%.60s' is not this service; if it is to be, start it with "
                  "--origin https://%.60s",
                  request->host, request->host);
        return false;
    }
    if (!looks && request->origin && !is_own_origin(s, request)) {
        serve_say(out, 403, "pages from %.80s may not ask here", request->origin);
        return false;
    }
    if (!looks && !request->origin && request->site &&
        strcasecmp(request->site, "cross-site") == 0) {
        serve_say(out, 403, "pages from elsewhere may not ask here");
        return false;
    }
    if (changes && s->token[0] && !is_token(s, request->token)) {
        serve_say(out, 401, "this needs the token: Authorization: Bearer TOKEN");
        return false;
    }
    return true;
}
