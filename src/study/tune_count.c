/* Every setting votes on each digit. Distances and classes of the neighbours are looked
 * up once; a setting whose voters are those of the k before it has the same answer. Where
 * the neighbours at hand settle a vote that wants more of them, no more are searched. */
#include "base/threads.h"
#include "study/tune.h"

/* One digit takes every setting some votes: tens of microseconds. */
enum { GRAIN = 64 };

/* A block of verdicts, and which of its digits are counted. */
typedef struct count_job {
    const numeral_tune_count *count;
    const numeral_read_verdict *verdicts;
    const size_t *digits;
    size_t first, n, widest;
    bool *enough; /* of each digit counted: its neighbours settle every vote */
} count_job;

static uint8_t *right_of(const numeral_tune_count *count, size_t digit)
{
    size_t place = count->places ? count->places[digit] : digit;
    return count->graph->right + place * count->graph->right_bytes;
}

static void set_bit(uint8_t *bits, size_t at, bool value)
{
    uint8_t mask = (uint8_t)(1u << (at % 8));
    bits[at / 8] = (uint8_t)(value ? bits[at / 8] | mask : bits[at / 8] & ~mask);
}

/* Notes one winner for every ties. */
static void note(const numeral_tune_count *count, size_t at, bool good, uint8_t *right)
{
    for (size_t t = 0; t < count->graph->n_ties; t++) {
        set_bit(right, at + t, good);
    }
}

/* Votes with weights w, each k and ties. False where it takes more neighbours. */
static bool vote_with(const count_job *job, size_t w, const numeral_ballot *all,
                      numeral_label label, int worker, uint8_t *right)
{
    const numeral_tune_count *count = job->count;
    const numeral_tune_graph *graph = count->graph;
    const numeral_part *weights = &graph->weights[w];
    const numeral_vote *vote = numeral_vote_of(weights->entry);
    const numeral_label *classes = count->model->classes->labels;
    double *scores = count->scores + (size_t)worker * count->model->n_classes, share;
    size_t before = 0, at = w * graph->n_ks * graph->n_ties, winner;
    for (size_t k = 0; k < graph->n_ks; k++, at += graph->n_ties) {
        numeral_ballot ballot = *all;
        ballot.n = numeral_tune_voters(graph, at, count->n_rows);
        if (ballot.n > all->n) {
            if (!vote->settled(weights->values, all, &winner)) {
                return false;
            }
            note(count, at, classes[winner] == label, right);
            continue;
        }
        if (ballot.n != before) {
            numeral_vote_score(weights, &ballot, scores);
        }
        for (size_t t = 0; t < graph->n_ties; t++) {
            winner = numeral_vote_winner(&ballot, scores, graph->ties[t], &share);
            set_bit(right, at + t, classes[winner] == label);
        }
        before = ballot.n;
    }
    return true;
}

/* False where some weights take more neighbours than the verdict has. */
static bool count_digit(const count_job *job, size_t at, int worker)
{
    const numeral_tune_count *count = job->count;
    const numeral_tune_graph *graph = count->graph;
    const numeral_read_verdict *v = &job->verdicts[at];
    numeral_label label = count->labels[job->first + at];
    uint8_t *right = right_of(count, job->first + at);
    bool enough = true;
    if (!count->known[label]) {
        return true; /* the bits are zero: wrong */
    }
    if (v->hard) {
        bool good = count->model->classes->labels[v->winner] == label;
        for (size_t s = 0; s < graph->n_settings; s++) {
            set_bit(right, s, good);
        }
        return true;
    }
    numeral_ballot all =
        numeral_reader_ballot(count->model, v, v->n < job->widest ? v->n : job->widest,
                              &count->ballots, worker);
    for (size_t w = 0; w < graph->n_weights && enough; w++) {
        enough = vote_with(job, w, &all, label, worker, right);
    }
    return enough;
}

static void count_digits(void *context, size_t begin, size_t end, int worker)
{
    const count_job *job = context;
    for (size_t i = begin; i < end; i++) {
        job->enough[i] = count_digit(job, job->digits[i], worker);
    }
}

/* Counts the job's digits; those that take more neighbours are left in count->digits. */
static size_t count_some(const count_job *job)
{
    const numeral_tune_count *count = job->count;
    numeral_tune_graph *graph = count->graph;
    size_t n_left = 0;
    numeral_parallel_for(job->n, GRAIN, count->threads, count_digits, (void *)job);
    for (size_t i = 0; i < job->n; i++) {
        size_t at = job->digits[i];
        if (!job->enough[i]) {
            count->digits[n_left++] = at;
            continue;
        }
        const uint8_t *right = right_of(count, job->first + at);
        for (size_t s = 0; s < graph->n_settings; s++) {
            graph->errors[s] += !(right[s / 8] >> (s % 8) & 1);
        }
        graph->n_read++;
    }
    return n_left;
}

numeral_status numeral_tune_count_block(const numeral_tune_count *count,
                                        numeral_reader *reader, size_t first,
                                        numeral_error *err)
{
    size_t widest = numeral_tune_widest(count->graph, count->n_rows);
    count_job job = {count,     reader->verdicts, count->digits, first,
                     reader->n, widest,           count->enough};
    for (size_t i = 0; i < reader->n; i++) {
        count->digits[i] = i;
    }
    job.n = count_some(&job);
    numeral_status status = NUMERAL_OK;
    if (job.n > 0) {
        status = numeral_reader_search_again(reader, count->digits, job.n, widest, err);
    }
    if (status == NUMERAL_OK) {
        count_some(&job);
    }
    return status;
}
