/* Doubts about data. Labels are compared by what they are called; pictures are read again
 * in other positions only where they are read badly, and a few of them at that. */
#include "doubts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 20 };     /* fewer digits say nothing of a set */
enum { SAMPLED = 1000 }; /* digits whose ground is looked at */
enum { TRIED = 100 };    /* digits that are read in other positions */
enum { LABELS = CLI_LABELS, LISTED = 5 };
/* Shares of digits: unlike any training digit, or misread, for a doubt; right more than
 * now, for advice. */
static const double unlike_share = 0.25, wrong_share = 0.3, gain = 0.15;

static void NUMERAL_PRINTF(2, 3) tell(const cli_session *session, const char *format, ...)
{
    char text[NUMERAL_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    session->notes.tell(session->notes.context, NUMERAL_NOTE_DOUBT, text);
}

static size_t count_used(const size_t *counts)
{
    size_t n = 0;
    for (size_t i = 0; i < LABELS; i++) {
        n += counts[i] > 0;
    }
    return n;
}

/* A class and what it is called; those of a model in the order of their names. */
typedef struct called {
    const char *name;
    numeral_label label;
} called;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const called *)a)->name, ((const called *)b)->name);
}

/* What matching labels by their names takes, all by the data's labels. */
typedef struct matching {
    called *classes;    /* of the model */
    numeral_label *map; /* to its numbers */
    bool *taken, *known;
    char **names;
} matching;

static numeral_status make_matching(const numeral_model_info *info, matching *m,
                                    numeral_error *err)
{
    m->classes = malloc((info->n_classes + 1) * sizeof *m->classes);
    m->map = calloc(LABELS, sizeof *m->map);
    m->taken = calloc(LABELS, sizeof *m->taken);
    m->known = calloc(LABELS, sizeof *m->known);
    m->names = calloc(LABELS, sizeof *m->names);
    if (!m->classes || !m->map || !m->taken || !m->known || !m->names) {
        return cli_no_memory(err);
    }
    for (size_t c = 0; c < info->n_classes; c++) {
        m->taken[info->classes[c]] = true;
        m->classes[c] = (called){info->label_names[c], info->classes[c]};
    }
    qsort(m->classes, info->n_classes, sizeof *m->classes, by_name);
    return NUMERAL_OK;
}

/* Gives labels whose names the model knows, too, its numbers, and the others free ones.
 */
static numeral_status find_numbers(const numeral_model_info *info,
                                   const numeral_dataset *data, const size_t *counts,
                                   matching *m, numeral_error *err)
{
    for (size_t l = 0; l < LABELS; l++) {
        char number[NUMERAL_LABEL_BYTES];
        called wanted = {numeral_dataset_label_name(data, (numeral_label)l, number), 0};
        const called *found = counts[l] ? bsearch(&wanted, m->classes, info->n_classes,
                                                  sizeof wanted, by_name)
                                        : NULL;
        m->known[l] = found != NULL;
        m->map[l] = found ? found->label : 0;
    }
    for (size_t l = 0, next = 0; l < LABELS; l++) {
        if (!counts[l] || m->known[l]) {
            continue;
        }
        while (next < LABELS && m->taken[next]) {
            next++;
        }
        if (next == LABELS) {
            return cli_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.400s: more than 65,536 labels beside the model's",
                            data->name);
        }
        m->map[l] = (numeral_label)next;
        m->taken[next] = true;
    }
    return NUMERAL_OK;
}

/* Renumbers the labels and what they are called. */
static numeral_status match_names(const numeral_model_info *info, numeral_dataset *data,
                                  const size_t *counts, numeral_error *err)
{
    matching m = {0};
    numeral_status status;
    TRY(make_matching(info, &m, err));
    TRY(find_numbers(info, data, counts, &m, err));
    for (size_t l = 0; l < LABELS; l++) {
        if (counts[l] && l < data->n_label_names) {
            m.names[m.map[l]] = data->label_names[l];
            data->label_names[l] = NULL;
        }
    }
    for (size_t l = 0; l < data->n_label_names; l++) {
        numeral_free(data->label_names[l]);
        data->label_names[l] = NULL;
    }
    for (size_t i = 0; i < data->n_images; i++) {
        data->labels[i] = m.map[data->labels[i]];
    }
    for (size_t l = 0; l < LABELS && status == NUMERAL_OK; l++) {
        status = m.names[l] ? numeral_dataset_set_label_name(data, (numeral_label)l,
                                                             m.names[l], err)
                            : NUMERAL_OK;
    }
done:
    for (size_t l = 0; m.names && l < LABELS; l++) {
        numeral_free(m.names[l]);
    }
    free(m.classes);
    free(m.map);
    free(m.taken);
    free(m.known);
    free(m.names);
    return status;
}

