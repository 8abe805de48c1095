/* The options of a recipe: one row each, with where its value lies and how that is read
 * and printed. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/names.h>

#include "base/fail.h"
#include "recipe/recipe.h"

/* More neighbours than that say nothing of a digit, and a typing error can ask for them.
 */
enum { MAX_K = 10000, MAX_SHOWN = 60 /* characters of a wrong value in a sentence */ };

typedef struct option option;
struct option {
    numeral_recipe_option about;
    numeral_status (*read)(const option *row, numeral_recipe *recipe, const char *value,
                           size_t length, numeral_error *err);
    /* Appends the value, nothing where it is that of `standard`. */
    numeral_status (*print)(const option *row, const numeral_recipe *recipe,
                            const numeral_recipe *standard, numeral_buffer *out,
                            numeral_error *err);
    size_t place;               /* of the value in a numeral_recipe */
    const char *const *choices; /* of a choice: an enum in their order, NULL-terminated */
    size_t most;                /* of a count */
    numeral_kind kind;          /* of a part */
};

void numeral_recipe_defaults(numeral_recipe *recipe, const numeral_registry *registry)
{
    *recipe = (numeral_recipe){
        .registry = registry,
        .k = 3,
        .cascade = numeral_cascade_default(),
        .metric = numeral_part_default(
            NUMERAL_KIND_METRIC,
            numeral_registry_find(registry, NUMERAL_KIND_METRIC, "l2")),
        .weights = numeral_part_default(
            NUMERAL_KIND_VOTE,
            numeral_registry_find(registry, NUMERAL_KIND_VOTE, "uniform")),
        .index = numeral_part_default(
            NUMERAL_KIND_INDEX,
            numeral_registry_find(registry, NUMERAL_KIND_INDEX, "auto")),
    };
}

static const void *value_in(const option *row, const numeral_recipe *recipe)
{
    return (const char *)recipe + row->place;
}

static void *value_of(const option *row, numeral_recipe *recipe)
{
    return (char *)recipe + row->place;
}

static int shown(size_t length)
{
    return (int)(length < MAX_SHOWN ? length : MAX_SHOWN);
}

static numeral_status read_choice(const option *row, numeral_recipe *recipe,
                                  const char *value, size_t length, numeral_error *err)
{
    char list[200] = "";
    for (int i = 0; row->choices[i]; i++) {
        if (strlen(row->choices[i]) == length &&
            memcmp(row->choices[i], value, length) == 0) {
            *(int *)value_of(row, recipe) = i;
            return NUMERAL_OK;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
                 row->choices[i]);
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "--%s %.*s: expected one of %s",
                        row->about.name, shown(length), value, list);
}

static numeral_status print_choice(const option *row, const numeral_recipe *recipe,
                                   const numeral_recipe *standard, numeral_buffer *out,
                                   numeral_error *err)
{
    int value = *(const int *)value_in(row, recipe);
    return value == *(const int *)value_in(row, standard)
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%s", row->choices[value]);
}

static numeral_status read_count(const option *row, numeral_recipe *recipe,
                                 const char *value, size_t length, numeral_error *err)
{
    double n;
    if (!numeral_number_parse(value, length, &n) || n < 1 || n > (double)row->most ||
        n != (double)(size_t)n) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s%s %.*s: expected a whole number from 1 to %zu",
                            row->about.letter ? "-" : "--", row->about.name,
                            shown(length), value, row->most);
    }
    *(size_t *)value_of(row, recipe) = (size_t)n;
    return NUMERAL_OK;
}

static numeral_status print_count(const option *row, const numeral_recipe *recipe,
                                  const numeral_recipe *standard, numeral_buffer *out,
                                  numeral_error *err)
{
    size_t value = *(const size_t *)value_in(row, recipe);
    return value == *(const size_t *)value_in(row, standard)
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%zu", value);
}

