/* Which place of the service is meant, and who answers there. No path is ever looked for
 * on a disk: files are those of the program. */
#include <stdio.h>

#include "service.h"

static const struct route {
    const char *method, *path;
    serve_what what;
} routes[] = {
    {"POST", "/v1/predict", SERVE_PREDICT}, {"POST", "/v1/read", SERVE_READ},
    {"POST", "/v1/why", SERVE_WHY},         {"POST", "/v1/doctor", SERVE_DOCTOR},
    {"POST", "/v1/teach", SERVE_TEACH},     {"GET", "/v1/taught", SERVE_TAUGHT},
    {"GET", "/v1/model", SERVE_MODEL},      {"GET", "/healthz", SERVE_HEALTH},
    {"GET", "/metrics", SERVE_METRICS},     {"GET", "/openapi.json", SERVE_OPENAPI},
};
enum { N_ROUTES = sizeof routes / sizeof *routes };

static const char taught[] = "/v1/taught/";

static const serve_file *find_file(const char *path)
{
    path = strcmp(path, "/") == 0 ? "/index.html" : path;
    for (const serve_file *file = serve_files; file->path; file++) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    return NULL;
}

serve_what serve_route(const char *method, const char *path, const char **allow)
{
    const char *only = NULL;
    serve_what what = SERVE_NOTHING;
    method = strcmp(method, "HEAD") == 0 ? "GET" : method;
    for (size_t i = 0; i < N_ROUTES && !only; i++) {
        if (strcmp(routes[i].path, path) == 0) {
            only = routes[i].method;
            what = routes[i].what;
        }
    }
    if (!only && strncmp(path, taught, sizeof taught - 1) == 0) {
        only = "DELETE";
        what = SERVE_UNTEACH;
    }
    if (!only && find_file(path)) {
        only = "GET";
        what = SERVE_FILE;
    }
    bool right = !only || strcmp(only, method) == 0;
    *allow = right ? NULL : strcmp(only, "GET") == 0 ? "GET, HEAD" : only;
    return what;
}

/* Whether it is done at once, by the thread that has the connection. */
bool serve_is_light(const serve_request *request)
{
    enum { SMALL = 128 << 10 };
    switch (request->what) {
    case SERVE_PREDICT:
        return request->n_body <= SMALL &&
               strncmp(request->content_type, "image/", 6) == 0;
    case SERVE_READ:
    case SERVE_WHY:
    case SERVE_DOCTOR:
    case SERVE_TEACH:
    case SERVE_UNTEACH:
    case SERVE_TAUGHT:
        return false;
    default:
        return true;
    }
}

static void give_file(const serve_request *request, serve_reply *out)
{
    const serve_file *file = find_file(request->path);
    const char *known = request->if_none_match;
    bool same = known && strstr(known, file->etag) != NULL;
    *out = (serve_reply){.status = same ? 304 : 200,
                         .type = file->type,
                         .file = file->bytes,
                         .n_bytes = same ? 0 : file->n_bytes,
                         .etag = file->etag};
}

void serve_answer(service *s, const serve_request *request, serve_reply *out)
{
    switch (request->what) {
    case SERVE_PREDICT:
        serve_predict(s, request, out);
        break;
    case SERVE_READ:
        serve_read(s, request, out);
        break;
    case SERVE_WHY:
        serve_why(s, request, out);
        break;
    case SERVE_DOCTOR:
        serve_doctor(s, request, out);
        break;
    case SERVE_TEACH:
        serve_teach(s, request, out);
        break;
    case SERVE_UNTEACH:
        serve_unteach(s, request, out);
        break;
    case SERVE_TAUGHT:
        serve_taught(s, request, out);
        break;
    case SERVE_MODEL:
        serve_model(s, out);
        break;
    case SERVE_HEALTH:
        serve_give(out, 200, json_pack("{s:s}", "status", "ok"));
        break;
    case SERVE_METRICS:
        serve_tell_metrics(s, out);
        break;
    case SERVE_OPENAPI:
    case SERVE_FILE:
        give_file(request, out);
        break;
    default:
        serve_say(out, 404,
                  "there is nothing at this address; /openapi.json lists what "
                  "there is");
    }
}
