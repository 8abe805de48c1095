/* Recipes as text: stages joined by commas, then options. What an option is stands in
 * options.c, what a part's arguments are in base/spec.c. */
#include "recipe/recipe.h"

#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "recipe/presets.h"

/* Takes what stands before the next `separator` off *text, which then is behind that;
 * false when nothing is left, not even the empty piece behind a separator at the end. */
static bool next_piece(const char **text, const char *end, char separator,
                       const char **piece, size_t *length)
{
    if (*text > end) {
        return false;
    }
    const char *found = memchr(*text, separator, (size_t)(end - *text));
    const char *stop = found ? found : end;
    *piece = *text;
    *length = (size_t)(stop - *text);
    *text = stop + 1;
    return true;
}

static numeral_status parse_step(const numeral_registry *registry, const char *text,
                                 size_t length, numeral_step *step, numeral_error *err)
{
    const numeral_table tables[] = {
        numeral_registry_table(registry, NUMERAL_KIND_TRANSFORM),
        numeral_registry_table(registry, NUMERAL_KIND_FEATURE),
        numeral_registry_table(registry, NUMERAL_KIND_PROJECTION)};
    const char *end = text + length, *term;
    while (next_piece(&text, end, '+', &term, &length)) {
        if (step->n_terms == NUMERAL_MAX_TERMS) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "recipe: at most %d features can be joined by '+'",
                                NUMERAL_MAX_TERMS);
        }
        numeral_status status =
            numeral_part_parse(term, length, tables, 3, &step->terms[step->n_terms], err);
        if (status != NUMERAL_OK) {
            return status;
        }
        step->n_terms++;
    }
    for (size_t i = 0; i < step->n_terms && step->n_terms > 1; i++) {
        if (step->terms[i].kind != NUMERAL_KIND_FEATURE) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "recipe: only features can be joined by '+'; %s is a %s",
                                step->terms[i].entry->name,
                                numeral_kind_name(step->terms[i].kind));
        }
    }
    return NUMERAL_OK;
}

static numeral_status insert_step(numeral_recipe *recipe, size_t at,
                                  const numeral_step *step, numeral_error *err)
{
    if (recipe->n_steps == NUMERAL_MAX_STEPS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "recipe: more than %d stages",
                            NUMERAL_MAX_STEPS);
    }
    memmove(&recipe->steps[at + 1], &recipe->steps[at],
            (recipe->n_steps - at) * sizeof *step);
    recipe->steps[at] = *step;
    recipe->n_steps++;
    return NUMERAL_OK;
}

/* Transforms, then one step of features (pixels where none is named), then projections.
 */
static numeral_status check_order(numeral_recipe *recipe, numeral_error *err)
{
    size_t at = 0; /* the step of features, once the transforms are passed */
    while (at < recipe->n_steps &&
           recipe->steps[at].terms[0].kind == NUMERAL_KIND_TRANSFORM) {
        at++;
    }
    if (at == recipe->n_steps ||
        recipe->steps[at].terms[0].kind != NUMERAL_KIND_FEATURE) {
        const numeral_entry *pixels =
            numeral_registry_find(recipe->registry, NUMERAL_KIND_FEATURE, "pixels");
        numeral_step step = {1, {numeral_part_default(NUMERAL_KIND_FEATURE, pixels)}};
        numeral_status status = insert_step(recipe, at, &step, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    for (at++; at < recipe->n_steps; at++) {
        const numeral_part *part = &recipe->steps[at].terms[0];
        if (part->kind != NUMERAL_KIND_PROJECTION) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "recipe: %s is a %s and cannot come here; the order is "
                                "transforms, features, projections",
                                part->entry->name, numeral_kind_name(part->kind));
        }
    }
    return NUMERAL_OK;
}

