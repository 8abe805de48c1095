/* The command: tables of commands and options, parsed arguments, and what commands share.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <numeral/numeral.h>

/* The recipe where none is asked for. */
#define CLI_DEFAULT_PRESET "accurate"

/* Exit statuses. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

typedef struct cli_option {
    const char *name;     /* without dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* what it takes, or NULL for a switch */
    const char *help;
} cli_option;

enum { CLI_MAX_OPTIONS = 40 };

/* Which of a recipe's options a command takes besides its own. */
typedef enum cli_recipe { CLI_RECIPE_NONE, CLI_RECIPE_FITTED, CLI_RECIPE_ALL } cli_recipe;

struct cli_command;

typedef struct cli_given {
    size_t option; /* its place among the options */
    const char *value;
} cli_given;

/* A parsed command line. */
typedef struct cli_arguments {
    const struct cli_command *command;
    size_t n_inputs;
    const char **inputs; /* what is no option, in order */
    size_t n_options;
    cli_option options[CLI_MAX_OPTIONS]; /* own, recipe's, common */
    const char *values[CLI_MAX_OPTIONS]; /* NULL: not given; "" for a switch */
    size_t n_given;
    struct cli_given *given; /* every option as often as it stands there, in order */
} cli_arguments;

typedef struct cli_command {
    const char *name;
    const char *arguments; /* e.g. "MODEL DATA" */
    const char *summary;   /* one line */
    const char *details;   /* examples and explanations, may be "" */
    size_t min_inputs, max_inputs;
    const cli_option *options;
    size_t n_options;
    cli_recipe recipe;
    int (*run)(const cli_arguments *arguments);
} cli_command;

extern const cli_command *const cli_commands[];
extern const size_t cli_n_commands;

/* Parses argv behind the command's name; reports wrong usage itself. */
int cli_parse(const cli_command *command, int argc, char **argv, cli_arguments *out);
void cli_arguments_free(cli_arguments *arguments);
void cli_print_help(const cli_command *command);
void cli_print_overview(void);
/* Prints UTF-8 text in lines of 80 columns, all but the first beginning at `indent`;
 * `used` columns of the first are taken. */
void cli_print_wrapped(const char *text, int used, int indent);

/* The value of an option, or NULL; whether a switch is on. */
const char *cli_value(const cli_arguments *arguments, const char *name);
bool cli_is_set(const cli_arguments *arguments, const char *name);
/* Value number `at` of an option that may be given more than once, or NULL. */
const char *cli_value_at(const cli_arguments *arguments, const char *name, size_t at);
/* A number within bounds; `standard` where the option is absent. Wrong: CLI_USAGE. */
int cli_number(const cli_arguments *arguments, const char *name, double minimum,
               double maximum, double standard, double *out);
/* The same for whole numbers. */
int cli_integer(const cli_arguments *arguments, const char *name, double minimum,
                double maximum, double standard, double *out);

/* `numeral: sentence` on standard error; the first returns CLI_FAILED, the second
 * CLI_USAGE. */
int cli_fail(const numeral_error *err);
int cli_fail_usage(const char *format, ...) NUMERAL_PRINTF(1, 2);

/* What --threads, --seed, --max-memory and --quiet say, with a progress bar where
 * standard error is a terminal. */
typedef struct cli_setting {
    numeral_run run;
    numeral_progress progress;
    uint64_t seed;
    bool quiet;
    bool text; /* whether human text goes to standard output */
    const char *json;
} cli_setting;

int cli_setting_read(const cli_arguments *arguments, cli_setting *out);
/* A registry of everything built in and of what --plugin adds; end it with
 * numeral_registry_destroy. */
int cli_registry_create(const cli_arguments *arguments, numeral_registry **out);
/* How many threads that means. */
int cli_threads(const cli_setting *setting);
/* Draws the bar of a task: the time left counts from its first call. `what` it does just
 * now may change; the note stands behind the bar. */
void cli_progress_draw(const char *task, const char *what, uint64_t done, uint64_t total,
                       const char *note);
/* Takes the bar off the terminal. */
void cli_progress_clear(void);

/* Applies the recipe's options on the command line to a recipe or to a fitted model. */
int cli_apply_recipe_options(const cli_arguments *arguments, numeral_recipe *recipe);
int cli_apply_model_options(const cli_arguments *arguments, numeral_model *model,
                            const cli_setting *setting);

/* Loads MODEL and DATA of commands that take both; `split` where DATA names none. */
typedef struct cli_session {
    numeral_registry *registry;
    numeral_model *model;
    numeral_dataset data;
    cli_setting setting;
} cli_session;

int cli_session_open(const cli_arguments *arguments, cli_session *out);
int cli_session_data(cli_session *session, const char *text, numeral_split split,
                     bool need_labels);
void cli_session_close(cli_session *session);

/* The label's name in this model, or its number. */
const char *cli_label_name(const numeral_model_info *info, uint8_t label, char number[4]);

/* "12,345". */
const char *cli_count(uint64_t value, char out[32]);

extern const cli_command cli_cmd_audit;
extern const cli_command cli_cmd_bench;
extern const cli_command cli_cmd_condense;
extern const cli_command cli_cmd_data;
extern const cli_command cli_cmd_demo;
extern const cli_command cli_cmd_doctor;
extern const cli_command cli_cmd_eval;
extern const cli_command cli_cmd_list;
extern const cli_command cli_cmd_neighbours;
extern const cli_command cli_cmd_plot;
extern const cli_command cli_cmd_predict;
extern const cli_command cli_cmd_show;
extern const cli_command cli_cmd_train;
extern const cli_command cli_cmd_tune;
extern const cli_command cli_cmd_why;

#endif
