/* numeral serve: the model as an HTTP service that learns. */
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "serve.h"

static const cli_option options[] = {
    {"listen", 0, "ADDR:PORT", "where (default: 127.0.0.1:8080; port 0: any free one)"},
    {"teach", 0, "FILE.db", "may be taught; what it is taught is kept here"},
    {"token-file", 0, "FILE", "who changes something must know what its first line says"},
    {"origin", 0, "URL",
     "pages from there may ask, too, as behind a proxy: https://digits.example.org"},
    {"patience", 0, "SECONDS", "until a request must be whole (default: 90)"},
};

static void tell_ready(void *context, const char *address, size_t n_taught)
{
    const cli_session *session = context;
    char count[32];
    if (session->text) {
        cli_print("listening on http://%s", address);
        if (n_taught) {
            cli_print(", taught %s digits", cli_count(n_taught, count));
        }
        cli_print("\n");
        fflush(stdout);
    }
}

static numeral_status check_origin(const char *origin, numeral_error *err)
{
    const char *host = strstr(origin, "://");
    bool web = strncmp(origin, "http://", 7) == 0 || strncmp(origin, "https://", 8) == 0;
    return web && host[3] && !strchr(host + 3, '/')
               ? NUMERAL_OK
               : cli_usage(err, "--origin %.100s: expected http://HOST or https://HOST",
                           origin);
}

static numeral_status run(cli_session *session, numeral_error *err)
{
    const cli_arguments *arguments = session->arguments;
    const char *listen = cli_value(arguments, "listen"), *path = "default";
    serve_options how = {.listen = listen ? listen : "127.0.0.1:8080",
                         .teach = cli_value(arguments, "teach"),
                         .token_file = cli_value(arguments, "token-file"),
                         .threads = cli_threads(session),
                         .seed = session->seed,
                         .ready = tell_ready,
                         .context = session};
    struct stat about = {0};
    const char *origin;
    size_t patience;
    numeral_status status;
    TRY(cli_integer(arguments, "patience", 1, 86400, 90, &patience, err));
    how.patience = (int)patience;
    for (size_t i = 0; (origin = cli_value_at(arguments, "origin", i)) != NULL; i++) {
        TRY(check_origin(origin, err));
        if (i == SERVE_MOST_ORIGINS) {
            TRY(cli_usage(err, "--origin may be given %d times", SERVE_MOST_ORIGINS));
        }
        how.origins[how.n_origins++] = origin;
    }
    TRY(cli_as_usage(serve_check(&how, err), err));
    TRY(arguments->n_inputs ? cli_session_model(session, 0, err)
                            : cli_session_default_model(session, err));
    if (arguments->n_inputs) {
        path = arguments->inputs[0];
        stat(path, &about);
    }
    cli_progress_clear();
    const char *slash = strrchr(path, '/');
    how.model = session->model;
    how.model_name = slash ? slash + 1 : path; /* folders are nobody's business */
    how.model_bytes = (uint64_t)about.st_size;
    if (!cli_is_set(arguments, "max-memory")) {
        numeral_set_max_memory((uint64_t)256 << 20); /* for each picture */
    }
    status = serve_run(&how, err);
done:
    return status;
}

const cli_command cli_cmd_serve = {
    .name = "serve",
    .arguments = "[MODEL]",
    .summary = "Answer over HTTP: a page to draw on, and a service that reads, explains "
               "and learns (docs/service.md).",
    .details =
        "Serves until it is ended (Ctrl-C, SIGTERM); what is under way is finished.\n"
        "Only this machine reaches it, unless --listen says otherwise; then --teach\n"
        "needs --token-file. Without MODEL the default one: numeral predict --help.\n\n"
        "  numeral serve digits.model --teach taught.db\n"
        "  curl --data-binary @photo.png -H 'Content-Type: image/png' \\\n"
        "       http://127.0.0.1:8080/v1/predict\n",
    .max_inputs = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .recipe = CLI_RECIPE_FITTED,
    .no_json = true,
    .run = run,
};
