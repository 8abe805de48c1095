/* NPY (NEP 1, 2007; versions 1, 2 and 3): magic, version, length, a Python dictionary
 * with `descr`, `fortran_order` and `shape`, then the values. The dictionary is searched
 * for its three keys; whatever else Python would allow there, NumPy does not write. */
#include "data/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "data/array_labels.h"

enum { LEAST_SIDE = 8 }; /* of a square that is taken for an image */

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0;
}

static numeral_status damaged(const char *name, const char *what, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: damaged NPY: %s", name, what);
}

/* What follows `'key':` in the header, without spaces; NULL: no such key. */
static const char *value_of(const char *head, const char *key)
{
    const char *at = strstr(head, key);
    if (!at) {
        return NULL;
    }
    at += strlen(key);
    at += strspn(at, "'\" ");
    return *at == ':' ? at + 1 + strspn(at + 1, " ") : NULL;
}

static bool parse_type(const char *text, numeral_array *out)
{
    if (!text || (*text != '\'' && *text != '"') || !strchr("<>|=", text[1]) ||
        !text[1] || !text[2] || !strchr("uifb", text[2]) ||
        !isdigit((unsigned char)text[3]) || text[4] != text[0]) {
        return false;
    }
    unsigned size = (unsigned)(text[3] - '0');
    char kind = text[2];
    *out = (numeral_array){.kind = kind, .size = size, .big_endian = text[1] == '>'};
    bool integer = size == 1 || size == 2 || size == 4 || size == 8;
    return kind == 'b' ? size == 1 : kind == 'f' ? integer && size > 1 : integer;
}

/* "|S12": texts of up to 12 bytes, "<U3": of up to 3 UCS-4, padded with zeros. */
static bool parse_text_type(const char *text, numeral_array *out)
{
    unsigned size = 0;
    if (!text || (*text != '\'' && *text != '"') || !text[1] ||
        !strchr("<>|=", text[1]) || (text[2] != 'S' && text[2] != 'U')) {
        return false;
    }
    const char *at = text + 3;
    for (; isdigit((unsigned char)*at) && size <= NUMERAL_NPY_MAX_TEXT; at++) {
        size = 10 * size + (unsigned)(*at - '0');
    }
    *out = (numeral_array){.kind = text[2],
                           .size = text[2] == 'U' ? 4 * size : size,
                           .big_endian = text[1] == '>'};
    return *at == *text && size >= 1 && size <= NUMERAL_NPY_MAX_TEXT;
}

/* Which types a caller takes. */
typedef enum wanted { NUMBERS, LABELS, TEXTS } wanted;

static bool parse_wanted(const char *text, wanted what, numeral_array *out)
{
    return (what != TEXTS && parse_type(text, out)) ||
           (what != NUMBERS && parse_text_type(text, out) &&
            (what == LABELS || out->kind == 'S'));
}

static numeral_status fail_type(const char *type, const char *name, wanted what,
                                numeral_error *err)
{
    static const char *const words[] = {"integers, f2, f4, f8 or b1",
                                        "integers, f2, f4, f8, b1 or texts",
                                        "texts, |S1 to |S255"};
    int length = (int)strcspn(type + 1, "'\"") + 2;
    if (type[0] && type[1] && type[2] == 'O') {
        return numeral_fail(
            err, NUMERAL_ERROR_UNSUPPORTED,
            "%.200s: holds Python objects, which are pickled, expected %s; "
            "in Python: numpy.savez('OUT.npz', x=x, y=y.astype(str)), for "
            "pictures numpy.stack(list(x))",
            name, words[what]);
    }
    return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED, "%s: NPY type %.*s, expected %s",
                        name, length < 12 ? length : 12, type, words[what]);
}

static bool parse_shape(const char *text, numeral_array *out)
{
    if (!text || *text != '(') {
        return false;
    }
    text += 1 + strspn(text + 1, " ");
    while (isdigit((unsigned char)*text) && out->rank < NUMERAL_ARRAY_MAX_RANK) {
        size_t size = 0;
        for (; isdigit((unsigned char)*text); text++) {
            if (!numeral_size_multiply(size, 10, &size) ||
                !numeral_size_add(size, (size_t)(*text - '0'), &size)) {
                return false;
            }
        }
        out->shape[out->rank++] = size;
        text += strspn(text, "L ");
        text += *text == ',';
        text += strspn(text, " ");
    }
    return *text == ')';
}

