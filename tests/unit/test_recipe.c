#include "tests/unit/check.h"

#include <numeral/recipe.h>
#include <numeral/runtime.h>
#include <numeral/tools/command.h>

#include "base/spec.h"

static numeral_registry *registry;

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) == NUMERAL_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_registry_destroy(registry);
    return 0;
}

/* Parses `text`; its canonical form must be `canonical`, and parse to itself. */
static void check_round_trip(const char *text, const char *canonical)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    char *printed = numeral_recipe_print(recipe);
    assert_string_equal(printed, canonical);
    numeral_recipe *again = NULL;
    CHECK_OK(numeral_recipe_parse(registry, printed, &again, &err), err);
    char *twice = numeral_recipe_print(again);
    assert_string_equal(twice, printed);
    numeral_free(printed);
    numeral_free(twice);
    numeral_recipe_destroy(recipe);
    numeral_recipe_destroy(again);
}

static void canonical_text_parses_to_itself(void **state)
{
    (void)state;
    check_round_trip("pixels", "pixels");
    check_round_trip("deskew", "deskew,pixels");
    check_round_trip("unit", "pixels,unit");
    check_round_trip("pixels -k 3 --weights uniform", "pixels");
    check_round_trip("pixels -k 5 --weights=distance --ties smallest",
                     "pixels -k 5 --weights distance --ties smallest");
    check_round_trip("  deskew,gradient=dirs=8:grid=7,nda=64  --metric  l1 --k 9",
                     "deskew,gradient,nda --metric l1 -k 9");
    check_round_trip("deskew,gradient=12,nda=32:ridge=0.25 --dtype i8 --frame mnist",
                     "deskew,gradient=12,nda=32:ridge=0.25 --frame mnist --dtype i8");
    check_round_trip("gradient=grid=5+pixels,unit --index brute=layout=rows",
                     "gradient=grid=5+pixels,unit --index brute=rows");
}

/* Every entry of the stage tables, alone and with each parameter at its bounds. */
static void every_entry_round_trips(void **state)
{
    (void)state;
    for (int kind = NUMERAL_KIND_TRANSFORM; kind <= NUMERAL_KIND_PROJECTION; kind++) {
        for (size_t i = 0; i < numeral_registry_count(registry, (numeral_kind)kind);
             i++) {
            const numeral_entry *entry =
                numeral_registry_get(registry, (numeral_kind)kind, i);
            assert_true(entry->help[0] != '\0');
            for (size_t p = 0; p < entry->n_parameters; p++) {
                numeral_part part = numeral_part_default((numeral_kind)kind, entry);
                assert_true(entry->parameters[p].minimum <=
                            entry->parameters[p].standard);
                assert_true(entry->parameters[p].maximum >=
                                entry->parameters[p].standard ||
                            entry->parameters[p].type == NUMERAL_PARAMETER_CHOICE);
                if (entry->parameters[p].type != NUMERAL_PARAMETER_CHOICE) {
                    part.values[p] = entry->parameters[p].maximum;
                }
                numeral_error err;
                numeral_buffer text = {.max_bytes = 4096};
                CHECK_OK(numeral_part_print(&part, &text, &err), err);
                numeral_table table =
                    numeral_registry_table(registry, (numeral_kind)kind);
                numeral_part back;
                CHECK_OK(numeral_part_parse((char *)text.data, text.size, &table, 1,
                                            &back, &err),
                         err);
                assert_memory_equal(back.values, part.values, sizeof part.values);
                numeral_buffer_free(&text);
            }
        }
    }
}

