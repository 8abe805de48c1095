/* A sorted list of texts, searched by halves; what they are numbered follows from all. */
#include "data/label_texts.h"

#include <string.h>
#include <strings.h>

#include <numeral/tools/names.h>

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

static int compare_fields(numeral_field a, numeral_field b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order =
        shorter ? memcmp(a.text, b.text, shorter) : 0; /* empty ones may be NULL */
    return order ? order : (a.length > b.length) - (a.length < b.length);
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

/* The place of a text, or where it belongs. */
static size_t find(const numeral_label_texts *texts, numeral_field text, bool *found)
{
    size_t from = 0, to = texts->n;
    *found = false;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = compare_fields(text, texts->names[middle]);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return from;
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

bool numeral_label_texts_add(numeral_label_texts *texts, numeral_field text)
{
    bool found;
    text = unguarded(text);
    size_t at = find(texts, text, &found);
    if (found) {
        return true;
    }
    if (texts->n == NUMERAL_LABELS) {
        return false;
    }
    memmove(&texts->names[at + 1], &texts->names[at],
            (texts->n - at) * sizeof *texts->names);
    texts->names[at] = text;
    texts->n++;
    return true;
}

/* 0 to 255 without a sign or zeros before it, else -1. */
static int whole_number(numeral_field text)
{
    int value = 0;
    if (text.length == 0 || text.length > 3 || (text.length > 1 && *text.text == '0')) {
        return -1;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') {
            return -1;
        }
        value = 10 * value + (text.text[i] - '0');
    }
    return value <= 255 ? value : -1;
}

static int word(numeral_field text)
{
    return numeral_digit_word(text.text, text.length);
}

static bool all(const numeral_label_texts *texts, int (*number)(numeral_field))
{
    for (size_t i = 0; i < texts->n; i++) {
        if (number(texts->names[i]) < 0) {
            return false;
        }
    }
    return true;
}

/* How the texts are numbered; NULL: by their place. */
static int (*way(const numeral_label_texts *texts))(numeral_field)
{
    return all(texts, whole_number) ? whole_number : all(texts, word) ? word : NULL;
}

uint8_t numeral_label_texts_number(const numeral_label_texts *texts, numeral_field text)
{
    int (*number)(numeral_field) = way(texts);
    bool found;
    text = unguarded(text);
    return (uint8_t)(number ? number(text) : (int)find(texts, text, &found));
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
    int (*number)(numeral_field) = way(texts);
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < texts->n && number != whole_number && status == NUMERAL_OK;
         i++) {
        numeral_field text = texts->names[i];
        size_t label = number ? (size_t)number(text) : i;
        status = numeral_dataset_name_label(data, label, text.text, text.length, err);
        if (status == NUMERAL_OK && text.quoted) {
            collapse_quotes(data->label_names[label]);
        }
    }
    return status;
}
