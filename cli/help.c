/* Help, from the tables. */
#include <string.h>

#include "cli.h"

enum { COLUMN = 30, WIDTH = 80 };

/* Columns that `length` bytes of UTF-8 take. */
static int columns_of(const char *text, int length)
{
    int columns = 0;
    for (int i = 0; i < length; i++) {
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return columns;
}

void cli_print_wrapped(const char *text, int used, int indent)
{
    const char *space = "";
    while (*text) {
        int length = (int)strcspn(text, " ");
        int columns = columns_of(text, length);
        if (*space && used + 1 + columns > WIDTH && used > indent) {
            printf("\n%*s", indent, "");
            used = indent;
            space = "";
        }
        printf("%s%.*s", space, length, text);
        used += columns + (int)strlen(space);
        text += length;
        text += strspn(text, " ");
        space = " ";
    }
    putchar('\n');
}

static void print_option(const cli_option *option)
{
    char left[64];
    char letter[8] = "    ";
    if (option->letter) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    /* one-letter names have no long form worth showing */
    bool lone = option->letter && option->name[0] == option->letter && !option->name[1];
    int used = lone ? snprintf(left, sizeof left, "  -%c %s", option->letter,
                               option->argument ? option->argument : "")
                    : snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
                               option->argument ? " " : "",
                               option->argument ? option->argument : "");
    fputs(left, stdout);
    if (used >= COLUMN - 1) {
        putchar('\n');
        used = 0;
    }
    printf("%*s", COLUMN - used, "");
    cli_print_wrapped(option->help, COLUMN, COLUMN);
}

void cli_print_help(const cli_command *command)
{
    cli_arguments all;
    char *none[] = {NULL};
    printf("Usage: numeral %s %s%s[OPTIONS]\n\n", command->name, command->arguments,
           *command->arguments ? " " : "");
    cli_print_wrapped(command->summary, 0, 0);
    if (*command->details) {
        printf("\n%s", command->details);
    }
    cli_command bare = *command;
    bare.min_inputs = 0;
    if (cli_parse(&bare, 0, none, &all) == CLI_DONE) {
        printf("\nOptions:\n");
        for (size_t i = 0; i < all.n_options; i++) {
            print_option(&all.options[i]);
        }
    }
    cli_arguments_free(&all);
}

void cli_print_overview(void)
{
    printf("numeral %s: handwritten digits, read by k-nearest neighbours\n\n"
           "Usage: numeral COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n",
           numeral_version());
    for (size_t i = 0; i < cli_n_commands; i++) {
        printf("  %-12s", cli_commands[i]->name);
        cli_print_wrapped(cli_commands[i]->summary, 14, 14);
    }
    printf(
        "\nDATA is a name (mnist, fashion-mnist, pen; see numeral data list), a file\n"
        "(IDX, NPY, NPZ, CSV, image) or a folder of images, with an optional :train or\n"
        ":test and an optional slice [a:b:step]: mnist:train[0:50000].\n\n"
        "numeral COMMAND --help tells more. Start with: numeral demo\n");
}
