/* Models and indexes that are whole, with every checksum right, but say what is not so:
 * each thing that a reader checks is at its limit once, and once beyond. None leaves
 * memory behind. */
#include "tests/unit/check.h"

#include <inttypes.h>
#include <math.h>

#include <numeral/dynamic.h>
#include <numeral/numeral.h>

#include "base/budget.h"
#include "model/model.h"
#include "model/safetensors.h"
#include "unit/live.h"

static numeral_registry *registry;
static numeral_dataset digits;
static const numeral_run one = {.threads = 1};

/* A file taken apart, to be changed: its bytes, metadata and tensors. */
static void *original;
static json_t *about;
static numeral_tensors tensors;
static numeral_error said;
static numeral_model *model; /* what the last one gave */
static numeral_index *given;

static void take_apart(size_t n_bytes)
{
    bool guarded;
    numeral_error err;
    CHECK_OK(numeral_safetensors_read(original, n_bytes, "m", &about, &guarded, &tensors,
                                      &err),
             err);
    assert_true(guarded);
}

/* The model of a recipe and digits, or, where `lesson`, taught one more without its first
 * row. */
static void make(const char *text, const numeral_dataset *data, bool lesson)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *made = NULL;
    size_t n_bytes;
    int64_t first = 0;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, data, 3, &one, &made, NULL, &err), err);
    if (lesson) {
        numeral_dataset few = *data;
        few.n_images = 1;
        CHECK_OK(numeral_model_add(made, &few, &one, &first, &err), err);
        first = 0;
        CHECK_OK(numeral_model_remove(made, &first, 1, &err), err);
    }
    CHECK_OK(numeral_model_encode(made, &original, &n_bytes, &err), err);
    numeral_recipe_destroy(recipe);
    numeral_model_destroy(made);
    take_apart(n_bytes);
}

static void drop(void)
{
    numeral_model_destroy(model);
    numeral_index_destroy(given);
    model = NULL;
    given = NULL;
}

static void end(void)
{
    drop();
    json_decref(about);
    numeral_free(original);
}

/* Puts it together and loads it. */
static numeral_status load(void)
{
    numeral_error err;
    uint8_t *bytes = NULL;
    size_t n_bytes;
    drop();
    json_t *copy = json_deep_copy(about); /* gets checksums of what is there */
    CHECK_OK(numeral_safetensors_encode(copy, &tensors, &bytes, &n_bytes, &err), err);
    json_decref(copy);
    long before = live_count();
    said = (numeral_error){NUMERAL_OK, ""};
    numeral_status status =
        numeral_model_decode(bytes, n_bytes, "m", registry, &model, &said);
    assert_int_equal(status == NUMERAL_OK, model != NULL);
    numeral_model_destroy(model);
    model = NULL;
    assert_int_equal(live_count(), before);
    if (status == NUMERAL_OK) { /* once more, to be looked at */
        CHECK_OK(numeral_model_decode(bytes, n_bytes, "m", registry, &model, &err), err);
    } else {
        assert_int_equal(strncmp(said.text, "m: ", 3), 0);
    }
    numeral_free(bytes);
    return status;
}

static void put(const char *key, const char *value)
{
    if (value) {
        json_object_set_new(about, key, json_string(value));
    } else {
        json_object_del(about, key);
    }
}

/* With another text of the metadata, or without (NULL). */
static numeral_status load_with(const char *key, const char *value)
{
    json_t *before = json_incref(json_object_get(about, key));
    put(key, value);
    numeral_status status = load();
    json_object_del(about, key);
    if (before) {
        json_object_set_new(about, key, before);
    }
    return status;
}

static numeral_tensor *tensor(const char *name)
{
    for (size_t i = 0; i < tensors.n_tensors; i++) {
        if (strcmp(tensors.tensors[i].name, name) == 0) {
            return &tensors.tensors[i];
        }
    }
    fail_msg("no tensor %s", name);
    return NULL;
}

/* With other numbers in a tensor; where `bytes` is 0, without it. */
static numeral_status load_tensor(const char *name, const void *numbers, size_t bytes)
{
    numeral_tensors all = tensors;
    numeral_tensor *changed = tensor(name);
    uint8_t *copy = NULL;
    if (bytes) {
        copy = malloc(numeral_tensor_bytes(changed));
        memcpy(copy, changed->data, numeral_tensor_bytes(changed));
        memcpy(copy, numbers, bytes);
        changed->data = copy;
    } else {
        *changed = tensors.tensors[--tensors.n_tensors];
    }
    numeral_status status = load();
    tensors = all;
    free(copy);
    return status;
}

