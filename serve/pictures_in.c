/* What a body holds: one picture as it is, a form with several, or JSON with pictures in
 * base64; and what is said with them. */
#include <stdlib.h>
#include <strings.h>

#include "service.h"

void serve_body_free(serve_body *body)
{
    for (size_t i = 0; body->decoded && i < body->n; i++) {
        free(body->decoded[i]);
    }
    free(body->decoded);
    free(body->pictures);
    *body = (serve_body){0};
}

bool serve_number(const char *name, const char *text, long long low, long long high,
                  long long standard, long long *out, serve_reply *reply)
{
    char *end = NULL;
    *out = text ? strtoll(text, &end, 10) : standard;
    if (text && (*text < '0' || *text > '9' || *end || strlen(text) > 18 || *out < low ||
                 *out > high)) {
        serve_say(reply, 400, "%s=%.40s: expected a whole number from %lld to %lld", name,
                  text, low, high);
        return false;
    }
    return true;
}

/* Copies a text whole, or says that it is too long or holds what no text does. */
static bool take_text(const char *what, const char *text, size_t length,
                      char out[SERVE_NAME_BYTES], serve_reply *reply)
{
    bool right = length < SERVE_NAME_BYTES;
    for (size_t i = 0; i < length && right; i++) {
        right = (unsigned char)text[i] >= ' ' && text[i] != 0x7f;
    }
    if (!right) {
        serve_say(reply, 400, "the %s must be a line of at most %d bytes", what,
                  SERVE_NAME_BYTES - 1);
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

static bool make_room(serve_body *out, size_t n, bool decoded, serve_reply *reply)
{
    if (n == 0) {
        serve_say(reply, 400, "no picture in the request, expected 1 to %d%s",
                  SERVE_MOST_PICTURES, decoded ? "" : ": files, or a field 'image'");
        return false;
    }
    if (n > SERVE_MOST_PICTURES) {
        serve_say(reply, 413, "%zu pictures in one request, expected 1 to %d", n,
                  SERVE_MOST_PICTURES);
        return false;
    }
    out->pictures = calloc(n, sizeof *out->pictures);
    out->decoded = decoded ? calloc(n, sizeof *out->decoded) : NULL;
    if (!out->pictures || (decoded && !out->decoded)) {
        serve_give(reply, 503, NULL);
        return false;
    }
    return true;
}

/* ---- a form ---- */

static bool take_part(serve_body *out, const serve_part *part, serve_reply *reply)
{
    if (part->is_file || strcmp(part->name, "image") == 0) {
        serve_picture *to = &out->pictures[out->n++];
        *to = (serve_picture){.bytes = part->bytes, .n_bytes = part->n_bytes};
        memcpy(to->name, part->file_name[0] ? part->file_name : part->name,
               sizeof to->name);
        return true;
    }
    bool label = strcmp(part->name, "label") == 0;
    if (!label && strcmp(part->name, "source") != 0) {
        serve_say(reply, 400,
                  "the form has a field '%.60s'; expected files, and label and source",
                  part->name);
        return false;
    }
    out->has_label |= label;
    return take_text(part->name, (const char *)part->bytes, part->n_bytes,
                     label ? out->label : out->source, reply);
}

static bool read_form(const serve_request *request, serve_body *out, serve_reply *reply)
{
    char boundary[128];
    serve_part part;
    size_t at = 0, n = 0;
    if (!serve_boundary(request->content_type, boundary)) {
        serve_say(reply, 400, "the form's content type names no boundary");
        return false;
    }
    while (serve_part_next(request->body, request->n_body, boundary, &at, &part)) {
        n += part.is_file || strcmp(part.name, "image") == 0;
    }
    if (!make_room(out, n, false, reply)) {
        return false;
    }
    out->several = true;
    at = 0;
    while (serve_part_next(request->body, request->n_body, boundary, &at, &part)) {
        if (!take_part(out, &part, reply)) {
            return false;
        }
    }
    return true;
}

/* ---- JSON ---- */

static bool take_base64(serve_body *out, const json_t *value, serve_reply *reply)
{
    serve_picture *to = &out->pictures[out->n];
    const char *text = json_string_value(value);
    size_t n_bytes = 0;
    uint8_t *bytes =
        text ? serve_base64_decode(text, json_string_length(value), &n_bytes) : NULL;
    if (!bytes) {
        serve_say(reply, 400, "an image in JSON must be a text in base64%s",
                  text && strncmp(text, "data:", 5) == 0 ? ", without 'data:...,'" : "");
        return false;
    }
    out->decoded[out->n++] = bytes;
    *to = (serve_picture){.bytes = bytes, .n_bytes = n_bytes, .name = "image"};
    return true;
}

static bool take_field(serve_body *out, const json_t *object, const char *name,
                       char to[SERVE_NAME_BYTES], serve_reply *reply)
{
    const json_t *value = json_object_get(object, name);
    if (!value) {
        return true;
    }
    if (!json_is_string(value)) {
        serve_say(reply, 400, "the %s in JSON must be a text", name);
        return false;
    }
    out->has_label |= to == out->label;
    return take_text(name, json_string_value(value), json_string_length(value), to,
                     reply);
}

static bool read_object(const json_t *object, serve_body *out, serve_reply *reply)
{
    const json_t *one = json_object_get(object, "image");
    const json_t *list = json_object_get(object, "images");
    if (!json_is_object(object) || !one == !list || (list && !json_is_array(list))) {
        serve_say(reply, 400,
                  "expected {\"image\": BASE64} or {\"images\": [BASE64, ...]}");
        return false;
    }
    size_t n = list ? json_array_size(list) : 1;
    if (!make_room(out, n, true, reply) ||
        !take_field(out, object, "label", out->label, reply) ||
        !take_field(out, object, "source", out->source, reply)) {
        return false;
    }
    out->several = list != NULL;
    out->framed = json_is_true(json_object_get(object, "framed"));
    for (size_t i = 0; i < n; i++) {
        if (!take_base64(out, list ? json_array_get(list, i) : one, reply)) {
            return false;
        }
    }
    return true;
}

static bool read_json(const serve_request *request, serve_body *out, serve_reply *reply)
{
    json_error_t why;
    json_t *object = json_loadb((const char *)request->body, request->n_body,
                                JSON_REJECT_DUPLICATES, &why);
    if (!object) {
        serve_say(reply, 400, "the body is no JSON: %.120s (at byte %d)", why.text,
                  why.position);
        return false;
    }
    bool right = read_object(object, out, reply);
    json_decref(object);
    return right;
}

/* ---- */

/* What curl says of a body of which it is told nothing. */
static bool is_untold(const serve_request *request)
{
    return strcasecmp(request->content_type, "application/x-www-form-urlencoded") == 0 &&
           numeral_image_recognised(request->body, request->n_body);
}

static bool is_type(const serve_request *request, const char *type)
{
    size_t n = strlen(type);
    char behind = strlen(request->content_type) >= n ? request->content_type[n] : 'x';
    return strncasecmp(request->content_type, type, n) == 0 &&
           (behind == '\0' || behind == ';' || behind == ' ');
}

bool serve_body_read(const serve_request *request, serve_body *out, serve_reply *reply)
{
    bool right = true;
    *out = (serve_body){0};
    if (request->n_body == 0) {
        serve_say(reply, 400, "the request has no body, expected a picture");
        return false;
    }
    if (is_type(request, "multipart/form-data")) {
        right = read_form(request, out, reply);
    } else if (is_type(request, "application/json")) {
        right = read_json(request, out, reply);
    } else if (is_type(request, "application/octet-stream") ||
               strncasecmp(request->content_type, "image/", 6) == 0 ||
               !request->content_type[0] || is_untold(request)) {
        right = make_room(out, 1, false, reply);
        if (right) {
            out->pictures[out->n++] = (serve_picture){
                .bytes = request->body, .n_bytes = request->n_body, .name = "image"};
        }
    } else {
        serve_say(reply, 415,
                  "a body of %.60s, expected image/png, image/jpeg or another picture, "
                  "application/json or multipart/form-data",
                  request->content_type);
        right = false;
    }
    if (!right) {
        serve_body_free(out);
    }
    return right;
}
