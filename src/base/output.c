/* Atomic output: write a hidden file beside the goal, fsync, rename. Its name holds 80
 * random bits and is opened only where nothing is, so that nobody who may write to the
 * folder can put a file or a link there first. A link as the goal is followed, so that it
 * stays one; a device or a pipe is written as it is, and never replaced. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/under_way.h"

enum { BUFFER_BYTES = 1 << 18 };

struct numeral_output {
    int file;
    bool failed;
    size_t used;
    char *path;
    char *temporary; /* NULL where `path` itself is written */
    char *old;       /* where a pair's old file is meanwhile; NULL: there was none */
    numeral_under_way under_way; /* `temporary`, while there is one */
    uint8_t *buffer;
};

static void forget(char **name)
{
    numeral_release(*name);
    *name = NULL;
}

char *numeral_path_hidden(const char *path, numeral_error *err)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv"; /* 5 bits each */
    char name[] = ".numeral-0123456789abcdef.tmp";
    char *random = strchr(name, '-') + 1;
    if (getrandom(random, 16, 0) != 16) {
        numeral_fail_system(err, path, "name a temporary file");
        return NULL;
    }
    for (int i = 0; i < 16; i++) {
        random[i] = digits[(uint8_t)random[i] % 32];
    }
    return numeral_path_beside(path, name, err);
}

/* The hidden file, never more readable than the one that it replaces. */
static numeral_status open_temporary(numeral_output *output, bool exists, unsigned mode,
                                     numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    output->temporary = numeral_path_hidden(output->path, err);
    if (!output->temporary) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_under_way_lock();
    output->file = files->open(output->temporary,
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               exists ? mode : 0666);
    if (output->file >= 0) {
        numeral_under_way_add(&output->under_way, output->temporary, false);
    }
    numeral_under_way_unlock();
    if (output->file < 0) {
        forget(&output->temporary);
        return numeral_fail_create(err, output->path);
    }
    /* the process's umask may have taken something away */
    return exists && files->chmod(output->file, mode) != 0
               ? numeral_fail_system(err, output->path, "keep the mode")
               : NUMERAL_OK;
}

static numeral_status open_output(numeral_output *output, const char *path,
                                  numeral_error *err)
{
    struct stat about;
    bool exists = false;
    numeral_status status = numeral_output_look(path, &about, &exists, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (exists && !S_ISREG(about.st_mode)) {
        output->file = numeral_get_file_operations()->open(path, O_WRONLY | O_CLOEXEC, 0);
        return output->file >= 0 ? NUMERAL_OK : numeral_fail_create(err, path);
    }
    return open_temporary(output, exists, exists ? about.st_mode & 0777 : 0, err);
}

numeral_status numeral_output_create(const char *path, numeral_output **out,
                                     numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_output *output = numeral_allocate_zero(1, sizeof *output, err);
    TRY_ALLOC(output);
    output->file = -1;
    TRY_ALLOC(output->path = numeral_path_follow(path, err));
    TRY_ALLOC(output->buffer = numeral_allocate(BUFFER_BYTES, 1, err));
    TRY(open_output(output, path, err));
    *out = output;
    return NUMERAL_OK;
done:
    numeral_output_destroy(output);
    return status;
}

static numeral_status fail_earlier(const numeral_output *output, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_IO, "%s: an earlier write failed",
                        output->path);
}

static numeral_status flush(numeral_output *output, numeral_error *err)
{
    if (!numeral_file_write(output->file, output->buffer, output->used)) {
        output->failed = true;
        return numeral_fail_system(err, output->path, "write");
    }
    output->used = 0;
    return NUMERAL_OK;
}

numeral_status numeral_output_write(numeral_output *output, const void *bytes,
                                    size_t n_bytes, numeral_error *err)
{
    const uint8_t *from = bytes;
    while (n_bytes > 0) {
        if (output->failed) {
            return fail_earlier(output, err);
        }
        size_t room = BUFFER_BYTES - output->used;
        size_t n = n_bytes < room ? n_bytes : room;
        memcpy(output->buffer + output->used, from, n);
        output->used += n;
        from += n;
        n_bytes -= n;
        if (output->used == BUFFER_BYTES) {
            numeral_status status = flush(output, err);
            if (status != NUMERAL_OK) {
                return status;
            }
        }
    }
    return NUMERAL_OK;
}