static void numbers_are_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *key, *least, *most, *below, *above;
    } numbers[] = {
        {"version", "1", "4294967295", "0", "4294967296"},
        {"height", "1", "16384", "0", "16385"},
        {"width", "1", "16384", "0", "16385"},
        {"rows", "1", "4294967295", "0", "4294967296"},
        {"fitted", "1", "4294967295", "0", "4294967296"},
        {"dims", "1", "4096", "0", "4097"},
        {"dtype", "0", "2", NULL, "3"},
        {"seed", "0", "9223372036854775807", NULL, "9223372036854775808"},
    };
    static const char *const none[] = {
        "",
        "x",
        "1x",
        "-1",
        " 1",
        "1 ",
        "/",
        ":",
        "1/",
        "1:",
        "1.0",
        "18446744073709551617", /* 1, were it reckoned modulo 2^64 */
        "20000000000000000001", /* as many digits, and below 2^63 */
    };
    make("resize=9,pixels", &digits, false);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char own[80], range[80];
        const char *refused[] = {numbers[i].below, numbers[i].above, NULL};
        snprintf(range, sizeof range, "', expected a number from %s to %s",
                 numbers[i].least, numbers[i].most);
        for (size_t j = 0; j < 2 + sizeof none / sizeof *none; j++) {
            const char *text = j < 2 ? refused[j] : none[j - 2];
            if (text) {
                CHECK_FAILS(load_with(numbers[i].key, text), NUMERAL_ERROR_FORMAT, said,
                            range);
                snprintf(own, sizeof own, "metadata '%s' is '%s'", numbers[i].key, text);
                assert_non_null(strstr(said.text, own));
            }
        }
        CHECK_FAILS(load_with(numbers[i].key, NULL), NUMERAL_ERROR_FORMAT, said,
                    "' is 'missing', expected a number from");
        load_with(numbers[i].key, numbers[i].least);
        assert_null(strstr(said.text, "expected a number"));
        load_with(numbers[i].key, numbers[i].most);
        assert_null(strstr(said.text, "expected a number"));
    }
    CHECK_OK(load_with("seed", "9223372036854775807"), said);
    assert_int_equal(model->seed, INT64_MAX);
    CHECK_OK(load_with("fitted", "4294967295"), said);
    assert_int_equal(model->origins[0].n_rows, UINT32_MAX);
    CHECK_FAILS(load_with("version", "3"), NUMERAL_ERROR_UNSUPPORTED, said,
                "m: model format version 3; this numeral reads versions 1 to 2: a newer "
                "numeral wrote it");
    CHECK_FAILS(load_with("dims", "82"), NUMERAL_ERROR_FORMAT, said,
                "m: its recipe makes rows of 81 numbers, its rows have 82");
    CHECK_FAILS(load_with("rows", "2"), NUMERAL_ERROR_FORMAT, said,
                "m: k is larger than its row count");
    end();
    numeral_dataset three = digits; /* as many as k */
    three.n_images = 3;
    make("resize=9,pixels -k 3", &three, false);
    CHECK_OK(load(), said);
    assert_int_equal(model->n_rows, 3);
    end();
}

static void texts_are_of_a_length(void **state)
{
    (void)state;
    static char text[4098];
    make("resize=9,pixels", &digits, false);
    static const char *const keys[] = {"data", "recipe", "calibration"};
    for (size_t i = 0; i < 3; i++) {
        char sentence[80];
        memset(text, ' ', 4097);
        memcpy(text, i == 1 ? "resize=9,pixels" : "mnist:train",
               i == 1 ? strlen("resize=9,pixels") : 11);
        snprintf(sentence, sizeof sentence,
                 "m: metadata '%s' is missing or longer than 4096 bytes", keys[i]);
        CHECK_FAILS(load_with(keys[i], text), NUMERAL_ERROR_FORMAT, said, sentence);
        text[4096] = 0;
        load_with(keys[i], text);
        assert_null(strstr(said.text, "missing or longer"));
        if (i < 2) {
            CHECK_FAILS(load_with(keys[i], NULL), NUMERAL_ERROR_FORMAT, said, sentence);
        }
    }
    CHECK_OK(load_with("data", "elsewhere"), said);
    assert_string_equal(model->origins[0].name, "elsewhere");
    assert_int_equal(model->n_origins, 1);
    CHECK_OK(load_with("border", "clear"), said);
    assert_true(model->clear_border);
    CHECK_OK(load_with("border", "used"), said);
    assert_false(model->clear_border);
    CHECK_OK(load_with("border", NULL), said);
    assert_false(model->clear_border);
    end();
}

