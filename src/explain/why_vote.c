/* The vote, the gate and the second look of an explanation. */
#include <math.h>
#include <string.h>

#include "explain/why.h"
#include "model/second_look.h"

void numeral_why_fill_voter(numeral_why *m, size_t row, double distance,
                            numeral_voter *voter, uint8_t *image)
{
    const numeral_metric *metric = numeral_metric_of(m->model->recipe.metric.entry);
    numeral_model_get_image(m->model, row, image);
    *voter = (numeral_voter){.row = row,
                             .label = m->model->labels[row],
                             .distance = distance,
                             .length = numeral_metric_unsquared(metric, distance),
                             .image = image};
}

static void count_votes(numeral_why *m, numeral_voter *voters, double *scratch,
                        uint8_t *classes, double *counts)
{
    const numeral_recipe *recipe = &m->model->recipe;
    const numeral_vote *vote = numeral_vote_of(recipe->weights.entry);
    numeral_explanation *e = &m->public;
    numeral_ballot ballot = {e->n_voters, scratch, classes, e->n_classes};
    for (size_t i = 0; i < e->n_voters; i++) {
        scratch[i] = voters[i].length;
        classes[i] = m->model->class_of_label[voters[i].label];
    }
    vote->score(recipe->weights.values, &ballot, counts);
    size_t winner =
        numeral_vote_winner(&ballot, counts, recipe->ties, &e->vote_confidence);
    size_t n_best = 0;
    for (size_t c = 0; c < e->n_classes; c++) {
        n_best += counts[c] == counts[winner];
    }
    e->tied = n_best > 1;
    e->ties_nearest = recipe->ties == NUMERAL_TIES_NEAREST;
    e->vote_label = m->model->classes[winner];
    e->additive = vote->weigh != NULL;
    if (vote->weigh) {
        double *weights = scratch + e->n_voters;
        vote->weigh(recipe->weights.values, &ballot, weights);
        for (size_t i = 0; i < e->n_voters; i++) {
            voters[i].weight = weights[i];
        }
    }
}

numeral_status numeral_why_vote(numeral_why *m, const numeral_answers *answers,
                                numeral_error *err)
{
    numeral_explanation *e = &m->public;
    const numeral_part *weights = &m->model->recipe.weights;
    size_t pixels = e->height * e->width;
    while (e->n_voters < answers->k && answers->ids[e->n_voters] >= 0) {
        e->n_voters++;
    }
    size_t n = e->n_voters;
    numeral_voter *voters = numeral_arena_take(&m->arena, n, sizeof *voters, err);
    uint8_t *images = numeral_arena_take(&m->arena, n, pixels, err);
    uint8_t *classes = numeral_arena_take(&m->arena, n, 1, err);
    double *scratch = numeral_arena_take(&m->arena, 2 * n, sizeof *scratch, err);
    double *counts = numeral_arena_take(&m->arena, e->n_classes, sizeof *counts, err);
    e->weights = numeral_arena_own(&m->arena, numeral_part_text(weights, err), err);
    if (!voters || !images || !classes || !scratch || !counts || !e->weights) {
        return NUMERAL_ERROR_MEMORY;
    }
    e->k = m->model->recipe.k;
    e->weights_help = weights->entry->help;
    e->voters = voters;
    e->counts = counts;
    for (size_t i = 0; i < n; i++) {
        numeral_why_fill_voter(m, (size_t)answers->ids[i], answers->distances[i],
                               &voters[i], images + i * pixels);
    }
    count_votes(m, voters, scratch, classes, counts);
    return NUMERAL_OK;
}

static void explain_gate(numeral_why *m, const numeral_look_trace *trace)
{
    const double *gate = m->model->recipe.cascade.gate;
    numeral_gate_trace *seen = &m->public.gate;
    const double *means = trace->means;
    const uint8_t *classes = m->model->row_classes;
    *seen = (numeral_gate_trace){.wanted = (size_t)gate[0],
                                 .n_same = 1,
                                 .m = (size_t)gate[2],
                                 .margin = gate[1],
                                 .means = means};
    while (seen->n_same < trace->n_candidates &&
           classes[trace->ids[seen->n_same]] == classes[trace->ids[0]]) {
        seen->n_same++;
    }
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

static numeral_status explain_terms(numeral_why *m, const numeral_look_trace *trace,
                                    numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    numeral_explanation *e = &m->public;
    numeral_rerank_term *terms =
        numeral_arena_take(&m->arena, cascade->n_parts, sizeof *terms, err);
    double *values = numeral_arena_take(&m->arena, cascade->n_parts,
                                        e->n_classes * sizeof *values, err);
    if (!terms || !values) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < cascade->n_parts; i++) {
        const double *own = trace->own + i * e->n_classes;
        double *added = values + i * e->n_classes;
        const char *name =
            numeral_arena_own(&m->arena, numeral_part_text(&cascade->parts[i], err), err);
        if (!name) {
            return NUMERAL_ERROR_MEMORY;
        }
        bool asked = i < trace->n_asked, sum = cascade->combine == NUMERAL_COMBINE_SUM;
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
    e->n_terms = cascade->n_parts;
    e->terms = terms;
    e->product = cascade->combine == NUMERAL_COMBINE_PRODUCT;
    e->totals = trace->totals;
    return NUMERAL_OK;
}

numeral_status numeral_why_second_look(numeral_why *m, numeral_error *err)
{
    const numeral_cascade *cascade = &m->model->recipe.cascade;
    numeral_explanation *e = &m->public;
    if (cascade->n_parts == 0) {
        return NUMERAL_OK;
    }
    numeral_look_trace trace = {.n_candidates = numeral_second_look_candidates(m->model)};
    trace.ids = numeral_arena_take(&m->arena, trace.n_candidates, sizeof *trace.ids, err);
    trace.distances =
        numeral_arena_take(&m->arena, trace.n_candidates, sizeof *trace.distances, err);
    trace.means = numeral_arena_take(&m->arena, e->n_classes, sizeof *trace.means, err);
    trace.own = numeral_arena_take(&m->arena, cascade->n_parts,
                                   e->n_classes * sizeof *trace.own, err);
    trace.totals = numeral_arena_take(&m->arena, e->n_classes, sizeof *trace.totals, err);
    if (!trace.ids || !trace.distances || !trace.means || !trace.own || !trace.totals) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = numeral_second_look_trace(m->model, m->framed, m->row,
                                                      m->stride, m->run, &trace, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    e->n_candidates = trace.n_candidates;
    e->decider = trace.hard        ? NUMERAL_DECIDER_RERANK
                 : trace.unanimous ? NUMERAL_DECIDER_UNANIMOUS
                                   : NUMERAL_DECIDER_MARGIN;
    explain_gate(m, &trace);
    return trace.hard ? explain_terms(m, &trace, err) : NUMERAL_OK;
}
