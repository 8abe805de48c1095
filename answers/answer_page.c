/* Pages as they were read, line by line or by a form, as JSON. */
#include "answers.h"

static json_t *json_digit(const numeral_model_info *info, const numeral_page_digit *digit)
{
    char number[NUMERAL_LABEL_BYTES];
    json_t *alternatives = json_array();
    for (size_t i = 0; i < digit->n_alternatives; i++) {
        const char *name = answer_label_name(info, digit->alternatives[i], number);
        json_array_append_new(alternatives, json_pack("[o, f]", answer_text(name),
                                                      digit->alternative_confidence[i]));
    }
    json_t *label = digit->refused
                        ? json_null()
                        : answer_text(answer_label_name(info, digit->label, number));
    return json_pack("{s:o, s:f, s:o, s:o}", "label", label, "confidence",
                     digit->confidence, "box", answer_box(digit->box), "alternatives",
                     alternatives);
}

static json_t *json_digits(const numeral_model_info *info, const numeral_page_line *line)
{
    json_t *digits = json_array();
    for (size_t i = 0; i < line->n_digits; i++) {
        json_array_append_new(digits, json_digit(info, &line->digits[i]));
    }
    return digits;
}

json_t *answer_page(const numeral_model_info *info, const char *input, size_t number,
                    const numeral_page *page)
{
    json_t *lines = json_array(), *skipped = json_array();
    for (size_t i = 0; i < page->n_lines; i++) {
        const numeral_page_line *line = &page->lines[i];
        json_array_append_new(
            lines, json_pack("{s:o, s:f, s:o, s:o}", "text", answer_text(line->text),
                             "confidence", line->confidence, "box", answer_box(line->box),
                             "digits", json_digits(info, line)));
    }
    for (size_t i = 0; i < page->n_skipped; i++) {
        json_array_append_new(skipped, json_pack("{s:o, s:s}", "box",
                                                 answer_box(page->skipped[i].box), "why",
                                                 page->skipped[i].why));
    }
    return json_pack("{s:o, s:i, s:i, s:o, s:o}", "input", answer_text(input), "page",
                     (int)number, "turned", page->turned, "lines", lines, "skipped",
                     skipped);
}

json_t *answer_form(const numeral_model_info *info, const char *input, size_t number,
                    const numeral_form *form, const numeral_form_page *page)
{
    json_t *fields = json_array(), *corners = json_array();
    for (size_t i = 0; i < page->n_fields; i++) {
        const numeral_page_line *field = &page->fields[i];
        json_array_append_new(
            fields,
            json_pack("{s:s, s:o, s:f, s:o, s:o}", "name", form->fields[i].name, "text",
                      answer_text(field->text), "confidence", field->confidence, "box",
                      answer_box(field->box), "digits", json_digits(info, field)));
    }
    for (int i = 0; i < 4; i++) {
        json_array_append_new(
            corners, json_pack("[f, f]", page->corners[i][0], page->corners[i][1]));
    }
    return json_pack("{s:o, s:i, s:i, s:o, s:o}", "input", answer_text(input), "page",
                     (int)number, "turned", page->turned, "corners", corners, "fields",
                     fields);
}
