/* multipart/form-data (RFC 7578), of a body that lies in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "service.h"

/* A parameter of a header, `name=value` or `name="value"`, cut to `room`; false: none. */
static bool parameter(const char *header, size_t length, const char *name, char *out,
                      size_t room)
{
    size_t n = strlen(name), at = 0;
    for (at = 0; at + n < length; at++) {
        char before = at ? header[at - 1] : ';';
        if ((before == ';' || before == ' ' || before == '\t') && header[at + n] == '=' &&
            strncasecmp(header + at, name, n) == 0) {
            break;
        }
    }
    if (at + n >= length) {
        return false;
    }
    at += n + 1;
    bool quoted = at < length && header[at] == '"';
    at += quoted;
    size_t used = 0;
    for (; at < length && (quoted ? header[at] != '"' : !strchr("; \t", header[at]));
         at++) {
        if (quoted && header[at] == '\\' && at + 1 < length) {
            at++;
        }
        if (used + 1 < room) {
            out[used++] = (unsigned char)header[at] < ' ' ? '?' : header[at];
        }
    }
    out[used] = '\0';
    return true;
}

bool serve_boundary(const char *content_type, char out[128])
{
    return strncasecmp(content_type, "multipart/form-data", 19) == 0 &&
           parameter(content_type, strlen(content_type), "boundary", out, 128) &&
           out[0] && strlen(out) <= 70; /* as RFC 2046 bounds it */
}

/* Where `what` begins in the body from `at` on, or n_body. */
static size_t find(const uint8_t *body, size_t n_body, size_t at, const char *what)
{
    const uint8_t *there =
        at < n_body ? memmem(body + at, n_body - at, what, strlen(what)) : NULL;
    return there ? (size_t)(there - body) : n_body;
}

static void read_head(const char *head, size_t length, serve_part *out)
{
    while (length > 0) {
        const char *end = memmem(head, length, "\r\n", 2);
        size_t line = end ? (size_t)(end - head) : length;
        if (line > 20 && strncasecmp(head, "content-disposition:", 20) == 0) {
            parameter(head + 20, line - 20, "name", out->name, sizeof out->name);
            out->is_file = parameter(head + 20, line - 20, "filename", out->file_name,
                                     sizeof out->file_name);
        }
        line += end ? 2 : 0;
        head += line;
        length -= line;
    }
}

bool serve_part_next(const uint8_t *body, size_t n_body, const char *boundary, size_t *at,
                     serve_part *out)
{
    char line[80], end[84];
    snprintf(line, sizeof line, "--%.70s", boundary);
    snprintf(end, sizeof end, "\r\n%s", line);
    size_t from = find(body, n_body, *at, line);
    size_t begin = from + strlen(line);
    if (from == n_body || begin + 2 > n_body || memcmp(body + begin, "\r\n", 2) != 0) {
        return false; /* "--" behind it: the end */
    }
    begin += 2;
    size_t content = find(body, n_body, begin, "\r\n\r\n");
    size_t until = find(body, n_body, content, end);
    if (content == n_body || until == n_body) {
        return false;
    }
    *out = (serve_part){0};
    read_head((const char *)body + begin, content - begin, out);
    content += 4;
    if (until < content) { /* nothing between: the two share a line's end */
        until = content;
        *at = content - 2;
    } else {
        *at = until + 2;
    }
    out->bytes = body + content;
    out->n_bytes = until - content;
    return true;
}
