/* Texts by their number, and numbers by their text. */
#include <stdio.h>
#include <string.h>

#include "unit/check.h"

#include "base/dictionary.h"

enum { MANY = 20000 };

static void texts_are_numbered_in_turn(void **state)
{
    (void)state;
    numeral_dictionary d = {0};
    numeral_error err;
    char text[32];
    assert_true(numeral_dictionary_find(&d, "a", 1) == SIZE_MAX);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < MANY; i++) {
            size_t number, length = (size_t)snprintf(text, sizeof text, "%zx", i * i);
            CHECK_OK(numeral_dictionary_add(&d, text, length, &number, &err), err);
            assert_int_equal(number, i);
            memset(text, 0, sizeof text); /* the dictionary has a copy */
        }
        assert_int_equal(d.n, MANY);
    }
    for (size_t i = 0; i < MANY; i++) {
        size_t length = (size_t)snprintf(text, sizeof text, "%zx", i * i);
        assert_int_equal(numeral_dictionary_find(&d, text, length), i);
        assert_string_equal(d.texts[i].text, text);
    }
    assert_true(numeral_dictionary_find(&d, "no number", 9) == SIZE_MAX);
    numeral_dictionary_free(&d);
    numeral_dictionary_free(&d);
}

/* Nothing, a part, and what holds a zero are texts like any others. */
static void texts_are_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
    } texts[] = {{NULL, 0}, {"ab", 2}, {"ab", 1}, {"a\0b", 3}, {"a\0c", 3}};
    numeral_dictionary d = {0};
    numeral_error err;
    for (size_t i = 0; i < 5; i++) {
        size_t number;
        CHECK_OK(
            numeral_dictionary_add(&d, texts[i].text, texts[i].length, &number, &err),
            err);
        assert_int_equal(number, i);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(numeral_dictionary_find(&d, texts[i].text, texts[i].length), i);
    }
    numeral_dictionary_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_numbered_in_turn),
        cmocka_unit_test(texts_are_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
