/* Errors: what every fallible function of numeral returns.
 *
 * A fallible function returns a numeral_status (NUMERAL_OK is 0) and takes, as its last
 * parameter, a numeral_error that the caller owns; NULL is allowed and drops the text.
 * On failure every output is NULL or untouched. There is no global error state. */
#ifndef NUMERAL_ERROR_H
#define NUMERAL_ERROR_H

#if defined(__GNUC__)
#define NUMERAL_API __attribute__((visibility("default")))
#define NUMERAL_PRINTF(format_at, first_at)                                              \
    __attribute__((format(printf, format_at, first_at)))
#else
#define NUMERAL_API
#define NUMERAL_PRINTF(format_at, first_at)
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum numeral_status {
    NUMERAL_OK = 0,
    NUMERAL_ERROR_ARGUMENT,    /* a value outside its range, an unknown name */
    NUMERAL_ERROR_MEMORY,      /* an allocation failed, or a size overflows */
    NUMERAL_ERROR_IO,          /* the operating system refused: no such file, full disk */
    NUMERAL_ERROR_FORMAT,      /* bytes that are not what they should be */
    NUMERAL_ERROR_LIMIT,       /* more than numeral_limits allows */
    NUMERAL_ERROR_UNSUPPORTED, /* a valid request that this build or part cannot serve */
    NUMERAL_ERROR_NETWORK,     /* fetching failed */
    NUMERAL_ERROR_CANCELLED    /* a progress callback asked to stop */
} numeral_status;

enum { NUMERAL_ERROR_TEXT_BYTES = 512 };

/* One sentence that says what, where, expected and found; always NUL-terminated. */
typedef struct numeral_error {
    numeral_status status;
    char text[NUMERAL_ERROR_TEXT_BYTES];
} numeral_error;

#ifdef __cplusplus
}
#endif
#endif
