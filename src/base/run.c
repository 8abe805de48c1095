/* Defaults and progress of a call. */
#include "base/run.h"

#include "base/fail.h"

const numeral_run *numeral_run_or_default(const numeral_run *run)
{
    static const numeral_run defaults = {0};
    return run ? run : &defaults;
}

numeral_status numeral_progress_report(const numeral_progress *progress, const char *what,
                                       uint64_t done, uint64_t total, numeral_error *err)
{
    return !progress || progress->report(progress->context, what, done, total)
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_CANCELLED, "%s was cancelled", what);
}
