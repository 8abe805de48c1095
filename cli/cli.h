/* The command: tables of commands and options, the parsed command line, and what commands
 * share.
 *
 * As in the library, what may fail returns a numeral_status and takes a numeral_error
 * last; the sentence is written where the fault is seen, and printed once, by main. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include <numeral/numeral.h>
#include <numeral/tools/command.h>
#include <numeral/tools/names.h>
#include <numeral/tools/picture.h>

/* The recipe where none is named. */
#define CLI_DEFAULT_PRESET "accurate"

/* Beside the library's statuses: wrong usage. numeral exits with 2 for it, else with 1.
 */
#define CLI_ERROR_USAGE ((numeral_status)100)

/* For a function with a `numeral_status status` and a label `done:`, behind which it lets
 * go of what it holds: a call that fails ends the work there. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        status = (call);                                                                 \
        if (status != NUMERAL_OK) {                                                      \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* Each writes its sentence and returns its status. */
numeral_status cli_fail(numeral_error *err, numeral_status status, const char *format,
                        ...) NUMERAL_PRINTF(3, 4);
numeral_status cli_usage(numeral_error *err, const char *format, ...)
    NUMERAL_PRINTF(2, 3);
numeral_status cli_no_memory(numeral_error *err);
/* For words of the command line that the library looks into: what it calls a wrong
 * argument is wrong usage. */
numeral_status cli_as_usage(numeral_status status, numeral_error *err);
/* Wrong usage for a word that none of `names` is: "there is no plot 'x'; did you ...". */
numeral_status cli_unknown(numeral_error *err, const char *what, const char *word,
                           const char *const *names, size_t n_names, const char *help);

typedef struct cli_option {
    const char *name;     /* without dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* what it takes, or NULL for a switch */
    const char *help;
} cli_option;

enum { CLI_MAX_OPTIONS = 40 };

/* What -o writes, as far as its name is looked at before any work. */
typedef enum cli_output {
    CLI_WRITES_ANYTHING,
    CLI_WRITES_PICTURE, /* .png, .svg or .pdf, as always for --plot */
    CLI_WRITES_MODEL,   /* nothing that ends so */
    CLI_WRITES_FOLDER   /* or data: the command itself looks where they go */
} cli_output;

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

/* A command line and what all commands open: threads, parts, perhaps a model and data. */
typedef struct cli_session {
    const cli_arguments *arguments;
    numeral_run run; /* with a progress bar where standard error is a terminal */
    numeral_progress progress;
    uint64_t seed;
    bool text;                  /* whether human text goes to standard output */
    const char *json;           /* where JSON goes, or NULL */
    numeral_registry *registry; /* everything built in, and what --plugin adds */
    numeral_model *model;       /* NULL until loaded or fitted */
    numeral_notes notes;        /* told on standard error, but for --quiet */
    size_t *notes_bad;          /* counts bad files that were left out, or NULL */
    numeral_dataset data;
} cli_session;

/* A command is a file cmd_NAME.c with this table at its end, and a line in main.c. Its
 * `run` gets an open session and what cli_parse has checked, and mostly begins so:
 *
 *     TRY(cli_integer(session->arguments, "n", 1, 1000, 20, &n, err)); // options first
 *     TRY(cli_session_model(session, 0, err));                         // MODEL
 *     TRY(cli_load_all(session, 1, (numeral_load){0}, &data, err));    // DATA...
 *
 * The session is closed behind it. */
typedef struct cli_command {
    const char *name;
    const char *arguments; /* e.g. "MODEL DATA" */
    const char *summary;   /* one line */
    const char *details;   /* examples and explanations, lines of 80 columns; may be "" */
    size_t min_inputs, max_inputs;
    const cli_option *options;
    size_t n_options;
    cli_recipe recipe;
    bool searches_only; /* of those, only what decides which neighbours are found */
    cli_output output;
    bool needs_output; /* it does nothing without -o */
    bool no_json;      /* what it gives is a picture */
    numeral_status (*run)(cli_session *session, numeral_error *err);
} cli_command;

