/* The options of a recipe: one row each, with how it is read and how it is printed. */
#include <stdio.h>
#include <string.h>

#include <numeral/tools/names.h>

#include "base/fail.h"
#include "recipe/recipe.h"

enum { MAX_K = 10000 };

typedef struct option {
    numeral_recipe_option about;
    numeral_status (*read)(numeral_recipe *recipe, const char *value, size_t length,
                           numeral_error *err);
    /* Appends the value, nothing where it is the default. */
    numeral_status (*print)(const numeral_recipe *recipe, numeral_buffer *out,
                            numeral_error *err);
} option;

static numeral_status read_choice(const char *name, const char *const *choices,
                                  const char *value, size_t length, int *out,
                                  numeral_error *err)
{
    char list[200] = "";
    for (int i = 0; choices[i]; i++) {
        if (strlen(choices[i]) == length && memcmp(choices[i], value, length) == 0) {
            *out = i;
            return NUMERAL_OK;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", choices[i]);
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "--%s %.*s: expected one of %s",
                        name, (int)(length < 60 ? length : 60), value, list);
}

static numeral_status read_part(numeral_kind kind, numeral_recipe *recipe,
                                const char *value, size_t length, numeral_part *out,
                                numeral_error *err)
{
    numeral_table table = numeral_registry_table(recipe->registry, kind);
    return numeral_part_parse(value, length, &table, 1, out, err);
}

static numeral_status print_part(const numeral_part *part, const numeral_part *standard,
                                 numeral_buffer *out, numeral_error *err)
{
    bool same = part->entry == standard->entry &&
                memcmp(part->values, standard->values, sizeof part->values) == 0;
    return same ? NUMERAL_OK : numeral_part_print(part, out, err);
}

static numeral_recipe defaults_of(const numeral_recipe *recipe)
{
    numeral_recipe standard;
    numeral_recipe_defaults(&standard, recipe->registry);
    return standard;
}

static const char *const frames[] = {"auto", "mnist", "keep", NULL};

static numeral_status read_frame(numeral_recipe *recipe, const char *value, size_t length,
                                 numeral_error *err)
{
    int choice = 0;
    numeral_status status = read_choice("frame", frames, value, length, &choice, err);
    if (status == NUMERAL_OK) {
        recipe->frame = (numeral_frame)choice;
    }
    return status;
}

static numeral_status print_frame(const numeral_recipe *recipe, numeral_buffer *out,
                                  numeral_error *err)
{
    return recipe->frame == NUMERAL_FRAME_AUTO
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%s", frames[recipe->frame]);
}

static numeral_status read_metric(numeral_recipe *recipe, const char *value,
                                  size_t length, numeral_error *err)
{
    return read_part(NUMERAL_KIND_METRIC, recipe, value, length, &recipe->metric, err);
}

static numeral_status print_metric(const numeral_recipe *recipe, numeral_buffer *out,
                                   numeral_error *err)
{
    numeral_recipe standard = defaults_of(recipe);
    return print_part(&recipe->metric, &standard.metric, out, err);
}

static numeral_status read_k(numeral_recipe *recipe, const char *value, size_t length,
                             numeral_error *err)
{
    double k;
    if (!numeral_number_parse(value, length, &k) || k < 1 || k > MAX_K ||
        k != (double)(size_t)k) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "-k %.*s: expected a whole number from 1 to %d",
                            (int)(length < 60 ? length : 60), value, MAX_K);
    }
    recipe->k = (size_t)k;
    return NUMERAL_OK;
}

static numeral_status print_k(const numeral_recipe *recipe, numeral_buffer *out,
                              numeral_error *err)
{
    return recipe->k == defaults_of(recipe).k
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%zu", recipe->k);
}

static numeral_status read_weights(numeral_recipe *recipe, const char *value,
                                   size_t length, numeral_error *err)
{
    return read_part(NUMERAL_KIND_VOTE, recipe, value, length, &recipe->weights, err);
}

static numeral_status print_weights(const numeral_recipe *recipe, numeral_buffer *out,
                                    numeral_error *err)
{
    numeral_recipe standard = defaults_of(recipe);
    return print_part(&recipe->weights, &standard.weights, out, err);
}

