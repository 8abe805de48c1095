/* Where an output goes: what stands there, which folder it lies in, and whether a file or
 * a folder could be made there, asked before long work and without making anything. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/output.h"

enum { MAX_LINKS = 40 /* as Linux follows them */ };

char *numeral_path_beside(const char *path, const char *name, numeral_error *err)
{
    size_t folder = (size_t)(numeral_path_base(path) - path);
    size_t bytes = folder + strlen(name) + 1;
    char *joined = numeral_allocate(bytes, 1, err);
    if (joined) {
        snprintf(joined, bytes, "%.*s%s", (int)folder, path, name);
    }
    return joined;
}

char *numeral_path_follow(const char *path, numeral_error *err)
{
    char target[PATH_MAX];
    char *at = numeral_copy_text(path, strlen(path), err);
    for (int links = 0; at && links < MAX_LINKS; links++) {
        ssize_t length = readlink(at, target, sizeof target - 1);
        if (length < 0) {
            return at;
        }
        target[length] = '\0';
        char *next = *target == '/' ? numeral_copy_text(target, (size_t)length, err)
                                    : numeral_path_beside(at, target, err);
        numeral_release(at);
        at = next;
    }
    return at;
}

numeral_status numeral_fail_create(numeral_error *err, const char *path)
{
    char folder[NUMERAL_PATH_BYTES];
    int why = errno;
    int length = (int)(numeral_path_base(path) - path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    bool fits = length > 0 && length < (int)sizeof folder;
    snprintf(folder, sizeof folder, "%.*s", fits ? length : 0, path);
    if (why == ENOENT && fits && numeral_path_look(folder) == NUMERAL_PATH_NONE) {
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%.200s: cannot create: there is no folder %.200s; mkdir -p "
                            "makes it",
                            path, folder);
    }
    if (why == ENOTDIR && fits && numeral_path_look(folder) != NUMERAL_PATH_NONE) {
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%.200s: cannot create: %.200s is no folder", path, folder);
    }
    errno = why;
    return numeral_fail_system(err, path, "create");
}

numeral_status numeral_output_look(const char *path, struct stat *about, bool *exists,
                                   numeral_error *err)
{
    if (numeral_path_base(path)[0] == '\0') {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "\"%s\": names no file", path);
    }
    /* the kernel refuses here, too, a stranger's link in a folder like /tmp */
    *exists = stat(path, about) == 0;
    if (!*exists && errno != ENOENT) {
        return numeral_fail_create(err, path);
    }
    return *exists && S_ISDIR(about->st_mode)
               ? numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot create: is a folder",
                              path)
               : NUMERAL_OK;
}

numeral_status numeral_output_check(const char *path, numeral_error *err)
{
    struct stat about;
    bool exists = false;
    char *final = NULL, *folder = NULL;
    numeral_status status;
    TRY(numeral_output_look(path, &about, &exists, err));
    if (exists && !S_ISREG(about.st_mode)) {
        return access(path, W_OK) == 0 ? NUMERAL_OK : numeral_fail_create(err, path);
    }
    TRY_ALLOC(final = numeral_path_follow(path, err));
    TRY_ALLOC(folder = numeral_path_beside(final, ".", err));
    /* what is there is replaced, so that the folder alone must be written to */
    if (access(folder, W_OK | X_OK) != 0) {
        status = numeral_fail_create(err, final);
    }
done:
    numeral_release(final);
    numeral_release(folder);
    return status;
}

/* Takes the last name off a path, and the slashes before it: at last "." or "/". */
static void go_up(char *path)
{
    size_t length = (size_t)(numeral_path_base(path) - path);
    bool root = length > 0 && strspn(path, "/") >= length;
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    if (length == 0) {
        path[length++] = root ? '/' : '.';
    }
    path[length] = '\0';
}

numeral_status numeral_folder_check(const char *path, numeral_error *err)
{
    char at[NUMERAL_PATH_BYTES];
    numeral_status status = numeral_path_print(at, err, "%s", *path ? path : ".");
    if (status != NUMERAL_OK) {
        return status;
    }
    for (size_t n = strlen(at); n > 1 && at[n - 1] == '/'; n--) {
        at[n - 1] = '\0';
    }
    while (numeral_path_look(at) == NUMERAL_PATH_NONE && strcmp(at, "/") != 0 &&
           strcmp(at, ".") != 0) {
        go_up(at);
    }
    if (numeral_path_look(at) != NUMERAL_PATH_FOLDER) {
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%.200s: cannot create folder: %.200s is a file", path, at);
    }
    return access(at, W_OK | X_OK) == 0 ? NUMERAL_OK
                                        : numeral_fail_system(err, path, "create folder");
}
