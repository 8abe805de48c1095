/* Containers written by hand: what their reader takes and what it refuses, at each limit.
 * Every one ends at a page that may not be touched, and leaves no memory behind. */
#include "tests/unit/check.h"

#include <inttypes.h>

#include "base/hash.h"
#include "kernel/guard.h"
#include "model/safetensors.h"
#include "unit/live.h"

enum { MOST_HEADER = 1 << 24, MOST_BODY = 4096, LENGTH = 8, GUARD = 8 };
enum { MOST_VALUES = 20 * (2 * NUMERAL_MAX_TENSORS + 1) };

/* A container under way: its length and header, and what lies behind. */
typedef struct container {
    char *text;
    size_t length;
    uint8_t body[MOST_BODY];
    size_t n_body;
} container;

static container c;
static numeral_tensors tensors;
static numeral_error said;
static bool has_guard;

static void begin(void)
{
    c.length = c.n_body = 0;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    c.length += (size_t)vsnprintf(c.text + c.length, MOST_HEADER, format, values);
    va_end(values);
}

static void fill(uint8_t value, size_t n)
{
    memset(c.body + c.n_body, value, n);
    c.n_body += n;
}

/* Spaces until the tensors begin on `rest` behind a multiple of their alignment. */
static void align(size_t rest)
{
    while ((LENGTH + c.length) % NUMERAL_TENSOR_ALIGNMENT != rest) {
        c.text[c.length++] = ' ';
    }
}

/* The checksum of n bytes of one value, as the metadata have it. */
static const char *sum_of(const char *name, uint8_t value, size_t n)
{
    static char out[120];
    uint8_t bytes[MOST_BODY] = {0};
    char hash[17];
    memset(bytes, value, n);
    numeral_safetensors_hash(bytes, n, hash);
    snprintf(out, sizeof out, "\"xxh3.%s\":\"%s\"", name, hash);
    return out;
}

/* Reads it, its length's number being `length`. */
static numeral_status read_as(uint64_t length)
{
    size_t n = LENGTH + c.length + c.n_body;
    guarded buffer = guard(n, AT_END);
    for (size_t i = 0; i < LENGTH; i++) {
        buffer.data[i] = (uint8_t)(length >> 8 * i);
    }
    memcpy(buffer.data + LENGTH, c.text, c.length);
    memcpy(buffer.data + LENGTH + c.length, c.body, c.n_body);
    long before = live_count();
    json_t *about = NULL;
    said = (numeral_error){NUMERAL_OK, ""};
    numeral_status status = numeral_safetensors_read(buffer.data, n, "c", &about,
                                                     &has_guard, &tensors, &said);
    assert_int_equal(status == NUMERAL_OK, about != NULL);
    if (status == NUMERAL_OK) {
        assert_true(json_is_object(about));
    }
    json_decref(about);
    assert_int_equal(live_count(), before);
    unguard(&buffer);
    return status;
}

static numeral_status read_it(void)
{
    return read_as(c.length);
}

/* One tensor of 64 bytes of 7, described by this, behind metadata with its checksum. */
static numeral_status read_one(const char *name, const char *description)
{
    begin();
    say("{\"__metadata__\":{%s},\"%s\":%s}", sum_of(name, 7, 64), name, description);
    align(0);
    fill(7, 64);
    return read_it();
}

#define U8_OF_64 "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64]}"

static void headers_fit_their_file(void **state)
{
    (void)state;
    begin();
    say("{");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "c: not a numeral model: only 9 bytes");
    say("}");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "the header has no metadata");
    CHECK_FAILS(read_as(3), NUMERAL_ERROR_FORMAT, said,
                "a header of 3 bytes does not fit a file of 10");
    CHECK_FAILS(read_as((uint64_t)2 | (uint64_t)1 << 56), NUMERAL_ERROR_FORMAT, said,
                "a header of 72057594037927938 bytes does not fit");
    begin();
    say("[\"__metadata__\"]");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "does not fit a file of 24");
    begin();
    say("{\"__metadata__\":{}");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "c: not a numeral model: the header is ");
    say("}");
    align(0);
    CHECK_OK(read_it(), said);
    assert_int_equal(tensors.n_tensors, 0);
    assert_false(has_guard);
    align(8);
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "c: the tensors start at byte 72, not on a multiple of 64");
}

static void headers_have_at_most_16_mib(void **state)
{
    (void)state;
    begin();
    say("{\"__metadata__\":{}}");
    memset(c.text + c.length, ' ', MOST_HEADER + 64 - c.length);
    c.length = MOST_HEADER;
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "the tensors start at byte 16777224");
    c.length = MOST_HEADER - LENGTH;
    CHECK_OK(read_it(), said);
    c.length = MOST_HEADER + 1;
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "a header of 16777217 bytes does not fit");
}

/* `n` texts in the metadata: n + 1 values with the two objects, beside what their names
 * and texts seem to hold. */
