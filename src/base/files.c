/* The system's calls behind the replaceable table, and what is built on them. */
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numeral/runtime.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/tensors.h"

/* Read at a time where the size is not known. */
enum { PIECE = 65536 };

static int system_open(const char *path, int flags, unsigned mode)
{
    return open(path, flags, (mode_t)mode);
}

static long system_read(int file, void *buffer, size_t bytes)
{
    return read(file, buffer, bytes);
}

static long system_write(int file, const void *buffer, size_t bytes)
{
    return write(file, buffer, bytes);
}

static int system_stat(int file, struct stat *out)
{
    return fstat(file, out);
}

static int system_mkdir(const char *path, unsigned mode)
{
    return mkdir(path, (mode_t)mode);
}

static void *system_map(size_t bytes, int file)
{
    return mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
}

static int system_chmod(int file, unsigned mode)
{
    return fchmod(file, (mode_t)mode);
}

#define SYSTEM_OPERATIONS                                                                \
    {                                                                                    \
        system_open, system_read, system_write, system_stat, fsync, close, rename,       \
            unlink, system_mkdir, system_map, munmap, system_chmod                       \
    }

static const numeral_file_operations system_operations = SYSTEM_OPERATIONS;
static numeral_file_operations table = SYSTEM_OPERATIONS;

void numeral_set_file_operations(const numeral_file_operations *operations)
{
    table = operations ? *operations : system_operations;
}

const numeral_file_operations *numeral_get_file_operations(void)
{
    return &table;
}

bool numeral_file_write(int file, const void *bytes, size_t n_bytes)
{
    const uint8_t *from = bytes;
    while (n_bytes > 0) {
        long wrote = table.write(file, from, n_bytes);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        from += wrote;
        n_bytes -= (size_t)wrote;
    }
    return true;
}

/* Reads to the end, which is not known before. */
static numeral_status read_open_file(int file, const char *path, size_t hint,
                                     size_t max_bytes, numeral_buffer *out,
                                     numeral_error *err)
{
    /* one byte more, so that the end is seen */
    *out = (numeral_buffer){.max_bytes = max_bytes + 1};
    numeral_status status = NUMERAL_OK;
    size_t room = hint <= max_bytes ? hint : max_bytes + 1;
    for (long got = 1; got != 0 && status == NUMERAL_OK;) {
        if (out->size > max_bytes) {
            status = numeral_read_refuse(path, max_bytes, err);
            break;
        }
        if (out->size == out->capacity) {
            status = numeral_buffer_reserve(out, room, err);
            room = out->max_bytes - out->capacity;
            room = room < PIECE ? room : PIECE;
            if (status != NUMERAL_OK) {
                numeral_fail_prefix(err, path);
                break;
            }
        }
        got = table.read(file, out->data + out->size, out->capacity - out->size);
        if (got > 0) {
            out->size += (size_t)got;
        } else if (got < 0 && errno != EINTR) {
            status = numeral_fail_system(err, path, "read");
        }
    }
    if (status != NUMERAL_OK) {
        numeral_buffer_free(out);
    }
    return status;
}

static int open_to_read(const char *path)
{
    return table.open(path, O_RDONLY | O_CLOEXEC, 0);
}

numeral_status numeral_bytes_read(const char *path, size_t max_bytes, numeral_bytes *out,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_buffer read;
    struct stat about;
    size_t hint = PIECE;
    bool input = strcmp(path, "-") == 0;
    const char *name = input ? "standard input" : path;
    int file = input ? STDIN_FILENO : open_to_read(path);
    if (file < 0) {
        return numeral_fail_system(err, path, "open");
    }
    if (table.stat(file, &about) != 0) {
        TRY(numeral_fail_system(err, name, "read"));
    }
    if (S_ISDIR(about.st_mode)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_IO, "%s: is a folder, not a file", name));
    }
    TRY(numeral_read_allows(&about, name, err));
    uint64_t allowed = numeral_read_budget(&about);
    max_bytes = allowed < max_bytes ? (size_t)allowed : max_bytes;
    if (S_ISREG(about.st_mode)) {
        /* one byte more than the size, so that the end is seen without growing */
        hint = (size_t)about.st_size + 1;
    }
    TRY(read_open_file(file, name, hint, max_bytes, &read, err));
    *out = (numeral_bytes){read.data, read.size, false, {0}};
    if (!input) {
        out->about = about;
    }
done:
    if (!input) {
        table.close(file);
    }
    return status;
}

