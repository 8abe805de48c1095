/* How well labels were read: accuracy, precision, recall, F1, the confusion matrix, kappa
 * and MCC; the confusions that happen most; top-k accuracy. */
#include <numeral/scores.h>

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"

enum { MAX_LABELS = NUMERAL_MAX_LABEL + 1 };

static double ratio(size_t some, size_t whole)
{
    return whole ? (double)some / (double)whole : 0;
}

/* How often each label is true, was read, and was read rightly. */
typedef struct margins {
    size_t support[MAX_LABELS], predicted[MAX_LABELS], hits[MAX_LABELS];
} margins;

static void score_labels(numeral_scores *scores, const margins *m)
{
    size_t at = 0;
    for (size_t label = 0; label < MAX_LABELS; label++) {
        size_t hits = m->hits[label], predicted = m->predicted[label],
               support = m->support[label];
        if (support + predicted > 0) {
            scores->per_label[at++] = (numeral_label_scores){
                (numeral_label)label, ratio(hits, predicted), ratio(hits, support),
                ratio(2 * hits, predicted + support), support};
        }
    }
}

static void average(numeral_scores *scores)
{
    for (size_t i = 0; i < scores->n_labels; i++) {
        const numeral_label_scores *one = &scores->per_label[i];
        double share = ratio(one->support, scores->n);
        double even = 1 / (double)scores->n_labels;
        scores->macro.precision += one->precision * even;
        scores->macro.recall += one->recall * even;
        scores->macro.f1 += one->f1 * even;
        scores->weighted.precision += one->precision * share;
        scores->weighted.recall += one->recall * share;
        scores->weighted.f1 += one->f1 * share;
    }
}

/* How far labels agree beyond chance, from the margins of the confusion matrix: what
 * they would agree on by chance, and with themselves. */
static void score_agreement(numeral_scores *scores, const margins *m)
{
    double n = (double)scores->n, chance = 0, own = 0, other = 0;
    for (size_t label = 0; label < MAX_LABELS; label++) {
        double support = (double)m->support[label];
        double predicted = (double)m->predicted[label];
        chance += support * predicted;
        own += support * support;
        other += predicted * predicted;
    }
    double hits = (double)(scores->n - scores->errors);
    double spread = (n * n - own) * (n * n - other);
    scores->kappa =
        scores->n_labels > 1 ? 1 - n * (double)scores->errors / (n * n - chance) : NAN;
    scores->mcc = spread > 0 ? (hits * n - chance) / sqrt(spread) : 0;
}

/* A pair of labels as a number: pairs in order are numbers in order. */
static uint32_t pair_of(numeral_label truth, numeral_label predicted)
{
    return (uint32_t)truth << 16 | predicted;
}

static int compare_pairs(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Counts equal pairs. */
static numeral_status fill_cells(const numeral_label *truth,
                                 const numeral_label *predicted, numeral_scores *out,
                                 numeral_error *err)
{
    size_t n = out->n, at = 0;
    uint32_t *pairs = numeral_allocate(n, sizeof *pairs, err);
    numeral_status status;
    TRY_ALLOC(pairs);
    for (size_t i = 0; i < n; i++) {
        pairs[i] = pair_of(truth[i], predicted[i]);
    }
    qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        out->n_cells += i == 0 || pairs[i] != pairs[i - 1];
    }
    TRY_ALLOC(out->confusion =
                  numeral_allocate_zero(out->n_cells, sizeof *out->confusion, err));
    for (size_t i = 0; i < n; i++) {
        at += i > 0 && pairs[i] != pairs[i - 1];
        out->confusion[at].truth = (numeral_label)(pairs[i] >> 16);
        out->confusion[at].predicted = (numeral_label)(pairs[i] & 0xFFFF);
        out->confusion[at].count++;
    }
done:
    numeral_release(pairs);
    return status;
}