static numeral_status read_part(const option *row, numeral_recipe *recipe,
                                const char *value, size_t length, numeral_error *err)
{
    numeral_table table = numeral_registry_table(recipe->registry, row->kind);
    return numeral_part_parse(value, length, &table, 1, value_of(row, recipe), err);
}

static numeral_status print_part(const option *row, const numeral_recipe *recipe,
                                 const numeral_recipe *standard, numeral_buffer *out,
                                 numeral_error *err)
{
    const numeral_part *part = value_in(row, recipe), *usual = value_in(row, standard);
    bool same = part->entry == usual->entry &&
                memcmp(part->values, usual->values, sizeof part->values) == 0;
    return same ? NUMERAL_OK : numeral_part_print(part, out, err);
}

/* --recall R is --index near=recall=R; what else near was given stays. */
static numeral_status read_recall(const option *row, numeral_recipe *recipe,
                                  const char *value, size_t length, numeral_error *err)
{
    numeral_recipe changed = *recipe;
    numeral_status status = NUMERAL_OK;
    if (strcmp(changed.index.entry->name, "near") != 0) {
        TRY(read_part(row, &changed, "near", 4, err));
    }
    TRY(numeral_part_arguments(value, length, &changed.index, err));
    recipe->index = changed.index;
done:
    return status;
}

/* The index says it. */
static numeral_status print_recall(const option *row, const numeral_recipe *recipe,
                                   const numeral_recipe *standard, numeral_buffer *out,
                                   numeral_error *err)
{
    (void)row, (void)recipe, (void)standard, (void)out, (void)err;
    return NUMERAL_OK;
}

static numeral_status read_gate(const option *row, numeral_recipe *recipe,
                                const char *value, size_t length, numeral_error *err)
{
    numeral_part gate = numeral_part_default(NUMERAL_KIND_RERANK, &numeral_gate_entry);
    numeral_status status = numeral_part_arguments(value, length, &gate, err);
    if (status == NUMERAL_OK) {
        memcpy(value_of(row, recipe), gate.values, sizeof gate.values);
    }
    return status;
}

static numeral_status print_gate(const option *row, const numeral_recipe *recipe,
                                 const numeral_recipe *standard, numeral_buffer *out,
                                 numeral_error *err)
{
    (void)standard;
    numeral_part gate = {.kind = NUMERAL_KIND_RERANK, .entry = &numeral_gate_entry};
    memcpy(gate.values, value_in(row, recipe), sizeof gate.values);
    return numeral_part_print_arguments(&gate, out, err);
}

static numeral_status read_rerank(const option *row, numeral_recipe *recipe,
                                  const char *value, size_t length, numeral_error *err)
{
    numeral_table table = numeral_registry_table(recipe->registry, row->kind);
    return numeral_cascade_parse(value, length, &table, &recipe->cascade, err);
}

static numeral_status print_rerank(const option *row, const numeral_recipe *recipe,
                                   const numeral_recipe *standard, numeral_buffer *out,
                                   numeral_error *err)
{
    (void)row, (void)standard;
    return numeral_cascade_print(&recipe->cascade, out, err);
}

static const char *const frames[] = {"auto", "mnist", "keep", NULL};
static const char *const ties[] = {"nearest", "smallest", NULL};
static const char *const dtypes[] = {"auto", "u8", "i8", "i16", NULL};

/* How each type of value is read and printed, and where it lies. */
#define CHOICE(member, list)                                                             \
    read_choice, print_choice, offsetof(numeral_recipe, member), .choices = list
#define COUNT(member, largest)                                                           \
    read_count, print_count, offsetof(numeral_recipe, member), .most = largest
#define PART(member, of)                                                                 \
    read_part, print_part, offsetof(numeral_recipe, member), .kind = of

_Static_assert(sizeof(numeral_frame) == sizeof(int) &&
                   sizeof(numeral_ties) == sizeof(int) &&
                   sizeof(numeral_dtype_choice) == sizeof(int) &&
                   sizeof(numeral_combine) == sizeof(int),
               "a choice is read and written as an int");