static int by_number(const void *a, const void *b)
{
    const numeral_label *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Whether the model has the label, called so where both have names. */
static bool is_known(const numeral_model_info *info, const numeral_dataset *data,
                     numeral_label label)
{
    static const char *const words[] = {"zero", "one", "two",   "three", "four",
                                        "five", "six", "seven", "eight", "nine"};
    char number[NUMERAL_LABEL_BYTES], plain[NUMERAL_LABEL_BYTES];
    const char *name = numeral_dataset_label_name(data, label, number);
    snprintf(plain, sizeof plain, "%u", (unsigned)label);
    const numeral_label *class =
        bsearch(&label, info->classes, info->n_classes, sizeof label, by_number);
    bool named = name != number;
    if (!class) {
        return false;
    }
    return info->label_names
               ? !named || strcmp(name, info->label_names[class - info->classes]) == 0
               : !named || strcmp(name, plain) == 0 ||
                     (label < 10 && strcasecmp(name, words[label]) == 0);
}

/* "a, b, c ..." of the labels chosen. */
static void list_labels(const numeral_dataset *data, const bool *chosen, char *text,
                        size_t n_bytes)
{
    size_t used = 0, n = 0;
    text[0] = '\0';
    for (size_t l = 0; l < LABELS && used + 60 < n_bytes; l++) {
        char number[NUMERAL_LABEL_BYTES];
        if (chosen[l] && n++ < LISTED) {
            used += (size_t)snprintf(
                text + used, n_bytes - used, "%s%.40s", used ? ", " : "",
                numeral_dataset_label_name(data, (numeral_label)l, number));
        }
    }
    if (n > LISTED) {
        snprintf(text + used, n_bytes - used, " ...");
    }
}

numeral_status cli_doubt_labels(const cli_session *session, const numeral_model *model,
                                numeral_dataset *data, numeral_error *err)
{
    size_t *counts = NULL, n_unknown = 0;
    bool *unknown = NULL;
    char number[NUMERAL_LABEL_BYTES], listed[300], first[60];
    numeral_model_info info;
    numeral_status status = NUMERAL_OK;
    if (!data->labels || data->n_images == 0) {
        return NUMERAL_OK;
    }
    TRY((counts = cli_count_labels(data)) ? NUMERAL_OK : cli_no_memory(err));
    if (data->n_images >= LEAST && count_used(counts) == 1) {
        tell(session,
             "%.200s: all %zu digits have the label %.40s; is that its column of labels?",
             data->name, data->n_images,
             numeral_dataset_label_name(data, data->labels[0], number));
    }
    if (!model) {
        goto done;
    }
    numeral_model_get_info(model, &info);
    if (data->label_names && info.label_names) {
        TRY(match_names(&info, data, counts, err));
        free(counts);
        TRY((counts = cli_count_labels(data)) ? NUMERAL_OK : cli_no_memory(err));
    }
    TRY((unknown = calloc(LABELS, sizeof *unknown)) ? NUMERAL_OK : cli_no_memory(err));
    for (size_t l = 0; l < LABELS; l++) {
        unknown[l] = counts[l] && !is_known(&info, data, (numeral_label)l);
        n_unknown += unknown[l] ? counts[l] : 0;
    }
    if (n_unknown) {
        list_labels(data, unknown, listed, sizeof listed);
        snprintf(first, sizeof first, "%.50s",
                 cli_label_name(&info, info.classes[0], number));
        tell(session,
             "%.150s: %zu of %zu digits have labels that are not the model's (%.200s); "
             "its "
             "own are %s to %.40s",
             data->name, n_unknown, data->n_images, listed, first,
             cli_label_name(&info, info.classes[info.n_classes - 1], number));
    }
done:
    free(counts);
    free(unknown);
    return status;
}

void cli_doubt_ground(const cli_session *session, const numeral_dataset *data)
{
    size_t light = 0, height = data->height, width = data->width, n_looked = 0;
    size_t step = data->n_images / SAMPLED + 1;
    if (data->framed || data->n_images < LEAST || height < 3 || width < 3) {
        return;
    }
    for (size_t i = 0; i < data->n_images; i += step, n_looked++) {
        const uint8_t *image = data->pixels + i * height * width;
        uint64_t border = 0, all = 0;
        for (size_t y = 0; y < height; y++) {
            for (size_t x = 0; x < width; x++) {
                bool edge = y == 0 || x == 0 || y == height - 1 || x == width - 1;
                border += edge ? image[y * width + x] : 0;
                all += image[y * width + x];
            }
        }
        size_t n_border = 2 * (height + width) - 4;
        light += border > 160 * n_border && border / n_border > all / (height * width);
    }
    if (2 * light > n_looked) {
        tell(session,
             "%.200s: its ink is dark on light, and each digit is turned round by itself "
             "as a picture would be; 255 - x in the data is surer",
             data->name);
    }
}

/* Ways in which sets are stored, and what undoes them in NumPy. */
typedef enum position {
    TRANSPOSED,
    MIRRORED,
    UPSIDE_DOWN,
    TURNED_LEFT,
    TURNED_RIGHT,
    N_POSITIONS
} position;

static const char *const words[N_POSITIONS] = {
    "transposed (x.transpose(0, 2, 1) in NumPy)", "mirrored (x[:, :, ::-1])",
    "turned by 180 degrees (x[:, ::-1, ::-1])",
    "turned by 90 degrees (numpy.rot90(x, 1, (1, 2)))",
    "turned by 90 degrees (numpy.rot90(x, -1, (1, 2)))"};

/* Where pixel (y, x) of the position comes from, in an image of that side. */
static size_t source_of(position how, size_t side, size_t y, size_t x)
{
    size_t last = side - 1;
    switch (how) {
    case TRANSPOSED:
        return x * side + y;
    case MIRRORED:
        return y * side + (last - x);
    case UPSIDE_DOWN:
        return (last - y) * side + (last - x);
    case TURNED_LEFT:
        return x * side + (last - y);
    default:
        return (last - x) * side + y;
    }
}

/* How much of answers is right or, without labels, like training digits: 0 to 1. */
static double share_good(const numeral_answers *answers, const numeral_dataset *data)
{
    size_t n = 0;
    for (size_t i = 0; i < answers->n; i++) {
        n += data->labels ? answers->labels[i] == data->labels[i]
                          : answers->refused[i] == NUMERAL_REFUSED_NOT;
    }
    return answers->n ? (double)n / (double)answers->n : 1;
}

static numeral_status try_position(const cli_session *session, position how,
                                   const numeral_dataset *some, double *out,
                                   numeral_error *err)
{
    numeral_dataset turned = *some;
    numeral_answers answers = {0};
    size_t side = some->height, size = side * side;
    numeral_status status = NUMERAL_OK;
    turned.pixels = malloc(some->n_images * size + 1);
    TRY(turned.pixels ? NUMERAL_OK : cli_no_memory(err));
    for (size_t i = 0; i < some->n_images; i++) {
        for (size_t at = 0; at < size; at++) {
            turned.pixels[i * size + at] =
                some->pixels[i * size + source_of(how, side, at / side, at % side)];
        }
    }
    TRY(numeral_model_predict(session->model, &turned, &session->run, &answers, err));
    *out = share_good(&answers, some);
done:
    free(turned.pixels);
    numeral_answers_free(&answers);
    return status;
}

/* The first digits of the data, and how many of them are good as they are. */
static numeral_status take_some(const numeral_dataset *data, const cli_session *session,
                                numeral_dataset *some, double *good, numeral_error *err)
{
    size_t rows[TRIED], n = data->n_images < TRIED ? data->n_images : TRIED;
    numeral_answers answers = {0};
    numeral_status status;
    for (size_t i = 0; i < n; i++) {
        rows[i] = i * data->n_images / n; /* sets may be sorted by their labels */
    }
    TRY(numeral_dataset_select(data, rows, n, some, err));
    TRY(numeral_model_predict(session->model, some, &session->run, &answers, err));
    *good = share_good(&answers, some);
done:
    numeral_answers_free(&answers);
    return status;
}

numeral_status cli_doubt_digits(const cli_session *session,
                                const numeral_answers *answers, numeral_error *err)
{
    const numeral_dataset *data = &session->data;
    numeral_dataset some = {0};
    double good = 1, best = 0;
    position found = N_POSITIONS;
    size_t unlike = 0;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < answers->n; i++) {
        unlike += answers->refused[i] == NUMERAL_REFUSED_NO_DIGIT;
    }
    double n = (double)answers->n;
    bool doubtful = (double)unlike >= unlike_share * n ||
                    (data->labels && 1 - share_good(answers, data) >= wrong_share);
    if (!doubtful || answers->n < LEAST || data->height != data->width) {
        return NUMERAL_OK;
    }
    TRY(take_some(data, session, &some, &good, err));
    for (position how = TRANSPOSED; how < N_POSITIONS; how++) {
        double share = 0;
        TRY(try_position(session, how, &some, &share, err));
        if (share > best) {
            best = share;
            found = how;
        }
    }
    cli_progress_clear();
    if (best >= good + gain) {
        tell(session,
             "%.150s: of %zu of its digits %.0f %% are %s, and %.0f %% where they are "
             "%s: it seems to be stored otherwise",
             data->name, some.n_images, 100 * good,
             data->labels ? "read rightly" : "like training digits", 100 * best,
             words[found]);
    } else if ((double)unlike >= unlike_share * n) {
        tell(
            session,
            "%.150s: %zu of %zu are like no training digit, turned and mirrored neither; "
            "numeral doctor shows one beside the training data",
            data->name, unlike, answers->n);
    }
done:
    numeral_dataset_free(&some);
    return status;
}
