/* libFuzzer's door to texts: recipes and slices (tests/fuzz/run). What parses must print
 * as a text that parses to the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/recipe.h>
#include <numeral/runtime.h>

#include "data/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void try_recipe(const numeral_registry *registry, const char *text)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL, *again = NULL;
    if (numeral_recipe_parse(registry, text, &recipe, &err) != NUMERAL_OK) {
        assert(!recipe && err.text[0]);
        return;
    }
    char *printed = numeral_recipe_print(recipe);
    assert(printed);
    assert(numeral_recipe_parse(registry, printed, &again, &err) == NUMERAL_OK);
    char *twice = numeral_recipe_print(again);
    assert(twice && strcmp(printed, twice) == 0);
    numeral_free(twice);
    numeral_free(printed);
    numeral_recipe_destroy(again);
    numeral_recipe_destroy(recipe);
}

static void try_slice(const char *text)
{
    numeral_error err = {0};
    numeral_slice slice;
    const char *at = numeral_slice_find(text);
    if (!at) {
        return;
    }
    if (numeral_slice_parse(at, text, &slice, &err) != NUMERAL_OK) {
        assert(err.text[0]);
        return;
    }
    static const size_t sizes[] = {0, 1, 2, 7, 60000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t first = 0, count = 0;
        if (numeral_slice_apply(&slice, sizes[i], &first, &count) && count) {
            int64_t last = (int64_t)first + (int64_t)(count - 1) * slice.step;
            assert(first < sizes[i] && count <= sizes[i]);
            assert(last >= 0 && last < (int64_t)sizes[i]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static numeral_registry *registry;
    if (!registry && numeral_registry_create(&registry, NULL) != NUMERAL_OK) {
        abort();
    }
    char *text = malloc(n_bytes + 1);
    memcpy(text, bytes, n_bytes);
    text[n_bytes] = '\0';
    try_recipe(registry, text);
    try_slice(text);
    free(text);
    return 0;
}
