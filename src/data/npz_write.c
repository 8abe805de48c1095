/* An NPZ is a ZIP of NPY files; libzip makes it in memory, numeral_output saves it. */
#include "data/npz.h"

#include <string.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/tensors.h"
#include "data/npy.h"
#include "numeral_config.h"

#ifdef NUMERAL_HAVE_ZIP
#include <zip.h>

static numeral_status fail_zip(const char *path, zip_t *zip, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: cannot make the NPZ: %s", path,
                        zip_strerror(zip));
}

static numeral_status fail_making(const char *path, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_MEMORY, "%s: cannot make the NPZ", path);
}

/* Adds an array; `bytes` must live until the archive is closed. */
static numeral_status add_array(zip_t *zip, const char *name, const numeral_buffer *bytes,
                                const char *path, numeral_error *err)
{
    zip_source_t *from = zip_source_buffer(zip, bytes->data, bytes->size, 0);
    zip_int64_t at = from ? zip_file_add(zip, name, from, 0) : -1;
    if (at < 0) {
        zip_source_free(from);
        return fail_zip(path, zip, err);
    }
    /* a fixed date, so that the same data give the same file */
    if (zip_file_set_dostime(zip, (zip_uint64_t)at, 0, 0x21, 0) != 0 ||
        zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 6) != 0) {
        return fail_zip(path, zip, err);
    }
    return NUMERAL_OK;
}

static numeral_status save_source(zip_source_t *made, const char *path,
                                  numeral_error *err)
{
    zip_stat_t about;
    if (zip_source_stat(made, &about) != 0 || zip_source_open(made) != 0) {
        return fail_making(path, err);
    }
    numeral_status status = NUMERAL_OK;
    uint8_t *bytes = numeral_allocate(about.size, 1, err);
    TRY_ALLOC(bytes);
    zip_int64_t got = zip_source_read(made, bytes, about.size);
    TRY(got >= 0 && (uint64_t)got == about.size
            ? numeral_output_save(path, bytes, about.size, err)
            : fail_making(path, err));
done:
    numeral_release(bytes);
    zip_source_close(made);
    return status;
}

static numeral_status print_array(const numeral_npz_array *array, numeral_buffer *out,
                                  numeral_error *err)
{
    char descr[16]; /* values are as they lie in memory */
    size_t bytes = array->item_bytes;
    snprintf(descr, sizeof descr, "%s", array->descr);
    if (NUMERAL_BIG_ENDIAN && descr[0] == '<') {
        descr[0] = '>';
    }
    for (size_t i = 0; i < array->rank; i++) {
        bytes *= array->shape[i];
    }
    numeral_status status =
        numeral_npy_print_head(descr, array->rank, array->shape, out, err);
    return status == NUMERAL_OK ? numeral_buffer_append(out, array->data, bytes, err)
                                : status;
}

/* The bytes of all arrays; libzip reads them only when the archive is closed. */
static numeral_status add_arrays(zip_t *zip, const numeral_npz_array *arrays,
                                 size_t n_arrays, numeral_buffer *bytes, const char *path,
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n_arrays; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.npy", arrays[i].name);
        bytes[i] = (numeral_buffer){.max_bytes = SIZE_MAX / 2};
        TRY(print_array(&arrays[i], &bytes[i], err));
        TRY(add_array(zip, name, &bytes[i], path, err));
    }
done:
    return status;
}

numeral_status numeral_npz_save(const char *path, const numeral_npz_array *arrays,
                                size_t n_arrays, numeral_error *err)
{
    zip_source_t *made = NULL;
    zip_t *zip = NULL;
    numeral_status status = NUMERAL_OK;
    numeral_buffer *bytes = numeral_allocate_zero(n_arrays, sizeof *bytes, err);
    TRY_ALLOC(bytes);
    made = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip = made ? zip_open_from_source(made, ZIP_TRUNCATE, NULL) : NULL;
    if (!zip) {
        TRY(fail_making(path, err));
    }
    zip_source_keep(made); /* the archive owns one reference, we the other */
    TRY(add_arrays(zip, arrays, n_arrays, bytes, path, err));
    if (zip_close(zip) != 0) {
        TRY(fail_zip(path, zip, err));
    }
    zip = NULL;
    TRY(save_source(made, path, err));
done:
    if (zip) {
        zip_discard(zip);
    }
    zip_source_free(made);
    for (size_t i = 0; bytes && i < n_arrays; i++) {
        numeral_buffer_free(&bytes[i]);
    }
    numeral_release(bytes);
    return status;
}
#else
numeral_status numeral_npz_save(const char *path, const numeral_npz_array *arrays,
                                size_t n_arrays, numeral_error *err)
{
    (void)arrays;
    (void)n_arrays;
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                        "%s: NPZ files need a build with libzip", path);
}
#endif
