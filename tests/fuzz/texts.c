/* Texts: recipes, DATA, forms, command lines. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <numeral/dataset.h>
#include <numeral/form.h>
#include <numeral/recipe.h>
#include <numeral/runtime.h>

#include "cli/cli.h"
#include "data/slice.h"
#include "tests/fuzz/targets.h"
#undef TRY

static char *as_text(const uint8_t *bytes, size_t n)
{
    char *text = malloc(n + 1);
    memcpy(text, bytes, n);
    text[n] = '\0';
    return text;
}

/* What parses must print as a text that parses to the same. */
void fuzz_recipe(const uint8_t *bytes, size_t n)
{
    static numeral_registry *registry;
    numeral_error err = {0};
    numeral_recipe *recipe = NULL, *again = NULL;
    char *text = as_text(bytes, n);
    if (!registry && numeral_registry_create(&registry, NULL) != NUMERAL_OK) {
        abort();
    }
    if (numeral_recipe_parse(registry, text, &recipe, &err) == NUMERAL_OK) {
        char *printed = numeral_recipe_print(recipe);
        assert(printed);
        assert(numeral_recipe_parse(registry, printed, &again, &err) == NUMERAL_OK);
        char *twice = numeral_recipe_print(again);
        assert(twice && strcmp(printed, twice) == 0);
        numeral_free(twice);
        numeral_free(printed);
        numeral_recipe_destroy(again);
        numeral_recipe_destroy(recipe);
    } else {
        assert(!recipe && err.text[0]);
    }
    free(text);
}

static void try_slice(const char *text)
{
    static const size_t sizes[] = {0, 1, 2, 7, 60000};
    numeral_error err = {0};
    numeral_slice slice;
    const char *at = numeral_slice_find(text);
    if (!at || numeral_slice_parse(at, text, &slice, &err) != NUMERAL_OK) {
        assert(!at || err.text[0]);
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t first = 0, count = 0;
        if (numeral_slice_apply(&slice, sizes[i], &first, &count) && count) {
            int64_t last = (int64_t)first + (int64_t)(count - 1) * slice.step;
            assert(first < sizes[i] && count <= sizes[i]);
            assert(last >= 0 && last < (int64_t)sizes[i]);
        }
    }
}

static void put_file(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    assert(file && fwrite(bytes, 1, n, file) == n);
    fclose(file);
}

/* A folder with a little of everything that DATA can name; the program stays there. */
static void enter_folder(void)
{
    static bool there;
    const char *place = getenv("TMPDIR");
    char folder[4096];
    if (there) {
        return;
    }
    snprintf(folder, sizeof folder, "%s/numeral-fuzz-XXXXXX", place ? place : "/tmp");
    assert(mkdtemp(folder) && chdir(folder) == 0);
    unsetenv("NUMERAL_DATA");
    setenv("XDG_CACHE_HOME", folder, 1);
    put_file("d.csv", "label,a,b,c,d\n7,1,2,3,4\n5,6,7,8,9\n", 35);
    put_file("l.csv", "7\n5\n", 4);
    put_file("x-images.idx", "\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\2abcd", 20);
    put_file("x-labels.idx", "\0\0\10\1\0\0\0\2\1\2", 10);
    assert(mkdir("f", 0777) == 0 && mkdir("f/3", 0777) == 0);
    put_file("f/3/p.pgm", "P2 2 2 9 1 2 3 4", 16);
    there = true;
}

/* Any text as DATA: only what lies in that folder, and no set of thousands. */
void fuzz_data_text(const uint8_t *bytes, size_t n)
{
    char *text = as_text(bytes, n);
    numeral_load how = {.offline = true, .run = {.threads = 1}};
    numeral_dataset data = {0};
    numeral_error err = {0};
    try_slice(text);
    if (!strstr(text, "..") && *text != '/' && *text != '-' && !strstr(text, "pen") &&
        !strstr(text, ",/") && !strstr(text, ",-") && !strstr(text, "mnist")) {
        enter_folder();
        if (numeral_dataset_load(text, &how, &data, &err) == NUMERAL_OK) {
            assert(data.n_images <= 4);
            numeral_dataset_free(&data);
        } else {
            assert(err.text[0] && !data.pixels);
        }
    }
    free(text);
}