static numeral_status parse_stages(numeral_recipe *recipe, const char *text,
                                   size_t length, numeral_error *err)
{
    const char *end = text + length, *stage;
    numeral_status status = NUMERAL_OK;
    while (next_piece(&text, end, ',', &stage, &length)) {
        numeral_step step = {0};
        TRY(parse_step(recipe->registry, stage, length, &step, err));
        TRY(insert_step(recipe, recipe->n_steps, &step, err));
    }
    TRY(check_order(recipe, err));
done:
    return status;
}

/* Takes the next word off *text; false at the end. */
static bool next_word(const char **text, const char **word, size_t *length)
{
    *text += strspn(*text, " \t\n");
    *word = *text;
    *length = strcspn(*text, " \t\n");
    *text += *length;
    return *length > 0;
}

/* `--name value`, `--name=value` or `-k value`. */
static numeral_status parse_option(numeral_recipe *recipe, const char *word,
                                   size_t length, const char **text, numeral_error *err)
{
    size_t dashes = word[0] == '-' ? (length > 1 && word[1] == '-' ? 2 : 1) : 0;
    if (dashes == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "recipe: expected an option, found '%.*s'",
                            (int)(length < 60 ? length : 60), word);
    }
    const char *equals = memchr(word, '=', length);
    const char *name_end = equals ? equals : word + length;
    char name[32] = ""; /* no option's name is as long; a longer one is cut and unknown */
    size_t name_length = (size_t)(name_end - word) - dashes;
    memcpy(name, word + dashes, name_length < 31 ? name_length : 31);
    const char *value = equals ? equals + 1 : NULL;
    size_t value_length = equals ? (size_t)(word + length - value) : 0;
    if (!equals && !next_word(text, &value, &value_length)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "recipe: --%s needs a value",
                            name);
    }
    return numeral_recipe_set_slice(recipe, name, value, value_length, err);
}

numeral_status numeral_recipe_parse(const numeral_registry *registry, const char *text,
                                    numeral_recipe **out, numeral_error *err)
{
    numeral_recipe *recipe = numeral_allocate(1, sizeof *recipe, err);
    if (!recipe) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_recipe_defaults(recipe, registry);
    const char *word;
    size_t length;
    numeral_status status = NUMERAL_OK;
    if (!next_word(&text, &word, &length)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "recipe: it is empty"));
    }
    TRY(parse_stages(recipe, word, length, err));
    while (next_word(&text, &word, &length)) {
        TRY(parse_option(recipe, word, length, &text, err));
    }
    *out = recipe;
    recipe = NULL;
done:
    numeral_recipe_destroy(recipe);
    return status;
}

numeral_status numeral_recipe_preset(const numeral_registry *registry, const char *name,
                                     numeral_recipe **out, numeral_error *err)
{
    numeral_table table = numeral_registry_table(registry, NUMERAL_KIND_PRESET);
    numeral_part part;
    numeral_status status = numeral_part_parse(name, strlen(name), &table, 1, &part, err);
    return status == NUMERAL_OK
               ? numeral_recipe_parse(registry, numeral_preset_text(part.entry), out, err)
               : status;
}

void numeral_recipe_destroy(numeral_recipe *recipe)
{
    numeral_release(recipe);
}

static numeral_status print_steps(const numeral_recipe *recipe, numeral_buffer *out,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t s = 0; s < recipe->n_steps; s++) {
        const numeral_step *step = &recipe->steps[s];
        for (size_t t = 0; t < step->n_terms; t++) {
            TRY(numeral_buffer_printf(out, err, "%s", t ? "+" : s ? "," : ""));
            TRY(numeral_part_print(&step->terms[t], out, err));
        }
    }
done:
    return status;
}

char *numeral_recipe_print(const numeral_recipe *recipe)
{
    numeral_buffer text = {.max_bytes = 1 << 16};
    if (print_steps(recipe, &text, NULL) != NUMERAL_OK ||
        numeral_recipe_print_options(recipe, &text, NULL) != NUMERAL_OK ||
        numeral_buffer_append(&text, "", 1, NULL) != NUMERAL_OK) {
        numeral_buffer_free(&text);
        return NULL;
    }
    return (char *)text.data;
}
