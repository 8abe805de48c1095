/* The HTML report: complete, escaped, whole for any size of digits. */
#include "tests/unit/check.h"

#include <stdlib.h>

#include <numeral/numeral.h>
#include <numeral/tools/picture.h>
#include <numeral/tools/report.h>

#include "report/html.h"

static void text_is_escaped_and_always_utf8(void **state)
{
    (void)state;
    numeral_error err;
    numeral_html html = {.text = {.max_bytes = 1 << 20}, .err = &err};
    numeral_html_text(&html, "<a href=\"x\">&'\xC3\xA9\xFF\x01\xED\xA0\x80\n");
    numeral_html_put(&html, "|");
    numeral_html_base64(&html, (const uint8_t *)"Ma", 2);
    numeral_html_base64(&html, (const uint8_t *)"Man", 3);
    numeral_html_base64(&html, (const uint8_t *)"M", 1);
    assert_int_equal(html.status, NUMERAL_OK);
    assert_int_equal(numeral_buffer_append(&html.text, "", 1, &err), NUMERAL_OK);
    assert_string_equal((char *)html.text.data,
                        "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\xC3\xA9"
                        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n"
                        "|TWE=TWFuTQ==");
    numeral_buffer_free(&html.text);
}

/* A model of pen digits, and answers to others, some of them made wrong. */
typedef struct made {
    numeral_registry *registry;
    numeral_recipe *recipe;
    numeral_model *model;
    numeral_dataset train, test;
    numeral_answers answers;
    numeral_scores scores;
} made;

static void make(made *m)
{
    numeral_error err;
    const numeral_run run = {.threads = 2};
    CHECK_OK(numeral_registry_create(&m->registry, &err), err);
    CHECK_OK(numeral_recipe_parse(m->registry, "deskew,pixels", &m->recipe, &err), err);
    CHECK_OK(numeral_dataset_pen(300, 1, NUMERAL_SPLIT_TRAIN, &m->train, &err), err);
    CHECK_OK(numeral_dataset_pen(100, 1, NUMERAL_SPLIT_TEST, &m->test, &err), err);
    CHECK_OK(numeral_model_fit(m->recipe, &m->train, 1, &run, &m->model, NULL, &err),
             err);
    CHECK_OK(numeral_model_predict(m->model, &m->test, &run, &m->answers, &err), err);
    m->answers.labels[0] = (numeral_label)((m->test.labels[0] + 1) % 10);
    CHECK_OK(numeral_scores_compute(m->test.labels, m->answers.labels, m->answers.n,
                                    &m->scores, &err),
             err);
}

static void unmake(made *m)
{
    numeral_scores_free(&m->scores);
    numeral_answers_free(&m->answers);
    numeral_model_destroy(m->model);
    numeral_dataset_free(&m->train);
    numeral_dataset_free(&m->test);
    numeral_recipe_destroy(m->recipe);
    numeral_registry_destroy(m->registry);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
        n++;
    }
    return n;
}

static void the_page_shows_every_cell_and_every_misread_digit(void **state)
{
    (void)state;
    made m = {0};
    numeral_error err;
    make(&m);
    const char svg[] = "<?xml version=\"1.0\"?>\n<svg width=\"10\"></svg>\n";
    numeral_picture chart = {NUMERAL_PICTURE_SVG, (uint8_t *)svg, sizeof svg - 1, 10, 10};
    const char *chart_name = "A & B";
    numeral_fact fact = {"Accuracy", "<99 %>", NULL};
    numeral_report report = {.title = "pen & paper",
                             .headline = &fact,
                             .n_headline = 1,
                             .details = &fact,
                             .n_details = 1,
                             .charts = &chart,
                             .chart_names = &chart_name,
                             .n_charts = 1,
                             .commands = "numeral train 'x'",
                             .model = m.model,
                             .data = &m.test,
                             .answers = &m.answers,
                             .scores = &m.scores};
    char *html = NULL;
    size_t bytes = 0, cells = 0;
    CHECK_OK(numeral_report_html(&report, &html, &bytes, &err), err);
    assert_int_equal(strlen(html), bytes);
    assert_int_equal(count(html, "<div class=\"mistake\">"), m.scores.errors);
    cells = m.scores.n_cells;
    assert_int_equal(count(html, "<button"), cells);
    assert_int_equal(count(html, "class=\"cellbox\""), cells);
    assert_non_null(strstr(html, "<title>pen &amp; paper</title>"));
    assert_non_null(strstr(html, "&lt;99 %&gt;"));
    assert_non_null(strstr(html, "<svg width=\"10\"></svg>"));
    assert_null(strstr(html, "<?xml"));
    assert_null(strstr(html, "http://"));
    assert_null(strstr(html, "https://"));
    assert_non_null(strstr(html, "</html>"));
    numeral_free(html);
    chart.format = NUMERAL_PICTURE_PNG;
    html = NULL;
    CHECK_FAILS(numeral_report_html(&report, &html, &bytes, &err), NUMERAL_ERROR_ARGUMENT,
                err, "SVG charts only");
    assert_null(html);
    unmake(&m);
}

/* Images of another size than the model's are framed to be read, but shown as they are.
 */
static void digits_of_another_size_fit_the_sheet(void **state)
{
    (void)state;
    made m = {0};
    numeral_error err;
    make(&m);
    uint8_t pixels[40 * 30] = {0};
    numeral_label label = 3;
    numeral_dataset tall = {
        .name = "tall", .n_images = 1, .height = 40, .width = 30, .pixels = pixels};
    tall.labels = &label;
    for (size_t y = 8; y < 32; y++) {
        pixels[y * 30 + 15] = 255;
    }
    numeral_answers answers = {0};
    numeral_scores scores = {0};
    CHECK_OK(numeral_model_predict(m.model, &tall, &(numeral_run){.threads = 1}, &answers,
                                   &err),
             err);
    CHECK_OK(numeral_scores_compute(&label, answers.labels, 1, &scores, &err), err);
    numeral_report report = {.title = "tall",
                             .model = m.model,
                             .data = &tall,
                             .answers = &answers,
                             .scores = &scores};
    char *html = NULL;
    size_t bytes;
    CHECK_OK(numeral_report_html(&report, &html, &bytes, &err), err);
    assert_non_null(strstr(html, "tall[0]"));
    numeral_free(html);
    numeral_answers_free(&answers);
    numeral_scores_free(&scores);
    unmake(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped_and_always_utf8),
        cmocka_unit_test(the_page_shows_every_cell_and_every_misread_digit),
        cmocka_unit_test(digits_of_another_size_fit_the_sheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
