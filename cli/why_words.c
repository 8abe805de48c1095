/* An explanation in plain words: who voted, what the gate saw, how the second look added
 * up, so that a reader can do it again with pencil and paper. */
#include "why.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What fits 80 columns and one screen: five classes of scores beside a name of 24
 * letters, sums beside three further columns. */
enum { MOST_VOTERS = 20, MOST_CLASSES = 5, MOST_COUNTS = 10, WIDEST_SUM = 52 };

static void NUMERAL_PRINTF(2, 3) say(char *out, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, CLI_WORDS_BYTES - used, format, arguments);
    va_end(arguments);
}

/* Places of the classes with the greatest values, `most` of n, the greatest first, of
 * equal ones the smaller label. */
static void rank(const double *values, size_t n, size_t most, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i < most ? i : most;
        while (at > 0 && values[i] > values[order[at - 1]]) {
            if (at < most) {
                order[at] = order[at - 1];
            }
            at--;
        }
        if (at < most) {
            order[at] = i;
        }
    }
}

static void write_headline(const numeral_model_info *info, const numeral_explanation *why,
                           const char *name, char *out)
{
    static const char *const how[] = {
        "the vote of its nearest neighbours decided",
        "its nearest neighbours agree, so their vote decided",
        "the other classes are far off, so the vote of its nearest neighbours decided",
        "the gate called it hard, so the second look decided"};
    char number[NUMERAL_LABEL_BYTES], other[NUMERAL_LABEL_BYTES];
    say(out, "%.500s is read as %s, with %s%.1f %%%s: %s.", name,
        cli_label_name(info, why->label, number),
        info->calibration ? "a confidence of " : "", 100 * why->confidence,
        info->calibration ? "" : " of the votes", how[why->decider]);
    if (!why->has_runner_up) {
        return;
    }
    double votes = 0;
    for (size_t c = 0; c < why->n_classes; c++) {
        votes = why->classes[c] == why->runner_up ? why->votes[c] : votes;
    }
    say(out, " Next comes %s, with %.1f %% of the votes.",
        cli_label_name(info, why->runner_up, other), 100 * votes);
    if (why->decider == NUMERAL_DECIDER_RERANK && why->vote_label != why->label) {
        say(out, " The vote alone would have said %s.",
            cli_label_name(info, why->vote_label, other));
    }
}

static void fill_voters(const numeral_model_info *info, const numeral_explanation *why,
                        cli_table *table)
{
    bool rooted = false; /* distances are squared, and the vote takes their roots */
    for (size_t i = 0; i < why->n_voters && !rooted; i++) {
        rooted = why->voters[i].length != why->voters[i].distance;
    }
    cli_table_row(table, "neighbour\ttraining row\tlabel\t%sdistance%s",
                  rooted ? "squared\t" : "", why->additive ? "\tvotes" : "");
    size_t n = why->n_voters < MOST_VOTERS ? why->n_voters : MOST_VOTERS;
    for (size_t i = 0; i < n; i++) {
        const numeral_voter *voter = &why->voters[i];
        char number[NUMERAL_LABEL_BYTES], text[32];
        cli_table_row(table, "%zu\t%zu\t%.24s\t%s", i + 1, voter->row,
                      cli_label_name(info, voter->label, number),
                      cli_figure(voter->distance, text));
        if (rooted) {
            cli_table_cell(table, "%.2f", voter->length);
        }
        if (why->additive) {
            cli_table_cell(table, "%s", cli_figure(voter->weight, text));
        }
    }
}

/* "0.0285 + 0.0271 + ..." of class c, as much as fits a column. */
static void write_sum(const numeral_explanation *why, numeral_label label,
                      char out[CLI_CELL_BYTES])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < why->n_voters; i++) {
        char text[32];
        if (why->voters[i].label != label) {
            continue;
        }
        const char *joint = used ? " + " : "";
        double weight = why->voters[i].weight;
        if (weight > 0 && weight < 0.01) {
            snprintf(text, sizeof text, "%.4g", weight);
        } else {
            cli_figure(weight, text);
        }
        /* what does not fit is cut at a plus */
        if (used + strlen(joint) + strlen(text) > WIDEST_SUM) {
            snprintf(out + used, CLI_CELL_BYTES - used, "%s...", joint);
            return;
        }
        used += (size_t)snprintf(out + used, CLI_CELL_BYTES - used, "%s%s", joint, text);
    }
}