numeral_status numeral_bytes_map(const char *path, numeral_bytes *out, numeral_error *err)
{
    int file = open_to_read(path);
    if (file < 0) {
        return numeral_fail_system(err, path, "open");
    }
    struct stat about;
    bool can_map = !NUMERAL_BIG_ENDIAN && table.stat(file, &about) == 0 &&
                   S_ISREG(about.st_mode) && about.st_size > 0 &&
                   (uint64_t)about.st_size < SIZE_MAX / 2 &&
                   numeral_read_allows(&about, path, NULL) == NUMERAL_OK;
    void *data = can_map ? table.map((size_t)about.st_size, file) : MAP_FAILED;
    table.close(file);
    if (data == MAP_FAILED) {
        return numeral_bytes_read(path, SIZE_MAX / 2, out, err);
    }
    *out = (numeral_bytes){data, (size_t)about.st_size, true, about};
    return NUMERAL_OK;
}

bool numeral_bytes_current(const numeral_bytes *bytes, const char *path)
{
    const struct stat *then = &bytes->about;
    struct stat now;
    if (!S_ISREG(then->st_mode)) {
        return true;
    }
    /* the change time moves with a rename, too: a file put back is not taken for one that
     * never left */
    return stat(path, &now) == 0 && now.st_dev == then->st_dev &&
           now.st_ino == then->st_ino && now.st_ctim.tv_sec == then->st_ctim.tv_sec &&
           now.st_ctim.tv_nsec == then->st_ctim.tv_nsec;
}

void numeral_bytes_free(numeral_bytes *bytes)
{
    void *data = (void *)(uintptr_t)bytes->data; /* ours: const only for readers */
    if (bytes->mapped) {
        table.unmap(data, bytes->size);
    } else {
        numeral_release(data);
    }
    *bytes = (numeral_bytes){0};
}

numeral_path_kind numeral_path_look(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return NUMERAL_PATH_NONE;
    }
    return S_ISDIR(about.st_mode)   ? NUMERAL_PATH_FOLDER
           : S_ISREG(about.st_mode) ? NUMERAL_PATH_FILE
                                    : NUMERAL_PATH_OTHER;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

numeral_status numeral_folder_list(const char *path, numeral_names *out,
                                   numeral_error *err)
{
    numeral_buffer pointers = {.max_bytes = SIZE_MAX / 2};
    numeral_status status = NUMERAL_OK;
    DIR *folder = opendir(path);
    if (!folder) {
        return numeral_fail_system(err, path, "open folder");
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char *name = numeral_copy_text(entry->d_name, strlen(entry->d_name), err);
        TRY_ALLOC(name);
        status = numeral_buffer_append(&pointers, &name, sizeof name, err);
        if (status != NUMERAL_OK) {
            numeral_release(name);
            goto done;
        }
    }
done:
    closedir(folder);
    numeral_names names = {(char **)(void *)pointers.data,
                           pointers.size / sizeof(char *)};
    if (status != NUMERAL_OK) {
        numeral_names_free(&names);
        return status;
    }
    if (names.n_names) {
        qsort(names.names, names.n_names, sizeof *names.names, compare_names);
    }
    *out = names;
    return NUMERAL_OK;
}

void numeral_names_free(numeral_names *names)
{
    for (size_t i = 0; i < names->n_names; i++) {
        numeral_release(names->names[i]);
    }
    numeral_release(names->names);
    *names = (numeral_names){0};
}

static bool make_folder(const char *path)
{
    return numeral_path_look(path) == NUMERAL_PATH_FOLDER ||
           table.mkdir(path, 0777) == 0 ||
           (errno == EEXIST && numeral_path_look(path) == NUMERAL_PATH_FOLDER);
}

numeral_status numeral_folder_create(const char *path, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    char *copy = numeral_copy_text(path, strlen(path), err);
    TRY_ALLOC(copy);
    /* each folder on the way, from above */
    for (char *at = copy; *at && status == NUMERAL_OK;) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char end = *at;
        *at = '\0';
        if (!make_folder(copy)) {
            status = numeral_fail_system(err, copy, "create folder");
        }
        *at = end;
    }
done:
    numeral_release(copy);
    return status;
}

/* By folders held open, so that no link that comes in between leads elsewhere. */
static void remove_within(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0) {
        return;
    }
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = file >= 0 ? fdopendir(file) : NULL;
    if (!folder) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            remove_within(file, entry->d_name);
        }
    }
    closedir(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void numeral_folder_remove(const char *path)
{
    remove_within(AT_FDCWD, path);
}

numeral_status numeral_path_print(char out[NUMERAL_PATH_BYTES], numeral_error *err,
                                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(out, NUMERAL_PATH_BYTES, format, arguments);
    va_end(arguments);
    return length >= 0 && length < NUMERAL_PATH_BYTES
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.200s...: path too long",
                              out);
}

char *numeral_path_join(const char *folder, const char *name, numeral_error *err)
{
    size_t folder_length = strlen(folder);
    size_t bytes = folder_length + strlen(name) + 2;
    char *path = numeral_allocate(bytes, 1, err);
    if (path) {
        bool slash = folder_length && folder[folder_length - 1] == '/';
        snprintf(path, bytes, "%s%s%s", folder, slash ? "" : "/", name);
    }
    return path;
}

const char *numeral_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
