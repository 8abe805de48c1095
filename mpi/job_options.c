/* The command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <numeral/tools/command.h>

#include "job.h"

static const char help[] =
    "Usage: mpirun -n N numeral-mpi neighbours MODEL QUERIES... -o OUT [OPTIONS]\n"
    "       mpirun -n N numeral-mpi predict MODEL QUERIES... -o OUT [OPTIONS]\n"
    "       mpirun -n N numeral-mpi eval MODEL QUERIES... -o OUT.csv [OPTIONS]\n"
    "       mpirun -n N numeral-mpi build DATA... -o FOLDER [OPTIONS]\n"
    "\n"
    "Read digits on many machines, with the same bytes as one process writes.\n"
    "\n"
    "neighbours writes .npz or .csv, predict lines of label, confidence and input,\n"
    "eval every answer as .csv, as numeral's own commands do. MODEL is a model, or\n"
    "the folder of shards that build made. Several QUERIES are answered one behind\n"
    "the other. build cuts nothing: each DATA becomes a shard, one in a rank's\n"
    "memory at a time. docs/scale.md has hosts, SLURM, and what it takes.\n"
    "\n"
    "  mpirun -n 4 numeral-mpi predict digits.model scans.npz -o answers.txt\n"
    "  mpirun -n 8 numeral-mpi build part-*.npz -o shards --recipe pixels\n"
    "  mpirun -n 8 numeral-mpi eval shards mnist:test -o answers.csv\n"
    "\n"
    "Options:\n"
    "  -o, --output PATH           where to write\n"
    "      --shard queries|rows    queries: each rank has the whole model, and takes\n"
    "                              the next block when it is done (default for a\n"
    "                              model); rows: each has a part of the rows, and\n"
    "                              each query is searched by all (default, and the\n"
    "                              only way, for a folder)\n"
    "      --block N               queries of one block (default: 500)\n"
    "      --files-from LIST       more QUERIES, a line each\n"
    "      --resume                go on from the blocks that an earlier run finished\n"
    "      --stats                 say what the searches did\n"
    "      --no-bounds             do not tell a shard what others found: to see\n"
    "                              what it saves\n"
    "      --threads N             of each rank (default: the processors of its\n"
    "                              machine shared out among its ranks)\n"
    "      --reject-below P        refuse answers of a confidence below P (0 to 1)\n"
    "      --accept-all            answer what would be refused, too\n"
    "  -k K                        how many neighbours vote; --weights, --ties and\n"
    "                              what else numeral has for fitted models are\n"
    "                              understood, too\n"
    "      --recipe RECIPE         build: what the stages are (default: accurate)\n"
    "      --fit DATA              build: what they are fitted to (default: the\n"
    "                              first DATA)\n"
    "      --stages MODEL          build: take those of a model instead\n"
    "      --seed N                build: of fitting (default: 0)\n"
    "  -q, --quiet                 print failures only\n"
    "  -h, --help                  print this help\n";

static numeral_status usage(numeral_error *err, const char *what, const char *value)
{
    return job_fail(err, NUMERAL_ERROR_ARGUMENT, "%.200s%s%.200s; see numeral-mpi --help",
                    what, value ? " " : "", value ? value : "");
}

static numeral_status take_number(const char *name, const char *text, double least,
                                  double most, double *out, numeral_error *err)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= least && value <= most)) {
        return job_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "--%s %.100s: expected a number from %g to %g", name, text, least,
                        most);
    }
    *out = value;
    return NUMERAL_OK;
}

/* An option that takes no value; false where there is none of that name. */
static bool take_flag(mpi_job *job, const char *name)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"resume", &job->resume},
                 {"stats", &job->stats},
                 {"no-bounds", &job->no_bounds},
                 {"quiet", &job->quiet},
                 {"accept-all", &job->accept_all}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(flags[i].name, name) == 0) {
            *flags[i].flag = true;
            return true;
        }
    }
    return false;
}

/* Cuts the list's lines into inputs. */
static numeral_status take_list(mpi_job *job, const char *path, numeral_error *err)
{
    FILE *file = fopen(path, "r");
    struct stat about;
    if (!file || fstat(fileno(file), &about) != 0) {
        if (file) {
            fclose(file);
        }
        return job_fail(err, NUMERAL_ERROR_IO, "%.400s: cannot read the list: %s", path,
                        strerror(errno));
    }
    size_t size = (size_t)about.st_size, n = job->n_inputs;
    job->list = malloc(size + 1);
    size = job->list ? fread(job->list, 1, size, file) : 0;
    fclose(file);
    if (!job->list) {
        return job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for %.400s", path);
    }
    job->list[size] = '\0';
    for (size_t i = 0; i < size; i++) {
        n += job->list[i] == '\n';
    }
    const char **more = realloc(job->inputs, (n + 1) * sizeof *more);
    if (!more) {
        return job_fail(err, NUMERAL_ERROR_MEMORY, "out of memory for %.400s", path);
    }
    job->inputs = more;
    char *rest = job->list;
    for (char *line = strtok_r(rest, "\r\n", &rest); line;
         line = strtok_r(NULL, "\r\n", &rest)) {
        job->inputs[job->n_inputs++] = line;
    }
    return NUMERAL_OK;
}

/* An option of the recipe that a fitted model takes. */
static numeral_status take_override(mpi_job *job, const char *name, const char *value,
                                    numeral_error *err)
{
    for (size_t i = 0; i < numeral_recipe_option_count(); i++) {
        const numeral_recipe_option *option = numeral_recipe_option_get(i);
        if (option->after_fitting && strcmp(option->name, name) == 0 &&
            job->n_overrides < JOB_MAX_OVERRIDES) {
            job->overrides[job->n_overrides++] = (job_option){option->name, value};
            return NUMERAL_OK;
        }
    }
    return job_fail(err, NUMERAL_ERROR_ARGUMENT,
                    "there is no option --%.100s; see numeral-mpi --help", name);
}