static void formats_and_keys_are_known(void **state)
{
    (void)state;
    make("resize=9,pixels", &digits, false);
    CHECK_FAILS(load_with("format", "numeral-modem"), NUMERAL_ERROR_FORMAT, said,
                "m: not a numeral model: its format is 'numeral-modem'");
    CHECK_FAILS(load_with("format", NULL), NUMERAL_ERROR_FORMAT, said,
                "m: not a numeral model: its format is 'unnamed'");
    static const char *const unknown[] = {"a", "xxh3", "format2", "dim"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        CHECK_FAILS(load_with(unknown[i], "1"), NUMERAL_ERROR_UNSUPPORTED, said,
                    "' is unknown: a newer numeral wrote it");
    }
    CHECK_OK(load_with("xxh3.a", "1"), said);
    CHECK_OK(load_with("numeral", NULL), said);
    end();
    /* version 1 was not so strict, and its classes are the labels that occur */
    numeral_label labels[64];
    numeral_dataset few = digits;
    few.labels = labels;
    for (size_t i = 0; i < digits.n_images; i++) {
        labels[i] = (numeral_label)(i ? 2 + i % 2 : 7);
    }
    make("resize=9,pixels", &few, false);
    put("version", "1");
    put("a", "b");
    put("classes", NULL);
    put("fitted", NULL);
    CHECK_OK(load(), said);
    assert_int_equal(model->n_classes, 3);
    assert_int_equal(model->classes->labels[2], 7);
    assert_int_equal(model->origins[0].n_rows, digits.n_images);
    end();
}

static void recipes_can_be_followed(void **state)
{
    (void)state;
    static const char *const broken[] = {"pixels -k 0", "pixels --index nosuch",
                                         "pixels --bogus 1", "pixels -k x"};
    make("resize=9,pixels", &digits, false);
    CHECK_FAILS(load_with("recipe", "resize=9,nosuch"), NUMERAL_ERROR_ARGUMENT, said,
                "m: needs the ");
    assert_non_null(strstr(said.text,
                           "'nosuch', which is not built in: load the plugin or add the "
                           "part that it was trained with first"));
    assert_null(strstr(said.text, "unknown"));
    assert_null(strstr(said.text, ";"));
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        numeral_error own = {NUMERAL_OK, ""};
        numeral_recipe *recipe = NULL;
        numeral_status status = numeral_recipe_parse(registry, broken[i], &recipe, &own);
        assert_int_not_equal(status, NUMERAL_OK);
        assert_int_equal(load_with("recipe", broken[i]), status);
        if (strncmp(own.text, "unknown ", 8) != 0) {
            assert_string_equal(said.text + 3, own.text);
        }
    }
    CHECK_OK(load_with("recipe", "resize=9,pixels --weights distance"), said);
    assert_non_null(strstr(model->recipe_text, "distance"));
    CHECK_FAILS(load_with("index", NULL), NUMERAL_ERROR_FORMAT, said,
                "m: index unnamed: not known");
    CHECK_FAILS(load_with("index", "nosuch"), NUMERAL_ERROR_FORMAT, said,
                "m: index nosuch: not known");
    end();
}