numeral_status numeral_scores_compute(const numeral_label *truth,
                                      const numeral_label *predicted, size_t n,
                                      numeral_scores *out, numeral_error *err)
{
    numeral_scores scores = {.n = n};
    margins *m = numeral_allocate_zero(1, sizeof *m, err);
    numeral_status status;
    TRY_ALLOC(m);
    for (size_t i = 0; i < n; i++) {
        scores.n_labels += m->support[truth[i]] + m->predicted[truth[i]] == 0;
        m->support[truth[i]]++;
        scores.n_labels += m->support[predicted[i]] + m->predicted[predicted[i]] == 0;
        m->predicted[predicted[i]]++;
        m->hits[truth[i]] += truth[i] == predicted[i];
        scores.errors += truth[i] != predicted[i];
    }
    TRY_ALLOC(scores.per_label =
                  numeral_allocate_zero(scores.n_labels, sizeof *scores.per_label, err));
    TRY(fill_cells(truth, predicted, &scores, err));
    scores.accuracy = ratio(n - scores.errors, n);
    numeral_wilson95(n - scores.errors, n, scores.wilson95);
    score_labels(&scores, m);
    average(&scores);
    score_agreement(&scores, m);
    *out = scores;
    scores = (numeral_scores){0};
done:
    numeral_release(m);
    numeral_scores_free(&scores);
    return status;
}

void numeral_scores_free(numeral_scores *scores)
{
    if (scores) {
        numeral_release(scores->per_label);
        numeral_release(scores->confusion);
        *scores = (numeral_scores){0};
    }
}

/* The confusions that happen most, by repeated selection: few are asked for. */

static bool comes_first(const numeral_confusion *a, const numeral_confusion *b)
{
    if (a->count != b->count) {
        return a->count > b->count;
    }
    return a->truth != b->truth ? a->truth < b->truth : a->predicted < b->predicted;
}

/* Keeps `one` among the best `capacity`, in order. */
static size_t insert(numeral_confusion *out, size_t n, size_t capacity,
                     const numeral_confusion *one)
{
    size_t at = n < capacity ? n++ : n;
    while (at > 0 && comes_first(one, &out[at - 1])) {
        if (at < capacity) {
            out[at] = out[at - 1];
        }
        at--;
    }
    if (at < capacity) {
        out[at] = *one;
    }
    return n;
}

size_t numeral_scores_confusions(const numeral_scores *scores, numeral_confusion *out,
                                 size_t capacity)
{
    size_t n = 0;
    for (size_t i = 0; i < scores->n_cells; i++) {
        const numeral_confusion *one = &scores->confusion[i];
        if (one->truth != one->predicted) {
            n = insert(out, n, capacity, one);
        }
    }
    return n;
}

size_t numeral_scores_cell(const numeral_scores *scores, size_t row, size_t column)
{
    uint32_t wanted =
        pair_of(scores->per_label[row].label, scores->per_label[column].label);
    size_t from = 0, to = scores->n_cells;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const numeral_confusion *cell = &scores->confusion[middle];
        uint32_t pair = pair_of(cell->truth, cell->predicted);
        if (pair == wanted) {
            return cell->count;
        }
        if (pair < wanted) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return 0;
}

/* Top-k accuracy: whether the true label was at least considered. */

/* How many classes come before class `c`: those with more votes, and of equal votes those
 * of larger labels. */
static size_t rank_of(const double *votes, size_t n_classes, size_t c)
{
    size_t rank = 0;
    for (size_t other = 0; other < n_classes; other++) {
        rank += votes[other] > votes[c] || (votes[other] == votes[c] && other > c);
    }
    return rank;
}

/* The column of a label; n_classes: the model does not know it, and it is never among the
 * top. */
static size_t column_of(const numeral_label *classes, size_t n_classes,
                        numeral_label label)
{
    size_t from = 0, to = n_classes;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (classes[middle] < label) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < n_classes && classes[from] == label ? from : n_classes;
}

double numeral_top_accuracy(const numeral_label *truth, const numeral_label *classes,
                            const double *votes, size_t n, size_t n_classes, size_t top)
{
    size_t hits = 0;
    for (size_t i = 0; i < n; i++) {
        size_t c = column_of(classes, n_classes, truth[i]);
        hits += c < n_classes && rank_of(votes + i * n_classes, n_classes, c) < top;
    }
    return n ? (double)hits / (double)n : 0;
}
