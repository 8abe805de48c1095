/* Threads: one loop over independent items. Results must not depend on who does what. */
#ifndef NUMERAL_BASE_THREADS_H
#define NUMERAL_BASE_THREADS_H

#include <stddef.h>

/* Does items [begin, end) on `worker` (0 .. workers-1), which owns scratch of that
 * number. */
typedef void (*numeral_loop_body)(void *context, size_t begin, size_t end, int worker);

/* How many workers `threads` (0: one for each processor) gives; at least 1, at most 256.
 */
int numeral_thread_count(int threads);

/* Calls body for blocks of `grain` consecutive items until all `n` are done. */
void numeral_parallel_for(size_t n, size_t grain, int threads, numeral_loop_body body,
                          void *context);

#endif
