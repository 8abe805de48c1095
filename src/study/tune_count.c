/* Every setting votes on each digit. Distances and classes of the neighbours are looked
 * up once; a setting whose voters are those of the k before it has the same answer. Where
 * the neighbours at hand settle a vote that wants more of them, no more are searched. */
#include <math.h>

#include "base/threads.h"
#include "study/tune.h"

enum { GRAIN = 64 };

typedef struct count_job {
    const numeral_tune_count *count;
    const numeral_survey_block *block;
    size_t widest;
} count_job;

/* Which digit of the survey number i of the block is. */
static size_t digit_at(const numeral_survey_block *block, size_t i)
{
    return block->first + (block->digits ? block->digits[i] : i);
}

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

/* The ballot of number i of the block, with all its neighbours. */
static numeral_ballot lay_ballot(const count_job *job, size_t i, int worker)
{
    const numeral_tune_count *count = job->count;
    const numeral_metric *metric = numeral_metric_of(count->graph->recipe.metric.entry);
    const int64_t *ids = job->block->ids + i * job->block->k;
    const double *given = job->block->distances + i * job->block->k;
    double *distances = count->distances + (size_t)worker * job->widest;
    uint8_t *classes = count->classes + (size_t)worker * job->widest;
    size_t n = job->block->k < job->widest ? job->block->k : job->widest;
    for (size_t j = 0; j < n; j++) {
        distances[j] = numeral_metric_unsquared(metric, given[j]);
        classes[j] = count->model->row_classes[ids[j]];
    }
    return (numeral_ballot){n, distances, classes, count->model->n_classes};
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
                      uint8_t label, uint8_t *right)
{
    const numeral_tune_count *count = job->count;
    const numeral_tune_graph *graph = count->graph;
    const numeral_part *weights = &graph->weights[w];
    const numeral_vote *vote = numeral_vote_of(weights->entry);
    const uint8_t *classes = count->model->classes;
    double scores[NUMERAL_MAX_CLASSES], share;
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
            vote->score(weights->values, &ballot, scores);
        }
        for (size_t t = 0; t < graph->n_ties; t++) {
            winner = numeral_vote_winner(&ballot, scores, graph->ties[t], &share);
            set_bit(right, at + t, classes[winner] == label);
        }
        before = ballot.n;
    }
    return true;
}

/* False where some weights take more neighbours than the block has. */
static bool count_digit(const count_job *job, size_t i, int worker)
{
    const numeral_tune_count *count = job->count;
    const numeral_tune_graph *graph = count->graph;
    const numeral_survey_block *block = job->block;
    size_t digit = digit_at(block, i), in_block = digit - block->first;
    uint8_t label = count->labels[digit], *right = right_of(count, digit);
    bool enough = true;
    if (!count->known[label]) {
        return true; /* the bits are zero: wrong */
    }
    if (block->hard[in_block]) {
        bool good = count->model->classes[block->winners[in_block]] == label;
        for (size_t s = 0; s < graph->n_settings; s++) {
            set_bit(right, s, good);
        }
        return true;
    }
    numeral_ballot all = lay_ballot(job, i, worker);
    for (size_t w = 0; w < graph->n_weights && enough; w++) {
        enough = vote_with(job, w, &all, label, right);
    }
    return enough;
}

static void count_digits(void *context, size_t begin, size_t end, int worker)
{
    const count_job *job = context;
    for (size_t i = begin; i < end; i++) {
        bool enough = count_digit(job, i, worker);
        if (job->block->again) {
            job->block->again[i] = !enough;
        }
    }
}

void numeral_tune_count_block(const numeral_tune_count *count,
                              const numeral_survey_block *block)
{
    numeral_tune_graph *graph = count->graph;
    count_job job = {count, block, numeral_tune_widest(graph, count->n_rows)};
    numeral_parallel_for(block->n, GRAIN, count->threads, count_digits, &job);
    for (size_t i = 0; i < block->n; i++) {
        if (block->again && block->again[i]) {
            continue;
        }
        const uint8_t *right = right_of(count, digit_at(block, i));
        for (size_t s = 0; s < graph->n_settings; s++) {
            graph->errors[s] += !(right[s / 8] >> (s % 8) & 1);
        }
        graph->n_read++;
    }
}