static void classes_are_labels(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } wrong[] = {
        {NULL, "m: metadata 'classes': "},
        {"", "m: metadata 'classes': "},
        {"{}", "m: metadata 'classes': no list"},
        {"[0,1.5]", "m: metadata 'classes': number 1 is no label from 1 to 65535"},
        {"[\"0\"]", "number 0 is no label from 0 to 65535"},
        {"[-1]", "number 0 is no label from 0 to 65535"},
        {"[0,1,1]", "number 2 is no label from 2 to 65535"},
        {"[0,65536]", "number 1 is no label from 1 to 65535"},
        {"[0,1,2,3,4,5,6,7,8]", "m: label 9 of row "},
    };
    make("resize=9,pixels", &digits, false);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(load_with("classes", wrong[i].text), NUMERAL_ERROR_FORMAT, said,
                    wrong[i].sentence);
    }
    CHECK_OK(load_with("classes", "[0,1,2,3,4,5,6,7,8,9,65535]"), said);
    assert_int_equal(model->n_classes, 11);
    CHECK_OK(load(), said);
    assert_int_equal(model->n_classes, 10);
    assert_false(model->classes->named);
    CHECK_FAILS(load_with("label_names", "{}"), NUMERAL_ERROR_FORMAT, said,
                "m: metadata 'label_names': no list");
    CHECK_FAILS(load_with("label_names", "[\"a\",\"b\"]"), NUMERAL_ERROR_FORMAT, said,
                "m: metadata 'label_names' is not a list of 10 texts");
    static const char *const names = "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\","
                                     "\"i\",\"j\"]";
    CHECK_OK(load_with("label_names", names), said);
    assert_true(model->classes->named);
    assert_string_equal(model->classes->names[0], "a");
    assert_string_equal(model->classes->names[9], "j");
    end();
}

static void rows_have_labels(void **state)
{
    (void)state;
    make("resize=9,pixels", &digits, false);
    numeral_tensor *labels = tensor("labels");
    uint8_t *bytes = (uint8_t *)(uintptr_t)labels->data;
    uint32_t wide[64];
    uint16_t half[64];
    CHECK_OK(load(), said);
    bytes[7] += 10;
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said, " of row 7 is none of the classes");
    bytes[7] -= 10;
    for (size_t i = 0; i < digits.n_images; i++) {
        half[i] = bytes[i];
        wide[i] = bytes[i];
    }
    labels->type = NUMERAL_TENSOR_U16;
    labels->data = half;
    CHECK_OK(load(), said);
    labels->type = NUMERAL_TENSOR_U32;
    labels->data = wide;
    CHECK_OK(load(), said);
    for (size_t i = 0; i < digits.n_images; i++) {
        assert_int_equal(model->labels[i], bytes[i]);
    }
    wide[3] = 65536; /* no class can be marked so */
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said,
                "m: label 65536 of row 3 is none of the classes");
    end();
}

/* Numbers of rows that were given: as many as there is memory for. */
static void row_numbers_are_few(void **state)
{
    (void)state;
    make("resize=9,pixels", &digits, true);
    CHECK_OK(load(), said);
    assert_int_equal(model->n_rows, digits.n_images);
    assert_int_equal(model->n_ids, digits.n_images + 1);
    assert_int_equal(model->n_origins, 2);
    assert_int_equal(model->labels[digits.n_images], digits.labels[0]);
    assert_int_equal(model->labels[0], 0); /* which is gone */
    for (size_t i = 1; i <= digits.n_images; i++) {
        assert_int_equal(model->places[i], i - 1);
    }
    /* each piece of memory refused in turn */
    uint8_t *bytes = NULL;
    size_t n_bytes;
    drop();
    CHECK_OK(numeral_safetensors_encode(about, &tensors, &bytes, &n_bytes, &said), said);
    long before = live_count();
    bool refused = true;
    for (long call = 1; refused; call++) {
        atomic_store(&live_until_refused, call);
        numeral_status status =
            numeral_model_decode(bytes, n_bytes, "m", registry, &model, &said);
        refused = atomic_load(&live_until_refused) == 0;
        assert_int_equal(status, refused ? NUMERAL_ERROR_MEMORY : NUMERAL_OK);
        assert_true(refused == (live_count() == before));
        atomic_store(&live_until_refused, 0);
    }
    numeral_free(bytes);
    int64_t most = (int64_t)(numeral_memory_budget(model->bytes.size) / 8);
    CHECK_OK(load_tensor("index.next_id", &most, sizeof most), said);
    most++;
    CHECK_FAILS(load_tensor("index.next_id", &most, sizeof most), NUMERAL_ERROR_LIMIT,
                said, " row numbers were given for 40 rows: too many");
    end();
}

