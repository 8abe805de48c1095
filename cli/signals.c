/* Ending by a signal: what is being written under hidden names is cleared away first.
 * Next to nothing may be done in a handler, so it wakes a thread that waits for that.
 * Where the thread cannot be made, signals end the command as they always do. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "cli.h"

enum { STACK_BYTES = 256 << 10 };

static _Atomic sig_atomic_t caught;
static sem_t awake;

static void catch_signal(int number)
{
    sig_atomic_t none = 0;
    atomic_compare_exchange_strong(&caught, &none, number);
    sem_post(&awake);
    while (number ==
           SIGPIPE) { /* whoever writes to a closed pipe has nothing more to do */
        pause();
    }
}

static void *wait_for_signal(void *context)
{
    (void)context;
    while (sem_wait(&awake) != 0) {
    }
    numeral_outputs_sweep();
    int number = atomic_load(&caught);
    sigset_t its;
    sigemptyset(&its);
    sigaddset(&its, number);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &its, NULL);
    kill(getpid(), number);
    return NULL;
}

static bool start_thread(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (sem_init(&awake, 0, 0) != 0 || pthread_attr_init(&attributes) != 0) {
        return false;
    }
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* it takes no signals: a command that waits for them (serve) is to get them all */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, &attributes, wait_for_signal, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

void cli_watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    const struct sigaction how = {.sa_handler = catch_signal, .sa_flags = SA_RESTART};
    struct sigaction now;
    /* a file that grows beyond `ulimit -f` is a failed write with its sentence */
    signal(SIGXFSZ, SIG_IGN);
    if (!start_thread()) {
        return;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        /* nohup and a shell's & have some ignored, which stays so */
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) {
            sigaction(numbers[i], &how, NULL);
        }
    }
}
