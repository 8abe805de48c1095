/* Other hands: which ways of writing a digit a model misreads, and whether drawn digits
 * would tell better. A model of the first 50,000 rows of MNIST's training set reads the
 * other 10,000 and digits that a pen draws (data/pen.h). Where the nearest row is so far
 * that one looks at drawn digits at all (likeness.h), three of these vote: if they agree
 * and are nearer than a share of that distance, the answer is theirs. Voters of the same
 * way of writing are those that know a hand; of the other ways, those that do not.
 *
 *     hands PRESET...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "data/pen.h"
#include "model/likeness.h"
#include "model/model.h"
#include "model/reader.h"

enum { PIXELS = 784, N_VOTERS = 4000, N_PEN = 8000, AGREE = 3, SHARES = 4 };

static const double shares[SHARES] = {0.75, 0.8, 0.9, 1};
/* Voters are no farther inside than the model's own drawn digits. */
static const double FROM = 0.9;

/* Digits and how each is written; -1: by a person. */
typedef struct hands {
    numeral_dataset data;
    int *ways;
} hands;

typedef struct voters {
    int8_t *rows;
    numeral_label *labels;
    int *ways;
    size_t n, stride, n_dims;
} voters;

/* Right and wrong ones that voters change. */
typedef struct tally {
    size_t used, mended, spoilt;
} tally;

typedef struct study {
    const hands *digits;
    const voters *voters;
    size_t wrong, strange, *read, *misread; /* by way */
    tally all[SHARES], others[SHARES];
} study;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "hands: %s\n", err->text);
        exit(1);
    }
}

static void *must_allocate(size_t n, size_t bytes)
{
    void *out = calloc(n, bytes);
    if (!out) {
        fprintf(stderr, "hands: out of memory\n");
        exit(1);
    }
    return out;
}

static hands draw(size_t n, uint64_t seed)
{
    hands h = {{.n_images = n, .height = 28, .width = 28, .framed = true},
               must_allocate(n, sizeof *h.ways)};
    h.data.pixels = must_allocate(n, PIXELS);
    h.data.labels = must_allocate(n, sizeof *h.data.labels);
    for (size_t i = 0; i < n; i++) {
        numeral_random random = numeral_random_seed(seed, i);
        numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
        h.data.labels[i] = (numeral_label)(i % 10);
        const numeral_pen_allograph *way = numeral_pen_choose(&random, h.data.labels[i]);
        size_t n_dots = numeral_pen_write(&random, way, dots);
        numeral_pen_ink(&random, dots, n_dots, h.data.pixels + i * PIXELS);
        h.ways[i] = (int)(way - numeral_pen_allographs);
    }
    return h;
}

static hands load(const char *text)
{
    numeral_error err;
    numeral_load options = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    hands h = {0};
    must(numeral_dataset_load(text, &options, &h.data, &err), &err);
    h.ways = must_allocate(h.data.n_images, sizeof *h.ways);
    memset(h.ways, -1, h.data.n_images * sizeof *h.ways);
    return h;
}

static void end(hands *h)
{
    free(h->ways);
    numeral_dataset_free(&h->data);
}

static double apart(const voters *v, const int8_t *vector, size_t voter)
{
    const int8_t *row = v->rows + voter * v->stride;
    int64_t sum = 0;
    for (size_t d = 0; d < v->n_dims; d++) {
        int difference = row[d] - vector[d];
        sum += difference * difference;
    }
    return sqrt((double)sum);
}

/* What the nearest of those not written in `but` say, and how far the first is; -1 where
 * they do not agree. */
static int vote(const voters *v, const int8_t *vector, int but, double *distance)
{
    double nearest[AGREE] = {INFINITY, INFINITY, INFINITY};
    int labels[AGREE] = {-1, -1, -1};
    for (size_t i = 0; i < v->n; i++) {
        double far = v->ways[i] == but ? INFINITY : apart(v, vector, i);
        if (far < nearest[AGREE - 1]) {
            size_t at = AGREE - 1;
            for (; at > 0 && nearest[at - 1] > far; at--) {
                nearest[at] = nearest[at - 1];
                labels[at] = labels[at - 1];
            }
            nearest[at] = far;
            labels[at] = v->labels[i];
        }
    }
    *distance = nearest[0];
    return labels[0] == labels[1] && labels[1] == labels[2] ? labels[0] : -1;
}

static void count(tally tallies[SHARES], int voted, double nearer, int label, int answer)
{
    for (size_t s = 0; s < SHARES; s++) {
        bool used = voted >= 0 && nearer < shares[s];
        tallies[s].used += used;
        tallies[s].mended += used && answer != label && voted == label;
        tallies[s].spoilt += used && answer == label && voted != label;
    }
}

