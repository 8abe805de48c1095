/* Replies: a sentence of what went wrong, or a value. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "answers.h"
#include "service.h"

static const char no_memory[] = "{\"error\":\"the service has no memory left\"}\n";

static void give_text(serve_reply *out, unsigned status, char *text, size_t n_bytes)
{
    serve_reply_free(out);
    *out = (serve_reply){
        .status = status, .type = "application/json", .text = text, .n_bytes = n_bytes};
    if (!text) {
        out->status = 503;
        out->file = (const uint8_t *)no_memory;
        out->n_bytes = sizeof no_memory - 1;
    }
}

/* In new memory, with a line's end; most answers fit at the first try. */
static char *dump(const json_t *value, size_t *n_bytes)
{
    size_t room = 4096, length;
    char *text = malloc(room);
    length = text ? json_dumpb(value, text, room, ANSWER_LINE) : 0;
    if (length >= room) {
        room = length + 1;
        char *more = realloc(text, room);
        if (!more) {
            free(text);
            return NULL;
        }
        text = more;
        length = json_dumpb(value, text, room, ANSWER_LINE);
    }
    if (length == 0) {
        free(text);
        return NULL;
    }
    text[length] = '\n';
    *n_bytes = length + 1;
    return text;
}

void serve_give(serve_reply *out, unsigned status, json_t *value)
{
    size_t n_bytes = 0;
    char *text = value ? dump(value, &n_bytes) : NULL;
    json_decref(value);
    give_text(out, status, text, n_bytes);
}

void serve_say(serve_reply *out, unsigned status, const char *format, ...)
{
    char sentence[700];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    serve_give(out, status, json_pack("{s:o}", "error", answer_text(sentence)));
}

void serve_say_failure(serve_reply *out, const numeral_error *err)
{
    static const unsigned by_kind[] = {
        [NUMERAL_ERROR_ARGUMENT] = 422,  [NUMERAL_ERROR_MEMORY] = 503,
        [NUMERAL_ERROR_IO] = 500,        [NUMERAL_ERROR_FORMAT] = 422,
        [NUMERAL_ERROR_LIMIT] = 413,     [NUMERAL_ERROR_UNSUPPORTED] = 415,
        [NUMERAL_ERROR_CANCELLED] = 503,
    };
    unsigned at = (unsigned)err->status;
    unsigned status = at < sizeof by_kind / sizeof *by_kind ? by_kind[at] : 0;
    serve_say(out, status ? status : 500, "%s", err->text);
}

void serve_reply_free(serve_reply *reply)
{
    free(reply->text);
    reply->text = NULL;
}