static numeral_status read_values(size_t n)
{
    begin();
    say("{\"__metadata__\":{\"\\\",[{\":\"{,[\\\\\"");
    for (size_t i = 1; i < n; i++) {
        say(",\"%zu\":\"\"", i);
    }
    say("}}");
    align(0);
    return read_it();
}

static void headers_have_few_values(void **state)
{
    (void)state;
    CHECK_OK(read_values(MOST_VALUES - 1), said);
    CHECK_FAILS(read_values(MOST_VALUES), NUMERAL_ERROR_LIMIT, said,
                "c: not a numeral model: the header has more than 20500 values");
    /* texts that are not closed, up to the file's last byte */
    begin();
    say("{\"");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "the header is ");
    say("\\");
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "the header is ");
}

static void metadata_are_texts(void **state)
{
    (void)state;
    begin();
    say("{\"__metadata__\":[\"a\"]}");
    align(0);
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "the header has no metadata");
    begin();
    say("{\"__metadata__\":{\"a\":\"b\",\"n\":1}}");
    align(0);
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "c: metadata 'n' is not a text");
}

static void tensors_are_described(void **state)
{
    (void)state;
    static const char *const good[] = {
        U8_OF_64,
        "{\"dtype\":\"I8\",\"shape\":[4,4,2,2],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"F64\",\"shape\":[8],\"data_offsets\":[0,64]}",
    };
    static const char *const broken[] = {
        "{\"dtype\":\"U8\",\"shape\":64,\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[64]}",
        "{\"dtype\":\"U8\",\"shape\":[4,4,2,2,1],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64,64]}",
        "{\"dtype\":\"U9\",\"shape\":[64],\"data_offsets\":[0,64]}",
        "{\"dtype\":8,\"shape\":[64],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[-1,63]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0.0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,\"64\"]}",
        "{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[64,0]}",
        "{\"dtype\":\"U8\",\"shape\":[63],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[65],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U16\",\"shape\":[64],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[8,\"8\"],\"data_offsets\":[0,64]}",
        "{\"dtype\":\"U8\",\"shape\":[-8,-8],\"data_offsets\":[0,64]}",
        /* 2^64 + 64 */
        "{\"dtype\":\"U8\",\"shape\":[4,4611686018427387920],\"data_offsets\":[0,64]}",
        "[]",
    };
    char name[NUMERAL_TENSOR_NAME_BYTES + 1] = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_OK(read_one("t", good[i]), said);
        assert_int_equal(tensors.n_tensors, 1);
        assert_string_equal(tensors.tensors[0].name, "t");
        assert_int_equal(numeral_tensor_bytes(&tensors.tensors[0]), 64);
    }
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        CHECK_FAILS(read_one("t", broken[i]), NUMERAL_ERROR_FORMAT, said,
                    "c: tensor 't' has a broken description");
    }
    memset(name, 'n', NUMERAL_TENSOR_NAME_BYTES - 1);
    CHECK_OK(read_one(name, U8_OF_64), said);
    assert_string_equal(tensors.tensors[0].name, name);
    name[NUMERAL_TENSOR_NAME_BYTES - 1] = 'n';
    CHECK_FAILS(read_one(name, U8_OF_64), NUMERAL_ERROR_FORMAT, said,
                "has a broken description");
}

/* As many as there may be, each empty; of other things' names as many again, and one. */
static numeral_status read_many(size_t n, size_t n_pads)
{
    begin();
    say("{\"__metadata__\":{");
    for (size_t i = 0; i < n; i++) {
        char name[24];
        snprintf(name, sizeof name, "t%zu", i);
        say("%s%s", i ? "," : "", sum_of(name, 0, 0));
    }
    say("}");
    for (size_t i = 0; i < n + n_pads; i++) {
        say(",\"%s%zu\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}",
            i < n ? "t" : "pad.", i);
    }
    say("}");
    align(0);
    return read_it();
}

static void tensors_are_counted(void **state)
{
    (void)state;
    CHECK_OK(read_many(NUMERAL_MAX_TENSORS, NUMERAL_MAX_TENSORS + 1), said);
    assert_int_equal(tensors.n_tensors, NUMERAL_MAX_TENSORS);
    CHECK_FAILS(read_many(NUMERAL_MAX_TENSORS, NUMERAL_MAX_TENSORS + 2),
                NUMERAL_ERROR_FORMAT, said, "c: more than 1025 tensors");
    CHECK_FAILS(read_many(NUMERAL_MAX_TENSORS + 1, 0), NUMERAL_ERROR_FORMAT, said,
                "does not start on 64 bytes");
}

