/* The model file: damaged, forged and old ones. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/command.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"
#include "model/model.h"
#include "model/views.h"

static numeral_registry *registry;
static numeral_dataset train, test;
static char folder[] = "/tmp/numeral-file-XXXXXX";
static char path[64];
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    if (!mkdtemp(folder) || numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        numeral_dataset_pen(600, 1, NUMERAL_SPLIT_TRAIN, &train, &err) != NUMERAL_OK ||
        numeral_dataset_pen(120, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/model", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    numeral_folder_remove(folder);
    return 0;
}

static numeral_model *fit(const char *text, int threads)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    numeral_run run = {.threads = threads};
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &run, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

/* The length's own bytes, and the header. */
static size_t header_bytes(const uint8_t *file)
{
    uint64_t length;
    memcpy(&length, file, sizeof length);
    return (size_t)length + sizeof length;
}

/* Makes the header's checksum right again. */
static void mend(uint8_t *file, size_t n_bytes)
{
    size_t header = header_bytes(file);
    if (header < n_bytes - 8) {
        uint64_t hash = numeral_hash64(file, header);
        memcpy(file + n_bytes - 8, &hash, sizeof hash);
    }
}

/* The same length of other text, and a right checksum. */
static void forge(numeral_bytes *file, const char *from, const char *to)
{
    uint8_t *at = memmem(file->data, header_bytes(file->data), from, strlen(from));
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    mend((uint8_t *)(uintptr_t)file->data, file->size);
}

/* Loads changed bytes: a model that answers, or an error that names the file. */
static bool survives(const uint8_t *bytes, size_t n_bytes)
{
    numeral_error err = {0};
    numeral_model *model = NULL;
    numeral_status status =
        numeral_model_decode(bytes, n_bytes, "m.model", registry, &model, &err);
    if (status == NUMERAL_OK) {
        numeral_answers answers;
        numeral_dataset few = test;
        few.n_images = 3;
        if (numeral_model_predict(model, &few, &two, &answers, &err) == NUMERAL_OK) {
            numeral_answers_free(&answers);
        }
        numeral_model_destroy(model);
        return true;
    }
    assert_null(model);
    assert_true(strlen(err.text) > 10);
    return strncmp(err.text, "m.model: ", 9) == 0;
}

