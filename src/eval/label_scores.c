/* How well labels were read: accuracy, precision, recall, F1, the confusion matrix, kappa
 * and MCC; the confusions that happen most; top-k accuracy. */
#include <numeral/scores.h>

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

enum { MAX_LABELS = 256 };

static double ratio(size_t some, size_t whole)
{
    return whole ? (double)some / (double)whole : 0;
}

static void score_label(numeral_scores *scores, size_t at, uint8_t label)
{
    size_t n = scores->n_labels, predicted = 0, support = 0;
    size_t hits = scores->confusion[at * n + at];
    for (size_t other = 0; other < n; other++) {
        support += scores->confusion[at * n + other];
        predicted += scores->confusion[other * n + at];
    }
    scores->per_label[at] =
        (numeral_label_scores){label, ratio(hits, predicted), ratio(hits, support),
                               ratio(2 * hits, predicted + support), support};
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
static void score_agreement(numeral_scores *scores)
{
    double n = (double)scores->n, chance = 0, own = 0, other = 0;
    for (size_t i = 0; i < scores->n_labels; i++) {
        double support = 0, predicted = 0;
        for (size_t j = 0; j < scores->n_labels; j++) {
            support += (double)scores->confusion[i * scores->n_labels + j];
            predicted += (double)scores->confusion[j * scores->n_labels + i];
        }
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

numeral_status numeral_scores_compute(const uint8_t *truth, const uint8_t *predicted,
                                      size_t n, numeral_scores *out, numeral_error *err)
{
    size_t place[MAX_LABELS] = {0};
    for (size_t i = 0; i < n; i++) {
        place[truth[i]] = place[predicted[i]] = 1;
    }
    numeral_scores scores = {.n = n};
    uint8_t labels[MAX_LABELS];
    for (size_t label = 0; label < MAX_LABELS; label++) {
        if (place[label]) {
            labels[scores.n_labels] = (uint8_t)label;
            place[label] = scores.n_labels++;
        }
    }
    /* Labels that occur have a place in ascending order; the matrix is over these. */
    size_t k = scores.n_labels;
    numeral_status status;
    TRY_ALLOC(scores.per_label = numeral_allocate_zero(k, sizeof *scores.per_label, err));
    TRY_ALLOC(scores.confusion =
                  numeral_allocate_zero(k * k, sizeof *scores.confusion, err));
    for (size_t i = 0; i < n; i++) {
        scores.confusion[place[truth[i]] * k + place[predicted[i]]]++;
        scores.errors += truth[i] != predicted[i];
    }
    scores.accuracy = ratio(n - scores.errors, n);
    numeral_wilson95(n - scores.errors, n, scores.wilson95);
    for (size_t at = 0; at < k; at++) {
        score_label(&scores, at, labels[at]);
    }
    average(&scores);
    score_agreement(&scores);
    *out = scores;
    scores = (numeral_scores){0};
done:
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
    size_t n = 0, n_labels = scores->n_labels;
    for (size_t i = 0; i < n_labels; i++) {
        for (size_t j = 0; j < n_labels; j++) {
            numeral_confusion one = {scores->per_label[i].label,
                                     scores->per_label[j].label,
                                     scores->confusion[i * n_labels + j]};
            if (i != j && one.count > 0) {
                n = insert(out, n, capacity, &one);
            }
        }
    }
    return n;
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

double numeral_top_accuracy(const uint8_t *truth, const uint8_t *classes,
                            const double *votes, size_t n, size_t n_classes, size_t top)
{
    size_t column[256], hits = 0;
    for (size_t label = 0; label < 256; label++) {
        column[label] = n_classes;
    }
    /* A label that the model does not know is never among the top. */
    for (size_t c = 0; c < n_classes; c++) {
        column[classes[c]] = c;
    }
    for (size_t i = 0; i < n; i++) {
        size_t c = column[truth[i]];
        hits += c < n_classes && rank_of(votes + i * n_classes, n_classes, c) < top;
    }
    return n ? (double)hits / (double)n : 0;
}