static const char *const ties[] = {"nearest", "smallest", NULL};

static numeral_status read_ties(numeral_recipe *recipe, const char *value, size_t length,
                                numeral_error *err)
{
    int choice = 0;
    numeral_status status = read_choice("ties", ties, value, length, &choice, err);
    if (status == NUMERAL_OK) {
        recipe->ties = (numeral_ties)choice;
    }
    return status;
}

static numeral_status print_ties(const numeral_recipe *recipe, numeral_buffer *out,
                                 numeral_error *err)
{
    return recipe->ties == NUMERAL_TIES_NEAREST
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%s", ties[recipe->ties]);
}

static numeral_status read_index(numeral_recipe *recipe, const char *value, size_t length,
                                 numeral_error *err)
{
    return read_part(NUMERAL_KIND_INDEX, recipe, value, length, &recipe->index, err);
}

static numeral_status print_index(const numeral_recipe *recipe, numeral_buffer *out,
                                  numeral_error *err)
{
    numeral_recipe standard = defaults_of(recipe);
    return print_part(&recipe->index, &standard.index, out, err);
}

/* --recall R is --index near=recall=R; what else near was given stays. */
static numeral_status read_recall(numeral_recipe *recipe, const char *value,
                                  size_t length, numeral_error *err)
{
    numeral_part near = recipe->index;
    numeral_status status = NUMERAL_OK;
    if (strcmp(near.entry->name, "near") != 0) {
        status = read_part(NUMERAL_KIND_INDEX, recipe, "near", 4, &near, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_part_arguments(value, length, &near, err);
    }
    if (status == NUMERAL_OK) {
        recipe->index = near;
    }
    return status;
}

/* The index says it. */
static numeral_status print_recall(const numeral_recipe *recipe, numeral_buffer *out,
                                   numeral_error *err)
{
    (void)recipe;
    (void)out;
    (void)err;
    return NUMERAL_OK;
}

static const char *const dtypes[] = {"auto", "u8", "i8", "i16", NULL};

static numeral_status read_dtype(numeral_recipe *recipe, const char *value, size_t length,
                                 numeral_error *err)
{
    int choice = 0;
    numeral_status status = read_choice("dtype", dtypes, value, length, &choice, err);
    if (status == NUMERAL_OK) {
        recipe->dtype = (numeral_dtype_choice)choice;
    }
    return status;
}

static numeral_status print_dtype(const numeral_recipe *recipe, numeral_buffer *out,
                                  numeral_error *err)
{
    return recipe->dtype == NUMERAL_DTYPE_AUTO
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%s", dtypes[recipe->dtype]);
}

static numeral_status read_candidates(numeral_recipe *recipe, const char *value,
                                      size_t length, numeral_error *err)
{
    double n;
    if (!numeral_number_parse(value, length, &n) || n < 1 || n > NUMERAL_MAX_CANDIDATES ||
        n != (double)(size_t)n) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "--candidates %.*s: expected a whole number from 1 to %d",
                            (int)(length < 60 ? length : 60), value,
                            NUMERAL_MAX_CANDIDATES);
    }
    recipe->cascade.n_candidates = (size_t)n;
    return NUMERAL_OK;
}

static numeral_status print_candidates(const numeral_recipe *recipe, numeral_buffer *out,
                                       numeral_error *err)
{
    size_t n = recipe->cascade.n_candidates;
    return n == numeral_cascade_default().n_candidates
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%zu", n);
}

static numeral_status read_gate(numeral_recipe *recipe, const char *value, size_t length,
                                numeral_error *err)
{
    numeral_part gate = numeral_part_default(NUMERAL_KIND_RERANK, &numeral_gate_entry);
    numeral_status status = numeral_part_arguments(value, length, &gate, err);
    if (status == NUMERAL_OK) {
        memcpy(recipe->cascade.gate, gate.values, sizeof gate.values);
    }
    return status;
}

static numeral_status print_gate(const numeral_recipe *recipe, numeral_buffer *out,
                                 numeral_error *err)
{
    numeral_part gate = {.kind = NUMERAL_KIND_RERANK, .entry = &numeral_gate_entry};
    memcpy(gate.values, recipe->cascade.gate, sizeof gate.values);
    return numeral_part_print_arguments(&gate, out, err);
}