/* Names and bytes of files, in a folder and its sub-folder. */
void fuzz_folder(const uint8_t *bytes, size_t n)
{
    numeral_load how = {.offline = true, .run = {.threads = 1}};
    numeral_dataset data = {0};
    numeral_error err = {0};
    char names[8][40];
    size_t n_names = 0;
    enter_folder();
    mkdir("t", 0777);
    while (n > 1 && n_names < 8) {
        unsigned place = fuzz_take(&bytes, &n) % 3;
        size_t length = fuzz_take(&bytes, &n) % 20, size;
        char name[24] = "", *path = names[n_names];
        for (size_t i = 0; i < length && n; i++) {
            char c = (char)fuzz_take(&bytes, &n);
            name[i] = c == '/' || c == '\0' ? '_' : c;
        }
        if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        if (place) {
            mkdir(place == 1 ? "t/3" : "t/a", 0777);
        }
        snprintf(path, 40, "t/%s%s", place == 0 ? "" : place == 1 ? "3/" : "a/", name);
        size = fuzz_take(&bytes, &n);
        size = size < n ? size : n;
        FILE *file = fopen(path, "wbx");
        if (file) {
            fwrite(bytes, 1, size, file);
            fclose(file);
            n_names++;
        }
        bytes += size;
        n -= size;
    }
    if (numeral_dataset_load("t", &how, &data, &err) == NUMERAL_OK) {
        assert(data.n_images <= 8);
        numeral_dataset_free(&data);
    } else {
        assert(err.text[0] && !data.pixels);
    }
    while (n_names) {
        unlink(names[--n_names]);
    }
    rmdir("t/3");
    rmdir("t/a");
    rmdir("t");
}

void fuzz_form(const uint8_t *bytes, size_t n)
{
    numeral_form form = {0};
    numeral_error err = {0};
    enter_folder();
    put_file("form.json", bytes, n);
    if (numeral_form_load("form.json", &form, &err) == NUMERAL_OK) {
        assert(form.n_fields);
        numeral_form_free(&form);
    } else {
        assert(strstr(err.text, "form.json") == err.text && !form.fields);
    }
}

/* The first byte is the command, the rest its arguments, between zeros. */
void fuzz_arguments(const uint8_t *bytes, size_t n)
{
    static const cli_command *const commands[] = {
        &cli_cmd_train, &cli_cmd_eval, &cli_cmd_predict, &cli_cmd_data,
        &cli_cmd_show,  &cli_cmd_plot, &cli_cmd_tune,    &cli_cmd_read};
    const cli_command *command =
        commands[fuzz_take(&bytes, &n) % (sizeof commands / sizeof *commands)];
    char *text = as_text(bytes, n), *words[32];
    int n_words = 0;
    cli_arguments arguments;
    numeral_error err = {0};
    for (size_t at = 0; at < n && n_words < 32; at += strlen(text + at) + 1) {
        words[n_words++] = text + at;
    }
    if (cli_parse(command, n_words, words, &arguments, &err) == NUMERAL_OK) {
        size_t whole;
        double real;
        uint64_t bytes_of;
        for (size_t i = 0; i < arguments.n_options; i++) {
            const char *name = arguments.options[i].name;
            cli_integer(&arguments, name, 0, 1e6, 1, &whole, &err);
            cli_number(&arguments, name, -1, 1, 0, &real, &err);
            cli_bytes(&arguments, name, &bytes_of, &err);
            cli_value_at(&arguments, name, 1);
        }
    } else {
        assert(err.text[0]);
    }
    cli_arguments_free(&arguments);
    free(text);
}
