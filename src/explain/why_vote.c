/* The vote, the gate and the second look of an explanation. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "explain/why.h"

void numeral_why_fill_voter(numeral_why *m, size_t row, double distance,
                            numeral_voter *voter, uint8_t *image)
{
    const numeral_metric *metric = numeral_metric_of(m->model->recipe.metric.entry);
    numeral_model_copy_image(m->model, row, image);
    *voter = (numeral_voter){.row = row,
                             .label = m->model->labels[row],
                             .distance = distance,
                             .length = numeral_metric_unsquared(metric, distance),
                             .image = image};
}

static void count_votes(numeral_why *m, const numeral_ballot *ballot,
                        numeral_voter *voters, double *counts)
{
    const numeral_recipe *recipe = &m->model->recipe;
    const numeral_vote *vote = numeral_vote_of(recipe->weights.entry);
    numeral_explanation *e = &m->public;
    numeral_vote_score(&recipe->weights, ballot, counts);
    size_t winner =
        numeral_vote_winner(ballot, counts, recipe->ties, &e->vote_confidence);
    size_t n_best = 0;
    for (size_t c = 0; c < e->n_classes; c++) {
        n_best += counts[c] == counts[winner];
    }
    e->tied = n_best > 1;
    e->ties_nearest = recipe->ties == NUMERAL_TIES_NEAREST;
    e->vote_label = m->model->classes->labels[winner];
    e->additive = vote->weight != NULL;
    for (size_t i = 0; i < e->n_voters && e->additive; i++) {
        voters[i].weight = vote->weight(recipe->weights.values, ballot, i);
    }
}

numeral_status numeral_why_vote(numeral_why *m, numeral_error *err)
{
    numeral_explanation *e = &m->public;
    const numeral_read_verdict *verdict = &m->reader.verdicts[0];
    const numeral_part *weights = &m->model->recipe.weights;
    size_t pixels = e->height * e->width, n = verdict->n_voters;
    numeral_voter *voters = numeral_arena_take(&m->arena, n, sizeof *voters, err);
    uint8_t *images = numeral_arena_take(&m->arena, n, pixels, err);
    double *counts = numeral_arena_take(&m->arena, e->n_classes, sizeof *counts, err);
    e->weights = numeral_arena_own(&m->arena, numeral_part_text(weights, err), err);
    if (!voters || !images || !counts || !e->weights) {
        return NUMERAL_ERROR_MEMORY;
    }
    e->n_voters = n;
    e->k = m->model->recipe.k;
    e->weights_help = weights->entry->help;
    e->voters = voters;
    e->counts = counts;
    for (size_t i = 0; i < n; i++) {
        numeral_why_fill_voter(m, (size_t)verdict->ids[i], verdict->distances[i],
                               &voters[i], images + i * pixels);
    }
    numeral_ballot ballot =
        numeral_reader_ballot(m->model, verdict, n, &m->reader.ballots, 0);
    count_votes(m, &ballot, voters, counts);
    return NUMERAL_OK;
}

static void explain_gate(numeral_why *m, const double *means)
{
    const double *gate = m->model->recipe.cascade.gate;
    const numeral_read_verdict *verdict = &m->reader.verdicts[0];
    const uint16_t *classes = m->model->row_classes;
    numeral_gate_trace *seen = &m->public.gate;
    *seen = (numeral_gate_trace){.wanted = (size_t)gate[0],
                                 .n_same = 1,
                                 .m = (size_t)gate[2],
                                 .margin = gate[1],
                                 .means = means};
    while (seen->n_same < verdict->n &&
           classes[verdict->ids[seen->n_same]] == classes[verdict->ids[0]]) {
        seen->n_same++;
    }
    /* The two nearest classes, of which the gate's margin speaks. */
    size_t n = m->public.n_classes;
    for (size_t c = 1; c < n; c++) {
        seen->best = means[c] < means[seen->best] ? c : seen->best;
    }
    seen->second = seen->best == 0 && n > 1 ? 1 : 0;
    for (size_t c = 0; c < n; c++) {
        bool nearer = c != seen->best && means[c] < means[seen->second];
        seen->second = nearer ? c : seen->second;
    }
    seen->ratio =
        means[seen->best] > 0 ? means[seen->second] / means[seen->best] : INFINITY;
}

