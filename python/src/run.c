/* Calls without Python's lock: other threads of Python run meanwhile, and a signal ends
 * the call through the library's progress callback. */
#include <pthread.h>

#include "core.h"

/* OpenMP's threads are not there in a child of fork(), where GNU's waits for them for
 * ever: whoever has used them has one thread after a fork. */
static int used_threads, one_thread;

static void after_fork(void)
{
    one_thread |= used_threads;
}

void core_prepare_fork(void)
{
    pthread_atfork(NULL, NULL, after_fork);
}

static bool look_at_signals(void *context, const char *what, uint64_t done,
                            uint64_t total)
{
    core_call *call = context;
    (void)what;
    (void)done;
    (void)total;
    PyEval_RestoreThread(call->thread);
    bool go_on = PyErr_CheckSignals() == 0;
    call->thread = PyEval_SaveThread();
    return go_on;
}

void core_begin(core_call *call, int threads, bool watched)
{
    call->progress = (numeral_progress){look_at_signals, call};
    call->run = (numeral_run){one_thread ? 1 : threads, watched ? &call->progress : NULL};
    used_threads |= call->run.threads != 1;
    call->thread = PyEval_SaveThread();
}

void core_end(core_call *call)
{
    PyEval_RestoreThread(call->thread);
}
