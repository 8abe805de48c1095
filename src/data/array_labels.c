/* Texts are numbered by all that there are, so that they are looked at twice. NumPy's U
 * texts are UCS-4 and become UTF-8 first. */
#include "data/array_labels.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/label_texts.h"

static bool is_text(const numeral_array *array)
{
    return array->kind == 'S' || array->kind == 'U';
}

static bool is_one_hot(const numeral_array *array)
{
    return array->rank == 2 && array->shape[1] > 1 && array->shape[1] <= NUMERAL_LABELS &&
           !is_text(array);
}

static numeral_status check_shape(const numeral_array *array, const char *name,
                                  numeral_error *err)
{
    bool column = array->rank == 2 && array->shape[1] == 1;
    return array->rank == 1 || column || is_one_hot(array)
               ? NUMERAL_OK
               : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: an array of %zu axes, expected labels: n, n × 1, or "
                              "one column for each label",
                              name, array->rank);
}

static numeral_status number_label(const numeral_array *array, const char *name, size_t i,
                                   numeral_label *out, numeral_error *err)
{
    double value = numeral_array_get(array, i);
    if (!numeral_label_fits(value)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: label %zu is %g, expected an integer from 0 to 65535",
                            name, i, value);
    }
    *out = (numeral_label)value;
    return NUMERAL_OK;
}

/* The column that is 1 where all others are 0. */
static numeral_status one_hot_label(const numeral_array *array, const char *name,
                                    size_t i, numeral_label *out, numeral_error *err)
{
    size_t n = array->shape[0], columns = array->shape[1], ones = 0, others = 0;
    for (size_t c = 0; c < columns; c++) {
        double value =
            numeral_array_get(array, array->fortran ? i + n * c : i * columns + c);
        if (value == 1) {
            *out = (numeral_label)c;
        }
        ones += value == 1;
        others += value != 1 && value != 0;
    }
    if (ones != 1 || others != 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: label %zu of %zu columns is not one 1 among zeros", name,
                            i, columns);
    }
    return NUMERAL_OK;
}

/* Appends a character as UTF-8 (RFC 3629); what is none becomes U+FFFD. */
static size_t put_utf8(uint32_t c, char *out)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
        c = 0xFFFD;
    }
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) {
        out[i] = (char)(0x80 | (c & 0x3F));
    }
    out[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | c);
    return n;
}

/* Text i into `out` (array->size bytes): a field of it, without the zeros behind. */
static numeral_field text_of(const numeral_array *array, size_t i, char *out)
{
    const uint8_t *from = array->data + i * array->size;
    size_t length = 0;
    if (array->kind == 'S') {
        return (numeral_field){(const char *)from,
                               strnlen((const char *)from, array->size), false};
    }
    for (size_t at = 0; at + 4 <= array->size; at += 4) {
        uint32_t c = 0;
        for (unsigned b = 0; b < 4; b++) {
            c = c << 8 | from[at + (array->big_endian ? b : 3 - b)];
        }
        if (c == 0) {
            break;
        }
        length += put_utf8(c, out + length);
    }
    return (numeral_field){out, length, false};
}

static numeral_status add_text(numeral_label_texts *texts, numeral_field text,
                               const char *name, numeral_error *err)
{
    numeral_status status = numeral_label_texts_add(texts, text, err);
    return status == NUMERAL_ERROR_LIMIT
               ? numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: more than 65,536 different labels", name)
               : status;
}

static numeral_status text_labels(const numeral_array *const *arrays, size_t n_arrays,
                                  const char *name, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_label_texts texts = {0};
    char *scratch = NULL;
    size_t most = 1, row = 0;
    numeral_status status = NUMERAL_OK;
    for (size_t a = 0; a < n_arrays; a++) {
        most = arrays[a]->size > most ? arrays[a]->size : most;
    }
    TRY_ALLOC(scratch = numeral_allocate(most, 1, err));
    for (size_t a = 0; a < n_arrays; a++) {
        for (size_t i = 0; i < arrays[a]->n; i++) {
            TRY(add_text(&texts, text_of(arrays[a], i, scratch), name, err));
        }
    }
    TRY(numeral_label_texts_settle(&texts, err));
    for (size_t a = 0; a < n_arrays; a++) {
        for (size_t i = 0; i < arrays[a]->n; i++) {
            out->labels[row++] =
                numeral_label_texts_number(&texts, text_of(arrays[a], i, scratch));
        }
    }
    status = numeral_label_texts_name(&texts, out, err);
done:
    numeral_label_texts_free(&texts);
    numeral_release(scratch);
    return status;
}

numeral_status numeral_array_labels(const numeral_array *const *arrays, size_t n_arrays,
                                    const char *name, numeral_dataset *out,
                                    numeral_error *err)
{
    size_t n = 0, row = 0;
    bool texts = is_text(arrays[0]);
    numeral_status status = NUMERAL_OK;
    for (size_t a = 0; a < n_arrays; a++) {
        TRY(check_shape(arrays[a], name, err));
        n += arrays[a]->shape[0];
        if (is_text(arrays[a]) != texts) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "%s: labels that are texts and labels that are numbers",
                             name));
        }
    }
    TRY_ALLOC(out->labels = numeral_allocate(n, sizeof *out->labels, err));
    out->n_images = n;
    if (texts) {
        return text_labels(arrays, n_arrays, name, out, err);
    }
    for (size_t a = 0; a < n_arrays; a++) {
        for (size_t i = 0; i < arrays[a]->shape[0]; i++, row++) {
            TRY(is_one_hot(arrays[a])
                    ? one_hot_label(arrays[a], name, i, &out->labels[row], err)
                    : number_label(arrays[a], name, i, &out->labels[row], err));
        }
    }
done:
    return status;
}