/* Two tensors and an empty one between them, described last one first. */
static void tensors_lie_in_order(void **state)
{
    (void)state;
    static const struct {
        int ends[4]; /* of a, an empty one, b; the file */
        const char *sentence;
    } layouts[] = {
        {{64, 64, 128, 128}, NULL},
        {{64, 64, 128, 129}, "c: 1 bytes behind the last tensor"},
        {{64, 64, 128, 127},
         "c: tensor 'b' lies at 64 to 128, expected from 64 and at most to 127: the file "
         "is truncated or damaged"},
        {{64, 64, 127, 127}, NULL},
        {{63, 63, 127, 127}, "does not start on 64 bytes"},
    };
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const int *e = layouts[i].ends;
        begin();
        say("{\"b\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]},",
            e[2] - e[1], e[1], e[2]);
        say("\"none\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[%d,%d]},", e[1],
            e[1]);
        say("\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},", e[0],
            e[0]);
        say("\"__metadata__\":{%s,", sum_of("a", 7, (size_t)e[0]));
        say("%s,", sum_of("b", 7, (size_t)(e[2] - e[1])));
        say("%s}}", sum_of("none", 7, 0));
        align(0);
        fill(7, (size_t)e[3]);
        if (layouts[i].sentence) {
            CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, layouts[i].sentence);
            continue;
        }
        CHECK_OK(read_it(), said);
        assert_int_equal(tensors.n_tensors, 3);
        assert_string_equal(tensors.tensors[0].name, "a");
        assert_string_equal(tensors.tensors[1].name, "none");
        assert_string_equal(tensors.tensors[2].name, "b");
    }
    CHECK_FAILS(
        read_one("t", "{\"dtype\":\"U8\",\"shape\":[60],\"data_offsets\":[4,64]}"),
        NUMERAL_ERROR_FORMAT, said,
        "tensor 't' lies at 4 to 64, expected from 0 and at most to 64");
}

static void tensors_are_whole(void **state)
{
    (void)state;
    char wrong[120];
    CHECK_OK(read_one("t", U8_OF_64), said);
    c.body[63] ^= 1;
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said,
                "c: tensor 't' is damaged: checksum ");
    snprintf(wrong, sizeof wrong, "expected %.16s", strchr(sum_of("t", 7, 64), ':') + 2);
    assert_non_null(strstr(said.text, wrong));
    begin();
    say("{\"__metadata__\":{},\"t\":" U8_OF_64 "}");
    align(0);
    fill(7, 64);
    CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, ", expected none");
    /* what is between tensors is zero, and only that is called so */
    static const size_t places[] = {0, 1, 63};
    CHECK_FAILS(read_one("pad.0", U8_OF_64), NUMERAL_ERROR_FORMAT, said,
                "c: 'pad.0' is not zero");
    memset(c.body, 0, 64);
    CHECK_OK(read_it(), said);
    assert_int_equal(tensors.n_tensors, 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        c.body[places[i]] = 1;
        CHECK_FAILS(read_it(), NUMERAL_ERROR_FORMAT, said, "c: 'pad.0' is not zero");
        c.body[places[i]] = 0;
    }
    CHECK_OK(read_one("pad", U8_OF_64), said);
    assert_int_equal(tensors.n_tensors, 1);
}

/* A header's checksum as a tensor of n bytes. */
static numeral_status read_guard(size_t n, uint64_t change)
{
    begin();
    say("{\"__metadata__\":{},\"header\":{\"dtype\":\"U8\",\"shape\":[%zu],"
        "\"data_offsets\":[0,%zu]}}",
        n, n);
    align(0);
    uint8_t all[MOST_BODY] = {0};
    all[0] = (uint8_t)c.length;
    all[1] = (uint8_t)(c.length >> 8);
    memcpy(all + LENGTH, c.text, c.length);
    uint64_t hash = numeral_hash64(all, LENGTH + c.length) ^ change;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)(hash >> 8 * (i % GUARD));
        fill(i < GUARD ? byte : (uint8_t)0, 1);
    }
    return read_it();
}

static void headers_are_whole(void **state)
{
    (void)state;
    CHECK_OK(read_guard(GUARD, 0), said);
    assert_true(has_guard);
    assert_int_equal(tensors.n_tensors, 0);
    for (int bit = 0; bit < 64; bit += 7) {
        CHECK_FAILS(read_guard(GUARD, (uint64_t)1 << bit), NUMERAL_ERROR_FORMAT, said,
                    "c: the header is damaged: its checksum is ");
    }
    CHECK_FAILS(read_guard(GUARD - 1, 0), NUMERAL_ERROR_FORMAT, said,
                "the header is damaged");
    CHECK_FAILS(read_guard(GUARD + 1, 0), NUMERAL_ERROR_FORMAT, said,
                "the header is damaged");
}

static int set_up(void **state)
{
    (void)state;
    live_begin();
    numeral_json_use_allocator();
    c.text = malloc(2 * MOST_HEADER);
    return c.text ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    free(c.text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_fit_their_file),
        cmocka_unit_test(metadata_are_texts),
        cmocka_unit_test(tensors_are_described),
        cmocka_unit_test(tensors_lie_in_order),
        cmocka_unit_test(tensors_are_whole),
        cmocka_unit_test(headers_are_whole),
        cmocka_unit_test(tensors_are_counted),
        cmocka_unit_test(headers_have_few_values),
        cmocka_unit_test(headers_have_at_most_16_mib),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
