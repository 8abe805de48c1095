/* NPY (NEP 1, 2007; versions 1, 2 and 3): magic, version, length, a Python dictionary
 * with `descr`, `fortran_order` and `shape`, then the values. The dictionary is searched
 * for its three keys; whatever else Python would allow there, NumPy does not write. */
#include "data/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

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
    return kind == 'b' ? size == 1 : kind == 'f' ? size == 4 || size == 8 : integer;
}

/* "|S12": texts of up to 12 bytes, padded with zeros. */
static bool parse_text_type(const char *text, numeral_array *out)
{
    unsigned size = 0;
    if (!text || (*text != '\'' && *text != '"') || text[1] != '|' || text[2] != 'S') {
        return false;
    }
    const char *at = text + 3;
    for (; isdigit((unsigned char)*at) && size <= NUMERAL_NPY_MAX_TEXT; at++) {
        size = 10 * size + (unsigned)(*at - '0');
    }
    *out = (numeral_array){.kind = 'S', .size = size};
    return *at == *text && size >= 1 && size <= NUMERAL_NPY_MAX_TEXT;
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

static numeral_status parse_head(const char *head, const char *name, bool texts,
                                 numeral_array *out, numeral_error *err)
{
    const char *type = value_of(head, "descr");
    const char *order = value_of(head, "fortran_order");
    if (!type || !order) {
        return damaged(name, "no descr or fortran_order in its header", err);
    }
    if (texts ? !parse_text_type(type, out) : !parse_type(type, out)) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: NPY type %.12s, expected %s", name, type,
                            texts ? "texts, |S1 to |S255" : "integers, f4, f8 or b1");
    }
    out->fortran = strncmp(order, "True", 4) == 0;
    if (!parse_shape(value_of(head, "shape"), out)) {
        return damaged(name, "its shape is none of 1 to 4 sizes", err);
    }
    return NUMERAL_OK;
}

static numeral_status parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                            bool texts, numeral_array *out, numeral_error *err)
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
    TRY(parse_head(head, name, texts, &array, err));
    TRY(numeral_array_take(&array, bytes, n_bytes, start + length, name, err));
    *out = array;
done:
    return status;
}

numeral_status numeral_npy_parse(const uint8_t *bytes, size_t n_bytes, const char *name,
                                 numeral_array *out, numeral_error *err)
{
    return parse(bytes, n_bytes, name, false, out, err);
}

numeral_status numeral_npy_parse_texts(const uint8_t *bytes, size_t n_bytes,
                                       const char *name, numeral_array *out,
                                       numeral_error *err)
{
    return parse(bytes, n_bytes, name, true, out, err);
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    numeral_array array;
    numeral_status status =
        numeral_npy_parse(source->bytes, source->n_bytes, source->name, &array, err);
    return status == NUMERAL_OK ? numeral_array_read(&array, source, out, err) : status;
}

static numeral_status read_labels(const numeral_source *source, uint8_t **labels,
                                  size_t *n_labels, numeral_error *err)
{
    numeral_array array;
    numeral_status status =
        numeral_npy_parse(source->bytes, source->n_bytes, source->name, &array, err);
    return status == NUMERAL_OK
               ? numeral_array_labels(&array, source->name, labels, n_labels, err)
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
