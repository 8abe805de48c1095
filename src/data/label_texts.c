/* What texts are numbered follows from all of them, so that they are collected first. */
#include "data/label_texts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <numeral/tools/names.h>

#include "base/fail.h"
#include "base/memory.h"

int numeral_digit_word(const char *text, size_t length)
{
    static const char *const words[] = {"zero", "one", "two",   "three", "four",
                                        "five", "six", "seven", "eight", "nine"};
    for (int i = 0; i < 10; i++) {
        if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0) {
            return i;
        }
    }
    return -1;
}

long numeral_label_number(const char *text, size_t length)
{
    long value = 0;
    if (length == 0 || length >= NUMERAL_LABEL_BYTES || (length > 1 && *text == '0')) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = 10 * value + (text[i] - '0');
    }
    return value <= NUMERAL_MAX_LABEL ? value : -1;
}

bool numeral_label_fits(double value)
{
    return value >= 0 && value <= NUMERAL_MAX_LABEL && floor(value) == value;
}

bool numeral_label_is_text(numeral_field field)
{
    double number;
    size_t digits = 0;
    while (digits < field.length && field.text[digits] >= '0' &&
           field.text[digits] <= '9') {
        digits++;
    }
    return (field.quoted && digits == field.length) ||
           !numeral_csv_number(field, &number);
}

/* Without the apostrophe that keeps spreadsheets from reckoning. */
static numeral_field unguarded(numeral_field field)
{
    if (field.length && *field.text == '\'' &&
        numeral_name_is_formula(field.text + 1, field.length - 1)) {
        field.text++;
        field.length--;
    }
    return field;
}

/* Room for what is known of one more text. */
static numeral_status make_room(numeral_label_texts *texts, numeral_error *err)
{
    if (texts->all.n < texts->room) {
        return NUMERAL_OK;
    }
    size_t room = texts->room ? 2 * texts->room : 64;
    bool *quoted = numeral_allocate(room, sizeof *quoted, err);
    if (!quoted) {
        return NUMERAL_ERROR_MEMORY;
    }
    if (texts->quoted) {
        memcpy(quoted, texts->quoted, texts->all.n * sizeof *quoted);
    }
    numeral_release(texts->quoted);
    texts->quoted = quoted;
    texts->room = room;
    return NUMERAL_OK;
}

numeral_status numeral_label_texts_add(numeral_label_texts *texts, numeral_field text,
                                       numeral_error *err)
{
    size_t number;
    numeral_status status = NUMERAL_OK;
    text = unguarded(text);
    if (numeral_dictionary_find(&texts->all, text.text, text.length) != SIZE_MAX) {
        return NUMERAL_OK;
    }
    if (texts->all.n == NUMERAL_LABELS) {
        return NUMERAL_ERROR_LIMIT;
    }
    TRY(make_room(texts, err));
    TRY(numeral_dictionary_add(&texts->all, text.text, text.length, &number, err));
    texts->quoted[number] = text.quoted;
done:
    return status;
}

static long whole_number(const numeral_dictionary_text *text)
{
    return numeral_label_number(text->text, text->length);
}

static long word(const numeral_dictionary_text *text)
{
    return numeral_digit_word(text->text, text->length);
}

/* Numbers all texts so; false where one has no such number. */
static bool number_all(numeral_label_texts *texts,
                       long (*number)(const numeral_dictionary_text *))
{
    for (size_t i = 0; i < texts->all.n; i++) {
        long value = number(&texts->all.texts[i]);
        if (value < 0) {
            return false;
        }
        texts->numbers[i] = (numeral_label)value;
    }
    return true;
}

static int in_byte_order(const void *a, const void *b)
{
    const numeral_dictionary_text *one = *(const numeral_dictionary_text *const *)a;
    const numeral_dictionary_text *other = *(const numeral_dictionary_text *const *)b;
    size_t shorter = one->length < other->length ? one->length : other->length;
    int order = memcmp(one->text, other->text, shorter);
    return order ? order : (one->length > other->length) - (one->length < other->length);
}

static numeral_status number_by_place(numeral_label_texts *texts, numeral_error *err)
{
    const numeral_dictionary_text **order =
        numeral_allocate(texts->all.n, sizeof *order, err);
    if (!order) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < texts->all.n; i++) {
        order[i] = &texts->all.texts[i];
    }
    qsort(order, texts->all.n, sizeof *order, in_byte_order);
    for (size_t i = 0; i < texts->all.n; i++) {
        texts->numbers[order[i] - texts->all.texts] = (numeral_label)i;
    }
    numeral_release(order);
    return NUMERAL_OK;
}

numeral_status numeral_label_texts_settle(numeral_label_texts *texts, numeral_error *err)
{
    texts->numbers = numeral_allocate(texts->all.n, sizeof *texts->numbers, err);
    if (!texts->numbers) {
        return NUMERAL_ERROR_MEMORY;
    }
    texts->plain = number_all(texts, whole_number);
    return texts->plain || number_all(texts, word) ? NUMERAL_OK
                                                   : number_by_place(texts, err);
}

numeral_label numeral_label_texts_number(const numeral_label_texts *texts,
                                         numeral_field text)
{
    text = unguarded(text);
    size_t at = numeral_dictionary_find(&texts->all, text.text, text.length);
    return at < texts->all.n ? texts->numbers[at] : 0;
}

/* A doubled quote stands for one. */
static void collapse_quotes(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++) {
        *to++ = *at;
        at += at[0] == '"' && at[1] == '"';
    }
    *to = '\0';
}

numeral_status numeral_label_texts_name(const numeral_label_texts *texts,
                                        numeral_dataset *data, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < texts->all.n && !texts->plain && status == NUMERAL_OK; i++) {
        const numeral_dictionary_text *text = &texts->all.texts[i];
        numeral_label label = texts->numbers[i];
        status = numeral_dataset_name_label(data, label, text->text, text->length, err);
        if (status == NUMERAL_OK && texts->quoted[i]) {
            collapse_quotes(data->label_names[label]);
        }
    }
    return status;
}

void numeral_label_texts_free(numeral_label_texts *texts)
{
    numeral_dictionary_free(&texts->all);
    numeral_release(texts->quoted);
    numeral_release(texts->numbers);
    *texts = (numeral_label_texts){0};
}