/* Scores the hard digit once more, and keeps what each re-ranker says and adds. */
static numeral_status explain_terms(numeral_why *m, numeral_rerank_digit *digit,
                                    numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    const numeral_look *look = &m->reader.look;
    numeral_explanation *e = &m->public;
    size_t n = cascade->n_parts;
    numeral_rerank_term *terms = numeral_arena_take(&m->arena, n, sizeof *terms, err);
    double *scores = numeral_arena_take(&m->arena, n, e->n_classes * sizeof *scores, err);
    double *values = numeral_arena_take(&m->arena, n, e->n_classes * sizeof *values, err);
    double *totals = numeral_arena_take(&m->arena, e->n_classes, sizeof *totals, err);
    if (!terms || !scores || !values || !totals) {
        return NUMERAL_ERROR_MEMORY;
    }
    /* By the code that decided, with room for what each re-ranker said. */
    void *scratch = numeral_look_lay_views(look, m->framed, -1, 0, digit);
    size_t n_asked =
        numeral_cascade_trace(cascade, &look->base, digit, scratch, scores, totals);
    for (size_t i = 0; i < n; i++) {
        const double *own = scores + i * e->n_classes;
        double *added = values + i * e->n_classes;
        const char *name =
            numeral_arena_own(&m->arena, numeral_part_text(&cascade->parts[i], err), err);
        if (!name) {
            return NUMERAL_ERROR_MEMORY;
        }
        bool asked = i < n_asked, sum = cascade->combine == NUMERAL_COMBINE_SUM;
        terms[i] = (numeral_rerank_term){name,
                                         cascade->parts[i].entry->help,
                                         asked,
                                         numeral_cascade_weight(cascade, i),
                                         sum ? cascade->units[i] : 1,
                                         asked ? own : NULL,
                                         asked ? added : NULL};
        if (asked) {
            numeral_cascade_terms(cascade, i, own, e->n_classes, added);
        }
    }
    e->n_terms = n;
    e->terms = terms;
    e->product = cascade->combine == NUMERAL_COMBINE_PRODUCT;
    e->totals = totals;
    return NUMERAL_OK;
}

numeral_status numeral_why_second_look(numeral_why *m, numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    const numeral_rerank_base *base = &m->reader.look.base;
    const numeral_read_verdict *verdict = &m->reader.verdicts[0];
    numeral_explanation *e = &m->public;
    if (cascade->n_parts == 0) {
        return NUMERAL_OK;
    }
    const size_t digits[] = {0};
    double *means;
    numeral_status status;
    TRY_ALLOC(means = numeral_arena_take(&m->arena, e->n_classes, sizeof *means, err));
    TRY(numeral_reader_search_again(&m->reader, digits, 1,
                                    numeral_second_look_candidates(m->model), err));
    numeral_rerank_digit digit = {.vector = m->reader.vectors.data,
                                  .n_candidates = verdict->n,
                                  .ids = verdict->ids,
                                  .distances = verdict->distances};
    bool unanimous = numeral_gate_is_unanimous(cascade->gate, base, &digit);
    void *scratch = numeral_look_scratch(&m->reader.look, 0);
    bool hard = numeral_gate_is_hard(cascade->gate, base, &digit, scratch);
    numeral_gate_means(cascade->gate, base, &digit, scratch, means);
    e->n_candidates = verdict->n;
    e->decider = hard        ? NUMERAL_DECIDER_RERANK
                 : unanimous ? NUMERAL_DECIDER_UNANIMOUS
                             : NUMERAL_DECIDER_MARGIN;
    explain_gate(m, means);
    if (hard) {
        TRY(explain_terms(m, &digit, err));
    }
done:
    return status;
}
