/* Errors are texts in the caller's own memory: making one allocates nothing. */
#include "base/fail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

numeral_status numeral_fail(numeral_error *err, numeral_status status, const char *format,
                            ...)
{
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        err->status = status;
        numeral_text_format_list(err->text, sizeof err->text, format, arguments);
        va_end(arguments);
    }
    return status;
}

numeral_status numeral_fail_system(numeral_error *err, const char *path, const char *verb)
{
    return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot %s: %s", path, verb,
                        strerror(errno));
}

void numeral_fail_prefix(numeral_error *err, const char *prefix)
{
    if (!err) {
        return;
    }
    char old[NUMERAL_ERROR_TEXT_BYTES];
    snprintf(old, sizeof old, "%s", err->text);
    snprintf(err->text, sizeof err->text, "%.200s: %.300s", prefix, old);
}
