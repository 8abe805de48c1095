/* What the library needs from the process: memory, files, threads, processor, progress.
 *
 * The two tables below are the library's only door to the heap and to the file system.
 * Replace them before any other call (the defaults are the C library's and the system's);
 * they are process-wide and not guarded by a lock. */
#ifndef NUMERAL_RUNTIME_H
#define NUMERAL_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <numeral/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NUMERAL_VERSION "0.2.0"

/* The version of the library linked, as in NUMERAL_VERSION. */
NUMERAL_API const char *numeral_version(void);

/* Memory. `allocate` returns `bytes` (> 0) aligned to 64, or NULL; `release` takes NULL.
 */
typedef struct numeral_allocator {
    void *(*allocate)(size_t bytes);
    void (*release)(void *memory);
} numeral_allocator;

NUMERAL_API void numeral_set_allocator(const numeral_allocator *allocator);

/* Ends memory that numeral gave to the caller (texts, pictures); takes NULL. */
NUMERAL_API void numeral_free(void *memory);

/* Files. Each member has the meaning and the errno of the POSIX call of its name. */
typedef struct numeral_file_operations {
    int (*open)(const char *path, int flags, unsigned mode);
    long (*read)(int file, void *buffer, size_t bytes);
    long (*write)(int file, const void *buffer, size_t bytes);
    int (*stat)(int file, struct stat *out); /* fstat */
    int (*sync)(int file);                   /* fsync */
    int (*close)(int file);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, unsigned mode);
    void *(*map)(size_t bytes, int file); /* read-only, private; MAP_FAILED on failure */
    int (*unmap)(void *memory, size_t bytes);
    int (*chmod)(int file, unsigned mode); /* fchmod */
} numeral_file_operations;

NUMERAL_API void numeral_set_file_operations(const numeral_file_operations *operations);
/* The table in force (the system's own until set). */
NUMERAL_API const numeral_file_operations *numeral_get_file_operations(void);

/* Limits on what hostile input may cost. Decoding a file may take 1,100 times its own
 * bytes (or 64 MiB, where that is more), what is packed in it 250 times; a file may have
 * three quarters of the machine's memory, a pipe 1 GiB, a device 1 MiB. `bytes`, if not
 * 0, replaces each of these. */
NUMERAL_API void numeral_set_max_memory(uint64_t bytes);

/* Progress. The library calls `report` from the calling thread now and then; returning
 * false cancels the work with NUMERAL_ERROR_CANCELLED. `what` is a short verb phrase. */
typedef struct numeral_progress {
    bool (*report)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
} numeral_progress;

/* How to run: threads 0 means one for each processor; progress may be NULL. Results never
 * depend on `threads`. A NULL run, wherever one is taken, stands for these defaults. */
typedef struct numeral_run {
    int threads;
    const numeral_progress *progress;
} numeral_run;

/* The instruction set in use: "ref", "sse41", "avx2", "avx512", "neon" or "wasm". The
 * environment variable NUMERAL_CPU forces one at first use; results are the same bytes
 * for each. */
NUMERAL_API const char *numeral_cpu_name(void);

#ifdef __cplusplus
}
#endif
#endif
