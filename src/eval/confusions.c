/* The confusions that happen most, by repeated selection: few are asked for. */
#include <numeral/scores.h>

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