static numeral_status read_rerank(numeral_recipe *recipe, const char *value,
                                  size_t length, numeral_error *err)
{
    numeral_table table = numeral_registry_table(recipe->registry, NUMERAL_KIND_RERANK);
    char *text = numeral_copy_text(value, length, err);
    if (!text) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = numeral_cascade_parse(text, &table, &recipe->cascade, err);
    numeral_release(text);
    return status;
}

static numeral_status print_rerank(const numeral_recipe *recipe, numeral_buffer *out,
                                   numeral_error *err)
{
    return recipe->cascade.n_parts ? numeral_cascade_print(&recipe->cascade, out, err)
                                   : NUMERAL_OK;
}

static numeral_status read_combine(numeral_recipe *recipe, const char *value,
                                   size_t length, numeral_error *err)
{
    int choice = 0;
    numeral_status status =
        read_choice("combine", numeral_combine_names, value, length, &choice, err);
    if (status == NUMERAL_OK) {
        recipe->cascade.combine = (numeral_combine)choice;
    }
    return status;
}

static numeral_status print_combine(const numeral_recipe *recipe, numeral_buffer *out,
                                    numeral_error *err)
{
    numeral_combine combine = recipe->cascade.combine;
    return combine == numeral_cascade_default().combine
               ? NUMERAL_OK
               : numeral_buffer_printf(out, err, "%s", numeral_combine_names[combine]);
}

/* In the order in which the canonical text has them. */
static const option options[] = {
    {{"frame", 0, "auto|mnist|keep", "how images are brought to the model's frame",
      false},
     read_frame,
     print_frame},
    {{"dtype", 0, "auto|u8|i8|i16", "the integers that rows are stored in", false},
     read_dtype,
     print_dtype},
    {{"metric", 0, "METRIC", "distance between rows (list metric)", false},
     read_metric,
     print_metric},
    {{"k", 'k', "K", "how many neighbours vote", true}, read_k, print_k},
    {{"weights", 0, "VOTE", "how neighbours vote (list vote)", true},
     read_weights,
     print_weights},
    {{"ties", 0, "nearest|smallest", "who wins a tied vote", true},
     read_ties,
     print_ties},
    {{"index", 0, "INDEX", "how neighbours are searched (list index)", true},
     read_index,
     print_index},
    {{"recall", 0, "R", "share of neighbours to be found: --index near=R", true},
     read_recall,
     print_recall},
    {{"candidates", 0, "N", "how many neighbours a second look compares", false},
     read_candidates,
     print_candidates},
    {{"gate", 0, "ARGUMENTS", "which digits get a second look (unanimous=20:margin=1.3)",
      false},
     read_gate,
     print_gate},
    {{"rerank", 0, "PARTS", "the second look, parts joined by + (list rerank)", false},
     read_rerank,
     print_rerank},
    {{"combine", 0, "product|sum", "how the scores of the parts are combined", false},
     read_combine,
     print_combine},
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
            return options[i].read(recipe, value, length, err);
        }
    }
    const char *near = numeral_name_nearest(name, names, N_OPTIONS);
    return numeral_fail(
        err, NUMERAL_ERROR_ARGUMENT, "a recipe has no option '%.60s'%s%s%s", name,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

numeral_status numeral_recipe_set(numeral_recipe *recipe, const char *name,
                                  const char *value, numeral_error *err)
{
    return numeral_recipe_set_slice(recipe, name, value, strlen(value), err);
}

numeral_status numeral_recipe_print_options(const numeral_recipe *recipe,
                                            numeral_buffer *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < N_OPTIONS && status == NUMERAL_OK; i++) {
        size_t start = out->size;
        bool letter = options[i].about.letter != 0;
        status = numeral_buffer_printf(out, err, " %s%s ", letter ? "-" : "--",
                                       options[i].about.name);
        size_t empty = out->size;
        if (status == NUMERAL_OK) {
            status = options[i].print(recipe, out, err);
        }
        if (out->size == empty) {
            out->size = start;
        }
    }
    return status;
}
