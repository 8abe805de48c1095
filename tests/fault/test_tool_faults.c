/* Tools and the service with each allocation refused in turn: pages, audits, condensing,
 * explaining, reports, and requests to a service that teaches. A job then fails with one
 * sentence and for want of memory, leaks nothing and leaves what it was given as it was;
 * or it does without. */
#include "tests/fault/fault.h"

#include <math.h>
#include <unistd.h>

#include <numeral/tools/audit.h>
#include <numeral/tools/condense.h>
#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>
#include <numeral/tools/report.h>
#include <numeral/tools/study.h>

#include "numeral_config.h"

#if defined NUMERAL_HAVE_MICROHTTPD && defined NUMERAL_HAVE_SQLITE
#define WITH_SERVICE
#include "serve/service.h"
#endif

enum { N_ROWS = 120, N_QUERIES = 8, HEIGHT = 60, WIDTH = 110, SIDE = 28 };

static const numeral_run one = {.threads = 1};
static numeral_registry *registry;
static numeral_dataset digits, queries;
static numeral_model *plain, *second_look;
static numeral_image page, turned;

typedef numeral_status job(const char *argument, numeral_error *err);

static const numeral_model *model_of(const char *name)
{
    return strstr(name, "second") ? second_look : plain;
}

static numeral_status read_page(const char *name, numeral_error *err)
{
    numeral_page out = {0}, untouched = {0};
    numeral_page_options how = {.keep_upright = !strstr(name, "turned")};
    numeral_status status = numeral_page_read(
        model_of(name), strstr(name, "turned") ? &turned : &page, &how, &one, &out, err);
    if (status == NUMERAL_OK) {
        assert_true(out.n_lines > 0);
    } else {
        assert_memory_equal(&out, &untouched, sizeof out);
    }
    numeral_page_free(&out);
    return status;
}

static numeral_status audit_labels(const char *text, numeral_error *err)
{
    numeral_recipe *recipe = NULL;
    numeral_doubts out = {0};
    numeral_status status = numeral_recipe_parse(registry, text, &recipe, err);
    if (status == NUMERAL_OK) {
        status = numeral_audit_labels(&digits, recipe, 1, &one, &out, err);
    }
    assert_true(status == NUMERAL_OK || out.doubts == NULL);
    numeral_doubts_free(&out);
    numeral_recipe_destroy(recipe);
    return status;
}

static numeral_status audit_twins(const char *name, numeral_error *err)
{
    numeral_twins out = {0};
    numeral_status status = numeral_audit_twins(
        &queries, strstr(name, "against") ? &digits : NULL, 0.9, &one, &out, err);
    assert_true(status == NUMERAL_OK || out.twins == NULL);
    numeral_twins_free(&out);
    return status;
}

static numeral_status condense(const char *name, numeral_error *err)
{
    numeral_condensation out = {0};
    numeral_condense_request how = {.edit = true, .rows = 30, .run = one};
    numeral_status status = numeral_condense_plan(model_of(name), &how, &out, err);
    assert_true((out.rows != NULL) == (status == NUMERAL_OK));
    numeral_condensation_free(&out);
    return status;
}

static numeral_status explain(const char *name, numeral_error *err)
{
    numeral_explanation *out = NULL;
    numeral_status status = numeral_model_explain(model_of(name), &page,
                                                  NUMERAL_FRAME_MNIST, &one, &out, err);
    assert_true((out != NULL) == (status == NUMERAL_OK));
    numeral_explanation_destroy(out);
    return status;
}

static numeral_status examine(const char *name, numeral_error *err)
{
    numeral_checkup *out = NULL;
    numeral_status status = numeral_model_examine(
        model_of(name), &page, NUMERAL_FRAME_MNIST, true, 1, &one, &out, err);
    assert_true((out != NULL) == (status == NUMERAL_OK));
    numeral_checkup_destroy(out);
    return status;
}

