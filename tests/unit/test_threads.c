/* Several threads of one process, each with files, data, models and indexes of its own
 * and one model that all share: what a thread sanitizer is to look at. Without one, that
 * each answers as a thread alone does, and that the allocator's door loses no block. */
#include "tests/unit/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/dynamic.h>
#include <numeral/numeral.h>
#include <numeral/tools/picture.h>

#include "base/files.h"

enum { THREADS = 4, ROUNDS = 3, N_ROWS = 60, N_QUERIES = 8 };

static char folder[] = "/tmp/numeral-threads-XXXXXX";
static numeral_dataset digits, queries;
static numeral_model *shared;
static numeral_answers alone;
static atomic_long blocks;
static const numeral_run one = {.threads = 1};

static void *counted_allocate(size_t bytes)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes) != 0) {
        return NULL;
    }
    atomic_fetch_add(&blocks, 1);
    return memory;
}

static void counted_release(void *memory)
{
    if (memory) {
        atomic_fetch_sub(&blocks, 1);
        free(memory);
    }
}

typedef struct job {
    int number;
    numeral_error err; /* cmocka's assertions are for the main thread */
    const char *wrong;
    pthread_t thread;
} job;

#define WANT(call)                                                                       \
    do {                                                                                 \
        if ((call) != NUMERAL_OK) {                                                      \
            j->wrong = #call;                                                            \
            return;                                                                      \
        }                                                                                \
    } while (0)

/* Data in every form that has a decoder of its own, written and read again. */
static void convert(job *j, int round)
{
    static const char *const endings[] = {"csv", "csv.gz", "npz", "idx", "folder/"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[200];
        numeral_dataset read = {0};
        snprintf(path, sizeof path, "%s/%d-%d.%s", folder, j->number, round, endings[i]);
        WANT(numeral_dataset_save(&queries, NULL, path, &j->err));
        WANT(numeral_dataset_load(path, NULL, &read, &j->err));
        bool same = read.n_images == N_QUERIES;
        numeral_dataset_free(&read);
        if (!same) {
            j->wrong = endings[i];
            return;
        }
    }
}

static bool answers_alike(const numeral_answers *a)
{
    return memcmp(a->labels, alone.labels, N_QUERIES * sizeof(numeral_label)) == 0 &&
           memcmp(a->ids, alone.ids, N_QUERIES * alone.k * sizeof *alone.ids) == 0;
}

/* The shared model, one that is read from its bytes, and one that is fitted here. */
static void recognise(job *j)
{
    void *bytes = NULL;
    size_t n_bytes;
    numeral_model *read = NULL, *made = NULL;
    numeral_answers answers[2] = {{0}};
    WANT(numeral_model_encode(shared, &bytes, &n_bytes, &j->err));
    WANT(numeral_model_decode(bytes, n_bytes, "m", NULL, &read, &j->err));
    numeral_free(bytes);
    WANT(numeral_model_predict(shared, &queries, &one, &answers[0], &j->err));
    WANT(numeral_model_predict(read, &queries, &one, &answers[1], &j->err));
    WANT(numeral_model_train(&digits, "zoning=7,standard,lda=4", &one, &made, &j->err));
    if (!answers_alike(&answers[0]) || !answers_alike(&answers[1])) {
        j->wrong = "answers";
    }
    numeral_answers_free(&answers[0]);
    numeral_answers_free(&answers[1]);
    numeral_model_destroy(read);
    numeral_model_destroy(made);
}

static void draw(job *j, int round)
{
    char path[200];
    numeral_picture picture = {0};
    numeral_image image = {0};
    numeral_grid grid = {.title = "digits",
                         .digits = {queries.pixels, N_QUERIES, 28, 28},
                         .labels = queries.labels};
    snprintf(path, sizeof path, "%s/%d-%d.png", folder, j->number, round);
    WANT(numeral_draw_grid(&grid, NUMERAL_PICTURE_PNG, &picture, &j->err));
    WANT(numeral_picture_save(&picture, path, &j->err));
    numeral_picture_free(&picture);
    WANT(numeral_image_read(path, &image, &j->err));
    numeral_image_free(&image);
}

static void *work(void *context)
{
    job *j = context;
    for (int round = 0; round < ROUNDS && !j->wrong; round++) {
        convert(j, round);
        if (!j->wrong) {
            recognise(j);
        }
        if (!j->wrong) {
            draw(j, round);
        }
    }
    return NULL;
}

static void threads_do_not_meet(void **state)
{
    (void)state;
    job jobs[THREADS] = {{0}};
    long before = atomic_load(&blocks);
    for (int i = 0; i < THREADS; i++) {
        jobs[i].number = i;
        assert_int_equal(pthread_create(&jobs[i].thread, NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(jobs[i].thread, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        if (jobs[i].wrong) {
            fail_msg("thread %d: %s: %s", i, jobs[i].wrong, jobs[i].err.text);
        }
    }
    assert_int_equal(atomic_load(&blocks), before);
}

static int set_up(void **state)
{
    (void)state;
    static const numeral_allocator table = {counted_allocate, counted_release};
    numeral_error err = {0};
    numeral_set_allocator(&table);
    bool made =
        mkdtemp(folder) &&
        numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &digits, &err) ==
            NUMERAL_OK &&
        numeral_dataset_pen(N_QUERIES, 1, NUMERAL_SPLIT_TEST, &queries, &err) ==
            NUMERAL_OK &&
        numeral_model_train(&digits, "pixels -k 3", &one, &shared, &err) == NUMERAL_OK &&
        numeral_model_predict(shared, &queries, &one, &alone, &err) == NUMERAL_OK;
    if (!made) {
        fprintf(stderr, "%s\n", err.text);
    }
    return made ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_answers_free(&alone);
    numeral_model_destroy(shared);
    numeral_dataset_free(&digits);
    numeral_dataset_free(&queries);
    numeral_folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_do_not_meet)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
