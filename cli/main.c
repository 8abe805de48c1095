/* numeral: finds the command in the table and runs it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>

#include <numeral/tools/command.h>
#include <numeral/tools/names.h>
#endif

#include "cli.h"

/* In the order of help. */
/* clang-format off */
const cli_command *const cli_commands[] = {
    &cli_cmd_demo,
    &cli_cmd_data,
    &cli_cmd_train,
    &cli_cmd_eval,
    &cli_cmd_predict,
    &cli_cmd_neighbours,
    &cli_cmd_why,
    &cli_cmd_doctor,
    &cli_cmd_tune,
    &cli_cmd_show,
    &cli_cmd_plot,
    &cli_cmd_audit,
    &cli_cmd_condense,
    &cli_cmd_list,
    &cli_cmd_bench,
};
/* clang-format on */
const size_t cli_n_commands = sizeof cli_commands / sizeof *cli_commands;

static const cli_command *find_command(const char *name)
{
    for (size_t i = 0; i < cli_n_commands; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0) {
            return cli_commands[i];
        }
    }
    return NULL;
}

static int unknown_command(const char *name)
{
    enum { MAX_COMMANDS = 64 };
    const char *names[MAX_COMMANDS];
    for (size_t i = 0; i < cli_n_commands; i++) {
        names[i] = cli_commands[i]->name;
    }
    const char *near = numeral_name_nearest(name, names, cli_n_commands);
    return cli_fail_usage("unknown command '%s'%s%s%s; see numeral --help", name,
                          near ? "; did you mean '" : "", near ? near : "",
                          near ? "'?" : "");
}

static int run_command(const cli_command *command, int argc, char **argv)
{
    cli_arguments arguments;
    int status = cli_parse(command, argc, argv, &arguments);
    if (status == CLI_DONE && cli_is_set(&arguments, "help")) {
        cli_print_help(command);
    } else if (status == CLI_DONE) {
        numeral_error err;
        status = numeral_cpu_check(&err) == NUMERAL_OK ? command->run(&arguments)
                                                       : cli_fail(&err);
    }
    cli_arguments_free(&arguments);
    return status;
}

/* A full disk or a closed pipe must not pass for success. */
static int close_output(int status)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE ||
        status != CLI_DONE) {
        return status;
    }
    numeral_error err = {NUMERAL_ERROR_IO, ""};
    snprintf(err.text, sizeof err.text, "standard output: cannot write: %s",
             errno ? strerror(errno) : "an earlier write failed");
    return cli_fail(&err);
}

/* Large blocks go back to the system as soon as they are freed. Left alone, glibc keeps
 * those up to the largest one freed so far, which costs training 8 MB at its peak. */
static void return_memory_early(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int main(int argc, char **argv)
{
    int status = CLI_DONE;
    return_memory_early();
    const char *first = argc > 1 ? argv[1] : "--help";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        cli_print_overview();
        status = argc > 1 ? CLI_DONE : CLI_USAGE;
    } else if (strcmp(first, "help") == 0) {
        const cli_command *command = argc > 2 ? find_command(argv[2]) : NULL;
        if (command) {
            cli_print_help(command);
        } else if (argc > 2) {
            status = unknown_command(argv[2]);
        } else {
            cli_print_overview();
        }
    } else if (strcmp(first, "--version") == 0) {
        printf("numeral %s (%s)\n", numeral_version(), numeral_cpu_name());
    } else {
        const cli_command *command = find_command(first);
        status =
            command ? run_command(command, argc - 2, argv + 2) : unknown_command(first);
    }
    return close_output(status);
}