static numeral_bytes saved(const char *recipe)
{
    numeral_error err;
    numeral_bytes bytes;
    numeral_model *model = fit(recipe, 2);
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_OK(numeral_bytes_read(path, SIZE_MAX / 2, &bytes, &err), err);
    numeral_model_destroy(model);
    return bytes;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = NULL;
    numeral_bytes good = saved("pixels");
    uint8_t *bad = malloc(good.size + 64);
    memcpy(bad, good.data, good.size);
    assert_true(survives(bad, good.size));
    bad[good.size - 1000] ^= 1;
    CHECK_FAILS(numeral_model_decode(bad, good.size, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "is damaged: checksum");
    memcpy(bad, good.data, good.size);
    CHECK_FAILS(numeral_model_decode(bad, good.size - 64, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "truncated or damaged");
    CHECK_FAILS(numeral_model_decode(bad, good.size + 64, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "64 bytes behind the last tensor");
    CHECK_FAILS(numeral_model_decode(bad, 5, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "only 5 bytes");
    bad[6] = 1;
    CHECK_FAILS(numeral_model_decode(bad, good.size, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "does not fit a file");
    memcpy(bad, good.data, good.size);
    char *digit = memmem(bad, good.size, "\"height\":\"28\"", 13);
    assert_non_null(digit);
    digit[11] = '9';
    CHECK_FAILS(numeral_model_decode(bad, good.size, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "m: the header is damaged: its checksum is ");
    CHECK_FAILS(numeral_model_load("/nonexistent", registry, &model, &err),
                NUMERAL_ERROR_IO, err, "/nonexistent: cannot open");
    free(bad);
    numeral_bytes_free(&good);
}

/* A model that was read needs its file no more: neither cut nor written over it changes.
 */
static void loaded_models_need_no_file(void **state)
{
    (void)state;
    numeral_error err;
    numeral_bytes good = saved("pixels --index exact");
    numeral_model *loaded = NULL, *mapped = NULL;
    numeral_answers before, after;
    CHECK_OK(numeral_model_load(path, registry, &loaded, &err), err);
    CHECK_OK(numeral_model_map(path, registry, &mapped, &err), err);
    assert_false(loaded->bytes.mapped);
    assert_true(mapped->bytes.mapped);
    CHECK_OK(numeral_model_predict(mapped, &test, &two, &before, &err), err);
    numeral_model_destroy(mapped);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    for (size_t i = 0; i < good.size; i++) {
        fputc(0xff, file);
    }
    fclose(file);
    assert_int_equal(truncate(path, 100), 0);
    CHECK_OK(numeral_model_predict(loaded, &test, &two, &after, &err), err);
    assert_memory_equal(before.ids, after.ids, before.n * before.k * sizeof *before.ids);
    assert_memory_equal(before.confidence, after.confidence,
                        before.n * sizeof *before.confidence);
    numeral_answers_free(&before);
    numeral_answers_free(&after);
    numeral_model_destroy(loaded);
    numeral_bytes_free(&good);
}

/* What 0.1.0 wrote: images pixel by pixel. */
static void plain_images_are_read(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("deskew,pixels --rerank idm=raw:0", 2);
    size_t pixels = train.height * train.width;
    numeral_tensors tensors = {0};
    numeral_sparse_images loaded = {0};
    CHECK_OK(numeral_tensors_add(&tensors, "images", NUMERAL_TENSOR_U8, train.n_images,
                                 pixels, train.pixels, &err),
             err);
    CHECK_OK(numeral_images_load(model, "images", &tensors, &loaded, &err), err);
    assert_int_equal(loaded.n_values, model->images.n_values);
    assert_memory_equal(loaded.values, model->images.values, loaded.n_values);
    numeral_sparse_free(&loaded);
    tensors.tensors[0].shape[1]--;
    CHECK_FAILS(numeral_images_load(model, "images", &tensors, &loaded, &err),
                NUMERAL_ERROR_FORMAT, err, "tensor images");
    numeral_model_destroy(model);
}

/* A good checksum is no proof: masks and values of the images must fit each other. */
static void images_that_lie_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *loaded = NULL;
    numeral_model *model = fit("deskew,pixels --rerank idm=raw:0+idm=deskew:0", 2);
    uint64_t *masks = model->images.owned; /* 784 pixels: 16 of the last word's 64 bits */
    masks[12] |= (uint64_t)1 << 16;
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_FAILS(numeral_model_load(path, registry, &loaded, &err), NUMERAL_ERROR_FORMAT,
                err, "images: a mask of packed images has bits behind its 784 pixels");
    masks[12] &= ~((uint64_t)1 << 16);
    masks = model->views[NUMERAL_VIEW_DESKEW].owned;
    masks[0] ^= 1;
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_FAILS(numeral_model_load(path, registry, &loaded, &err), NUMERAL_ERROR_FORMAT,
                err, "views.deskew: packed images have");
    model->images.n = 0; /* not written */
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_FAILS(numeral_model_load(path, registry, &loaded, &err), NUMERAL_ERROR_FORMAT,
                err, "tensor images.masks is missing");
    numeral_model_destroy(model);
}

/* Units so small that scores would be infinite, and shares no numbers, pass for positive.
 */
static void units_out_of_range_are_refused(void **state)
{
    (void)state;
    static const double units[] = {5e-324, 1e-101, 0, -1, 1e101, INFINITY, NAN};
    numeral_error err;
    numeral_model *loaded = NULL;
    numeral_model *model =
        fit("pixels --rerank idm=raw:0+ridge --combine sum --gate 0", 2);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        model->recipe.cascade.units[1] = units[i];
        CHECK_OK(numeral_model_save(model, path, &err), err);
        CHECK_FAILS(numeral_model_load(path, registry, &loaded, &err),
                    NUMERAL_ERROR_FORMAT, err, "rerank.units holds ");
    }
    numeral_model_destroy(model);
}

/* Header bytes changed at random: lengths, names, shapes, numbers. The hashes guard the
 * tensors, so the header is where hostile bytes can speak. */
static void hostile_headers_are_survived(void **state)
{
    (void)state;
    static const char *const recipes[] = {"pixels", "deskew,gradient,nda=16 --dtype i8",
                                          "pixels --index exact",
                                          "deskew,pixels --rerank idm=raw:0"};
    numeral_random random = numeral_random_seed(7, 0);
    for (size_t r = 0; r < sizeof recipes / sizeof *recipes; r++) {
        numeral_bytes good = saved(recipes[r]);
        uint8_t *bad = malloc(good.size);
        size_t header = header_bytes(good.data);
        for (int round = 0; round < 450; round++) {
            memcpy(bad, good.data, good.size);
            size_t changes = 1 + (size_t)numeral_random_below(&random, 3);
            for (size_t c = 0; c < changes; c++) {
                size_t at = (size_t)numeral_random_below(&random, header);
                static const char likely[] = "0123456789{}[]\",:-";
                bad[at] =
                    numeral_random_below(&random, 4)
                        ? (uint8_t)
                              likely[numeral_random_below(&random, sizeof likely - 1)]
                        : (uint8_t)numeral_random_next(&random);
            }
            if (round % 8) { /* else the checksum alone says no */
                mend(bad, good.size);
            }
            if (!survives(bad, good.size)) {
                fail_msg("%s, round %d: the error does not name the file", recipes[r],
                         round);
            }
        }
        free(bad);
        numeral_bytes_free(&good);
    }
}

/* Every bit of a header, one at a time: no file of version 2 loads with another one. */
static void no_bit_of_a_header_may_turn(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = NULL;
    numeral_dataset all = train;
    train.n_images = 30;
    numeral_bytes file = saved("zoning=4 --weights distance");
    train = all;
    uint8_t *bytes = (uint8_t *)(uintptr_t)file.data;
    CHECK_OK(numeral_model_decode(bytes, file.size, "m", registry, &model, &err), err);
    numeral_model_destroy(model);
    for (size_t bit = 0; bit < 8 * header_bytes(file.data); bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (numeral_model_decode(bytes, file.size, "m", registry, &model, &err) ==
            NUMERAL_OK) {
            fail_msg("bit %zu of byte %zu turned, and the model loads", bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* ... and none of the rest, padding included; sampled */
    numeral_random random = numeral_random_seed(3, 0);
    for (int round = 0; round < 2000; round++) {
        size_t bit = (size_t)numeral_random_below(&random, 8 * file.size);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (survives(bytes, file.size) == false ||
            numeral_model_decode(bytes, file.size, "m", registry, &model, &err) ==
                NUMERAL_OK) {
            fail_msg("bit %zu of byte %zu turned, and the model loads", bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    numeral_bytes_free(&file);
}

/* Headers that are whole but say what cannot be. */
static void forged_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *sentence;
        numeral_status status;
    } forged[] = {
        {"\"version\":\"2\"", "\"version\":\"3\"",
         "m: model format version 3; this numeral reads versions 1 to 2",
         NUMERAL_ERROR_UNSUPPORTED},
        {"\"version\":\"2\"", "\"version\":\"0\"", "metadata 'version' is '0'",
         NUMERAL_ERROR_FORMAT},
        {"\"border\"", "\"broder\"",
         "m: metadata 'broder' is unknown: a newer numeral wrote it",
         NUMERAL_ERROR_UNSUPPORTED},
        {"\"header\":", "\"pad.99\":", "'pad.99' is not zero", NUMERAL_ERROR_FORMAT},
        {"[0,1,2,3,", "[0,1,1,3,",
         "metadata 'classes': number 2 is no label from 2 to 65535",
         NUMERAL_ERROR_FORMAT},
        {"[0,1,2,3,", "[0,1,\\\"3,", "metadata 'classes': ", NUMERAL_ERROR_FORMAT},
        {"[0,1,2,3,", "[0,1,3,4,", "metadata 'classes': ", NUMERAL_ERROR_FORMAT},
        {"4,5,6,7,8,9]", "4,5,6,7,8,7]", "metadata 'classes': ", NUMERAL_ERROR_FORMAT},
        {"4,5,6,7,8,9]", "4,5,6,7,8,8]", "metadata 'classes': ", NUMERAL_ERROR_FORMAT},
        {"4,5,6,7,8,9]", "4,5,6,7,890]", "is none of the classes", NUMERAL_ERROR_FORMAT},
        {"4,5,6,7,8,9]", "4,5,6,89012]", "metadata 'classes': ", NUMERAL_ERROR_FORMAT},
        {",6,7,8,9]", ",6,7,99]]", "metadata 'classes'", NUMERAL_ERROR_FORMAT},
        {"7,8,9]", "7,8]  ", "is none of the classes", NUMERAL_ERROR_FORMAT},
        {"\"rows\":\"600\"", "\"rows\":\"60x\"", "metadata 'rows' is '60x'",
         NUMERAL_ERROR_FORMAT},
        {"\"height\":\"28\"", "\"height\":\"00\"",
         "metadata 'height' is '00', expected a number from 1 to 16384",
         NUMERAL_ERROR_FORMAT},
    };
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        numeral_error err;
        numeral_model *model = NULL;
        numeral_bytes file = saved("pixels");
        forge(&file, forged[i].from, forged[i].to);
        CHECK_FAILS(
            numeral_model_decode(file.data, file.size, "m", registry, &model, &err),
            forged[i].status, err, forged[i].sentence);
        numeral_bytes_free(&file);
    }
}

/* A file without its header's checksum is one of version 1, or damaged. */
static void headers_need_their_checksum(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = NULL;
    numeral_bytes file = saved("pixels");
    forge(&file, "\"header\":", "\"pad.99\":");
    memset((uint8_t *)(uintptr_t)file.data + file.size - 8, 0, 8);
    CHECK_FAILS(numeral_model_decode(file.data, file.size, "m", registry, &model, &err),
                NUMERAL_ERROR_FORMAT, err, "m: the header's checksum is missing");
    numeral_bytes_free(&file);
}

/* Files that numeral wrote before it had version 2, and what it answered then: digits
 * pen:test[0:30], a line each: label, confidence, and the rows and distances of the
 * neighbours. */
static void read_old(const char *name)
{
    char model_path[256], answers_path[256];
    numeral_error err;
    numeral_model *model = NULL;
    numeral_answers answers;
    numeral_model_info info;
    numeral_dataset few = {0}, fitted = {0};
    const numeral_load how = {.offline = true};
    CHECK_OK(numeral_dataset_load("pen:test[0:30]", &how, &few, &err), err);
    CHECK_OK(numeral_dataset_load("pen:train[0:100]", &how, &fitted, &err), err);
    snprintf(model_path, sizeof model_path, "%s/data/%s.v1.model", TESTS_FOLDER, name);
    snprintf(answers_path, sizeof answers_path, "%s/data/%s.v1.txt", TESTS_FOLDER, name);
    CHECK_OK(numeral_model_load(model_path, NULL, &model, &err), err);
    CHECK_OK(numeral_model_predict(model, &few, &two, &answers, &err), err);
    FILE *expected = fopen(answers_path, "r");
    assert_non_null(expected);
    for (size_t i = 0; i < answers.n; i++) {
        int label;
        double confidence;
        assert_int_equal(fscanf(expected, "%d %lf", &label, &confidence), 2);
        assert_int_equal(answers.labels[i], label);
        assert_true(fabs(answers.confidence[i] - confidence) < 1e-12);
        for (size_t j = 0; j < answers.k; j++) {
            long long row;
            double distance;
            assert_int_equal(fscanf(expected, "%lld %lf", &row, &distance), 2);
            assert_int_equal(answers.ids[i * answers.k + j], row);
            assert_true(answers.distances[i * answers.k + j] == distance);
        }
    }
    fclose(expected);
    numeral_model_get_info(model, &info);
    assert_memory_equal(info.labels, fitted.labels, info.n_rows * sizeof(numeral_label));
    /* saved again it is a file of today that answers the same */
    numeral_model *again = NULL;
    numeral_answers same;
    CHECK_OK(numeral_model_save(model, path, &err), err);
    CHECK_OK(numeral_model_load(path, NULL, &again, &err), err);
    CHECK_OK(numeral_model_predict(again, &few, &two, &same, &err), err);
    assert_memory_equal(same.ids, answers.ids, answers.n * answers.k * sizeof *same.ids);
    assert_memory_equal(same.confidence, answers.confidence,
                        answers.n * sizeof *same.confidence);
    numeral_answers_free(&same);
    numeral_answers_free(&answers);
    numeral_model_destroy(again);
    numeral_model_destroy(model);
    numeral_dataset_free(&few);
    numeral_dataset_free(&fitted);
}

static void version_1_is_read_for_ever(void **state)
{
    (void)state;
    read_old("pixels"); /* of 60 digits, searched by brute force */
    read_old("rerank"); /* of 100: exact index, re-ranker, views, calibration, offsets */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(loaded_models_need_no_file),
        cmocka_unit_test(no_bit_of_a_header_may_turn),
        cmocka_unit_test(forged_headers_are_refused),
        cmocka_unit_test(headers_need_their_checksum),
        cmocka_unit_test(version_1_is_read_for_ever),
        cmocka_unit_test(plain_images_are_read),
        cmocka_unit_test(images_that_lie_are_refused),
        cmocka_unit_test(units_out_of_range_are_refused),
        cmocka_unit_test(hostile_headers_are_survived),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
