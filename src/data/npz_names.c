/* As many texts as the last named label needs, each as long as the longest. */
#include "data/npz_names.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "data/set.h"

numeral_status numeral_npz_names_read(const numeral_array *texts, const char *name,
                                      numeral_dataset *out, numeral_error *err)
{
    size_t n = texts->rank == 1 ? texts->shape[0] : 0, width = texts->size;
    if (n < 1 || n > NUMERAL_LABELS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: names holds %zu texts on %zu axes, expected 1 to %d on "
                            "one",
                            name, texts->n, texts->rank, NUMERAL_LABELS);
    }
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        const char *text = (const char *)texts->data + i * width;
        if (*text) {
            status = numeral_dataset_name_label(out, (numeral_label)i, text, width, err);
        }
    }
    return status;
}

numeral_status numeral_npz_names_make(const numeral_dataset *data, const char *path,
                                      char descr[8], char **bytes, numeral_npz_array *out,
                                      numeral_error *err)
{
    size_t n = 0, width = 0;
    for (size_t i = 0; i < data->n_label_names; i++) {
        size_t length = data->label_names[i] ? strlen(data->label_names[i]) : 0;
        n = length ? i + 1 : n;
        width = length > width ? length : width;
    }
    if (width > NUMERAL_NPY_MAX_TEXT) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: a label's name of %zu bytes, at most %d can be written",
                            path, width, NUMERAL_NPY_MAX_TEXT);
    }
    char *texts = numeral_allocate_zero(n ? n : 1, width ? width : 1, err);
    if (!texts) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        if (data->label_names[i]) {
            memcpy(texts + i * width, data->label_names[i], strlen(data->label_names[i]));
        }
    }
    snprintf(descr, 8, "|S%zu", width);
    *bytes = texts;
    *out = (numeral_npz_array){"names", descr, width, 1, {n}, texts};
    return NUMERAL_OK;
}