static void fill_counts(const numeral_model_info *info, const numeral_explanation *why,
                        cli_table *table)
{
    double all = 0;
    for (size_t c = 0; c < why->n_classes; c++) {
        all += why->counts[c];
    }
    cli_table_row(table, "label\t%s\tsum\tshare",
                  why->additive ? "votes of its neighbours" : "mean squared distance");
    const numeral_voter *last = &why->voters[why->n_voters - 1];
    size_t order[MOST_COUNTS];
    rank(why->counts, why->n_classes, MOST_COUNTS, order);
    for (size_t i = 0; i < why->n_classes && i < MOST_COUNTS; i++) {
        size_t c = order[i];
        char number[NUMERAL_LABEL_BYTES], sum[CLI_CELL_BYTES], text[32];
        if (!(why->counts[c] > 0)) {
            break;
        }
        if (why->additive) {
            write_sum(why, why->classes[c], sum);
        } else {
            /* a class's votes are the last voter's squared distance by its mean */
            cli_figure(last->length * last->length / why->counts[c], sum);
        }
        cli_table_row(table, "%.24s\t%s\t%s\t%.1f %%",
                      cli_label_name(info, why->classes[c], number), sum,
                      cli_figure(why->counts[c], text), 100 * why->counts[c] / all);
    }
}

static void write_vote(const numeral_explanation *why, char *out)
{
    say(out, "Votes are counted by the recipe's --weights %s: %s.", why->weights,
        why->weights_help);
    if (!why->additive) {
        say(out,
            " A class's mean counts the farthest of the %zu neighbours where it has "
            "too few; its votes are that one's squared distance by the mean.",
            why->n_voters);
    }
    if (why->n_voters > MOST_VOTERS) {
        say(out, " Shown are the first %d of %zu neighbours.", MOST_VOTERS,
            why->n_voters);
    }
    if (why->tied) {
        say(out, " Classes are tied: %s.",
            why->ties_nearest ? "the one with the nearest neighbour wins"
                              : "the smallest label wins");
    }
}

static void write_gate(const numeral_model_info *info, const numeral_explanation *why,
                       char *out)
{
    const numeral_gate_trace *gate = &why->gate;
    char best[NUMERAL_LABEL_BYTES], second[NUMERAL_LABEL_BYTES], a[32], b[32];
    if (why->decider == NUMERAL_DECIDER_VOTE) {
        return;
    }
    if (gate->wanted == 0) {
        say(out, "The gate lets every digit have a second look.");
        return;
    }
    const char *first = cli_label_name(info, why->voters[0].label, best);
    if (why->decider == NUMERAL_DECIDER_UNANIMOUS) {
        say(out,
            "The gate: the %zu nearest rows all have label %s. That settles it, "
            "without a second look.",
            gate->wanted < why->n_candidates ? gate->wanted : why->n_candidates, first);
        return;
    }
    say(out,
        "The gate: %zu nearest rows of one label would settle it, but only the "
        "first %zu %s label %s. ",
        gate->wanted, gate->n_same, gate->n_same == 1 ? "has" : "have", first);
    say(out,
        "The %zu nearest of each class are at a mean distance of %s for %s and %s "
        "for %s",
        gate->m, cli_figure(gate->means[gate->best], a),
        cli_label_name(info, why->classes[gate->best], best),
        cli_figure(gate->means[gate->second], b),
        cli_label_name(info, why->classes[gate->second], second));
    say(out, " (in the metric's units), %.2f times as far; %.4g times %s.", gate->ratio,
        gate->margin,
        why->decider == NUMERAL_DECIDER_MARGIN
            ? "or more settles it, so the vote stands"
            : "would settle it. So the digit is hard, and is looked at again");
}

