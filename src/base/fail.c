#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

numeral_status numeral_fail(numeral_error *err, numeral_status status, const char *format,
                            ...)
{
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        err->status = status;
        vsnprintf(err->text, sizeof err->text, format, arguments);
        va_end(arguments);
    }
    return status;
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
