/* Replays a corpus without a fuzzer: CORPUS/TARGET/FILE goes to the target of that name,
 * and so do some hundred changes to it, the same ones in every run.
 * usage: replay [--as-it-is] CORPUS [TARGET...]      (--as-it-is: without changes) */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tests/fuzz/targets.h"

enum { MOST_BYTES = 1 << 20 };

static const struct {
    const char *name;
    fuzz_target *run;
    int changes; /* to each file; few where one takes milliseconds */
} targets[] = {
#define LIST(name) {#name, fuzz_##name, 60},
    FUZZ_TARGETS(LIST)};
static const char *const slow[] = {"framing", "page",  "dynamic",
                                   "folder",  "model", "request"};

/* In a block of its very size, so that reading beyond its end is seen. */
static void run_on(fuzz_target *run, const uint8_t *bytes, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, bytes, n);
    run(exact, n);
    free(exact);
}

static void change(numeral_random *random, uint8_t *bytes, size_t *n)
{
    static const uint8_t edges[] = {0, 1, 0x7F, 0x80, 0xFF};
    for (uint64_t i = numeral_random_below(random, 4); i < 4 && *n; i++) {
        size_t at = (size_t)numeral_random_below(random, *n);
        switch (numeral_random_below(random, 4)) {
        case 0:
            bytes[at] = (uint8_t)numeral_random_next(random);
            break;
        case 1:
            bytes[at] ^= (uint8_t)(1 << numeral_random_below(random, 8));
            break;
        case 2:
            bytes[at] = edges[numeral_random_below(random, sizeof edges)];
            break;
        default:
            *n = at;
        }
    }
}

static void replay(fuzz_target *run, const char *path, int changes)
{
    static uint8_t bytes[MOST_BYTES], changed[MOST_BYTES];
    FILE *file = fopen(path, "rb");
    assert(file);
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    run_on(run, bytes, n);
    numeral_random random = numeral_random_seed(n, 1);
    for (int i = 0; i < changes; i++) {
        size_t left = n;
        memcpy(changed, bytes, n);
        change(&random, changed, &left);
        run_on(run, changed, left);
    }
}

static int compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int replay_folder(const char *corpus, size_t target, bool changed)
{
    char path[4096];
    struct dirent **names = NULL;
    int changes = targets[target].changes;
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        changes = strcmp(slow[i], targets[target].name) == 0 ? 3 : changes;
    }
    changes = changed ? changes : 0;
    snprintf(path, sizeof path, "%s/%s", corpus, targets[target].name);
    int n = scandir(path, &names, NULL, compare), done = 0;
    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s/%s", corpus, targets[target].name,
                     names[i]->d_name);
            replay(targets[target].run, path, changes);
            done++;
        }
        free(names[i]);
    }
    free(names);
    printf("%s: %d files\n", targets[target].name, done);
    fflush(stdout);
    return done;
}

int main(int argc, char **argv)
{
    bool changed = argc < 2 || strcmp(argv[1], "--as-it-is") != 0;
    argv += !changed;
    argc -= !changed;
    /* some targets change the working folder */
    char *corpus = argc > 1 ? realpath(argv[1], NULL) : NULL;
    int failed = corpus == NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets && corpus; i++) {
        int wanted = argc == 2;
        for (int j = 2; j < argc; j++) {
            wanted |= strcmp(argv[j], targets[i].name) == 0;
        }
        /* a target without a corpus is tested by nobody */
        failed |= wanted && replay_folder(corpus, i, changed) == 0;
    }
    free(corpus);
    return failed;
}