static void wrong_recipes_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"", "recipe: it is empty"},
        {"deskw,pixels", "unknown stage 'deskw'; did you mean 'deskew'?"},
        {"pixels,deskew", "deskew is a transform and cannot come here"},
        {"pixels,pixels", "pixels is a feature and cannot come here"},
        {"deskew+pixels", "only features can be joined by '+'; deskew is a transform"},
        {"pixels,", "unknown stage ''"},
        {"blur=sgma=1", "blur has no parameter 'sgma'; did you mean 'sigma'?"},
        {"blur=sigma=x", "blur: sigma=x: expected a number from 0.1 to 10"},
        {"blur=1:2", "blur takes 1 arguments; '2' is one too many"},
        {"blur=99", "blur: sigma=99: expected a number"},
        {"blur=nan", "blur: sigma=nan: expected a number"},
        {"gradient=2.5", "gradient: dirs=2.5: expected a whole number"},
        {"pixels --wieghts uniform", "no option 'wieghts'; did you mean 'weights'?"},
        {"pixels --weights unifrom", "unknown vote 'unifrom'; did you mean 'uniform'?"},
        {"pixels -k 0", "-k 0: expected a whole number from 1"},
        {"pixels -k", "--k needs a value"},
        {"pixels k", "expected an option, found 'k'"},
        {"pixels --ties both", "--ties both: expected one of nearest, smallest"},
        {"pixels --index brute=layout=x",
         "layout=x: expected one of auto, rows, columns"},
        {"pixels+pixels+pixels+pixels+pixels+pixels+pixels+pixels+pixels", "at most 8"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        numeral_error err;
        numeral_recipe *recipe = NULL;
        CHECK_FAILS(numeral_recipe_parse(registry, wrong[i].text, &recipe, &err),
                    NUMERAL_ERROR_ARGUMENT, err, wrong[i].words);
        assert_null(recipe);
    }
}

static void presets_are_recipes(void **state)
{
    (void)state;
    numeral_error err;
    for (size_t i = 0; i < numeral_registry_count(registry, NUMERAL_KIND_PRESET); i++) {
        const numeral_entry *entry =
            numeral_registry_get(registry, NUMERAL_KIND_PRESET, i);
        numeral_recipe *recipe = NULL;
        CHECK_OK(numeral_recipe_preset(registry, entry->name, &recipe, &err), err);
        char *text = numeral_recipe_print(recipe);
        assert_string_equal(text, numeral_preset_text(entry));
        numeral_free(text);
        numeral_recipe_destroy(recipe);
    }
    numeral_recipe *recipe = NULL;
    CHECK_FAILS(numeral_recipe_preset(registry, "pixel", &recipe, &err),
                NUMERAL_ERROR_ARGUMENT, err,
                "unknown preset 'pixel'; did you mean 'pixels'");
}

/* Without a registry recipes are made of what is built in. */
static void no_registry_is_the_built_in_one(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = NULL;
    CHECK_OK(numeral_recipe_preset(NULL, "fast", &recipe, &err), err);
    CHECK_OK(numeral_recipe_set(recipe, "index", "brute=rows", &err), err);
    char *text = numeral_recipe_print(recipe);
    numeral_recipe_destroy(recipe);
    CHECK_OK(numeral_recipe_parse(NULL, text, &recipe, &err), err);
    char *again = numeral_recipe_print(recipe);
    assert_string_equal(text, again);
    assert_non_null(strstr(text, "nda=32 --dtype i8 -k 5"));
    assert_non_null(strstr(text, "--index brute=rows"));
    numeral_recipe_destroy(recipe);
    numeral_free(text);
    numeral_free(again);
}

static void entries_can_be_added(void **state)
{
    (void)state;
    numeral_error err;
    static const numeral_entry upper = {.name = "Loud", .help = "", .source = ""};
    static const numeral_entry taken = {.name = "deskew", .help = "", .source = ""};
    static const numeral_entry wide = {
        .name = "wide", .help = "", .source = "", .n_parameters = 99};
    CHECK_FAILS(numeral_registry_add(registry, NUMERAL_KIND_FEATURE, &upper, &err),
                NUMERAL_ERROR_ARGUMENT, err, "not a plain lower-case word");
    CHECK_FAILS(numeral_registry_add(registry, NUMERAL_KIND_FEATURE, &taken, &err),
                NUMERAL_ERROR_ARGUMENT, err, "feature deskew: the name is taken");
    CHECK_FAILS(numeral_registry_add(registry, NUMERAL_KIND_FEATURE, &wide, &err),
                NUMERAL_ERROR_ARGUMENT, err, "99 parameters, at most 8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_text_parses_to_itself),
        cmocka_unit_test(every_entry_round_trips),
        cmocka_unit_test(wrong_recipes_are_explained),
        cmocka_unit_test(presets_are_recipes),
        cmocka_unit_test(no_registry_is_the_built_in_one),
        cmocka_unit_test(entries_can_be_added),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
