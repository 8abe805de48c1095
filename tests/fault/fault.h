/* Faults on demand: an allocator and a file system that refuse the n-th call. */
#ifndef TESTS_FAULT_FAULT_H
#define TESTS_FAULT_FAULT_H

#include "tests/unit/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <numeral/numeral.h>

/* `PROGRAM full` refuses every call, else a share of them. Counted are the runs of a job
 * in which a call was refused, and the calls that were. */
static bool fault_full;
static bool fault_counted; /* this run */
static atomic_long faults_injected, calls_refused;

static inline void fault_count(void)
{
    atomic_fetch_add(&calls_refused, 1);
    if (!fault_counted) {
        fault_counted = true;
        atomic_fetch_add(&faults_injected, 1);
    }
}

static inline void fault_begin(int argc, char **argv)
{
    fault_full = argc > 1 && strcmp(argv[1], "full") == 0;
}

/* Which call is refused after the n-th: the first 60 all, then in `share` steps. */
static inline long fault_next(long n, long total, long share)
{
    return n < 60 || fault_full ? n + 1 : n + 1 + total / share;
}

static inline int fault_end(int status)
{
    print_message("%ld faults injected, %ld calls refused\n",
                  atomic_load(&faults_injected), atomic_load(&calls_refused));
    return status;
}

/* Memory: how many blocks live, how many calls came, which one is refused (0: none). */
static atomic_long memory_live, memory_calls;
static long memory_refused;

/* What becomes of the calls behind a refused one: they are done, they are refused, too,
 * or every second is. */
typedef enum fault_mode { FAULT_ONCE, FAULT_FROM_THERE, FAULT_EVERY_SECOND } fault_mode;
enum { FAULT_MODES = 3 };
static fault_mode fault_then;

static inline bool fault_is_due(long call, long refused)
{
    return refused > 0 &&
           (call == refused || (call > refused && fault_then == FAULT_FROM_THERE) ||
            (call > refused && fault_then == FAULT_EVERY_SECOND &&
             (call - refused) % 2 == 0));
}

static void *fault_allocate(size_t bytes)
{
    long call = atomic_fetch_add(&memory_calls, 1) + 1;
    void *memory = NULL;
    if (fault_is_due(call, memory_refused)) {
        fault_count();
        return NULL;
    }
    if (posix_memalign(&memory, 64, bytes) != 0) {
        return NULL;
    }
    atomic_fetch_add(&memory_live, 1);
    return memory;
}

static void fault_release(void *memory)
{
    if (memory) {
        atomic_fetch_sub(&memory_live, 1);
        free(memory);
    }
}

static inline void fault_memory_begin(long refused)
{
    fault_counted = false;
    memory_refused = refused;
    atomic_store(&memory_calls, 0);
}

/* Files: the same, for every call but unlink (which clears up after the others). A call
 * may also be interrupted once, or do only a part of its bytes. */
static const numeral_file_operations *real_files;
static numeral_file_operations system_files;
static long file_calls, file_refused, files_open, maps_open;
static int file_errno;
static bool file_short;

static bool fault_refuses(void)
{
    if (!fault_is_due(++file_calls, file_refused)) {
        return false;
    }
    fault_count();
    errno = file_errno;
    return true;
}

static size_t fault_part(size_t bytes)
{
    return file_short && bytes > 11 ? 7 + bytes / 3 : bytes;
}

static int fault_open(const char *path, int flags, unsigned mode)
{
    int file = fault_refuses() ? -1 : system_files.open(path, flags, mode);
    files_open += file >= 0;
    return file;
}

static long fault_read(int file, void *buffer, size_t bytes)
{
    return fault_refuses() ? -1 : system_files.read(file, buffer, fault_part(bytes));
}

static long fault_write(int file, const void *buffer, size_t bytes)
{
    return fault_refuses() ? -1 : system_files.write(file, buffer, fault_part(bytes));
}

static int fault_stat(int file, struct stat *out)
{
    return fault_refuses() ? -1 : system_files.stat(file, out);
}

static int fault_sync(int file)
{
    return fault_refuses() ? -1 : system_files.sync(file);
}

/* As Linux does: the file is closed even where close reports a failure. */
static int fault_close(int file)
{
    files_open--;
    bool refused = fault_refuses();
    int status = system_files.close(file);
    if (refused) {
        errno = file_errno;
    }
    return refused ? -1 : status;
}

static int fault_rename(const char *from, const char *to)
{
    return fault_refuses() ? -1 : system_files.rename(from, to);
}

static int fault_unlink(const char *path)
{
    return system_files.unlink(path);
}

static int fault_mkdir(const char *path, unsigned mode)
{
    return fault_refuses() ? -1 : system_files.mkdir(path, mode);
}

static void *fault_map(size_t bytes, int file)
{
    void *memory = fault_refuses() ? MAP_FAILED : system_files.map(bytes, file);
    maps_open += memory != MAP_FAILED;
    return memory;
}

static int fault_unmap(void *memory, size_t bytes)
{
    maps_open--;
    return system_files.unmap(memory, bytes);
}

static int fault_chmod(int file, unsigned mode)
{
    return fault_refuses() ? -1 : system_files.chmod(file, mode);
}

static inline void fault_files_begin(long refused, int code, bool parts)
{
    static const numeral_file_operations table = {
        fault_open,   fault_read,   fault_write, fault_stat, fault_sync,  fault_close,
        fault_rename, fault_unlink, fault_mkdir, fault_map,  fault_unmap, fault_chmod};
    fault_counted = false;
    numeral_set_file_operations(NULL);
    real_files = numeral_get_file_operations();
    system_files = *real_files;
    file_calls = 0;
    file_refused = refused;
    file_errno = code;
    file_short = parts;
    numeral_set_file_operations(&table);
}

static inline void fault_files_end(void)
{
    numeral_set_file_operations(NULL);
}

#endif
