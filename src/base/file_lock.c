/* Locks of whole files by flock, which the system takes back when a process ends. */
#include "base/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/output.h"

numeral_status numeral_file_lock(const char *path, int *file, bool *made, bool *locked,
                                 numeral_error *err)
{
    const numeral_file_operations *system = numeral_get_file_operations();
    int opened = system->open(path, O_RDWR | O_CLOEXEC, 0);
    bool new = opened < 0 && errno == ENOENT;
    if (new) {
        opened = system->open(path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0666);
    }
    if (opened < 0) {
        return new ? numeral_fail_create(err, path)
                   : numeral_fail_system(err, path, "open");
    }
    bool held = flock(opened, LOCK_EX | LOCK_NB) == 0;
    numeral_status status = held || errno == EWOULDBLOCK
                                ? NUMERAL_OK
                                : numeral_fail_system(err, path, "lock");
    if (!held) {
        system->close(opened);
    }
    if (status == NUMERAL_OK) {
        *locked = held;
        *made = new;
        *file = held ? opened : -1;
    }
    return status;
}

void numeral_file_unlock(int file)
{
    numeral_get_file_operations()->close(file);
}
