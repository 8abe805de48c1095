/* numeral: finds the command in the table, runs it, and says what went wrong. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli.h"

/* In the order of help. */
/* clang-format off */
static const cli_command *const commands[] = {
    &cli_cmd_demo,
    &cli_cmd_data,
    &cli_cmd_train,
    &cli_cmd_teach,
    &cli_cmd_eval,
    &cli_cmd_predict,
    &cli_cmd_read,
    &cli_cmd_neighbours,
    &cli_cmd_why,
    &cli_cmd_doctor,
    &cli_cmd_serve,
    &cli_cmd_tune,
    &cli_cmd_show,
    &cli_cmd_plot,
    &cli_cmd_audit,
    &cli_cmd_condense,
    &cli_cmd_info,
    &cli_cmd_features,
    &cli_cmd_list,
    &cli_cmd_bench,
};
/* clang-format on */
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static numeral_status find_command(const char *name, const cli_command **out,
                                   numeral_error *err)
{
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i]->name;
        if (strcmp(name, names[i]) == 0) {
            *out = commands[i];
            return NUMERAL_OK;
        }
    }
    return cli_unknown(err, "unknown command", name, names, N_COMMANDS, "--help");
}

static void print_overview(void)
{
    cli_print("numeral %s: handwritten digits, read by k-nearest neighbours\n\n"
              "Usage: numeral COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n",
              numeral_version());
    for (size_t i = 0; i < N_COMMANDS; i++) {
        cli_print("  %-12s", commands[i]->name);
        cli_print_wrapped(commands[i]->summary, 14, 14);
    }
    cli_print(
        "\nDATA is a name (mnist, fashion-mnist, pen; see numeral data list), a file\n"
        "(IDX, NPY, NPZ, CSV, taught.db, image) or a folder of images, with an optional\n"
        ":train or :test and an optional slice [a:b:step]: mnist:train[0:50000].\n"
        "MODEL is a file that train or teach has written, and always comes first; where "
        "it\n"
        "may be left out, accurate on MNIST reads.\n\n"
        "numeral COMMAND --help tells more. Start with: numeral demo\n");
}

static numeral_status run_command(const cli_command *command, int argc, char **argv,
                                  numeral_error *err)
{
    cli_arguments arguments;
    cli_session session = {.arguments = &arguments};
    numeral_status status;
    TRY(cli_parse(command, argc, argv, &arguments, err));
    if (cli_is_set(&arguments, "help")) {
        cli_print_help(command);
        goto done;
    }
    TRY(cli_check_overwriting(&arguments, err));
    TRY(cli_check_outputs(&arguments, err));
    TRY(numeral_cpu_check(err));
    TRY(cli_session_open(&session, err));
    status = command->run(&session, err);
done:
    cli_session_close(&session);
    cli_arguments_free(&arguments);
    return status;
}

static numeral_status run(int argc, char **argv, numeral_error *err)
{
    const cli_command *command = NULL;
    const char *first = argc > 1 ? argv[1] : "--help";
    bool help = strcmp(first, "help") == 0;
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || (help && argc == 2)) {
        print_overview();
        return NUMERAL_OK;
    }
    if (strcmp(first, "--version") == 0) {
        cli_print("numeral %s (%s)\n", numeral_version(), numeral_cpu_name());
        return NUMERAL_OK;
    }
    numeral_status status = find_command(help ? argv[2] : first, &command, err);
    if (status == NUMERAL_OK && help) {
        cli_print_help(command);
    }
    return help || status != NUMERAL_OK ? status
                                        : run_command(command, argc - 2, argv + 2, err);
}

/* A full disk or a closed pipe must not pass for success. */
static numeral_status close_output(numeral_status status, numeral_error *err)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE ||
        status != NUMERAL_OK) {
        return status;
    }
    return cli_fail(err, NUMERAL_ERROR_IO, "standard output: cannot write: %s",
                    errno ? strerror(errno) : "an earlier write failed");
}

/* Large blocks go back to the system as soon as they are freed. Left alone, glibc keeps
 * those up to the largest one freed so far, which costs training 8 MB at its peak. */
static void return_memory_early(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

/* A program that is started with standard descriptors closed would get their numbers for
 * its own files, and print into them. They are opened the wrong way round, so that using
 * one still fails as a closed one does. */
static void reopen_descriptors(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY) != file) {
            _exit(1);
        }
    }
}

int main(int argc, char **argv)
{
    numeral_error err = {NUMERAL_ERROR_MEMORY, "out of memory"};
    reopen_descriptors();
    return_memory_early();
    cli_watch_signals();
    numeral_status status = close_output(run(argc, argv, &err), &err);
    cli_progress_clear();
    if (status != NUMERAL_OK && err.text[0]) { /* "": all has been told */
        cli_print_error("numeral: %s\n", err.text);
    }
    return status == CLI_ERROR_USAGE || argc < 2 ? 2 : status != NUMERAL_OK;
}
