/* Loops over many threads, by OpenMP where it is there. Each item has a place of its own,
 * so that results do not depend on who does what. */
#include "base/threads.h"

#ifdef _OPENMP
#include <omp.h>
#endif

enum { MAX_THREADS = 256 };

int numeral_thread_count(int threads)
{
#ifdef _OPENMP
    int count = threads > 0 ? threads : omp_get_num_procs();
    return count > MAX_THREADS ? MAX_THREADS : count;
#else
    (void)threads;
    return 1;
#endif
}

void numeral_parallel_for(size_t n, size_t grain, int threads, numeral_loop_body body,
                          void *context)
{
    size_t step = grain ? grain : 1;
    size_t n_blocks = n / step + (n % step != 0);
    int count = numeral_thread_count(threads);
    if (count <= 1 || n_blocks <= 1) {
        for (size_t begin = 0; begin < n; begin += step) {
            body(context, begin, n - begin < step ? n : begin + step, 0);
        }
        return;
    }
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1) num_threads(count)
    for (size_t block = 0; block < n_blocks; block++) {
        size_t begin = block * step;
        body(context, begin, n - begin < step ? n : begin + step, omp_get_thread_num());
    }
#endif
}