static numeral_status parse_head(const char *head, const char *name, wanted what,
                                 numeral_array *out, numeral_error *err)
{
    const char *type = value_of(head, "descr");
    const char *order = value_of(head, "fortran_order");
    if (!type || !order) {
        return damaged(name, "no descr or fortran_order in its header", err);
    }
    if (!parse_wanted(type, what, out)) {
        return fail_type(type, name, what, err);
    }
    out->fortran = strncmp(order, "True", 4) == 0;
    if (!parse_shape(value_of(head, "shape"), out)) {
        return damaged(name, "its shape is none of 1 to 4 sizes", err);
    }
    return NUMERAL_OK;
}

static numeral_status parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                            wanted what, numeral_array *out, numeral_error *err)
{
    if (n_bytes < 12 || !recognise(bytes, n_bytes)) {
        return damaged(name, "no NPY header", err);
    }
    size_t start = bytes[6] == 1 ? 10 : 12;
    size_t length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] != 1) {
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    }
    if (bytes[6] < 1 || bytes[6] > 3) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: NPY version %u, expected 1, 2 or 3", name, bytes[6]);
    }
    if (length > n_bytes - start) {
        return damaged(name, "its header is longer than the file", err);
    }
    char head[1024]; /* NumPy's own are 118 or 128 bytes; what is wanted stands first */
    size_t kept = length < sizeof head ? length : sizeof head - 1;
    memcpy(head, bytes + start, kept);
    head[kept] = '\0';
    numeral_array array = {0};
    numeral_status status = NUMERAL_OK;
    TRY(parse_head(head, name, what, &array, err));
    TRY(numeral_array_take(&array, bytes, n_bytes, start + length, name, err));
    *out = array;
done:
    return status;
}

numeral_status numeral_npy_parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                                 numeral_array *out, numeral_error *err)
{
    return parse(bytes, n_bytes, name, NUMBERS, out, err);
}

numeral_status numeral_npy_parse_labels(const uint8_t *bytes, size_t n_bytes,
                                        const char *name, numeral_array *out,
                                        numeral_error *err)
{
    return parse(bytes, n_bytes, name, LABELS, out, err);
}

numeral_status numeral_npy_parse_texts(const uint8_t *bytes, size_t n_bytes,
                                       const char *name, numeral_array *out,
                                       numeral_error *err)
{
    return parse(bytes, n_bytes, name, TEXTS, out, err);
}

/* As many rows as columns are one image, where no labels say that they are rows. */
static void take_square(const numeral_load *options, numeral_array *array)
{
    if (array->rank == 2 && array->shape[0] == array->shape[1] &&
        array->shape[0] >= LEAST_SIDE && !options->need_labels) {
        array->rank = 3;
        array->shape[2] = array->shape[1];
        array->shape[0] = 1;
    }
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    numeral_array array;
    numeral_status status =
        numeral_npy_parse(source->bytes, source->n_bytes, source->name, &array, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    take_square(source->options, &array);
    return numeral_array_read(&array, source, out, err);
}

static numeral_status read_labels(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_array array;
    const numeral_array *arrays[] = {&array};
    numeral_status status = numeral_npy_parse_labels(source->bytes, source->n_bytes,
                                                     source->name, &array, err);
    return status == NUMERAL_OK ? numeral_array_labels(arrays, 1, source->name, out, err)
                                : status;
}

numeral_status numeral_npy_print_head(const char *descr, size_t rank, const size_t *shape,
                                      numeral_buffer *out, numeral_error *err)
{
    char sizes[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < rank; i++) {
        used += (size_t)snprintf(sizes + used, sizeof sizes - used, "%zu,", shape[i]);
    }
    /* the values start on 64 bytes: 10 + 118 */
    char text[119];
    int length = snprintf(text, sizeof text,
                          "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                          descr, sizes);
    memset(text + length, ' ', sizeof text - (size_t)length);
    text[117] = '\n';
    numeral_status status =
        numeral_buffer_append(out, "\x93NUMPY\x01\x00\x76\x00", 10, err);
    return status == NUMERAL_OK ? numeral_buffer_append(out, text, 118, err) : status;
}

const numeral_format numeral_format_npy = {
    .entry = {.name = "npy",
              .help = "one NumPy array of images or vectors",
              .source = "NumPy Enhancement Proposal 1, 2007"},
    .recognise = recognise,
    .read = read,
    .read_labels = read_labels,
};
