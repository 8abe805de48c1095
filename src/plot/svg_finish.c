/* What cairo's SVG lacks: sharp pixels and ids of its own.
 *
 * Browsers smooth an enlarged image unless it is marked `pixelated`. And cairo numbers
 * glyphs anew in each file ("glyph0-1") and images by a counter of the process
 * ("surface17"): two such files in one HTML page would show each other's glyphs, and the
 * same chart drawn twice would differ.
 *
 * So each id becomes `n` + hash + `-` + its place in the order of first appearance. The
 * hash (XXH3-64) is of the file with the places alone, hence the same for the same
 * chart. */
#include "plot/svg_finish.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/hash.h"

static const char PIXELATED[] = "\" style=\"image-rendering:pixelated";

typedef struct id_list {
    numeral_buffer starts; /* size_t: where each id first stands in the file */
    numeral_buffer lengths;
} id_list;

static size_t list_count(const id_list *ids)
{
    return ids->starts.size / sizeof(size_t);
}

static size_t list_get(const numeral_buffer *numbers, size_t at)
{
    return ((const size_t *)(const void *)numbers->data)[at];
}

/* Where an id may begin: behind one of these, up to `"` or `)`. */
static size_t introduction(const char *text, size_t left)
{
    static const char *const marks[] = {" id=\"", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t length = strlen(marks[i]);
        if (left > length && memcmp(text, marks[i], length) == 0) {
            return length;
        }
    }
    return 0;
}

static size_t id_length(const char *text, size_t left)
{
    size_t length = 0;
    while (length < left && text[length] != '"' && text[length] != ')') {
        length++;
    }
    return length;
}

/* The id's place in the list; ids are searched backwards since uses follow closely. */
static numeral_status find_id(id_list *ids, const char *text, size_t start, size_t length,
                              size_t *place, numeral_error *err)
{
    for (size_t i = list_count(ids); i-- > 0;) {
        if (list_get(&ids->lengths, i) == length &&
            memcmp(text + list_get(&ids->starts, i), text + start, length) == 0) {
            *place = i;
            return NUMERAL_OK;
        }
    }
    *place = list_count(ids);
    numeral_status status;
    TRY(numeral_buffer_append(&ids->starts, &start, sizeof start, err));
    TRY(numeral_buffer_append(&ids->lengths, &length, sizeof length, err));
done:
    return status;
}

/* Whether the id at `at` is that of an image. */
static bool of_image(const char *text, size_t at)
{
    static const char tag[] = "<image id=\"";
    size_t length = sizeof tag - 1;
    return at >= length && memcmp(text + at - length, tag, length) == 0;
}

static numeral_status rewrite(const numeral_buffer *file, const char *prefix, bool sharp,
                              numeral_buffer *out, numeral_error *err)
{
    id_list ids = {{.max_bytes = file->max_bytes}, {.max_bytes = file->max_bytes}};
    const char *text = (const char *)file->data;
    numeral_status status = NUMERAL_OK;
    size_t copied = 0;
    for (size_t at = 0; at < file->size; at++) {
        size_t skip = introduction(text + at, file->size - at);
        if (skip == 0) {
            continue;
        }
        at += skip;
        size_t place = 0, length = id_length(text + at, file->size - at);
        TRY(find_id(&ids, text, at, length, &place, err));
        TRY(numeral_buffer_append(out, text + copied, at - copied, err));
        TRY(numeral_buffer_printf(out, err, "%s%zu%s", prefix, place,
                                  sharp && of_image(text, at) ? PIXELATED : ""));
        at += length;
        copied = at;
    }
    TRY(numeral_buffer_append(out, text + copied, file->size - copied, err));
done:
    numeral_buffer_free(&ids.starts);
    numeral_buffer_free(&ids.lengths);
    return status;
}

numeral_status numeral_svg_finish(numeral_buffer *file, bool sharp, numeral_error *err)
{
    numeral_buffer plain = {.max_bytes = file->max_bytes};
    numeral_buffer named = {.max_bytes = file->max_bytes};
    char prefix[32];
    numeral_status status;
    TRY(rewrite(file, "n", sharp, &plain, err));
    snprintf(prefix, sizeof prefix, "n%016llx-",
             (unsigned long long)numeral_hash64(plain.data, plain.size));
    TRY(rewrite(file, prefix, sharp, &named, err));
    numeral_buffer_free(file);
    *file = named;
    named = (numeral_buffer){0};
done:
    numeral_buffer_free(&plain);
    numeral_buffer_free(&named);
    return status;
}
