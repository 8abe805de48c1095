/* How a call runs: its threads, and how far it has come. */
#ifndef NUMERAL_BASE_RUN_H
#define NUMERAL_BASE_RUN_H

#include <numeral/runtime.h>

/* The run that a public function was given; NULL stands for the defaults. */
const numeral_run *numeral_run_or_default(const numeral_run *run);

/* Tells who watches how far `what` has come; NUMERAL_ERROR_CANCELLED if it is to end
 * there. `progress` may be NULL. */
numeral_status numeral_progress_report(const numeral_progress *progress, const char *what,
                                       uint64_t done, uint64_t total, numeral_error *err);

#endif