/* From here on SIGINT, SIGTERM, SIGHUP and a closed pipe clear away what is being written
 * before they end the process; a file that grows too large is a write that fails. */
void cli_watch_signals(void);

/* Parses argv behind the command's name, and checks whatever can be before any work. */
numeral_status cli_parse(const cli_command *command, int argc, char **argv,
                         cli_arguments *out, numeral_error *err);
/* The options that name files to write; a NULL ends them. */
extern const char *const cli_output_options[];
/* Refuses outputs that could not be made, or are one file; nothing is made. */
numeral_status cli_check_outputs(const cli_arguments *arguments, numeral_error *err);
/* Refuses outputs that would replace an input. */
numeral_status cli_check_overwriting(const cli_arguments *arguments, numeral_error *err);
void cli_arguments_free(cli_arguments *arguments);
/* Fills out->options: the command's own, the recipe's, and the common ones. */
void cli_collect_options(const cli_command *command, cli_arguments *out);
void cli_print_help(const cli_command *command);

/* The value of an option, or NULL; whether a switch is on. */
const char *cli_value(const cli_arguments *arguments, const char *name);
bool cli_is_set(const cli_arguments *arguments, const char *name);
/* Value number `at` of an option that may be given more than once, or NULL. */
const char *cli_value_at(const cli_arguments *arguments, const char *name, size_t at);
/* A number within bounds; `standard` where the option is absent. */
numeral_status cli_number(const cli_arguments *arguments, const char *name,
                          double minimum, double maximum, double standard, double *out,
                          numeral_error *err);
/* The same for whole numbers. */
numeral_status cli_integer(const cli_arguments *arguments, const char *name,
                           double minimum, double maximum, double standard, size_t *out,
                           numeral_error *err);

/* The same for bytes, with K, M or G behind the number; 0 where the option is absent. */
numeral_status cli_bytes(const cli_arguments *arguments, const char *name, uint64_t *out,
                         numeral_error *err);

/* Reads the common options and makes the registry; `session` has its arguments. */
numeral_status cli_session_open(cli_session *session, numeral_error *err);
void cli_session_close(cli_session *session);
/* How many threads --threads means. */
int cli_threads(const cli_session *session);
/* Loads the model that input number `at` names. */
numeral_status cli_load_model(const cli_session *session, size_t at, numeral_model **out,
                              numeral_error *err);
/* The same into the session, with the options of the command line applied. */
numeral_status cli_session_model(cli_session *session, size_t at, numeral_error *err);
/* Applies what the command line sets of a fitted recipe's options to the session's model.
 */
numeral_status cli_session_options(cli_session *session, numeral_error *err);
/* For commands whose MODEL may be left out: the same, or where the first input is no
 * model the default one. *first is the number of the input behind MODEL; what is then
 * missing, and a model in the wrong place, is wrong usage. */
numeral_status cli_session_model_first(cli_session *session, size_t *first,
                                       numeral_error *err);
/* The default model into the session, where none is named. */
numeral_status cli_session_default_model(cli_session *session, numeral_error *err);
/* Whether the path is a model's, by its bytes or by its ending. */
bool cli_is_model(const char *path);
/* Loads DATA as `how` says; seed, threads and, with a model, its frame are added. What
 * `out` held is freed. */
numeral_status cli_load(const cli_session *session, const char *text, numeral_load how,
                        numeral_dataset *out, numeral_error *err);
/* Loads all inputs from number `first` on, as one set. */
numeral_status cli_load_all(const cli_session *session, size_t first, numeral_load how,
                            numeral_dataset *out, numeral_error *err);
/* Loads the session's data: `split` where DATA names none. */
numeral_status cli_session_data(cli_session *session, const char *text,
                                numeral_split split, bool need_labels,
                                numeral_error *err);
