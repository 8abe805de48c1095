#include "pictures.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <numeral/tools/picture.h>

extern char **environ;

int cli_picture_session(const cli_arguments *arguments, const char *model_path,
                        cli_session *out)
{
    numeral_error err;
    *out = (cli_session){0};
    int status = cli_setting_read(arguments, &out->setting);
    if (status != CLI_DONE) {
        return status;
    }
    if (out->setting.json) {
        return cli_fail_usage("%s draws pictures and has no JSON",
                              arguments->command->name);
    }
    status = cli_registry_create(arguments, &out->registry);
    if (status != CLI_DONE) {
        return status;
    }
    if (model_path &&
        numeral_model_load(model_path, out->registry, &out->model, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    return out->model ? cli_apply_model_options(arguments, out->model, &out->setting)
                      : CLI_DONE;
}

int cli_picture_data(cli_session *session, const char *text, numeral_split split,
                     bool need_labels)
{
    numeral_error err;
    if (session->model) {
        return cli_session_data(session, text, split, need_labels);
    }
    numeral_load load = {.split = split,
                         .need_labels = need_labels,
                         .seed = session->setting.seed,
                         .run = session->setting.run};
    return numeral_dataset_load(text, &load, &session->data, &err) == NUMERAL_OK
               ? CLI_DONE
               : cli_fail(&err);
}

numeral_label_names cli_picture_names(const cli_session *session, const char *names[256])
{
    if (session->data.label_names) {
        return (numeral_label_names)session->data.label_names;
    }
    if (!session->model) {
        return NULL;
    }
    numeral_model_info info;
    numeral_model_get_info(session->model, &info);
    memset(names, 0, 256 * sizeof *names);
    for (size_t c = 0; info.label_names && c < info.n_classes; c++) {
        names[info.classes[c]] = info.label_names[c];
    }
    return names;
}

/* Whether the terminal is told, by the environment, to show UTF-8. */
static bool shows_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value) {
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
        }
    }
    return false;
}

numeral_text_options cli_text_options(void)
{
    numeral_text_options text = {NUMERAL_TEXT_PLAIN, 80, environ};
    struct winsize size;
    if (isatty(STDOUT_FILENO)) {
        const char *no_colour = getenv("NO_COLOR");
        text.mode = !shows_utf8()             ? NUMERAL_TEXT_PLAIN
                    : no_colour && *no_colour ? NUMERAL_TEXT_UNICODE
                                              : NUMERAL_TEXT_TERMINAL;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            text.columns = size.ws_col;
        }
    }
    return text;
}

int cli_picture_print(const numeral_grid *grid)
{
    numeral_error err;
    char *text = NULL;
    numeral_text_options how = cli_text_options();
    if (numeral_text_grid(grid, &how, &text, &err) != NUMERAL_OK) {
        return cli_fail(&err);
    }
    fputs(text, stdout);
    numeral_text_free(text);
    return CLI_DONE;
}

int cli_picture_save(numeral_picture *picture, const char *path, const char *what,
                     const cli_setting *setting)
{
    numeral_error err;
    int status = numeral_picture_save(picture, path, &err) == NUMERAL_OK ? CLI_DONE
                                                                         : cli_fail(&err);
    numeral_picture_free(picture);
    if (status == CLI_DONE && setting->text) {
        printf("%s: %s\n", path, what);
    }
    return status;
}
