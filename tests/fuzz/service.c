/* A request to the service, as HTTP brings it: a line of method and address, headers, an
 * empty line, a body. Whatever it says, the reply is a status with JSON or a file, and
 * the model has as many digits as the file of the taught. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "numeral_config.h"
#include "tests/fuzz/targets.h"

#ifdef NUMERAL_HAVE_MICROHTTPD
#include "serve/service.h"

enum { ROWS = 40, TOKEN_BIT = 1, AFAR_BIT = 2, TEACH_BIT = 4 };

static const char token[] = "a-token-of-24-characters";
static uint8_t *model_file;
static size_t n_model_file;
static char taught_path[4096];

static void must(numeral_status status)
{
    if (status != NUMERAL_OK) {
        abort();
    }
}

/* The model as a file, from which each teaching service begins, and where it teaches. */
static void prepare(void)
{
    numeral_dataset digits = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    const char *place = getenv("TMPDIR");
    char path[sizeof taught_path + 16];
    snprintf(taught_path, sizeof taught_path, "%s/numeral-fuzz-XXXXXX",
             place ? place : "/tmp");
    assert(mkdtemp(taught_path));
    snprintf(path, sizeof path, "%s/m.model", taught_path);
    strcat(taught_path, "/taught.db");
    must(numeral_dataset_pen(ROWS, 1, NUMERAL_SPLIT_TRAIN, &digits, NULL));
    must(numeral_recipe_parse(NULL, "resize=7:7,pixels -k 3", &recipe, NULL));
    must(numeral_model_fit(recipe, &digits, 1, &(numeral_run){.threads = 1}, &model, NULL,
                           NULL));
    must(numeral_model_save(model, path, NULL));
    FILE *file = fopen(path, "rb");
    assert(file && fseek(file, 0, SEEK_END) == 0);
    n_model_file = (size_t)ftell(file);
    model_file = malloc(n_model_file);
    rewind(file);
    assert(fread(model_file, 1, n_model_file, file) == n_model_file);
    fclose(file);
    unlink(path);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
    numeral_dataset_free(&digits);
}

static numeral_model *make_model(void)
{
    numeral_model *model = NULL;
    if (!model_file) {
        prepare();
    }
    must(numeral_model_decode(model_file, n_model_file, "m", NULL, &model, NULL));
    return model;
}

static void begin(service *s, serve_options *options, unsigned how)
{
    *options = (serve_options){.model = make_model(),
                               .model_name = "m.model",
                               .model_bytes = n_model_file,
                               .teach = how & TEACH_BIT ? taught_path : NULL,
                               .origins = {"https://digits.example"},
                               .n_origins = 1};
    *s =
        (service){.options = options, .model = options->model, .height = 28, .width = 28};
    pthread_mutex_init(&s->teaching, NULL);
    s->loopback = !(how & AFAR_BIT);
    strcpy(s->token, how & TOKEN_BIT ? token : "");
    must(serve_lessons_open(s, NULL));
}

static void end(service *s)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    serve_lessons_close(s);
    numeral_model_destroy(s->model);
    pthread_mutex_destroy(&s->teaching);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char path[sizeof taught_path + 16];
        snprintf(path, sizeof path, "%s%s", taught_path, tails[i]);
        unlink(path);
    }
}

/* The text up to `stop` or the end, cut out; *at goes on behind it. */
static char *cut(char **at, char stop)
{
    char *text = *at, *found = strchr(text, stop);
    *at = found ? found + 1 : text + strlen(text);
    if (found) {
        *found = '\0';
    }
    return text;
}

static void take_query(serve_request *request, char *query)
{
    while (*query) {
        char *value = cut(&query, '&'), *name = cut(&value, '=');
        const char **to = strcmp(name, "k") == 0         ? &request->k
                          : strcmp(name, "expect") == 0  ? &request->expect
                          : strcmp(name, "upright") == 0 ? &request->upright
                          : strcmp(name, "after") == 0   ? &request->after
                          : strcmp(name, "limit") == 0   ? &request->limit
                                                         : NULL;
        if (to) {
            *to = value;
        }
    }
}

static void take_header(serve_request *request, char *line)
{
    char *value = line, *name = cut(&value, ':');
    value += *value == ' ';
    const char **to = strcasecmp(name, "Content-Type") == 0     ? &request->content_type
                      : strcasecmp(name, "Host") == 0           ? &request->host
                      : strcasecmp(name, "Origin") == 0         ? &request->origin
                      : strcasecmp(name, "Sec-Fetch-Site") == 0 ? &request->site
                      : strcasecmp(name, "Authorization") == 0  ? &request->token
                      : strcasecmp(name, "If-None-Match") == 0  ? &request->if_none_match
                                                                : NULL;
    if (to) {
        *to = value;
    }
}

/* Reads the head, which ends in an empty line, and says how long it is. */
static size_t take_head(serve_request *request, char *head, size_t n)
{
    char *at = head;
    char *query = cut(&at, '\n');
    request->content_type = "";
    request->method = cut(&query, ' ');
    request->path = cut(&query, '?');
    take_query(request, query);
    while (*at && *at != '\n') {
        take_header(request, cut(&at, '\n'));
    }
    size_t used = (size_t)(at - head) + (*at == '\n');
    return used < n ? used : n;
}

static void check(const service *s, const serve_reply *reply)
{
    numeral_model_info info;
    assert(reply->status >= 200 && reply->status < 600 && reply->type);
    assert(reply->text || reply->file || reply->n_bytes == 0);
    if (strcmp(reply->type, "application/json") == 0 && reply->text) {
        json_t *value = json_loadb(reply->text, reply->n_bytes, 0, NULL);
        assert(value);
        if (reply->status >= 400) {
            const char *sentence = json_string_value(json_object_get(value, "error"));
            assert(sentence && *sentence);
        }
        json_decref(value);
    }
    numeral_model_get_info(s->model, &info);
    assert(info.n_rows == ROWS + s->lessons.n);
}

void fuzz_request(const uint8_t *bytes, size_t n)
{
    static service services[8];
    static serve_options options[8];
    unsigned how = fuzz_take(&bytes, &n) % 8;
    service *s = &services[how];
    serve_request request = {0};
    serve_reply reply = {0};
    const char *allow = NULL;
    if (!s->model) {
        begin(s, &options[how], how);
    }
    char *head = malloc(n + 1);
    memcpy(head, bytes, n);
    head[n] = '\0';
    size_t used = take_head(&request, head, n);
    /* in a block of its very size */
    uint8_t *body = malloc(n - used ? n - used : 1);
    memcpy(body, bytes + used, n - used);
    request.body = body;
    request.n_body = n - used;
    request.what = serve_route(request.method, request.path, &allow);
    if (serve_may(s, &request, &reply)) {
        if (allow) {
            serve_say(&reply, 405, "another method");
        } else {
            serve_is_light(&request);
            serve_answer(s, &request, &reply);
        }
    }
    check(s, &reply);
    serve_count(&s->metrics, request.what, reply.status, n);
    serve_reply_free(&reply);
    free(body);
    free(head);
    /* each input meets the service as it began */
    if (how & TEACH_BIT) {
        end(s);
        *s = (service){0};
    }
}
#else
void fuzz_request(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
}
#endif
