/* What every unit test includes: cmocka, and two ways to look at a status. */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <numeral/error.h>

/* Sanitizers take ten times as long: they see fewer of the random cases. */
#ifdef __SANITIZE_ADDRESS__
enum { SLOWER = 8 };
#else
enum { SLOWER = 1 };
#endif

/* ./check --all sets NUMERAL_THOROUGH and sees all random cases, ./check a third,
 * sanitizers a sixteenth. */
static inline bool is_thorough(void)
{
    return SLOWER == 1 && getenv("NUMERAL_THOROUGH") != NULL;
}

static inline int cases_of(int n)
{
    return is_thorough() ? n : SLOWER > 1 ? n / (2 * SLOWER) : n / 3;
}

/* Plain definitions that a test compares with: sanitizers would spend most of their time
 * in them. */
#ifdef __SANITIZE_ADDRESS__
#define UNWATCHED __attribute__((no_sanitize_address, no_sanitize_undefined, noinline))
#else
#define UNWATCHED
#endif

/* `call` must succeed; else its sentence is shown. */
#define CHECK_OK(call, err)                                                              \
    do {                                                                                 \
        if ((call) != NUMERAL_OK) {                                                      \
            fail_msg("%s: %s", #call, (err).text);                                       \
        }                                                                                \
    } while (0)

/* `call` must fail with `wanted`, and its sentence must hold `words`. */
#define CHECK_FAILS(call, wanted, err, words)                                            \
    do {                                                                                 \
        numeral_status got_ = (call);                                                    \
        assert_int_equal(got_, wanted);                                                  \
        if (!strstr((err).text, words)) {                                                \
            fail_msg("'%s' does not hold '%s'", (err).text, words);                      \
        }                                                                                \
    } while (0)

#endif