static void fill_terms(const numeral_model_info *info, const numeral_explanation *why,
                       cli_table *table)
{
    size_t order[MOST_CLASSES];
    size_t n = why->n_classes < MOST_CLASSES ? why->n_classes : MOST_CLASSES;
    rank(why->votes, why->n_classes, MOST_CLASSES, order);
    cli_table_row(table, "score (small is near)");
    for (size_t i = 0; i < n; i++) {
        char number[NUMERAL_LABEL_BYTES];
        cli_table_cell(table, "%.12s",
                       cli_label_name(info, why->classes[order[i]], number));
    }
    for (size_t t = 0; t < why->n_terms && why->terms[t].asked; t++) {
        const numeral_rerank_term *term = &why->terms[t];
        cli_table_row(table, "%.24s", term->name);
        for (size_t i = 0; i < n; i++) {
            char text[32];
            cli_table_cell(table, "%s", cli_figure(term->scores[order[i]], text));
        }
        if (why->product) {
            cli_table_row(
                table, term->weight == 1 ? "  its logarithm" : "  its logarithm x %.4g",
                term->weight);
        } else {
            cli_table_row(table, "  x %.4g / %.5g", term->weight, term->unit);
        }
        for (size_t i = 0; i < n; i++) {
            cli_table_cell(table, "%.4f", term->terms[order[i]]);
        }
    }
    cli_table_row(table, "sum");
    for (size_t i = 0; i < n; i++) {
        cli_table_cell(table, "%.4f", why->totals[order[i]]);
    }
    cli_table_row(table, "e^(smallest sum - sum)");
    for (size_t i = 0; i < n; i++) {
        cli_table_cell(table, "%.4f", why->votes[order[i]] / why->votes[order[0]]);
    }
    cli_table_row(table, "share of the votes");
    for (size_t i = 0; i < n; i++) {
        cli_table_cell(table, "%.1f %%", 100 * why->votes[order[i]]);
    }
}

static void write_rerank(const numeral_explanation *why, char *out)
{
    say(out,
        "The second look compares the digit with its %zu nearest rows. Each "
        "re-ranker scores every class:",
        why->n_candidates);
    for (size_t t = 0; t < why->n_terms; t++) {
        const numeral_rerank_term *term = &why->terms[t];
        say(out, "%s %s (%s)", t ? ";" : "", term->name, term->help);
        if (!term->asked) {
            say(out, ", spared by the lead of the one before it");
        }
    }
    say(out,
        ". %s, and the class with the smallest sum wins; e^(smallest sum - sum) of "
        "all classes, made to sum to 1, are the shares.",
        why->product ? "Logarithms of the scores are added"
                     : "Scores times weight by their usual size are added");
}

/* Pixels that differ by more than a quarter of the scale. */
static size_t count_different(const int16_t *difference, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += abs(difference[i]) > 64;
    }
    return count;
}

static void write_rival(const numeral_model_info *info, const numeral_explanation *why,
                        char *out)
{
    char own[NUMERAL_LABEL_BYTES], rival[NUMERAL_LABEL_BYTES], a[32], b[32];
    size_t n = why->difference_height * why->difference_width;
    say(out,
        "The nearest %s is row %zu, at distance %s; %zu of %zu pixels differ by more "
        "than 64 of 255.",
        cli_label_name(info, why->label, own), why->own.row,
        cli_figure(why->own.distance, a), count_different(why->own_difference, n), n);
    if (why->has_runner_up) {
        say(out,
            " The nearest %s is row %zu, at %s, %.2f times that; %zu pixels differ "
            "so.",
            cli_label_name(info, why->runner_up, rival), why->rival.row,
            cli_figure(why->rival.distance, b),
            why->own.distance > 0 ? why->rival.distance / why->own.distance : INFINITY,
            count_different(why->rival_difference, n));
    }
}

size_t cli_why_steps(const cli_digit *digit, const numeral_explanation *why,
                     numeral_named_image *out, size_t most)
{
    size_t n = why->n_stages < most ? why->n_stages : most;
    memcpy(out, why->stages, n * sizeof *out);
    out[0].luminance = digit->luminance;
    return n;
}

void cli_why_write(const cli_digit *digit, const numeral_explanation *why,
                   cli_why_words *out)
{
    const numeral_model_info *info = &digit->info;
    memset(out, 0, sizeof *out);
    write_headline(info, why, digit->name, out->headline);
    write_vote(why, out->vote);
    fill_voters(info, why, &out->voters);
    fill_counts(info, why, &out->counts);
    write_gate(info, why, out->gate);
    if (why->decider == NUMERAL_DECIDER_RERANK) {
        write_rerank(why, out->rerank);
        fill_terms(info, why, &out->terms);
    }
    write_rival(info, why, out->rival);
}
