#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/memory.h"

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

static const numeral_file_operations system_operations = {
    system_open, system_read, system_write, system_stat, fsync, close,
    rename,      unlink,      system_mkdir, system_map,  munmap};
static numeral_file_operations table = {
    system_open, system_read, system_write, system_stat, fsync, close,
    rename,      unlink,      system_mkdir, system_map,  munmap};

void numeral_set_file_operations(const numeral_file_operations *operations)
{
    table = operations ? *operations : system_operations;
}

const numeral_file_operations *numeral_get_file_operations(void)
{
    return &table;
}

static numeral_status fail_errno(const char *path, const char *verb, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot %s: %s", path, verb,
                        strerror(errno));
}

static numeral_status read_open_file(int file, const char *path, size_t hint,
                                     size_t max_bytes, numeral_bytes *out,
                                     numeral_error *err)
{
    numeral_buffer buffer = {.max_bytes = max_bytes};
    numeral_status status = numeral_buffer_reserve(&buffer, hint, err);
    while (status == NUMERAL_OK) {
        if (buffer.size == buffer.capacity) {
            status = numeral_buffer_reserve(&buffer, 65536, err);
            if (status != NUMERAL_OK) {
                numeral_fail_prefix(err, path);
                break;
            }
        }
        long got =
            table.read(file, buffer.data + buffer.size, buffer.capacity - buffer.size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = fail_errno(path, "read", err);
        } else if (got == 0) {
            break;
        } else {
            buffer.size += (size_t)got;
        }
    }
    if (status != NUMERAL_OK) {
        numeral_buffer_free(&buffer);
        return status;
    }
    *out = (numeral_bytes){buffer.data, buffer.size, false};
    return NUMERAL_OK;
}

numeral_status numeral_bytes_read(const char *path, size_t max_bytes, numeral_bytes *out,
                                  numeral_error *err)
{
    if (strcmp(path, "-") == 0) {
        return read_open_file(STDIN_FILENO, "standard input", 65536, max_bytes, out, err);
    }
    int file = table.open(path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) {
        return fail_errno(path, "open", err);
    }
    struct stat about;
    size_t hint = 65536;
    numeral_status status = NUMERAL_OK;
    if (table.stat(file, &about) != 0) {
        status = fail_errno(path, "read", err);
    } else if (S_ISDIR(about.st_mode)) {
        status = numeral_fail(err, NUMERAL_ERROR_IO, "%s: is a folder, not a file", path);
    } else if (S_ISREG(about.st_mode)) {
        /* one byte more than the size, so that the end is seen without growing */
        hint = (size_t)about.st_size < max_bytes ? (size_t)about.st_size + 1 : max_bytes;
    }
    if (status == NUMERAL_OK) {
        status = read_open_file(file, path, hint, max_bytes, out, err);
    }
    table.close(file);
    return status;
}

numeral_status numeral_bytes_map(const char *path, numeral_bytes *out, numeral_error *err)
{
    int file = table.open(path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) {
        return fail_errno(path, "open", err);
    }
    struct stat about;
    bool can_map = table.stat(file, &about) == 0 && S_ISREG(about.st_mode) &&
                   about.st_size > 0 && (uint64_t)about.st_size < SIZE_MAX / 2;
    void *data = can_map ? table.map((size_t)about.st_size, file) : MAP_FAILED;
    table.close(file);
    if (data == MAP_FAILED) {
        return numeral_bytes_read(path, SIZE_MAX / 2, out, err);
    }
    *out = (numeral_bytes){data, (size_t)about.st_size, true};
    return NUMERAL_OK;
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
    return S_ISDIR(about.st_mode) ? NUMERAL_PATH_FOLDER : NUMERAL_PATH_FILE;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

numeral_status numeral_folder_list(const char *path, numeral_names *out,
                                   numeral_error *err)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return fail_errno(path, "open folder", err);
    }
    numeral_buffer pointers = {.max_bytes = SIZE_MAX / 2};
    numeral_status status = NUMERAL_OK;
    for (struct dirent *entry = readdir(folder); entry && status == NUMERAL_OK;
         entry = readdir(folder)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char *name = numeral_copy_text(entry->d_name, strlen(entry->d_name), err);
        status = name ? numeral_buffer_append(&pointers, &name, sizeof name, err)
                      : NUMERAL_ERROR_MEMORY;
        if (status != NUMERAL_OK) {
            numeral_release(name);
        }
    }
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

numeral_status numeral_folder_create(const char *path, numeral_error *err)
{
    char *copy = numeral_copy_text(path, strlen(path), err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = NUMERAL_OK;
    for (char *at = copy + 1; status == NUMERAL_OK; at++) {
        bool end = *at == '\0';
        if (!end && *at != '/') {
            continue;
        }
        *at = '\0';
        if (numeral_path_look(copy) != NUMERAL_PATH_FOLDER &&
            table.mkdir(copy, 0777) != 0 && errno != EEXIST) {
            status = fail_errno(copy, "create folder", err);
        }
        if (end) {
            break;
        }
        *at = '/';
    }
    numeral_release(copy);
    return status;
}

void numeral_folder_remove(const char *path)
{
    numeral_names names = {0};
    if (numeral_folder_list(path, &names, NULL) == NUMERAL_OK) {
        for (size_t i = 0; i < names.n_names; i++) {
            char *inner = numeral_path_join(path, names.names[i], NULL);
            if (inner && numeral_path_look(inner) == NUMERAL_PATH_FOLDER) {
                numeral_folder_remove(inner);
            } else if (inner) {
                table.unlink(inner);
            }
            numeral_release(inner);
        }
        numeral_names_free(&names);
    }
    rmdir(path);
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
