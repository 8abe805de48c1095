/* Model files with right checksums. The input is a list of changes to a good file of one
 * of several recipes: place and value. Checksums are made right again, so that what lies
 * behind them is reached; a model that loads must read a digit without harm. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/model.h>

#include "base/hash.h"
#include "model/safetensors.h"
#include "tests/fuzz/targets.h"

enum { ROWS = 120, CHANGE = 5 };

static const char *const recipes[] = {
    "pixels --frame keep",
    "pixels --index exact --frame keep",
    "resize=14:14,pixels,pca=8 --metric l1 --weights distance",
    "deskew,gradient=8:4,standard,lda --dtype i16",
    "zoning=7,standard --dtype i8 --rerank idm=raw:0+idm=moments:0",
};
enum { RECIPES = sizeof recipes / sizeof *recipes };

typedef struct good_file {
    uint8_t *bytes;
    size_t n_bytes, head_bytes, n_tensors;
    struct {
        size_t at, n_bytes, hash_at;
    } tensors[NUMERAL_MAX_TENSORS];
} good_file;

static numeral_registry *registry;
static numeral_dataset digits;
static good_file files[RECIPES];

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "fuzz_model: %s\n", err->text);
        abort();
    }
}

static void read_whole(const char *path, good_file *out)
{
    FILE *file = fopen(path, "rb");
    assert(file && fseek(file, 0, SEEK_END) == 0);
    out->n_bytes = (size_t)ftell(file);
    out->bytes = aligned_alloc(64, (out->n_bytes + 63) / 64 * 64);
    rewind(file);
    assert(fread(out->bytes, 1, out->n_bytes, file) == out->n_bytes);
    fclose(file);
}

/* Where the tensors and their checksums stand. */
static void map_tensors(good_file *file)
{
    static numeral_tensors tensors;
    json_t *about = NULL;
    bool guarded;
    numeral_error err;
    tensors.n_tensors = 0;
    must(numeral_safetensors_read(file->bytes, file->n_bytes, "good", &about, &guarded,
                                  &tensors, &err),
         &err);
    for (size_t i = 0; i < tensors.n_tensors; i++) {
        const numeral_tensor *tensor = &tensors.tensors[i];
        char key[NUMERAL_TENSOR_KEY_BYTES + 16];
        size_t n = (size_t)snprintf(key, sizeof key, "\"xxh3.%s\":\"", tensor->name);
        const uint8_t *found = memmem(file->bytes, file->n_bytes, key, n);
        assert(found);
        file->tensors[i].at = (size_t)((const uint8_t *)tensor->data - file->bytes);
        file->tensors[i].n_bytes = numeral_tensor_bytes(tensor);
        file->tensors[i].hash_at = (size_t)(found - file->bytes) + n;
    }
    file->n_tensors = tensors.n_tensors;
    file->head_bytes = file->n_bytes;
    for (size_t i = 0; i < tensors.n_tensors; i++) {
        file->head_bytes = file->tensors[i].at < file->head_bytes ? file->tensors[i].at
                                                                  : file->head_bytes;
    }
    json_decref(about);
}

static void make_good(const char *text, good_file *out)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    char path[] = "/tmp/fuzz-model-XXXXXX";
    int file = mkstemp(path);
    assert(file >= 0);
    close(file);
    must(numeral_recipe_parse(registry, text, &recipe, &err), &err);
    must(numeral_model_fit(recipe, &digits, 1, &(numeral_run){.threads = 1}, &model, NULL,
                           &err),
         &err);
    must(numeral_model_save(model, path, &err), &err);
    read_whole(path, out);
    map_tensors(out);
    unlink(path);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
}

static void prepare(void)
{
    numeral_error err = {0};
    must(numeral_registry_create(&registry, &err), &err);
    must(numeral_dataset_pen(ROWS, 1, 1, &digits, &err), &err);
    for (size_t i = 0; i < RECIPES; i++) {
        make_good(recipes[i], &files[i]);
    }
}

/* Five bytes a change: which tensor (or the header), three of place, the new value. */
static void change(const good_file *file, uint8_t *bytes, const uint8_t *how)
{
    size_t which = how[0] % (file->n_tensors + 1);
    size_t place = (size_t)how[1] | (size_t)how[2] << 8 | (size_t)how[3] << 16;
    bool head = which == file->n_tensors;
    size_t n = head ? file->head_bytes : file->tensors[which].n_bytes;
    if (n) {
        bytes[(head ? 0 : file->tensors[which].at) + place % n] = how[4];
    }
}

static void mend_hashes(const good_file *file, uint8_t *bytes)
{
    for (size_t i = 0; i < file->n_tensors; i++) {
        char hash[24];
        snprintf(hash, sizeof hash, "%016" PRIx64,
                 numeral_hash64(bytes + file->tensors[i].at, file->tensors[i].n_bytes));
        memcpy(bytes + file->tensors[i].hash_at, hash, 16);
    }
    uint64_t guard = numeral_hash64(bytes, file->head_bytes); /* in the last tensor */
    memcpy(bytes + file->n_bytes - sizeof guard, &guard, sizeof guard);
}

static void read_a_digit(const numeral_model *model)
{
    numeral_error err = {0};
    numeral_answers answers = {0};
    numeral_dataset one = digits;
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    one.n_images = 1;
    if (numeral_model_predict(model, &one, &(numeral_run){.threads = 1}, &answers,
                              &err) == NUMERAL_OK) {
        size_t at = 0;
        while (at < info.n_classes && info.classes[at] != answers.labels[0]) {
            at++;
        }
        assert(at < info.n_classes);
        for (size_t i = 0; i < answers.k; i++) {
            assert(answers.ids[i] >= -1 && answers.ids[i] < (int64_t)info.n_rows);
        }
        numeral_answers_free(&answers);
    } else {
        assert(err.text[0]);
    }
}

void fuzz_model(const uint8_t *bytes, size_t n_bytes)
{
    if (!registry) {
        prepare();
    }
    if (n_bytes < 2) {
        return;
    }
    const good_file *file = &files[bytes[0] % RECIPES];
    uint8_t *copy = malloc(file->n_bytes);
    memcpy(copy, file->bytes, file->n_bytes);
    for (size_t at = 2; at + CHANGE <= n_bytes; at += CHANGE) {
        change(file, copy, bytes + at);
    }
    if (bytes[1] % 16) {
        mend_hashes(file, copy);
    }
    numeral_model *model = NULL;
    numeral_error err = {0};
    size_t used = bytes[1] == 255 ? file->n_bytes - n_bytes % 300 : file->n_bytes;
    if (numeral_model_decode(copy, used, "fuzz", registry, &model, &err) == NUMERAL_OK) {
        read_a_digit(model);
        numeral_model_destroy(model);
    } else {
        assert(model == NULL && strstr(err.text, "fuzz") == err.text);
    }
    free(copy);
}