/* Both splits of DATA. `text` NULL: mnist, or pen where mnist is not to be had; the
 * reason is then in *why, whose status else is NUMERAL_OK. */
numeral_status cli_load_splits(const cli_session *session, const char *text,
                               numeral_load how, numeral_dataset *train,
                               numeral_dataset *test, numeral_error *why,
                               numeral_error *err);
/* Puts the --holdout share of each label of *data into *held; without that option *held
 * stays empty. */
numeral_status cli_hold_out(const cli_session *session, numeral_dataset *data,
                            numeral_dataset *held, numeral_error *err);
/* The recipe of --recipe or --preset, else the preset or, where that is NULL, the stages
 * given here, with the recipe's options where the command takes all of them. */
numeral_status cli_recipe_read(const cli_session *session, const char *preset,
                               const char *stages, numeral_recipe **out,
                               numeral_error *err);

/* printf for people and for what reads lines: texts come out as numeral_name_visible
 * writes them, so that no name moves a cursor or forges a line. What is printed goes
 * through these two; text pictures, which hold escapes of their own, by fputs. */
void cli_print(const char *format, ...) NUMERAL_PRINTF(1, 2);
void cli_print_error(const char *format, ...) NUMERAL_PRINTF(1, 2);

/* Draws the bar of a task: the time left counts from its first call. `what` it does just
 * now may change; the note stands behind the bar. */
void cli_progress_draw(const char *task, const char *what, uint64_t done, uint64_t total,
                       const char *note);
/* The library's progress, as a bar. */
bool cli_progress_report(void *context, const char *what, uint64_t done, uint64_t total);
/* Takes the bar off the terminal. */
void cli_progress_clear(void);
/* Seconds on a clock that only goes forward. */
double cli_now(void);

/* Prints UTF-8 text in lines of 80 columns, all but the first beginning at `indent`;
 * `used` columns of the first are taken. */
void cli_print_wrapped(const char *text, int used, int indent);
/* `name`, and a text that goes on below itself from the given column on. */
void cli_print_field(const char *name, int column, const char *text);
/* "12,345". */
const char *cli_count(uint64_t value, char out[32]);
/* What a model was fitted to and taught: "mnist:train; taught mine (120)". */
const char *cli_origins(const numeral_model *model, char *text, size_t n_bytes);
/* The label's name in this model, or its number. */
const char *cli_label_name(const numeral_model_info *info, numeral_label label,
                           char number[NUMERAL_LABEL_BYTES]);
/* Names of labels for pictures, borrowed: of a model's, or of data's. */
numeral_label_names cli_label_names(const numeral_model_info *info);
numeral_label_names cli_data_names(const numeral_dataset *data);
/* How many digits have each label: CLI_LABELS counts, to be freed; NULL: no memory. */
size_t *cli_count_labels(const numeral_dataset *data);
enum { CLI_LABELS = NUMERAL_MAX_LABEL + 1 };

extern const cli_command cli_cmd_audit;
extern const cli_command cli_cmd_bench;
extern const cli_command cli_cmd_condense;
extern const cli_command cli_cmd_data;
extern const cli_command cli_cmd_demo;
extern const cli_command cli_cmd_doctor;
extern const cli_command cli_cmd_eval;
extern const cli_command cli_cmd_features;
extern const cli_command cli_cmd_info;
extern const cli_command cli_cmd_list;
extern const cli_command cli_cmd_neighbours;
extern const cli_command cli_cmd_plot;
extern const cli_command cli_cmd_predict;
extern const cli_command cli_cmd_read;
extern const cli_command cli_cmd_serve;
extern const cli_command cli_cmd_show;
extern const cli_command cli_cmd_teach;
extern const cli_command cli_cmd_train;
extern const cli_command cli_cmd_tune;
extern const cli_command cli_cmd_why;

#endif
