/* The help of one command, from its table of options. */
#include <string.h>

#include "cli.h"

enum { COLUMN = 30 }; /* where the words behind an option begin */

static void print_option(const cli_option *option)
{
    char left[64], letter[8] = "    ";
    const char *space = option->argument ? " " : "";
    const char *argument = option->argument ? option->argument : "";
    if (option->letter) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    /* one-letter names have no long form worth showing */
    bool lone = option->letter && option->name[0] == option->letter && !option->name[1];
    int used =
        lone ? snprintf(left, sizeof left, "  -%c%s%s", option->letter, space, argument)
             : snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name, space,
                        argument);
    fputs(left, stdout);
    if (used >= COLUMN - 1) {
        putchar('\n');
        used = 0;
    }
    cli_print("%*s", COLUMN - used, "");
    cli_print_wrapped(option->help, COLUMN, COLUMN);
}

void cli_print_help(const cli_command *command)
{
    cli_arguments all = {.command = command};
    cli_print("Usage: numeral %s %s%s[OPTIONS]\n\n", command->name, command->arguments,
              *command->arguments ? " " : "");
    cli_print_wrapped(command->summary, 0, 0);
    if (*command->details) {
        putchar('\n');
        fputs(command->details, stdout);
    }
    cli_print("\nOptions:\n");
    cli_collect_options(command, &all);
    for (size_t i = 0; i < all.n_options; i++) {
        print_option(&all.options[i]);
    }
}
