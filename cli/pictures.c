/* Pictures in the terminal and in files. */
#include "pictures.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

extern char **environ;

numeral_label_names cli_picture_names(const cli_session *session)
{
    numeral_model_info info;
    if (session->data.label_names || !session->model) {
        return cli_data_names(&session->data);
    }
    numeral_model_get_info(session->model, &info);
    return cli_label_names(&info);
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

static numeral_text_options text_options(void)
{
    numeral_text_options text = {NUMERAL_TEXT_PLAIN, 80, environ};
    struct winsize size;
    if (isatty(STDOUT_FILENO)) {
        const char *no_colour = getenv("NO_COLOR");
        /* https://no-color.org: set and not empty means no colours */
        text.mode = !shows_utf8()             ? NUMERAL_TEXT_PLAIN
                    : no_colour && *no_colour ? NUMERAL_TEXT_UNICODE
                                              : NUMERAL_TEXT_TERMINAL;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            text.columns = size.ws_col;
        }
    }
    return text;
}

numeral_status cli_picture_print(const numeral_grid *grid, numeral_error *err)
{
    char *text = NULL;
    numeral_text_options how = text_options();
    numeral_status status = numeral_text_grid(grid, &how, &text, err);
    if (status == NUMERAL_OK) {
        fputs(text, stdout);
    }
    numeral_free(text);
    return status;
}

numeral_picture_format cli_picture_format(const char *path)
{
    numeral_picture_format format = NUMERAL_PICTURE_PNG;
    numeral_picture_format_of(path, &format, NULL); /* its ending has been checked */
    return format;
}

numeral_status cli_picture_save(numeral_picture *picture, const char *path,
                                const char *what, const cli_session *session,
                                numeral_error *err)
{
    numeral_status status = numeral_picture_save(picture, path, err);
    numeral_picture_free(picture);
    if (status == NUMERAL_OK && session->text) {
        cli_print("%s: %s\n", path, what);
    }
    return status;
}

numeral_status cli_picture_grid(const numeral_grid *grid, const char *path,
                                const cli_session *session, numeral_error *err)
{
    numeral_picture picture = {0};
    numeral_status status =
        numeral_draw_grid(grid, cli_picture_format(path), &picture, err);
    return status == NUMERAL_OK
               ? cli_picture_save(&picture, path, grid->title, session, err)
               : status;
}
