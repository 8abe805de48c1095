/* Atomic output: write PATH.XXXXXX.tmp beside PATH, fsync, rename. A link is followed, so
 * that it stays one; a device or a pipe is written as it is, and never replaced. */
#include <numeral/tools/output.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/memory.h"

enum { BUFFER_BYTES = 1 << 18, MAX_ATTEMPTS = 1000 };

struct numeral_output {
    int file;
    bool failed;
    size_t used;
    char *path;
    char *temporary; /* NULL where `path` itself is written */
    uint8_t *buffer;
};

static numeral_status fail_create(const numeral_output *output, const char *why,
                                  numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot create: %s", output->path,
                        why);
}

static numeral_status open_temporary(numeral_output *output, numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    size_t bytes = strlen(output->path) + 40;
    output->temporary = numeral_allocate(bytes, 1, err);
    if (!output->temporary) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        snprintf(output->temporary, bytes, "%s.%ld-%d.tmp", output->path, (long)getpid(),
                 attempt);
        output->file =
            files->open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->file >= 0) {
            return NUMERAL_OK;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    fail_create(output, strerror(errno), err);
    numeral_release(output->temporary);
    output->temporary = NULL;
    return NUMERAL_ERROR_IO;
}

static numeral_status open_as_it_is(numeral_output *output, numeral_error *err)
{
    output->file =
        numeral_get_file_operations()->open(output->path, O_WRONLY | O_CLOEXEC, 0);
    return output->file >= 0 ? NUMERAL_OK : fail_create(output, strerror(errno), err);
}

/* What a link leads to, else the path itself. */
static char *follow(const char *path, numeral_error *err)
{
    char *real = realpath(path, NULL);
    struct stat about;
    bool link = real && lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
    const char *target = link ? real : path;
    char *copy = numeral_copy_text(target, strlen(target), err);
    free(real);
    return copy;
}

static numeral_status open_output(numeral_output *output, numeral_error *err)
{
    struct stat about;
    if (stat(output->path, &about) != 0 || S_ISREG(about.st_mode)) {
        return open_temporary(output, err);
    }
    return S_ISDIR(about.st_mode) ? fail_create(output, "is a folder", err)
                                  : open_as_it_is(output, err);
}

numeral_status numeral_output_create(const char *path, numeral_output **out,
                                     numeral_error *err)
{
    numeral_output *output = numeral_allocate_zero(1, sizeof *output, err);
    if (!output) {
        return NUMERAL_ERROR_MEMORY;
    }
    output->file = -1;
    output->path = follow(path, err);
    output->buffer = numeral_allocate(BUFFER_BYTES, 1, err);
    numeral_status status = NUMERAL_ERROR_MEMORY;
    if (output->path && output->buffer) {
        status = open_output(output, err);
    }
    if (status != NUMERAL_OK) {
        numeral_output_destroy(output);
        return status;
    }
    *out = output;
    return NUMERAL_OK;
}

static numeral_status flush(numeral_output *output, numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    size_t done = 0;
    while (done < output->used) {
        long wrote =
            files->write(output->file, output->buffer + done, output->used - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            output->failed = true;
            return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot write: %s",
                                output->path, strerror(errno));
        }
        done += (size_t)wrote;
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
            return numeral_fail(err, NUMERAL_ERROR_IO, "%s: an earlier write failed",
                                output->path);
        }
        size_t room = BUFFER_BYTES - output->used;
        size_t part = n_bytes < room ? n_bytes : room;
        memcpy(output->buffer + output->used, from, part);
        output->used += part;
        from += part;
        n_bytes -= part;
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
    char small[512];
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    numeral_status status = NUMERAL_OK;
    if ((size_t)length < sizeof small) {
        status = numeral_output_write(output, small, (size_t)length, err);
    } else {
        char *large = numeral_allocate((size_t)length + 1, 1, err);
        status = NUMERAL_ERROR_MEMORY;
        if (large) {
            vsnprintf(large, (size_t)length + 1, format, again);
            status = numeral_output_write(output, large, (size_t)length, err);
        }
        numeral_release(large);
    }
    va_end(again);
    return status;
}

static numeral_status sync_and_rename(numeral_output *output, numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    if (output->failed) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%s: an earlier write failed",
                            output->path);
    }
    numeral_status status = flush(output, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (files->sync(output->file) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot sync: %s", output->path,
                            strerror(errno));
    }
    int closed = files->close(output->file);
    output->file = -1;
    if (closed != 0 ||
        (output->temporary && files->rename(output->temporary, output->path) != 0)) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot finish: %s", output->path,
                            strerror(errno));
    }
    numeral_release(output->temporary);
    output->temporary = NULL;
    return NUMERAL_OK;
}

numeral_status numeral_output_commit(numeral_output *output, numeral_error *err)
{
    numeral_status status = sync_and_rename(output, err);
    numeral_output_destroy(output);
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
        files->unlink(output->temporary);
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
    numeral_status status = numeral_output_create(path, &output, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = numeral_output_write(output, bytes, n_bytes, err);
    if (status != NUMERAL_OK) {
        numeral_output_destroy(output);
        return status;
    }
    return numeral_output_commit(output, err);
}