numeral_status numeral_output_printf(numeral_output *output, numeral_error *err,
                                     const char *format, ...)
{
    numeral_status status = output->failed ? fail_earlier(output, err) : NUMERAL_OK;
    while (status == NUMERAL_OK) {
        size_t room = BUFFER_BYTES - output->used;
        va_list arguments;
        va_start(arguments, format);
        int length = numeral_text_format_list((char *)output->buffer + output->used, room,
                                              format, arguments);
        va_end(arguments);
        if ((size_t)length < room) {
            output->used += (size_t)length;
            break;
        }
        status = output->used ? flush(output, err)
                              : numeral_fail(err, NUMERAL_ERROR_LIMIT,
                                             "%s: a text of %d bytes, at most %d at once",
                                             output->path, length, BUFFER_BYTES - 1);
    }
    return status;
}

/* All is on the disk, under its hidden name. */
static numeral_status finish_writing(numeral_output *output, numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    if (output->failed) {
        return fail_earlier(output, err);
    }
    numeral_status status = flush(output, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    /* devices, pipes and some file systems have nothing to sync */
    if (files->sync(output->file) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return numeral_fail_system(err, output->path, "sync");
    }
    int closed = files->close(output->file);
    output->file = -1;
    return closed == 0 ? NUMERAL_OK : numeral_fail_system(err, output->path, "finish");
}

/* Within the lock of what is under way, as all that renames. */
static numeral_status put_in_place(numeral_output *output, numeral_error *err)
{
    if (output->temporary &&
        numeral_get_file_operations()->rename(output->temporary, output->path) != 0) {
        return numeral_fail_system(err, output->path, "finish");
    }
    numeral_under_way_remove(&output->under_way);
    forget(&output->temporary);
    return NUMERAL_OK;
}

numeral_status numeral_output_commit(numeral_output *output, numeral_error *err)
{
    numeral_status status = finish_writing(output, err);
    if (status == NUMERAL_OK) {
        numeral_under_way_lock();
        status = put_in_place(output, err);
        numeral_under_way_unlock();
    }
    numeral_output_destroy(output);
    return status;
}

/* Moves the old file out of the way, under a hidden name. */
static numeral_status put_away(numeral_output *output, numeral_error *err)
{
    if (!output->temporary) {
        return NUMERAL_OK; /* a device or a pipe has no old file */
    }
    output->old = numeral_path_hidden(output->path, err);
    if (!output->old) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (numeral_get_file_operations()->rename(output->path, output->old) != 0) {
        forget(&output->old);
        return errno == ENOENT ? NUMERAL_OK
                               : numeral_fail_system(err, output->path, "replace");
    }
    return NUMERAL_OK;
}

/* The old file again, or none; one that cannot be brought back stays hidden, not lost. */
static void bring_back(numeral_output *output, bool placed)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    if (output->old) {
        files->rename(output->old, output->path);
    } else if (placed) {
        files->unlink(output->path);
    }
    forget(&output->old);
}

static void remove_old(numeral_output *output)
{
    if (output->old) {
        numeral_get_file_operations()->unlink(output->old);
    }
    forget(&output->old);
}

/* All or nothing, within the lock. */
static numeral_status replace_pair(numeral_output *key, numeral_output *other,
                                   numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    bool placed = false;
    TRY(put_away(key, err));
    TRY(put_away(other, err));
    TRY(put_in_place(other, err));
    placed = true;
    TRY(put_in_place(key, err));
    remove_old(other);
    remove_old(key);
done:
    if (status != NUMERAL_OK) {
        bring_back(other, placed);
        bring_back(key, false);
    }
    return status;
}

numeral_status numeral_output_commit_pair(numeral_output *key, numeral_output *other,
                                          numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    TRY(finish_writing(key, err));
    TRY(finish_writing(other, err));
    numeral_under_way_lock();
    status = replace_pair(key, other, err);
    numeral_under_way_unlock();
done:
    numeral_output_destroy(key);
    numeral_output_destroy(other);
    return status;
}

void numeral_output_destroy(numeral_output *output)
{
    if (!output) {
        return;
    }
    const numeral_file_operations *files = numeral_get_file_operations();
    if (output->file >= 0) {
        files->close(output->file);
    }
    if (output->temporary) {
        numeral_under_way_lock();
        files->unlink(output->temporary);
        numeral_under_way_remove(&output->under_way);
        numeral_under_way_unlock();
    }
    numeral_release(output->temporary);
    numeral_release(output->path);
    numeral_release(output->buffer);
    numeral_release(output);
}

numeral_status numeral_output_save(const char *path, const void *bytes, size_t n_bytes,
                                   numeral_error *err)
{
    numeral_output *output = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_output_create(path, &output, err));
    TRY(numeral_output_write(output, bytes, n_bytes, err));
    return numeral_output_commit(output, err);
done:
    numeral_output_destroy(output);
    return status;
}