static void origins_are_names_with_numbers(void **state)
{
    (void)state;
    static const char *const wrong[] = {"[[\"a\",0]]", "[[1,1]]", "[\"a\"]", "[[\"a\"]]",
                                        "[[\"a\",2],[\"b\",-1]]"};
    make("resize=9,pixels", &digits, false);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(load_with("taught", wrong[i]), NUMERAL_ERROR_FORMAT, said,
                    "m: metadata 'taught' is not a list of names with numbers");
    }
    CHECK_FAILS(load_with("taught", "1"), NUMERAL_ERROR_FORMAT, said,
                "m: metadata 'taught': ");
    CHECK_OK(load_with("taught", "[]"), said);
    CHECK_OK(load_with("taught", "[[\"a\",1],[\"b\",2]]"), said);
    assert_int_equal(model->n_origins, 3);
    assert_string_equal(model->origins[2].name, "b");
    assert_int_equal(model->origins[2].n_rows, 2);
    end();
}

static void fitted_numbers_fit(void **state)
{
    (void)state;
    make("zoning=7,standard,pca=4", &digits, false);
    CHECK_OK(load(), said);
    static const struct {
        uint64_t sizes[4];
        const char *sentence;
    } wrong[] = {
        {{48, 49, 49, 4}, "m: stage standard: sizes 48 -> 49 do not follow 49"},
        {{49, 0, 0, 4}, "m: stage standard: sizes 49 -> 0 do not follow 49"},
        {{49, 1048577, 49, 4}, "sizes 49 -> 1048577 do not follow 49"},
        {{49, 1048576, 49, 4},
         "m: the numbers fitted for stage standard do not fit 49 inputs and 1048576"},
        {{49, 49, 48, 4}, "m: stage pca: sizes 48 -> 4 do not follow 49"},
        {{49, 49, 49, 1},
         "m: the numbers fitted for stage pca do not fit 49 inputs and 1"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(load_tensor("fitted.sizes", wrong[i].sizes, sizeof wrong[i].sizes),
                    NUMERAL_ERROR_FORMAT, said, wrong[i].sentence);
    }
    CHECK_FAILS(load_tensor("fitted.sizes", NULL, 0), NUMERAL_ERROR_FORMAT, said,
                "fitted.sizes");
    CHECK_FAILS(load_tensor("fitted.0.1", NULL, 0), NUMERAL_ERROR_FORMAT, said,
                "m: the numbers fitted for stage standard do not fit 49 inputs and 49");
    numeral_tensor *array = tensor("fitted.0.0");
    array->type = NUMERAL_TENSOR_I64;
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said, "fitted.0.0");
    end();
    make("zoning=7,pca=4,standard", &digits, false);
    CHECK_OK(load(), said);
    assert_int_equal(model->pipeline.n_dims, 4);
    end();
    /* a stage that nothing is fitted for */
    make("zoning=7,unit", &digits, false);
    const uint64_t sizes[] = {49, 48};
    const double number = 1;
    CHECK_OK(load(), said);
    CHECK_FAILS(load_tensor("fitted.sizes", sizes, sizeof sizes), NUMERAL_ERROR_FORMAT,
                said, "m: the numbers fitted for stage unit do not fit 49 inputs and 48");
    CHECK_OK(numeral_tensors_add(&tensors, "fitted.0.0", NUMERAL_TENSOR_F64, 1, 0,
                                 &number, &said),
             said);
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said,
                "m: the numbers fitted for stage unit do not fit 49 inputs and 49");
    end();
}

static void scales_are_positive(void **state)
{
    (void)state;
    static const double wrong[] = {0, -1, -INFINITY, INFINITY, NAN};
    double offset[50] = {0};
    make("zoning=7 --dtype i8", &digits, false);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(load_tensor("quantiser.scale", &wrong[i], sizeof *wrong),
                    NUMERAL_ERROR_FORMAT, said, "m: quantiser.scale is not positive");
    }
    const double least = 5e-324;
    CHECK_OK(load_tensor("quantiser.scale", &least, sizeof least), said);
    assert_true(model->pipeline.quantiser.scale == least);
    CHECK_FAILS(load_tensor("quantiser.scale", NULL, 0), NUMERAL_ERROR_FORMAT, said,
                "quantiser.scale");
    numeral_tensor *found = numeral_tensors_find(&tensors, "quantiser.offset")
                                ? tensor("quantiser.offset")
                                : NULL;
    if (!found) {
        CHECK_OK(numeral_tensors_add(&tensors, "quantiser.offset", NUMERAL_TENSOR_F64, 49,
                                     0, offset, &said),
                 said);
        found = tensor("quantiser.offset");
    }
    found->data = offset;
    offset[48] = 5;
    CHECK_OK(load(), said);
    assert_true(model->pipeline.quantiser.offset[48] == 5);
    found->shape[0] = 50;
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said, "quantiser.offset");
    end();
}