/* In the order in which the canonical text has them. */
static const option options[] = {
    {{"frame", 0, "auto|mnist|keep", "how images are brought to the model's frame",
      false},
     CHOICE(frame, frames)},
    {{"dtype", 0, "auto|u8|i8|i16", "the integers that rows are stored in", false},
     CHOICE(dtype, dtypes)},
    {{"metric", 0, "METRIC", "distance between rows (list metric)", false},
     PART(metric, NUMERAL_KIND_METRIC)},
    {{"k", 'k', "K", "how many neighbours vote", true}, COUNT(k, MAX_K)},
    {{"weights", 0, "VOTE", "how neighbours vote (list vote)", true},
     PART(weights, NUMERAL_KIND_VOTE)},
    {{"ties", 0, "nearest|smallest", "who wins a tied vote", true}, CHOICE(ties, ties)},
    {{"index", 0, "INDEX", "how neighbours are searched (list index)", true},
     PART(index, NUMERAL_KIND_INDEX)},
    {{"recall", 0, "R", "share of neighbours to be found: --index near=R", true},
     read_recall,
     print_recall,
     .place = offsetof(numeral_recipe, index),
     .kind = NUMERAL_KIND_INDEX},
    {{"candidates", 0, "N", "how many neighbours a second look compares", false},
     COUNT(cascade.n_candidates, NUMERAL_MAX_CANDIDATES)},
    {{"gate", 0, "ARGUMENTS", "which digits get a second look (unanimous=20:margin=1.3)",
      false},
     read_gate,
     print_gate,
     .place = offsetof(numeral_recipe, cascade.gate)},
    {{"rerank", 0, "PARTS", "the second look, parts joined by + (list rerank)", false},
     read_rerank,
     print_rerank,
     .kind = NUMERAL_KIND_RERANK},
    {{"combine", 0, "product|sum", "how the scores of the parts are combined", false},
     CHOICE(cascade.combine, numeral_combine_names)},
};
enum { N_OPTIONS = sizeof options / sizeof *options };

size_t numeral_recipe_option_count(void)
{
    return N_OPTIONS;
}

const numeral_recipe_option *numeral_recipe_option_get(size_t at)
{
    return &options[at].about;
}

numeral_status numeral_recipe_set_slice(numeral_recipe *recipe, const char *name,
                                        const char *value, size_t length,
                                        numeral_error *err)
{
    const char *names[N_OPTIONS];
    for (size_t i = 0; i < N_OPTIONS; i++) {
        names[i] = options[i].about.name;
        if (strcmp(names[i], name) == 0) {
            return options[i].read(&options[i], recipe, value, length, err);
        }
    }
    const char *known = numeral_name_nearest(name, names, N_OPTIONS);
    return numeral_fail(
        err, NUMERAL_ERROR_ARGUMENT, "a recipe has no option '%.60s'%s%s%s", name,
        known ? "; did you mean '" : "", known ? known : "", known ? "'?" : "");
}

numeral_status numeral_recipe_set(numeral_recipe *recipe, const char *name,
                                  const char *value, numeral_error *err)
{
    return numeral_recipe_set_slice(recipe, name, value, strlen(value), err);
}

numeral_status numeral_recipe_print_options(const numeral_recipe *recipe,
                                            numeral_buffer *out, numeral_error *err)
{
    numeral_recipe standard;
    numeral_status status = NUMERAL_OK;
    numeral_recipe_defaults(&standard, recipe->registry);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        size_t start = out->size;
        TRY(numeral_buffer_printf(out, err, " %s%s ",
                                  options[i].about.letter ? "-" : "--",
                                  options[i].about.name));
        size_t empty = out->size;
        TRY(options[i].print(&options[i], recipe, &standard, out, err));
        /* an option that prints nothing takes its name back */
        out->size = out->size == empty ? start : out->size;
    }
done:
    return status;
}