static numeral_status report(const char *name, numeral_error *err)
{
    numeral_answers answers = {0};
    numeral_scores scores = {0};
    char *html = NULL;
    size_t n_bytes = 0;
    const numeral_model *model = model_of(name);
    numeral_status status = numeral_model_predict(model, &queries, &one, &answers, err);
    if (status == NUMERAL_OK) {
        answers.labels[0] = (numeral_label)((queries.labels[0] + 1) % 10); /* a mistake */
        status = numeral_scores_compute(queries.labels, answers.labels, N_QUERIES,
                                        &scores, err);
    }
    if (status == NUMERAL_OK) {
        numeral_report what = {.title = "faults",
                               .model = model,
                               .data = &queries,
                               .answers = &answers,
                               .scores = &scores};
        status = numeral_report_html(&what, &html, &n_bytes, err);
        assert_true((html != NULL) == (status == NUMERAL_OK));
    }
    numeral_free(html);
    numeral_scores_free(&scores);
    numeral_answers_free(&answers);
    return status;
}

static numeral_status split_folds(const char *name, numeral_error *err)
{
    (void)name;
    uint16_t folds[N_ROWS];
    numeral_dataset held = {0}, rest = {0};
    numeral_status status =
        numeral_folds_deal(&digits, 3, NUMERAL_FOLDS_STRATIFIED, 1, folds, err);
    if (status == NUMERAL_OK) {
        status = numeral_folds_split(&digits, folds, 1, &held, &rest, err);
    }
    numeral_dataset_free(&held);
    numeral_dataset_free(&rest);
    return status;
}

