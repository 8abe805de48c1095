/* Open addressing with linear probing (Knuth, vol. 3, 6.4), at most half full. */
#include "base/dictionary.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

enum { FIRST_ROOM = 16 };

/* Where a text is, or would be. There is always a free place. */
static size_t place_of(const numeral_dictionary *d, const char *text, size_t length)
{
    size_t at = (size_t)numeral_hash64(length ? text : "", length) & (d->n_places - 1);
    while (d->places[at]) {
        const numeral_dictionary_text *there = &d->texts[d->places[at] - 1];
        if (there->length == length &&
            (length == 0 || memcmp(there->text, text, length) == 0)) {
            break;
        }
        at = (at + 1) & (d->n_places - 1);
    }
    return at;
}

static numeral_status grow(numeral_dictionary *d, numeral_error *err)
{
    numeral_dictionary more = {.n = d->n, .room = d->room ? 2 * d->room : FIRST_ROOM};
    more.n_places = 2 * more.room;
    more.texts = numeral_allocate(more.room, sizeof *more.texts, err);
    more.places = numeral_allocate_zero(more.n_places, sizeof *more.places, err);
    if (!more.texts || !more.places) {
        numeral_release(more.texts);
        numeral_release(more.places);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < d->n; i++) {
        more.texts[i] = d->texts[i];
        size_t at = place_of(&more, d->texts[i].text, d->texts[i].length);
        more.places[at] = (uint32_t)(i + 1);
    }
    numeral_release(d->texts);
    numeral_release(d->places);
    *d = more;
    return NUMERAL_OK;
}

numeral_status numeral_dictionary_add(numeral_dictionary *d, const char *text,
                                      size_t length, size_t *number, numeral_error *err)
{
    size_t found = numeral_dictionary_find(d, text, length);
    if (found != SIZE_MAX) {
        *number = found;
        return NUMERAL_OK;
    }
    if (d->n == d->room) {
        numeral_status status = grow(d, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    char *copy = numeral_allocate(length + 1, 1, err);
    if (!copy) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (length) {
        memcpy(copy, text, length);
    }
    copy[length] = '\0';
    d->places[place_of(d, text, length)] = (uint32_t)(d->n + 1);
    d->texts[d->n] = (numeral_dictionary_text){copy, length};
    *number = d->n++;
    return NUMERAL_OK;
}

size_t numeral_dictionary_find(const numeral_dictionary *d, const char *text,
                               size_t length)
{
    if (d->n == 0) {
        return SIZE_MAX;
    }
    uint32_t number = d->places[place_of(d, text, length)];
    return number ? number - 1 : SIZE_MAX;
}

void numeral_dictionary_free(numeral_dictionary *d)
{
    for (size_t i = 0; i < d->n; i++) {
        numeral_release(d->texts[i].text);
    }
    numeral_release(d->texts);
    numeral_release(d->places);
    *d = (numeral_dictionary){0};
}