static numeral_status take(void *context, numeral_reader *r, size_t first,
                           numeral_error *err)
{
    study *s = context;
    (void)err;
    for (size_t i = 0; i < r->n; i++) {
        const numeral_read_verdict *v = &r->verdicts[i];
        int label = s->digits->data.labels[first + i], way = s->digits->ways[first + i];
        int answer = r->model->classes->labels[v->winner];
        double far = sqrt(v->distances[0]), drawn;
        s->wrong += answer != label;
        if (way >= 0) {
            s->read[way]++;
            s->misread[way] += answer != label;
        }
        if (numeral_strangeness_looks(r->model, far)) {
            const int8_t *vector = (int8_t *)r->vector_bytes + i * r->vectors.stride;
            int all = vote(s->voters, vector, -2, &drawn);
            count(s->all, all, drawn / far, label, answer);
            int others = vote(s->voters, vector, way >= 0 ? way : -2, &drawn);
            count(s->others, others, drawn / far, label, answer);
            s->strange++;
        }
    }
    return NUMERAL_OK;
}

static void read_with(const numeral_model *model, const hands *h,
                      numeral_reader_sink sink, void *context)
{
    numeral_error err;
    numeral_run run = {.threads = 0};
    numeral_reader reader;
    must(numeral_reader_open(&reader, model, NUMERAL_READ_ANSWER, h->data.n_images, 0,
                             &run, &err),
         &err);
    must(numeral_reader_read_data(&reader, &h->data, false, &run, sink, context, &err),
         &err);
    numeral_reader_free(&reader);
}

typedef struct choice {
    voters *voters;
    const hands *from;
} choice;

static numeral_status keep_far(void *context, numeral_reader *r, size_t first,
                               numeral_error *err)
{
    const choice *c = context;
    voters *v = c->voters;
    (void)err;
    for (size_t i = 0; i < r->n; i++) {
        if (sqrt(r->verdicts[i].distances[0]) > FROM * r->model->likeness.far) {
            memcpy(v->rows + v->n * v->stride, r->vector_bytes + i * r->vectors.stride,
                   v->n_dims);
            v->labels[v->n] = c->from->data.labels[first + i];
            v->ways[v->n++] = c->from->ways[first + i];
        }
    }
    return NUMERAL_OK;
}

static voters choose_voters(const numeral_model *model, const hands *from)
{
    size_t n = from->data.n_images;
    voters v = {.n_dims = model->pipeline.n_dims, .stride = model->pipeline.n_dims};
    v.rows = must_allocate(n, v.stride);
    v.labels = must_allocate(n, sizeof *v.labels);
    v.ways = must_allocate(n, sizeof *v.ways);
    read_with(model, from, keep_far, &(choice){&v, from});
    return v;
}

static void print_tally(const char *who, const study *s, const tally tallies[SHARES])
{
    for (size_t i = 0; i < SHARES; i++) {
        printf("    %-24s nearer than %.2f: used %5zu, wrong %4zu (mended %3zu, spoilt "
               "%3zu)\n",
               who, shares[i], tallies[i].used,
               s->wrong - tallies[i].mended + tallies[i].spoilt, tallies[i].mended,
               tallies[i].spoilt);
    }
}

static void report(const numeral_model *model, const char *name, const hands *h,
                   const voters *v)
{
    study s = {h, v, .read = must_allocate(numeral_pen_allograph_count, sizeof *s.read),
               .misread = must_allocate(numeral_pen_allograph_count, sizeof *s.misread)};
    read_with(model, h, take, &s);
    printf("  %s: %zu digits, %zu wrong, %zu strange\n", name, h->data.n_images, s.wrong,
           s.strange);
    print_tally("drawn voters", &s, s.all);
    if (h->ways[0] >= 0) {
        print_tally("of other ways of writing", &s, s.others);
        for (size_t i = 0; i < numeral_pen_allograph_count; i++) {
            printf("    a %d, way %2zu: %4zu digits, %3zu wrong\n",
                   numeral_pen_allographs[i].digit, i, s.read[i], s.misread[i]);
        }
    }
    free(s.read);
    free(s.misread);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: hands PRESET...\n");
        return 2;
    }
    hands rows = load("mnist:train[:50000]"), held = load("mnist:train[50000:60000]");
    hands from = draw(N_VOTERS, 1), pen = draw(N_PEN, 2);
    for (int i = 1; i < argc; i++) {
        numeral_error err;
        numeral_run run = {.threads = 0};
        numeral_model *model = NULL;
        must(numeral_model_train(&rows.data, argv[i], &run, &model, &err), &err);
        if (model->pipeline.quantiser.dtype != NUMERAL_I8) {
            fprintf(stderr, "hands: %s: expected rows of int8\n", argv[i]);
            return 1;
        }
        voters v = choose_voters(model, &from);
        printf("%s: %zu of %d drawn digits vote\n", argv[i], v.n, N_VOTERS);
        report(model, "mnist:train[50000:60000]", &held, &v);
        report(model, "drawn by other hands", &pen, &v);
        free(v.rows);
        free(v.labels);
        free(v.ways);
        numeral_model_destroy(model);
    }
    end(&rows);
    end(&held);
    end(&from);
    end(&pen);
    return 0;
}