/* By a copy that learns: encoded, decoded, given other options, asked again. */
static numeral_status copy_model(const char *name, numeral_error *err)
{
    void *bytes = NULL;
    size_t n_bytes = 0;
    numeral_model *copy = NULL;
    numeral_answers answers = {0};
    numeral_status status = numeral_model_encode(model_of(name), &bytes, &n_bytes, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_decode(bytes, n_bytes, "copy", registry, &copy, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_model_set(copy, "weights", "distance", &one, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_model_predict(copy, &queries, &one, &answers, err);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(copy);
    numeral_free(bytes);
    return status;
}

#ifdef WITH_SERVICE
static char taught_path[64] = "/tmp/numeral-tool-fault-XXXXXX";
static void *model_bytes;
static size_t n_model_bytes;
static uint8_t *picture;
static size_t n_picture;

static void forget_taught(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char path[80];
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        snprintf(path, sizeof path, "%s%s", taught_path, tails[i]);
        unlink(path);
    }
}

/* One request; its reply as a status. */
static numeral_status ask(service *s, const char *method, const char *path,
                          numeral_error *err)
{
    serve_request request = {.method = method,
                             .path = path,
                             .content_type = "image/x-portable-graymap",
                             .body = picture,
                             .n_body = n_picture};
    serve_reply reply = {0};
    const char *allow = NULL;
    char body[2048];
    if (strcmp(path, "/v1/teach") == 0) {
        int n =
            snprintf(body, sizeof body,
                     "--x\r\nContent-Disposition: form-data; name=\"label\"\r\n\r\n"
                     "seven\r\n--x\r\nContent-Disposition: form-data; name=\"image\"; "
                     "filename=\"a\"\r\n\r\n");
        memcpy(body + n, picture, n_picture);
        memcpy(body + (size_t)n + n_picture, "\r\n--x--\r\n", 9);
        request.content_type = "multipart/form-data; boundary=x";
        request.body = (const uint8_t *)body;
        request.n_body = (size_t)n + n_picture + 9;
    }
    size_t before = s->lessons.n;
    request.what = serve_route(method, path, &allow);
    assert_null(allow);
    serve_answer(s, &request, &reply);
    assert_true(reply.type && (reply.text || reply.file));
    numeral_status status = reply.status == 200 ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    if (reply.status != 200) {
        /* for want of memory, whichever part of the reply that struck */
        if (reply.status != 503) {
            fail_msg("%s: %u %s", path, reply.status, reply.text ? reply.text : "");
        }
        *err = (numeral_error){NUMERAL_ERROR_MEMORY, "503, and a sentence"};
    }
    numeral_model_info info;
    numeral_model_get_info(s->model, &info);
    assert_int_equal(info.n_rows, N_ROWS + s->lessons.n);
    assert_true(status == NUMERAL_OK || s->lessons.n <= before + 1);
    serve_reply_free(&reply);
    return status;
}

/* Requests one behind the other, each as METHOD PATH, to a service of their own. */
static numeral_status serve_requests(const char *requests, numeral_error *err)
{
    serve_options options = {.model_name = "m", .teach = taught_path};
    service s = {.options = &options, .height = SIDE, .width = SIDE};
    char method[8], path[40];
    int used = 0;
    forget_taught();
    numeral_status status =
        numeral_model_decode(model_bytes, n_model_bytes, "m", registry, &s.model, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    pthread_mutex_init(&s.teaching, NULL);
    status = serve_lessons_open(&s, err);
    while (status == NUMERAL_OK &&
           sscanf(requests, " %7s %39s%n", method, path, &used) == 2) {
        requests += used;
        status = ask(&s, method, path, err);
    }
    serve_lessons_close(&s);
    pthread_mutex_destroy(&s.teaching);
    numeral_model_destroy(s.model);
    return status;
}

static bool prepare_service(numeral_error *err)
{
    int file = mkstemp(taught_path);
    picture = malloc(HEIGHT * WIDTH);
    int n = snprintf((char *)picture, 32, "P5 %d %d 255\n", SIDE, SIDE);
    memcpy(picture + n, queries.pixels, SIDE * SIDE);
    n_picture = (size_t)n + SIDE * SIDE;
    return file >= 0 && close(file) == 0 &&
           numeral_model_encode(plain, &model_bytes, &n_model_bytes, err) == NUMERAL_OK;
}

static void clear_service(void)
{
    forget_taught();
    numeral_free(model_bytes);
    free(picture);
}
#endif

typedef struct task {
    job *run;
    const char *argument;
} task;

/* Every call in full; else the first 24, and as many steps through the others. */
static long next_call(long n, long total)
{
    enum { SHARE = 24 / SLOWER };
    return fault_full || n < SHARE ? n + 1 : n + 1 + total / SHARE;
}

static void refuse_memory(const task *t)
{
    numeral_error err = {0};
    t->run(t->argument, &err); /* what is made once for the process is made now */
    long blocks = atomic_load(&memory_live), n_failed = 0;
    fault_memory_begin(0);
    CHECK_OK(t->run(t->argument, &err), err);
    long total = atomic_load(&memory_calls);
    for (long n = 1; n <= total; n = next_call(n, total)) {
        err = (numeral_error){0};
        fault_memory_begin(n);
        numeral_status status = t->run(t->argument, &err);
        fault_memory_begin(0);
        if (atomic_load(&memory_live) != blocks) {
            fail_msg("%s, allocation %ld of %ld: %ld blocks leaked", t->argument, n,
                     total, atomic_load(&memory_live) - blocks);
        }
        if (status != NUMERAL_OK &&
            (status != NUMERAL_ERROR_MEMORY || status != err.status || !err.text[0] ||
             strchr(err.text, '\n'))) {
            fail_msg("%s, allocation %ld of %ld: status %d, error of status %d: '%s'",
                     t->argument, n, total, status, err.status, err.text);
        }
        n_failed += status != NUMERAL_OK;
    }
    assert_true(total > 0 && n_failed > 0);
    print_message("%s: %ld allocations\n", t->argument, total);
}

static void refuse_all(const task *tasks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (int mode = 0; mode < (fault_full ? FAULT_MODES : 1); mode++) {
            fault_then = fault_full ? (fault_mode)mode : (fault_mode)(i % FAULT_MODES);
            refuse_memory(&tasks[i]);
        }
    }
    fault_then = FAULT_ONCE;
}

static void tools_may_lack_memory(void **state)
{
    (void)state;
    static const task tasks[] = {
        {read_page, "page"},
        {read_page, "page, turned"},
        {read_page, "page, second look"},
        {audit_labels, "pixels -k 3"},
        {audit_labels, "deskew,pixels,pca=8 -k 3"},
        {audit_twins, "twins"},
        {audit_twins, "twins against others"},
        {condense, "condense"},
        {explain, "why"},
        {explain, "why, second look"},
        {examine, "doctor"},
        {examine, "doctor, second look"},
        {report, "report"},
        {report, "report, second look"},
        {split_folds, "folds"},
        {copy_model, "copy"},
        {copy_model, "copy, second look"},
    };
    refuse_all(tasks, sizeof tasks / sizeof *tasks);
}

static void the_service_may_lack_memory(void **state)
{
    (void)state;
#ifdef WITH_SERVICE
    static const task tasks[] = {
        {serve_requests, "POST /v1/predict"},
        {serve_requests, "POST /v1/why"},
        {serve_requests, "POST /v1/read"},
        {serve_requests, "POST /v1/doctor"},
        {serve_requests, "GET /v1/model"},
        {serve_requests, "POST /v1/teach POST /v1/teach GET /v1/taught "
                         "POST /v1/predict DELETE /v1/taught/1"},
    };
    refuse_all(tasks, sizeof tasks / sizeof *tasks);
#else
    skip();
#endif
}

static void fill(size_t top, size_t left, size_t bottom, size_t right)
{
    for (size_t y = top; y < bottom; y++) {
        memset(page.pixels + y * WIDTH + left, 20, right - left);
    }
}

/* Two strokes on paper, and the same page on its side. */
static bool draw(numeral_error *err)
{
    if (numeral_image_create(HEIGHT, WIDTH, &page, err) != NUMERAL_OK ||
        numeral_image_create(WIDTH, HEIGHT, &turned, err) != NUMERAL_OK) {
        return false;
    }
    memset(page.pixels, 240, HEIGHT * WIDTH);
    fill(15, 30, 45, 35);
    fill(15, 60, 20, 80);
    fill(20, 75, 45, 80);
    for (size_t y = 0; y < HEIGHT; y++) {
        for (size_t x = 0; x < WIDTH; x++) {
            turned.pixels[x * HEIGHT + HEIGHT - 1 - y] = page.pixels[y * WIDTH + x];
        }
    }
    return true;
}

static bool fit(const char *text, numeral_model **out, numeral_error *err)
{
    numeral_recipe *recipe = NULL;
    bool made = numeral_recipe_parse(registry, text, &recipe, err) == NUMERAL_OK &&
                numeral_model_fit(recipe, &digits, 1, &one, out, NULL, err) == NUMERAL_OK;
    numeral_recipe_destroy(recipe);
    return made;
}

static int set_up(void **state)
{
    (void)state;
    static const numeral_allocator table = {fault_allocate, fault_release};
    numeral_error err = {0};
    numeral_set_allocator(&table);
    bool made = numeral_registry_create(&registry, &err) == NUMERAL_OK &&
                numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &digits, &err) ==
                    NUMERAL_OK &&
                numeral_dataset_pen(N_QUERIES, 1, NUMERAL_SPLIT_TEST, &queries, &err) ==
                    NUMERAL_OK &&
                fit("pixels -k 3", &plain, &err) &&
                fit("deskew,gradient,pca=8 -k 3 --gate 0 --rerank idm=moments:0+ridge",
                    &second_look, &err) &&
                draw(&err);
#ifdef WITH_SERVICE
    made = made && prepare_service(&err);
#endif
    if (!made) {
        fprintf(stderr, "%s\n", err.text);
    }
    return made ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
#ifdef WITH_SERVICE
    clear_service();
#endif
    numeral_image_free(&page);
    numeral_image_free(&turned);
    numeral_model_destroy(plain);
    numeral_model_destroy(second_look);
    numeral_dataset_free(&digits);
    numeral_dataset_free(&queries);
    numeral_registry_destroy(registry);
    return atomic_load(&memory_live) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_may_lack_memory),
        cmocka_unit_test(the_service_may_lack_memory),
    };
    fault_begin(argc, argv);
    return fault_end(cmocka_run_group_tests(tests, set_up, tear_down));
}
