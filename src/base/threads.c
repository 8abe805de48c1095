/* Loops over many threads, by OpenMP where it is there. Each item has a place of its own,
 * so that results do not depend on who does what. */
#include "base/threads.h"

#ifdef _OPENMP
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#endif

enum { MAX_THREADS = 256 };

#ifdef _OPENMP
static void *wait_at(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* libgomp ends the process where the system refuses it a thread. So as many are made
 * once, at the same time and for nothing, before it is asked for more than ever; fewer of
 * them do the same work. */
static int threads_to_be_had(int count)
{
    static atomic_int proven = 1, most = MAX_THREADS;
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[MAX_THREADS];
    int n = 1;
    count = count < atomic_load(&most) ? count : atomic_load(&most);
    if (count <= atomic_load(&proven)) {
        return count;
    }
    pthread_mutex_lock(&gate);
    while (n < count && pthread_create(&threads[n], NULL, wait_at, &gate) == 0) {
        n++;
    }
    pthread_mutex_unlock(&gate);
    for (int i = 1; i < n; i++) {
        pthread_join(threads[i], NULL);
    }
    atomic_store(&proven, n);
    if (n < count) {
        atomic_store(&most, n);
    }
    return n;
}
#endif

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
    count = threads_to_be_had(count);
#pragma omp parallel for schedule(dynamic, 1) num_threads(count)
    for (size_t block = 0; block < n_blocks; block++) {
        size_t begin = block * step;
        body(context, begin, n - begin < step ? n : begin + step, omp_get_thread_num());
    }
#endif
}
