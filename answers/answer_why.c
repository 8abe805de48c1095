/* An explanation as JSON: every number of it, to full precision. */
#include "answers.h"

static json_t *json_numbers(const double *values, size_t n)
{
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(out, answer_real(values[i]));
    }
    return out;
}

/* Rows of pixels, or of differences of pixels. */
static json_t *json_rows(const uint8_t *pixels, const int16_t *differences, size_t height,
                         size_t width)
{
    json_t *rows = json_array();
    for (size_t y = 0; y < height; y++) {
        json_t *row = json_array();
        for (size_t i = y * width; i < (y + 1) * width; i++) {
            json_array_append_new(row, json_integer(pixels ? pixels[i] : differences[i]));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *json_difference(const numeral_explanation *why, const int16_t *values)
{
    return json_rows(NULL, values, why->difference_height, why->difference_width);
}

static json_t *json_voter(const numeral_model_info *info, const numeral_voter *voter,
                          bool weight)
{
    json_t *distance = info->integer_distances ? json_integer((json_int_t)voter->distance)
                                               : json_real(voter->distance);
    json_t *out =
        json_pack("{s:I, s:i, s:o, s:f}", "row", (json_int_t)voter->row, "label",
                  (int)voter->label, "distance", distance, "length", voter->length);
    if (weight) {
        json_object_set_new(out, "weight", json_real(voter->weight));
    }
    return out;
}

/* Images but the one as given, which may be of any size. */
static json_t *json_stages(const numeral_explanation *why)
{
    json_t *out = json_array();
    for (size_t i = 0; i < why->n_stages; i++) {
        const numeral_named_image *stage = &why->stages[i];
        json_t *one =
            json_pack("{s:s, s:I, s:I}", "name", stage->name, "height",
                      (json_int_t)stage->height, "width", (json_int_t)stage->width);
        if (i > 0) {
            json_object_set_new(
                one, "pixels",
                json_rows(stage->pixels, NULL, stage->height, stage->width));
        }
        json_array_append_new(out, one);
    }
    return out;
}

static json_t *json_vote(const numeral_explanation *why)
{
    return json_pack(
        "{s:s, s:I, s:o, s:i, s:f, s:b}", "weights", why->weights, "k",
        (json_int_t)why->k, "counts", json_numbers(why->counts, why->n_classes), "label",
        (int)why->vote_label, "confidence", why->vote_confidence, "tied", (int)why->tied);
}

static json_t *json_gate(const numeral_explanation *why)
{
    const numeral_gate_trace *gate = &why->gate;
    return json_pack("{s:I, s:I, s:I, s:f, s:o, s:o}", "unanimous",
                     (json_int_t)gate->wanted, "same", (json_int_t)gate->n_same, "m",
                     (json_int_t)gate->m, "margin", gate->margin, "ratio",
                     answer_real(gate->ratio), "means",
                     json_numbers(gate->means, why->n_classes));
}

static json_t *json_rerank(const numeral_explanation *why)
{
    json_t *terms = json_array();
    for (size_t t = 0; t < why->n_terms; t++) {
        const numeral_rerank_term *term = &why->terms[t];
        json_t *one =
            json_pack("{s:s, s:b, s:f, s:f}", "name", term->name, "asked",
                      (int)term->asked, "weight", term->weight, "unit", term->unit);
        if (term->asked) {
            json_object_set_new(one, "scores",
                                json_numbers(term->scores, why->n_classes));
            json_object_set_new(one, "terms", json_numbers(term->terms, why->n_classes));
        }
        json_array_append_new(terms, one);
    }
    return json_pack("{s:s, s:I, s:o, s:o}", "combine", why->product ? "product" : "sum",
                     "candidates", (json_int_t)why->n_candidates, "parts", terms,
                     "totals", json_numbers(why->totals, why->n_classes));
}

static json_t *json_runner_up(const numeral_model_info *info,
                              const numeral_explanation *why)
{
    return json_pack("{s:i, s:o, s:o}", "label", (int)why->runner_up, "nearest",
                     json_voter(info, &why->rival, false), "difference",
                     json_difference(why, why->rival_difference));
}

json_t *answer_why(const answer_of *of, const numeral_explanation *why)
{
    const numeral_model_info *info = of->info;
    static const char *const deciders[] = {"vote", "gate: unanimous", "gate: margin",
                                           "second look"};
    json_t *classes = json_array(), *voters = json_array();
    for (size_t c = 0; c < why->n_classes; c++) {
        json_array_append_new(classes, json_integer(why->classes[c]));
    }
    for (size_t i = 0; i < why->n_voters; i++) {
        json_t *voter = json_voter(info, &why->voters[i], why->additive);
        json_object_set_new(
            voter, "pixels",
            json_rows(why->voters[i].image, NULL, why->height, why->width));
        json_array_append_new(voters, voter);
    }
    json_t *nearest = json_voter(info, &why->own, false);
    json_object_set_new(nearest, "difference", json_difference(why, why->own_difference));
    json_t *out = json_pack(
        "{s:o, s:s, s:i, s:f, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "input",
        answer_text(of->input), "recipe", info->recipe, "label", (int)why->label,
        "confidence", why->confidence, "decided_by", deciders[why->decider], "classes",
        classes, "votes", json_numbers(why->votes, why->n_classes), "neighbours", voters,
        "vote", json_vote(why), "nearest", nearest, "framed", (int)why->framed, "stages",
        json_stages(why));
    if (of->has_label) {
        json_object_set_new(out, "true_label", json_integer(of->label));
    }
    if (why->decider != NUMERAL_DECIDER_VOTE) {
        json_object_set_new(out, "gate", json_gate(why));
    }
    if (why->decider == NUMERAL_DECIDER_RERANK) {
        json_object_set_new(out, "rerank", json_rerank(why));
    }
    if (why->has_runner_up) {
        json_object_set_new(out, "runner_up", json_runner_up(info, why));
    }
    return out;
}