static void columns_are_numbers(void **state)
{
    (void)state;
    enum { WIDTH = 28 * 28 };
    static float values[2 * WIDTH];
    static const struct {
        size_t at;
        float value;
    } wrong[] = {{0, INFINITY},      {WIDTH - 1, NAN}, {WIDTH, 0},
                 {2 * WIDTH - 1, 0}, {WIDTH + 3, -1},  {WIDTH, INFINITY}};
    for (size_t i = 0; i < 2 * WIDTH; i++) {
        values[i] = i < WIDTH ? -3 : 1e-30F;
    }
    make("pixels", &digits, false);
    CHECK_OK(numeral_tensors_add(&tensors, "columns", NUMERAL_TENSOR_F32, 2, 28, values,
                                 &said),
             said);
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said,
                "m: columns have offsets that are not");
    end();
    numeral_dataset flat = digits;
    flat.height = 1;
    flat.width = WIDTH;
    make("pixels", &flat, false);
    CHECK_OK(numeral_tensors_add(&tensors, "columns", NUMERAL_TENSOR_F32, 2, WIDTH,
                                 values, &said),
             said);
    CHECK_OK(load(), said);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        float before = values[wrong[i].at];
        values[wrong[i].at] = wrong[i].value;
        CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said,
                    "m: columns have offsets that are not finite or steps that are not "
                    "positive");
        values[wrong[i].at] = before;
    }
    tensors.tensors[tensors.n_tensors - 1].shape[0] = 1;
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said, "tensor columns");
    end();
}

static void images_and_views_are_there(void **state)
{
    (void)state;
    make("zoning=7 --gate 0 --rerank idm=deskew:0", &digits, false);
    static const char *const names[] = {"images.values", "views.deskew.masks",
                                        "views.deskew.values"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK_FAILS(load_tensor(names[i], NULL, 0), NUMERAL_ERROR_FORMAT, said, names[i]);
    }
    for (size_t i = 0; i < tensors.n_tensors; i++) { /* no view that nobody looks at */
        const char *name = tensors.tensors[i].name;
        assert_true(strncmp(name, "views.", 6) != 0 || strstr(name, ".deskew."));
    }
    CHECK_OK(load(), said);
    assert_int_equal(model->views[NUMERAL_VIEW_DESKEW].n, digits.n_images);
    size_t n_ink = 0; /* of the images as they are seen */
    for (size_t i = 0; i < digits.n_images; i++) {
        double plane[28 * 28];
        uint8_t seen[28 * 28];
        numeral_view_make(NUMERAL_VIEW_DESKEW, digits.pixels + i * sizeof seen, 28, 28,
                          plane, seen);
        for (size_t j = 0; j < sizeof seen; j++) {
            n_ink += seen[j] != 0;
        }
    }
    assert_int_equal(model->views[NUMERAL_VIEW_DESKEW].n_values, n_ink);
    assert_int_equal(model->images.n, digits.n_images);
    /* nobody looks at them as they are */
    CHECK_OK(load_tensor("images.masks", NULL, 0), said);
    assert_int_equal(model->images.n, 0);
    end();
    make("zoning=7 --gate 0 --rerank idm=raw:0", &digits, false);
    uint64_t first[13]; /* 784 pixels: 16 of the last word's 64 bits */
    memcpy(first, tensor("images.masks")->data, sizeof first);
    first[12] |= (uint64_t)1 << 16;
    CHECK_FAILS(load_tensor("images.masks", first, sizeof first), NUMERAL_ERROR_FORMAT,
                said,
                "m: images: a mask of packed images has bits behind its 784 pixels");
    /* files of 0.1.0 have the pixels as they are */
    CHECK_OK(load(), said);
    assert_int_equal(model->images.n, digits.n_images);
    size_t n_values = model->images.n_values;
    numeral_tensor masks = *tensor("images.masks"), *plain = tensor("images.masks");
    numeral_tensor values = *tensor("images.values");
    *plain = (numeral_tensor){.name = "images",
                              .type = NUMERAL_TENSOR_U8,
                              .rank = 2,
                              .shape = {digits.n_images, 28 * 28},
                              .data = digits.pixels};
    CHECK_OK(load(), said);
    assert_int_equal(model->images.n_values, n_values);
    assert_memory_equal(model->images.values, values.data, n_values);
    plain->shape[1]--;
    CHECK_FAILS(load(), NUMERAL_ERROR_FORMAT, said, "tensor images");
    *plain = masks;
    CHECK_FAILS(load_tensor("images.masks", NULL, 0), NUMERAL_ERROR_FORMAT, said,
                "m: tensor images.masks is missing");
    end();
}

