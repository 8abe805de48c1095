/* Every setting votes on each digit. Distances and classes of the neighbours are looked
 * up once; a setting whose voters are those of the k before it has the same answer. */
#include <math.h>

#include "base/threads.h"
#include "study/tune.h"

enum { GRAIN = 64 };

typedef struct count_job {
    const numeral_tune_count *count;
    const numeral_survey_block *block;
    size_t widest;
} count_job;

static void set_bit(uint8_t *bits, size_t at, bool value)
{
    uint8_t mask = (uint8_t)(1u << (at % 8));
    bits[at / 8] = (uint8_t)(value ? bits[at / 8] | mask : bits[at / 8] & ~mask);
}

/* The ballot of one digit with all its neighbours. */
static numeral_ballot lay_ballot(const count_job *job, size_t digit, int worker)
{
    const numeral_tune_count *count = job->count;
    const numeral_metric *metric =
        (const numeral_metric *)count->graph->recipe.metric.entry;
    const int64_t *ids = job->block->ids + digit * job->block->k;
    const double *given = job->block->distances + digit * job->block->k;
    double *distances = count->distances + (size_t)worker * job->widest;
    uint8_t *classes = count->classes + (size_t)worker * job->widest;
    for (size_t i = 0; i < job->widest; i++) {
        distances[i] = metric->family == NUMERAL_METRIC_L2 ? sqrt(given[i]) : given[i];
        classes[i] = count->model->row_classes[ids[i]];
    }
    return (numeral_ballot){job->widest, distances, classes, count->model->n_classes};
}

/* Votes with one kind of weights and each k and ties, from setting `at` on. */
static void vote_with(const count_job *job, size_t w, const numeral_ballot *all,
                      uint8_t label, uint8_t *right)
{
    const numeral_tune_graph *graph = job->count->graph;
    const numeral_part *weights = &graph->weights[w];
    const numeral_vote *vote = (const numeral_vote *)weights->entry;
    double scores[NUMERAL_MAX_CLASSES], share;
    size_t before = 0, at = w * graph->n_ks * graph->n_ties;
    for (size_t k = 0; k < graph->n_ks; k++, at += graph->n_ties) {
        numeral_ballot ballot = *all;
        ballot.n = numeral_tune_voters(graph, at, job->count->n_rows);
        if (ballot.n != before) {
            vote->score(weights->values, &ballot, scores);
        }
        for (size_t t = 0; t < graph->n_ties; t++) {
            size_t winner = numeral_vote_winner(&ballot, scores, graph->ties[t], &share);
            set_bit(right, at + t, job->count->model->classes[winner] == label);
        }
        before = ballot.n;
    }
}

static void count_digits(void *context, size_t begin, size_t end, int worker)
{
    const count_job *job = context;
    const numeral_tune_count *count = job->count;
    const numeral_tune_graph *graph = count->graph;
    for (size_t i = begin; i < end; i++) {
        size_t digit = job->block->first + i;
        size_t place = count->places ? count->places[digit] : digit;
        uint8_t label = count->labels[digit];
        uint8_t *right = graph->right + place * graph->right_bytes;
        if (!count->known[label]) {
            continue; /* the bits are zero: wrong */
        }
        if (job->block->hard[i]) {
            bool good = count->model->classes[job->block->winners[i]] == label;
            for (size_t s = 0; s < graph->n_settings; s++) {
                set_bit(right, s, good);
            }
            continue;
        }
        numeral_ballot all = lay_ballot(job, i, worker);
        for (size_t w = 0; w < graph->n_weights; w++) {
            vote_with(job, w, &all, label, right);
        }
    }
}

void numeral_tune_count_block(const numeral_tune_count *count,
                              const numeral_survey_block *block)
{
    numeral_tune_graph *graph = count->graph;
    count_job job = {count, block, numeral_tune_widest(graph, count->n_rows)};
    numeral_parallel_for(block->n, GRAIN, count->threads, count_digits, &job);
    for (size_t i = block->first; i < block->first + block->n; i++) {
        size_t place = count->places ? count->places[i] : i;
        const uint8_t *right = graph->right + place * graph->right_bytes;
        for (size_t s = 0; s < graph->n_settings; s++) {
            graph->errors[s] += !(right[s / 8] >> (s % 8) & 1);
        }
    }
    graph->n_read += block->n;
}
