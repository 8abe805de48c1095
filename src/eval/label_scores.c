/* Accuracy, precision, recall, F1, the confusion matrix, kappa and MCC. */
#include <numeral/scores.h>

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

enum { MAX_LABELS = 256 };

static double ratio(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
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
    scores.per_label =
        numeral_allocate_zero(scores.n_labels, sizeof *scores.per_label, err);
    scores.confusion = numeral_allocate_zero(scores.n_labels * scores.n_labels,
                                             sizeof *scores.confusion, err);
    if (!scores.per_label || !scores.confusion) {
        numeral_scores_free(&scores);
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        scores.confusion[place[truth[i]] * scores.n_labels + place[predicted[i]]]++;
        scores.errors += truth[i] != predicted[i];
    }
    scores.accuracy = ratio(n - scores.errors, n);
    numeral_wilson95(n - scores.errors, n, scores.wilson95);
    for (size_t at = 0; at < scores.n_labels; at++) {
        score_label(&scores, at, labels[at]);
    }
    average(&scores);
    score_agreement(&scores);
    *out = scores;
    return NUMERAL_OK;
}

void numeral_scores_free(numeral_scores *scores)
{
    numeral_release(scores->per_label);
    numeral_release(scores->confusion);
    *scores = (numeral_scores){0};
}