/* ... and files of indexes. */
static numeral_status load_index(const char *key, const char *value)
{
    numeral_error err;
    uint8_t *bytes = NULL;
    size_t n_bytes;
    drop();
    json_t *copy = json_deep_copy(about);
    if (value) {
        json_object_set_new(copy, key, json_string(value));
    } else {
        json_object_del(copy, key);
    }
    CHECK_OK(numeral_safetensors_encode(copy, &tensors, &bytes, &n_bytes, &err), err);
    json_decref(copy);
    long before = live_count();
    given = (void *)bytes; /* anything */
    said = (numeral_error){NUMERAL_OK, ""};
    numeral_status status =
        numeral_index_decode(bytes, n_bytes, "m", registry, &given, &said);
    numeral_free(bytes);
    assert_int_equal(status == NUMERAL_OK, given != NULL);
    if (given) {
        numeral_index_destroy(given);
        given = NULL;
    } else {
        assert_int_equal(strncmp(said.text, "m: ", 3), 0);
    }
    assert_int_equal(live_count(), before - 1);
    return status;
}

static void make_index(void)
{
    numeral_error err;
    numeral_index *made = NULL;
    const numeral_rows rows = {digits.pixels, NUMERAL_U8, digits.n_images, 64, 784};
    size_t n_bytes;
    CHECK_OK(numeral_index_create(&rows, "brute", "lp=2.5", registry, &one, &made, &err),
             err);
    long before = live_count();
    CHECK_OK(numeral_index_encode(made, &original, &n_bytes, &err), err);
    assert_int_equal(live_count(), before + 1);
    numeral_index_destroy(made);
    take_apart(n_bytes);
    static const char *const texts[][2] = {{"format", "numeral index"},
                                           {"numeral", NUMERAL_VERSION},
                                           {"index", "brute"},
                                           {"metric", "lp=2.5"},
                                           {"version", "1"},
                                           {"rows", "40"},
                                           {"dims", "64"},
                                           {"dtype", "0"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const json_t *text = json_object_get(about, texts[i][0]);
        assert_non_null(text);
        assert_string_equal(json_string_value(text), texts[i][1]);
    }
}

static void indexes_say_what_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *sentence;
    } wrong[] = {
        {"format", "numeral-model",
         "m: not an index of numeral: its format is 'numeral-model'"},
        {"format", NULL, "m: not an index of numeral: its format is ''"},
        {"version", "4294967296",
         "m: metadata 'version' is '4294967296', expected a number up to 4294967295"},
        {"version", "00000000000000000001", "expected a number up to 4294967295"},
        {"version", "", "m: metadata 'version' is '', expected"},
        {"version", NULL, "m: metadata 'version' is '', expected"},
        {"version", "1x", "m: metadata 'version' is '1x', expected"},
        {"rows", "4294967296", "expected a number up to 4294967295"},
        {"dims", "4097", "expected a number up to 4096"},
        {"dtype", "32768", "expected a number up to 32767"},
        {"rows", "39", "m: "},
        {"dims", "65", "m: "},
        {"dtype", "2", "m: "},
    };
    make_index();
    uint8_t *bytes = NULL; /* each piece of memory refused in turn */
    size_t n_bytes;
    CHECK_OK(numeral_safetensors_encode(about, &tensors, &bytes, &n_bytes, &said), said);
    bool refused = true;
    for (long call = 1; refused; call++) {
        long before = live_count();
        atomic_store(&live_until_refused, call);
        numeral_status status =
            numeral_index_decode(bytes, n_bytes, "m", registry, &given, &said);
        refused = atomic_load(&live_until_refused) == 0;
        atomic_store(&live_until_refused, 0);
        assert_int_equal(status, refused ? NUMERAL_ERROR_MEMORY : NUMERAL_OK);
        assert_true(refused == (live_count() == before));
    }
    numeral_free(bytes);
    CHECK_OK(load_index("numeral", "9"), said);
    CHECK_OK(load_index("version", "0000000000000000001"), said);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(load_index(wrong[i].key, wrong[i].value), NUMERAL_ERROR_FORMAT, said,
                    wrong[i].sentence);
    }
    static const char *const others[] = {"0", "2", "4294967295"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char sentence[100];
        snprintf(sentence, sizeof sentence,
                 "m: index format version %s; this numeral reads version 1: a newer "
                 "numeral wrote it",
                 others[i]);
        CHECK_FAILS(load_index("version", others[i]), NUMERAL_ERROR_UNSUPPORTED, said,
                    sentence);
    }
    static const char *const most[][2] = {
        {"rows", "4294967295"}, {"dims", "4096"}, {"dtype", "32767"}};
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        assert_int_not_equal(load_index(most[i][0], most[i][1]), NUMERAL_OK);
        assert_null(strstr(said.text, "expected a number"));
    }
    assert_int_not_equal(load_index("index", "nosuch"), NUMERAL_OK);
    assert_int_not_equal(load_index("metric", "nosuch"), NUMERAL_OK);
    given = (void *)&wrong;
    CHECK_FAILS(numeral_index_read("/nowhere", registry, &given, &said), NUMERAL_ERROR_IO,
                said, "/nowhere");
    assert_null(given);
    given = (void *)&wrong;
    CHECK_FAILS(numeral_index_map("/nowhere", registry, &given, &said), NUMERAL_ERROR_IO,
                said, "/nowhere");
    assert_null(given);
    end();
}