static numeral_status take_shard(mpi_job *job, const char *value, bool *chosen,
                                 numeral_error *err)
{
    *chosen = true;
    job->by_rows = strcmp(value, "rows") == 0;
    return job->by_rows || strcmp(value, "queries") == 0
               ? NUMERAL_OK
               : usage(err, "--shard: expected rows or queries, not", value);
}

/* What the parsing remembers of options that decide later. */
typedef struct parsing {
    const char *list;
    bool shard_chosen;
} parsing;

static numeral_status take_value(mpi_job *job, const char *name, const char *value,
                                 parsing *of, numeral_error *err)
{
    const struct {
        const char *name, **text;
    } texts[] = {{"output", &job->output},
                 {"recipe", &job->recipe},
                 {"fit", &job->fit},
                 {"stages", &job->stages},
                 {"files-from", &of->list}};
    double number = 0;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].name, name) == 0) {
            *texts[i].text = value;
            return NUMERAL_OK;
        }
    }
    if (strcmp(name, "shard") == 0) {
        return take_shard(job, value, &of->shard_chosen, err);
    }
    if (strcmp(name, "block") == 0) {
        TRY(take_number(name, value, 1, 1e6, &number, err));
        job->block = (size_t)number;
    } else if (strcmp(name, "threads") == 0) {
        TRY(take_number(name, value, 1, 256, &number, err));
        job->run.threads = (int)number;
    } else if (strcmp(name, "seed") == 0) {
        TRY(take_number(name, value, 0, 1e15, &number, err));
        job->seed = (uint64_t)number;
    } else if (strcmp(name, "reject-below") == 0) {
        TRY(take_number(name, value, 0, 1, &job->reject_below, err));
    } else {
        status = take_override(job, name, value, err);
    }
done:
    return status;
}

static const char *long_name(const char *argument)
{
    static const char *const shorts[][2] = {
        {"-o", "output"}, {"-k", "k"}, {"-q", "quiet"}};
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
        if (strcmp(shorts[i][0], argument) == 0) {
            return shorts[i][1];
        }
    }
    return strncmp(argument, "--", 2) == 0 ? argument + 2 : NULL;
}

static numeral_status take_arguments(int argc, char **argv, mpi_job *job, parsing *of,
                                     numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (int i = 2; i < argc; i++) {
        const char *name = long_name(argv[i]);
        if (!name && argv[i][0] == '-' && argv[i][1]) {
            TRY(usage(err, "there is no option", argv[i]));
        }
        if (!name && job->command != JOB_BUILD && !job->model) {
            job->model = argv[i];
        } else if (!name) {
            job->inputs[job->n_inputs++] = argv[i];
        } else if (!take_flag(job, name)) {
            if (i + 1 == argc) {
                TRY(usage(err, argv[i], "needs a value"));
            }
            TRY(take_value(job, name, argv[++i], of, err));
        }
    }
done:
    return status;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static numeral_status check(mpi_job *job, const parsing *of, numeral_error *err)
{
    if (job->n_inputs == 0) {
        return usage(err,
                     job->command == JOB_BUILD ? "build needs DATA"
                                               : "MODEL and QUERIES are needed",
                     NULL);
    }
    if (!job->output) {
        return usage(err, "-o is missing: where to write", NULL);
    }
    if (job->command == JOB_BUILD) {
        return job->stages && (job->recipe || job->fit)
                   ? usage(err, "--stages takes no --recipe or --fit", NULL)
                   : NUMERAL_OK;
    }
    if (is_folder(job->model)) {
        if (of->shard_chosen && !job->by_rows) {
            return usage(err,
                         "--shard queries needs a whole model, not a folder of shards:",
                         job->model);
        }
        job->by_rows = true;
    }
    const char *dot = strrchr(job->output, '.');
    bool csv = dot && strcmp(dot, ".csv") == 0;
    if (job->command == JOB_EVAL && !csv) {
        return usage(err, "eval writes a .csv, not", job->output);
    }
    if (job->command == JOB_NEIGHBOURS && !csv && !(dot && strcmp(dot, ".npz") == 0)) {
        return usage(err, "neighbours writes a .npz or a .csv, not", job->output);
    }
    return NUMERAL_OK;
}

numeral_status job_parse(int argc, char **argv, mpi_job *out, numeral_error *err)
{
    static const char *const names[] = {"neighbours", "predict", "eval", "build"};
    parsing of = {0};
    numeral_status status = NUMERAL_OK;
    size_t at = 0;
    out->block = 500;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            if (out->rank == 0) {
                fputs(help, stdout);
            }
            return NUMERAL_ERROR_CANCELLED;
        }
    }
    while (argc > 1 && at < 4 && strcmp(names[at], argv[1]) != 0) {
        at++;
    }
    if (argc < 2 || at == 4) {
        return usage(err, "expected neighbours, predict, eval or build, not",
                     argc < 2 ? "nothing" : argv[1]);
    }
    out->command = (job_command)at;
    out->inputs = job_allocate((size_t)argc, sizeof *out->inputs, err);
    TRY(out->inputs ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY(take_arguments(argc, argv, out, &of, err));
    if (of.list) {
        TRY(take_list(out, of.list, err));
    }
    status = check(out, &of, err);
done:
    return status;
}

void job_free(mpi_job *job)
{
    free(job->inputs);
    free(job->list);
}
