/* Errors are texts in the caller's own memory: making one allocates nothing. */
#include "base/fail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <numeral/tools/names.h>

#include "base/text.h"

numeral_status numeral_fail(numeral_error *err, numeral_status status, const char *format,
                            ...)
{
    if (err) {
        char raw[NUMERAL_ERROR_TEXT_BYTES];
        va_list arguments;
        va_start(arguments, format);
        err->status = status;
        numeral_text_format_list(raw, sizeof raw, format, arguments);
        va_end(arguments);
        numeral_name_visible(raw, sizeof raw, err->text, sizeof err->text);
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
    char shown[NUMERAL_ERROR_TEXT_BYTES]; /* as it stands in a sentence */
    size_t length = numeral_name_visible(prefix, sizeof shown, shown, sizeof shown);
    if (!err || (strncmp(err->text, shown, length) == 0 && err->text[length] == ':')) {
        return;
    }
    char old[NUMERAL_ERROR_TEXT_BYTES];
    snprintf(old, sizeof old, "%s", err->text);
    numeral_fail(err, err->status, "%.200s: %.300s", prefix, old);
}
