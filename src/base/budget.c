/* The limits that hostile files run against. They grow with the file, so that what takes
 * long had to be sent at length; numeral_set_max_memory replaces all that count bytes. */
#include "base/budget.h"

#include <stdbool.h>
#include <unistd.h>

#include <numeral/runtime.h>

#include "base/fail.h"

static const uint64_t MIB = UINT64_C(1) << 20;
/* Pictures of one colour pack best: a PNG of bits has 8,000 pixels a byte at the most. */
static const uint64_t MEMORY_RATIO = 1100, MEMORY_FLOOR = 64;
/* Digits pack to a fourth or a tenth; deflate cannot do more than 1,032. */
static const uint64_t UNPACK_RATIO = 250;
static const uint64_t WORK_FLOOR = 256;
/* A pipe is somebody's data; a device that is none is typed into, or never ends. */
static const uint64_t MOST_OF_PIPE = 1024, MOST_OF_DEVICE = 1;

static uint64_t max_memory;

void numeral_set_max_memory(uint64_t bytes)
{
    max_memory = bytes;
}

static uint64_t scaled(uint64_t file_bytes, uint64_t ratio, uint64_t floor_mib)
{
    uint64_t most = file_bytes > UINT64_MAX / ratio ? UINT64_MAX : file_bytes * ratio;
    return most < floor_mib * MIB ? floor_mib * MIB : most;
}

uint64_t numeral_memory_budget(uint64_t file_bytes)
{
    return max_memory ? max_memory : scaled(file_bytes, MEMORY_RATIO, MEMORY_FLOOR);
}

uint64_t numeral_unpack_budget(uint64_t file_bytes)
{
    return max_memory ? max_memory : scaled(file_bytes, UNPACK_RATIO, MEMORY_FLOOR);
}

uint64_t numeral_work_budget(uint64_t file_bytes)
{
    return scaled(file_bytes, MEMORY_RATIO, WORK_FLOOR);
}

/* Three quarters of the machine's memory. */
static uint64_t most_of_file(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages / 4 * 3 * (uint64_t)page
                                 : UINT64_MAX / 2;
}

uint64_t numeral_read_budget(const struct stat *about)
{
    return max_memory                ? max_memory
           : S_ISREG(about->st_mode) ? most_of_file()
           : S_ISCHR(about->st_mode) ? MOST_OF_DEVICE * MIB
                                     : MOST_OF_PIPE * MIB;
}

numeral_status numeral_read_refuse(const char *name, uint64_t allowed, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                        "%.300s: more than the %llu bytes that may be read of it "
                        "(--max-memory)",
                        name, (unsigned long long)allowed);
}

numeral_status numeral_read_allows(const struct stat *about, const char *name,
                                   numeral_error *err)
{
    uint64_t allowed = numeral_read_budget(about);
    bool known = S_ISREG(about->st_mode) && about->st_size > 0;
    return known && (uint64_t)about->st_size > allowed
               ? numeral_read_refuse(name, allowed, err)
               : NUMERAL_OK;
}