/* Both kinds of file need their header's checksum, which is renamed here. */
static void headers_need_their_checksum(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        uint8_t *bytes = NULL;
        size_t n_bytes;
        if (kind) {
            make_index();
        } else {
            make("resize=9,pixels", &digits, false);
        }
        CHECK_OK(numeral_safetensors_encode(about, &tensors, &bytes, &n_bytes, &said),
                 said);
        uint8_t *name = memmem(bytes, n_bytes, "\"header\":", 9);
        assert_non_null(name);
        memcpy(name, "\"pad.99\":", 9);
        memset(bytes + n_bytes - 8, 0, 8);
        long before = live_count();
        numeral_status status =
            kind ? numeral_index_decode(bytes, n_bytes, "m", registry, &given, &said)
                 : numeral_model_decode(bytes, n_bytes, "m", registry, &model, &said);
        CHECK_FAILS(status, NUMERAL_ERROR_FORMAT, said,
                    "m: the header's checksum is missing");
        assert_int_equal(live_count(), before);
        numeral_free(bytes);
        end();
    }
}

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    live_begin();
    return numeral_registry_create(&registry, &err) == NUMERAL_OK &&
                   numeral_dataset_pen(40, 1, NUMERAL_SPLIT_TRAIN, &digits, &err) ==
                       NUMERAL_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&digits);
    numeral_registry_destroy(registry);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_in_range),
        cmocka_unit_test(texts_are_of_a_length),
        cmocka_unit_test(formats_and_keys_are_known),
        cmocka_unit_test(recipes_can_be_followed),
        cmocka_unit_test(classes_are_labels),
        cmocka_unit_test(rows_have_labels),
        cmocka_unit_test(row_numbers_are_few),
        cmocka_unit_test(origins_are_names_with_numbers),
        cmocka_unit_test(fitted_numbers_fit),
        cmocka_unit_test(scales_are_positive),
        cmocka_unit_test(columns_are_numbers),
        cmocka_unit_test(images_and_views_are_there),
        cmocka_unit_test(indexes_say_what_they_are),
        cmocka_unit_test(headers_need_their_checksum),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
