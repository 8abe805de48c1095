/* What is loaded stays loaded: its threads and handlers may not be taken away. */
#include "base/late.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fail.h"

/* Libraries that are refused memory while they start end the process, or wait for it for
 * ever (OpenBLAS): whether there is room is tried first. */
static bool has_room(size_t bytes)
{
    void *room =
        mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) {
        return false;
    }
    munmap(room, bytes);
    return true;
}

static numeral_status load(numeral_late *late, numeral_error *err)
{
    if (!has_room(late->room)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY,
                            "out of memory: %s is not loaded with less than %zu MiB of "
                            "addresses left",
                            late->files[0], late->room >> 20);
    }
    for (size_t i = 0; late->files[i]; i++) {
        if (!dlopen(late->files[i], RTLD_NOW | RTLD_GLOBAL)) {
            return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                                "a library that this needs cannot be loaded: %.300s",
                                dlerror());
        }
    }
    for (size_t i = 0; late->names[i]; i++) {
        void *symbol = dlsym(RTLD_DEFAULT, late->names[i]);
        if (!symbol) {
            return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                                "%s has no function %s: another version was built with",
                                late->files[0], late->names[i]);
        }
        memcpy((char *)late->functions + i * sizeof symbol, &symbol, sizeof symbol);
    }
    return NUMERAL_OK;
}

numeral_status numeral_late_load(numeral_late *late, numeral_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    numeral_status status = NUMERAL_OK;
    if (atomic_load(&late->loaded)) {
        return NUMERAL_OK;
    }
    pthread_mutex_lock(&lock);
    if (!atomic_load(&late->loaded)) {
        status = load(late, err);
        atomic_store(&late->loaded, status == NUMERAL_OK);
    }
    pthread_mutex_unlock(&lock);
    return status;
}
